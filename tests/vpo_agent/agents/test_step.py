"""A step trains on groups with a signal, counts all answers, and uses tasks' own weights."""

import dataclasses

import numpy as np
import pytest
import torch
import toys

from baselines import GRPO
from vpo_agent import VPO, AnswerVPO
from vpo_agent.agents.dynamic_sampling import has_signal
from vpo_agent.training.trainer import Trainer


class Half(toys.Repeat):
    """Tasks with the words of the first half score every answer alike."""

    def score(self, task, answer):
        return (0.5, 0.5) if task.truth in toys.WORDS[:3] else super().score(task, answer)


class Preferring(toys.Repeat):
    """Half of the tasks know their preference weights."""

    def sample_task(self, rng):
        task = super().sample_task(rng)
        return dataclasses.replace(task, weights=(0.9, 0.1)) if task.truth in toys.WORDS[:3] else task


@pytest.fixture
def updates(monkeypatch):
    """The segments and advantages of every update."""
    seen = []
    update = Trainer.update

    def spy(self, segments, advantages, group_size, *arguments):
        seen.append((segments, advantages.numpy().reshape(-1, group_size, *advantages.shape[1:])))
        return update(self, segments, advantages, group_size, *arguments)

    monkeypatch.setattr(Trainer, "update", spy)
    return seen


@pytest.mark.parametrize("kind", [GRPO, VPO, AnswerVPO])
def test_every_trained_group_has_a_signal_and_every_answer_is_counted(kind, updates, make):
    m = 1 if kind is GRPO else 2
    own = {"pool_size": 3} if kind is AnswerVPO else {}
    agent = make(kind, env=toys.make_env(Half()), num_candidates=m, resampling_rounds=50, **own)
    answers = []

    def look(agent):
        rollouts = agent.last_rollouts
        answers.append(len(rollouts.tasks) * 4 * m)
        assert agent.num_timesteps == sum(answers) == agent.logger.name_to_value["time/timesteps"]
        assert rollouts.rewards.shape[:3] == (len(rollouts.tasks), 4, m)
        assert len(rollouts.answers) == len(rollouts.prompts) == len(rollouts.tasks)
        assert len(rollouts.completions[0]) == 4 * len(rollouts.tasks)
        written = sum(completion.tokens for completion in rollouts.completions[0])
        assert rollouts.tokens == written == agent.logger.name_to_value["rollout/tokens"]
        assert agent.logger.name_to_value["train/frac_reward_zero_std"] > 0

    agent.learn(4 * 4 * m * 6, look)
    assert max(answers) > 4 * 4 * m
    for segments, advantages in updates:
        assert len(advantages) == 4 and has_signal(advantages).all()
        assert torch.equal(torch.cat([s.rollouts for s in segments]), torch.arange(16))


def test_rounds_are_limited_and_a_batch_without_signal_stays_full(updates, make):
    class Flat(toys.Repeat):
        def score(self, task, answer):
            return (0.5, 0.5)

    agent = make(GRPO, env=toys.make_env(Flat()), resampling_rounds=2)
    shares = []
    agent.learn(16, lambda agent: shares.append(agent.logger.name_to_value["train/frac_reward_zero_std"]))
    assert agent.num_timesteps == 3 * 16 and agent.num_updates == 1
    ((_, advantages),) = updates
    assert advantages.shape == (4, 4) and not advantages.any() and shares == [1.0]


def test_tokens_go_with_their_own_advantages(updates, make):
    agent = make(GRPO, env=toys.make_env(Half()), resampling_rounds=50)
    agent.learn(16)
    rollouts = agent.last_rollouts
    segments, advantages = updates[0]
    texts = {
        (tuple(s.ids[row][s.mask[row]].tolist()), int(rollout) // 4)
        for s in segments
        for row, rollout in enumerate(s.rollouts)
    }
    every = agent.advantages(rollouts.rewards, agent.draw_weights(None, len(rollouts.tasks)))
    chosen = [i for i, task in enumerate(rollouts.tasks) if has_signal(every)[i]][:4]
    for place, group in enumerate(chosen):
        for g in range(4):
            text = rollouts.completions[0][4 * group + g].text
            assert text in {agent.policy.decode(ids) for ids, where in texts if where == place}
        np.testing.assert_allclose(advantages[place], every[group], rtol=1e-6)


def test_the_weights_of_tasks_replace_those_of_the_agent(make):
    used = []

    class Looking(VPO):
        def advantages(self, rewards, weights):
            used.append(weights)
            return super().advantages(rewards, weights)

    for task_weights in (False, True):
        agent = make(Looking, env=toys.make_env(Preferring()), num_candidates=2, task_weights=task_weights)
        agent.learn(32)
        tasks = agent.last_rollouts.tasks
    drawn, known = used
    for i, task in enumerate(tasks):
        expected = drawn[i] if task.weights is None else np.broadcast_to([0.9, 0.1], drawn[i].shape)
        assert (known[i] == expected).all()
    assert {task.weights for task in tasks} == {None, (0.9, 0.1)}


def test_the_entropy_bonus_raises_the_entropy(make):
    ends = []
    for entropy_coef in (0.0, 1.0):
        entropies = []
        agent = make(GRPO, entropy_coef=entropy_coef, seed=1)
        agent.learn(12 * 16, lambda agent: entropies.append(agent.logger.name_to_value["train/entropy"]))  # noqa: B023
        ends.append(np.mean(entropies[-4:]))
    assert ends[1] > ends[0] + 0.05
