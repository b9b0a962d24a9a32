"""The paper's tasks as environments, on small files of our own."""

import importlib
import sys
from pathlib import Path

import gymnasium as gym
import pytest

DATA = Path(__file__).parents[2] / "data"
IDS = [f"vpo-paper/{name}-v0" for name in ("Maze", "MuSiQue", "EUREQA", "ToolRL")]


def register(monkeypatch):
    """Imports the module anew; not at the top, as tests over all registered ids would need the data."""
    for id in IDS:
        monkeypatch.delitem(gym.registry, id, raising=False)
    monkeypatch.delitem(sys.modules, "baselines.envs.paper", raising=False)
    importlib.import_module("baselines.envs.paper")


@pytest.fixture
def registered(monkeypatch):
    """The environments with their data in the folder of the tests."""
    monkeypatch.setenv("VPO_DATA", str(DATA))
    register(monkeypatch)


def test_the_data_lie_in_the_folder_that_is_named(registered):
    for id in ("vpo-paper/Maze-v0", "vpo-paper/ToolRL-v0"):
        env = gym.make(id, split="test")
        assert env.unwrapped.domain.paper
        prompt, _ = env.reset(options={"index": 0})
        best = env.unwrapped.domain.best_answers(env.unwrapped.task)[0]
        assert prompt and env.step(best)[1].max() == 1
    assert gym.spec("vpo-paper/MuSiQue-v0").kwargs["dataset"] == str(DATA / "musique")
    assert gym.spec("vpo-paper/EUREQA-v0").kwargs["dataset"] == str(DATA / "eureqa")


def test_without_a_folder_the_hub_is_asked(monkeypatch):
    monkeypatch.delenv("VPO_DATA", raising=False)
    register(monkeypatch)
    assert gym.spec("vpo-paper/EUREQA-v0").kwargs["dataset"] == "vincentleebang/EUREQA"
