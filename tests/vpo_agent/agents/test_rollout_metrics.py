"""Metrics of a step's rollouts by hand."""

import numpy as np
import pytest
import toys

from vpo_agent.agents.rollout_metrics import rollout_statistics
from vpo_agent.generation.rollout import Completion, Rollouts
from vpo_agent.tasks.source import DomainTasks

SOURCE = DomainTasks(toys.TradeOff())  # objectives of equal weight
SPECIALISTS, COPIES = [[1, 0], [0, 1]], [[0.6, 0.6], [0.6, 0.6]]


def rollouts(rewards, **fields):
    """Rollouts of the given rewards, (P, G, m, d), all of which were sampled."""
    rewards = np.array(rewards, np.float32)
    answers = [[("a",) * rewards.shape[2]] * rewards.shape[1] for _ in rewards]
    return Rollouts([None] * len(rewards), rewards, **{"answers": answers, "segments": [], **fields})


def reasoning(tokens):
    return Completion("", None, ended=True, reasoning_tokens=tokens)


def test_one_rollout_of_specialists_and_one_of_copies():
    """E[max(w, 1 - w)] of a uniform w is 3/4; of the pool of both, E[max(w, 1 - w, 0.6)] is 0.76.

    Of the 12 ordered pairs of different answers in the pool, 2 lie 2 apart, 8 lie 1 apart, and 2 are alike.
    """
    logged = rollout_statistics(rollouts([[SPECIALISTS, COPIES]]), SOURCE)
    assert [logged[name] for name in SOURCE.objective_names] == pytest.approx([0.55, 0.55])
    assert logged["scalar"] == pytest.approx(0.55) and logged["best"] == pytest.approx(0.6)
    assert logged["set_score"] == pytest.approx((0.75 + 0.6) / 2, abs=0.02)
    assert logged["expected_best"] == pytest.approx(0.76, abs=0.02)
    assert logged["diversity"] == pytest.approx((2 * 2 + 8 * 1) / 12)


def test_tasks_count_alike_and_the_best_of_each_is_taken():
    one, other = [[[1, 1]], [[0, 0]]], [[[0.5, 0.5]], [[0.25, 0.25]]]
    logged = rollout_statistics(rollouts([one, other]), SOURCE)
    assert logged["scalar"] == pytest.approx((1 + 0.5 + 0.25) / 4)
    assert logged["best"] == logged["expected_best"] == pytest.approx((1 + 0.5) / 2)
    assert logged["set_score"] == pytest.approx((0.5 + 0.375) / 2)
    assert logged["diversity"] == pytest.approx((2 + 0.5) / 2)


def test_objectives_are_logged_by_name_and_weighed_as_the_domain_says():
    source = DomainTasks(toys.TradeOff())
    source.weights = np.array([0.75, 0.25])
    logged = rollout_statistics(rollouts([[[[1, 0]], [[0.5, 0.5]]]]), source)
    assert [logged[name] for name in source.objective_names] == pytest.approx([0.75, 0.25])
    assert logged["scalar"] == pytest.approx((0.75 + 0.5) / 2) and logged["best"] == pytest.approx(0.75)


def test_rollouts_that_were_not_sampled_are_left_out():
    """Tasks without any are, too."""
    rewards = [[[[1, 1]], [[0, 0]]], [[[0.5, 0.5]], [[0.5, 0.5]]], [[[0, 0]], [[0, 0]]]]
    answers = [[("a",)], [("a",), ("b",)], []]
    logged = rollout_statistics(rollouts(rewards, answers=answers), SOURCE)
    assert logged["scalar"] == pytest.approx(2 / 3) and logged["best"] == pytest.approx(0.75)
    assert logged["set_score"] == logged["expected_best"] == pytest.approx(0.75)
    assert logged["diversity"] == 0


def test_counts_and_shares_are_passed_on():
    fields = {"well_formed": 0.5, "repeated": 0.25, "terminated": 0.75}
    turns = [[reasoning(3), reasoning(4)], [reasoning(0), reasoning(5)]]
    logged = rollout_statistics(rollouts([[SPECIALISTS]], tokens=9, completions=turns, **fields), SOURCE)
    assert (logged["well_formed"], logged["repeated"], logged["termination_rate"]) == (0.5, 0.25, 0.75)
    assert (logged["tokens"], logged["reasoning_tokens"]) == (9, 12)
    served = rollout_statistics(rollouts([[SPECIALISTS]], tokens=None), SOURCE)
    assert (served["tokens"], served["reasoning_tokens"]) == (0, 0)
