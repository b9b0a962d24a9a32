"""Determinism, counting, warm start, prediction and the errors of the agent interface."""

import random

import gymnasium as gym
import numpy as np
import pytest
import torch
import toys

from baselines import GRPO
from vpo_agent import VPO, CheckpointCallback, Policy, PoolVPO, latest_checkpoint
from vpo_agent.agents.vpo import PoolVPOConfig, VPOConfig

SETTINGS = dict(prompts_per_step=2, group_size=4, max_new_tokens=12, learning_rate=1e-3)
STEP = 2 * 4 * 2  # answers


@pytest.fixture(scope="module")
def make(repeat_policy_folder):
    """Builds agents that answer, mostly wrongly, so that every step teaches something."""

    def build(kind=VPO, **settings):
        policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
        settings = {**SETTINGS, **({} if kind is GRPO else {"num_candidates": 2}), **settings}
        return kind(policy, toys.make_env(toys.Repeat()), **settings)

    return build


def weights(agent):
    return torch.cat([p.detach().flatten() for p in agent.policy.model.parameters()])


def test_the_same_seed_learns_the_same_weights(make):
    first, again, other = (make(seed=seed).learn(3 * STEP) for seed in (0, 0, 1))
    assert torch.equal(weights(first), weights(again))
    assert not torch.equal(weights(first), weights(other))
    assert not torch.equal(weights(first), weights(make()))


def test_agents_with_one_seed_meet_the_same_tasks(make):
    seen = []
    for kind in (VPO, GRPO):
        tasks = []
        make(kind).learn(3 * STEP, lambda agent, tasks=tasks: tasks.append(agent.last_rollouts.tasks))
        seen.append(tasks)
    assert seen[0] == seen[1][: len(seen[0])]


def test_learning_leaves_global_random_state_alone(make):
    before = random.getstate(), np.random.get_state()[1].tolist(), torch.random.get_rng_state()
    VPO("tiny", toys.make_env(toys.Repeat()), warm_start_steps=2, **SETTINGS).learn(STEP)
    make().learn(STEP)
    assert random.getstate() == before[0]
    assert np.random.get_state()[1].tolist() == before[1]
    assert torch.equal(torch.random.get_rng_state(), before[2])


def test_global_random_state_does_not_matter(make):
    first = make().learn(STEP)
    random.seed(5), np.random.seed(5), torch.manual_seed(5)
    assert torch.equal(weights(first), weights(make().learn(STEP)))


def test_timesteps_are_answers(make):
    agent = make(num_candidates=3)
    agent.learn(25)  # a step is 2 * 4 * 3 answers: rounded up
    assert (agent.num_timesteps, agent.num_updates) == (48, 2)
    agent.learn(24)
    assert (agent.num_timesteps, agent.num_updates) == (24, 3)
    agent.learn(24, reset_num_timesteps=False)
    assert (agent.num_timesteps, agent.num_updates) == (48, 4)
    assert agent.learn(0) is agent and agent.num_updates == 4


def test_the_schedule_spans_the_whole_run(make):
    rates = []
    agent = make(schedule="linear", num_candidates=1)
    agent.learn(4 * 8, lambda agent: rates.append(agent.logger.name_to_value["train/learning_rate"]))
    assert rates == pytest.approx([1e-3, 0.75e-3, 0.5e-3, 0.25e-3])


def test_the_warm_start_happens_once_and_before_the_reference(make):
    agent = make(warm_start_steps=3)
    assert agent.reference is None
    untrained = weights(agent)
    agent.learn(0)
    started = weights(agent)
    assert not torch.equal(untrained, started)
    reference = torch.cat([p.flatten() for p in agent.reference.model.parameters()])
    assert torch.equal(reference, started)
    agent.warm_start()
    assert torch.equal(weights(agent), started)
    agent.learn(2 * STEP)
    assert not torch.equal(weights(agent), started)
    assert torch.equal(torch.cat([p.flatten() for p in agent.reference.model.parameters()]), reference)


def test_no_reference_is_kept_without_a_penalty(make):
    agent = make(kl_coef=0.0).learn(STEP)
    assert agent.reference is None


def test_the_penalty_holds_the_policy_back(make):
    def gap(kl_coef):
        gaps = []
        agent = make(kl_coef=kl_coef)
        agent.learn(24 * STEP, lambda agent: gaps.append(agent.logger.name_to_value["train/kl"]))
        return np.mean(gaps)  # single steps leap, and differ from processor to processor

    assert 0 < gap(kl_coef=10.0) < 0.2 * gap(kl_coef=1e-6)


