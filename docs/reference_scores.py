"""Scores of answers without skill in every environment: `python docs/reference_scores.py [ID ...]`.

Writes docs/environments/reference.json, from which the tables and pictures of the pages are made. For each
id: the best constant text and the best eight (of good answers to other tasks and of what prompts show as
examples), one demonstration, pools of demonstrations, and the true front.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

import vpo_envs
from vpo_envs import Domain, scalarize, spread_weights
from vpo_envs.metrics import best_at_k

FILE = Path(__file__).parent / "environments" / "reference.json"
TASKS, POOL, SOURCES, WEIGHTS = 16, 30, 6, 64
SIZES = (1, 2, 4, 8, 15, 30)
"""Pool sizes of the curve of demonstrations."""

SNIPPET = re.compile(r"<(\w{1,20})>.{0,500}</\1>", re.DOTALL)


def constants(domain: Domain) -> list[str]:
    """Returns good answers to training tasks, and the examples of their prompts."""
    texts: dict[str, None] = {}
    for index in range(SOURCES):
        task = domain.task("train", index)
        shown = [match.group() for match in SNIPPET.finditer(task.prompt)]
        given = list(domain.demonstrations(task, np.random.default_rng(index)))[:2]
        best = list(domain.best_answers(task) or ())[:2]
        texts.update(dict.fromkeys([*shown[:2], *given, *best]))
    return [text for text in texts if text.strip()]


def measure(id: str) -> dict[str, Any]:
    """Returns the reference scores of one environment, means over its first test tasks."""
    env: Any = gym.make(id).unwrapped
    domain: Domain = env.domain
    tasks = [domain.task("test", index) for index in range(TASKS)]
    weights = spread_weights(WEIGHTS, len(domain.objectives))
    texts = constants(domain)
    pairs = [(task, text) for text in texts for task in tasks]
    blind = domain.score_batch([task for task, _ in pairs], [text for _, text in pairs])
    blind = blind.reshape(len(texts), TASKS, -1)
    pools, fronts = [], []
    for task in tasks:
        rng = np.random.default_rng(task.index)
        answers: list[str] = []
        while len(answers) < POOL:
            answers += domain.demonstrations(task, rng)
        pools.append(domain.score_batch([task] * POOL, answers[:POOL]))
        fronts.append(domain.pareto_front(task))
    values = [pool @ weights.T for pool in pools]  # each (POOL, WEIGHTS)
    curve = {
        str(k): float(np.mean([[best_at_k(column, k) for column in value.T] for value in values]))
        for k in SIZES
    }
    return {
        "tasks": TASKS,
        "constant": float(scalarize(blind, domain.weights).mean(axis=1).max()),
        "eight_constants": _best_set(blind @ weights.T, 8),
        "demonstration": float(np.mean([pool @ domain.weights for pool in pools])),
        "pool": curve,
        "oracle": float(np.mean([(front @ domain.weights).max() for front in fronts])),
        "oracle_set": float(np.mean([(front @ weights.T).max(axis=0).mean() for front in fronts])),
        "example": {"front": np.round(fronts[0], 3).tolist(), "pool": np.round(pools[0], 3).tolist()},
    }


def _best_set(values: np.ndarray, size: int) -> float:
    """Returns E_w[best] of a set of texts, chosen greedily; values are (texts, tasks, weights)."""
    best = np.zeros(values.shape[1:])
    for _ in range(min(size, len(values))):
        best = np.maximum(best, values[np.maximum(values, best).mean(axis=(1, 2)).argmax()])
    return float(best.mean())


def main() -> None:
    """Measures the ids that are named, or all, and writes each result at once."""
    ids = sys.argv[1:] or [id for id in vpo_envs.registered_ids() if id.startswith("vpo/")]
    for id in ids:
        known = json.loads(FILE.read_text()) if FILE.exists() else {}
        found = measure(id)
        known[id] = {
            **{name: round(value, 4) for name, value in found.items() if isinstance(value, float)},
            "tasks": found["tasks"],
            "pool": {k: round(value, 4) for k, value in found["pool"].items()},
            "example": found["example"],
        }
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(known[name])}" for name in sorted(known))
        FILE.write_text(f"{{\n{lines}\n}}\n")
        print(id, flush=True)


if __name__ == "__main__":
    main()
