import copy
import re

import numpy as np
import pytest

from baselines.benchmark.results import Trial, TuningRecord
from baselines.report import all_tables, write_report
from baselines.report.data import Results
from baselines.report.explorer import explorer_data
from baselines.report.tables import (
    Table,
    comparison_table,
    edge,
    environment_tables,
    measures_table,
    stars,
    temperature_table,
)
from vpo_envs import intervals
from vpo_envs.metrics import best_at_k


@pytest.fixture(scope="module")
def content(synthetic):
    return synthetic()


def constant(content, levels):
    """The same results with every measure and every pool at one level per agent."""
    from baselines.benchmark.results import Pools

    content = copy.deepcopy(content)
    for run in content["runs"]:
        level = levels[run["label"]]
        run["measures"] = {name: [level] * len(values) for name, values in run["measures"].items()}
        run["pools"] = Pools.pack(np.full(run["pools"]["shape"], level)).model_dump(mode="json")
    return content


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


def test_curves_come_from_the_pools(content):
    (comparison,) = Results(content).comparisons
    for k in (1, 3, 10, 30):
        assert np.allclose(
            comparison.curve("VPO")[..., k - 1], comparison.values("VPO", f"best@{k}"), atol=1e-4
        )


def test_differences_are_paired(content):
    noisy = constant(content, {"WarmStart": 0.25, "VPO": 0.5, "GRPO": 0.25})
    for run in noisy["runs"]:
        run["measures"]["regret"] = [v + 10 * t for t, v in enumerate(run["measures"]["regret"])]
    (comparison,) = Results(noisy).comparisons
    assert np.allclose(comparison.difference("VPO", "GRPO", "regret"), 0.25)
    alone = comparison.estimate("VPO", "regret")
    assert alone.high - alone.low > 10


def test_the_report_is_self_contained(content, tmp_path):
    text = write_report(content, tmp_path).read_text()
    assert not re.search(r'(src|href)="(?!data:|#)', text)
    assert "vpo bench --out &lt;here&gt;" in text and "\\u003cd\\u003e" in text
    assert "expected_best" in text and "ndicative" not in re.sub(r"<script.*?</script>", "", text, flags=re.S)
    assert "<img src=x" not in text and "window.forged" not in re.sub(r'id="pools">.*?</script>', "", text)
    for name in ("best_at_k.png", "gap.png", "training.png"):
        assert (tmp_path / name).stat().st_size > 5000
        assert name in (tmp_path / "report.md").read_text()


def test_names_with_digits_are_shown_as_they_are(synthetic, tmp_path):
    text = write_report(synthetic({"GRPO 0.0001": 0.6, "GRPO 0.0003": 0.9}), tmp_path).read_text()
    legends = re.findall(r"<text[^>]*>([^<]*)</text>", text)
    assert {"GRPO 0.0001", "GRPO 0.0003"} <= set(legends)


def test_the_page_says_whose_pools_the_sliders_weigh(synthetic, tmp_path):
    text = write_report(synthetic(seeds=(7, 8, 9), examples=5), tmp_path).read_text()
    assert "Shown are the pools of one seed, 7, for 4 of the 6 tasks." in text
    without = write_report(synthetic(examples=0), tmp_path).read_text()
    assert "Choose the preference weights" not in without


def test_texts_cannot_leave_the_data(content):
    data = explorer_data(Results(content))
    assert "<" not in data and ">" not in data and "&" not in data


def test_long_answers_are_cut_and_repeated_ones_kept_once(content):
    long = copy.deepcopy(content)
    for run in long["runs"]:
        run["answers"] = [["x" * 10_000_000] * 30, ["y"] * 30]
    assert len(explorer_data(Results(long))) < 10_000_000


def test_fewer_than_three_seeds_are_called_indicative(synthetic, tmp_path):
    text = write_report(synthetic(seeds=(0,)), tmp_path).read_text()
    assert "Indicative: 1 seed. Claims need at least 3." in text
    assert "(indicative: 1 seed)" in (tmp_path / "tables.tex").read_text()
    assert "over 1 seed and 6 tasks" in text


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


def test_without_a_command_none_is_shown(content, tmp_path):
    text = write_report({**content, "command": ""}, tmp_path).read_text()
    assert '<pre tabindex="0"></pre>' not in text
    assert "Command:" not in (tmp_path / "report.md").read_text()


def test_several_environments_are_summed_up(synthetic, tmp_path):
    text = write_report(synthetic(envs=("my/Some-v0", "my/Other-v0")), tmp_path).read_text()
    assert "All environments" in text and text.count('class="explorer"') == 2
    assert (tmp_path / "best_at_k-my-Other-v0.png").exists()


def test_tables_survive_their_own_signs():
    table = Table("50% & more", ["a_b", "x|y"], [["{1}", "~2^3\\"]])
    assert r"50\% \& more" in table.latex() and r"a\_b & x\textbar{}y \\" in table.latex()
    assert r"\{1\} & \textasciitilde{}2\textasciicircum{}3\textbackslash{} \\" in table.latex()
    assert r"| a_b | x\|y |" in table.markdown()


def test_a_report_of_one_agent_has_no_comparison(synthetic, tmp_path):
    results = Results(synthetic(levels={"VPO": 1.0}, steps=0, examples=0))
    assert len(all_tables(results)) == 2
    assert write_report(results, tmp_path).exists()


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
