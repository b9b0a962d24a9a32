"""Two agents head to head over several benches."""

import numpy as np
import pytest

from baselines.report.data import Results
from baselines.report.head_to_head import head_to_head, head_to_head_table, save_forest_plot
from tests.baselines.report.levels import constant
from vpo_envs import intervals
from vpo_envs.metrics import best_at_k


@pytest.fixture(scope="module")
def benches(synthetic):
    return [Results(synthetic(envs=(env,))) for env in ("my/Some-v0", "my/Other-v0", "my/Third-v0")]


def test_differences_of_known_levels(synthetic):
    levels = {"WarmStart": 0.25, "VPO": 0.75, "GRPO": 0.5}
    found = head_to_head([Results(constant(synthetic(), levels))], "GRPO", "VPO")
    assert [row.sign for row in found] == [-1]
    table = head_to_head_table(found, "GRPO", "VPO")
    assert table.columns[2:] == ["GRPO", "VPO", "difference", "p", "adjusted p"]
    (row,) = table.rows
    assert row[:2] == ["my/Some-v0", "3 x 6"] and row[2:4] == ["0.500", "0.750"]
    assert row[4:] == ["-0.250 [-0.250, -0.250]", "<0.0001", "<0.0001"]
    assert "higher in 0 of 1 test, lower in 1" in table.title


def test_p_values_are_adjusted_for_the_rows_alone(benches):
    rows = head_to_head(benches, "VPO", "GRPO")
    differences = [each.comparisons[0].difference("VPO", "GRPO", "expected_best") for each in benches]
    sides = np.array([intervals.paired_test(one) for one in differences])
    expected = 2 * np.minimum(sides, 1 - sides)
    assert [row.p for row in rows] == pytest.approx(expected)
    assert [row.adjusted for row in rows] == pytest.approx(intervals.holm(expected))
    for cells, p in zip(head_to_head_table(rows, "VPO", "GRPO").rows, expected):
        assert cells[-2] == (f"{p:.4f}" if p >= 1e-4 else "<0.0001")
    alone = [head_to_head([each], "VPO", "GRPO")[0] for each in benches]
    assert all(row.adjusted == row.p for row in alone), "a single test needs no adjustment"


def test_any_budget_of_the_pools_is_a_measure(benches):
    rows = head_to_head(benches[:1], "VPO", "GRPO", ("best@7", "regret"))
    table = head_to_head_table(rows, "VPO", "GRPO")
    assert [cells[1] for cells in table.rows] == ["best@7", "regret"] and table.columns[1] == "measure"
    (comparison,) = benches[0].comparisons
    scalars = np.array([run.pools.rewards().mean(axis=-1) for run in comparison.runs("VPO")])
    assert rows[0].first == pytest.approx(best_at_k(scalars, 7).mean())


def test_the_trend_is_that_of_the_gap(benches):
    (row,) = head_to_head(benches[:1], "VPO", "GRPO", ("trend",))
    (comparison,) = benches[0].comparisons
    assert row.difference.value == pytest.approx(comparison.trend("VPO", "GRPO").mean())


def test_too_few_seeds_are_not_tested(synthetic, benches):
    few = Results(synthetic(seeds=(0, 1), envs=("my/Few-v0",)))
    rows = head_to_head([few, benches[0]], "VPO", "GRPO")
    table = head_to_head_table(rows, "VPO", "GRPO")
    assert table.rows[0][-2:] == ["-", "-"] and "of 1 test," in table.title and rows[0].sign == 0
    assert rows[1:] == head_to_head(benches[:1], "VPO", "GRPO")


@pytest.mark.parametrize(
    ("pair", "measure", "message"),
    [
        (("VPO", "GRP0"), "regret", "'GRP0' did not run together on any environment; there are WarmStart"),
        (("VPO", "VPO"), "regret", "are the same; give two different labels"),
        (("VPO", "GRPO"), "best@31", "measure='best@31' is unknown on my/Some-v0, with pools of 30"),
        (("VPO", "GRPO"), "best@0", "unknown"),
        (("VPO", "GRPO"), "regrets", "did you mean 'regret'"),
    ],
)
def test_unknown_names_are_errors(benches, pair, measure, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        head_to_head(benches, *pair, (measure,))


def test_environments_without_both_agents_are_left_out(synthetic, benches):
    other = synthetic(levels={"WarmStart": 0.3, "VPO": 0.8}, envs=("my/Alone-v0",))
    rows = head_to_head([Results(other), *benches], "VPO", "GRPO")
    assert [row.env for row in rows] == ["my/Some-v0", "my/Other-v0", "my/Third-v0"]


def test_the_plot_is_an_image_of_the_named_kind(benches, tmp_path):
    rows = head_to_head(benches, "VPO", "GRPO", ("regret", "trend"))
    save_forest_plot(rows, "VPO", "GRPO", tmp_path / "forest.png")
    assert (tmp_path / "forest.png").read_bytes().startswith(b"\x89PNG")
    save_forest_plot(rows, "VPO", "$GRPO", tmp_path / "forest.svg")
    drawn = (tmp_path / "forest.svg").read_text()
    assert "my/Other-v0, trend" in drawn
    with pytest.raises(ValueError, match="xyz"):
        save_forest_plot(rows, "VPO", "GRPO", tmp_path / "forest.xyz")
