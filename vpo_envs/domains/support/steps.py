"""What a reply can ask the customer to do, with its wording; a part of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Something the customer has to do.

    Attributes:
        label: As in "tell the customer {label}".
        thing: Concept of what it is done to.
        deed: Concept of what is done; both must stand in one sentence.
        prose: Sentences that ask for it.
        compact: The same in two words.
    """

    label: str
    thing: str
    deed: str
    prose: tuple[str, ...]
    compact: str


STEPS = {
    "photo": Step(
        "to send a photo",
        "photo",
        "give",
        (
            "Please send us a photo.",
            "Please reply with a picture attached.",
            "Could you upload a photo of it?",
        ),
        "send photo",
    ),
    "label": Step(
        "to use the prepaid label",
        "label",
        "apply",
        ("Please use the prepaid label.", "Print the label we e-mailed and stick it on the parcel."),
        "use label",
    ),
    "password": Step(
        "to reset the password",
        "password",
        "renew",
        ("Please reset your password.", "Choose a new password first."),
        "reset password",
    ),
    "identity": Step(
        "to send proof of identity",
        "identity",
        "give",
        ("Please send a copy of your ID.", "Upload your passport or licence so that we know it is you."),
        "send id",
    ),
    "router": Step(
        "to restart the router",
        "router",
        "restart",
        ("Please restart your router.", "Then unplug the modem for a moment."),
        "restart router",
    ),
    "neighbour": Step(
        "to ask the neighbours",
        "neighbour",
        "ask",
        ("Please ask your neighbours.", "Could you check with the people next door?"),
        "ask neighbours",
    ),
    "form": Step(
        "to sign the form",
        "form",
        "sign",
        ("Please sign the form.", "Fill in the form that we sent by e-mail."),
        "sign form",
    ),
    "autopay": Step(
        "to set up automatic payment",
        "autopay",
        "enable",
        ("Please set up autopay.", "Setting up a direct debit keeps this from happening again."),
        "enable autopay",
    ),
    "link": Step(
        "to confirm with the link",
        "link",
        "click",
        ("Please click the confirmation link.", "Open the link in our e-mail to confirm."),
        "click link",
    ),
}
