"""Answers that ignore the task, or copy its prompt, earn little in every environment."""

import importlib.util
import re
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs
from vpo_envs import scalarize

IDS = [id for id in vpo_envs.registered_ids() if id.startswith("vpo/")]
SNIPPET = re.compile(r"<(\w{1,20})>.{0,500}</\1>", re.DOTALL)
EXAMPLE = re.compile(r"example|such as|for instance", re.IGNORECASE)
TASKS, SOURCES = 8, 6


def _blind():
    spec = importlib.util.spec_from_file_location("blind", Path(__file__).parents[1] / "blind.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


blind = _blind()


def constants(domain):
    """Good answers to other tasks, and what prompts show of the form of an answer."""
    texts = {}
    for index in range(SOURCES):
        task = domain.task("train", index)
        shown = [match.group() for match in SNIPPET.finditer(task.prompt)]
        texts.update(dict.fromkeys([*shown[:3], *blind_lines(task.prompt)]))
        texts.update(dict.fromkeys(list(domain.demonstrations(task, np.random.default_rng(index)))[:3]))
        texts.update(dict.fromkeys(list(domain.best_answers(task) or ())[:3]))
    return [text for text in texts if text.strip()]


def blind_lines(prompt):
    """The lines that announce an example, and the two lines below each."""
    lines = prompt.split("\n")
    found = [i for i, line in enumerate(lines) if EXAMPLE.search(line)][:2]
    return [text for i in found for text in (lines[i], "\n".join(lines[i + 1 : i + 3]))]


@pytest.fixture(scope="module", params=IDS)
def measured(request):
    """Shares of the oracle: the best constant, the best eight constants, the prompt as an answer."""
    domain = gym.make(request.param).unwrapped.domain
    tasks = blind.tasks_of(domain, TASKS)
    texts = constants(domain)
    copies = [domain.score_batch([task] * 2, [task.prompt, task.compact or task.prompt]) for task in tasks]
    copied = np.mean([scalarize(rewards, domain.weights).max() for rewards in copies])
    return {
        "constant": blind.constant_share(domain, tasks, texts),
        "set": blind.set_share(domain, tasks, texts),
        "copy": float(copied) / blind.oracle(domain, tasks)[0],
    }


@pytest.mark.parametrize(("kind", "most"), [("constant", 0.15), ("set", 0.30), ("copy", 0.40)])
def test_a_task_blind_answer_earns_little(measured, kind, most):
    assert measured[kind] <= most
