"""Decisions and facts of a reply: actions and values, each with its wording (steps are in steps.py).

The key of an entry is its word in the compact style. `prose` holds sentences; the first is the one of the
optimal replies and has at most `WORDS_PER_POINT` words (see scoring.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vpo_envs.domains.support.lexicon import words


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
    """The role of a value of the ticket.

    Attributes:
        kind: Kind of value, as in `values.Value.kind`.
        label: As in "tell the customer {label}".
        strong: Words that claim a value of its kind for the role.
        cues: The same and weaker ones; one of them must stand near the value.
        prose: Sentences that state it; `{}` is the value.
    """

    kind: str
    label: str
    strong: re.Pattern[str]
    cues: re.Pattern[str]
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
    strong, _, weak = cues.partition("|")
    return Role(kind, label, words(strong), words(f"{strong} {weak}"), prose)


ROLES = {
    "amount": _role(
        "money",
        "how much they get",
        "refund* reimburs* credit* amount* sum back get gets getting receiv* repay* repaid revers* "
        "difference "
        "return* transfer* shipping postage duplicate extra | give total second charge reach* card "
        "deduct* reduc* lower* off",
        "You will get {} back.",
        "The amount comes to {}.",
        "You receive {}.",
    ),
    "worth": _role(
        "money",
        "what the voucher is worth",
        "worth voucher* coupon* credit valu*",
        "The voucher is worth {}.",
    ),
    "fee": _role(
        "money",
        "the fee",
        "fee fees charge* surcharg* wrap* | cost costs only for_<money>",
        "The fee is {}.",
        "There is a charge of {}.",
    ),
    "total": _role(
        "money",
        "the right total",
        "total* right correct* should | amount* bill* invoic* pay payable owe*",
        "The right total is {}.",
    ),
    "paid": _role(
        "money",
        "the price paid",
        "paid payment* spent price pric* | order* invoic* bill* plan month* charged",
        "You paid {}.",
    ),
    "price": _role("money", "the new price", "price* now today cheaper sale", "The price is now {}."),
    "off": _role(
        "share",
        "how much cheaper it gets",
        "off discount* cheaper less reduc*",
        "You get {} off.",
        "That is {} off.",
    ),
    "arrives": _role(
        "date",
        "when it arrives",
        "arriv* deliver* reach* expect* land* turns with_you there comes coming your_door gets_to | due "
        "will get",
        "It arrives on {}.",
        "Delivery is due on {}.",
        "It will reach you by {}.",
    ),
    "by": _role(
        "date",
        "by when they must act",
        "send* return* post* hand* upload* drop* ship* submit* deadline latest confirm* apply give back "
        "open use* click* "
        "do no_later | by until till before through have",
        "Please do so by {}.",
        "You have until {} to do this.",
        "The deadline is {}.",
    ),
    "valid": _role(
        "date",
        "how long it is valid",
        "valid expir* use* redeem* good spend voucher* discount* | until through by before",
        "It is valid until {}.",
        "It expires on {}.",
    ),
    "ends": _role(
        "date",
        "when it ends",
        "end* stop* finish* run* access active cancel* plan subscription* usable usage "
        "| until through effective as_of",
        "Your plan ends on {}.",
        "You keep access until {}.",
    ),
    "due": _role(
        "date",
        "when payment is due",
        "due pay* owe* bill* invoice* | until by deadline",
        "It is due on {}.",
        "Please pay by {}.",
    ),
    "covered": _role(
        "date",
        "until when it is covered",
        "cover* warrant* | until valid through",
        "You are covered until {}.",
    ),
    "new": _role(
        "date",
        "the new date",
        "new date* rebook* mov* travel book* stay chang* reschedul* | to for",
        "Your new date is {}.",
        "You now travel on {}.",
    ),
    "back": _role(
        "date",
        "when service is back",
        "back restor* online running service works working work again connection up | by on",
        "Service is back on {}.",
        "Everything will be running again by {}.",
    ),
    "ordered": _role(
        "date",
        "when it was ordered",
        "(?<!next_)order* bought (?<!next_)purchas* placed",
        "You ordered on {}.",
    ),
    "delivered": _role(
        "date", "when it was delivered", "delivered came arrived received got", "It was delivered on {}."
    ),
    "takes": _role(
        "span",
        "how long it takes",
        "take* taking allow wait* need* up_to process* | within in after give be most runs expect for gone "
        "maximum is",
        "It takes up to {}.",
        "Please allow {}.",
        "This is done within {}.",
    ),
    "lasts": _role(
        "span",
        "how long the link works",
        "work* valid expir* last* open link good live stays | within",
        "The link works for {}.",
    ),
    "window": _role(
        "span",
        "the time allowed",
        "window polic* period | return* deliver* purchas* price* credit* bought drop* within for",
        "Our window is {}.",
    ),
    "ref": _role(
        "code",
        "the reference number",
        "reference* ref case claim ticket request* search* file booking | number* no. quot* id under "
        "mention* code it",
        "Your reference number is {}.",
        "Please quote {}.",
        "The case number is {}.",
    ),
    "track": _role(
        "code",
        "the tracking code",
        "track* parcel* shipment* follow* | code under as it with",
        "Track it with {}.",
        "The tracking code is {}.",
    ),
    "order": _role("code", "the order number", "order*", "Your order is {}."),
}
