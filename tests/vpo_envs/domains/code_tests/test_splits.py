"""Data sets of programs: splits by date, folders of files, repetitions."""

import json

import gymnasium as gym
import pytest

from vpo_envs.datasets import RowError
from vpo_envs.domains.code_tests import CodeTestsDomain


def dated(path, *dates, name="q"):
    """Writes a file of stdin problems whose only test wants the number of the row."""
    rows = [
        {
            "question_id": f"{name}{i}",
            "platform": "atcoder",
            "question_content": f"Print {name} {i}.",
            "starter_code": "",
            "public_test_cases": "[]",
            "private_test_cases": cases(("", str(i)), kind="stdin"),
            "metadata": "{}",
            "contest_date": date,
        }
        for i, date in enumerate(dates)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def prompts_of(domain, split):
    return {domain.task(split, i).prompt.split("\n")[0] for i in range(domain.size(split))}


@pytest.mark.parametrize("name", ["test6.jsonl", "train.jsonl", "lcb_v6.jsonl", "my-problems.json"])
def test_contest_dates_split_a_file_of_any_name(tmp_path, name):
    early = [f"2024-{month:02}-05T00:00:00" for month in range(1, 13)]
    path = dated(tmp_path / name, *early, "2025-01-31T23:59:59", "2025-02-01T00:00:00", "2025-05-03T00:00:00")
    domain = CodeTestsDomain(dataset=path)
    assert prompts_of(domain, "test") == {"Print q 13.", "Print q 14."}
    assert prompts_of(domain, "validation") == {"Print q 12."}
    assert prompts_of(domain, "train") == {f"Print q {i}." for i in range(12)}
    paper = CodeTestsDomain(dataset=path, paper=True)
    assert prompts_of(paper, "test") == {"Print q 13."}
    assert prompts_of(paper, "train") == {f"Print q {i}." for i in range(13)}
    other = CodeTestsDomain(dataset=path, cutoff="2024-06-01")
    assert prompts_of(other, "train") == {f"Print q {i}." for i in range(5)}
    env = gym.make("vpo/CodeTests-v0", dataset=str(path), split="train")
    env.reset(options={"index": 3})
    assert env.step("print(3)")[1].tolist() == [1] * 16


def test_a_folder_of_files_is_one_data_set_without_repetitions(tmp_path):
    dated(tmp_path / "test.jsonl", "2024-01-01", "2024-01-02", name="a")
    dated(tmp_path / "test2.jsonl", "2025-03-01", name="b")
    dated(tmp_path / "test6.jsonl", "2025-03-01", "2025-04-01", name="b")
    domain = CodeTestsDomain(dataset=tmp_path)
    assert prompts_of(domain, "train") == {"Print a 0.", "Print a 1."}
    assert prompts_of(domain, "test") == {"Print b 0.", "Print b 1."} and domain.size("test") == 2


def test_without_dates_names_of_files_tell_splits(tmp_path):
    dated(tmp_path / "train.jsonl", None, name="a")
    dated(tmp_path / "test.jsonl", None, name="b")
    domain = CodeTestsDomain(dataset=tmp_path)
    assert (prompts_of(domain, "train"), prompts_of(domain, "test")) == ({"Print a 0."}, {"Print b 0."})
    named = CodeTestsDomain(dataset=dated(tmp_path / "test.jsonl", "2020-01-01", name="c"), cutoff=None)
    assert prompts_of(named, "test") == {"Print c 0."}


@pytest.mark.parametrize("date", ["soon", 7])
def test_a_row_with_another_date_is_named(tmp_path, date):
    path = dated(tmp_path / "test.jsonl", "2024-01-01", date)
    with pytest.raises(RowError, match="row 1, field 'contest_date': must be a date, not"):
        CodeTestsDomain(dataset=path).task("test", 0)


def cases(*tests, kind="functional") -> str:
    return json.dumps([{"input": given, "output": wanted, "testtype": kind} for given, wanted in tests])
