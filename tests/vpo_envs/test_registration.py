"""Registering, making and vectorising environments."""

import re
import subprocess
import sys
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec

import vpo_envs
from vpo_envs import Domain, Objective, Task, VectorRewardEnv, make_vec, register, registered_ids
from vpo_envs.registration import load_domain, make_env


class Target(Domain):
    """Name a number near the hidden one; a knob sets the scale."""

    objectives = (Objective("near"), Objective("short"))

    def __init__(self, scale: int = 100, strict: bool = False):
        if not scale > 0:
            raise ValueError(f"scale={scale} must be positive")
        self.scale = scale
        self.strict = strict

    def sample_task(self, rng):
        return Task(f"Guess, case {rng.integers(10**9)}.", int(rng.integers(self.scale)))

    def score(self, task, answer):
        if not (answer.isascii() and answer.isdigit() and len(answer) < 9):
            return 0.0, 0.0
        return max(0.0, 1 - abs(int(answer) - task.truth) / self.scale), 1 / len(answer)


class NotADomain:
    Inner = Target


@pytest.fixture
def ids():
    """The ids that a test registers, taken back when it ends."""
    before = set(gym.registry)
    yield
    for id in set(gym.registry) - before:
        del gym.registry[id]


@pytest.fixture
def target(ids):
    register("test/Target-v0", Target, scale=50, num_candidates=2)
    return "test/Target-v0"


# Registering


def test_a_registered_domain_is_made_with_its_defaults(target):
    env = gym.make(target)
    assert isinstance(env.unwrapped, VectorRewardEnv)
    assert (env.unwrapped.domain.scale, env.unwrapped.num_candidates) == (50, 2)
    assert target in registered_ids()


def test_arguments_of_make_go_before_the_defaults(target):
    env = gym.make(
        target, scale=7, strict=True, num_candidates=1, max_turns=2, split="test", render_mode="ansi"
    )
    domain = env.unwrapped.domain
    assert (domain.scale, domain.strict) == (7, True)
    assert (env.unwrapped.num_candidates, env.unwrapped.max_turns, env.unwrapped.split) == (1, 2, "test")
    assert env.reset(seed=0)[1]["task_id"].startswith("test/")
    assert isinstance(env.render(), str) and env.render_mode == "ansi"


def test_environments_share_no_domain(target):
    assert gym.make(target).unwrapped.domain is not gym.make(target).unwrapped.domain


@pytest.mark.parametrize("path", [f"{__name__}:Target", f"{__name__}:NotADomain.Inner"])
def test_a_domain_may_be_named_by_its_path(ids, path):
    register("test/Path-v0", path, scale=9)
    assert gym.make("test/Path-v0").unwrapped.domain.scale == 9


def test_the_spec_survives_json(target):
    env = gym.make(target, scale=11, max_turns=2)
    spec = EnvSpec.from_json(env.spec.to_json())
    again = gym.make(spec)
    assert again.unwrapped.domain.scale == 11 and again.unwrapped.max_turns == 2
    assert again.reset(seed=3) == env.reset(seed=3)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda env: vpo_envs.Scalarize(env, [0.1, 0.9]),
        lambda env: vpo_envs.RandomScalarization(env, 0.5, in_prompt=True),
        lambda env: vpo_envs.SetReward(vpo_envs.PoolStatistics(env), 2.0, 5),
        lambda env: vpo_envs.TokenView(vpo_envs.Scalarize(env), "0123456789", 9, 2),
    ],
)
def test_wrapped_environments_are_made_again_from_their_spec(target, wrap):
    env = wrap(gym.make(target, num_candidates=1))
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert repr(again) == repr(env)
    (observation, info), (observation_again, info_again) = env.reset(seed=3), again.reset(seed=3)
    assert np.array_equal(observation, observation_again) and repr(info) == repr(info_again)


@pytest.mark.parametrize("domain", [3, None, NotADomain, Target(), [Target], lambda: Target()])
def test_what_is_no_domain_cannot_be_registered(ids, domain):
    with pytest.raises(TypeError, match=r"must be a subclass of vpo_envs.Domain or its path"):
        register("test/Bad-v0", domain)


def test_a_class_inside_a_function_cannot_be_registered(ids):
    class Hidden(Target):
        pass

    with pytest.raises(ValueError, match="move the class to the top level of a module"):
        register("test/Hidden-v0", Hidden)


@pytest.mark.parametrize(
    "path, problem",
    [
        ("json", "must have the form 'package.module:ClassName'"),
        ("json:", "must have the form"),
        ("json:JSONDecoder", "does not name a subclass of vpo_envs.Domain"),
        (f"{__name__}:NotADomain", "does not name a subclass"),
        (f"{__name__}:Missing.Inner", "does not name a subclass"),
    ],
)
def test_a_bad_path_is_named(path, problem):
    with pytest.raises(ValueError, match=problem):
        load_domain(path)
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        load_domain("no_such_module:Target")


def test_an_unknown_argument_is_named(target):
    with pytest.raises(
        TypeError, match=r"Target .*'scales'; the environment itself takes split, num_candidates"
    ):
        gym.make(target, scales=3)
    with pytest.raises(TypeError, match=r"unknown arguments \['scale'\]: the domain is already built"):
        make_env(Target(), scale=3)


