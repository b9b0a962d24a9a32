"""The paper's tasks as environments, on small files of our own."""

import importlib
from pathlib import Path

import gymnasium as gym
import pytest

import baselines.envs.paper as paper

DATA = Path(__file__).parents[2] / "data"
IDS = [f"vpo-paper/{name}-v0" for name in ("Maze", "MuSiQue", "EUREQA", "ToolRL")]


@pytest.fixture
def registered(monkeypatch):
    """The environments with their data in the folder of the tests."""
    for id in IDS:
        monkeypatch.delitem(gym.registry, id, raising=False)
    monkeypatch.setenv("VPO_DATA", str(DATA))
    importlib.reload(paper)


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
    for id in IDS:
        monkeypatch.delitem(gym.registry, id, raising=False)
    monkeypatch.delenv("VPO_DATA", raising=False)
    importlib.reload(paper)
    assert gym.spec("vpo-paper/EUREQA-v0").kwargs["dataset"] == "vincentleebang/EUREQA"
