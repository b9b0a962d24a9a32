"""Figures: what their lines show, and the marks of an inline SVG."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from baselines.report.data import Results
from baselines.report.plots import (
    HISTORY,
    Plot,
    draw_answers,
    draw_best_at_k,
    draw_gap,
    draw_history,
    draw_profiles,
    environment_plots,
    overall_plots,
    slug,
    write_pictures,
)
from baselines.report.style import looks
from tests.baselines.report.levels import constant

LEVELS = {"WarmStart": 0.25, "VPO": 0.75, "GRPO": 0.5}


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture
def results(synthetic):
    return Results(constant(synthetic(tasks=3, pool=10, examples=1, seeds=(0, 1)), LEVELS))


def drawn(draw, results):
    (comparison,) = results.comparisons
    return draw(comparison, looks(comparison.labels))


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


@pytest.mark.parametrize(
    ("text", "part"), [("my/Some-v0", "my-Some-v0"), ("a  b?c=1", "a-b-c-1"), ("-é_", ""), ("A9", "A9")]
)
def test_names_of_files_hold_letters_digits_and_dashes(text, part):
    assert slug(text) == part


def test_best_at_k_is_drawn_by_budget_below_the_optimum(results):
    (axes,) = drawn(draw_best_at_k, results).axes
    found = lines(axes)
    assert list(found) == ["WarmStart", "VPO", "GRPO", "true optimum"]
    for label, level in LEVELS.items():
        assert found[label].get_xdata().tolist() == list(range(1, 11))
        np.testing.assert_allclose(found[label].get_ydata(), level)
        assert found[label].get_markevery() == [0, 2, 9]  # at 1, 3 and 10 answers
    np.testing.assert_allclose(found["true optimum"].get_ydata(), 0.25 + 0.25)  # and a regret of 0.25
    assert axes.get_xscale() == "log" and axes.get_xticks().tolist() == [1, 3, 10]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["1", "3", "10"]
    band = axes.collections[1].get_paths()[0].vertices[:, 1]
    np.testing.assert_allclose(band, 0.75)  # all values are equal


def test_without_a_known_optimum_none_is_drawn(results):
    for run in results.file.runs:
        del run.measures["regret_scalar"]
    assert "true optimum" not in lines(drawn(draw_best_at_k, results).axes[0])


def test_the_gap_is_that_of_the_first_agent_to_each_other(results, synthetic):
    found = lines(drawn(draw_gap, results).axes[0])
    assert "VPO - GRPO" in found and len(found) == 2  # and zero
    np.testing.assert_allclose(found["VPO - GRPO"].get_ydata(), 0.25)
    alone = Results(synthetic({"WarmStart": 0.4, "VPO": 1.0}, tasks=2, pool=3, examples=0, steps=2))
    assert drawn(draw_gap, alone) is None


@pytest.mark.parametrize(("steps", "x"), [(12, [10, 11, 12]), (10, [10]), (4, [4])])
def test_histories_are_smoothed_over_ten_steps_or_all(synthetic, steps, x):
    """Logged values rise in equal steps from 0 to the level."""
    results = Results(synthetic({"WarmStart": 0.4, "VPO": 0.8}, tasks=2, pool=3, examples=0, steps=steps))
    figure = drawn(draw_history, results)
    assert [axes.get_ylabel() for axes in figure.axes[:3]] == [
        HISTORY[name] for name in ("best", "diversity", "well_formed")
    ]
    assert len(figure.axes) == 4 and not figure.axes[3].axison
    (line,) = figure.axes[0].lines
    width = min(10, steps)
    middle = 0.8 * (width - 1) / 2 / (steps - 1)
    assert line.get_xdata().tolist() == x
    np.testing.assert_allclose(line.get_ydata(), [middle + i * 0.8 / (steps - 1) for i in range(len(x))])


def test_the_band_of_a_history_reaches_from_the_lowest_to_the_highest_seed(synthetic):
    content = synthetic({"VPO": 0.0}, tasks=2, pool=3, examples=0, steps=1, seeds=(0, 1, 2))
    for run, value in zip(content["runs"], (0.25, 1.0, 0.5)):
        run["history"] = {"entropy": [value]}
    (axes, empty) = drawn(draw_history, Results(content)).axes
    assert axes.get_ylabel() == "entropy, nats per token" and not empty.axison
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [1.75 / 3])
    heights = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (0.25, 1.0)


def test_without_histories_there_is_no_figure(synthetic):
    assert drawn(draw_history, Results(synthetic(tasks=2, pool=3, examples=0, steps=0))) is None


def test_profiles_fall_where_the_values_lie(results):
    (axes,) = draw_profiles(results).axes
    for label, level in LEVELS.items():
        line = lines(axes)[label]
        expected = (line.get_xdata() < level).astype(float)
        np.testing.assert_allclose(line.get_ydata(), expected)
        assert line.get_markevery() == list(range(0, 51, 6))  # nine of 51 places
    assert line.get_xdata()[[0, -1]].tolist() == [0, 1]


def test_long_labels_take_two_columns_of_the_legend(synthetic):
    for label, columns in (("a" * 14, 3), ("a" * 15, 2)):
        levels = {"WarmStart": 0.4, "VPO": 1.0, label: 1.0}
        results = Results(synthetic(levels, tasks=2, pool=2, examples=0, steps=0, seeds=(0,)))
        assert drawn(draw_best_at_k, results).axes[0].get_legend()._ncols == columns


def test_answers_are_drawn_by_the_domain_where_there_is_one(synthetic):
    size = dict(tasks=1, pool=2, steps=0, seeds=(0,))
    assert drawn(draw_answers, Results(synthetic(examples=1, **size))) is None  # my/Some-v0 is not here
    maze = {"envs": ("vpo/MazeSmall-v0",), **size}
    assert drawn(draw_answers, Results(synthetic(examples=0, **maze))) is None
    figure = drawn(
        draw_answers, Results(synthetic({"WarmStart": 0.4, "V$O": 1.0, "GRPO": 0.8}, examples=1, **maze))
    )
    assert [len(axes.images) for axes in figure.axes] == [1, 1, 1, 0]
    assert [axes.get_title() for axes in figure.axes] == ["WarmStart", r"V\$O", "GRPO", ""]
    wordy = {**maze, "envs": ("vpo/SupportSmall-v0",)}
    assert drawn(draw_answers, Results(synthetic(examples=1, **wordy))) is None


@pytest.mark.parametrize(
    "env",
    ["trap_module:vpo/MazeSmall-v0", "vpo/MazeSmall-v0?dataset=nowhere.jsonl", "vpo/MazeSmall-v0?sise=5"],
)
def test_a_report_imports_nothing_and_needs_no_data(synthetic, tmp_path, monkeypatch, env):
    """Found by reading: a results file from anywhere could name a module to be imported."""
    (tmp_path / "trap_module.py").write_text("raise SystemExit('sprung')")
    monkeypatch.syspath_prepend(tmp_path)
    results = Results(synthetic(examples=1, tasks=1, pool=2, steps=0, seeds=(0,), envs=(env,)))
    assert drawn(draw_answers, results) is None


@pytest.fixture(scope="module")
def plots(synthetic):
    content = constant(synthetic(tasks=2, pool=3, examples=1, seeds=(0,), steps=0), LEVELS)
    results = Results(content)
    return environment_plots(results.comparisons[0], looks(LEVELS), "-x"), overall_plots(results)


def test_plots_are_named_and_leave_out_what_has_no_data(plots):
    of_one, of_all = plots
    assert [plot.name for plot in of_one] == ["best_at_k-x", "gap-x"]
    assert [plot.name for plot in of_all] == ["profiles"]
    assert not plt.get_fignums(), "figures are closed"


def test_an_inline_svg_takes_the_page_s_colour_and_size(plots):
    for plot in plots[0]:
        opening = re.match(r"<svg[^>]*>", plot.svg)[0]
        assert 'role="img"' in opening and f'aria-label="{plot.caption}"' in opening
        assert "viewBox" in opening and " width=" not in opening and " height=" not in opening
        assert "currentColor" in plot.svg and "#010203" not in plot.svg
        assert not re.search(r"<metadata|<style|<!--|<g id=", plot.svg)
        assert not re.search(r' d="[^"]*\d\.\d{3}', plot.svg)
        assert plot.png.startswith(b"\x89PNG")


def test_pictures_are_written_by_name(tmp_path):
    write_pictures([Plot("a", "", "", b"1"), Plot("b-c", "", "", b"2")], tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"a.png": b"1", "b-c.png": b"2"}
