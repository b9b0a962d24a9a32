"""Reading amounts, dates, durations, shares and codes out of free wording, by value.

`"$42.50"`, `"42.50 dollars"` and `"USD 42.5"` are one value; so are `"3 March"`, `"March 3rd"` and
`"2026-03-03"`, or `"two weeks"` and `"14 days"`. Every token is looked at a bounded number of times, so
the cost is linear in the length of the text whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import NamedTuple

from vpo_envs.domains.support.lexer import PUNCTUATION, cut
from vpo_envs.domains.support.numerals import FRACTIONS, NUMBER_WORDS, read_number
from vpo_envs.domains.support.words import word_list

MONTHS = word_list("january february march april may june july august september october november december")
TOMORROWS = ("tomorrow", "day after tomorrow")
"""Names of the days to come; what date they are depends on today's."""
_MONTH = {name[:n]: i for i, name in enumerate(MONTHS, 1) for n in (3, len(name))} | {"sept": 9}
_CURRENCY = {
    word: code
    for code, words in {
        "usd": "$ us$ usd dollar dollars buck bucks",
        "eur": "€ eur euro euros",
        "gbp": "£ gbp pound pounds",
    }.items()
    for word in words.split()
}
_UNITS = {
    "hour": ("hour", 1),
    "day": ("day", 1),
    "week": ("day", 7),
    "fortnight": ("day", 14),
    "month": ("month", 1),
    "year": ("month", 12),
}
_UNITS |= {f"{name}s": unit for name, unit in _UNITS.items()} | {"hrs": ("hour", 1), "hr": ("hour", 1)}
_UNIT_ADJECTIVES = {"business", "working", "calendar", "full", "whole", "more"}
_SPAN_LEADS = frozenset(word_list("within in takes take taking allow to than about under"))
"""Before "a week", which is an idiom elsewhere."""
_FRACTION_FOLLOWERS = frozenset(word_list("of the your that this price"))
_BARE_CODE_DIGITS = 4
"""A bare number of at least this many digits may be a code without its letters."""

_STARTERS = frozenset(("a", "an", "day", "tomorrow", *FRACTIONS))


class Value(NamedTuple):
    """A value as a text states it.

    Attributes:
        kind: `money`, `date`, `span` (a duration), `share` (a percentage) or `code`.
        keys: What it may mean: one normal form, or several for an ambiguous date like 3/4/2026.
        strict: Whether it is a wrong fact where the ticket knows no such value. A bare `2.10` or
            `4711` is read as money or a code only where it matches.
    """

    kind: str
    keys: tuple[Hashable, ...]
    strict: bool = True

    def truths(self) -> frozenset[Hashable]:
        """Every normal form that states this value truly: a date without its year, a code's digits."""
        keys = set(self.keys)
        for key in self.keys:
            if self.kind == "date" and isinstance(key, tuple):  # not "tomorrow"
                keys.add((key[0], key[1], 0))
            elif self.kind == "code" and isinstance(key, str):
                digits = key.lstrip("abcdefghijklmnopqrstuvwxyz")
                keys |= {digits} if len(digits) >= _BARE_CODE_DIGITS else set()
        return frozenset(keys)


class Tokens(NamedTuple):
    """A text as words, with `.`, `?` and `,` for what ends or interrupts a sentence.

    Attributes:
        words: Lower-case words; a value is one word, `<money>` or `<date>` for example.
        values: What stands at the positions of the value words.
        word_count: How many words the text has; a value counts as one, punctuation as none.
    """

    words: list[str]
    values: dict[int, Value]
    word_count: int


def tokenize(text: str) -> Tokens:
    """Splits a text into words and values.

    Example:
        >>> tokenize("Refund: USD 42.5 by March 3rd.").words
        ['refund', ',', '<money>', 'by', '<date>', '.']
        >>> tokenize("42.50 dollars") == tokenize("$42.50")
        True
    """
    lexemes = cut(text)
    scanner = _Scanner(lexemes)
    words: list[str] = []
    values: dict[int, Value] = {}
    count = i = 0
    while i < len(lexemes):
        kind, lexeme = lexemes[i]
        if kind in PUNCTUATION:
            words.append(PUNCTUATION[kind])
            i += 1
            continue
        count += 1
        found = scanner.value_at(i, kind, lexeme)
        if found is None:
            words.append(lexeme)
            i += 1
        else:
            value, i = found
            values[len(words)] = value
            words.append(f"<{value.kind}>")
    return Tokens(words, values, count)


