"""Independent answers of the warm start alone."""

import numpy as np
import pytest
import torch
import toys

from baselines import BestOfN
from tests.baselines.algorithms.by_hand import HALF, REWARDS
from vpo_agent import evaluate


@pytest.fixture
def make():
    def build(kind, **settings):
        policy = toys.small_policy(toys.Repeat())
        return kind(policy, toys.make_env(toys.Repeat()), max_new_tokens=8, **settings)

    return build


def weights(agent):
    return torch.cat([p.detach().flatten() for p in agent.policy.model.parameters()])


def test_best_of_n_is_the_warm_start_alone(make):
    agent = make(BestOfN, warm_start_steps=2)
    before = weights(agent)
    agent.warm_start()
    started = weights(agent)
    assert not torch.equal(before, started)
    assert agent.learn(1000) is agent and torch.equal(weights(agent), started)
    assert (agent.num_timesteps, agent.num_updates, agent.gradient_steps) == (0, 0, 0)


def test_best_of_n_draws_n_answers(make):
    agent = make(BestOfN, n=6)
    answers, state = agent.predict("say red", seed=1)
    assert len(answers) == 6 and len(set(answers)) > 1 and state is None
    assert agent.predict("say red", seed=1)[0] == answers != agent.predict("say red", seed=2)[0]
    with pytest.raises(ValueError, match="n=0 must be at least 1"):
        make(BestOfN, n=0)


def test_answers_of_one_draw_stay_together(make):
    agent = make(BestOfN, n=3, num_candidates=2, seed=4)
    answers, _ = agent.predict("say red")
    assert len(answers) == 6 and answers == agent.predict("say red", seed=4)[0]
    greedy, _ = agent.predict("say red", deterministic=True)
    assert greedy[:2] == greedy[2:4] == greedy[4:]
    assert agent.predict("say red", max_new_tokens=1)[0] == ("",) * 6


def test_answers_are_worth_their_fixed_scalar(make):
    np.testing.assert_allclose(make(BestOfN).score(REWARDS, HALF), [[0.5, 0.1, 0, 1]], rtol=1e-6)


@pytest.mark.parametrize("n", [0, -1])
def test_nothing_is_no_number_of_answers(make, n):
    with pytest.raises(ValueError, match=f"n={n} must be at least 1"):
        make(BestOfN, n=n)
    assert (make(BestOfN, n=1).config.n, make(BestOfN).config.n) == (1, 8)


@pytest.mark.parametrize(
    "setting", [{"learning_rate": 1e-4}, {"group_size": 4}, {"kl_coef": 0.0}, {"mini_batches": 1}]
)
def test_settings_of_updates_are_refused(make, setting):
    with pytest.raises(ValueError, match="has no effect: best-of-N performs no update after the warm start"):
        make(BestOfN, **setting)


def test_best_of_n_is_saved_and_loaded(make, tmp_path):
    agent = make(BestOfN, n=3)
    agent.save(tmp_path / "agent")
    again = BestOfN.load(tmp_path / "agent", toys.make_env(toys.Repeat()))
    first, second = (evaluate(a, tasks=3, pool=4, seed=5).answers for a in (agent, again))
    assert first == second and again.config == agent.config
