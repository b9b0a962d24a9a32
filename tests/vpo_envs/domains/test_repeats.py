"""Long repetitions of what a reader knows: the answers that make a careless reader slow."""

import re

import gymnasium as gym
import numpy as np
import pytest
from cpu_time import cpu_seconds

NAMES = ["Maze", "MultiHopQA", "EntityChain", "ToolUse", "Science", "ScienceSmall", "ToolUseSmall", "Code"]
UNITS = (
    *("a\n", "1. ", "- a\n", "( ", "[[", '{"a": ', "'", "**", "$", "\\frac{", "\\boxed{1}", "<think>\n"),
    *("</think>", "the answer is ", "Person A: ", "f(x=1)", "1,000 ", "x^2", "up, ", "```\n", "a1\n", "-- "),
)
BOUND = 1.0
"""Seconds of one core; answers take milliseconds, and work that grows with the square takes far longer."""


def _units(domain, task) -> list[str]:
    """The words, lines and tags of good answers."""
    good = [*domain.demonstrations(task, np.random.default_rng(0))[:1], *domain.best_answers(task)[:1]]
    found = {part for text in good for part in re.findall(r"<[^<>]+>|\S+\s?", text)[:12]}
    return [*UNITS, *sorted(found)]


@pytest.mark.parametrize("name", NAMES)
def test_repetitions_are_read_in_bounded_time(name):
    domain = gym.make(f"vpo/{name}-v0").unwrapped.domain
    task = domain.task("test", 1)
    good = domain.best_answers(task)[0]
    tag = re.search(r"<(\w+)>", good)
    cut = tag.end() if tag else len(good)

    def read(answer: str) -> None:
        reward = domain.score_batch([task], [answer])
        assert ((reward >= 0) & (reward <= 1)).all()
        domain.answer_key(task, answer)
        domain.feedback(task, answer)

    for unit in _units(domain, task):
        room = domain.max_answer_length - len(good)
        long = (unit * (room // len(unit) + 1))[:room]
        for answer in (good[:cut] + long + good[cut:], long):
            assert cpu_seconds(lambda text=answer: read(text)) < BOUND, unit
