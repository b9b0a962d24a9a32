"""Stable-Baselines3's learners on the token-level view, behind the interface of all agents."""

import random

import numpy as np
import pytest
import torch
import toys

from baselines import SB3A2C, SB3DQN, SB3PPO
from vpo_agent import CheckpointCallback, Policy, evaluate

SMALL = dict(prompts_per_step=2, group_size=2, batch_size=8, warm_start_steps=0, learning_rate=1e-3)
KINDS = [SB3PPO, SB3A2C, SB3DQN]


@pytest.fixture(scope="module")
def make(repeat_policy_folder):
    def build(kind=SB3PPO, env=None, **settings):
        policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
        settings = {**SMALL, **({"buffer_size": 256} if kind is SB3DQN else {}), **settings}
        return kind(policy, env or toys.make_env(toys.Repeat()), **settings)

    return build


def weights(agent):
    return torch.cat([p.detach().flatten() for p in agent.policy.model.parameters()])


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_learns_the_same_weights(make, kind):
    before = random.getstate(), np.random.get_state()[1].tolist(), torch.random.get_rng_state()
    first, again, other = (make(kind, seed=seed).learn(8) for seed in (0, 0, 1))
    assert torch.equal(weights(first), weights(again))
    assert not torch.equal(weights(first), weights(other))
    assert random.getstate() == before[0] and np.random.get_state()[1].tolist() == before[1]
    assert torch.equal(torch.random.get_rng_state(), before[2])


@pytest.mark.parametrize("kind", KINDS)
def test_a_loaded_agent_goes_on_to_the_bit(make, kind, tmp_path):
    whole = make(kind)
    whole.learn(100, lambda agent: agent.num_updates < 4)
    half = make(kind)
    half.learn(100, [CheckpointCallback(tmp_path / "run", every=2), toys_stop(2)])
    loaded = kind.load(tmp_path / "run" / "step-000002", toys.make_env(toys.Repeat()))
    assert loaded.num_timesteps == half.num_timesteps and torch.equal(weights(loaded), weights(half))
    assert loaded.gradient_steps == half.gradient_steps > 0
    loaded.learn(100 - loaded.num_timesteps, toys_stop(4), reset_num_timesteps=False)
    assert torch.equal(weights(loaded), weights(whole))
    assert loaded.num_timesteps == whole.num_timesteps
    first, second = (evaluate(agent, tasks=4, pool=3).answers for agent in (loaded, whole))
    assert first == second


def toys_stop(updates):
    from vpo_agent.agents.callbacks import FunctionCallback

    return FunctionCallback(lambda agent: agent.num_updates < updates)


def test_timesteps_are_answers_and_steps_are_logged(make):
    agent = make()
    counted = []

    def look(agent):
        shown = agent.logger.name_to_value
        assert {"rollout/right", "rollout/diversity", "train/loss", "time/sampling"} <= set(shown)
        assert shown["rollout/tokens"] >= agent.num_timesteps - sum(counted)
        counted.append(agent.num_timesteps - sum(counted))

    agent.learn(12, look)
    assert agent.num_timesteps == sum(counted) >= 12
    assert agent.last_rollouts.rewards.shape == (2, 2, 1, 2)
    # The tasks are those that every other agent with this seed meets.
    rng = np.random.default_rng(np.random.SeedSequence([0, agent.num_updates - 1, 0]))
    assert agent.last_rollouts.tasks == agent.source.draw(rng, 2)


@pytest.mark.parametrize(
    "kind, settings, learnt",
    [
        (SB3PPO, {}, 0.3),
        (SB3A2C, dict(batch_size=64), 0.3),
        (SB3DQN, dict(buffer_size=1000), 0.2),
    ],
)
def test_a_trivial_task_is_learnt(make, kind, settings, learnt):
    agent = make(kind, **{**dict(prompts_per_step=8, group_size=8, batch_size=256), **settings})
    before = toys.share_right(agent)
    agent.learn(agent.config.answers_per_step * 32)
    assert before < 0.4 and toys.share_right(agent) > before + learnt


def test_any_environment_of_texts_can_be_learnt(repeat_policy_folder):
    policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
    agent = SB3PPO(policy, toys.Poem(), max_new_tokens=8, **SMALL).learn(2)
    assert agent.num_timesteps >= 2 and len(agent.predict("say red")[0]) == 1


@pytest.mark.parametrize(
    "kind, settings, message",
    [
        (SB3PPO, dict(num_candidates=2), "num_candidates=2 must be 1: Stable-Baselines3 writes one answer"),
        (SB3PPO, dict(temperature=0.5), "temperature=0.5 must be 1"),
        (SB3PPO, dict(batch_size=1), "batch_size=1 must be at least 2"),
        (SB3PPO, dict(n_epochs=0), "n_epochs=0 must be at least 1"),
        (SB3A2C, dict(prompt_length=0), "prompt_length=0 at least 1"),
        (SB3DQN, dict(buffer_size=4), "buffer_size=4 must be at least batch_size=8: DQN needs a batch"),
        (SB3DQN, dict(softness=0.0), r"softness=0.0 above 0"),
    ],
)
def test_wrong_settings_are_refused(make, kind, settings, message):
    with pytest.raises(ValueError, match=message):
        make(kind, **settings)


def test_several_turns_are_refused(make):
    env = toys.make_env(toys.Repeat(), max_turns=2)
    with pytest.raises(ValueError, match="max_turns=2; the token-level view has one turn"):
        make(env=env)
    with pytest.raises(ValueError, match="max_turns=2"):
        make().set_env(env)
