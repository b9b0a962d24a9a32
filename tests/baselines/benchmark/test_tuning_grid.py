"""The grid of a tuning by itself."""

import pytest

from baselines import AgentSpec
from baselines.benchmark.tuning_grid import TuningGrid

RATES = {"learning_rate": [1e-4, 1e-3, 1e-2]}


@pytest.mark.parametrize("share", [0, 1, -0.5, 1.5])
def test_a_share_out_of_range_is_named(share):
    with pytest.raises(ValueError, match=f"halve_at={share} must lie between 0 and 1"):
        TuningGrid(RATES, halve_at=share)


@pytest.mark.parametrize(("trials", "kept"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_the_better_half_is_rounded_up(trials, kept):
    assert TuningGrid.kept(trials) == kept


def test_variants_keep_an_agent_s_own_settings():
    grid = TuningGrid({"learning_rate": [1e-4, 1e-3], "kl_coef": [0.0]})
    assert [(spec.label, spec.settings) for spec in grid.variants(AgentSpec.parse("VPO:alpha=0.3"))] == [
        (
            "VPO:alpha=0.3 learning_rate=0.0001,kl_coef=0.0",
            {"alpha": 0.3, "learning_rate": 1e-4, "kl_coef": 0.0},
        ),
        (
            "VPO:alpha=0.3 learning_rate=0.001,kl_coef=0.0",
            {"alpha": 0.3, "learning_rate": 1e-3, "kl_coef": 0.0},
        ),
    ]


@pytest.mark.parametrize(
    ("grid", "settings", "message"),
    [
        ({}, {}, "must give each setting a list of values"),
        ({"learning_rate": []}, {}, "must give each setting a list of values"),
        (RATES, {"seeds": ()}, "must name at least one seed"),
        (RATES, {"measure": "regret"}, "is better when lower"),
    ],
)
def test_a_grid_that_cannot_be_tried_is_refused(grid, settings, message):
    with pytest.raises(ValueError, match=message):
        TuningGrid(grid, **settings)
