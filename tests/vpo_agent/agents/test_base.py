"""Settings, determinism, prediction and the errors of the agent interface."""

import dataclasses
import random
import re

import gymnasium as gym
import numpy as np
import pytest
import torch
import toys

from baselines import GRPO
from vpo_agent import VPO, Policy, PoolVPO
from vpo_agent.agents.config import AgentConfig
from vpo_agent.agents.vpo import PoolVPOConfig, VPOConfig
from vpo_agent.models.sampling import Sampling

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
        make(kind).learn(3 * STEP, lambda agent, tasks=tasks: tasks.append(agent._last_rollouts.tasks))
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
    assert {task.split for task in agent._last_rollouts.tasks} == {"validation"}
    with pytest.raises(ValueError, match=r"trains on the objectives \('right', 'word'\).*same domain"):
        agent.set_env(toys.make_env(toys.TradeOff()))
    assert agent.source.split == "validation"


def test_the_bound_on_tokens_fits_the_demonstrations(make):
    agent = make(max_new_tokens=None, num_candidates=2)
    longest = max(
        map(len, agent.policy.encode_completions([agent.config.answer_format.format(["green", "green"])]))
    )
    assert longest <= agent.config.max_new_tokens <= 2 * longest
    assert make(max_new_tokens=None, seed=3, num_candidates=2).config == dataclasses.replace(
        agent.config, seed=3
    )


def test_open_settings_are_settled():
    agent = VPO(toys.small_policy(toys.Repeat()), toys.make_env(toys.Repeat()))
    assert agent.config.learning_rate == 3e-4  # small model
    assert agent.config.warm_start_steps == 0  # it was given, so it is taken as it is
    tiny = VPO("tiny", toys.make_env(toys.Repeat()))
    assert tiny.config.warm_start_steps == 1000


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


@pytest.mark.parametrize(
    "settings, error, message",
    [
        (dict(group_sise=4), TypeError, "unknown setting 'group_sise'; did you mean 'group_size'"),
        (dict(zzz=4), TypeError, "unknown setting 'zzz'; there are num_candidates, group_size"),
        (dict(num_candidates=0), ValueError, "num_candidates=0 must be at least 1"),
        (dict(group_size=1), ValueError, "group_size=1 must be at least 2"),
        (dict(group_size=2.5), ValueError, "group_size=2.5 must be an integer"),
        (dict(prompts_per_step=-3), ValueError, "prompts_per_step=-3 must be"),
        (dict(seed=-1), ValueError, "seed=-1 must be at least 0"),
        (dict(warm_start_steps=-1), ValueError, "warm_start_steps=-1 must be at least 0"),
        (dict(pool_size=0), ValueError, "pool_size=0 must lie between 1 and group_size - 1 = 3"),
        (dict(pool_size=4), ValueError, "pool_size=4 must lie between 1 and group_size - 1 = 3"),
        (dict(n_weights=0), ValueError, "n_weights=0 must be at least 1"),
        (dict(alpha=-1.0), ValueError, "alpha=-1.0 must be positive"),
        (dict(weighting="even"), ValueError, "weighting='even' must be"),
        (dict(temperature=0.0), ValueError, "temperature=0 leaves nothing to learn from"),
        (dict(temperature=-1.0), ValueError, "temperature=-1.0 must be at least 0"),
        (dict(top_p=0.0), ValueError, "top_p=0.0 must lie in"),
        (dict(max_new_tokens=0), ValueError, "max_new_tokens=0 must be at least 1"),
        (dict(learning_rate=-1.0), ValueError, "learning_rate=-1.0 must be at least 0"),
        (dict(schedule="stairs"), ValueError, "schedule='stairs' must be one of"),
        (dict(mini_batches=0), ValueError, "mini_batches=0 must be at least 1"),
        (dict(max_tokens_per_micro_batch=0), ValueError, "max_tokens_per_micro_batch=0 must be at least 1"),
        (dict(clip=0.0), ValueError, "clip=0.0 must be above 0"),
        (dict(dual_clip=1.0), ValueError, "dual_clip=1.0 above 1"),
        (dict(kl_coef=-0.1), ValueError, "kl_coef=-0.1 must be at least 0"),
    ],
)
def test_wrong_settings_are_refused(make, settings, error, message):
    with pytest.raises(error, match=message):
        make(**settings)


def test_wrong_arguments_of_learn_are_refused(make):
    with pytest.raises(ValueError, match="total_timesteps=-1 must be >= 0"):
        make().learn(-1)
    with pytest.raises(ValueError, match="log_interval=0 >= 1"):
        make().learn(8, log_interval=0)


def test_wrong_models_devices_and_environments_are_refused():
    env = toys.make_env(toys.Repeat())
    with pytest.raises(ValueError, match="policy='no-org/no-model' could not be loaded: give a folder"):
        VPO("no-org/no-model", env)
    with pytest.raises(ValueError, match="device='banana' is not available here"):
        VPO("tiny", env, device="banana")
    with pytest.raises(ValueError, match="dtype='int4' must be"):
        VPO("tiny", env, dtype="int4")
    with pytest.raises(ValueError, match="env='vpo/Nothing-v0' cannot be made: .*lists the ids"):
        VPO("tiny", "vpo/Nothing-v0")
    with pytest.raises(TypeError, match="must be a Gymnasium environment"):
        VPO("tiny", toys.Repeat())


def test_more_candidates_than_the_tokenizer_knows_are_refused(make):
    with pytest.raises(ValueError, match="num_candidates=9 is too many for this policy: its tokenizer makes"):
        make(num_candidates=9)
    agent = VPO("tiny", toys.make_env(toys.Repeat()), num_candidates=9)
    ids = agent.policy.encode_completions([agent.config.answer_format.format([""] * 9)])[0]
    assert len(ids) == 2 * 9 + 1


def test_configs_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        AgentConfig().seed = 3
    assert AgentConfig().sampling == Sampling(512)


def test_registered_environments_train_by_their_id(make):
    agent = VPO(
        toys.small_policy(gym.make("vpo/MazeSmall-v0").unwrapped.domain),
        "vpo/MazeSmall-v0",
        num_candidates=2,
        **{**SETTINGS, "max_new_tokens": None},
    )
    agent.learn(16)
    assert agent.source.env_id == "vpo/MazeSmall-v0" and agent.num_updates == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (dict(learning_rate="fast"), "learning_rate='fast' must be a finite number"),
        (dict(kl_coef=float("nan")), "kl_coef=nan must be a finite number"),
        (dict(temperature=float("inf")), "temperature=inf must be a finite number"),
        (dict(n_weights=1.5), "n_weights=1.5 must be an integer"),
        (dict(mini_batches=2.5), "mini_batches=2.5 must be an integer"),
        (dict(num_candidates=True), "num_candidates=True must be an integer"),
        (dict(schedule=3), "schedule=3 must be a string"),
    ],
)
def test_settings_of_another_type_are_refused_by_name(settings, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        VPOConfig.from_settings(settings)


def test_numpy_settings_become_plain_numbers():
    config = VPOConfig.from_settings(dict(group_size=np.int64(4), learning_rate=np.float32(0.5)))
    assert (config.group_size, config.learning_rate) == (4, 0.5)
    assert type(config.group_size) is int and type(config.learning_rate) is float


def test_odd_prompts(make):
    agent = make()
    assert len(agent.predict("\ud800 lone")[0]) == 2
    with pytest.raises(ValueError, match=r"has \d+ tokens, .* the model reads \d+; shorten it"):
        agent.predict("say a " * 20_000)
