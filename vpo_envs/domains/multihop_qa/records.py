"""Citations and answers in JSON: in one object or in two, among other keys, and in what wraps them."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Any

from vpo_envs.domains.multihop_qa.dress import is_form
from vpo_envs.literals import read_value, unwrapped
from vpo_envs.reading import fenced, final_or_last

LONGEST_JSON = 5000
"""Characters; no answer is as long."""

ANSWER_NAMES = r"(?:final|short)[_ -]?answer|answers?"
CITATIONS = re.compile(
    r"(?:final[_ -]?)?(?:support|citation|paragraph|evidence|source|reference|cited)", re.IGNORECASE
)
ENDS_IN_ANSWER = re.compile(r"answers?$", re.IGNORECASE)
ANSWER_KEY = re.compile(rf"{ANSWER_NAMES}|(?:correct|revis)\w*[_ -]?answers?", re.IGNORECASE)
"""The keys of JSON: of citations, of any answers, and of the answer to the question."""

RESULT_KEY = re.compile(r"(?:final[_ -]?)?(?:result|response|output)", re.IGNORECASE)
"""Other keys for the answer beside citations."""

CONTENT_KEY = re.compile(r"(?:name|text|value|title|label|entity|content)", re.IGNORECASE)
"""The keys of an answer that is an object itself."""

NUMBERED = re.compile(
    r"paragraph|passage|number|document|support|citation|source|\bid\b|index", re.IGNORECASE
)

Found = tuple[str | None, str]
"""Citations and answer."""


def from_json(text: str) -> Found | str | None:
    """Returns support and answer of the last JSON object that has an answer.

    Where it has only one of the two, the object before it may have the other. A wrapper around a text
    gives this text, which is to be read in its turn.

    Example:
        >>> from_json('{"support": [3, 7]}, {"answer": {"name": "Rome"}}')
        ('3; 7', 'Rome')
        >>> from_json('{"role": "assistant", "content": "Answer: Rome"}')
        'Answer: Rome'
    """
    try:
        pieces = _last_objects(text)
        record, *before = (unwrapped(read_value(piece, repeated_keys=True)) for piece in pieces or ["{}"])
        if isinstance(record, str):
            return record
        found = _from_record(record)
        if (found is None or found[0] is None) and before and _completes(before[0], record):
            return _from_record({**before[0], **record})
        return found
    except (ValueError, RecursionError):
        return None


def _completes(record: Any, other: Any) -> bool:
    """Returns whether two objects are parts of one answer."""
    return isinstance(record, dict) and isinstance(other, dict) and not record.keys() & other.keys()


def _from_record(record: Any) -> Found | None:
    """Returns support and answer of a record, or of those in it: the final one or else the last."""
    if isinstance(record, list):
        return next(filter(None, map(_from_record, reversed(record))), None)
    if not isinstance(record, dict):
        return None
    cited = final_or_last({key: value for key, value in reversed([*record.items()]) if CITATIONS.match(key)})
    support = None if cited is None else _cited(cited)
    answers = {key: value for key, value in record.items() if ENDS_IN_ANSWER.search(key)}
    if support is not None and not answers:
        answers = {key: value for key, value in record.items() if RESULT_KEY.fullmatch(key)}
    found = {key: pair for key, value in answers.items() if (pair := _answer(value, support))}
    own = {key: pair for key, pair in found.items() if ANSWER_KEY.fullmatch(key)}
    if found:
        return final_or_last(own or found)
    others = [key for key in record if key not in answers and not CITATIONS.match(key)]
    inner = {key: _from_record(unwrapped(record[key])) for key in others}
    return final_or_last({key: pair for key, pair in inner.items() if pair})


def _answer(value: Any, support: str | None) -> Found | None:
    """Returns the answer that a value is, perhaps the only one of a list beside citations, or holds."""
    if isinstance(value, list) and len(value) == 1 and support is not None:
        value = value[0]
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return None if is_form(str(value)) else (support, str(value))
    if isinstance(value, dict):
        content = next((item for key, item in value.items() if CONTENT_KEY.fullmatch(key)), None)
        value = {"answer": content, **value}
    found = _from_record(value)
    return found and (support if found[0] is None else found[0], found[1])


def _cited(value: Any) -> str:
    """Returns citations in JSON as text: of an object its number, of a list those of its items."""
    if isinstance(value, list):
        return "; ".join(map(_cited, value))
    if isinstance(value, dict):
        numbered = [item for key, item in value.items() if NUMBERED.search(key)]
        keys = all(re.fullmatch(r"\W*[0-9]+\W*", key) for key in value)
        return _cited(numbered[0] if numbered else [*value] if keys else [*value.values()])
    return str(value)


def _last_objects(text: str) -> list[str]:
    """Returns the last two pieces in balanced braces, the last first, of the last fence if any."""
    text = next((block for block in reversed(fenced(text)) if "{" in block), text)
    pieces: list[str] = []
    depth, end = 0, 0
    for brace in reversed(list(re.finditer("[{}]", text))):
        if brace[0] == "}":
            end = end or brace.end()
            depth += 1
        elif end:
            depth -= 1
            if not depth:
                pieces.append(text[brace.start() : end])
                end = 0
                if len(pieces) == 2:
                    break
    return list(takewhile(lambda piece: len(piece) <= LONGEST_JSON, pieces))
