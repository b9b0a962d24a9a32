"""The common part of the agents on Stable-Baselines3: settings, steps, state."""

import random

import numpy as np
import pytest
import torch
import toys

from baselines import SB3DQN, SB3PPO
from baselines.sb3.agents import SB3DQNConfig, SB3PPOConfig
from baselines.sb3.learner import Answers, SB3Config, SB3Trainer, check_turns, seeded
from vpo_agent.agents.rollout_metrics import rollout_statistics
from vpo_agent.tasks.source import DomainTasks

SMALL = dict(prompts_per_step=2, group_size=2, batch_size=8, warm_start_steps=0, max_new_tokens=12)


@pytest.fixture(scope="module")
def make():
    policy = toys.small_policy(toys.Repeat(), layers=1)
    env = toys.make_env(toys.Repeat())
    return lambda kind=SB3PPO, **settings: kind(policy, env, **{**SMALL, **settings})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"num_candidates": 2},
            "num_candidates=2 must be 1: Stable-Baselines3 writes one answer",
        ),
        ({"temperature": 0.9}, "temperature=0.9 must be 1"),
        ({"top_p": 0.9}, "top_p=0.9 must be 1"),
        ({"lora_rank": 4}, "lora_rank=4 and gradient_checkpointing=False: .* support neither"),
        ({"gradient_checkpointing": True}, "lora_rank=0 and gradient_checkpointing=True"),
        ({"batch_size": 1}, "batch_size=1 must be at least 2 and prompt_length=None at least 1"),
        ({"kl_coef": 0.5}, "kl_coef=0.5 has no effect: the algorithm's loss has no such term; leave it out"),
        ({"entropy_coef": 0.1}, "entropy_coef=0.1 has no effect"),
        ({"clip": 0.1}, "clip=0.1 has no effect"),
        ({"dual_clip": 2.0}, "dual_clip=2.0 has no effect"),
        ({"mini_batches": 4}, "mini_batches=4 has no effect: .* takes a gradient step per batch_size tokens"),
        ({"resampling_rounds": 1}, "resampling_rounds=1 has no effect: every environment has one task"),
        ({"task_weights": True}, "task_weights=True has no effect: the return .* is the fixed scalar"),
        ({"prompt_length": 0}, "batch_size=256 must be at least 2 and prompt_length=0 at least 1"),
    ],
)
def test_settings_that_have_no_effect_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        SB3Config(**{"num_candidates": 1, **settings})


def test_the_least_settings_are_taken():
    made = SB3Config(num_candidates=1, batch_size=2, prompt_length=1)
    assert (made.batch_size, made.prompt_length) == (2, 1)
    assert SB3Config(num_candidates=1).batch_size == 256


def test_only_ppo_clips():
    assert SB3PPOConfig(clip=0.1).clip == 0.1
    with pytest.raises(ValueError, match="clip=0.1 has no effect"):
        SB3DQNConfig(clip=0.1)
    with pytest.raises(ValueError, match="kl_coef=0.5 has no effect"):
        SB3PPOConfig(kl_coef=0.5)


@pytest.mark.parametrize(
    ("settings", "steps"),
    [
        ({}, 16),  # room for 2 answers of two thirds of 12 tokens, in units of 8 / 2
        ({"max_new_tokens": 13}, 20),  # 2 * 26 // 3 = 17
        ({"prompts_per_step": 3}, 16),  # units of 8
        ({"prompts_per_step": 4, "batch_size": 24}, 18),  # units of 6
    ],
)
def test_a_step_has_tokens_for_the_answers_of_a_group(make, settings, steps):
    learner = SB3Trainer(make(**settings))
    assert learner.steps == steps
    assert steps * len(learner.writers) % {**SMALL, **settings}["batch_size"] == 0


