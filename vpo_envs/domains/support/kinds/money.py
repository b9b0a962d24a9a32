"""Tickets about money: charges, fees, prices, invoices."""

from vpo_envs.domains.support.kinds.base import Kind, Outcome

MONEY = (
    Kind(
        "double",
        True,
        (
            "I was charged twice for order {order}!",
            "There are two charges on my card for the {item}. The order number is {order}.",
        ),
        (
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, ordered on {ordered}.",
                    "A second charge of {amount} was taken by our mistake. Case {ref}.",
                ),
                rules=(
                    "Charges taken by mistake are refunded within {takes}.",
                    "Bank fees are not covered.",
                ),
                tell=("refund", "amount", "takes", "ref"),
                never=("compensate", "voucher"),
                ranges={"ordered": (-20, -4)},
            ),
        ),
    ),
    Kind(
        "latefee",
        False,
        (
            "Why is there a late fee on my bill? Please take it off.",
            "I paid a few days late and now there is an extra fee. Can you remove it?",
        ),
        (
            Outcome(
                records=(
                    "Late fee of {fee} charged; first late payment. Next bill of {paid} due on {due}.",
                    "Case {ref}.",
                ),
                rules=(
                    "The first late fee is waived once automatic payment has been set up.",
                    "Due dates do not move.",
                ),
                tell=("waive", "fee", "autopay", "due", "ref"),
                never=("extend", "refund"),
            ),
            Outcome(
                records=(
                    "Late fee of {fee} charged; third late payment this year. Bill of {paid} due on {due}.",
                    "Case {ref}.",
                ),
                rules=(
                    "From the second late payment on the fee stands.",
                    "The customer should set up automatic payment. Due dates do not move.",
                ),
                tell=("no waive", "fee", "due", "autopay", "ref"),
                never=("waive", "extend", "discount"),
            ),
        ),
    ),
    Kind(
        "price",
        False,
        (
            "I bought the {item} on {ordered}, and now it is cheaper! Order {order}.",
            "Days after my order {order} the price of the {item} dropped. Do I get the difference?",
        ),
        (
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, ordered on {ordered}. Price today: {price}.",
                    "Case {ref}.",
                ),
                rules=(
                    "Price drops within {window} of purchase are made good: the difference is credited.",
                    "It shows on the account within {takes}.",
                ),
                tell=("credit", "amount", "takes", "ref"),
                never=("refund", "voucher"),
                ranges={"ordered": (-12, -3)},
                difference=("amount", "paid", "price"),
            ),
            Outcome(
                records=(
                    "Order {order}: {item}, paid {paid}, ordered on {ordered}. Price today: {price}.",
                    "Case {ref}.",
                ),
                rules=(
                    "Price drops count within {window} of purchase; later there is no credit.",
                    "We may offer a discount of {off} on the next purchase, valid until {valid}.",
                ),
                tell=("no credit", "discount", "off", "valid", "ref"),
                never=("credit", "refund"),
                ranges={"ordered": (-150, -65)},
            ),
        ),
        unlikely=("worried",),
    ),
    Kind(
        "invoice",
        True,
        (
            "The invoice for {order} is wrong, it says {paid}.",
            "I got a bill over {paid} for order {order}. That can't be right.",
        ),
        (
            Outcome(
                records=(
                    "Order {order}: invoiced at {paid} by our mistake; the right total is {total}.",
                    "Payment due on {due}. Case {ref}.",
                ),
                rules=(
                    "Wrong invoices are corrected; the new one is e-mailed within {takes}.",
                    "The date for payment stays.",
                ),
                tell=("correct", "total", "due", "takes", "ref"),
                never=("discount", "extend", "waive"),
            ),
        ),
    ),
    Kind(
        "outage",
        True,
        (
            "My internet has been down since yesterday.",
            "No connection at all, and I work from home.",
        ),
        (
            Outcome(
                records=(
                    "Fault in our network, service back on {back}. Case {ref}.",
                    "Monthly bill: {paid}.",
                ),
                rules=(
                    "Customers hit by our faults are credited {amount}.",
                    "After the fault is mended the router must be restarted.",
                    "Contracts are not cancelled for a single fault.",
                ),
                tell=("credit", "amount", "back", "router", "ref"),
                never=("refund", "cancel", "compensate"),
            ),
        ),
        unlikely=("confused", "embarrassed"),
    ),
)
"""Kinds of ticket about money."""
