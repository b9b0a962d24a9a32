"""Values in words without a figure, beside a word for their role: "it arrives today", "it takes years".

They are wrong where the records exclude them. "A few days" and "next week" leave room: only a value far from
that of the records is wrong.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from vpo_envs.domains.support import lexicon
from vpo_envs.domains.support.catalogue import ROLES
from vpo_envs.domains.support.clauses import Clause
from vpo_envs.domains.support.reading import Sentence
from vpo_envs.domains.support.ticket import Ticket

_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}
_UNIT = rf"(?:{'|'.join(_DAYS)})"
_SPAN = (
    rf"(?:(?:an?|the) )?(?:few|couple of|several|some|many|matter of) (?P<several>{_UNIT})s"
    rf"|(?P<plural>{_UNIT})s|(?:an?|one) (?:(?:full|whole) )?(?P<single>{_UNIT})"
)
_DAY = r"(?P<day>(?:later |earlier )?(?:today|tonight)|(?:this|next) (?:week|month|year))"
_ABOUT = (
    r"(?:(?:in|within|by|for|only|just|about|around|roughly|approximately|nearly|almost|maybe|up to"
    r"|at most|at least"
    r"|some ?time|probably|again|you|over) ){0,4}"
)
_DATED = {
    "arrives": r"(?:arriv\w+|reach(?:es)? you|be with you|be delivered(?: to you)?|gets to you|delivery is)",
    "ends": r"(?:ends?|ended|stops?|runs? out)",
    "back": r"(?:is|are|be) (?:\w+ )?(?:back|restored|running|online|up)(?: (?:again|online|up)){0,2}",
    "due": r"(?:due|payable)",
    "new": r"new date is",
    "valid": r"(?:expires?|valid until|valid)",
    "by": r"deadline is",
}
_LASTING = {
    "takes": r"(?:takes?|taking)",
    "lasts": r"(?:works?|valid|good|lasts?|open|live|expires?)",
    "window": r"window is",
}
_NOT_LATE = r"(?! (?:late|later|after|before|ago|behind|earlier|longer|more)(?![\w']))"
_CLAIMS = {
    role: lexicon.pattern(rf"{words} {_ABOUT}(?:{_DAY}|{_SPAN}){_NOT_LATE}")
    for role, words in (_DATED | _LASTING).items()
}
_ALREADY = lexicon.pattern(
    r"(?:is|are|has been|was) already (?:\w+ )?(?:back|restored|running|online|up again|working)"
)
_ENDLESS = r"(?:never|doesn't|does not|don't|won't|will not) (?:ever )?"
_WITHOUT_END = {
    "ends": lexicon.pattern(rf"(?:access|plan|subscription|it) {_ENDLESS}(?:end|stop|expire|run out)s?"),
    "valid": lexicon.pattern(
        rf"{_ENDLESS}expires?|(?:no|without (?:an?|any)) (?:expiry|expiration|deadline"
        rf"|time limit)(?: date)?"
        r"|valid (?:forever|indefinitely)"
    ),
    "by": lexicon.pattern(r"(?:no|without (?:a|any)) (?:deadline|time limit)|no limit of time"),
}
_WITHOUT_END["lasts"] = _WITHOUT_END["valid"]
_NOUNS = {"fee": "(?:fee|charge)", "amount": "(?:amount|refund|credit)", "worth": "voucher"}
_NOTHING = {
    role: lexicon.pattern(
        rf"{noun} (?:is|are|will be|comes to|amounts to|equals) (?:exactly |just )?(?:zero|nothing|nil|0)"
    )
    for role, noun in _NOUNS.items()
}
_FREE = lexicon.pattern(
    r"(?:it|this|that|everything|all)(?:'s| is| are) (?:\w+ )?(?:for )?free(?: of charge)?$"
)
_GET = r"(?:get|receive|have) (?:back )?"
_PART = lexicon.pattern(
    rf"{_GET}(?:only |just )?(?:half|a (?:third|quarter|part|fraction)|nothing)(?: of)?(?: \w+){{0,2}} back"
)
_ALL = lexicon.pattern(rf"{_GET}(?:everything|all of it|all your money|every cent)(?: back)?")
_HINTS = lexicon.words(
    "today tonight week* month* year* hour* day* fortnight* already never end* stop* expir* run* "
    "deadline limit forever indefinitely zero nothing nil 0 free half third quarter part fraction "
    "everything all every_cent"
)
"""One of these is part of every vague value; most sentences hold none and need no further look."""
_SLACK = 0.75
"""Share of a duration that a vague one may fall short of."""
_MOST = 14
"""Most units of "a few", days for example."""


def vague_errors(ticket: Ticket, sentence: Sentence) -> list[str]:
    """Returns what a sentence states wrongly in words without a figure."""
    if sentence.asks or not sentence.holds(_HINTS):
        return []
    found = []
    for clause in sentence.clauses:
        if clause.holds(lexicon.CASES):
            continue
        roles = [role for role in ticket.entries if role in ROLES and _is_wrong(ticket, role, clause)]
        found += [f"states something else in words for {ROLES[role].label}" for role in roles]
    return found


def _is_wrong(ticket: Ticket, role: str, clause: Clause) -> bool:
    """Returns whether a clause contradicts the value of a role."""
    if role in _WITHOUT_END and clause.holds(_WITHOUT_END[role]):
        return True
    if role in _NOTHING and clause.holds(_NOTHING[role]):
        return True
    if role == "fee" and clause.holds(_FREE) and "waive" not in ticket.granted:
        return True
    if role == "amount" and (clause.holds(_PART) or (ticket.reduced and clause.holds(_ALL))):
        return not clause.denied
    day, today = ticket.entries[role].day, ticket.today
    if role == "back" and clause.holds(_ALREADY) and day and today and not clause.denied:
        return day > today
    claim = _CLAIMS[role].search(clause.text) if role in _CLAIMS and not clause.denied else None
    if claim is None or today is None:
        return False
    if claim["day"]:
        return day is not None and not _is_on(claim["day"], day, today)
    length = (day - today).days if day is not None else ticket.entries[role].length / timedelta(days=1)
    return length > 0 and not _lasts(claim, length)


def _is_on(words: str, day: date, today: date) -> bool:
    """Returns whether a date lies in a day, week, month or year that words name."""
    if words.endswith(("today", "tonight")):
        return day == today
    which, _, unit = words.rpartition(" ")
    ahead = int(which.endswith("next"))
    if unit == "week":
        return 0 <= (day - today).days <= 7 * (ahead + 1)
    if unit == "month":
        return (day.year - today.year) * 12 + day.month - today.month == ahead
    return day.year - today.year == ahead


def _lasts(claim: re.Match[str], days: float) -> bool:
    """Returns whether a number of days is what a vague duration may mean."""
    if claim["single"]:
        unit = _DAYS[claim["single"]]
        return _SLACK * unit <= days <= unit / _SLACK
    unit = _DAYS[claim["several"] or claim["plural"]]
    return unit <= days <= _MOST * unit