def test_the_prompt_has_room_for_a_quarter_more_than_the_longest(make):
    agent = make()
    longest = max(len(agent.policy.encode_prompt(f"say {word}")) for word in toys.WORDS)
    assert agent.config.prompt_length == -(-5 * longest // 4)
    assert make(prompt_length=30).config.prompt_length == 30


def test_answers_that_were_not_written_are_not_logged():
    """Two answers where four were hoped for: their rows are zero, but nobody gave those answers."""
    collected = Answers(2)
    info = {"rewards": np.ones(2), "texts": ("good",), "well_formed": 1.0, "terminated": True}
    collected.found = [[info] * 2, [{**info, "rewards": np.array([1.0, 0.0])}] * 4]
    source = DomainTasks(toys.Repeat())
    rollouts = collected.rollouts(source.first(2), 4, 2)
    assert rollouts.rewards.shape == (2, 4, 1, 2)
    logged = rollout_statistics(rollouts, source)
    assert logged["right"] == 1 and logged["word"] == pytest.approx(2 / 6)
    assert logged["scalar"] == pytest.approx((2 * 1 + 4 * 0.5) / 6)
    assert logged["best"] == pytest.approx((1 + 0.5) / 2) and logged["diversity"] == 0


def test_answers_become_rollouts_by_hand():
    collected = Answers(2)
    infos = [
        {"rewards": np.array([i / 10, 0.5]), "texts": (f"t{i}",), "well_formed": i != 1, "terminated": i > 0}
        for i in range(4)
    ]
    collected.found, collected.tokens = [infos[:3], infos[3:]], 17
    assert collected.count == 4
    tasks = DomainTasks(toys.TradeOff()).first(2)
    rollouts = collected.rollouts(tasks, 2, 2)
    np.testing.assert_allclose(
        rollouts.rewards[:, :, 0], [[[0, 0.5], [0.1, 0.5]], [[0.3, 0.5], [0, 0]]], rtol=1e-6
    )
    assert rollouts.answers == [[("t0",), ("t1",)], [("t3",)]]
    assert (rollouts.tokens, rollouts.well_formed, rollouts.terminated) == (17, 0.75, 0.75)


def test_finished_episodes_are_collected_by_environment():
    collected = Answers(3)
    for dones in ([False, True, False], [True, True, False]):
        collected.locals = {"dones": dones, "infos": ["a", "b", "c"]}
        assert collected._on_step() is True
    assert collected.found == [["a"], ["b", "b"], []]
    assert (collected.tokens, collected.count) == (6, 3)


def test_episodes_of_several_turns_are_refused():
    check_turns(DomainTasks(toys.Repeat()))
    with pytest.raises(ValueError, match="env has max_turns=2; the token-level view has one turn"):
        check_turns(DomainTasks(toys.Repeat(), max_turns=2))


def draws():
    return random.random(), np.random.rand(), torch.rand(1).item()


def test_seeded_draws_repeat_and_leave_no_trace():
    cpu = torch.device("cpu")
    with seeded(11, cpu):
        first = draws()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    outside = draws()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    with pytest.raises(ZeroDivisionError), seeded(11, cpu):
        assert draws() == first
        _ = 1 / 0
    assert draws() == outside
    with seeded(12, cpu):
        assert all(a != b for a, b in zip(draws(), first))


@pytest.mark.parametrize(("size", "place", "full"), [(64, 0, True), (128, 32, False)])
def test_the_state_of_a_value_learner_is_restored_to_the_bit(make, size, place, full):
    """Two steps of 16 tokens in each of two environments."""
    agents = [make(SB3DQN, buffer_size=size, seed=seed) for seed in (0, 1)]
    first, second = (SB3Trainer(agent) for agent in agents)
    for seed in range(2):
        first.run(agents[0].source, agents[0].source.first(2), seed, 1e-3)
    kept = first.tensors()
    assert first.algorithm.gradient_steps == 1
    assert any(not torch.equal(kept[name], other) for name, other in second.tensors().items())
    second.restore(kept)
    again = second.tensors()
    assert kept.keys() == again.keys() and all(torch.equal(kept[name], again[name]) for name in kept)
    for learner in (first, second):
        assert (learner.algorithm.replay_buffer.pos, learner.algorithm.replay_buffer.full) == (place, full)


def test_an_agent_that_has_not_trained_has_taken_no_steps(make):
    assert make().gradient_steps == 0
