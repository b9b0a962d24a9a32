"""Promises in other words: a verb and its object that together name an action.

"Return" is no refund and "fee" no waiver, but to return the money is one and to cancel the fee the other. A
frame matches a verb with its object to the right ("we have cancelled the late fee") or, in the passive, to
the left ("the fee of $9 has been taken off"). Some frames turn denial round: who need not pay a fee is
spared it.
"""

from __future__ import annotations

from typing import NamedTuple

from vpo_envs.domains.support import grammar
from vpo_envs.domains.support.lexicon import concepts_of
from vpo_envs.domains.support.polarity import AFFIRMED, DENIED, Polarity
from vpo_envs.domains.support.words import word_list


class Frame(NamedTuple):
    """A verb with an object.

    Attributes:
        action: What they name together: an action of the catalogue, or `repay`, which is a refund unless the
            ticket knows of a credit.
        verb: Concept of the verb.
        object: Concept of the object.
        inverted: Whether denying the verb grants the action.
        particle: Concept of a word that the verb needs besides, as in take off.
    """

    action: str
    verb: str
    object: str
    inverted: bool = False
    particle: str = ""


FRAMES = (
    Frame("waive", "relieve", "a fee"),
    Frame("waive", "take", "a fee", particle="away"),
    Frame("waive", "owe", "a fee", inverted=True),
    Frame("refund", "hand back", "money"),
    Frame("repay", "come by", "money", particle="back"),
    Frame("extend", "move", "a due date"),
    Frame("rebook", "move", "a booking"),
    Frame("cancel", "end it", "a contract"),
    Frame("delete", "relieve", "data"),
    Frame("unlock", "open up", "an account"),
    Frame("replace", "hand over", "a new thing"),
)
_BY_VERB = {frame.verb: tuple(other for other in FRAMES if other.verb == frame.verb) for frame in FRAMES}
_RIGHT, _LEFT, _NEAR = 6, 7, 3
_STOPS = frozenset(
    word_list(
        ", and or for with by less minus plus but if once when from at after before because as then "
        "despite to it them"
    )
)
_LEFT_STOPS = frozenset(word_list(", and but if i we you once when because"))
_PASSIVES = frozenset(
    word_list(
        "is are was were be been being get gets got does do did doesn't don't didn't won't will can can't "
        "cannot could nolonger"
    )
)
_BETWEEN = _PASSIVES | frozenset(
    word_list("has have had not never just already also now may must would hereby all both soon then")
)
_WITHOUT = frozenset(("no", "without", "nolonger"))
_HENCEFORTH = frozenset(("again", "future", "next"))  # no late fees from now on: this one stands
_NOT_GOODS = frozenset(
    word_list(
        "date dates day time way price password invoice bill link total label account code booking photo "
        "picture message reference thing week month number form email"
    )
)
_FURTHER = frozenset(word_list("extra other further additional hidden more separate"))


class Deed(NamedTuple):
    """An action that a sentence names.

    Attributes:
        action: As in `Frame`.
        position: Where in the sentence.
        polarity: How it is meant.
    """

    action: str
    position: int
    polarity: Polarity


def framed(
    words: list[str], marks: list[Polarity], concepts: dict[str, list[int]]
) -> tuple[list[Deed], set[int]]:
    """The actions that frames name, and the verbs that mean nothing else beside their frame."""
    deeds: list[Deed] = []
    taken: set[int] = set()
    for verb, frames in _BY_VERB.items():
        for i in concepts.get(verb, ()):
            for frame in frames:
                place = _object(words, i, frame.object)
                if place is None or not _has_particle(words, i, frame.particle):
                    continue
                if not frame.inverted:
                    deeds.append(Deed(frame.action, i, marks[i]))
                    if "and" not in words[i:place]:  # "cancelled the order and the fee" does both
                        taken.add(i)
                    break
                if marks[i] is DENIED and _HENCEFORTH.isdisjoint(words):
                    deeds.append(Deed(frame.action, i, AFFIRMED))
    for i in concepts.get("a fee", ()):
        if _is_absent(words, i):
            deeds.append(Deed("waive", i, AFFIRMED))
    return deeds, taken


def _object(words: list[str], i: int, name: str) -> int | None:
    """Where the object of the verb at `i` stands: to the right, or in the passive to the left."""
    for k in range(i + 1, min(i + 1 + _RIGHT, len(words))):
        if words[k] in _STOPS and not (words[k] == "and" and _is_second_object(words, k, name)):
            break
        if _is_object(words, k, name):
            return k
    j = i - 1
    while j >= 0 and words[j] in _BETWEEN:
        j -= 1
    if _PASSIVES.isdisjoint(words[j + 1 : i]):
        return None
    for k in range(j, max(j - _LEFT, -1), -1):
        if words[k] in _LEFT_STOPS:
            return None
        if _is_object(words, k, name):
            return k
    return None


def _is_second_object(words: list[str], k: int, name: str) -> bool:
    """The order and the late fee; but in "the order, and the fee is $9" a new clause begins."""
    if words[k + 1 : k + 2] not in (["the"], ["your"]):
        return False
    objects = [j for j in range(k + 2, min(k + 2 + _NEAR, len(words))) if _is_object(words, j, name)]
    return bool(objects) and words[objects[-1] + 1 : objects[-1] + 2] in ([], [","], ["for"], ["too"])


def _is_object(words: list[str], k: int, name: str) -> bool:
    if name not in concepts_of(words[k]):
        return False
    return name != "a new thing" or words[k + 1 : k + 2] == [] or words[k + 1] not in _NOT_GOODS


def _has_particle(words: list[str], i: int, particle: str) -> bool:
    return not particle or any(particle in concepts_of(word) for word in words[i + 1 : i + 2 + _RIGHT])


def _is_absent(words: list[str], i: int) -> bool:
    """There is no fee, but not: there is no other fee."""
    before = words[max(0, i - 3) : i]
    return (
        not _WITHOUT.isdisjoint(before) and _FURTHER.isdisjoint(before) and grammar.BREAKS.isdisjoint(before)
    )