def test_candidates_are_predicted(make):
    agent = make()
    prompt = agent.source.prompts(agent.source.first(1))[0]
    candidates, state = agent.predict(prompt, seed=1)
    assert isinstance(candidates, tuple) and len(candidates) == 2 and state is None
    assert all(isinstance(text, str) for text in candidates)
    assert agent.predict(prompt, seed=1) == (candidates, None)
    assert len({agent.predict(prompt, seed=seed)[0] for seed in range(8)}) > 1
    greedy = {agent.predict(prompt, deterministic=True, seed=seed)[0] for seed in range(4)}
    assert len(greedy) == 1
    assert agent.predict(prompt, max_new_tokens=1)[0] == ("", "")
    with pytest.raises(TypeError, match="prompt is a str, not int"):
        agent.predict(3)


def test_another_environment_of_the_same_objectives_can_be_set(make):
    agent = make()
    agent.set_env(toys.make_env(toys.Repeat(), split="validation"))
    assert agent.source.split == "validation"
    agent.learn(STEP)
    assert {task.split for task in agent.last_rollouts.tasks} == {"validation"}
    with pytest.raises(ValueError, match=r"trains on the objectives \('right', 'word'\).*same domain"):
        agent.set_env(toys.make_env(toys.TradeOff()))
    assert agent.source.split == "validation"


def test_the_defaults_leave_something_to_learn():
    # A pool of the whole group would credit all of its rollouts alike.
    for config, kind in ((PoolVPOConfig(), PoolVPO), (VPOConfig(), VPO)):
        agent = kind(toys.small_policy(toys.Repeat()), toys.make_env(toys.Repeat()))
        rng = np.random.default_rng(0)
        rewards = rng.random((2, config.group_size, config.num_candidates, 2))
        advantages = agent.advantages(rewards, agent.draw_weights(rng, 2))
        assert (np.abs(advantages) > 0.01).mean() > 0.8
    assert PoolVPOConfig().num_candidates == 1 and PoolVPOConfig().pool_size == 8
    assert PoolVPOConfig().answers_per_step == VPOConfig().answers_per_step


def test_groups_share_their_weightings(make):
    agent = make(n_weights=7)
    drawn = agent.draw_weights(np.random.default_rng(0), 5)
    assert drawn.shape == (5, 7, 2) and len({group.tobytes() for group in drawn}) == 5


def test_wrong_arguments_of_learn_are_refused(make):
    with pytest.raises(ValueError, match="total_timesteps=-1 must be at least 0"):
        make().learn(-1)
    with pytest.raises(ValueError, match="log_interval=0 must be at least 1"):
        make().learn(8, log_interval=0)


@pytest.mark.parametrize("steps", [1.6e1, np.int64(16), np.float32(16)])
def test_whole_numbers_of_every_kind_make_checkpoints_that_load(make, tmp_path, steps):
    agent = make().learn(steps, CheckpointCallback(tmp_path, every=1))
    assert (agent.num_updates, agent.planned_timesteps) == (1, 16)
    loaded = VPO.load(latest_checkpoint(tmp_path), toys.make_env(toys.Repeat()))
    assert loaded.planned_timesteps == 16


@pytest.mark.parametrize("steps", [16.5, float("nan"), "16", True, None])
def test_budgets_that_are_no_whole_number_are_refused(make, steps):
    agent = make(warm_start_steps=2)
    with pytest.raises(ValueError, match="total_timesteps=.* must be a whole number"):
        agent.learn(steps)
    assert not agent.warm_started and agent.num_updates == 0


def test_registered_environments_train_by_their_id(make):
    agent = VPO(
        toys.small_policy(gym.make("vpo/MazeSmall-v0").unwrapped.domain),
        "vpo/MazeSmall-v0",
        num_candidates=2,
        **{**SETTINGS, "max_new_tokens": None},
    )
    agent.learn(16)
    assert agent.source.env_id == "vpo/MazeSmall-v0" and agent.num_updates == 1


def test_odd_prompts(make):
    agent = make()
    assert len(agent.predict("\ud800 lone")[0]) == 2
    with pytest.raises(ValueError, match=r"has \d+ tokens, .* the model reads \d+; shorten it"):
        agent.predict("say a " * 20_000)


def test_the_environment_has_no_other_number_of_candidates(repeat_policy_folder):
    env = gym.make("vpo/MazeSmall-v0", num_candidates=2)
    with pytest.raises(ValueError, match="env has num_candidates=2 and the agent 3: give it to the agent"):
        VPO("tiny", env, num_candidates=3)
    assert VPO("tiny", env, num_candidates=2, warm_start_steps=0).num_candidates == 2
