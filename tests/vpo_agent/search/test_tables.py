"""Tables of search results, with numbers worked out by hand."""

import io

import pytest
from rich.console import Console

from tests.vpo_agent.search.by_hand import SOURCE, Contexts, pool, result
from vpo_agent.search.tables import budgets_to, choice_table, curve_table, satisfaction_table
from vpo_agent.tasks.source import DomainTasks


def test_tables_by_hand():
    console = Console(width=120, record=True, file=io.StringIO())
    found = result()
    console.print(curve_table(found, SOURCE), choice_table(found))
    console.print(satisfaction_table(found, SOURCE, SOURCE.first(2)))
    rows = [line.replace("│", " ").split() for line in console.export_text().splitlines()]
    assert ["1", "5", "0.250"] in [row[:3] for row in rows]  # answers, tokens, best scalar
    assert ["4", "15", "0.550"] in [row[:3] for row in rows]
    assert ["scalar", "0.800", "0.300"] in rows
    # lefty: (0.6 + 1) / 2, each their own (1 + 1) / 2; even: (1 + 0.5/0.6) / 2 both times.
    assert ["lefty", "0.800", "1.000"] in rows
    assert ["even", "0.917", "0.917"] in rows


def test_without_a_front_the_best_of_the_pool_is_the_measure():
    class Unknown(Contexts):
        def best_answers(self, task):
            return None

    source = DomainTasks(Unknown(), "test")
    found = result(pools=[pool(["left", "both"])], chosen=[0])
    table = satisfaction_table(found, source, source.first(1))
    assert table.title == "share of the best in the pool"
    # The one for all is "both". lefty: 0.6 of 1; even: (0.6 of 0.6). Of the front, right would count, too.
    rows = [list(column.cells) for column in table.columns]
    assert rows == [["lefty", "even"], ["0.600", "1.000"], ["1.000", "1.000"]]


def test_tokens_of_a_short_pool_count_in_full():
    found = result(run={"budget": 4}, pools=[pool(["left", "both"]), pool([""] * 4)], chosen=[0, 0])
    tokens = curve_table(found, SOURCE).columns[1].cells
    assert list(tokens) == ["5", "12", "15"]  # (10 + 15) / 2, rounded to even; (10 + 20) / 2


@pytest.mark.parametrize(
    ("most", "budgets"),
    [
        (1, [1]),
        (2, [1, 2]),
        (3, [1, 3]),
        (10, [1, 3, 10]),
        (31, [1, 3, 10, 30, 31]),
        (1000, [1, 3, 10, 30, 100, 300, 1000]),
    ],
)
def test_budgets_rise_by_threes_and_tens_to_the_largest(most, budgets):
    assert budgets_to(most) == budgets


def test_tasks_without_a_reward_have_no_share_of_the_best():
    class Unknown(Contexts):
        def best_answers(self, task):
            return None

    source = DomainTasks(Unknown(), "test")
    worthless, some = pool([""]), pool(["left", "both"])
    for other, shares in ((some, ["0.600", "1.000"]), (worthless, ["–", "–"])):
        found = result(pools=[worthless, other], chosen=[0, 0])
        table = satisfaction_table(found, source, source.first(2))
        assert list(table.columns[1].cells) == shares
