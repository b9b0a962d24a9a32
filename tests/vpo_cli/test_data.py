"""The command `vpo data`."""

import json
from pathlib import Path

from typer.testing import CliRunner

from vpo_cli import app
from vpo_envs.datasets.published import PUBLISHED

MUSIQUE = Path(__file__).parents[1] / "data" / "musique" / "musique_ans_v1.0_dev.jsonl"


def run(*arguments):
    return CliRunner().invoke(app, ["data", *arguments], env={"COLUMNS": "200", "TERM": "dumb"})


def test_the_list_names_every_data_set_its_licence_and_its_source():
    result = run()
    assert result.exit_code == 0
    for one in PUBLISHED:
        assert all(text in result.output for text in (one.name, one.env_id, one.licence, one.source))


def test_a_good_file_exits_with_0():
    result = run("check", str(MUSIQUE))
    assert result.exit_code == 0, result.output
    assert "MuSiQue, read by vpo/MultiHopQA-v0" in result.output
    assert "0 refused" in result.output and "earn everything; means: hop_1 1.000" in result.output


def test_refused_rows_are_listed_with_reasons_and_exit_with_1(tmp_path):
    row = json.loads(MUSIQUE.read_text("utf-8").split("\n")[0])
    file = tmp_path / "rows.jsonl"
    file.write_text(
        "\n".join(json.dumps({**row, "answer": answer}) for answer in ["Oslo", *"?!.;,:-"]), "utf-8"
    )
    result = run("check", str(file), "--no-gold")
    assert result.exit_code == 1
    assert "8 rows: 1 read, 0 left out, 7 refused" in result.output
    assert "rows.jsonl, line 2: field 'answer'" in result.output and "gold" not in result.output


def test_equal_reasons_are_counted(tmp_path):
    row = json.loads(MUSIQUE.read_text("utf-8").split("\n")[0])
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps({**row, "question": None}) for _ in range(8)), "utf-8")
    output = run("check", str(file)).output
    assert "line 5: " in output and "line 6: " not in output and "and 3 more: field 'question'" in output


def test_what_is_no_file_is_an_error_of_one_line(tmp_path):
    for argument in (str(tmp_path), str(tmp_path / "absent.jsonl")):
        result = run("check", argument)
        assert result.exit_code == 2 and "error:" in result.output


def test_the_commands_explain_themselves_with_examples():
    assert "vpo data check HumanEval.jsonl.gz" in run("--help").output
    assert "vpo data check --no-gold" in run("check", "--help").output
