"""Tables with known numbers, and what they claim."""

import copy
import re

import numpy as np
import pytest

from baselines.benchmark.results import Trial, TuningRecord
from baselines.report import all_tables, write_report
from baselines.report.data import Results
from baselines.report.tables import (
    Table,
    comparison_table,
    edge,
    environment_tables,
    measures_table,
    stars,
    temperature_table,
)
from tests.baselines.report.levels import constant
from vpo_envs import intervals
from vpo_envs.metrics import best_at_k


def test_tables_show_known_numbers(content):
    levels = {"WarmStart": 0.25, "VPO": 0.75, "GRPO": 0.5}
    (comparison,) = Results(constant(content, levels)).comparisons
    table = measures_table(comparison)
    assert table.columns == ["measure", "WarmStart", "VPO", "GRPO"]
    assert [
        "expected_best",
        "0.250 [0.250, 0.250]",
        "0.750 [0.750, 0.750]",
        "0.500 [0.500, 0.500]",
    ] in table.rows
    (row,) = comparison_table(comparison).rows
    assert row[0] == "VPO - GRPO" and row[1] == "+0.250 [+0.250, +0.250] *"
    assert row[-2] == "+0.000 [+0.000, +0.000]" and row[-1] == "1.000 [1.000, 1.000]"
    assert np.allclose(comparison.curve("VPO"), 0.75)


def test_stars_are_for_adjusted_p_values():
    """Of ten differences with p = .02 each none is significant, and alone each would be."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(3, 40))
    shift = next(x for x in np.arange(0, 1, 0.001) if intervals.paired_test(noise + x) < 0.01)
    assert stars([noise + shift]) == [" *"] and stars([noise + shift] * 10) == [""] * 10
    assert stars([noise + shift, noise + 9]) == [" *", " *"]


def test_temperatures_are_listed_where_there_are_several(content):
    content = copy.deepcopy(content)
    for run in content["runs"]:
        run["temperature"] = 0.7 if run["seed"] else 1.0
        run["temperatures"] = [
            {
                "temperature": t,
                "choice": t / 2,
                "measures": {"best@1": t / 10, "best@30": t, "expected_best": t / 5},
            }
            for t in (0.7, 1.0)
        ]
    (comparison,) = Results(content).comparisons
    table = temperature_table(comparison)
    assert table in environment_tables(comparison)
    assert table.rows[2][:] == ["VPO", "0.7", "2 of 3", "0.350", "0.070", "0.700", "0.140"]
    assert table.rows[3][:] == ["VPO", "1", "1 of 3", "0.500", "0.100", "1.000", "0.200"]


@pytest.mark.parametrize("seeds", [(0,), (0, 1), (0, 1, 2)])
def test_claims_need_three_seeds(synthetic, seeds, tmp_path):
    """Differences and intervals stand in every report; stars and p-values where seeds allow them."""
    results = Results(synthetic(seeds=seeds))
    (comparison,) = results.comparisons
    table = comparison_table(comparison)
    assert all(re.match(r"[+-]0\.\d{3} \[[+-]", cell) for cell in table.rows[0][1:-1])
    enough = len(seeds) >= 3
    shown = " ".join([table.title, *table.rows[0]])
    assert ("*" in shown) is enough
    assert any("p-value" in table.title for table in all_tables(results)) is enough
    page = write_report(results, tmp_path).read_text()
    assert ("p-value" in page) is ("paired test" in page) is enough
    assert (f"(indicative: {len(seeds)} seed{'s' * (len(seeds) > 1)})" in table.title) is not enough


def test_all_tables_have_the_same_budgets_from_the_pools(content):
    (comparison,) = Results(content).comparisons
    table = measures_table(comparison)
    shown = [row[0] for row in table.rows if row[0].startswith("best@")]
    assert shown == [c for c in comparison_table(comparison).columns if c.startswith("best@")]
    assert shown == ["best@1", "best@3", "best@10", "best@30"]
    mean = np.mean([best_at_k(run.pools.rewards().mean(-1), 10) for run in comparison.runs("VPO")])
    assert table.rows[2][table.columns.index("VPO")].startswith(f"{mean:.3f} [")


def test_tables_survive_their_own_signs():
    table = Table("50% & more", ["a_b", "x|y"], [["{1}", "~2^3\\"]])
    assert r"50\% \& more" in table.latex() and r"a\_b & x\textbar{}y \\" in table.latex()
    assert r"\{1\} & \textasciitilde{}2\textasciicircum{}3\textbackslash{} \\" in table.latex()
    assert r"| a_b | x\|y |" in table.markdown()


@pytest.mark.parametrize(
    "grid, chosen, named",
    [
        ([1e-4, 3e-4, 1e-3], 1, ""),
        ([1e-4, 3e-4, 1e-3], 2, "learning_rate=0.001"),
        ([3e-4, 1e-4], 1, "learning_rate=0.0001"),
        ([3e-4], 0, ""),
        (["constant", "linear"], 0, ""),
    ],
)
def test_choices_at_an_edge_of_the_grid_are_named(grid, chosen, named):
    name = "schedule" if isinstance(grid[0], str) else "learning_rate"
    trials = [Trial(settings={name: value}, value=0.5) for value in grid]
    record = TuningRecord(env="e", label="VPO", measure="best@1", trials=trials, chosen=chosen)
    assert edge(record) == named
