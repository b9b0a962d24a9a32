"""Reference scores: task-blind answers, copies of the prompt, demonstrations, the oracle."""

from collections.abc import Callable, Sequence

import gymnasium as gym
import numpy as np

from tests.vpo_envs.blind import constant_share, oracle, set_share, tasks_of
from vpo_envs import Domain, Task, scalarize, spread_weights

HEADER = (
    "| id | best constant | best 8 | best copy | best 8 copies | 1 demonstration "
    "| 30 | oracle (scalar, E_w) |\n"
    "|---|---|---|---|---|---|---|---|"
)


def copy_shares(
    domain: Domain, tasks: Sequence[Task], copies: Callable[[Task], list[str]]
) -> tuple[float, float]:
    """Returns the shares of the oracle that copying earns: the best rule's scalar, the best eight rules' E_w.

    Args:
        domain: The domain.
        tasks: Its tasks.
        copies: Texts that are made from a task's prompt; the i-th text of every task by the same rule.
    """
    weights = spread_weights(64, len(domain.objectives))
    rows = [domain.score_batch([task] * len(texts), texts) for task in tasks for texts in [copies(task)]]
    rewards = np.stack(rows, axis=1)  # (rules, tasks, d)
    scalar, best = oracle(domain, tasks)
    values = rewards @ weights.T
    pool = np.zeros(values.shape[1:])
    for _ in range(8):
        pool = np.maximum(pool, values[np.maximum(values, pool).mean(axis=(1, 2)).argmax()])
    return float(scalarize(rewards, domain.weights).mean(axis=1).max() / scalar), float(pool.mean() / best)


def demonstration_shares(domain: Domain, tasks: Sequence[Task]) -> tuple[float, float]:
    """Returns E_w of one and of 30 draws of the demonstration writer, as shares of the oracle set's."""
    weights = spread_weights(64, len(domain.objectives))
    one, thirty = [], []
    for task in tasks:
        rng = np.random.default_rng(task.index)
        pool: list[str] = []
        while len(pool) < 30:
            pool += domain.demonstrations(task, rng)
        values = domain.score_batch([task] * 30, pool[:30]) @ weights.T
        one.append(values.mean())
        thirty.append(values.max(axis=0).mean())
    best = oracle(domain, tasks)[1]
    return float(np.mean(one) / best), float(np.mean(thirty) / best)


def print_table(
    ids: Sequence[str],
    constants: Callable[[Domain], list[str]],
    copies: Callable[[Task], list[str]],
    tasks: int = 100,
) -> None:
    """Prints one row for every id; shares of the oracle, and in the last column its scalar and E_w."""
    print(HEADER)
    for id in ids:
        domain = gym.make(id).unwrapped.domain
        drawn = tasks_of(domain, tasks)
        shares = (
            constant_share(domain, drawn, constants(domain)),
            set_share(domain, drawn, constants(domain)),
            *copy_shares(domain, drawn, copies),
            *demonstration_shares(domain, drawn),
        )
        scalar, best = oracle(domain, drawn)
        cells = " | ".join(f"{share:.2f}" for share in shares)
        print(f"| `{id}` | {cells} | {scalar:.2f}, {best:.2f} |", flush=True)
