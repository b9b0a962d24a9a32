"""Reading rows of public data sets: layouts, splits, and errors that name the row and the field."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from vpo_envs import datasets
from vpo_envs.core import Objective, Task
from vpo_envs.datasets import (
    DatasetDomain,
    RowError,
    read_rows,
    require,
    require_records,
    require_texts,
    split_names,
)

ROWS = [{"n": 0, "text": "zero"}, {"n": 1, "text": "eins\u2028zwei"}, {"n": 2, "text": "deux"}]


def write_jsonl(path: Path, rows: list) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def write_parquet(path: Path, rows: list) -> Path:
    parquet = pytest.importorskip("pyarrow.parquet")
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pytest.importorskip("pyarrow").Table.from_pylist(rows), path)
    return path


def test_the_three_file_formats_read_alike(tmp_path):
    (tmp_path / "rows.json").write_text(json.dumps(ROWS), encoding="utf-8")
    write_jsonl(tmp_path / "rows.jsonl", ROWS)
    write_parquet(tmp_path / "rows.parquet", ROWS)
    for suffix in datasets.SUFFIXES:
        assert read_rows(tmp_path / f"rows{suffix}", "train") == ROWS
        assert read_rows(str(tmp_path / f"rows{suffix}"), "test") == ROWS


def test_a_json_file_of_lines_is_read_by_lines(tmp_path):
    assert read_rows(write_jsonl(tmp_path / "rows.json", ROWS), "train") == ROWS


def test_blank_lines_are_skipped(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"n": 1}\n\n  \n{"n": 2}', encoding="utf-8")
    assert read_rows(path, "train") == [{"n": 1}, {"n": 2}]


def test_a_folder_is_split_by_file_names(tmp_path):
    write_jsonl(tmp_path / "data_v1.0_train.jsonl", ROWS)
    write_jsonl(tmp_path / "data_v1.0_dev.jsonl", ROWS[:1])
    assert split_names(tmp_path) == ["dev", "train"]
    assert read_rows(tmp_path, "train") == ROWS
    assert read_rows(tmp_path, "validation") == ROWS[:1]
    assert read_rows(tmp_path, "test") == ROWS[:1], "without a test split, validation serves as test"
    write_jsonl(tmp_path / "data_v1.0_test.jsonl", ROWS[1:])
    assert read_rows(tmp_path, "test") == ROWS[1:]


def test_shards_are_joined_in_order(tmp_path):
    for number, row in enumerate(ROWS):
        write_parquet(tmp_path / "data" / f"train-0000{number}-of-00003.parquet", [row])
    assert read_rows(tmp_path, "train") == ROWS


def test_other_split_names_are_taken_literally(tmp_path):
    write_jsonl(tmp_path / "questions_hard_5.jsonl", ROWS)
    write_jsonl(tmp_path / "questions_normal_5.jsonl", ROWS[:1])
    assert split_names(tmp_path) == ["questions_hard_5", "questions_normal_5"]
    assert read_rows(tmp_path, "questions_normal_5") == ROWS[:1]


def test_several_tables_for_one_split_are_ambiguous(tmp_path):
    write_jsonl(tmp_path / "ans_train.jsonl", ROWS)
    write_jsonl(tmp_path / "full_train.jsonl", ROWS)
    with pytest.raises(ValueError, match=r"several files for split 'train'.*ans_train.*full_train"):
        read_rows(tmp_path, "train")


def test_a_file_named_after_another_split_is_refused(tmp_path):
    path = write_jsonl(tmp_path / "data_train.jsonl", ROWS)
    assert read_rows(path, "train") == ROWS
    with pytest.raises(ValueError, match=r"no split 'test'; it has: train"):
        read_rows(path, "test")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.jsonl", None, r"gone.jsonl' does not exist; give a .jsonl"),
        ("rows.csv", "n\n1\n", r"must end in one of .jsonl, .json, .parquet"),
        ("rows.jsonl", "", r"has no rows in split 'train'"),
        ("rows.json", "[]", r"has no rows in split 'train'"),
        ("rows.json", "[1,", r"rows.json' is not JSON"),
        ("rows.jsonl", '{"n": 1}\n{"n": \n', r"row 1, .*not JSON"),
        ("rows.jsonl", '{"n": 1}\n[2]\n', r"row 1, .*must be an object, not list: \[2\]"),
    ],
)
def test_unreadable_sources_say_what_is_wrong(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_rows(tmp_path / name, "train")


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is a folder without"):
        read_rows(tmp_path, "train")


def test_the_hub_route_reads_what_the_datasets_package_loads(tmp_path):
    # The hub itself needs a network; the package loads a local folder through the same function.
    pytest.importorskip("datasets")
    write_jsonl(tmp_path / "train.jsonl", ROWS)
    write_jsonl(tmp_path / "validation.jsonl", ROWS[:1])
    loaded = datasets._hub(str(tmp_path))
    assert sorted(loaded) == ["train", "validation"]
    assert list(loaded[datasets._pick("x", "test", list(loaded))]) == ROWS[:1]


def test_a_missing_package_is_named_with_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)  # makes the import fail, as if not installed
    with pytest.raises(ImportError, match=r"'owner/name' needs the package datasets; .*pip install"):
        read_rows("owner/name", "train")


@pytest.mark.parametrize(
    ("row", "kind", "field", "message"),
    [
        ({}, str, "a", "is missing; expected str. The row has: nothing"),
        ({"a": None, "b": 1}, str, "a", "is missing; expected str. The row has: a, b"),
        ({"a": 1}, str, "a", "must be str, not int: 1"),
        ({"a": True}, int, "a", "must be int, not bool: True"),
        ({"a": "x"}, (list, dict), "a", "must be list or dict, not str: 'x'"),
    ],
)
def test_require_names_row_and_field(row, kind, field, message):
    with pytest.raises(RowError) as caught:
        require(row, 3, field, kind)
    assert str(caught.value) == f"row 3, field 'a': {message}"
    assert (caught.value.index, caught.value.field) == (3, "a")


def test_require_returns_the_value():
    assert require({"a": True}, 0, "a", bool) is True
    assert require({"a": 0}, 0, "a", (int, float)) == 0


def test_require_names_nested_fields():
    with pytest.raises(RowError, match=r"row 0, field 'calls\[2\].name': is missing"):
        require({"x": 1}, 0, "name", str, inside="calls[2]")
    with pytest.raises(RowError, match=r"row 0, field 'calls\[2\]': must be an object with named fields"):
        require("text", 0, "name", str, inside="calls[2]")


def test_require_texts_names_the_position():
    assert require_texts({"a": ["x", "y"]}, 0, "a") == ["x", "y"]
    with pytest.raises(RowError, match=r"row 5, field 'a\[1\]': must be str, not int: 2"):
        require_texts({"a": ["x", 2]}, 5, "a")


def test_require_records_reads_both_layouts():
    records = [{"x": 1, "y": "a"}, {"x": 2, "y": "b"}]
    assert require_records({"r": records}, 0, "r") == records
    assert require_records({"r": {"x": [1, 2], "y": ["a", "b"]}}, 0, "r") == records
    with pytest.raises(RowError, match=r"row 1, field 'r\[0\]': must be an object, not int"):
        require_records({"r": [1]}, 1, "r")
    with pytest.raises(RowError, match=r"row 1, field 'r.x': must be list, not int"):
        require_records({"r": {"x": 1}}, 1, "r")
    with pytest.raises(RowError, match=r"row 1, field 'r': its lists differ in length: x, y"):
        require_records({"r": {"x": [1], "y": []}}, 1, "r")


@dataclass(frozen=True)
class Word:
    text: str


class EchoDomain(DatasetDomain[Word]):
    objectives = (Objective("echo"),)

    def sample_example(self, rng: np.random.Generator) -> Word:
        return Word(str(rng.integers(10**9)))

    def read_examples(self, source, split):
        return [Word(require(row, i, "text", str)) for i, row in enumerate(read_rows(source, split))]

    def make_task(self, example: Word) -> Task:
        return Task(f"Say {example.text}", truth=example)

    def score(self, task: Task, answer: str) -> list[float]:
        return [float(answer == task.truth.text)]


def test_a_domain_without_data_set_samples():
    domain = EchoDomain()
    assert domain.task("train", 3) == domain.task("train", 3)
    assert domain.task("train", 3).prompt != domain.task("test", 3).prompt
    assert domain.task("train", 3).id == "train/3"


def test_a_nameless_file_warns_from_the_second_split_on(tmp_path, recwarn):
    domain = EchoDomain(write_jsonl(tmp_path / "rows.jsonl", ROWS))
    domain.task("train", 0), domain.task("train", 1)
    assert not recwarn
    with pytest.warns(UserWarning, match="the tasks of split 'test' are those of 'train'"):
        domain.task("test", 0)


@pytest.mark.parametrize("index", [1.7, True, np.float64(0.5), "3", -1])
def test_rows_have_whole_numbers(tmp_path, index):
    for domain in (EchoDomain(), EchoDomain(write_jsonl(tmp_path / "rows.jsonl", ROWS))):
        with pytest.raises(ValueError, match="must be an integer of at least 0"):
            domain.task("train", index)


def test_a_domain_with_data_set_wraps_around_its_rows(tmp_path):
    write_jsonl(tmp_path / "train.jsonl", ROWS)
    write_jsonl(tmp_path / "test.jsonl", ROWS[2:])
    domain = EchoDomain(tmp_path)
    assert [domain.task("train", i).truth.text for i in range(4)] == [
        "zero",
        "eins\u2028zwei",
        "deux",
        "zero",
    ]
    assert domain.task("train", 4) == domain.task("train", 1)
    assert domain.task("train", 4).id == "train/1"
    assert domain.task("test", 7).truth.text == "deux"


@pytest.mark.parametrize(("split", "index"), [("holdout", 0), ("train", -1)])
def test_a_domain_with_data_set_checks_split_and_index(tmp_path, split, index):
    write_jsonl(tmp_path / "rows.jsonl", ROWS)
    with pytest.raises(
        ValueError, match=r"split='holdout' is not one of|index=-1 must be an integer of at least 0"
    ):
        EchoDomain(tmp_path / "rows.jsonl").task(split, index)


def test_a_wrong_schema_is_reported_at_the_first_task(tmp_path):
    path = write_jsonl(tmp_path / "rows.jsonl", [*ROWS, {"n": 3, "txt": "trois"}])
    with pytest.raises(RowError, match=r"row 3, field 'text': is missing; expected str. The row has: n, txt"):
        EchoDomain(path).task("train", 0)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rows.jsonl", b"\xff\xfe{", "is not UTF-8 text"),
        ("rows.parquet", b"PAR0", "is not a parquet file"),
        ("rows.json", b'{\n  "n": 1\n}', "must hold one object a line, or a list"),
    ],
)
def test_files_that_cannot_be_read_are_named(tmp_path, name, content, message):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf"{name}.*{message}|{message}"):
        read_rows(tmp_path / name, "train")


def test_a_byte_order_mark_is_no_part_of_the_first_row(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(b"\xef\xbb\xbf" + b'{"n": 1}')
    assert read_rows(tmp_path / "rows.jsonl", "train") == [{"n": 1}]
