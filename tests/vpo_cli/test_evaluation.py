"""`vpo eval` of agents in folders."""

import json
import shutil

import pytest

from tests.vpo_cli.command_line import run
from vpo_agent.common.integrity import seal


def test_measures_do_not_go_into_a_folder(tmp_path):
    result = run("eval", "no-such-folder", "--json", str(tmp_path))
    assert result.exit_code == 2 and "is a folder; give a file" in result.output.replace("\n", "")


@pytest.fixture
def trap(tmp_path, monkeypatch):
    """A folder with a module whose import is seen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "trap_module.py").write_text("import pathlib\npathlib.Path('SPRUNG').touch()\n")
    return tmp_path / "SPRUNG"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"agent": "Mine", "class": "trap_module.Mine"}, "would import the module trap_module"),
        ({"env": '{"entry_point": "trap_module:Mine", "kwargs": {}}'}, "give it: load(path, env)"),
        ({"env": '{"id": "trap_module:vpo/MazeSmall-v0", "settings": {}}'}, "give it: load(path, env)"),
    ],
    ids=["class", "entry point", "id"],
)
def test_a_checkpoint_imports_nothing_by_itself(beginner, trap, tmp_path, change, message):
    shutil.copytree(beginner, tmp_path / "agent")
    file = tmp_path / "agent" / "agent.json"
    state = json.loads(file.read_text())
    del state["sha256"]
    file.write_text(json.dumps(seal({**state, **change})))
    result = run("eval", str(tmp_path / "agent"), "--tasks", "1", "--pool", "2")
    assert result.exit_code == 2 and message in result.output.replace("\n", "")
    assert not trap.exists()


@pytest.fixture
def cold(beginner, tmp_path):
    """An agent that was trained at another temperature than 1."""
    shutil.copytree(beginner, tmp_path / "cold")
    file = tmp_path / "cold" / "agent.json"
    state = json.loads(file.read_text())
    del state["sha256"]
    state["config"]["temperature"] = 0.5
    file.write_text(json.dumps(seal(state)))
    return tmp_path / "cold"


@pytest.mark.parametrize(("options", "temperature"), [((), 0.5), (("--temperature", "1"), 1.0)])
def test_the_temperature_is_that_of_training_unless_given(cold, tmp_path, options, temperature):
    measured, found = tmp_path / "measured.json", tmp_path / "found.json"
    common = [str(cold), "--tasks", "1", *options]
    assert run("eval", *common, "--pool", "1", "--json", str(measured)).exit_code == 0
    assert json.loads(measured.read_text())["evaluation"]["temperature"] == temperature
    assert run("search", *common, "--budget", "1", "--out", str(found)).exit_code == 0
    assert json.loads(found.read_text())["run"]["sampling"]["temperature"] == temperature
