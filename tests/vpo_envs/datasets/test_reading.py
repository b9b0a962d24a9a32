"""Reading rows of public data sets: layouts, splits, and errors that name file, line and row."""

import gzip
import json
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vpo_envs.datasets import SUFFIXES, read_rows, split_names
from vpo_envs.datasets.reading import _hub, pick_split

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


def test_all_file_formats_read_alike(tmp_path):
    (tmp_path / "rows.json").write_text(json.dumps(ROWS), encoding="utf-8")
    write_jsonl(tmp_path / "rows.jsonl", ROWS)
    write_parquet(tmp_path / "rows.parquet", ROWS)
    for plain in ("rows.json", "rows.jsonl"):
        (tmp_path / f"{plain}.gz").write_bytes(gzip.compress((tmp_path / plain).read_bytes()))
    for suffix in SUFFIXES:
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
        ("rows.jsonl", '{"n": 1}\n{"n": \n', r"rows.jsonl, line 2: not JSON"),
        ("rows.jsonl", '{"n": 1}\n[2]\n', r"rows.jsonl, line 2: must be an object, not list: \[2\]"),
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
    loaded = _hub(str(tmp_path))
    assert sorted(loaded) == ["train", "validation"]
    assert list(loaded[pick_split("x", "test", list(loaded))]) == ROWS[:1]


def test_a_missing_package_is_named_with_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)  # makes the import fail, as if not installed
    with pytest.raises(
        ImportError, match=r"'owner/name' needs the package datasets, .*pip install 'vpo-gym.datasets.'"
    ):
        read_rows("owner/name", "train")


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


@given(
    st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b'{"n": ' + b"9" * 5_000 + b"}")
@example(b"null")
@example(b'"\\ud800"')
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_any_bytes_are_rows_or_an_error_that_names_the_file(tmp_path_factory, suffix, data):
    path = tmp_path_factory.mktemp("any") / f"rows{suffix}"
    path.write_bytes(data)
    try:
        rows = read_rows(path, "train")
    except ValueError as error:
        assert path.name in str(error)
    else:
        assert rows and all(isinstance(row, dict) for row in rows)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["train.jsonl", "train.json"], "has several files for split 'train'"),
        (["train-00000-of-00001.jsonl", "train.jsonl"], "has several files for split 'train'"),
        (["train-00000-of-00002.jsonl"], "split 'train': of 2 shards number 1 is missing"),
        (["train-00001-of-00002.jsonl"], "split 'train': of 2 shards number 0 is missing"),
        (["train-00000-of-00002.jsonl", "train-00000-of-00003.jsonl"], "has several files"),
    ],
)
def test_rows_are_neither_doubled_nor_lost(tmp_path, names, said):
    for name in names:
        write_jsonl(tmp_path / name, ROWS)
    with pytest.raises(ValueError, match=said):
        read_rows(tmp_path, "train")
