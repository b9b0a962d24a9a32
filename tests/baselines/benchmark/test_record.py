"""Damage of finished runs is noticed, named, and done again."""

import json
import warnings

import pytest

from baselines import AgentSpec, Plan, run_benchmark
from baselines.benchmark.record import (
    RESULT,
    WARNINGS,
    is_finished,
    keeping_warnings,
    kept_warnings,
    read_result,
    write_result,
)
from baselines.report.page import write_report
from vpo_agent.agents.run_warnings import RunWarning
from vpo_agent.common.integrity import DamagedFileError, seal
from vpo_agent.common.lock import InUseError, sole_writer


@pytest.fixture
def folder(tmp_path):
    """A finished run with pools and a model."""
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "model.safetensors").write_bytes(bytes(range(200)))
    (tmp_path / "policy" / "config.json").write_text("{}")
    (tmp_path / "pools.npz").write_bytes(b"pools")
    write_result(tmp_path, {"measures": {"best@1": [0.25, 0.5]}})
    return tmp_path


def flip(path, place=-3):
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_an_intact_result_is_read_back(folder):
    assert is_finished(folder)
    assert read_result(folder) == {"measures": {"best@1": [0.25, 0.5]}}


def test_warnings_about_a_run_are_kept_once_also_after_a_kill(tmp_path):
    assert kept_warnings(tmp_path) == []
    with pytest.warns(UserWarning) as usual:
        for message, category in (
            ("no signal", RunWarning),
            ("other", UserWarning),
            ("no signal", RunWarning),
        ):
            with keeping_warnings(tmp_path):
                warnings.warn(message, category, stacklevel=1)
    assert [str(warning.message) for warning in usual] == ["no signal", "other", "no signal"]
    with open(tmp_path / WARNINGS, "a") as file:
        file.write('"half a li')
    assert kept_warnings(tmp_path) == ["no signal"]


def test_a_hopeless_run_is_named_in_console_and_report(tmp_path, capsys):
    sizes = {"prompts_per_step": 1, "answers_per_task": 2, "warm_start_steps": 1, "tasks": 2, "pool": 2}
    agents = (AgentSpec("GRPO", "GRPO", {"max_new_tokens": 2}),)
    sizes["policy_kwargs"] = {"width": 32, "layers": 1, "heads": 2}
    plan = Plan("vpo/MazeSmall-v0", agents, seeds=(0,), steps=11, **sizes)
    content = run_benchmark([plan], tmp_path, workers=1)
    (warned,) = [run["warnings"] for run in content["runs"] if run["label"] == "GRPO"]
    assert "no answer has scored for 10 steps" in warned[0]
    assert "warning: GRPO seed 0: no answer has scored" in capsys.readouterr().out
    write_report(content, tmp_path / "report")
    for name in ("report.md", "report.html"):
        shown = (tmp_path / "report" / name).read_text()
        assert "GRPO seed 0 on vpo/MazeSmall-v0: no answer has scored" in shown.replace("\\", "")


@pytest.mark.parametrize("name", [RESULT, "pools.npz", "policy/model.safetensors", "policy/config.json"])
@pytest.mark.parametrize("damage", ["flip", "truncate", "empty", "delete"])
def test_damage_is_named_and_the_run_done_again(folder, name, damage):
    path = folder / name
    if damage == "flip":
        flip(path, -1 if name.endswith("config.json") else -3)
    elif damage == "delete":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 2 if damage == "truncate" else 0])
    if (name, damage) == (RESULT, "delete"):
        assert not is_finished(folder)
        return
    with pytest.raises(DamagedFileError, match=rf"{path.name} is .*; this run is done again"):
        read_result(folder)
    with pytest.warns(UserWarning, match=path.name):
        assert not is_finished(folder)
    assert not (folder / RESULT).exists()
    if name.startswith("policy"):
        assert not (folder / "policy").exists() and (folder / "pools.npz").exists()


@pytest.mark.parametrize("place", range(0, 130, 7))
def test_every_flipped_bit_of_a_result_is_noticed(folder, place):
    flip(folder / RESULT, place)
    with pytest.raises(DamagedFileError, match=r"result\.json is damaged"):
        read_result(folder)


def test_a_bench_in_a_folder_in_use_is_refused_before_it_does_anything(tmp_path):
    plan = Plan(env="vpo/MazeSmall-v0", agents=(AgentSpec.parse("GRPO"),), seeds=(0,), steps=1)
    with sole_writer(tmp_path), pytest.raises(InUseError, match="is in use by process"):
        run_benchmark(plan, tmp_path, quiet=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["../kept", "/", "..", "", ".", "policy/../../kept", "a\0b"])
def test_a_forged_list_of_files_deletes_nothing_else(tmp_path, name):
    folder = tmp_path / "run"
    folder.mkdir()
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "thesis.txt").write_text("years of work")
    (folder / RESULT).write_text(json.dumps(seal({"files": {name: "0" * 64}})))
    with pytest.warns(UserWarning, match="this run is done again"):
        assert not is_finished(folder)
    assert (tmp_path / "kept" / "thesis.txt").exists() and folder.exists()


@pytest.mark.parametrize("damage", [b'"\xe2"\n', b"[" * 100_000 + b"\n", b'"half a li'])
def test_damage_to_the_warnings_does_not_keep_a_run_from_its_end(tmp_path, damage):
    """Found by a reviewer: the run was evaluated again and failed again, for ever."""
    (tmp_path / WARNINGS).write_bytes(b'"first"\n' + damage)
    with pytest.warns(RunWarning), keeping_warnings(tmp_path):
        warnings.warn("second", RunWarning, stacklevel=1)
    assert kept_warnings(tmp_path) == ["first", "second"]
