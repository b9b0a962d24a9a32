"""Pictures of docs/environments/, from their reference scores: `python docs/pictures.py`.

One picture a domain. Left: the true front of the first test task and a pool of 30 demonstrations, an axis for
each objective. Right: E_w[best] of pools of demonstrations by their size, as a share of the front's, for all
variants. The maze's picture also shows the maze of that task, with a route for each point of its front.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import gymnasium as gym
import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from PIL import Image

from vpo_envs.domains.maze.picture import draw_maze

HERE = Path(__file__).parent
FOLDER = HERE / "images" / "environments"
SCORES = HERE / "environments" / "reference.json"
VARIANT = re.compile(r"(Easy|Hard|Small)?-v0$")
SHADES = {"Small": "#9aa5b1", "Easy": "#5aa9a3", "": "#1b6ca8", "Hard": "#7a3e9d"}
FRONT, POOL = "#d97706", "#c3c9d2"
COLOURS = 64


def draw(domain: str, ids: dict[str, dict[str, Any]]) -> None:
    """Draws the picture of a domain; `ids` are the reference scores of its variants."""
    standard = next(id for id in ids if VARIANT.search(id)[1] is None)  # type: ignore[index]
    panels = 3 if domain == "Maze" else 2
    figure, axes = plt.subplots(1, panels, figsize=(4.2 * panels, 3.1), layout="constrained")
    _parallel(axes[0], standard, ids[standard]["example"])
    _curves(axes[1], ids)
    if domain == "Maze":
        inner: Any = gym.make(standard).unwrapped
        task = inner.domain.task("test", 0)
        best = inner.domain.best_answers(task)
        draw_maze(axes[2], task, best, inner.domain.score_batch([task] * len(best), best))
    figure.set_dpi(100)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())  # type: ignore[attr-defined]
    # A palette makes the files a quarter as large.
    Image.fromarray(pixels).convert("RGB").quantize(COLOURS).save(FOLDER / f"{domain}.png", optimize=True)
    plt.close(figure)


def _parallel(axes: Axes, id: str, example: dict[str, Any]) -> None:
    names = gym.make(id).unwrapped.objective_names  # type: ignore[attr-defined]
    places = np.arange(len(names))
    rng = np.random.default_rng(0)
    for i, row in enumerate(example["pool"]):
        shifted = np.clip(np.asarray(row) + rng.uniform(-0.012, 0.012, len(row)), -0.02, 1.02)
        axes.plot(places, shifted, color=POOL, linewidth=0.8, label="30 demonstrations" if i == 0 else None)
    front = np.unique(np.asarray(example["front"]), axis=0)
    for i, row in enumerate(front):
        axes.plot(places, row, color=FRONT, linewidth=1.4, label="true front" if i == 0 else None, alpha=0.8)
    axes.set_xticks(places, names if len(names) < 8 else [name.split("_")[-1] for name in names], fontsize=8)
    if 5 <= len(names) < 8:
        axes.tick_params(axis="x", labelrotation=20)
    axes.set_ylim(-0.04, 1.04)
    axes.set_ylabel("reward")
    axes.set_title(f"{id}, task test/0", fontsize=9)
    axes.legend(fontsize=7, loc="center right", framealpha=0.9)


def _curves(axes: Axes, ids: dict[str, dict[str, Any]]) -> None:
    order = list(SHADES)
    for id, scores in sorted(ids.items(), key=lambda item: order.index(VARIANT.search(item[0])[1] or "")):  # type: ignore[index]
        kind = VARIANT.search(id)[1] or ""  # type: ignore[index]
        sizes = [int(size) for size in scores["pool"]]
        shares = [value / scores["oracle_set"] for value in scores["pool"].values()]
        axes.plot(sizes, shares, marker="o", markersize=3, color=SHADES[kind], label=kind or "default")
    axes.axhline(1, color=FRONT, linewidth=1)
    axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.set_ylim(0, 1.06)
    axes.set_xlabel("demonstrations in the pool")
    axes.set_ylabel("share of the front's E_w[best]")
    axes.set_title("pools of demonstrations", fontsize=9)
    axes.legend(fontsize=7, loc="lower right")


def by_domain(scores: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Returns the reference scores by the name of the domain's page."""
    groups: dict[str, dict[str, Any]] = {}
    for id, found in scores.items():
        groups.setdefault(VARIANT.sub("", id.removeprefix("vpo/")), {})[id] = found
    return groups


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for domain, ids in by_domain(json.loads(SCORES.read_text())).items():
        draw(domain, ids)
        print(FOLDER / f"{domain}.png")
