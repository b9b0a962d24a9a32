"""A reply as the scorers see it: sentences of words, values and concepts with their polarity."""

from __future__ import annotations

from dataclasses import dataclass

from vpo_envs.domains.support.conditions import conditional, question_start
from vpo_envs.domains.support.frames import Deed, framed
from vpo_envs.domains.support.lexicon import ACTION_STEMS, concepts_of
from vpo_envs.domains.support.phrases import merge_phrases
from vpo_envs.domains.support.polarity import DENIED, REPORTED, Polarity, polarities
from vpo_envs.domains.support.values import Value, tokenize
from vpo_envs.domains.support.words import word_list

_NOUN_PHRASE = 5
_DEFINITE = frozenset(word_list("the your this that our these those its"))
_CONTRASTS = frozenset(word_list("not insteadof never nor than"))


@dataclass(frozen=True)
class Sentence:
    """One sentence of a reply.

    Attributes:
        words: Lower-case words after merging phrases.
        marks: The polarity of each.
        concepts: Where the words of each concept stand.
        stated: The values that the sentence does not deny, with their positions, by kind of value.
        deeds: The actions it names.
        conditions: Positions of the words that hold only on a condition.
        asks: Where its question begins; its length if it has none.
    """

    words: list[str]
    marks: list[Polarity]
    concepts: dict[str, list[int]]
    stated: dict[str, list[tuple[int, Value]]]
    deeds: list[Deed]
    conditions: frozenset[int]
    asks: int

    def says(self, concept: str, polarity: Polarity) -> bool:
        """Whether a word of the concept stands there with this polarity."""
        found = self.concepts.get(concept)
        return found is not None and any(self.marks[i] is polarity for i in found)

    def mentions(self, concept: str) -> bool:
        """Whether a word of the concept stands there, affirmed or reported."""
        found = self.concepts.get(concept)
        return found is not None and any(self.marks[i] is not DENIED for i in found)


@dataclass(frozen=True)
class Reading:
    """A reply, read once for all objectives.

    Attributes:
        sentences: Those of its sentences that hold a concept or a value, in order.
        word_count: Its number of words; a value counts as one.
    """

    sentences: list[Sentence]
    word_count: int


def read(text: str) -> Reading:
    """Reads a reply.

    Example:
        >>> reading = read("We cannot refund $42.50. Sorry!")
        >>> reading.word_count, [sentence.words for sentence in reading.sentences]
        (5, [['we', 'cannot', 'refund', '<money>'], ['sorry']])
    """
    tokens = tokenize(text)
    sentences = []
    start = 0
    for end, word in enumerate([*tokens.words, "."]):
        if word == "." or word == "?":
            if end > start:
                sentence = _sentence(tokens.words[start:end], start, tokens.values, word == "?")
                if sentence.concepts or sentence.stated:  # the others say nothing that counts
                    sentences.append(sentence)
            start = end + 1
    return Reading(sentences, tokens.word_count)


def _sentence(words: list[str], start: int, values: dict[int, Value], question: bool) -> Sentence:
    merged, origins = merge_phrases(words)
    marks = polarities(merged)
    asks = question_start(merged) if question else len(merged)
    stated: dict[str, list[tuple[int, Value]]] = {}
    concepts: dict[str, list[int]] = {}
    for i, word in enumerate(merged):
        if word[0] == "<":
            value = values[start + origins[i]]
            if marks[i] is not DENIED or _is_presupposed(merged, i):
                stated.setdefault(value.kind, []).append((i, value))
        for concept in concepts_of(word):
            concepts.setdefault(concept, []).append(i)
    deeds, framed_verbs = framed(merged, marks, concepts)
    deeds += [
        Deed(action, i, marks[i])
        for action in ACTION_STEMS  # in this order, whatever the hashes of names
        for i in concepts.get(action, ())
        if i not in framed_verbs
    ]
    deeds = [
        deed if deed.position < asks or deed.polarity is DENIED else deed._replace(polarity=REPORTED)
        for deed in deeds
    ]
    conditions = conditional(merged) if deeds else frozenset()
    return Sentence(merged, marks, concepts, stated, deeds, conditions, asks)


def _is_presupposed(words: list[str], i: int) -> bool:
    """Who cannot waive the $9.65 fee states the fee; who pays not $9.65 or not the $9.65 does not."""
    for j in range(i - 1, max(i - 1 - _NOUN_PHRASE, -1), -1):
        if words[j] in _DEFINITE:
            return j == 0 or words[j - 1] not in _CONTRASTS
        if j < i - 1 and words[i - 1] != "of":
            return False
    return False
