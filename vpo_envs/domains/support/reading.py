"""A message as sentences and clauses, with what each clause affirms.

Sentences end at full stops, exclamation and question marks and line breaks; clauses at commas, at words like
"but" and where "and" starts a new predicate. A clause denies what it mentions if it holds a negation,
and only reports it if it speaks of wishes, rules or requests. A clause without a verb of its own goes
with the one before it ("no refund, voucher or credit").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import Enum
from functools import cached_property, lru_cache

from vpo_envs.domains.support import commitments, lexicon
from vpo_envs.domains.support.values import Value, tokenize
from vpo_envs.domains.support.words import word_list

_LIST_MARK = re.compile(r"^[ \t]*(?:[-*+•●▪‣–]|\d{1,2}[.)]|#{1,6}|>)[ \t]+", re.MULTILINE)
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
VERBS = frozenset(
    word_list(
        "is are was were am do does did have has had will would can could may might must shall should cannot "
        "i'm i'll i've i'd we're we'll we've we'd you're you'll you've you'd it's it'll that's there's "
        "here's "
        "what's they're let's who's isn't aren't wasn't weren't don't doesn't didn't can't couldn't won't "
        "wouldn't haven't hasn't hadn't shouldn't need"
    )
)
"""Verb forms that make a sentence one, as a subject before a verb and the openings of `_REQUESTS` do."""
_TELLING = frozenset(
    word_list(
        "arrives takes ends runs applies comes costs remains stays works lasts expires goes needs means "
        "reaches "
        "leaves sounds seems feels looks makes became"
    )
)
"""Further verb forms, which need a word before them: "takes 5 days" is a note."""
_SUBJECTS = frozenset(word_list("i we you they it he she"))
_DETERMINERS = frozenset(word_list("the a an my our your"))
_IMPOSSIBLE = (
    VERBS | _SUBJECTS | _DETERMINERS | frozenset(word_list("sorry please of to from with for at us me takes"))
)
"""Words that cannot follow a determiner; keywords thrown together do."""
_REQUESTS = frozenset(
    word_list(
        "please use print stick reset choose upload restart unplug reboot ask check sign fill set turn "
        "click open confirm "
        "quote reply write call contact let feel allow keep note expect return hand drop pay mention track "
        "follow reach "
        "send get give wait find accept forgive take post put bear simply just kindly don't do rest make "
        "message add "
        "forward show pick enjoy look speak complete switch power go thanks thank sorry what how nothing "
        "happy glad apologies"
    )
)
_FUNCTION = VERBS | frozenset(
    word_list(
        "a an the i we you he she it they me us him her them my our your his its their this that these "
        "those who which "
        "what when where why how if as at by for from in into of off on onto out over to up with within "
        "without under "
        "until through about after before and or but so not no nor than then there here also once yet any "
        "some all just "
        "please too very more most other another only because while"
    )
)
_INTERJECTIONS = frozenset(word_list("unfortunately sadly regrettably alas"))
"""Words after which a comma ends no clause: "Repair: Unfortunately, we cannot"."""
_MOST_ODD_PAIRS = 2
_LABEL_WORDS = 3
"""At most as many words before a colon are a label, part of its clause: "Refund: not possible"."""
_ONLY = lexicon.words("only")
_POLITE = frozenset(word_list("please just simply kindly do let feel"))
_SHORT = 8
_LONGEST_TURN, _LONGEST_TURN_WORDS = 3, 20
_LONGEST_LIST = 6
"""More words in a row that carry meaning and no grammar are a list of keywords."""


class Polarity(Enum):
    """Attitude of a clause to what it mentions."""

    AFFIRMED, DENIED, REPORTED = range(3)


class Phrase:
    """Words between single blanks, with the patterns that were sought in them.

    Thousands of values may stand in one phrase, and each asks for the same few patterns.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _found(self) -> dict[re.Pattern[str], bool]:
        return {}

    def holds(self, pattern: re.Pattern[str]) -> bool:
        """Returns whether a pattern matches anywhere in the text."""
        if pattern not in self._found:
            self._found[pattern] = pattern.search(self.text) is not None
        return self._found[pattern]


