"""No test task occurs in training: 20,000 training tasks against 2,000 test tasks of every environment.

The full run takes minutes an environment (`make nightly`); a short one always runs.
"""

import hashlib
import os
from concurrent.futures import ProcessPoolExecutor

import gymnasium as gym
import pytest

import vpo_envs

IDS = [id for id in vpo_envs.registered_ids() if id.startswith("vpo/")]


def fingerprint(text):
    """A hash that ignores blanks and case: such a difference makes no other task."""
    return hashlib.blake2b(" ".join(text.split()).casefold().encode(), digest_size=12).digest()


def fingerprints(domain, style, split, indices):
    """Hashes of prompts and of the domain's canonical forms of the tasks, a pair for each task."""
    tasks = (domain.task(split, index) for index in indices)
    return [(fingerprint(task.text(style)), fingerprint(domain.task_key(task))) for task in tasks]


def fingerprints_of(id, split, indices):
    """The same in a process of its own."""
    env = gym.make(f"vpo_envs:{id}").unwrapped
    return fingerprints(env.domain, env.prompt_style, split, indices)


def leaks(trained, tested):
    """Test tasks that are training tasks, too: by their prompts or by their canonical forms."""
    prompts, keys = (set(column) for column in zip(*trained))
    return [f"test/{index}" for index, (prompt, key) in enumerate(tested) if prompt in prompts or key in keys]


@pytest.mark.parametrize("id", IDS)
def test_no_test_task_occurs_in_training(id):
    sets = (fingerprints_of(id, split, range(100)) for split in ("train", "test"))
    assert leaks(*sets) == []


@pytest.mark.skipif("VPO_NIGHTLY" not in os.environ, reason="takes minutes of a machine: make nightly")
@pytest.mark.parametrize("id", IDS)
def test_no_test_task_occurs_in_twenty_thousand_training_tasks(id):
    """Case: five of 256 test tasks of Code did."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        chunks = [pool.submit(fingerprints_of, id, "train", range(n, n + 500)) for n in range(0, 20_000, 500)]
        tested = fingerprints_of(id, "test", range(2_000))
        trained = [found for chunk in chunks for found in chunk.result()]
    assert leaks(trained, tested) == []


class Few(vpo_envs.Domain):
    objectives = (vpo_envs.Objective("a"),)

    def sample_task(self, rng):
        n = rng.integers(50)
        return vpo_envs.Task(f"Number {n}", compact=f"{n} {rng.integers(10**9)}")

    def score(self, task, answer):
        return [0.0]


class FewInDisguise(Few):
    def sample_task(self, rng):
        return vpo_envs.Task(f"Number {rng.integers(50)}, case {rng.integers(10**9)}")

    def task_key(self, task):
        return task.prompt.partition(",")[0]


@pytest.mark.parametrize(
    ("domain", "style"), [(Few(), "full"), (Few(), "compact"), (FewInDisguise(), "full")]
)
def test_a_leak_is_found(domain, style):
    sets = (fingerprints(domain, style, split, range(400)) for split in ("train", "test"))
    assert len(leaks(*sets)) == 400


def test_blanks_and_case_make_no_other_task():
    assert fingerprint("A  b\nc ") == fingerprint("a B c") != fingerprint("ab c")
