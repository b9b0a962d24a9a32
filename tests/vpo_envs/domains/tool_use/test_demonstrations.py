"""Demonstrations: how good they are, what they spend, and which form they have."""

import json

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs import spread_weights
from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.demonstrations import Style, _spend, demonstrate
from vpo_envs.domains.tool_use.gold import GoldCall
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.domains.tool_use.writing import NO_CALL_REPLY

DOMAIN = ToolUseDomain()
SMALL = ToolUseDomain(5, calls=2, no_call=0, parameters=2, vocabulary="closed", budget=9)


def gap(domain, quality: float = 1.0, tasks: int = 60) -> tuple[float, float]:
    """Means over tasks of one draw's E_w, and of the share of the gap to the optimum that 30 draws leave."""
    weights = spread_weights(64, 4)
    single, best, optimum = [], [], []
    for index in range(tasks):
        task = domain.task("test", index)
        rng = np.random.default_rng(index)
        answers = [text for _ in range(4) for text in domain.demonstrations(task, rng, quality)][:30]
        values = domain.score_batch([task] * 30, answers) @ weights.T
        single.append(values.mean())
        best.append(values.max(axis=0).mean())
        optimum.append((domain.pareto_front(task) @ weights.T).max(axis=0).mean())
    left = (np.mean(optimum) - np.mean(best)) / (np.mean(optimum) - np.mean(single))
    return float(np.mean(single)), float(left)


def test_thirty_draws_of_the_small_demonstrations_leave_a_quarter_of_the_gap():
    domain = gym.make("vpo/ToolUseSmall-v0").unwrapped.domain
    assert gap(domain)[1] >= 0.25


@pytest.mark.parametrize("domain", [DOMAIN, SMALL], ids=["full", "small"])
def test_demonstrations_are_as_good_as_they_are_asked_to_be(domain):
    singles, lefts = zip(*(gap(domain, quality, tasks=20) for quality in (0.0, 0.5, 1.0)))
    assert singles[0] < 0.08, "the form alone"
    assert singles[0] < singles[1] < singles[2]
    assert lefts[0] > lefts[1] > lefts[2]
    with pytest.raises(ValueError, match="quality=2"):
        domain.demonstrations(domain.task("train", 0), np.random.default_rng(0), 2)


GOLD = (Call("trip", {"city": "Oslo", "guests": 3}), Call("alarm", {"hour": 7}))
FULL = Style(closed=False, words=None)


def cost(calls):
    """Names, keys and values."""
    parameters = [call.parameters for call in calls]
    return len(calls) + sum(map(len, parameters)) + sum(v is not None for p in parameters for v in p.values())


@pytest.mark.parametrize("budget", [0, 1, 2, 5, 7, 8, 20])
def test_a_budget_is_spent_to_the_last_entry_or_until_nothing_is_missing(budget):
    """The two calls have 2 names, 3 keys and 3 values."""
    for seed in range(20):
        calls = _spend(GOLD, budget, np.random.default_rng(seed))
        assert cost(calls) == min(budget, 8)
        gold = {call.name: call.parameters for call in GOLD}
        assert [call.name for call in calls] == [name for name in gold if name in {c.name for c in calls}]
        for call in calls:
            assert [*call.parameters] == [*gold[call.name]][: len(call.parameters)]
            assert all(value in (None, gold[call.name][key]) for key, value in call.parameters.items())


def test_without_a_budget_everything_is_written():
    for seed in range(5):
        assert tuple(_spend(GOLD, None, np.random.default_rng(seed))) == GOLD
    assert _spend((), None, np.random.default_rng(0)) == _spend((), 5, np.random.default_rng(0)) == []


def test_tastes_differ():
    """Four entries: two names and two more, or one name with keys and values."""
    spent = [_spend(GOLD, 4, np.random.default_rng(seed)) for seed in range(60)]
    names = [len(calls) for calls in spent]
    keys = [sum(len(call.parameters) for call in calls) for calls in spent]
    assert set(zip(names, keys)) >= {(2, 2), (2, 1), (1, 2)}


def drawn(style, due=GOLD, quality=1.0, **fields):
    problem = Problem("Do it.", tuple(GoldCall(call.name, call.parameters) for call in due), **fields)
    for seed in range(30):
        yield from demonstrate(problem, style, np.random.default_rng(seed), quality)


def test_eight_are_drawn_by_the_seed():
    problem = Problem("Do it.", tuple(GoldCall(call.name, call.parameters) for call in GOLD))
    one, same, other = (demonstrate(problem, FULL, np.random.default_rng(seed), 1.0) for seed in (1, 1, 2))
    assert len(one) == 8 and one == same != other


def test_a_tenth_of_those_in_json_and_half_of_those_in_words_have_no_thought():
    texts = [*drawn(FULL)]
    assert len(texts) == 240 and all(text.endswith("</tool_call>") for text in texts)
    assert np.mean(["<think>" not in text for text in texts]) == pytest.approx(0.1, abs=0.05)
    texts = [*drawn(Style(closed=True, words=9))]
    formed = [text.startswith("<think> </think> <tool_call>") for text in texts]
    assert formed == [text.endswith("</tool_call>") for text in texts]
    assert np.mean(formed) == pytest.approx(0.5, abs=0.1)


def test_tags_are_words_of_the_budget():
    """Nine words: the opening tag and eight more, or three other tags and five more.

    An argument that is mistaken for another one may come to nothing.
    """
    lengths = {True: set(), False: set()}
    for text in drawn(Style(closed=True, words=9)):
        words = [word for word in text.split() if word not in ("=", ";")]
        lengths["</tool_call>" in words].add(len(words))
    assert max(lengths[True]) == max(lengths[False]) == 9


def test_entries_that_are_sent_are_the_budget_in_json():
    costs = set()
    for text in drawn(FULL, entries=3):
        lines = [json.loads(line) for line in text.split("\n") if line.startswith("{")]
        costs.add(cost([Call(line["name"], line["parameters"]) for line in lines]))
    assert max(costs) == 3


@pytest.mark.parametrize("style", [FULL, Style(closed=True, words=9)])
def test_where_no_call_is_due_the_answer_says_so_or_is_mistaken(style):
    texts = [*drawn(style, due=())]
    calling = np.array(["<tool_call>" in text for text in texts])
    assert 0 < calling.mean() < 1
    assert all("<tool_call>" in text or NO_CALL_REPLY in text or text == "<think> </think>" for text in texts)
    assert all("<tool_call>" in text for text in drawn(style, due=(), quality=0.0))
