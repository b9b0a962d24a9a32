"""What a reply can decide and tell: actions and values, each with its own wording (steps are in steps.py).

The key of an entry is its word in the compact style. `prose` holds sentences; the first is the one of the
optimal replies and has at most `WORDS_PER_POINT` words (see scoring.py).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """Something the company may grant or refuse.

    Attributes:
        noun: As in "never promise {noun}".
        grant: Sentences that promise it.
        deny: Sentences that refuse it.
    """

    noun: str
    grant: tuple[str, ...]
    deny: tuple[str, ...]


@dataclass(frozen=True)
class Role:
    """What a value of the ticket stands for.

    Attributes:
        kind: Kind of value, as in `values.Value.kind`.
        label: As in "tell the customer {label}".
        cues: Concepts one of which must stand in the sentence that states the value.
        prose: Sentences that state it; `{}` is the value.
    """

    kind: str
    label: str
    cues: frozenset[str]
    prose: tuple[str, ...]


ACTIONS = {
    "refund": Action(
        "a refund",
        (
            "We will refund you.",
            "Your refund has been approved.",
            "I have arranged for you to get your money back.",
        ),
        (
            "We cannot give a refund.",
            "A refund is not possible in this case.",
            "I am unable to offer your money back here.",
        ),
    ),
    "replace": Action(
        "a replacement",
        ("We will replace it.", "A replacement is yours.", "We are sending you a new one free of charge."),
        ("We cannot replace it.", "A replacement is not available.", "We are unable to send a new one."),
    ),
    "voucher": Action(
        "a voucher",
        (
            "We offer you a voucher.",
            "I can give you store credit instead.",
            "You will get a voucher from us.",
        ),
        ("We cannot offer a voucher.", "Store credit is not available."),
    ),
    "discount": Action(
        "a discount",
        ("We give you a discount.", "You get a discount on your next purchase."),
        ("We cannot give a discount.", "A discount is not available."),
    ),
    "waive": Action(
        "waiving a fee",
        ("We will waive it.", "The charge has been waived for you.", "I can drop the fee this time."),
        ("We cannot waive it.", "I am unable to remove the charge.", "Waiving it is not possible."),
    ),
    "cancel": Action(
        "a cancellation",
        ("We will cancel it.", "Your cancellation is done.", "I have cancelled it as you wished."),
        ("We cannot cancel it.", "It is too late to cancel.", "A cancellation is not possible any more."),
    ),
    "repair": Action(
        "a free repair",
        ("We will repair it.", "It will be repaired for free.", "Our workshop is going to repair it."),
        ("We cannot repair it.", "A repair is not possible."),
    ),
    "express": Action(
        "express delivery",
        ("We will send it express.", "I can expedite it."),
        ("We cannot send it express.",),
    ),
    "compensate": Action(
        "compensation",
        ("We will compensate you.", "You will receive compensation."),
        ("We cannot compensate you.",),
    ),
    "extend": Action(
        "an extension",
        ("We will extend it.", "You get an extension."),
        ("We cannot extend it.", "An extension is not possible."),
    ),
    "unlock": Action(
        "unlocking the account",
        (
            "We will unlock your account.",
            "Your account is being reactivated.",
            "I have restored your access.",
        ),
        ("We cannot unlock your account yet.", "The account can't be reactivated at this point."),
    ),
    "rebook": Action(
        "a change of booking",
        ("We will rebook you.", "I have moved your booking.", "Your stay can be rescheduled."),
        ("We cannot rebook you.", "Rescheduling is not possible with this rate."),
    ),
    "delete": Action(
        "deletion",
        ("We will delete your data.", "Your data is going to be erased.", "The deletion has been started."),
        ("We cannot delete your data yet.", "Erasing your data is not possible at the moment."),
    ),
    "credit": Action(
        "a credit",
        ("We will credit you.", "A credit goes on your account.", "I am crediting your account."),
        ("We cannot give a credit.", "A credit is not possible here."),
    ),
    "correct": Action(
        "a corrected invoice",
        (
            "We will correct your invoice.",
            "You will receive a corrected invoice.",
            "I have fixed the invoice.",
        ),
        ("We cannot correct the invoice.",),
    ),
    "upgrade": Action(
        "an upgrade",
        ("We will upgrade you.", "You get a free upgrade."),
        ("We cannot upgrade you.",),
    ),
}


def _role(kind: str, label: str, cues: str, *prose: str) -> Role:
    return Role(kind, label, frozenset(cues.split()), prose)


ROLES = {
    "amount": _role(
        "money",
        "how much they get",
        "refund credit amount back get",
        "You will get {} back.",
        "The amount comes to {}.",
        "You receive {}.",
    ),
    "worth": _role("money", "what the voucher is worth", "worth voucher", "The voucher is worth {}."),
    "fee": _role("money", "the fee", "fee cost", "The fee is {}.", "There is a charge of {}."),
    "total": _role("money", "the right total", "amount bill pay correct", "The right total is {}."),
    "paid": _role("money", "the price paid", "paid order price", "You paid {}."),
    "price": _role("money", "the new price", "price new", "The price is now {}."),
    "off": _role("share", "how much cheaper it gets", "off discount", "You get {} off.", "That is {} off."),
    "arrives": _role(
        "date",
        "when it arrives",
        "arrive get due",
        "It arrives on {}.",
        "Delivery is due on {}.",
        "It will reach you by {}.",
    ),
    "by": _role(
        "date",
        "by when they must act",
        "send until apply give",
        "Please do so by {}.",
        "You have until {} to do this.",
        "The deadline is {}.",
    ),
    "valid": _role(
        "date", "how long it is valid", "valid until", "It is valid until {}.", "It expires on {}."
    ),
    "ends": _role(
        "date", "when it ends", "end until cancel", "Your plan ends on {}.", "You keep access until {}."
    ),
    "due": _role("date", "when payment is due", "due pay until", "It is due on {}.", "Please pay by {}."),
    "covered": _role("date", "until when it is covered", "cover until valid", "You are covered until {}."),
    "new": _role(
        "date", "the new date", "new date rebook move", "Your new date is {}.", "You now travel on {}."
    ),
    "back": _role(
        "date",
        "when service is back",
        "back restore works",
        "Service is back on {}.",
        "Everything will be running again by {}.",
    ),
    "ordered": _role("date", "when it was ordered", "order", "You ordered on {}."),
    "delivered": _role("date", "when it was delivered", "came", "It was delivered on {}."),
    "takes": _role(
        "span",
        "how long it takes",
        "take within",
        "It takes up to {}.",
        "Please allow {}.",
        "This is done within {}.",
    ),
    "lasts": _role("span", "how long the link works", "works link within", "The link works for {}."),
    "window": _role("span", "the time allowed", "window order", "Our window is {}."),
    "ref": _role(
        "code",
        "the reference number",
        "reference",
        "Your reference number is {}.",
        "Please quote {}.",
        "The case number is {}.",
    ),
    "track": _role("code", "the tracking code", "track", "Track it with {}.", "The tracking code is {}."),
    "order": _role("code", "the order number", "order", "Your order is {}."),
}
