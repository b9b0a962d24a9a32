"""Amounts, dates, durations, percentages and codes in free wording, read by value.

`"$42.50"`, `"42.50 dollars"` and `"USD 42.5"` are one value; so are `"3 March"`, `"March 3rd"` and
`"2026-03-03"`, or `"two weeks"` and `"14 days"`. One pattern with bounded repetitions cuts the text, so the
cost is linear in its length.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import NamedTuple

from vpo_envs.domains.support.words import word_list
from vpo_envs.reading import DASHES, QUOTES

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
DAYS_FROM_TODAY = {"tomorrow": 1, "day after tomorrow": 2}
KINDS = {"money": "amount", "date": "date", "span": "duration", "share": "percentage", "code": "code"}
"""Kinds of value and their names in messages."""

_UNITS = word_list(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = word_list("twenty thirty forty fifty sixty seventy eighty ninety")
_SMALL = {word: i for i, word in enumerate(_UNITS, 1)} | {word: 10 * i for i, word in enumerate(_TENS, 2)}
_SCALES = {"hundred": 100, "thousand": 1000}
_WORD = "|".join(sorted([*_SMALL, *_SCALES], key=len, reverse=True))
_LENGTHS = {"hour": 1, "hr": 1, "day": 24, "week": 168, "fortnight": 336, "month": 720, "year": 8760}
_SPAN = rf"(?:{'|'.join(_LENGTHS)})s?\b"
_KIND_OF_DAY = r"(?:(?:business|working|calendar|full|whole|more)\s)?"
_CURRENCIES = {
    "usd": "usd", "us$": "usd", "$": "usd", "dollar": "usd", "buck": "usd", "eur": "eur", "€": "eur",
    "euro": "eur", "gbp": "gbp", "£": "gbp", "pound": "gbp",
}  # fmt: skip
_MONEY_WORD = r"(?:usd|eur|gbp|dollar|buck|euro|pound)s?\b"
_SPELLED = re.compile(
    rf"\b(?!one[\s-]{_KIND_OF_DAY}{_SPAN})(?:an?\s(?=hundred"
    rf"|thousand))?(?:{_WORD})(?:[\s-](?:and\s)?(?:{_WORD})){{0,7}}"
    rf"(?=[\s-]{_KIND_OF_DAY}(?:{_SPAN}|{_MONEY_WORD}|cents?\b|pence\b|per\s?cent\b))"
)
_NUMBER = r"(?<![\w.])(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,9})(?:\.[0-9]{1,4})?(?![0-9])"
_MONTH = "|".join(rf"{name}\b|{name[:3]}\b(?:\.(?=\s?[0-9,]))?" for name in MONTHS) + r"|sept\b\.?"
_DAY = r"(?<![\w.])[0-9]{1,2}(?:st|nd|rd|th)?\b"
_YEAR = r"(?:,?\s(?:19|20)[0-9]{2}\b)?"
_TOKEN = re.compile(
    rf"""
      (?P<iso>     (?<![\w-])[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?![0-9]) )
    | (?P<slash>   (?<![\w/.])[0-9]{{1,2}}(?P<mark>[/.])[0-9]{{1,2}}(?P=mark)[0-9]{{4}}(?![0-9]) )
    | (?P<day>     {_DAY}\s(?:of\s)?(?:{_MONTH}){_YEAR} )
    | (?P<month>   \b(?:{_MONTH})\s(?:the\s)?[0-9]{{1,2}}(?:st|nd|rd|th)?\b
                   (?!\s{_KIND_OF_DAY}{_SPAN}){_YEAR} )
    | (?P<span>    {_NUMBER}(?:\s?(?:-|to|or)\s?{_NUMBER})?[\s-]?{_KIND_OF_DAY}{_SPAN}(?!\sago\b) )
    | (?P<half>    \bhalf\san?\s{_SPAN} )
    | (?P<one>     (?<!payment\sin\s)(?<!payments\sin\s)(?<!times\sin\s)(?<!twice\sin\s)
                   (?:(?<=\bin\s)|(?<=ithin\s|takes\s|allow\s|up\sto\s))(?:an?|one)\s{_KIND_OF_DAY}{_SPAN} )
    | (?P<money>   (?:us\$|[$€£]|\b(?:usd|eur|gbp))\s?(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,3}}|[0-9]{{1,9}})
                   (?:\.[0-9]{{1,4}})?(?![0-9])
                 | {_NUMBER}\s?(?:{_MONEY_WORD}|[$€£])(?:\s(?:and\s)?[0-9]{{1,2}}\s(?:cents?|pence)\b)? )
    | (?P<share>   {_NUMBER}\s?(?:%|per\s?cent\b) )
    | (?P<code>    \#[0-9]{{3,12}}\b | \b[a-z]{{1,4}}-?[0-9]{{2,12}}\b )
    | (?P<cents>   {_NUMBER} )
    | (?P<relative>\b(?:day\safter\s)?tomorrow\b )
    | (?P<no>      \b(?:no|ref|nr)\.(?=\s?[a-z]{{0,4}}-?[0-9]) )
    | (?P<word>    [^\W\d_]+(?:'[^\W\d_]+)* )
    | (?P<stop>    [.!;\n] )
    | (?P<ask>     \? )
    | (?P<colon>   : )
    | (?P<pause>   [,()] | \s-{{1,3}}\s )
    | (?P<other>   \w{{1,100}} )
    """,
    re.VERBOSE,
)
_SIGN = re.compile(
    r"(?:([-+=])|\b(minus|less|plus|equals))\s?(?:(?:the|an?|our|your)\s)?"
    r"(?:(?:\w{1,20}\s){1,3}of\s|(?:\w{1,20}\s){0,2}\w{1,20}:\s)?$"
)
_SIGNS = {"minus": "-", "less": "-", "plus": "+", "equals": "="}
_LONGEST_SIGN = 40
"""Signs of arithmetic before an amount: "- $5", "- fee: $5", "minus the fee of $5"; their most characters."""
_WRAPPED = re.compile(r"\n(?=[ \t]*[a-z$€£])")
"""A line break inside a sentence; before a capital, a digit or a mark of a list it ends one."""
_PUNCTUATION = {"stop": ".", "ask": "?", "pause": ",", "colon": ":"}
_BARE_CODE_DIGITS = 4
"""A bare number of at least this many digits may be a code without its letters."""


class Value(NamedTuple):
    """A value as a text states it.

    Attributes:
        kind: A key of `KINDS`.
        keys: Its possible meanings: one normal form, or several for a date like 3/4/2026.
        strict: Whether it is wrong where the ticket knows no such value. A bare `2.10` or `4711` is read
            as money or a code only where it matches.
        sign: `-`, `+` or `=` for an amount with such a sign, or a word for it, before it.
    """

    kind: str
    keys: tuple[Hashable, ...]
    strict: bool = True
    sign: str = ""

    def truths(self) -> frozenset[Hashable]:
        """Returns all normal forms that state this value: a date without its year, a code's digits."""
        keys = set(self.keys)
        for key in self.keys:
            if self.kind == "date" and isinstance(key, tuple):
                keys.add((*key[:2], 0))
            elif self.kind == "code" and isinstance(key, str):
                digits = key.lstrip("abcdefghijklmnopqrstuvwxyz")
                keys |= {digits} if len(digits) >= _BARE_CODE_DIGITS else set()
        return frozenset(keys)


class Tokens(NamedTuple):
    """A text as lower-case words, with `.`, `?`, `,` and `:` for what ends or interrupts a sentence.

    Attributes:
        words: A value is one word, `<money>` or `<date>` for example.
        values: The values by their positions among the words.
    """

    words: list[str]
    values: dict[int, Value]


def tokenize(text: str) -> Tokens:
    """Splits a text into words and values.

    Example:
        >>> tokenize("Refund: USD 42.5 by March 3rd.").words
        ['refund', ':', '<money>', 'by', '<date>', '.']
        >>> tokenize("forty-two dollars and fifty cents") == tokenize("$42.50")
        True
    """
    text = text.translate(QUOTES).translate(DASHES).replace("`", "'").replace("<", " ")
    text = _SPELLED.sub(_in_digits, _WRAPPED.sub(" ", text).lower())
    words: list[str] = []
    values: dict[int, Value] = {}
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind in _PUNCTUATION:
            words.append(_PUNCTUATION[kind])
            continue
        value = None if kind in ("word", "no", "other") else _READERS[kind](match.group())
        if value is not None:
            sign = _sign_before(text, match.start()) if value.kind == "money" else ""
            values[len(words)] = value._replace(sign=sign) if sign else value
        words.append(match.group() if value is None else f"<{value.kind}>")
    return Tokens(words, values)


def read_value(text: str) -> Value:
    """Returns the one value that `text` states.

    Raises:
        ValueError: If the text holds no value, or more than one.
    """
    values = list(tokenize(text).values.values())
    if len(values) != 1:
        raise ValueError(f"{text!r} states {len(values)} values, not one")
    return values[0]


def _sign_before(text: str, start: int) -> str:
    """Returns the sign of arithmetic before an amount; empty if there is none."""
    found = _SIGN.search(text[max(0, start - _LONGEST_SIGN) : start])
    return "" if found is None else found[1] or _SIGNS[found[2]]


def _in_digits(match: re.Match[str]) -> str:
    """Writes numbers in words as digits: forty-two, one hundred and five, two thousand."""
    total = group = 0
    for word in re.split(r"[\s-]", match.group()):
        if word in _SCALES:
            group = max(group, 1) * _SCALES[word]
            if word == "thousand":
                total, group = total + group, 0
        else:
            group += _SMALL.get(word, 0)
    return str(total + group)


def _numbers(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in re.findall(r"[0-9][0-9,]*(?:\.[0-9]+)?", text)]


def _money(text: str) -> Value:
    sign = next(sign for sign in _CURRENCIES if sign in text)
    amount, *cents = _numbers(text)
    return Value("money", ((_CURRENCIES[sign], round(amount * 100 + sum(cents), 2)),))


def _bare(text: str) -> Value | None:
    """Reads a number without a unit: an amount in cents, the digits of a code, or nothing."""
    whole, _, decimals = text.partition(".")
    if len(decimals) == 2:
        return Value("money", (("usd", round(_numbers(text)[0] * 100, 2)),), strict=False)
    if not decimals and whole.isdigit() and len(whole) >= _BARE_CODE_DIGITS:
        return Value("code", (whole,), strict=False)
    return None


def _span(text: str) -> Value:
    """Reads a duration in hours; a range promises no more than its upper end."""
    number = 0.5 if text.startswith("half") else max(_numbers(text), default=1.0)
    unit = re.split(r"[\s\d-]", text)[-1].removesuffix("s")
    return Value("span", (number * _LENGTHS[unit],))


def _worded_date(text: str) -> Value | None:
    month = next(i for i, name in enumerate(MONTHS, 1) if re.search(rf"\b{name[:3]}", text))
    day, *year = (int(number) for number in re.findall("[0-9]+", text))
    return Value("date", ((month, day, *(year or [0])),)) if 1 <= day <= 31 else None


def _numeric_date(text: str) -> Value | None:
    """Reads ISO dates, and slashed ones in both orders."""
    a, b, c = (int(part) for part in re.split(r"[-/.]", text))
    orders = [(b, c, a)] if a > 31 else [(a, b, c), (b, a, c)]
    keys = tuple(dict.fromkeys(key for key in orders if 1 <= key[0] <= 12 and 1 <= key[1] <= 31))
    return Value("date", keys) if keys else None


_READERS = {
    "iso": _numeric_date,
    "slash": _numeric_date,
    "day": _worded_date,
    "month": _worded_date,
    "span": _span,
    "half": _span,
    "one": _span,
    "money": _money,
    "share": lambda text: Value("share", (_numbers(text)[0],), strict=_numbers(text)[0] != 100),
    "code": lambda text: Value("code", (re.sub("[^a-z0-9]", "", text),)),
    "cents": _bare,
    "relative": lambda text: Value("date", (text,), strict=False),
}
