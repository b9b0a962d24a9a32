"""Comparison of the answers in first and second turns, for the runs of a finished bench.

    python benchmarks/turns.py runs/evolution
    python benchmarks/turns.py runs/evolution --tasks 128 --episodes 32

The second turn's prompt shows the first answer with its reward vector and feedback, as evolutionary search
does. Printed are means over held-out tasks, episodes and seeds: the fixed scalar of both turns; that of
second answers to a first answer that scores, and to one that fails; the share of second answers that repeat
the first, that are better, and worse; and `expected_best` of a pool of one turn's answers.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch

from baselines.benchmark.launcher import CELL
from baselines.benchmark.record import POLICY
from baselines.benchmark.user_envs import register_again
from baselines.unlock.cell import load
from vpo_agent.tasks.seeding import seeds_of
from vpo_agent.tasks.source import DomainTasks
from vpo_envs.scalarization import sample_weights

COLUMNS = (
    "first",
    "second",
    "after success",
    "after failure",
    "repeated",
    "better",
    "worse",
    "pool 1",
    "pool 2",
)


def measure(bench: Path, folder: Path, cell: dict, tasks: int, episodes: int) -> list[float]:
    """Returns the figures of `COLUMNS` for one run."""
    agent = load({**cell, "bench": str(bench), "policy": f"cells/{folder.name}/{POLICY}"})
    source = DomainTasks(agent.source.domain, "test", agent.source.style, max_turns=2)
    drawn = source.first(tasks)
    how = {"source": source, "turns": 2}
    rollouts = agent.rollouts(drawn, episodes, agent.sampling, seeds_of(cell["seed"], drawn), **how)
    values = rollouts.rewards @ source.weights
    first, second = np.split(values, 2, axis=2)
    first, second = first.max(axis=2), second.max(axis=2)
    keys = [
        [[source.answer_key(task, text) for text in texts] for texts in group]
        for task, group in zip(drawn, rollouts.answers)
    ]
    m = agent.num_candidates
    repeated = [bool(set(keyed[m:]) & set(keyed[:m]) - {""}) for group in keys for keyed in group]
    weights = sample_weights(np.random.default_rng(0), 256, len(source.weights))
    pools = [
        (part.reshape(tasks, -1, len(source.weights)) @ weights.T).max(axis=1).mean()
        for part in np.split(rollouts.rewards, 2, axis=2)
    ]
    good = first > 0
    shares = [np.mean(repeated), (second > first).mean(), (second < first).mean()]
    return [first.mean(), second.mean(), second[good].mean(), second[~good].mean(), *shares, *pools]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bench", type=Path, help="folder of a finished vpo bench")
    parser.add_argument("--tasks", type=int, default=64, help="held-out tasks")
    parser.add_argument("--episodes", type=int, default=16, help="episodes per task")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    found = defaultdict(list)
    registered = set()
    for file in sorted(arguments.bench.glob(f"cells/*/{CELL}")):
        cell = json.loads(file.read_text())
        if not (file.parent / POLICY).exists() or cell.get("evaluation", {}).get("split") == "validation":
            continue
        if cell["env"] not in registered:
            register_again(cell)
            registered.add(cell["env"])
        if cell["kind"] == "warm_start":
            cell |= {"label": "WarmStart", "agent": "GRPO", "settings": {}}
        figures = measure(arguments.bench, file.parent, cell, arguments.tasks, arguments.episodes)
        found[cell["label"]].append(figures)
    print("".join(f"{name:>15s}" for name in ("", *COLUMNS)))
    for label, rows in found.items():
        print(f"{label:>15s}" + "".join(f"{value:15.3f}" for value in np.mean(rows, axis=0)))


if __name__ == "__main__":
    main()
