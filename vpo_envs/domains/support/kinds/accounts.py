"""Tickets about accounts, orders, subscriptions and bookings."""

from vpo_envs.domains.support.kinds.base import Kind, Outcome

ACCOUNTS = (
    Kind(
        "cancel",
        False,
        (
            "Please cancel order {order}, I no longer need the {item}.",
            "I want to cancel the {item} I ordered on {ordered}. Order {order}.",
        ),
        (
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, ordered on {ordered}, not shipped. Case {ref}.",
                ),
                rules=(
                    "Orders that have not shipped are cancelled and refunded, less a handling fee of {fee}.",
                    "Refunds take {takes}.",
                ),
                tell=("cancel", "refund", "amount", "takes", "ref"),
                never=("waive", "compensate"),
                ranges={"ordered": (-4, -1)},
                difference=("amount", "paid", "fee"),
            ),
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, ordered on {ordered}, shipped with code {track}.",
                    "Expected on {arrives}. A prepaid label was e-mailed.",
                ),
                rules=(
                    "Orders that have shipped cannot be cancelled.",
                    "They may be sent back with the prepaid label by {by}.",
                ),
                tell=("no cancel", "arrives", "label", "by", "track"),
                never=("cancel", "compensate"),
                ranges={"ordered": (-9, -3), "arrives": (1, 6), "by": (15, 30)},
            ),
        ),
        unlikely=("angry", "disappointed"),
    ),
    Kind(
        "access",
        False,
        (
            "I can't log in any more, my account is locked.",
            "After three wrong passwords I am locked out of my account.",
        ),
        (
            Outcome(
                records=("Account locked after wrong passwords. Link sent, good for {lasts}. Case {ref}.",),
                rules=(
                    "Such accounts are unlocked as soon as the customer resets the password with the link.",
                    "It takes {takes} until all devices are signed in again.",
                ),
                tell=("unlock", "password", "lasts", "takes", "ref"),
                never=("delete", "compensate"),
            ),
            Outcome(
                records=("Account locked because of strange logins. Case {ref}. Review ends on {ends}.",),
                rules=(
                    "Accounts under review stay locked, without exception.",
                    "The customer sends proof of identity by {by}; the check takes {takes}.",
                ),
                tell=("no unlock", "identity", "by", "takes", "ref"),
                never=("unlock", "delete"),
                later=("unlock",),
            ),
        ),
    ),
    Kind(
        "subscription",
        False,
        (
            "I want to end my subscription.",
            "Please stop my subscription, it is not for me.",
        ),
        (
            Outcome(
                records=("Plan at {paid} a month, runs until {ends}. Case {ref}.",),
                rules=(
                    "Plans may be cancelled at any time and run to the end of the period.",
                    "There is a closing fee of {fee}. Months begun are not refunded.",
                ),
                tell=("cancel", "no refund", "ends", "fee", "ref"),
                never=("refund", "waive"),
            ),
        ),
        unlikely=("angry",),
    ),
    Kind(
        "booking",
        False,
        (
            "Something came up and I need another date for my booking.",
            "I can't make it on the day I booked. Can I change it?",
        ),
        (
            Outcome(
                records=("Flexible rate, paid {paid}. Next free date: {new}. Booking under {ref}.",),
                rules=(
                    "Flexible bookings are moved to the next free date for a fee of {fee}.",
                    "The customer confirms with the link by {by}.",
                ),
                tell=("rebook", "new", "fee", "link", "by", "ref"),
                never=("refund", "waive", "upgrade"),
                ranges={"new": (30, 80), "by": (3, 15)},
            ),
            Outcome(
                records=("Saver rate, paid {paid}. Booking under {ref}.",),
                rules=(
                    "Saver bookings are neither moved nor refunded.",
                    "Whoever steps back gets a voucher of {worth}, valid until {valid}.",
                ),
                tell=("no rebook", "voucher", "worth", "valid", "ref"),
                never=("rebook", "refund", "upgrade"),
            ),
        ),
        unlikely=("angry", "disappointed"),
    ),
    Kind(
        "privacy",
        False,
        (
            "I want all my data deleted.",
            "Please erase everything you have about me.",
        ),
        (
            Outcome(
                records=("No open orders. Request {ref}; confirmation link sent, good for {lasts}.",),
                rules=(
                    "Data is deleted once the customer has confirmed with the link.",
                    "Deletion takes {takes}. The membership fee of {paid} is not refunded.",
                ),
                tell=("delete", "link", "lasts", "takes", "ref"),
                never=("refund", "extend"),
            ),
            Outcome(
                records=("Open invoice of {paid}, due on {due}. Request {ref}.",),
                rules=(
                    "While an invoice is open no data is deleted.",
                    "After payment and proof of identity it takes {takes}.",
                ),
                tell=("no delete", "due", "identity", "takes", "ref"),
                never=("delete", "waive"),
                later=("delete",),
            ),
        ),
    ),
)
"""Kinds of ticket about accounts."""