def read_value(text: str) -> Value:
    """The one value that `text` states.

    Raises:
        ValueError: If the text holds no value, or more than one.
    """
    values = list(tokenize(text).values.values())
    if len(values) != 1:
        raise ValueError(f"{text!r} states {len(values)} values, not one")
    return values[0]


class _Scanner:
    """Finds the value that starts at a lexeme, looking a few lexemes ahead."""

    def __init__(self, lexemes: list[tuple[str, str]]) -> None:
        self.lexemes = [*lexemes, *[("", "")] * 8]
        self.words = [lexeme for _, lexeme in self.lexemes]

    def value_at(self, i: int, kind: str, lexeme: str) -> tuple[Value, int] | None:
        """The value and the index after it, or None where lexeme `i` starts no value."""
        if kind == "word":
            if lexeme in _MONTH:
                return self._month_first(i, _MONTH[lexeme])
            if lexeme in NUMBER_WORDS:
                return self._quantity(*read_number(self.words, i), spelled=not self._led_by_span(i))
            if lexeme in _STARTERS:
                return self._worded(i, lexeme)
            return None
        if kind == "number":
            return self._numeral(i, lexeme)
        if kind == "money" and self.lexemes[i + 1][0] == "number":
            return _money(_CURRENCY[lexeme], _amount(self.lexemes[i + 1][1])), i + 2
        if kind == "iso" or kind == "slash":
            value = _numeric_date(lexeme)
            return None if value is None else (value, i + 1)
        if kind == "code":
            return Value("code", (lexeme.replace("-", "").lstrip("#"),)), i + 1
        return None

    def _numeral(self, i: int, lexeme: str) -> tuple[Value, int] | None:
        ordinal = lexeme[-1].isalpha()
        found = self._day_first(i, lexeme)
        if found or ordinal:
            return found
        found = self._quantity(_amount(lexeme), i + 1)
        if found:
            return found
        whole, _, decimals = lexeme.partition(".")
        if len(decimals) == 2:
            return _money("usd", _amount(lexeme), strict=False), i + 1
        if not decimals and len(whole) >= _BARE_CODE_DIGITS and whole.isdigit():
            return Value("code", (whole,), strict=False), i + 1
        return None

    def _quantity(self, number: float, i: int, spelled: bool = False) -> tuple[Value, int] | None:
        """A number that has been read, followed at `i` by a currency, a unit or a percent sign."""
        kind, word = self.lexemes[i]
        if kind in ("word", "money") and word in _CURRENCY:
            cents, after = self._cents(i + 1)
            return _money(_CURRENCY[word], number + cents), after
        if kind == "share" or word == "percent":
            return Value("share", (number,), strict=number != 100), i + 1
        if word in _UNIT_ADJECTIVES:
            i, word = i + 1, self.lexemes[i + 1][1]
        if word in _UNITS:
            if self.lexemes[i + 1][1] == "ago":
                return None  # it tells what was, and promises nothing
            unit, size = _UNITS[word]
            length = number * size
            if unit == "hour" and length % 24 == 0:
                unit, length = "day", length / 24
            elif unit == "day" and length % 1:
                unit, length = "hour", length * 24
            # "one day" and "one week" are idioms as often as promises
            return Value("span", ((unit, length),), strict=not (spelled and number == 1)), i + 1
        # a range, "3 to 5 days" or "3-5 days", promises no more than its upper end
        upper = i + 1 if word in ("to", "or") else i
        kind, word = self.lexemes[upper]
        if kind == "number" and not spelled and not word[-1].isalpha() and _amount(word) > number:
            found = self._quantity(_amount(word), upper + 1, spelled=True)
            return found if found and found[0].kind == "span" else None
        return None

    def _cents(self, i: int) -> tuple[float, int]:
        """The part of an amount after its dollars, "and 50 cents" or "and fifty cents", in dollars."""
        start = i + 1 if self.lexemes[i][1] == "and" else i
        kind, word = self.lexemes[start]
        if kind == "number" and not word[-1].isalpha():
            minor, after = _amount(word), start + 1
        elif word in NUMBER_WORDS:
            minor, after = read_number(self.words, start)
        else:
            return 0.0, i
        return (minor / 100, after + 1) if self.lexemes[after][1] in ("cent", "cents", "pence") else (0.0, i)

    def _worded(self, i: int, word: str) -> tuple[Value, int] | None:
        """A week, half a day, half the price, a quarter of it, tomorrow."""
        before, following = self.words[i - 1] if i else "", self.words[i + 1]
        if word == "tomorrow":
            return Value("date", TOMORROWS[:1], strict=False), i + 1
        if word == "day":
            later = self.words[i + 1 : i + 3] == ["after", "tomorrow"]
            return (Value("date", TOMORROWS[1:], strict=False), i + 3) if later else None
        if word in FRACTIONS:
            if following in ("a", "an") and self.words[i + 2] in _UNITS:
                return self._quantity(FRACTIONS[word] / 100, i + 2)
            if following in _FRACTION_FOLLOWERS and (word == "half" or before in ("a", "one")):
                return Value("share", (FRACTIONS[word],)), i + 1
            return None
        vague = self.words[i + 2 : i + 3] == ["or"]
        if following in _UNITS and self._led_by_span(i) and not vague:
            return self._quantity(1, i + 1)
        return None

    def _led_by_span(self, i: int) -> bool:
        return i > 0 and self.words[i - 1] in _SPAN_LEADS

    def _day_first(self, i: int, lexeme: str) -> tuple[Value, int] | None:
        """3 March, 3rd of March 2026."""
        j = i + 2 if self.lexemes[i + 1][1] == "of" else i + 1
        month = _MONTH.get(self.lexemes[j][1])
        day = _day(lexeme)
        return self._with_year(month, day, j + 1) if month and day else None

    def _month_first(self, i: int, month: int) -> tuple[Value, int] | None:
        """March 3, March the 3rd, 2026."""
        j = i + 2 if self.lexemes[i + 1][1] == "the" else i + 1
        kind, lexeme = self.lexemes[j]
        day = _day(lexeme) if kind == "number" else None
        if day is None or self.lexemes[j + 1][1] in _UNITS:
            return None
        return self._with_year(month, day, j + 1)

    def _with_year(self, month: int, day: int, i: int) -> tuple[Value, int]:
        j = i + 1 if self.lexemes[i][1] == "," else i
        year = self.lexemes[j][1]
        if len(year) == 4 and year.isdigit() and year[:2] in ("19", "20"):
            return Value("date", ((month, day, int(year)),)), j + 1
        return Value("date", ((month, day, 0),)), i


def _amount(lexeme: str) -> float:
    return float(lexeme.replace(",", ""))


def _money(currency: str, amount: float, strict: bool = True) -> Value:
    return Value("money", ((currency, round(amount * 100, 2)),), strict)


def _day(lexeme: str) -> int | None:
    digits = lexeme[:-2] if lexeme[-1:].isalpha() else lexeme
    return int(digits) if len(digits) <= 2 and digits.isdigit() and 1 <= int(digits) <= 31 else None


def _numeric_date(lexeme: str) -> Value | None:
    """ISO dates, and slashed ones in both orders; without a year they count only where they match."""
    parts = [int(part) for part in re.split(r"[-/.]", lexeme)]
    if len(parts) == 3 and parts[0] > 31:
        orders = [(parts[1], parts[2], parts[0])]
    else:
        year = parts[2] if len(parts) == 3 else 0
        orders = [(parts[0], parts[1], year), (parts[1], parts[0], year)]
    keys = tuple((month, day, year) for month, day, year in orders if 1 <= month <= 12 and 1 <= day <= 31)
    return Value("date", tuple(dict.fromkeys(keys)), strict=len(parts) == 3) if keys else None
