"""Reference agents, which do not train."""

import gymnasium as gym
import numpy as np
import pytest
import torch
import toys

from baselines import Oracle
from baselines.algorithms.oracle import OracleConfig, best
from vpo_agent import Policy, evaluate
from vpo_agent.tasks.source import EnvTasks


@pytest.fixture(scope="module")
def make(repeat_policy_folder):
    def build(kind, domain=None, **settings):
        env = toys.make_env(domain or toys.Repeat())
        if kind is Oracle:
            return Oracle(env, **settings)
        return kind(Policy.from_pretrained(repeat_policy_folder, dtype="float32"), env, **settings)

    return build


def weights(agent):
    return torch.cat([p.detach().flatten() for p in agent.policy.model.parameters()])


def test_the_oracle_leaves_no_regret():
    env = gym.make("vpo/MazeSmall-v0")
    agent = Oracle(env)
    measured = evaluate(agent, tasks=4, pool=30)
    values = measured.per_task()
    np.testing.assert_allclose(values["regret"], 0, atol=1e-6)
    np.testing.assert_allclose(values["regret_scalar"], 0, atol=1e-6)
    np.testing.assert_allclose(values["front_share"], 1)
    assert measured.tokens == 0


def test_the_oracle_answers_in_every_turn():
    """Found by reading: pools of two turns were half as large."""
    agent = Oracle("vpo/MazeSmall-v0", num_candidates=2)
    agent.source.max_turns = 2
    assert evaluate(agent, tasks=2, pool=6).rewards.shape[:2] == (2, 6)
    assert agent.rollouts(agent.source.first(1), 3, agent.sampling, 0).rewards.shape[1:3] == (3, 4)
    assert agent.rollouts(agent.source.first(1), 3, agent.sampling, 0, turns=1).rewards.shape[1:3] == (3, 2)


def test_the_oracle_s_first_answers_are_worth_most(make):
    agent = make(Oracle, toys.TradeOff(), n=4)
    task = agent.source.first(1)[0]
    # w* = (.5, .5) prefers the compromise; then the specialists add alike; then it starts again.
    answers = best(agent.source, task, 4)
    assert answers[0] == answers[3] == "both" and set(answers[1:3]) == {"left", "right"}


def test_the_oracle_sees_the_task_of_its_environment(make):
    agent = make(Oracle, n=2)
    with pytest.raises(ValueError, match="reset that environment"):
        agent.predict("say red")
    prompt, _ = agent.env.reset(seed=3)
    answers, _ = agent.predict(prompt)
    assert answers == (agent.env.unwrapped.task.truth,) * 2
    assert agent.env.step(answers[0])[1].tolist() == [1, 1]


def test_the_oracle_needs_to_know(make):
    class Silent(toys.Repeat):
        def best_answers(self, task):
            return None

    with pytest.raises(ValueError, match="Silent does not know its best answers"):
        evaluate(make(Oracle, Silent()), tasks=1, pool=2)
    env = toys.Poem()
    assert EnvTasks(env)
    with pytest.raises(ValueError, match="the oracle needs one made from a Domain"):
        Oracle(env)


def test_the_oracle_has_no_model():
    assert not hasattr(Oracle("vpo/MazeSmall-v0"), "policy")
    with pytest.raises(ValueError, match="n=0 must be at least 1"):
        Oracle("vpo/MazeSmall-v0", n=0)


@pytest.mark.parametrize(
    "setting", [{"learning_rate": 3.0}, {"lora_rank": 7}, {"kl_coef": 1e-3}, {"seed": 0}]
)
def test_settings_of_training_have_no_effect_on_the_oracle_and_are_refused(setting):
    (name,) = setting
    with pytest.raises(ValueError, match=f"{name}=.* has no effect: the oracle has no model"):
        Oracle("vpo/MazeSmall-v0", **setting)


def test_the_oracle_s_own_settings_are_checked():
    assert Oracle("vpo/MazeSmall-v0", num_candidates=3).config == OracleConfig(num_candidates=3, n=8)
    with pytest.raises(ValueError, match="num_candidates=0 must be at least 1"):
        OracleConfig(num_candidates=0)
    with pytest.raises(TypeError, match="unknown setting 'num_candidate'; did you mean 'num_candidates'"):
        Oracle("vpo/MazeSmall-v0", num_candidate=3)
