"""Checks of values that an agent's own methods return."""

import numpy as np
import pytest
import toys

from vpo_agent import Agent

P, G, M, D = 3, 4, 2, 2
STEP = P * G * M


class Mine(Agent):
    """An agent whose methods return what a test asks for."""

    returned: dict = {}

    def score(self, rewards, weights):
        scores = np.einsum("pgmd,pd->pgm", rewards, weights[:, 0])
        return self.returned.get("score", lambda scores: scores.max(axis=-1))(scores)

    def advantages(self, rewards, weights):
        made = super().advantages(rewards, weights)
        return self.returned.get("advantages", lambda values: values)(made)

    def draw_weights(self, rng, groups):
        drawn = super().draw_weights(rng, groups)
        return self.returned.get("draw_weights", lambda values: values)(drawn)


@pytest.fixture(scope="module")
def policy():
    return toys.small_policy(toys.Repeat())


def agent(policy):
    sizes = {"prompts_per_step": P, "group_size": G, "num_candidates": M, "max_new_tokens": 4}
    return Mine(policy, toys.make_env(toys.Repeat()), **sizes, warm_start_steps=0)


@pytest.mark.parametrize(
    ("method", "change", "message"),
    [
        ("score", lambda s: s.max(axis=-1).T, r"shape \(4, 3\); it must be \(P=3, G=4\)"),
        ("score", lambda s: s, r"shape \(3, 4, 2\)"),
        ("score", lambda s: s.max(), r"shape \(\)"),
        ("score", lambda s: np.full(s.shape[:2], np.nan), r"nan at \[0, 0\]"),
        ("score", lambda s: None, "every value must be finite|shape"),
        ("score", lambda s: [[1.0], [1.0, 2.0]], "no array of numbers"),
        ("advantages", lambda a: a[:, :2], r"shape \(3, 2\)"),
        ("advantages", lambda a: a + np.inf, r"inf at \[0, 0\]"),
        ("draw_weights", lambda w: w[:, 0], r"shape \(3, 2\); it must be \(P=3, K, d=2\)"),
        ("draw_weights", lambda w: w[:, :0], r"shape \(3, 0, 2\)"),
        ("draw_weights", lambda w: w[:1], r"shape \(1, 1, 2\)"),
        ("draw_weights", lambda w: w * np.nan, "must be finite"),
    ],
)
def test_results_of_own_methods_are_checked(policy, method, change, message):
    mine = agent(policy)
    mine.returned = {method: change}
    with pytest.raises(ValueError, match=message) as caught:
        mine.learn(STEP)
    assert f"Mine.{method} at step 0" in str(caught.value)
    assert mine.num_updates == 0


def test_results_of_right_shape_pass(policy):
    assert agent(policy).learn(2 * STEP).num_updates == 2
