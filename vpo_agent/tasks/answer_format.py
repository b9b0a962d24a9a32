"""The multi-answer format: asking for m candidates in one completion, writing them, reading them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# What a model thinks before it answers: leading <think> blocks (one that never ends is all there is), or
# everything up to </think> where the chat template has opened the block in the prompt. A <think> block
# further on belongs to an answer.
THOUGHT = re.compile(r"(?:\s*<think>.*?(?:</think>|\Z))+|(?:(?!<think>).)*</think>", re.DOTALL)
ANY_TAG = re.compile(r"</?answer_\d+>")


@dataclass(frozen=True)
class Candidates:
    """What was read from one completion.

    Attributes:
        answers: One entry per candidate; None where it is missing, malformed or a duplicate.
    """

    answers: tuple[str | None, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The answers, with an empty string for every one that is missing."""
        return tuple(answer or "" for answer in self.answers)


@dataclass(frozen=True)
class AnswerFormat:
    """The format `<answer_1>...</answer_1> ... <answer_m>...</answer_m>`.

    Attributes:
        size: Candidates per completion, m; at least 1.

    Raises:
        ValueError: If the size is below 1.

    Example:
        >>> answer_format = AnswerFormat(2)
        >>> answer_format.format(["left", "right"])
        '<answer_1> left </answer_1><answer_2> right </answer_2>'
        >>> answer_format.parse("<answer_1>left</answer_1> <answer_2>left</answer_2>").answers
        ('left', None)
    """

    size: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"num_candidates={self.size} must be at least 1")

    def instruct(self, prompt: str, style: str = "full") -> str:
        """The prompt with the request for `size` candidates added.

        Args:
            prompt: What the environment shows.
            style: `full` words for language models, `compact` one tag for tiny ones.
        """
        if style == "compact":
            return f"{prompt}\n<answers_{self.size}>"
        form = "\n".join(f"<answer_{i}>...</answer_{i}>" for i in range(1, self.size + 1))
        if self.size == 1:
            return f"{prompt}\n\nGive your answer in this form:\n{form}"
        return (
            f"{prompt}\n\nGive {self.size} candidate answers that differ from one another, each complete in "
            f"itself and each good in its own way, in this form:\n{form}"
        )

    def format(self, answers: Sequence[str]) -> str:
        """The completion that gives these answers."""
        return "".join(f"<answer_{i}> {answer} </answer_{i}>" for i, answer in enumerate(answers, start=1))

    def parse(self, completion: str) -> Candidates:
        """Reads the candidates of a completion, whatever it looks like.

        Leading thought (`<think>...</think>`) is not searched. Tags must come in order; an answer with
        a tag inside, without an end, empty, or equal to an earlier one up to white space is dropped.
        """
        thought = THOUGHT.match(completion)
        position = thought.end() if thought else 0
        answers: list[str | None] = []
        seen = set()
        for i in range(1, self.size + 1):
            answers.append(None)
            opening, closing = f"<answer_{i}>", f"</answer_{i}>"
            start = completion.find(opening, position)
            end = completion.find(closing, start + len(opening)) if start >= 0 else -1
            if end < 0:
                continue
            start += len(opening)
            position = end + len(closing)
            text = completion[start:end].strip()
            key = " ".join(text.split())
            if key and key not in seen and not ANY_TAG.search(text):
                seen.add(key)
                answers[-1] = text
        return Candidates(tuple(answers))

    def tags(self) -> list[str]:
        """All tags of the format, to be single tokens of a tiny tokenizer."""
        numbers = range(1, self.size + 1)
        pairs = [tag for i in numbers for tag in (f"<answer_{i}>", f"</answer_{i}>")]
        return [*pairs, *(f"<answers_{i}>" for i in numbers)]
