"""Agreement of scores with labels, by replies whose labels are right or wrong by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.vpo_envs.domains.support.by_hand import DOMAIN
from vpo_envs.domains.support.agreement import matches, read_labelled, report


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"split": "test", "index": 0, "part": "x"}', "line 1.*reply"),
        (
            '{"split": "test", "index": 0, "part": "x", "reply": "", "helpfulness": "good"}',
            "line 1.*helpfulness='good'",
        ),
    ],
)
def test_a_badly_labelled_file_is_named(tmp_path, line, message):
    path = tmp_path / "replies.jsonl"
    path.write_text(line)
    with pytest.raises(ValueError, match=message):
        read_labelled(path)


LABELLED = Path(__file__).parents[3] / "data" / "support_replies.jsonl"
ROW = {"split": "test", "index": 0, "reply": "", "part": "one"}
LOW = {"helpfulness": "low", "brevity": "low", "empathy": "low"}


def written(path: Path, *rows: dict) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("field", [*ROW, *LOW])
def test_a_missing_field_is_named_with_its_line(tmp_path, field):
    row = {**ROW, **LOW}
    rows = [row, {name: value for name, value in row.items() if name != field}]
    with pytest.raises(ValueError, match=rf"replies.jsonl, line 2: .*{field}"):
        read_labelled(written(tmp_path / "replies.jsonl", *rows))
    assert read_labelled(written(tmp_path / "replies.jsonl", row, row)) == [row, row]


def test_a_score_is_high_from_a_half_on(shares):
    """Of a domain whose answer `3 7` is worth (0.3, 0.7), of at least 10 points in all."""
    rich = next(index for index in range(20) if shares.task("test", index).truth >= 10)
    row = {"split": "test", "index": rich, "reply": "5 4", "left": "high", "right": "low"}
    turned = {**row, "reply": "4 5"}
    assert matches(shares, [row, turned, {**row, "reply": "6 3"}]).tolist() == [
        [True] * 2,
        [False] * 2,
        [True] * 2,
    ]


def test_the_report_gives_shares_by_part_and_what_is_wrong(tmp_path):
    best = DOMAIN.best_answers(DOMAIN.task("test", 1))[0]
    high = DOMAIN.score_batch([DOMAIN.task("test", 1)], [best])[0] >= 0.5
    labels = {name: "high" if up else "low" for name, up in zip(DOMAIN.objective_names, high)}
    rows = [
        {**ROW, **LOW},
        {**ROW, **LOW, "reply": " two\n words ", "brevity": "high", "empathy": "high"},
        {**ROW, **labels, "index": 1, "reply": best, "part": "other"},
    ]
    assert report(written(tmp_path / "replies.jsonl", *rows)).splitlines() == [
        "one (2 replies): helpfulness 100.0%, brevity 50.0%, empathy 50.0%",
        "other (1 replies): helpfulness 100.0%, brevity 100.0%, empathy 100.0%",
        "test/0 brevity is high, empathy is high: two words",
    ]


def test_the_scorers_agree_with_labelled_replies():
    rows = read_labelled(LABELLED)
    assert len(rows) >= 381 and len({(row["index"], row["reply"]) for row in rows}) == len(rows)
    agree = matches(DOMAIN, rows)
    held_out = np.array([row["part"] == "held-out" for row in rows])
    assert held_out.sum() >= 119
    assert agree.mean() >= 0.97
    assert agree[held_out].mean() >= 0.95


def test_the_report_lists_every_disagreement():
    text = report(LABELLED)
    wrong = (~matches(DOMAIN, read_labelled(LABELLED))).any(axis=1).sum()
    assert "held-out" in text and "helpfulness" in text
    assert len(text.splitlines()) == 2 + wrong