class Clause(Phrase):
    """A part of a sentence.

    Attributes:
        text: Its words between single blanks.
        start: Position of its first word in the sentence.
        denied: Whether it denies what it mentions.
        reported: Whether it speaks of wishes, rules or requests.
        fragment: Whether it has no verb of its own and goes with the clause before it.
        withdrawn: Whether it is a wish that a later clause turns against.
        limited: Whether it names a limit ("only"), and not a mere measure.
        barred: Whether that clause names a fact against the wish, or another action in its place.
    """

    def __init__(self, words: list[str], start: int, before: Clause | None, asks: bool) -> None:
        self.words = words
        self.start = start
        super().__init__(" ".join(words))
        promised = lexicon.WISHES.sub("will", self.text)
        self._wishes = promised != self.text
        plain = lexicon.NOT_NEGATIVE.sub("", promised)
        verbless = VERBS.isdisjoint(words) and _SUBJECTS.isdisjoint(words) and _REQUESTS.isdisjoint(words[:1])
        self.fragment = before is not None and verbless and words[0] != "but"
        self.denied: bool = bool(lexicon.NEGATIONS.search(plain)) or (
            self.fragment and before is not None and before.denied
        )
        self.withdrawn = self.barred = False
        measured = commitments.QUANTITIES.sub("", plain)
        decided = commitments.COMMITS.search(measured) and not commitments.HEDGES.search(measured)
        self.limited = bool(_ONLY.search(measured))
        self.reported = asks or (bool(lexicon.REPORTS.search(measured)) and not decided)
        self.asked = bool(lexicon.ASKS.search(plain)) and not commitments.APPROVED.search(plain)

    @cached_property
    def actions(self) -> frozenset[str]:
        """Names of the actions it mentions; who cancels a fee waives it."""
        return _actions(self.text)

    @cached_property
    def excepted(self) -> frozenset[str]:
        """Names of the actions that its denial leaves as they are: "nothing beyond the credit"."""
        if self.holds(commitments.SURPLUS):
            return self.actions
        return self.actions - _actions(lexicon.EXCEPTIONS.sub("", self.text))

    @cached_property
    def new_things(self) -> frozenset[str]:
        """Nouns that something new is promised of: "a new blender", "another lamp"."""
        return frozenset(word for words in lexicon.NEW_THING.findall(self.text) for word in words)

    @property
    def may_turn(self) -> bool:
        """True for a wish and for a rule: "we do waive first fees"."""
        return not self.denied and (self._wishes or not self.holds(lexicon.PARTICULAR))

    def turn(self, against: list[Clause]) -> None:
        """Withdraws a wish, and limits a rule, that the clauses after it turn against."""
        answer = " ".join(clause.text for clause in against)
        if not against or lexicon.PROCEEDS.search(answer) or _asks_for(against[0]):
            return
        if self._wishes:
            self.withdrawn = True
            shared = [clause for clause in against if not clause.actions or clause.actions & self.actions]
            self.denied = any(clause.denied for clause in shared)
            self.barred = len(shared) < len(against) or any(
                clause.holds(commitments.REASONS) for clause in shared
            )
        self.reported = self.reported or (not self.denied and (self._wishes or answer.startswith("but not")))

    @property
    def polarity(self) -> Polarity:
        """Denials count as such also where they are part of a report."""
        if self.denied:
            return Polarity.DENIED
        return Polarity.REPORTED if self.reported else Polarity.AFFIRMED


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
            pause = (comma and not inserted) or (word == ":" and i > _LABEL_WORDS)
            spurns = (word, after) in _SPURNS
            spurned = spurns or (spurned and not pause)
            resumes = spurned and word in _RESUMES
            spurned = spurned and not resumes
            if pause or spurns or resumes or word in _BREAKS or (word == "and" and after in _STARTS):
                starts.append(i + 1 if pause else i)
        clauses: list[Clause] = []
        for start, end in zip(starts, [*starts[1:], len(self.words)]):
            words = [word for word in self.words[start:end] if word not in ",:"]
            if words:
                clauses.append(Clause(words, start, clauses[-1] if clauses else None, self.asks))
        for i, clause in enumerate(clauses):
            if clause.may_turn:
                clause.turn(self._turn_after(clauses, i))
        return clauses

    def _is_inserted(self, at: int) -> bool:
        """Returns whether a value stands alone between two pauses: "the fee ($3.59) stands"."""
        return at in self.values and self.words[at - 1 : at + 2 : 2] == [",", ","]

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
    def _starts(self) -> list[int]:
        return [clause.start for clause in self.clauses]

    @cached_property
    def is_prose(self) -> bool:
        """True if it reads as a sentence: a verb, words of grammar, no long run of keywords."""
        words = [word for word in self.words if word not in ",:" and word[0] != "<"]
        if not words or self.is_salad:
            return False
        pairs = zip([",", *self.words], self.words)
        tells = any(word in _TELLING and before not in ",:" for before, word in pairs)
        verb = tells or not VERBS.isdisjoint(words) or not _SUBJECTS.isdisjoint(words[:-1])
        if not verb and words[0] not in _REQUESTS and not self._ends_in_request:
            return False
        grammar = [word in _FUNCTION or "'" in word for word in words]
        grammar[0] = grammar[0] or words[0] in _REQUESTS
        run = longest = 0
        for known in grammar:
            run = 0 if known else run + 1
            longest = max(longest, run)
        return longest < _LONGEST_LIST and 4 * sum(grammar) >= len(words)

    @property
    def _ends_in_request(self) -> bool:
        """True for "Any questions, just ask"; notes of values do not become sentences by a request."""
        last = self.clauses[-1].words
        return self.length <= _SHORT and not self.values and len(last) > 1 and last[0] in _POLITE

    @cached_property
    def is_salad(self) -> bool:
        """True if its words are in no order of English: "the we", "a is", "i the"."""
        pairs = list(zip(self.words, self.words[1:]))
        odd = sum(a in _DETERMINERS and b in _IMPOSSIBLE for a, b in pairs)
        odd += sum(a in _SUBJECTS and b in _DETERMINERS for a, b in pairs if a not in ("you", "it"))
        odd += sum(a in ("is", "takes", "was") and b in ("i", "we", "he", "she", "they") for a, b in pairs)
        return odd >= _MOST_ODD_PAIRS


