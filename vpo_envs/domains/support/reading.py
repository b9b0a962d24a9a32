"""A message as sentences and clauses.

Sentences end at full stops, exclamation and question marks and line breaks; clauses at commas, at words like
"but" and where "and" starts a new predicate. `clauses` says what each clause affirms.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property, lru_cache

from vpo_envs.domains.support import lexicon
from vpo_envs.domains.support.clauses import Clause, Phrase
from vpo_envs.domains.support.commitments import RELENTS
from vpo_envs.domains.support.grammar import REQUESTS, has_verb, is_grammatical, is_salad
from vpo_envs.domains.support.values import Value, tokenize
from vpo_envs.domains.support.words import word_list

_LIST_MARK = re.compile(r"^[ \t]*(?:[-*+•●▪‣–]|\d{1,2}[.)]|[a-h]\)|#{1,6}|>)[ \t]+", re.MULTILINE)
_LABEL = r"[^\W\d_][\w'-]{0,20}(?: [\w'-]{1,20}){0,2}"
_LABELLED = re.compile(rf"{_LABEL} ?:(?=\s|$)")
_DASHED = re.compile(rf"({_LABEL}) (?:[-–—=→]|[-=]>)(?= )")
"""A label before its colon, and in an item of a list before a dash: "- refund – refused"."""
_COLUMN = re.compile(rf" \| (?={_LABEL} ?:\s)")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|(?<=[.!?:])[*_]|`")
_GREETING = re.compile(
    r"(?:dear|hi|hello|hey|greetings|good (?:morning|afternoon|evening|day))\b(?: there"
    r"| again)?[ ,]*([^\n,.!:;]{0,40})(?=[,.!:;-]|$)",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"(?:(?:best|kind|warm|kindest|warmest)(?: (?:regards|wishes))?|regards|sincerely|yours(?: \w+)?|cheers"
    r"|take care"
    r"|many thanks|thanks|thank you|respectfully|with (?:kind|best|warm) (?:regards|wishes)"
    r"|all the best)[,.!]*$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"(?:subject|re|betreff)\s?:", re.IGNORECASE)
_LAYOUT_WORDS, _LAYOUT_LINES, _GREETING_WORDS = 12, 6, 6
_BREAKS = frozenset(
    word_list("but while whereas although though however so because as since yet once if unless when")
)
_STARTS = frozenset(
    word_list(
        "we i you it the your our this that will have has can please a they we'll i'll you'll we're i'm "
        "it's there also"
    )
)  # fmt: skip
_SPURNS = (("instead", "of"), ("rather", "than"))
_RESUMES = frozenset(word_list("we i you we'll i'll you'll we've i've we're i'm"))
"""Words that end what `_SPURNS` begins: "instead of a voucher we refund you"."""
_INTERJECTIONS = frozenset(word_list("unfortunately sadly regrettably alas"))
"""Words after which a comma ends no clause: "Repair: Unfortunately, we cannot"."""
_LABEL_WORDS = 3
"""At most as many words before a colon are a label, part of its clause: "Refund: not possible"."""
_POLITE = frozenset(word_list("please just simply kindly do let feel"))
_CONDITIONAL = re.compile(r"(?:if|should|whenever|in case)\b")
_SHORT = 8
_LONGEST_TURN, _LONGEST_TURN_WORDS = 3, 20


class Sentence(Phrase):
    """One sentence.

    Attributes:
        words: Its words, with `,` where it pauses and values as `<kind>`.
        values: Values by position.
        asks: Whether it ends in a question mark.
        free: Whether it is layout (greeting, sign-off, subject), whose words do not count.
        next: The sentence after it.
    """

    next: Sentence | None = None

    def __init__(self, words: list[str], values: dict[int, Value], asks: bool, free: bool) -> None:
        self.words = words
        self.values = values
        self.asks = asks
        self.free = free
        super().__init__(" ".join(word for word in words if word != ":"))

    @cached_property
    def length(self) -> int:
        """Number of words; a value is one, punctuation none."""
        return sum(word not in ",:" for word in self.words)

    @cached_property
    def clauses(self) -> list[Clause]:
        """Its clauses, in order."""
        starts, spurned = [0], False
        for i, word in enumerate(self.words):
            after = self.words[i + 1] if i + 1 < len(self.words) else ""
            comma = word == "," and self.words[max(i - 1, 0)] not in _INTERJECTIONS
            inserted = comma and (self._is_inserted(i + 1) or self._is_inserted(i - 1))
            minus = comma and i + 1 in self.values and self.values[i + 1].sign == "-"
            pause = (comma and not inserted and not minus) or (word == ":" and i - starts[-1] > _LABEL_WORDS)
            spurns = (word, after) in _SPURNS
            spurned = spurns or (spurned and not pause)
            resumes = spurned and word in _RESUMES
            spurned = spurned and not resumes
            labelled = word == "and" and self._is_labelled(starts[-1]) and self._is_labelled(i + 1)
            joins = word == "and" and (after in _STARTS or labelled)
            if pause or spurns or resumes or word in _BREAKS or joins:
                starts.append(i + 1 if pause else i)
        clauses: list[Clause] = []
        for start, end in zip(starts, [*starts[1:], len(self.words)]):
            words = [word for word in self.words[start:end] if word not in ",:"]
            if words:
                before = clauses[-1] if clauses and not self._is_labelled(start) else None
                clauses.append(Clause(words, start, before, self.asks))
        for i, clause in enumerate(clauses):
            if clause.may_turn:
                clause.turn(self._turn_after(clauses, i))
        return clauses

    def _is_inserted(self, at: int) -> bool:
        """Returns whether a value stands alone between two pauses: "the fee ($3.59) stands"."""
        return at in self.values and self.words[at - 1 : at + 2 : 2] == [",", ","]

    def _is_labelled(self, at: int) -> bool:
        """Returns whether a label and its colon stand at a position: "refund: refused, fee: $5"."""
        at += self.words[at : at + 1] == ["and"]
        label = self.words[at : at + _LABEL_WORDS + 1]
        return ":" in label[1:] and "," not in label[: label.index(":")]

    def _turn_after(self, clauses: list[Clause], i: int) -> list[Clause]:
        """Returns the clauses that turn against one: "but we cannot", "while we would, we cannot"."""
        for k in range(i + 1, min(i + 3, len(clauses))):
            if clauses[k].holds(lexicon.TURNS) or clauses[i].holds(lexicon.CONCEDES):
                return clauses[k : k + _LONGEST_TURN]
            if not clauses[k].fragment:
                return []
        if len(clauses) <= i + 3 and self.next is not None and lexicon.TURNS.search(self.next.text):
            return [Clause(self.next.words[:_LONGEST_TURN_WORDS], 0, None, self.next.asks)]
        return []

    def clause_at(self, position: int) -> Clause:
        """Returns the clause that the word at a position stands in."""
        return self.clauses[max(0, bisect_right(self._starts, position) - 1)]

    @cached_property
    def relents(self) -> bool:
        """True if it makes an exception from a denial."""
        return any(clause.holds(RELENTS) and not clause.denied for clause in self.clauses)

    @cached_property
    def _starts(self) -> list[int]:
        return [clause.start for clause in self.clauses]

    @cached_property
    def is_salad(self) -> bool:
        """True if its words are in no order of English."""
        return is_salad(self.words)

    @cached_property
    def is_prose(self) -> bool:
        """True if it reads as a sentence: a verb, words of grammar, no long run of keywords."""
        return (
            not self.is_salad
            and (has_verb(self.words) or self._ends_in_request)
            and is_grammatical(self.words)
        )

    @property
    def _ends_in_request(self) -> bool:
        """True for "Any questions, just ask"; notes of values do not become sentences by a request.

        After a condition any request is one: "if the issue persists, just reply to this message".
        """
        last = self.clauses[-1].words
        if len(self.clauses) > 1 and _CONDITIONAL.match(self.clauses[0].text):
            return len(last) > 1 and last[0] in REQUESTS
        return self.length <= _SHORT and not self.values and len(last) > 1 and last[0] in _POLITE


class Message:
    """A message to a customer, read.

    Attributes:
        sentences: All sentences, layout included.
        greeted: The name in the greeting; empty if there is none.
    """

    def __init__(self, text: str) -> None:
        self.sentences: list[Sentence] = []
        self.greeted = ""
        text = text.strip()
        marked = [_LIST_MARK.match(line) is not None for line in text.split("\n")]
        lines = [
            _COLUMN.sub("\n\n", line) for line in _EMPHASIS.sub("", _LIST_MARK.sub("", text)).split("\n")
        ]
        filled = [i for i, line in enumerate(lines) if line.strip()]
        layout = 0
        body: list[str] = []
        for i in filled:
            line = lines[i].strip()
            if marked[i]:
                line = _DASHED.sub(r"\1:", line, count=1) if _DASHED.match(line) else line
            # A line in lower case goes on with the sentence before it, unless it stands apart.
            apart = marked[i] or i - 1 not in filled or _LABELLED.match(line) is not None
            greeting = _GREETING.match(line) if i in filled[:3] and not self.greeted else None
            if greeting and len(greeting[0].split()) <= _GREETING_WORDS:
                self.greeted = greeting[1].strip() or " "
                self._add(greeting[0], free=True)
                body.append(line[greeting.end() :].lstrip(" ,.!:;"))
            elif (
                layout < _LAYOUT_LINES
                and len(line.split()) <= _LAYOUT_WORDS
                and self._is_layout(line, i, filled)
            ):
                layout += 1
                self._read(body)
                self._add(line, free=True)
            else:
                body.append(f"\n{line}" if apart else line)
        self._read(body)

    @staticmethod
    def _is_layout(line: str, i: int, filled: list[int]) -> bool:
        """Returns True for subject lines, headings that end in a colon, a sign-off and the name below it."""
        return bool(
            _SUBJECT.match(line)
            or (line.endswith(":") and len(line.split()) <= 7)
            or (i in filled[-3:] and _SIGN_OFF.match(line))
            or (i in filled[-2:] and len(line.split()) <= 5 and line[-1] not in ".!?" and _is_name(line))
        )

    def _read(self, body: list[str]) -> None:
        self._add("\n".join(body), free=False)
        body.clear()

    def _add(self, text: str, free: bool) -> None:
        words, values = tokenize(text)
        start = 0
        for i, word in enumerate([*words, "."]):
            if word in ".?":
                if i > start:
                    inside = {at - start: value for at, value in values.items() if start <= at < i}
                    part = words[start:i]
                    if any(word not in ",:" for word in part):
                        sentence = Sentence(part, inside, word == "?", free)
                        if self.sentences:
                            self.sentences[-1].next = sentence
                        self.sentences.append(sentence)
                start = i + 1

    @cached_property
    def is_telegram(self) -> bool:
        """True if less than half of its words stand in sentences."""
        counted = [sentence for sentence in self.sentences if not sentence.free]
        prose = sum(sentence.length for sentence in counted if sentence.is_prose)
        return 2 * prose < sum(sentence.length for sentence in counted)


@lru_cache(maxsize=64)
def read_message(text: str) -> Message:
    """Reads a message; the same text is read once for several tickets."""
    return Message(text)


def _is_name(line: str) -> bool:
    """Returns True for names of persons and teams: The Bluecrest Team, Anna, Customer Support.

    A line with a colon or a figure tells something: "Reference: CS-12345".
    """
    return not any(char == ":" or char.isdigit() for char in line) and all(
        word[:1].isupper() or word.lower() in ("the", "of", "at", "team", "&", "your")
        for word in line.split()
    )
