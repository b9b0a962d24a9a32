"""Steps that a reply can ask of the customer, with their wording; a part of the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from vpo_envs.domains.support.lexicon import words

_FREELY = r"(?<!n't )(?<!not )(?<!never )"
_NOT_TO = (
    r"(?<![\w'])(?:(?<!we )(?<!i )(?:don't|do not|never)|(?:you|please) (?:must|should|may) not|you mustn't"
    r"|you shouldn't|(?:i|we) would not|that you not"
    r"|avoid|refrain from|(?:do not|don't|wouldn't|would not) (?:recommend|advise|suggest)"
    r"|advise (?:you )?against|better not|not to)(?: (?:ever|even|bother to|try to|attempt to))?"
)
_UNWISE = (
    r"(?:(?:(?:is|are|would be) (?:not|never)|isn't|aren't|would not be|wouldn't be) (?:\w+ )?"
    r"(?:recommended|advised|advisable|needed|necessary|required|allowed|good idea)"
    r"|(?:is|are|would be) (?:discouraged|forbidden|inadvisable|unnecessary|a bad idea))"
)
_AT_ALL = (
    r"(?:then|now|yourself|at all|any ?more|again|today|afterwards?|after that|this time|please"
    r"|for (?:this|that))"
)
_HANDS = (
    r"(?:send|attach|mail|email|e-mail|provid|need|forward|post|return|shar|submit|show|put|give|add|reply|see"
    r"|with|up|on|off)"
)
"""Beginnings of what the company does to hand something over: "we send you the label"."""


@dataclass(frozen=True)
class Step:
    """Something that the customer has to do.

    Attributes:
        label: As in "tell the customer {label}".
        thing: Words for the thing it is done to.
        deed: Words for the deed; both must stand in one sentence.
        prose: Sentences that ask for it.
        compact: The same in two words.
    """

    label: str
    thing: re.Pattern[str]
    deed: re.Pattern[str]
    prose: tuple[str, ...]
    compact: str

    @cached_property
    def spared(self) -> re.Pattern[str]:
        """Words by which the thing is not needed."""
        thing = self.thing.pattern
        return re.compile(
            r"(?:(?:don't|do not|won't|needn't|not) need|no need for|do without"
            rf"|{_FREELY}(?:skip|leave out)) (?:(?:to use|an?|the|any|your) ){{0,2}}{thing}"
            rf"|{thing} (?:is|are) (?:not (?:needed|required|necessary|mandatory)"
            r"|optional|voluntary|unnecessary)"
            rf"|{thing} (?:isn't|aren't) (?:needed|required|necessary|mandatory)"
        )

    @cached_property
    def undone(self) -> re.Pattern[str]:
        """Words by which the deed is not needed, whatever it is done to: "you need not send anything"."""
        return re.compile(
            r"(?:(?:don't|do not|won't) (?:need|have) to|needn't|need not|no need to) "
            rf"{self.deed.pattern}(?: (?:us |me )?anything)?$"
        )

    @cached_property
    def forbidden(self) -> re.Pattern[str]:
        """Words against the deed, without a time or a manner that they are about: "do not send a photo"."""
        done = rf"{self.deed.pattern} (?:(?!any|another|other|own|old)[\w'-]+ ){{0,3}}?{self.thing.pattern}"
        return re.compile(
            rf"{_NOT_TO} {done}(?: {_AT_ALL})?$"
            rf"|{done} {_UNWISE}(?: {_AT_ALL})?$"
        )

    @cached_property
    def ours(self) -> re.Pattern[str]:
        """Words by which the company does the deed, which asks nothing of the customer."""
        return re.compile(
            r"(?<![\w'])(?:we|i|we'll|i'll|we've|i've|our \w+)(?: (?:will|can|shall|have|had|already|also"
            rf"|gladly|just|then|now|personally)){{0,3}} (?!{_HANDS}){self.deed.pattern}"
            r"(?: (?:up|on|off)\b)?(?! you\b)"
        )

    @cached_property
    def lacking(self) -> re.Pattern[str]:
        """Words for its absence: "without the photo"."""
        return re.compile(rf"(?<!or )without (?:[\w'-]+ ){{0,3}}?{self.thing.pattern}")


STEPS = {
    "photo": Step(
        "to send a photo",
        words("photo* pictur* imag* snapshot* pic pics"),
        words(
            "send* upload* attach* mail* email* e-mail* shar* tak* forward* provid* submit* need* reply add "
            "shoot snap show*"
        ),
        (
            "Please send us a photo.",
            "Please reply with a picture attached.",
            "Could you upload a photo of it?",
        ),
        "send photo",
    ),
    "label": Step(
        "to use the prepaid label",
        words("label*"),
        words("use* using print* attach* stick* send* return* post* ship* put affix* stuck with"),
        ("Please use the prepaid label.", "Print the label we e-mailed and stick it on the parcel."),
        "use label",
    ),
    "password": Step(
        "to reset the password",
        words("password*"),
        words("reset* chang* choos* set setting creat* pick* new renew*"),
        ("Please reset your password.", "Choose a new password first."),
        "reset password",
    ),
    "identity": Step(
        "to send proof of identity",
        words("id passport* identit* identif* licen*"),
        words(
            "send* upload* attach* mail* email* shar* tak* forward* provid* submit* need* show* copy copies "
            "proof"
        ),
        ("Please send a copy of your ID.", "Upload your passport or licence so that we know it is you."),
        "send id",
    ),
    "router": Step(
        "to restart the router",
        words("router* modem*"),
        words("restart* reboot* unplug* switch* turn* reset* cycl* power* off"),
        ("Please restart your router.", "Then unplug the modem for a moment."),
        "restart router",
    ),
    "neighbour": Step(
        "to ask the neighbours",
        words("neighbo* next_door"),
        words("ask* check* try* speak* talk* knock* see"),
        ("Please ask your neighbours.", "Could you check with the people next door?"),
        "ask neighbours",
    ),
    "form": Step(
        "to sign the form",
        words("form forms declaration*"),
        words("sign* fill* complet* return* submit* send*"),
        ("Please sign the form.", "Fill in the form that we sent by e-mail."),
        "sign form",
    ),
    "autopay": Step(
        "to set up automatic payment",
        words("autopay* debit* automatic_payment* automatic_pay"),
        words("set sett* enabl* switch* turn* activ* start* sign* enrol* on up"),
        ("Please set up autopay.", "Setting up a direct debit keeps this from happening again."),
        "enable autopay",
    ),
    "link": Step(
        "to confirm with the link",
        words("link*"),
        words("click* open* confirm* use* using follow* press* tap*"),
        ("Please click the confirmation link.", "Open the link in our e-mail to confirm."),
        "click link",
    ),
}

_THINGS = "|".join(step.thing.pattern for step in STEPS.values())
UNMET = re.compile(rf"(?:(?<!or )without|unless|until|before) (?:[\w'-]+ ){{0,4}}?(?:{_THINGS})")
"""A step as the condition of a denial, which offers what it denies."""