class Message:
    """A message to a customer, read.

    Attributes:
        sentences: All sentences, layout included.
        greeted: The name in the greeting; empty if there is none.
    """

    def __init__(self, text: str) -> None:
        self.sentences: list[Sentence] = []
        self.greeted = ""
        lines = _EMPHASIS.sub("", _LIST_MARK.sub("", text)).strip().split("\n")
        filled = [i for i, line in enumerate(lines) if line.strip()]
        layout = 0
        body: list[str] = []
        for i in filled:
            line = lines[i].strip()
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
                body.append(line)
        self._read(body)

    @staticmethod
    def _is_layout(line: str, i: int, filled: list[int]) -> bool:
        """Subject lines, headings that end in a colon, a sign-off and the name below it."""
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


def _actions(text: str) -> frozenset[str]:
    """Names of the actions that a text mentions."""
    rest = lexicon.ACTION_WORDS["waive"].sub("", text)
    return frozenset(
        name
        for name, words in lexicon.ACTION_WORDS.items()
        if words.search(rest if name in ("cancel", "delete") else text)
    )


def _asks_for(clause: Clause) -> bool:
    """Returns whether a clause that turns is a request: "but tell us your name"."""
    return clause.words[0] == "but" and not _REQUESTS.isdisjoint(clause.words[1:2])


def _is_name(line: str) -> bool:
    """Names of persons and teams: The Bluecrest Team, Anna, Customer Support."""
    return all(
        word[:1].isupper() or word.lower() in ("the", "of", "at", "team", "&", "your")
        for word in line.split()
    )
