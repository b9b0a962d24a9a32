"""The answer format: the instruction for m candidates in one completion, its writer and its parser."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from vpo_agent.common.settings import check_at_least
from vpo_envs.env import MOST_CANDIDATES
from vpo_envs.reading import CLOSERS, OPENERS, is_placeholder

# A tag may be emphasized, its brackets may be escaped for HTML or for Markdown, and an end tag may lack its
# number.
TAG = (
    r"(?P<dress>[*_`]{1,3})?(?:\\?<|&(?:lt|#60|#x3c);)(?P<end>\\?/|\\)? ?"
    r"candidate(?:(?:\\?_|[ -])?(?P<number>\d{1,4}))? ?(?:\\?>|&(?:gt|#62|#x3e);)(?(dress)(?P=dress))"
)
MARK = re.compile(rf"(?P<opener>{OPENERS})|(?P<closer>{CLOSERS})|{TAG}", re.IGNORECASE)


@dataclass
class _Run:
    """A run of consecutive candidates with ascending numbers.

    Attributes:
        texts: Texts of the candidates, by number.
        closed: Numbers of the candidates with a closing tag.
        places: Positions of each candidate's opening tag, its text, and the end of its closing tag, by
            number; also of empty ones.
    """

    texts: dict[int, str] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    places: dict[int, tuple[int, int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerFormat:
    """The form of a completion with m candidates.

    With one candidate, the whole completion is the answer. With more, each candidate has tags of its own,
    `<candidate_1>...</candidate_1>`, which no domain uses.

    Attributes:
        size: Candidates per completion, m; from 1 to 10,000.

    Raises:
        ValueError: If the size is out of range.

    Example:
        >>> pair = AnswerFormat(2)
        >>> pair.format(["left", "right"])
        '<candidate_1> left </candidate_1><candidate_2> right </candidate_2>'
        >>> pair.parse("Sure! <Candidate_1>left</candidate_1> or <candidate_2>right")
        ('left', 'right')
        >>> AnswerFormat(1).parse(" left ")
        ('left',)
    """

    size: int

    def __post_init__(self) -> None:
        check_at_least({"num_candidates": self.size}, num_candidates=1)
        if self.size > MOST_CANDIDATES:
            raise ValueError(f"num_candidates={self.size} must be at most {MOST_CANDIDATES}")

    def instruct(self, prompt: str, style: str = "full") -> str:
        """Returns the prompt with the instruction to write `size` candidates.

        Args:
            prompt: The prompt of the environment; unchanged if `size` is 1.
            style: `full` for an instruction in words, `compact` for a single tag (tiny models).
        """
        if self.size == 1:
            return prompt
        if style == "compact":
            return prompt + f"\n<candidates_{self.size}>"
        form = "\n".join(f"<candidate_{i}>...</candidate_{i}>" for i in range(1, self.size + 1))
        return prompt + (
            f"\n\nGive {self.size} answers that differ from one another, each complete in itself and "
            "good in its own way. Put each of them, in the form described above, between its own tags:\n"
            f"{form}"
        )

    def format(self, answers: Sequence[str]) -> str:
        """Returns the completion that consists of these answers."""
        if self.size == 1 and len(answers) == 1:
            return answers[0]
        return "".join(
            f"<candidate_{i}> {answer} </candidate_{i}>" for i, answer in enumerate(answers, start=1)
        )

    def parse(self, completion: str) -> tuple[str | None, ...]:
        """Parses the candidates of any completion, in linear time.

        Reasoning outside of candidates is skipped; reasoning inside belongs to the candidate. Of several
        runs of tags, the last complete one counts; a number that is not above the last one begins a new run,
        so candidates in descending order are read as drafts of one another. Tags may be in any case,
        emphasized or escaped, with a blank, a hyphen or nothing for the underscore. A candidate without a
        closing tag ends where the next one begins, the last one at the end of the completion. Placeholders
        copied from the prompt (`...`) and numbers above `size` are ignored.

        Returns:
            m answers; None for each that is missing, malformed or empty.
        """
        if self.size == 1:
            return (completion.strip() or None,)
        texts = self._best_run(completion).texts
        return tuple(texts.get(i) for i in range(1, self.size + 1))

    def spans(self, completion: str) -> list[tuple[int, int]]:
        """Divides any completion among its candidates, in the run of tags that `parse` reads.

        A candidate's span includes its tags and the gap before it. Where a number is skipped, the gap and the
        next opening tag belong to the missing candidate, as does the rest after the last candidate. What
        precedes the first tag belongs to none of them. With one candidate, the whole completion is its
        span.

        Returns:
            Pairs (position of the first character, number of the candidate or 0), ascending from position
            0; each span ends where the next one begins, the last one at the end of the completion.

        Example:
            >>> AnswerFormat(2).spans("Hm. <candidate_1>left</candidate_1> <candidate_2>right</candidate_2>")
            [(0, 0), (4, 1), (35, 2)]
        """
        if self.size == 1:
            return [(0, 1)]
        numbers, due = {0: 0}, 1
        for number, (opening, start, end) in self._best_run(completion).places.items():
            numbers[opening] = min(due, number)
            if number > due:  # skipping is the fault of the tag, not of the text behind it
                numbers[start] = number
            due = min(number + 1, self.size)
            numbers[end] = due
        return [next(spans) for _, spans in itertools.groupby(numbers.items(), key=lambda span: span[1])]

    def tags(self) -> list[str]:
        """Returns all tags of the format, for a tokenizer in which each is a single token."""
        if self.size == 1:
            return []
        numbers = range(1, self.size + 1)
        pairs = [tag for i in numbers for tag in (f"<candidate_{i}>", f"</candidate_{i}>")]
        return [*pairs, *(f"<candidates_{i}>" for i in numbers if i > 1)]

    def _best_run(self, completion: str) -> _Run:
        """Returns the last complete run, else the last one with a closed candidate, else the last one."""
        runs = self._runs(completion)
        _, best = max((self._rank(run), place) for place, run in enumerate(runs))
        return runs[best]

    def _rank(self, run: _Run) -> int:
        """Returns 2 for a complete run, 1 for a run with a closed candidate, else 0."""
        return 2 if len(run.closed) == self.size else int(bool(run.closed))

    def _runs(self, completion: str) -> list[_Run]:
        """Returns the runs of candidates outside of reasoning, in order; the last may be empty."""
        runs: list[_Run] = []
        run, number, opening, start, thinking = _Run(), 0, 0, 0, False
        bare = False  # whether opening tags stand in for closing ones

        def keep(end: int, closing: int, closed: bool) -> None:
            text = completion[start:end].strip()
            if number > self.size:
                return
            run.places[number] = (opening, start, closing)
            if not is_placeholder(text):
                run.texts[number] = text
                if closed:
                    run.closed.add(number)

        marks = [*MARK.finditer(completion)]
        ends = [mark.start() for mark in marks[1:]] + [len(completion)]
        for mark, end in zip(marks, ends):
            if mark["opener"] or mark["closer"]:
                if number:
                    continue  # reasoning inside a candidate
                if mark["closer"] and not thinking:
                    runs, run = [], _Run()  # reasoning that the chat template opened in the prompt
                thinking = mark["opener"] is not None
                continue
            found = int(mark["number"] or (number if mark["end"] else 0))
            if thinking or not found:
                continue
            again = found == number and (bare or not completion[mark.end() : end].strip())
            if mark["end"] or again:
                bare = not mark["end"]
                if found == number:
                    keep(mark.start(), mark.end(), closed=True)
                    number = 0
                continue
            if number and found > number:
                keep(mark.start(), mark.start(), closed=False)
            if run.texts and found <= max(run.texts):
                runs.append(run)
                run = _Run()
            run.places = {i: place for i, place in run.places.items() if i < found}  # placeholders' places
            number, opening, start = found, mark.start(), mark.end()
        if number:
            keep(len(completion), len(completion), closed=True)  # the completion was truncated
        return [*runs, run]
