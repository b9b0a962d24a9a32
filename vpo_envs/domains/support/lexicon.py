"""Which words mean what: the vocabulary of actions, cues, steps and feelings, as stems.

A concept is a set of stems; `refund*` stands for every word that begins so. Words without blanks like
`contactus` stand for the phrases of phrases.py.
"""

from __future__ import annotations

from functools import lru_cache

ACTION_STEMS = {
    "refund": "refund* reimburs* repay* revers*",
    "replace": "replac* exchang* swap* substitut*",
    "voucher": "voucher* coupon*",
    "discount": "discount*",
    "waive": "waiv*",
    "cancel": "cancel*",
    "repair": "repair* mend* fix*",
    "express": "express expedit* overnight",
    "compensate": "compensat*",
    "extend": "extend* extension*",
    "unlock": "unlock* reactivat* reopen*",
    "rebook": "rebook* reschedul*",
    "delete": "delet* eras*",
    "credit": "credit*",
    "correct": "correct* amend*",
    "upgrade": "upgrad*",
}
CUE_STEMS = {
    "amount": "amount* sum total*",
    "back": "back",
    "get": "get gets getting receiv* see",
    "worth": "worth valu*",
    "fee": "fee fees charg* surcharg*",
    "cost": "cost costs",
    "paid": "paid payment* spent",
    "pay": "pay payable paying pays owe owed",
    "price": "pric* sale",
    "arrive": "arriv* deliver* reach* there land* withyou expect* comes scheduled",
    "came": "came arrived delivered received got",
    "order": "order* bought purchas* placed",
    "send": "send* return* post* hand* upload* drop* ship* submit* collect*",
    "until": "by up before until till latest deadline through",
    "valid": "valid expir* use* redeem* good spend",
    "end": "end ends ended ending stop* finish* run runs access",
    "due": "due",
    "bill": "bill* invoic*",
    "cover": "cover* warrant*",
    "new": "new now",
    "date": "date dates booking* book* stay*",
    "restore": "restor* online running service upagain returns fix*",
    "within": "within in",
    "take": "take takes taking need needs allow up maximum",
    "window": "window polic* period return* deliver* purchas*",
    "works": "work works working activ* valid expir* last lasts open live",
    "off": "off cheaper less reduc*",
    "reference": "reference* ref number* no. quot* case claim code id ticket under file mention* "
    "search* request*",
    "track": "track* parcel* shipment* follow*",
}
STEP_STEMS = {
    "photo": "photo* pictur* imag* snapshot* pic pics",
    "label": "label*",
    "password": "password*",
    "identity": "id passport* identit* identif* licen*",
    "router": "router* modem*",
    "neighbour": "neighbo*",
    "form": "form forms declaration*",
    "autopay": "autopay* debit",
    "link": "link*",
    "give": "send* upload* attach* mail* email* shar* tak* forward* provid* submit* need needs "
    "add shoot snap show* copy copies",
    "apply": "use* using print* attach* stick* send* return* post* ship* put affix* stuck",
    "renew": "reset* chang* choos* set setting creat* pick* new renew*",
    "restart": "restart* reboot* unplug* switch* turn* reset* cycl* power*",
    "ask": "ask* check* try* speak* talk* knock* see",
    "sign": "sign* fill* complet* return* submit* send*",
    "enable": "set setting enabl* switch* turn* activ* start* sign* enrol*",
    "click": "click* open* confirm* use* using follow* press* tap*",
}
FRAME_STEMS = {
    "relieve": "cancel cancels canceled cancelled canceling cancelling remov* drop* delet* strik* struck "
    "lift* skip* cover* forget* gone "
    "scrap* forgiv* eras* wip* clear*",
    "take": "take takes taking took taken knock* let",
    "away": "off away",
    "owe": "pay paying payable owe owed charged charging apply applies",
    "a fee": "fee fees charge charges surcharge*",
    "hand back": "return* transfer* wire wired",
    "money": "money cash funds sum amount payment price cost costs postage shipping difference <money>",
    "come by": "get gets getting have receiv* coming comes going goes",
    "move": "mov* switch* shift* push* postpon* defer* chang* adjust*",
    "a due date": "due deadline payment",
    "a booking": "booking* stay* flight* reservation* trip* appointment* visit* you date dates",
    "end it": "stop* end ended ending terminat* leave leaving quit",
    "a contract": "contract* subscription* plan* membership* order orders",
    "data": "data information details records everything",
    "open up": "open opened opening restor* lift*",
    "an account": "account* access lock*",
    "hand over": "send* sent ship* get gets getting giv* gave deliver* receiv*",
    "a new thing": "new brandnew another",
}
FEELING_STEMS = {
    "frustrated": "frustrat* annoy* irritat* exasperat* aggravat* fedup madden*",
    "angry": "angry anger* furious* outrag* mad madden* infuriat* cross livid",
    "worried": "worr* anxious* anxiet* concern* nervous* uneas* unnerv* unsettl*",
    "disappointed": "disappoint* letdown dissatisf* unhapp* underwhelm*",
    "confused": "confus* puzzl* bewilder* baffl* unclear perplex*",
    "stressed": "stress* overwhelm* pressur* hectic",
    "embarrassed": "embarrass* awkward* humiliat* ashamed",
    "exhausted": "exhaust* tired tiring tiresome weary wearying drain*",
}
MANNER_STEMS = {
    "any feeling": "feel* felt upset* difficult* hard tough unpleasant distress* inconvenien* unacceptable",
    "recognition": (
        "understand* understood see know hear* imagin* realis* realiz* recogni* appreciat* acknowledg* "
        "must how why sound* natural* right anyone anybody that this such it's sense fair reasonable "
        "whata inyourplace"
    ),
    "apology": "sorry apolog* regret* forgive* ourfault",
    "offer": "contactus followup heretohelp",
    "rude": "calmdown yourfault notourproblem whatever stopcomplaining overreact* contempt stupid* idiot* "
    "moron* "
    "pathetic crybab*",
    "caring": "care cares cared caring",
    "whole": "full fully whole entire* complete* everything",
}


def _index() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    words: dict[str, set[str]] = {}
    prefixes: dict[str, set[str]] = {}
    for group in (ACTION_STEMS, CUE_STEMS, STEP_STEMS, FRAME_STEMS, FEELING_STEMS, MANNER_STEMS):
        for concept, stems in group.items():
            for stem in stems.split():
                table = prefixes if stem.endswith("*") else words
                table.setdefault(stem.rstrip("*"), set()).add(concept)
    return (
        {word: frozenset(found) for word, found in words.items()},
        {word: frozenset(found) for word, found in prefixes.items()},
    )


_WORDS, _PREFIXES = _index()
_LONGEST_PREFIX = max(map(len, _PREFIXES))


@lru_cache(maxsize=1 << 14)
def concepts_of(word: str) -> tuple[str, ...]:
    """The concepts that a lower-case word belongs to, sorted.

    Example:
        >>> concepts_of("refunded"), concepts_of("sky")
        (('refund',), ())
    """
    found = set(_WORDS.get(word, ()))
    for end in range(2, min(len(word), _LONGEST_PREFIX) + 1):
        found |= _PREFIXES.get(word[:end], frozenset())
    return tuple(sorted(found))
