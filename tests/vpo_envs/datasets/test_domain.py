"""Domains that sample tasks or read them from a data set."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from vpo_envs.datasets import DatasetDomain, RowError, require
from vpo_envs.task import Objective, Task

ROWS = [{"n": 0, "text": "zero"}, {"n": 1, "text": "eins\u2028zwei"}, {"n": 2, "text": "deux"}]


def write_jsonl(path: Path, rows: list) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Word:
    text: str


class EchoDomain(DatasetDomain[Word]):
    objectives = (Objective("echo"),)

    def sample_example(self, rng: np.random.Generator) -> Word:
        return Word(str(rng.integers(10**9)))

    def row_reader(self, source):
        return lambda row, index: Word(require(row, index, "text", str))

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


def test_a_split_that_a_data_set_lacks_has_no_tasks(tmp_path):
    folder = tmp_path / "two"
    folder.mkdir()
    for split in ("train", "test"):
        write_jsonl(folder / f"{split}.jsonl", ROWS)
    domain = EchoDomain(folder)
    assert [domain.size(split) for split in ("train", "validation", "test")] == [3, 0, 3]
    with pytest.raises(ValueError, match="has no split 'validation'"):
        domain.task("validation", 0)
