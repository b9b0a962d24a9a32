"""Rewards of citations and answers on our own terms; those of the paper are in `paper`."""

from __future__ import annotations

from collections.abc import Callable

from vpo_envs.domains.multihop_qa.question import MOST_HOPS, Question
from vpo_envs.domains.multihop_qa.reading import Reading
from vpo_envs.domains.worlds.answers import token_f1


def score(question: Question, reading: Reading, normal: Callable[[str], str]) -> list[float]:
    """Returns the rewards of `hop_1` to `hop_4` and `answer_f1`, each in [0, 1].

    With precision p (the share of the counted citations that state a step) and the answer's F1, a
    cited step is worth p (1 + F1) / 2. So wrong citations cost, and evidence without the answer
    is worth half. Steps beyond the question's own are worth the mean of its own.

    Args:
        question: The question.
        reading: What was read of the completion.
        normal: Normalization of answers.
    """
    if reading.answer is None:
        return [0.0] * (MOST_HOPS + 1)
    f1 = token_f1(reading.answer, question.answers, normal)
    right = sum(number in question.support for number in reading.cited)
    worth = right / len(reading.cited) * (1 + f1) / 2 if reading.cited else 0.0
    hops = [worth if number in reading.cited else 0.0 for number in question.support]
    unused = [sum(hops) / len(hops)] * (MOST_HOPS - len(hops))
    return [*hops, *unused, f1]
