"""Tickets about things bought: returns, deliveries, damage, warranty."""

from vpo_envs.domains.support.kinds.base import Kind, Outcome

GOODS = (
    Kind(
        "return",
        False,
        (
            "I would like to send back the {item} from order {order}. It is simply not what I need.",
            "The {item} does not suit me after all. Can I get my money back for {order}?",
        ),
        (
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, delivered on {delivered}.",
                    "Return opened under reference {ref}; a prepaid label was e-mailed.",
                ),
                rules=(
                    "Goods may come back within {window} of delivery.",
                    "The refund is the price paid less a return fee of {fee}.",
                    "The prepaid label must be used and the parcel handed in by {by}.",
                    "Refunds reach the card within {takes}.",
                ),
                tell=("refund", "amount", "label", "by", "takes", "ref"),
                never=("waive", "compensate"),
                ranges={"delivered": (-20, -3)},
                difference=("amount", "paid", "fee"),
            ),
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, delivered on {delivered}.",
                    "Case opened under reference {ref}.",
                ),
                rules=(
                    "Goods may come back within {window} of delivery; after that there is no refund.",
                    "Late returns get a voucher of {worth} instead, valid until {valid}.",
                ),
                tell=("no refund", "voucher", "worth", "valid", "ref"),
                never=("refund", "replace"),
                ranges={"delivered": (-120, -65)},
            ),
        ),
        unlikely=("angry",),
    ),
    Kind(
        "delay",
        True,
        (
            "My {item} from order {order} should have been here long ago. Where is it?",
            "I ordered the {item} on {ordered} and it still has not come. Order {order}.",
        ),
        (
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, ordered on {ordered}.",
                    "Held up in our warehouse; now on the road with code {track}, expected on {arrives}.",
                    "Shipping cost: {amount}.",
                ),
                rules=(
                    "For delays of our making the shipping cost is refunded within {takes}.",
                    "A parcel on the road cannot be recalled.",
                ),
                tell=("refund", "amount", "arrives", "track", "takes"),
                never=("cancel", "express", "replace"),
                ranges={"ordered": (-40, -20)},
            ),
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, ordered on {ordered}.",
                    "Stuck in our warehouse, not shipped; expected on {arrives}. Case {ref}.",
                ),
                rules=(
                    "Delayed orders that have not shipped get a voucher of {worth}, valid until {valid}.",
                    "Shipping costs are not refunded.",
                ),
                tell=("voucher", "arrives", "worth", "valid", "ref"),
                never=("refund", "express"),
                ranges={"ordered": (-40, -20)},
            ),
        ),
    ),
    Kind(
        "damaged",
        True,
        (
            "The {item} from order {order} arrived broken.",
            "I opened the box and the {item} was smashed. My order is {order}.",
        ),
        (
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, delivered on {delivered}.",
                    "In stock; a second one can be with the customer on {arrives}. Case {ref}.",
                ),
                rules=(
                    "Damaged goods that are in stock are replaced, not refunded.",
                    "We need a photo of the damage by {by}.",
                ),
                tell=("replace", "photo", "by", "arrives", "ref"),
                never=("refund", "discount"),
                ranges={"delivered": (-12, -2), "arrives": (15, 30), "by": (5, 12)},
            ),
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, delivered on {delivered}.",
                    "Sold out for good. Case {ref}.",
                ),
                rules=(
                    "Damaged goods that are sold out are refunded, less {fee} for gift wrap.",
                    "We need a photo of the damage. Refunds take {takes}.",
                ),
                tell=("refund", "no replace", "amount", "photo", "takes", "ref"),
                never=("replace", "voucher"),
                ranges={"delivered": (-12, -2)},
                difference=("amount", "paid", "fee"),
            ),
        ),
        unlikely=("worried", "confused", "embarrassed"),
    ),
    Kind(
        "wrong",
        True,
        (
            "You sent me the wrong thing. I ordered a {item}, order {order}.",
            "This is not the {item} I ordered! Order number {order}.",
        ),
        (
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, delivered on {delivered}.",
                    "The right {item} leaves today with code {track} and arrives on {arrives}.",
                    "A prepaid label was e-mailed.",
                ),
                rules=(
                    "Wrong deliveries are replaced; they are not refunded.",
                    "The wrong item goes back with the prepaid label by {by}.",
                ),
                tell=("replace", "arrives", "label", "by", "track"),
                never=("refund", "discount", "compensate"),
                ranges={"delivered": (-12, -2), "arrives": (3, 8), "by": (12, 25)},
            ),
        ),
        unlikely=("embarrassed",),
    ),
    Kind(
        "missing",
        False,
        (
            "Your site says my {item} was delivered on {delivered}, but nothing is here. Order {order}.",
            "Order {order}, the {item}, is marked as delivered. I never got it.",
        ),
        (
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, marked delivered on {delivered}.",
                    "Search opened with the carrier under {ref}.",
                ),
                rules=(
                    "While a search is open there is neither refund nor replacement.",
                    "Searches take {takes}.",
                    "The customer asks the neighbours and signs the form that we e-mailed.",
                ),
                tell=("no refund", "neighbour", "form", "takes", "ref"),
                never=("refund", "replace"),
                later=("refund", "replace"),
                ranges={"delivered": (-9, -2)},
            ),
        ),
        unlikely=("embarrassed",),
    ),
    Kind(
        "warranty",
        False,
        (
            "My {item} stopped working. Order {order}. What now?",
            "The {item} I bought on {ordered} is broken. Is that covered? Order {order}.",
        ),
        (
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, ordered on {ordered}, warranty until {covered}.",
                    "Repair booked under {ref}; a prepaid label was e-mailed.",
                ),
                rules=(
                    "Under warranty we repair; we do not exchange or refund.",
                    "Repairs take {takes} from the day the parcel is posted with the prepaid label.",
                ),
                tell=("repair", "covered", "label", "takes", "ref"),
                never=("replace", "refund"),
                ranges={"ordered": (-300, -200), "covered": (40, 300)},
            ),
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, ordered on {ordered}, warranty ended on {covered}.",
                    "Case {ref}.",
                ),
                rules=(
                    "After the warranty there is no repair.",
                    "As a courtesy: a discount of {off} on the next purchase, valid until {valid}.",
                ),
                tell=("no repair", "discount", "off", "valid", "ref"),
                never=("repair", "replace", "refund"),
                ranges={"ordered": (-900, -800), "covered": (-160, -40)},
            ),
        ),
        unlikely=("embarrassed",),
    ),
)
"""Kinds of ticket about goods."""
