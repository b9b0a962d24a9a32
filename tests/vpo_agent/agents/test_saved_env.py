"""No text in a checkpoint decides which code runs."""

import json
import sys
from types import SimpleNamespace

import gymnasium as gym
import numpy as np
import pytest
import toys

from vpo_agent import CheckpointError
from vpo_agent.agents.saved_env import env_from_json, env_to_json

ID = "vpo/MazeSmall-v0"


def forged(**changes):
    """The specification that earlier versions wrote, changed."""
    return json.dumps({**json.loads(gym.make(ID).spec.to_json()), **changes})


@pytest.fixture
def trap(tmp_path, monkeypatch):
    """A module whose import is seen."""
    (tmp_path / "trap_module.py").write_text(
        "import pathlib\npathlib.Path(__file__).with_name('SPRUNG').touch()\n"
        "def spring(*args, **kwargs):\n    pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield SimpleNamespace(sprung=lambda: (tmp_path / "SPRUNG").exists())
    sys.modules.pop("trap_module", None)


WRAPPER = {"name": "W", "entry_point": "trap_module:spring", "kwargs": {}}
FORGED = {
    "entry point": lambda: forged(entry_point="trap_module:spring", kwargs={}),
    "vector entry point": lambda: forged(vector_entry_point="trap_module:spring"),
    "wrapper": lambda: forged(additional_wrappers=[WRAPPER]),
    "domain": lambda: json.dumps({"id": ID, "settings": {"domain": "trap_module:spring"}}),
    "module in the id": lambda: json.dumps({"id": f"trap_module:{ID}", "settings": {}}),
    "setting": lambda: json.dumps({"id": ID, "settings": {"scorer": "trap_module:spring"}}),
    "nested setting": lambda: json.dumps({"id": ID, "settings": {"a": [{"b": "trap_module:spring"}]}}),
    "another kind": lambda: json.dumps({"id": "CartPole-v1", "settings": {}}),
    "unknown id": lambda: json.dumps({"id": "nobody/Has-v0", "settings": {}}),
    "unknown setting": lambda: json.dumps({"id": ID, "settings": {"sise": 5}}),
    "no object": lambda: "[1, 2]",
    "no text": lambda: json.dumps({"id": 3, "settings": {}}),
    "deep": lambda: "[" * 100_000,
    "no JSON": lambda: "{",
    "nothing": lambda: "",
}


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED.keys())
def test_forged_descriptions_are_refused_and_run_nothing(trap, text):
    with pytest.raises(CheckpointError, match=r"cannot be made again .* give it: load\(path, env\)"):
        env_from_json("somewhere", text())
    assert not trap.sprung()


def test_the_command_of_the_case_does_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckpointError):
        env_from_json("run", forged(entry_point="os:system", kwargs={"command": "touch PWNED"}))
    assert not (tmp_path / "PWNED").exists()


def test_own_settings_of_registered_domains_come_back():
    env = gym.make(ID, gold=2, lava=2, split="validation")
    described = json.loads(env_to_json(env.spec))
    assert described == {"id": ID, "settings": {"gold": 2, "lava": 2, "split": "validation"}}
    again = env_from_json("run", env_to_json(env.spec))
    assert again.unwrapped.split == "validation"
    assert again.reset(seed=3)[0] == env.reset(seed=3)[0]


def test_arrays_among_settings_are_not_described(monkeypatch):
    """Found by reading: they could not be compared, and no agent trained on such an environment."""
    env = gym.make(ID)
    monkeypatch.setitem(gym.spec(ID).kwargs, "targets", np.arange(3))
    env.spec.kwargs["targets"] = np.arange(3)
    assert env_to_json(env.spec) == ""


def test_what_could_not_be_made_again_is_not_described():
    assert env_to_json(None) == ""
    assert env_to_json(toys.make_env(toys.Repeat()).spec) == ""
    assert env_to_json(gym.wrappers.TimeLimit(gym.make(ID), 3).spec) == ""
    assert env_to_json(gym.wrappers.RecordEpisodeStatistics(gym.make(ID)).spec) == ""
    assert env_to_json(gym.make("CartPole-v1").spec) == ""
