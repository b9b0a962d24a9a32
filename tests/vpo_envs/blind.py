"""How much task-blind answers earn: texts that are the same whatever the task asks."""

from collections.abc import Sequence

import numpy as np

from vpo_envs import Domain, Task, scalarize, spread_weights


def tasks_of(domain: Domain, n: int) -> list[Task]:
    """Test tasks of a domain."""
    return [domain.task("test", index) for index in range(n)]


def rewards_of(domain: Domain, tasks: Sequence[Task], texts: Sequence[str]) -> np.ndarray:
    """Reward vectors of every text on every task, shape (len(texts), len(tasks), d)."""
    pairs = [(task, text) for text in texts for task in tasks]
    rewards = domain.score_batch([task for task, _ in pairs], [text for _, text in pairs])
    return rewards.reshape(len(texts), len(tasks), -1)


def oracle(domain: Domain, tasks: Sequence[Task]) -> tuple[float, float]:
    """Means over tasks of the best answer's fixed scalar and of the front's E_w[best]."""
    weights = spread_weights(64, len(domain.objectives))
    fronts = [domain.pareto_front(task) for task in tasks]
    scalar = np.mean([scalarize(front, domain.weights).max() for front in fronts])
    return float(scalar), float(np.mean([(front @ weights.T).max(axis=0).mean() for front in fronts]))


def constant_share(domain: Domain, tasks: Sequence[Task], texts: Sequence[str]) -> float:
    """The best single text's mean scalar, as a share of the oracle's."""
    scalars = scalarize(rewards_of(domain, tasks, texts), domain.weights).mean(axis=1)
    return float(scalars.max() / oracle(domain, tasks)[0])


def set_share(domain: Domain, tasks: Sequence[Task], texts: Sequence[str], size: int = 8) -> float:
    """Mean E_w[best] of the best set of `size` texts (chosen greedily), as a share of the oracle set's."""
    weights = spread_weights(64, len(domain.objectives))
    values = rewards_of(domain, tasks, texts) @ weights.T  # (texts, tasks, weights)
    best = np.zeros(values.shape[1:])
    for _ in range(min(size, len(texts))):
        best = np.maximum(best, values[np.maximum(values, best).mean(axis=(1, 2)).argmax()])
    return float(best.mean() / oracle(domain, tasks)[1])
