"""The winner in words, and the data of the page's sliders."""

import base64

import numpy as np
import pytest

from baselines.report.data import Results
from baselines.report.style import looks
from baselines.report.verdict import verdict, verdict_data
from tests.baselines.report.levels import constant


def compared(synthetic, levels, **size):
    content = synthetic({"WarmStart": 0.4, **levels}, **{"tasks": 4, "pool": 5, "examples": 1, **size})
    (comparison,) = Results(constant(content, {"WarmStart": 1.0, **levels})).comparisons
    return comparison


@pytest.mark.parametrize(
    ("levels", "seeds", "k", "said"),
    [
        (
            {"VPO": 0.75, "GRPO": 0.5},
            3,
            5,
            "VPO is ahead: VPO's best of 5 answers is worth 0.750 on average, "
            "0.250 more than GRPO's (95% interval 0.250 to 0.250).",
        ),
        (
            {"VPO": 0.25, "GRPO": 0.5, "MaxRL": 0.375},
            4,
            1,
            "GRPO is ahead: GRPO's single answers are worth 0.500 on average, "
            "0.125 more than MaxRL's (95% interval 0.125 to 0.125).",
        ),
        (
            {"VPO": 0.75, "GRPO": 0.5},
            2,
            2,
            "VPO leads: VPO's best of 2 answers is worth 0.750 on average, "
            "0.250 more than GRPO's. Indicative: 2 seeds.",
        ),
        (
            {"VPO": 0.75, "GRPO": 0.5},
            1,
            1,
            "VPO leads: VPO's single answers are worth 0.750 on average, "
            "0.250 more than GRPO's. Indicative: 1 seed.",
        ),
        (
            {"VPO": 0.5, "GRPO": 0.5004},
            3,
            2,
            "GRPO and VPO are level: GRPO's best of 2 answers is worth 0.500 on average.",
        ),
        (
            {"VPO": 0.5, "GRPO": 0.5004},
            1,
            2,
            "GRPO and VPO are level: GRPO's best of 2 answers is worth 0.500 on average. Indicative: 1 seed.",
        ),
        (
            {"VPO": 0.5, "GRPO": 0.5006},
            3,
            2,
            "GRPO is ahead: GRPO's best of 2 answers is worth 0.501 on average, "
            "0.001 more than VPO's (95% interval 0.001 to 0.001).",
        ),
        ({"VPO": 0.5}, 3, 3, "VPO's best of 3 answers is worth 0.500 on average."),
        ({"VPO": 0.5}, 2, 1, "VPO's single answers are worth 0.500 on average. Indicative: 2 seeds."),
    ],
)
def test_verdicts_by_hand(synthetic, levels, seeds, k, said):
    assert verdict(compared(synthetic, levels, seeds=tuple(range(seeds))), k) == said


def test_a_lead_within_the_noise_is_no_win(synthetic):
    (comparison,) = Results(synthetic({"WarmStart": 0.4, "VPO": 1.0, "GRPO": 1.0}, examples=1)).comparisons
    assert " leads, but not significantly: " in verdict(comparison, 1)
    assert "(95% interval -" in verdict(comparison, 1)


def test_large_results_are_cut_to_the_first_tasks(synthetic, monkeypatch):
    (comparison,) = Results(synthetic(tasks=6)).comparisons
    monkeypatch.setattr("baselines.report.verdict.VALUES", 3 * 3 * 30 * 4 * 2)
    data = verdict_data(comparison, looks(comparison.labels))
    assert data["shape"] == [3, 2, 30, 4] and data["allTasks"] == 6
    whole = np.frombuffer(base64.b64decode(data["agents"][1]["rewards"]), "<u2").reshape(data["shape"])
    assert np.allclose(whole[2] / 65535, comparison.runs("VPO")[2].pools.rewards()[:2], atol=1e-5)


def test_rewards_travel_as_whole_numbers_of_two_bytes(synthetic):
    comparison = compared(synthetic, {"VPO": 0.75, "GRPO": 0.0}, seeds=(0, 1))
    styles = looks(comparison.labels)
    data = verdict_data(comparison, styles)
    assert data["shape"] == [2, 4, 5, 4] and data["allTasks"] == 4 and data["enoughSeeds"] == 3
    shown = [(agent["label"], agent["colour"], agent["trained"]) for agent in data["agents"]]
    assert shown == [
        ("WarmStart", "#888888", False),
        ("VPO", styles["VPO"].colour, True),
        ("GRPO", styles["GRPO"].colour, True),
    ]
    for agent, whole in zip(data["agents"], (65_535, 49_151, 0)):
        values = np.frombuffer(base64.b64decode(agent["rewards"]), "<u2")
        assert values.tolist() == [whole] * (2 * 4 * 5 * 4)


@pytest.mark.parametrize(
    ("values", "tasks"), [(1, 1), (119, 1), (239, 1), (240, 2), (479, 3), (480, 4), (999, 4)]
)
def test_as_many_tasks_travel_as_there_is_room_for(synthetic, monkeypatch, values, tasks):
    """Two seeds of three agents with pools of five answers: 120 rewards of four objectives a task."""
    comparison = compared(synthetic, {"VPO": 0.75, "GRPO": 0.5}, seeds=(0, 1))
    monkeypatch.setattr("baselines.report.verdict.VALUES", values)
    assert verdict_data(comparison, looks(comparison.labels))["shape"][1] == tasks


def test_oracles_alone_have_no_winner(synthetic):
    content = constant(synthetic({"WarmStart": 0.4}, tasks=4, pool=5, examples=1), {"WarmStart": 1.0})
    (comparison,) = Results(content).comparisons
    assert verdict(comparison, 3) == "There are no trained agents to compare."
