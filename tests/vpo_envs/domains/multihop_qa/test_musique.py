"""MuSiQue: its files, its hub layout, wrong rows."""

import json
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs.datasets import RowError
from vpo_envs.domains.multihop_qa import MultiHopQADomain
from vpo_envs.domains.multihop_qa.musique import parse_question
from vpo_envs.env_checker import check_domain

MUSIQUE = Path(__file__).parents[3] / "data" / "musique"


def test_musique_is_read_from_a_folder():
    env = gym.make("vpo/MultiHopQA-v0", dataset=str(MUSIQUE), split="train")
    prompts = [env.reset(options={"index": i})[0] for i in range(3)]
    assert "Question: Where was the designer of Tarn Bridge from?" in prompts[0]
    assert "[3] Mira Holt\nMira Holt was an engineer from Esk Vale." in prompts[0]
    truths = [env.unwrapped.domain.task("train", i).truth for i in range(3)]
    assert [truth.support for truth in truths] == [(1, 3), (1, 3, 4), (6, 4, 3, 2)]
    assert truths[0].answers == ("Esk Vale", "Vale of Esk")
    assert truths[2].answers == ("Port Ann",), "a row without aliases"
    assert [step.value for step in truths[1].steps] == ["Mira Holt", "Esk Vale", "Norland"]
    env.reset(options={"index": 1})
    _, reward, *_ = env.step("<support>1, 4</support><answer>the Norland</answer>")
    assert reward.tolist() == pytest.approx([1, 0, 1, 2 / 3, 1])


def test_musique_has_its_dev_split_for_validation_and_test():
    domain = MultiHopQADomain(dataset=MUSIQUE)
    for split in ("validation", "test"):
        assert domain.task(split, 0).truth.answers == ("Esk Vale",), "aliases may be null"
    assert domain.task("test", 5) == domain.task("test", 0), "one row: indices wrap around"


def test_musique_keeps_the_contract():
    domain = MultiHopQADomain(dataset=MUSIQUE / "musique_ans_v1.0_train.jsonl")
    for index in range(3):
        task = domain.task("train", index)
        assert task == domain.task("train", index + 3)
        assert domain.pareto_front(task).tolist() == [[1.0] * 5]
        assert len(domain.demonstrations(task, np.random.default_rng(0))) == 4
        assert task.compact == ""
        domain.render(task, [], domain.score_batch([], []), "ansi")


def test_the_hub_layout_reads_like_the_files():
    row = json.loads((MUSIQUE / "musique_ans_v1.0_train.jsonl").read_text().splitlines()[1])
    columns = {
        field: {key: [record[key] for record in row[field]] for key in row[field][0]}
        for field in ("paragraphs", "question_decomposition")
    }
    assert parse_question({**row, **columns}, 0) == parse_question(row, 0)


def test_musique_from_parquet(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    arrow = pytest.importorskip("pyarrow")
    lines = (MUSIQUE / "musique_ans_v1.0_train.jsonl").read_text().splitlines()
    parquet.write_table(arrow.Table.from_pylist([json.loads(x) for x in lines]), tmp_path / "train.parquet")
    ours, theirs = MultiHopQADomain(dataset=tmp_path), MultiHopQADomain(dataset=MUSIQUE)
    assert [ours.task("train", i) for i in range(3)] == [theirs.task("train", i) for i in range(3)]


def broken(change) -> dict:
    row = json.loads((MUSIQUE / "musique_ans_v1.0_train.jsonl").read_text().splitlines()[0])
    change(row)
    return row


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda row: row.pop("answer"), r"row 8, field 'answer': is missing; expected str"),
        (lambda row: row.update(answer=None), r"row 8, field 'answer': is missing"),
        (lambda row: row.update(answer=["x"]), r"field 'answer': must be str, not list"),
        (lambda row: row.update(answer=" The! "), r"field 'answer': ' The! ' is empty once"),
        (
            lambda row: row["paragraphs"][1].update(idx=row["paragraphs"][0]["idx"]),
            r"field 'paragraphs\[1\].idx': \d+ is the idx of an earlier paragraph too",
        ),
        (lambda row: row.update(answer_aliases=[1]), r"field 'answer_aliases\[0\]': must be str, not int"),
        (lambda row: row.update(answerable=False), r"field 'answerable': is False; use the answerable"),
        (lambda row: row.update(paragraphs="text"), r"field 'paragraphs': must be list or dict"),
        (lambda row: row["paragraphs"][1].pop("idx"), r"field 'paragraphs\[1\].idx': is missing"),
        (lambda row: row["paragraphs"][2].update(title=3), r"field 'paragraphs\[2\].title': must be str"),
        (lambda row: row.update(question_decomposition=[]), r"'question_decomposition': has 0 steps"),
        (
            lambda row: row.update(question_decomposition=row["question_decomposition"] * 3),
            r"has 6 steps, not 1 to 4",
        ),
        (
            lambda row: row["question_decomposition"][0].update(paragraph_support_idx=77),
            r"field 'question_decomposition\[0\].paragraph_support_idx': 77 is the idx of no paragraph",
        ),
        (
            lambda row: row["question_decomposition"][1].update(paragraph_support_idx=None),
            r"field 'question_decomposition\[1\].paragraph_support_idx': is missing; expected int",
        ),
    ],
)
def test_a_wrong_schema_names_row_and_field(change, message):
    with pytest.raises(RowError, match=message):
        parse_question(broken(change), 8)


def test_a_wrong_file_fails_at_the_first_reset(tmp_path):
    good = broken(lambda row: None)
    bad = broken(lambda row: row.pop("question"))
    (tmp_path / "rows.jsonl").write_text(f"{json.dumps(good)}\n{json.dumps(bad)}\n")
    env = gym.make("vpo/MultiHopQA-v0", dataset=str(tmp_path / "rows.jsonl"))
    with pytest.raises(RowError, match="row 1, field 'question': is missing"):
        env.reset(seed=0)


def test_one_citation_of_a_data_set_is_a_trade_off_too():
    domain = MultiHopQADomain(dataset=MUSIQUE, max_citations=1)
    assert len(domain.pareto_front(domain.task("train", 2))) == 4
    check_domain(MultiHopQADomain(max_citations=1), tasks=3, hostile=20)
