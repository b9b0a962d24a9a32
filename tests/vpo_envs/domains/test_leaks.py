"""No test task occurs in training: 20,000 training tasks against 2,000 test tasks of every environment.

The full run takes minutes (`pytest -m slow tests/vpo_envs/domains/test_leaks.py`); a short one always runs.
"""

import hashlib
import os
from concurrent.futures import ProcessPoolExecutor

import gymnasium as gym
import pytest

import vpo_envs

IDS = [id for id in vpo_envs.registered_ids() if id.startswith("vpo/")]


def fingerprint(text):
    """A hash of a prompt that ignores blanks and case: such a difference makes no other task."""
    return hashlib.blake2b(" ".join(text.split()).casefold().encode(), digest_size=12).digest()


def fingerprints(domain, style, split, indices):
    return [fingerprint(domain.task(split, index).text(style)) for index in indices]


def fingerprints_of(id, split, indices):
    """The same in a process of its own."""
    env = gym.make(f"vpo_envs:{id}").unwrapped
    return fingerprints(env.domain, env.prompt_style, split, indices)


def leaks(trained, tested):
    """Test tasks that are training tasks, too."""
    trained = set(trained)
    return [f"test/{index}" for index, found in enumerate(tested) if found in trained]


@pytest.mark.parametrize("id", IDS)
def test_no_test_task_occurs_in_training(id):
    sets = (fingerprints_of(id, split, range(100)) for split in ("train", "test"))
    assert leaks(*sets) == []


@pytest.mark.slow
@pytest.mark.parametrize("id", IDS)
def test_no_test_task_occurs_in_twenty_thousand_training_tasks(id):
    """Case: five of 256 test tasks of Code did."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        chunks = [pool.submit(fingerprints_of, id, "train", range(n, n + 500)) for n in range(0, 20_000, 500)]
        tested = fingerprints_of(id, "test", range(2_000))
        trained = [found for chunk in chunks for found in chunk.result()]
    assert leaks(trained, tested) == []


def test_a_leak_is_found():
    class Few(vpo_envs.Domain):
        objectives = (vpo_envs.Objective("a"),)

        def sample_task(self, rng):
            n = rng.integers(50)
            return vpo_envs.Task(f"Number {n}", compact=f"{n} {rng.integers(10**9)}")

        def score(self, task, answer):
            return [0.0]

    full, compact = (
        leaks(fingerprints(Few(), style, "train", range(500)), fingerprints(Few(), style, "test", range(20)))
        for style in ("full", "compact")
    )
    assert full == [f"test/{index}" for index in range(20)] and compact == []
    assert fingerprint("A  b\nc ") == fingerprint("a B c") != fingerprint("ab c")
