"""Fixtures shared by the tests of OpenEvolve's search and of its worker."""

import json
import shutil

import pytest

from tests.vpo_agent.integrations.beginner import beginner
from vpo_agent.integrations.openevolve_worker import LOG, WRITER, Session
from vpo_agent.search.generation_log import NOTE


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """The folder of a search in the maze: its model, and a task with two answers so far."""
    root = tmp_path_factory.mktemp("openevolve")
    agent = beginner("vpo/MazeSmall-v0", steps=0, num_candidates=2, max_new_tokens=2)
    agent.policy.save_pretrained(root / WRITER)
    (task,) = agent.source.first(1)
    folder = root / "task"
    folder.mkdir()
    note = {
        "task": [task.split, task.index],
        "objectives": list(agent.source.objective_names),
        "weights": agent.source.weights.tolist(),
        "stream": 2**55,
        "settings": {"fresh": 0.0, "database": {}},
        "sampling": {"max_new_tokens": 2},
        "writer": {
            "folder": WRITER,
            "agent": "baselines.algorithms.grpo:GRPO",
            "config": {"num_candidates": 2, "max_new_tokens": 2},
            "env": agent.source.spec.to_json(),
            "device": "cpu",
            "dtype": "float32",
            "attention": "prefix",
        },
    }
    (folder / NOTE).write_text(json.dumps(note))
    answers = [agent.source.domain.best_answers(task)[0], "a1"]
    rewards = agent.source.score([task] * 2, answers).tolist()
    (folder / LOG).write_text(json.dumps({"answers": answers, "rewards": rewards, "tokens": 9}) + "\n")
    return root


@pytest.fixture
def session(prepared, tmp_path):
    """The session of that task, in a folder of the test's own."""
    return Session(shutil.copytree(prepared, tmp_path / "search") / "task")
