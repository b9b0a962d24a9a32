"""The files that folders of runs hold, and places that cannot be written."""

from contextlib import nullcontext

import pytest

from tests.vpo_cli.command_line import run
from vpo_cli.paths import check_own, find_agent, find_results


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


@pytest.mark.parametrize(
    ("name", "text", "own"),
    [
        ("m.json", '{"expected_best": 0.5}', True),
        ("m.json", "", True),
        ("m.jsonl", '{"expected_best": 0.5}\nand more', True),
        ("m.json", '{"other": 1}', False),
        ("m.py", "import os", False),
        ("m.json", "[" * 100_000, False),
    ],
)
def test_files_of_the_user_are_not_replaced(tmp_path, name, text, own):
    (tmp_path / name).write_text(text)
    check_own("--json", tmp_path / "missing.json", "expected_best")
    with nullcontext() if own else pytest.raises(ValueError, match="holds something else; give another file"):
        check_own("--json", tmp_path / name, "expected_best")


def test_a_run_leads_to_its_agent(tmp_path):
    touch(tmp_path / "run" / "agent" / "agent.json")
    touch(tmp_path / "run" / "checkpoints" / "step-000025" / "agent.json")
    assert (
        find_agent(tmp_path / "run") == find_agent(tmp_path / "run" / "agent") == tmp_path / "run" / "agent"
    )
    assert find_agent(tmp_path / "none") == tmp_path / "none"  # for the reader of checkpoints to refuse


def test_an_unfinished_run_names_its_newest_checkpoint(tmp_path):
    for step in ("000025", "000050"):
        touch(tmp_path / "checkpoints" / f"step-{step}" / "agent.json")
    with pytest.raises(ValueError, match="has not finished; give its newest checkpoint, .*step-000050"):
        find_agent(tmp_path)


def test_a_bench_is_no_agent(tmp_path):
    touch(tmp_path / "cells" / "VPO" / "cell.json")
    with pytest.raises(ValueError, match="is the folder of a bench.*vpo report"):
        find_agent(tmp_path)


def test_a_bench_leads_to_its_results(tmp_path):
    with pytest.raises(ValueError, match=r"has no results\.json; give the --out of a finished"):
        find_results(tmp_path)
    touch(tmp_path / "a" / "results.json")
    assert find_results(tmp_path) == find_results(tmp_path / "a") == tmp_path / "a" / "results.json"
    touch(tmp_path / "b" / "results.json")
    with pytest.raises(ValueError, match="holds several benches; give one of .*a/results.json, .*b/results"):
        find_results(tmp_path)
    touch(tmp_path / "c" / "cells" / "VPO" / "cell.json")
    with pytest.raises(ValueError, match="is a bench that has not finished"):
        find_results(tmp_path / "c")


@pytest.mark.parametrize(
    ("command", "option", "file"),
    [
        (("eval", "no-such-folder"), "--json", True),
        (("search", "no-such-folder"), "--out", True),
        (("export", "vpo/Maze-v0"), "--out", True),
        (("train", "VPO"), "--out", False),
        (("bench",), "--out", False),
        (("report", "none.json"), "--out", False),
        (("unlock", "none"), "--out", False),
    ],
)
def test_places_that_cannot_be_written_are_refused_first(command, option, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    wrong = "folder" if file else "file"
    direct = run(*command, option, wrong)
    assert direct.exit_code == 2 and f"{option} {wrong} is a {wrong}; give a" in direct.output
    below = run(*command, option, "file/deeper/out.jsonl")
    assert below.exit_code == 2 and "is a file, so nothing can be written below it" in below.output
    monkeypatch.setattr("os.access", lambda path, mode: False)
    closed = run(*command, option, "out.jsonl")
    assert closed.exit_code == 2 and "must not be written; give another place" in closed.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.parametrize("command", ["train", "bench"])
def test_a_folder_that_cannot_be_made_is_named_in_one_line(tmp_path, command):
    (tmp_path / "file").write_text("kept")
    words = ("train", "VPO") if command == "train" else ("bench",)
    result = run(*words, "--out", str(tmp_path / "file" / "run"), "--steps", "1")
    shown = result.output.replace("\n", "")
    assert result.exit_code == 2 and "is a file, so nothing can be written below it" in shown
    assert "Traceback" not in shown and (tmp_path / "file").read_text() == "kept"


def test_a_finished_run_that_goes_on_is_not_finished(tmp_path):
    touch(tmp_path / "agent" / "agent.json")
    (tmp_path / "agent" / "agent.json").write_text('{"num_updates": 25}')
    touch(tmp_path / "checkpoints" / "step-000025" / "agent.json")
    assert find_agent(tmp_path) == tmp_path / "agent"
    touch(tmp_path / "checkpoints" / "step-000050" / "agent.json")
    with pytest.raises(ValueError, match="has not finished; give its newest checkpoint, .*step-000050"):
        find_agent(tmp_path)
