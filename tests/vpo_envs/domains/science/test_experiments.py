"""The worth of experiments: cost, and power to tell the laws apart."""

import numpy as np
import pytest

from vpo_envs.domains.science.experiments import Dial, cost, discrimination, worth


def test_experiments_by_hand():
    dials = (Dial(2.0, 5, 4), Dial(1.0, 2, 1))
    assert cost(dials, (10.0, 2.0)) == pytest.approx(1 + 4 + 1)
    assert cost(dials, (5.0, 1.0)) == pytest.approx(1 + 2 + 0.5)
    assert [dials[0].nearest(x) for x in (0.9, 1.0, 2.9, 3.1, 10.9, 11.0, np.nan, np.inf)] == [
        None, 0, 0, 1, 4, None, None, None,
    ]  # fmt: skip
    predictions = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, np.nan]])
    z = 1 / (0.1 * np.sqrt(5))
    assert discrimination(predictions, 0.1) == pytest.approx([0, (1 - np.exp(-z * z / 2) + 1 + 1) / 3])
    assert worth(np.zeros(2), np.ones(2)).tolist() == [0, 0]


def test_feasibility_is_power_per_credit_of_the_best(saturation, enzyme):
    problem = saturation.truth.problem
    grid = problem.dials[0].settings
    laws = [problem.law, *problem.rivals]
    predictions = np.array([problem.predict(law, {"S": grid}) for law in laws])
    pairs = [(i, j) for i in range(len(laws)) for j in range(i)]
    power = np.mean(
        [
            1 - np.exp(-((p - q) ** 2) / (problem.noise**2 * (p**2 + q**2)) / 2)
            for p, q in ((predictions[i], predictions[j]) for i, j in pairs)
        ],
        axis=0,
    )
    ratio = power / (1 + problem.dials[0].rate * grid / grid[-1])
    for index, setting in enumerate(grid):
        earned = enzyme.score(saturation, f"v = V*S/(S + K)\nexperiment: S = {setting}")[3]
        assert earned == pytest.approx(ratio[index] / ratio.max())
