"""Weightings: their distribution, their estimates of rollout scores, tasks' own weights."""

import numpy as np
import pytest

from vpo_agent.training.advantages import pool_credit
from vpo_agent.training.weightings import Weighting, with_task_weights
from vpo_envs import Task

LEFT, RIGHT, BOTH, NONE = [1.0, 0.0], [0.0, 1.0], [0.6, 0.6], [0.0, 0.0]


@pytest.mark.parametrize("kind", ["random", "spread"])
@pytest.mark.parametrize("alpha", [0.3, 1.0, 4.0])
def test_weightings_follow_the_dirichlet_distribution(kind, alpha):
    weights = Weighting(400, alpha, kind).draw(np.random.default_rng(0), 50, 3)
    assert weights.shape == (50, 400, 3)
    np.testing.assert_allclose(weights.sum(-1), 1)
    np.testing.assert_allclose(weights.mean(axis=(0, 1)), 1 / 3, atol=0.01)
    # Var = (1/d)(1 - 1/d) / (d alpha + 1).
    np.testing.assert_allclose(weights.var(axis=(0, 1)), (2 / 9) / (3 * alpha + 1), rtol=0.05)


@pytest.mark.parametrize("kind", ["random", "spread"])
def test_groups_get_weightings_of_their_own_and_seeds_repeat(kind):
    draw = lambda seed: Weighting(8, kind=kind).draw(np.random.default_rng(seed), 3, 4)  # noqa: E731
    weights = draw(0)
    assert len({group.tobytes() for group in weights}) == 3
    assert (weights == draw(0)).all() and (weights != draw(1)).any()


def test_spread_weightings_are_less_noisy():
    def noise(kind):
        weights = Weighting(50, kind=kind).draw(np.random.default_rng(0), 400, 3)
        return weights.max(axis=-1).mean(axis=-1).var()

    assert noise("spread") < noise("random") / 3


@pytest.mark.parametrize(
    "arguments, message",
    [
        (dict(count=0), "n_weights=0 must be at least 1"),
        (dict(alpha=0.0), "alpha=0.0 must be positive"),
        (dict(alpha=float("nan")), "alpha=nan must be positive"),
        (dict(kind="even"), "weighting='even' must be 'random' or 'spread'"),
    ],
)
def test_wrong_settings_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Weighting(**arguments)


def test_a_weighting_is_a_hundred_uniform_draws_unless_said_otherwise():
    assert Weighting() == Weighting(count=100, alpha=1.0, kind="random")


@pytest.mark.parametrize("kind", ["random", "spread"])
def test_a_single_weighting_is_allowed(kind):
    assert Weighting(1, kind=kind).draw(np.random.default_rng(0), 2, 3).shape == (2, 1, 3)


def test_tasks_with_known_weights_have_these_alone():
    weights = Weighting(5).draw(np.random.default_rng(0), 3, 2)
    tasks = [Task("a"), Task("b", weights=(0.25, 0.75)), 7]  # a seed of another environment knows none
    found = with_task_weights(weights, tasks)
    assert (found[1] == [0.25, 0.75]).all()
    assert (found[[0, 2]] == weights[[0, 2]]).all() and not (weights[1] == found[1]).any()


def test_known_weights_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"weights=\(0.5, 0.25, 0.25\) must have 2 entries"):
        with_task_weights(np.full((1, 1, 2), 0.5), [Task("a", weights=(0.5, 0.25, 0.25))])


@pytest.mark.parametrize("kind, tolerance", [("random", 0.004), ("spread", 0.0005)])
def test_estimates_converge_to_the_integral(kind, tolerance):
    # For d = 2, w = (t, 1 - t) with t uniform: E max(t, 1 - t) = 3/4; E max(t, .6) = .36 + .32 = .68;
    # E max(t, .6, 1 - t) = .2 * .6 + 2 * (1 - .36) / 2 = .76; E t = 1/2.
    rewards = np.array([[[LEFT, RIGHT, NONE], [LEFT, BOTH, NONE], [LEFT, BOTH, RIGHT], [LEFT, NONE, NONE]]])
    weights = Weighting(20_000, kind=kind).draw(np.random.default_rng(0), 1, 2)
    exact = [[0.75, 0.68, 0.76, 0.5]]
    np.testing.assert_allclose(pool_credit(rewards, weights), exact, atol=tolerance)


def test_shared_weightings_are_unbiased_at_the_paper_s_size():
    rng = np.random.default_rng(1)
    rewards = np.broadcast_to(np.array([LEFT, RIGHT]), (2000, 1, 2, 2))
    for kind in ("random", "spread"):
        estimates = pool_credit(rewards, Weighting(100, kind=kind).draw(rng, 2000, 2))
        # The standard error of the mean is .144 / sqrt(100 * 2000) = .0003.
        assert abs(estimates.mean() - 0.75) < 0.0015
