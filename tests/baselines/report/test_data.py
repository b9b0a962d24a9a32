"""Results as the report reads them: curves from pools, paired differences."""

import numpy as np

from baselines.report.data import Results
from tests.baselines.report.levels import constant


def test_curves_come_from_the_pools(content):
    (comparison,) = Results(content).comparisons
    for k in (1, 3, 10, 30):
        assert np.allclose(
            comparison.curve("VPO")[..., k - 1], comparison.values("VPO", f"best@{k}"), atol=1e-4
        )


def test_an_oracle_competes_with_nobody(content):
    """Found by reading: reports said that it wins, and its pairs were counted as tests."""
    told = {**content, "plans": [{"env": "my/Some-v0", "match": "answers", "agents": []}]}
    told["plans"][0]["agents"] = [{"label": "GRPO", "agent": "Oracle", "settings": {}}]
    results = Results(told)
    (comparison,) = results.comparisons
    assert comparison.trained == results.trained == ["VPO"] and "GRPO" in comparison.labels
    assert comparison.pairs() == []


def test_differences_are_paired(content):
    noisy = constant(content, {"WarmStart": 0.25, "VPO": 0.5, "GRPO": 0.25})
    for run in noisy["runs"]:
        run["measures"]["regret"] = [v + 10 * t for t, v in enumerate(run["measures"]["regret"])]
    (comparison,) = Results(noisy).comparisons
    assert np.allclose(comparison.difference("VPO", "GRPO", "regret"), 0.25)
    alone = comparison.estimate("VPO", "regret")
    assert alone.high - alone.low > 10
