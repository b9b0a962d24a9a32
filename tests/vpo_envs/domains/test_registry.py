"""What every registered environment must do, whichever domain it is made from."""

import json
import os
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest
from cpu_time import cpu_seconds
from gymnasium.envs.registration import EnvSpec
from hypothesis import given, settings
from hypothesis import strategies as st

import vpo_envs
from vpo_envs import check_domain, check_env, metrics, scalarize, spread_weights
from vpo_envs.env_checker import hostile_answers

IDS = [id for id in vpo_envs.registered_ids() if id.startswith("vpo/")]  # and no test's own

PROBE = """
import hashlib, json, sys
import gymnasium as gym
import numpy as np

def digest(id):
    env = gym.make("vpo_envs:" + id, num_candidates=2)
    seen = [env.reset(seed=0)]
    domain = env.unwrapped.domain
    for split, index in (("train", 0), ("test", 1)):
        task = domain.task(split, index)
        answers = [*domain.demonstrations(task, np.random.default_rng(1)), *(domain.best_answers(task) or ())]
        rewards = domain.score_batch([task] * len(answers), answers)
        feedback = [domain.feedback(task, answer) for answer in answers[:3]]
        seen.append((task.prompt, task.compact, answers, rewards.tolist(), feedback))
    seen.append(env.step(tuple(answers[:2]))[1].tolist())
    return hashlib.sha256(repr(seen).encode()).hexdigest()

json.dump({id: digest(id) for id in sys.argv[1:]}, sys.stdout)
"""


@pytest.fixture(scope="module", params=IDS)
def id(request):
    return request.param


@pytest.fixture(scope="module")
def domain(id):
    return gym.make(id).unwrapped.domain


@pytest.fixture(scope="module")
def digests():
    """What each environment says in two processes that never import `vpo_envs`, hashing differently."""
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", PROBE, *IDS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    found = []
    for run in runs:
        output, errors = run.communicate(timeout=300)
        assert run.returncode == 0, errors
        found.append(json.loads(output))
    return found


def test_the_built_in_environments_are_registered():
    assert {"vpo/Maze-v0", "vpo/MazeSmall-v0"} <= set(IDS)


@pytest.mark.filterwarnings("error::vpo_envs.env_checker.ConformanceWarning")
def test_the_domain_keeps_its_contract(domain):
    check_domain(domain, tasks=1, sampled=20)  # more in test_leaks.py


@pytest.mark.parametrize("num_candidates", [1, 4])
@pytest.mark.parametrize("max_turns", [1, 3])
def test_the_environment_keeps_its_contract(id, num_candidates, max_turns):
    check_env(gym.make(id, num_candidates=num_candidates, max_turns=max_turns), steps=6)


@pytest.mark.parametrize("style", ["full", "compact"])
def test_both_prompt_styles_are_text(id, style):
    prompt, _ = gym.make(id, prompt_style=style).reset(seed=0)
    assert prompt.strip()


def test_the_spec_survives_json(id):
    env = gym.make(id, num_candidates=2, split="test")
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert again.reset(seed=5) == env.reset(seed=5)
    assert again.unwrapped.num_candidates == 2


def test_it_is_made_without_the_import_and_alike_in_every_process(id, digests):
    first, second = digests
    assert first[id] == second[id], "something depends on the order of a set or a hash"


def test_tasks_do_not_repeat_within_a_split(id, domain):
    style = gym.make(id).unwrapped.prompt_style
    for split in ("train", "test"):
        assert len({domain.task(split, index).text(style) for index in range(150)}) == 150


def test_the_declared_best_is_at_least_as_good_as_the_demonstrations(domain):
    weights = spread_weights(64, len(domain.objectives))
    for index in range(4):
        task = domain.task("test", index)
        front, best = domain.pareto_front(task), domain.best_answers(task)
        if front is None:
            pytest.skip("the domain does not know its front")
        demonstrations = domain.demonstrations(task, np.random.default_rng(index))
        rewards = domain.score_batch([task] * len(demonstrations), demonstrations)
        for fixed in (domain.weights, *np.eye(len(weights[0]))):
            assert scalarize(front, fixed).max() >= scalarize(rewards, fixed).max(initial=0.0) - 1e-6
        assert metrics.regret(rewards, front, weights) >= -1e-6
        if best is not None:
            attained = domain.score_batch([task] * len(best), best)
            assert metrics.front_share(attained, front) == 1
            assert metrics.regret(attained, front, weights) == pytest.approx(0, abs=1e-6)
            assert metrics.hypervolume_ratio(attained, front) == pytest.approx(1)


@settings(max_examples=25)
@given(answers=st.lists(st.text(max_size=300), min_size=1, max_size=4))
def test_any_string_scores(domain, answers):
    task = domain.task("train", 1)
    rewards = domain.score_batch([task] * len(answers), answers)
    assert rewards.shape == (len(answers), len(domain.objectives))
    assert ((rewards >= 0) & (rewards <= 1)).all()


def test_hostile_answers_score_in_bounded_time(domain):
    task = domain.task("train", 2)
    rng = np.random.default_rng(0)
    seeds = list(domain.demonstrations(task, rng))
    answers = [*hostile_answers(rng, 100, seeds)]
    # As long as an answer that is read can be, each of a kind that has cost other parsers their speed.
    answers += [(unit * 20_000)[:20_000] for unit in ("a", "a ", "(", "<a>", "1,", "ab\n", "\\", *seeds[:2])]
    domain.score_batch([task], answers[:1])
    for answer in answers:
        reward = domain.score_batch([task], [answer])
        assert ((reward >= 0) & (reward <= 1)).all()
        spent = cpu_seconds(lambda answer=answer: domain.score_batch([task], [answer]))
        assert spent < 1.0, f"{answer[:40]!r} took {spent:.2f} s"


def test_it_renders_in_all_its_modes(id, domain):
    for mode in domain.render_modes:
        env = gym.make(id, render_mode=mode, num_candidates=2)
        env.reset(seed=0)
        assert env.render() is not None
        env.step(("", "nonsense"))
        assert env.render() is not None
