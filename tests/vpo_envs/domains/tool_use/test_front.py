"""ToolUse under a budget of words or of entries: the true front and its trade-off."""

import itertools

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs import spread_weights
from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call, write_json, write_short
from vpo_envs.domains.tool_use.gold import GoldCall
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.domains.tool_use.reading import cut
from vpo_envs.metrics import pareto_mask

THINK = "<think>hm</think>"
SMALL = ToolUseDomain(3, calls=2, no_call=0, parameters=2, vocabulary="closed", budget=9)


def test_what_lies_beyond_the_budget_earns_nothing():
    task = SMALL.task("test", 0)
    first, second = task.truth.calls
    whole = f"<tool_call> {write_short(first)} ; {write_short(second)} </tool_call>"
    assert SMALL.score(task, whole) == pytest.approx([0, 1, 5 / 6, 3 / 4])
    assert SMALL.score(task, f"{'word ' * 9}{whole}") == (0, 0, 0, 0)
    assert SMALL.score(task, f"<think> </think> {whole}")[0] == 0


def test_the_small_front_worked_out_by_hand():
    # Nine words. Well-formed takes four, the other answers one; a call takes one, a key one, a value one.
    expected = [
        (0, 1, 5 / 6, 3 / 4),  # all of one call, key and value of the other: 1 + 5 + 3
        (0, 1, 1, 1 / 2),  # both names, all four keys, two values: 1 + 2 + 4 + 2
        (1, 2 / 3, 1 / 2, 1 / 2),  # all of one call: 4 + 5
        (1, 1, 2 / 3, 1 / 4),  # both names, one key each, one value: 4 + 2 + 2 + 1
    ]
    assert SMALL.pareto_front(SMALL.task("train", 0)).tolist() == pytest.approx(
        np.array(expected, np.float32)
    )


def every_answer(calls, budget):
    """Every answer made of true parts that fits: any keys of any calls, any of them with values."""
    choices = []
    for due in calls:
        options = [None]
        for states in itertools.product((None, "key", "value"), repeat=len(due.parameters)):
            items = zip(due.parameters.items(), states)
            options.append(Call(due.name, {k: v if s == "value" else None for (k, v), s in items if s}))
        choices.append(options)
    for chosen in itertools.product(*choices):
        made = " ; ".join(write_short(part) for part in chosen if part is not None)
        for text in (f"<tool_call> {made}", f"<think> </think> <tool_call> {made} </tool_call>"):
            if cut(text, budget) == text:
                yield text


def every_json_answer(calls):
    """Every answer in JSON made of true parts, in the order of the calls."""
    choices = []
    for due in calls:
        options = [None]
        for states in itertools.product((None, "key", "value"), repeat=len(due.parameters)):
            items = zip(due.parameters.items(), states)
            options.append(Call(due.name, {k: v if s == "value" else None for (k, v), s in items if s}))
        choices.append(options)
    for chosen in itertools.product(*choices):
        yield f"{THINK}<tool_call>{' '.join(write_json(part) for part in chosen if part)}</tool_call>"


def whole_front(domain, task, answers):
    rewards = np.unique(domain.score_batch([task] * len(answers), answers), axis=0)
    return rewards[pareto_mask(rewards)]


@pytest.mark.parametrize("budget", [5, 6, 8, 9, 11, 13, 20])
@pytest.mark.parametrize(("calls", "parameters"), [(1, 2), (2, (1, 3)), (3, (1, 2))])
def test_the_front_by_words_is_that_of_all_answers_made_of_true_parts(budget, calls, parameters):
    domain = ToolUseDomain(3, calls, 0, parameters, vocabulary="closed", budget=budget)
    for index in range(3):
        task = domain.task("test", index)
        front = domain.pareto_front(task)
        answers = list(every_answer(task.truth.calls, budget))
        assert front == pytest.approx(whole_front(domain, task, answers))
        assert len(domain.best_answers(task)) == len(front), "an answer for each point and no more"


@pytest.mark.parametrize(("calls", "parameters"), [(1, (1, 4)), (2, (1, 2))])
def test_the_front_by_entries_is_that_of_all_answers_made_of_true_parts(calls, parameters):
    domain = ToolUseDomain(6, calls, 0, parameters)
    for index in range(12):
        task = domain.task("test", index)
        answers = list(every_json_answer(task.truth.calls))
        front = domain.pareto_front(task)
        assert front == pytest.approx(whole_front(domain, task, answers))
        assert len(domain.best_answers(task)) == len(front), "an answer for each point and no more"


def test_a_front_by_entries_worked_out_by_hand():
    due = (GoldCall("f", {"a": 1, "b": 2}), GoldCall("g", {"c": 3}))
    domain = ToolUseDomain()
    task = domain.make_task(Problem("Do it.", due, entries=5))
    expected = [
        (0, 1, 1, 0),  # both names and all three keys: 2 + 3; neither call is right in half of its values
        (1, 1, 5 / 6, 1 / 2),  # both names, all of g and a key of f: 2 + 2 + 1
    ]
    assert domain.pareto_front(task).tolist() == pytest.approx(np.array(expected, np.float32))


@pytest.mark.parametrize("id", ["ToolUseSmall", "ToolUseEasy", "ToolUse", "ToolUseHard"])
def test_every_variant_has_a_real_trade_off(id):
    domain = gym.make(f"vpo/{id}-v0").unwrapped.domain
    weights = spread_weights(256, 4)
    points, largest = [], []
    for index in range(100):
        front = domain.pareto_front(domain.task("test", index))
        points.append(len(front))
        largest.append(np.bincount((weights @ front.T).argmax(axis=1)).max() / len(weights))
    assert np.mean(np.array(points) >= 3) >= 0.8
    assert np.mean(largest) < 0.75, "one answer is best under three quarters of the weightings"
