"""Colours that everybody can tell from the page and from one another; the formulas are those of WCAG 2.2."""

import itertools

import numpy as np
import pytest

from baselines.benchmark.plan import WARM_START
from baselines.benchmark.plan_file import SHIPPED, read_plan_file
from baselines.report.data import Results
from baselines.report.plots import environment_plots
from baselines.report.style import PALETTE, REFERENCE, looks

WHITE, DARKEST_GREYS = "#ffffff", ("#121212", "#1e1e1e")  # the dark pages of Chromium and of Safari
# Machado, Oliveira and Fernandes (2009), severity 1.
EYES = {
    "all cones": np.eye(3),
    "no red": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "no green": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "no blue": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    low, high = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(light):
    x, y, z = np.cbrt(TO_XYZ @ np.clip(light, 0, 1) / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_formula_is_that_of_the_standard():
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colour", [*PALETTE, REFERENCE.colour])
@pytest.mark.parametrize("page", [WHITE, *DARKEST_GREYS])
def test_lines_stand_out_from_the_page(colour, page):
    assert contrast(colour, page) >= 3


@pytest.mark.parametrize("eyes", EYES)
def test_colours_differ_for_all_eyes(eyes):
    seen = [lab(np.array(EYES[eyes]) @ linear(colour)) for colour in PALETTE]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 20


def test_no_two_agents_look_alike():
    agents = [f"agent {i}" for i in range(20)]
    styles = looks([WARM_START, *agents])
    assert styles[WARM_START] == REFERENCE
    assert len({(styles[name].colour, styles[name].line) for name in [WARM_START, *agents]}) == 21
    near = zip(agents, agents[5:])  # of one colour
    assert all(styles[a].marker != styles[b].marker for a, b in near)


def test_the_largest_plan_that_ships_fits():
    plans = [read_plan_file(name) for name in SHIPPED]
    envs = [plan.get("envs") for plan in plans]
    one_by_one = [own for env in envs if isinstance(env, dict) for own in env.values()]
    agents = [own["agents"] for own in (*plans, *one_by_one) if own and "agents" in own]
    assert 5 < max(map(len, agents)) <= 20


def test_an_agent_looks_the_same_in_every_environment(synthetic):
    both = synthetic(levels={"VPO": 1.0, "MaxRL": 0.9, "GRPO": 0.8}, envs=("my/A-v0", "my/B-v0"))
    both["runs"] = [run for run in both["runs"] if (run["env"], run["label"]) != ("my/B-v0", "MaxRL")]
    results = Results(both)
    assert results.labels == ["VPO", "GRPO"] and results.everyone == ["VPO", "MaxRL", "GRPO"]
    colour = looks(results.everyone)["GRPO"].colour
    for comparison in results.comparisons:
        plots = environment_plots(comparison, looks(results.everyone))
        assert all(colour in plot.svg for plot in plots)