def test_an_error_of_the_domains_own_is_not_relabelled(target):
    with pytest.raises(ValueError, match="scale=-1 must be positive"):
        gym.make(target, scale=-1)
    with pytest.raises(TypeError, match="'>' not supported"):
        gym.make(target, scale="10")


def test_an_environment_is_made_from_a_domain_at_hand():
    domain = Target(scale=5)
    assert make_env(domain, num_candidates=3).domain is domain


# Vectors


def test_a_vector_of_environments_pays_vectors_on_every_step(target):
    envs = make_vec(target, 3, num_candidates=1, max_turns=2)
    prompts, _ = envs.reset(seed=5)
    assert len(set(prompts)) == 3
    for step in range(1, 6):
        observations, rewards, terminated, truncated, infos = envs.step(("7", "x", "12"))
        assert rewards.shape == (3, 2) and rewards.dtype == np.float32
        assert all(row in envs.reward_space for row in rewards)
        assert (rewards[1] == 0).all() and (rewards[:, 1] == np.float32([1, 0, 0.5])).all()
        assert terminated.tolist() == [step % 2 == 0] * 3 and not truncated.any()
        if step % 2 == 0:
            assert len(set(observations) & set(infos["final_obs"])) == 0, "a new task in the same step"
            assert len(infos["final_info"]["task_id"]) == 3
        else:
            assert all("Candidate 1" in observation for observation in observations)


@pytest.mark.parametrize("actions", ["abc", ["a1", "a2"], []])
def test_a_vector_takes_one_action_for_each_environment(target, actions):
    vector = make_vec(target, 3)
    vector.reset(seed=0)
    with pytest.raises(ValueError, match="actions must hold one for each of the 3 environments"):
        vector.step(actions)


def test_a_vector_of_environments_pays_matrices_to_candidates(target):
    envs = make_vec(target, 2, num_candidates=3)
    envs.reset(seed=0)
    for _ in range(3):
        rewards = envs.step((("7", "x"), ("1", "12", "123")))[1]
        assert rewards.shape == (2, 3, 2)
        assert rewards[0, 1:].tolist() == [[0, 0], [0, 0]]
        assert rewards[1, :, 1] == pytest.approx([1, 1 / 2, 1 / 3])


def test_environment_i_of_a_vector_is_seeded_with_seed_plus_i(target):
    envs = make_vec(target, 3, num_candidates=1)
    prompts, _ = envs.reset(seed=20)
    singles = [gym.make(target, num_candidates=1) for _ in range(3)]
    assert list(prompts) == [env.reset(seed=20 + i)[0] for i, env in enumerate(singles)]
    observations = envs.step(("1", "1", "1"))[0]
    assert list(observations) == [env.reset()[0] for env in singles]
    assert list(envs.reset(seed=[4, 4, 4])[0]) == [singles[0].reset(seed=4)[0]] * 3


def test_rewards_of_a_vector_are_the_callers_to_write_to(target):
    envs = make_vec(target, 2, num_candidates=1)
    envs.reset(seed=0)
    first = envs.step(("1", "2"))[1]
    kept = first.copy()
    envs.step(("3", "nothing"))
    assert np.array_equal(first, kept)


def test_a_vector_can_play_one_task_in_all_environments(target):
    envs = make_vec(target, 3)
    prompts, infos = envs.reset(options={"index": 6})
    assert len(set(prompts)) == 1 and set(infos["task_id"]) == {"train/6"}


def test_a_sampled_action_can_be_played(target):
    for candidates in (1, 3):
        envs = make_vec(target, 2, num_candidates=candidates)
        envs.reset(seed=0)
        envs.action_space.seed(0)
        assert envs.step(envs.action_space.sample())[1].shape[0] == 2


@pytest.mark.parametrize("num_envs", [0, -1, 1.5, True, "2"])
def test_an_empty_vector_is_an_error(target, num_envs):
    with pytest.raises(ValueError, match=f"num_envs={num_envs!r} must be an integer of at least 1"):
        make_vec(target, num_envs)


# The guide


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_programs_of_the_guide_run_as_they_stand(number, tmp_path):
    guide = (Path(__file__).parents[2] / "docs" / "new_environment.md").read_text()
    programs = re.findall(r"^```python\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    assert len(programs) == 3
    program = tmp_path / "program.py"
    program.write_text(programs[number])
    run = subprocess.run(
        [sys.executable, "-W", "error", program], capture_output=True, text=True, cwd=tmp_path
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    ("argument", "meant"),
    [("num_candidate", "num_candidates"), ("scal", "scale"), ("promptstyle", "prompt_style")],
)
def test_a_misspelt_argument_gets_a_suggestion(target, argument, meant):
    with pytest.raises(TypeError, match=f"Did you mean {meant}\\?"):
        gym.make(target, **{argument: 3})


def test_an_argument_like_no_other_gets_none(target):
    with pytest.raises(TypeError) as error:
        gym.make(target, zzz=3)
    assert "Did you mean" not in str(error.value)


def test_one_copy_is_the_default_of_vectors(target):
    for envs in (make_vec(target), gym.make_vec(target)):
        assert envs.num_envs == 1
        envs.reset(seed=0)
        assert envs.step([("5", "50")])[1].shape == (1, 2, 2)
