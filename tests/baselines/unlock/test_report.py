"""Tables and curve of an unlock experiment."""

import numpy as np
import pytest

from baselines.unlock import UnlockFile, write_report
from baselines.unlock.report import differences, solved_by, tables
from tests.baselines.unlock.by_hand import file


def test_shares_count_what_was_solved_by_then():
    results = UnlockFile.model_validate(file())
    budgets = [1, 39, 40, 100]
    shares = {k: a.mean() for k, a in zip(budgets, solved_by(results.solved_at("A"), budgets))}
    assert shares == pytest.approx({1: 1 / 6, 39: 1 / 6, 40: 2 / 6, 100: 3 / 6})


def test_the_report_has_tables_and_the_curve(tmp_path):
    results = UnlockFile.model_validate(file())
    shares, differences, alone = tables(results)
    assert shares.columns == ["agent", "k=10", "k=30", "k=100"]
    assert shares.rows[0][3].startswith("0.500 [") and shares.rows[1][1].startswith("0.167 [")
    assert alone.rows == [["A", "2", "test/5", "15"], ["B", "1", "none", "18"]]
    assert differences.columns[1:] == shares.columns[1:]
    ((pair, *by_budget),) = differences.rows
    assert pair == "A − B" and by_budget[0].startswith("0.000 [") and by_budget[2].startswith("0.167 [")
    page = write_report(results, tmp_path / "new").read_text()
    assert (
        "Of 9 tasks no run solves 4 within 5 answers. The first 3 of these" in page
        and "| A | 2 | test/5 | 15 |" in page
        and "vpo unlock runs/x" in page
    )
    assert (tmp_path / "new" / "unlock.png").stat().st_size > 5_000


def test_differences_are_marked_from_three_seeds_on():
    ahead = np.ones((3, 5))
    level = np.array([[1.0, 0, 0, 0], [0, -1, 0, 0], [0, 0, 1, -1]])
    ((up, down, none),) = differences([[ahead, -ahead, level]])
    assert up.endswith(" *") and down.endswith(" *") and not none.endswith("*")
    assert not differences([[ahead[:2]]])[0][0].endswith("*")


def test_nothing_solved_in_some_tasks_is_not_nothing_in_all(tmp_path):
    runs = [
        {"label": label, "seed": seed, "solved_at": [None] * 32, "tokens": 1}
        for label in ("WarmStart", "A", "B")
        for seed in range(3)
    ]
    content = file(runs=runs, hard=[f"test/{i}" for i in range(32)], unsolved=32, screened=64)
    results = UnlockFile.model_validate(content)
    shares, differences, _ = tables(results)
    assert {cell for row in shares.rows for cell in row[1:]} == {
        "0.000 [0.000, 0.109]"
    }  # 1 - 0.025 ** (1 / 32)
    assert [row[0] for row in differences.rows] == ["A − B", "A − WarmStart", "B − WarmStart"]
    assert {cell for row in differences.rows for cell in row[1:]} == {"0.000 [-0.109, 0.109]"}
    assert "Clopper-Pearson" in write_report(results, tmp_path).read_text()


def test_the_screening_of_all_tasks_is_reported_too():
    ends = {"A": [1, None, 4, *[None] * 6], "B": [None] * 9}
    screening = [{**run, "solved_at": ends[run["label"]]} for run in file()["runs"]]
    first, second, *others = tables(UnlockFile.model_validate(file(screening=screening)))
    assert first.title == "Share of all 9 tasks solved in the screening"
    assert first.columns == ["agent", "k=1", "k=3", "k=5"]
    assert first.rows[0][1].startswith("0.111 [") and first.rows[0][3].startswith("0.222 [")
    assert {cell.partition(" ")[0] for cell in first.rows[1][1:]} == {"0.000"}
    assert second.title.startswith("Differences of these shares, paired by seed and task")
    (difference,) = second.rows
    assert difference[0] == "A − B" and difference[3].startswith("0.222 [")
    assert others == tables(UnlockFile.model_validate(file()))


def test_a_screening_by_the_start_alone_is_named(tmp_path):
    experiment = {**file()["experiment"], "screen_with": ["Start"]}
    start = [{"label": "Start", "seed": seed, "solved_at": [2, *[None] * 8], "tokens": 1} for seed in (0, 1)]
    results = UnlockFile.model_validate(file(experiment=experiment, screening=start))
    screened, *others = tables(results)
    (row,) = screened.rows
    assert row[0] == "Start" and row[2].startswith("0.111 [")
    assert others == tables(UnlockFile.model_validate(file()))
    page = write_report(results, tmp_path).read_text()
    assert "Of 9 tasks no run of Start solves 4 within 5 answers." in page


@pytest.mark.parametrize(
    ("budget", "columns"),
    [
        (5, ["k=5"]),
        (10, ["k=10"]),
        (11, ["k=10", "k=11"]),
        (30_000, ["k=10", "k=30", "k=100", "k=300", "k=1,000", "k=3,000", "k=10,000", "k=30,000"]),
    ],
)
def test_shares_are_listed_at_rounded_budgets_and_at_the_whole_one(budget, columns):
    runs = [{**run, "solved_at": [1, None, 5]} for run in file()["runs"]]
    experiment = {"budget": budget, "pool": 3, "strategy": "sampling"}
    shares, *_ = tables(UnlockFile.model_validate(file(experiment=experiment, runs=runs)))
    assert shares.columns == ["agent", *columns]
    assert shares.title == "Share of the 3 hard tasks solved after k answers"
    assert shares.rows[0][-1].startswith("0.667 [")


def test_texts_of_the_experiment_are_escaped(tmp_path):
    results = UnlockFile.model_validate(file(env="my/<b>-v0", solved="a | b", command="vpo `x`"))
    page = write_report(results, tmp_path)
    assert page == tmp_path / "unlock.md"
    text = page.read_text()
    assert "<b>" not in text and "Made by `` vpo `x` ``." in text
    assert "strategy sampling, 100 answers per task" in text


def test_no_difference_is_no_table_row():
    assert differences([]) == [] and differences([[]]) == [[]]
