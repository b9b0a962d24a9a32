"""Data of the page's interactive parts: rewards of all pools, and the texts of a few tasks' answers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from baselines.report.data import Comparison, Results
from baselines.report.style import Look, looks
from baselines.report.verdict import verdict_data

TASKS = 4
TEXT_BUDGET = 3_000_000  # characters in all; long answers are cut to stay within it
SHORTEST = 200
PROMPT_LIMIT = 4_000


def explorer_data(results: Results) -> str:
    """Returns JSON that is safe inside a script element for every text."""
    comparisons = results.comparisons
    texts = sum(
        len(set(run.answers[i]))
        for comparison in comparisons
        for i in _telling(comparison)
        for run in _first_runs(comparison).values()
    )
    limit = max(SHORTEST, TEXT_BUDGET // max(1, texts))
    styles = looks(results.everyone)
    content = {"environments": [_environment(comparison, styles, limit) for comparison in comparisons]}
    plain = json.dumps(content, separators=(",", ":"))  # ASCII, so line separators are escaped
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _environment(comparison: Comparison, styles: dict[str, Look], limit: int) -> dict[str, Any]:
    rewards = {label: run.pools.rewards() for label, run in _first_runs(comparison).items()}
    return {
        "env": comparison.env.env,
        "objectives": comparison.env.objectives,
        "weights": comparison.env.weights,
        "pools": verdict_data(comparison, styles),
        "tasks": [
            {
                "task": comparison.env.examples[i].task,
                "prompt": _cut(comparison.env.examples[i].prompt, PROMPT_LIMIT),
                "front": comparison.env.examples[i].front or [],
                "agents": [
                    {
                        "label": label,
                        "colour": styles[label].colour,
                        "rewards": np.round(rewards[label][i].astype(float), 4).tolist(),
                        **_shared(run.answers[i], limit),
                    }
                    for label, run in _first_runs(comparison).items()
                ],
            }
            for i in _telling(comparison)
        ],
    }


def _shared(answers: list[str], limit: int) -> dict[str, Any]:
    """Returns the distinct texts, and for every answer the index of its text."""
    texts = list(dict.fromkeys(_cut(text, limit) for text in answers))
    place = {text: i for i, text in enumerate(texts)}
    return {"texts": texts, "answers": [place[_cut(text, limit)] for text in answers]}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit] + " …"


def pools_shown(comparison: Comparison) -> str:
    """Returns a sentence that names the pools of the explorer; empty if there are none."""
    count = len(_telling(comparison))
    if not count:
        return ""
    tasks = f"{count} of the {comparison.tasks} tasks" if comparison.tasks > 1 else "the only task"
    return f"Shown are the pools of one seed, {comparison.seeds[0]}, for {tasks}."


def _first_runs(comparison: Comparison) -> dict[str, Any]:
    return {label: comparison.runs(label)[0] for label in comparison.labels}


def _telling(comparison: Comparison) -> list[int]:
    """Returns the tasks to show: those with the largest true fronts first, where fronts are known."""
    examples = comparison.env.examples
    order = sorted(range(len(examples)), key=lambda i: -len(examples[i].front or []))
    return order[:TASKS]
