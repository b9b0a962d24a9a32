"""`vpo pools`: files of searches side by side."""

import pytest

from tests.vpo_cli.command_line import run
from vpo_agent.search.result import Pool, SearchResult

NAMES = ["helpfulness", "brevity", "empathy"]


@pytest.fixture
def files(tmp_path):
    paths = []
    for name, rows in (("one", [[1, 0.2, 1], [0.5, 1, 0.5]]), ("two", [[0, 0, 0], [0.5, 0.5, 0.5]])):
        pool = Pool("test/0", [f"{name} [a]", f"{name} b"], rows, [1, 2], 2)
        info = {"agent": "GRPO", "env": "vpo/SupportSmall-v0", "spec": "s", "budget": 2}
        path = tmp_path / name / "pools.json"
        SearchResult(info, NAMES, [pool], "scalar", [0]).to_json(path)
        paths.append(str(path))
    return paths


def test_what_they_are_worth_their_answers_and_a_picture(files, tmp_path):
    picture = tmp_path / "pools.png"
    found = run("pools", *files, "--plot", str(picture), "--axes", "brevity,empathy")
    assert found.exit_code == 0, found.output
    assert "means of 1 tasks, 2 answers each" in found.output and "GRPO two" in found.output
    assert "one [a]" in found.output and "one b" in found.output and "two b" in found.output
    assert picture.stat().st_size > 1_000


def test_labels(files):
    found = run("pools", f"PoolVPO={files[0]}", files[1], "--task", "test/0")
    assert found.exit_code == 0 and "PoolVPO" in found.output and "GRPO" in found.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--task", "test/5"], "--task test/5: the pools have test/0 to test/0"),
        (["--axes", "brevity", "--plot", "p.png"], "must be two of helpfulness, brevity, empathy"),
        (["--plot", "p.unknown"], "not supported"),
    ],
)
def test_errors_in_one_line(files, tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    found = run("pools", *files, *options)
    assert found.exit_code == 2 and message in found.output.replace("\n", " "), found.output


def test_a_second_file_of_one_label_and_other_files(files, tmp_path):
    found = run("pools", files[0], files[0], files[0])
    assert found.exit_code == 2 and "give it a label, LABEL=" in found.output.replace("\n", " ")
    (tmp_path / "other.json").write_text("{}")
    assert "is not the result of a search" in run("pools", str(tmp_path / "other.json")).output
    assert run("pools", str(tmp_path / "none.json")).exit_code == 2
