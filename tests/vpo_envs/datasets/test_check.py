"""Checks of files: every published schema by any name, refused rows, gold scores."""

import gzip
import json
import shutil
from pathlib import Path

import pytest

import vpo_envs  # noqa: F401  (registers the environments)
from vpo_envs.datasets.check import check_source

DATA = Path(__file__).parents[2] / "data"
HUMAN_EVAL = {
    "task_id": "Own/1",
    "prompt": 'def largest(values):\n    """ Return the largest value, or None. """\n',
    "entry_point": "largest",
    "canonical_solution": "    return max(values, default=None)\n",
    "test": "def check(candidate):\n    assert candidate([3, 9, 4]) == 9\n    assert candidate([]) is None\n",
}
MBPP = {
    "task_id": 7,
    "text": "Write a function that doubles a number.",
    "code": "def double(number):\n    return 2 * number",
    "test_list": ["assert double(3) == 6", "assert double(0) == 0"],
}


def write(path: Path, rows: list) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("file", "name", "rows"),
    [
        ("musique/musique_ans_v1.0_dev.jsonl", "MuSiQue", None),
        ("eureqa.json", "EUREQA", None),
        ("rlla_4k/test.jsonl", "rlla_4k (ToolRL)", None),
    ],
)
def test_files_are_known_by_their_columns_under_any_name(tmp_path, file, name, rows):
    path = tmp_path / f"mine{Path(file).suffix}"
    shutil.copy(DATA / file, path)
    check = check_source(path)
    assert check.data_set.name == name
    assert check.read == check.rows > 0 and not check.refused
    assert check.gold_right == check.read and check.gold.shape == (check.read, len(check.objectives))


def test_bfcl_needs_its_answers_beside_it(tmp_path):
    check = check_source(DATA / "bfcl" / "BFCL_v4_simple_python.json")
    assert check.data_set.name == "BFCL" and check.gold_right == check.rows == 2
    alone = shutil.copy(DATA / "bfcl" / "BFCL_v4_simple_python.json", tmp_path)
    with pytest.raises(ValueError, match="needs the answers in"):
        check_source(alone)


def test_tasks_of_several_turns_are_refused_with_the_reason(tmp_path):
    row = {"id": "multi_turn_base_0", "question": [[], []], "involved_classes": ["FileSystem"]}
    check = check_source(write(tmp_path / "BFCL_v4_multi_turn_base.json", [row]))
    assert check.read == 0 and check.gold is None
    assert "several turns" in check.refused[0][1]


def test_livecodebench_publishes_no_gold_answers(tmp_path):
    check = check_source(shutil.copy(DATA / "livecodebench" / "test.jsonl", tmp_path / "part.jsonl"))
    assert check.data_set.name == "LiveCodeBench" and check.read > 0 and check.gold is None


def test_code_is_run_and_compressed_files_are_read(tmp_path):
    path = tmp_path / "HumanEval.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps(HUMAN_EVAL) + "\n")
    check = check_source(path)
    assert check.data_set.name == "HumanEval" and check.gold_right == 1
    wrong = {**MBPP, "task_id": 8, "code": "def double(number):\n    return number"}
    check = check_source(write(tmp_path / "mbpp.jsonl", [MBPP, wrong]))
    assert check.data_set.name == "MBPP" and (check.read, check.gold_right) == (2, 1)
    assert check.wrong == (("mbpp.jsonl, line 2", "8: its canonical solution passes 1 of 2 tests"),)
    assert check_source(tmp_path / "mbpp.jsonl", score_gold=False).gold is None


def test_a_bad_row_is_refused_and_the_others_are_read(tmp_path):
    broken = {name: value for name, value in MBPP.items() if name != "text"}
    check = check_source(write(tmp_path / "rows.jsonl", [MBPP, broken, MBPP]), score_gold=False)
    assert (check.rows, check.read) == (3, 2)
    ((place, reason),) = check.refused
    assert place == "rows.jsonl, line 2" and "'prompt'" in reason and "is missing" in reason


def test_unknown_columns_name_the_known_ones(tmp_path):
    with pytest.raises(ValueError, match=r"columns of no known data set \(colour\).*MuSiQue: .*from_rows"):
        check_source(write(tmp_path / "rows.jsonl", [{"colour": "blue"}]))
    with pytest.raises(ValueError, match="is a folder"):
        check_source(tmp_path)
