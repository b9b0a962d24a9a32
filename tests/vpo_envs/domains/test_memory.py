"""Memory of scoring: bounded, whatever is answered and however often."""

import gc
import os
from itertools import islice
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs
from vpo_envs.env_checker import HOSTILE_ANSWERS, hostile_answers

STATUS = Path("/proc/self/status")
NIGHTLY = "VPO_NIGHTLY" in os.environ
ANSWERS, GROWTH = (5_000, 1_200) if NIGHTLY else (240, 60)  # MiB; the nightly process starts from 200
IDS = [
    id
    for id in vpo_envs.registered_ids()
    if id.startswith("vpo/") and not id.endswith(("Small-v0", "Easy-v0", "Hard-v0"))
]


def resident():
    """Resident memory in MiB."""
    (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def worst(domain, task, n):
    """Different answers: long, deep, damaged, and each as long as the domain reads."""
    rng = np.random.default_rng(0)
    good = [*domain.demonstrations(task, rng), *(domain.best_answers(task) or ())][:8]
    hostile = hostile_answers(rng, n + len(HOSTILE_ANSWERS), good)
    for i, answer in enumerate(islice(hostile, n)):
        if i % 3 == 0:  # as long as is read: what is kept of it would show
            answer = (answer + " ") * (domain.max_answer_length // (len(answer) + 1))
        yield f"{answer} {i}"[-domain.max_answer_length :]


@pytest.mark.skipif(not STATUS.exists(), reason="resident memory is read from /proc")
@pytest.mark.parametrize("id", IDS)
def test_the_worst_answers_leave_the_memory_alone(id):
    domain = gym.make(id).unwrapped.domain
    tasks = [domain.task("test", index) for index in range(4)]
    answers = list(worst(domain, tasks[0], ANSWERS))
    pairs = [tasks[i % len(tasks)] for i in range(len(answers))]
    domain.score_batch(pairs[:40], answers[:40])  # tables and processes are there from now on
    gc.collect()
    before = resident()
    for start in range(0, len(answers), 60):
        some = slice(start, start + 60)
        rewards = domain.score_batch(pairs[some], answers[some])
        assert np.isfinite(rewards).all()
        for task, answer in zip(pairs[some][:10], answers[some]):
            domain.answer_key(task, answer), domain.vote_key(task, answer), domain.feedback(task, answer)
    gc.collect()
    assert resident() - before < GROWTH
