"""A picture of a maze and a pool of routes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs.domains.maze.feedback import describe_haul
from vpo_envs.domains.maze.grid import Maze
from vpo_envs.domains.maze.routes import Walk, walk_answer
from vpo_envs.task import Reward, Task

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

FLOOR, WALL, LAVA, GRID_LINE = "#f7f4ee", "#414a59", "#f3b49f", "#e4dfd3"
GOLD, DIAMOND, BONUS, INK, PALE = "#d99a00", "#1b93bd", "#8a5fb0", "#262b33", "#a9a9a9"
OUTLINE: dict[str, Any] = {"markeredgecolor": "white", "markeredgewidth": 1.2}
NEITHER, BOTH = "#5d9c59", "#7d5ba6"
GOLD_RAMP, DIAMOND_RAMP = ("#f2c14e", "#b36b00"), ("#6cc5e3", "#0b5c86")
LANES = 0.27
"""Routes are shifted diagonally by up to this part of a tile, so that none hides another."""
MAX_LABELS = 12


def draw_maze(ax: Axes, task: Task, answers: Sequence[str] = (), rewards: ArrayLike = ()) -> None:
    """Draws a maze and the routes of a pool on matplotlib axes.

    Routes that reach the exit are coloured by what they collect: amber for gold, blue for diamonds
    (darker for more), violet for both, green for neither; the legend counts equal routes. Walks that
    miss the exit are thin, grey and dashed and end in a cross. Answers that are no route are left out.

    Args:
        ax: Axes to draw on; limits, ticks and aspect are set.
        task: A task of the maze domain.
        answers: The pool.
        rewards: Their reward vectors, shape (len(answers), 4).
    """
    maze: Maze = task.truth
    _draw_tiles(ax, maze)
    pool: Counter[tuple[int, ...]] = Counter()
    walks: dict[tuple[int, ...], tuple[Walk, Any]] = {}
    for answer, reward in zip(answers, np.asarray(rewards, float).reshape(-1, 4)):
        walk = walk_answer(maze, answer)
        if walk is not None and len(walk.tiles) > 1:
            pool[tuple(walk.tiles)] += 1
            walks[tuple(walk.tiles)] = (walk, reward)
    # Neighbouring lanes hold similar routes: gold on one side, diamonds on the other.
    ordered = sorted(walks, key=lambda tiles: (walks[tiles][0].arrived, _balance(walks[tiles][1]), tiles))
    lanes = np.linspace(-LANES, LANES, len(ordered)) if len(ordered) > 1 else [0.0]
    drawn = []
    for lane, tiles in zip(lanes, ordered):
        drawn += _draw_walk(ax, maze, *walks[tiles], lane, pool[tiles])
    _add_legends(ax, maze, drawn)


def picture(task: Task, answers: Sequence[str], rewards: Reward) -> NDArray[np.uint8]:
    """Returns the drawing as an RGB array, shape (height, width, 3)."""
    # Matplotlib is imported late and without pyplot: no display, no global state.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), dpi=100, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    draw_maze(figure.add_axes((0.04, 0.06, 0.6, 0.9)), task, answers, rewards)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _draw_tiles(ax: Axes, maze: Maze) -> None:
    from matplotlib.colors import to_rgb

    size = maze.size
    colors = np.array([to_rgb(FLOOR)] * size**2)
    for ground, color in ((maze.walls, WALL), (maze.lava, LAVA)):
        colors[list(ground)] = to_rgb(color)
    ax.imshow(colors.reshape(size, size, 3), origin="lower", zorder=0)
    ax.set_xticks(range(size), [chr(ord("a") + column) for column in range(size)])
    ax.set_yticks(range(size), [str(row + 1) for row in range(size)])
    ax.tick_params(length=0, labelcolor=INK)
    ax.set_xticks(np.arange(size - 1) + 0.5, minor=True)
    ax.set_yticks(np.arange(size - 1) + 0.5, minor=True)
    ax.grid(which="minor", color=GRID_LINE, linewidth=1, zorder=1)
    ax.tick_params(which="minor", length=0)
    for spine in ax.spines.values():
        spine.set_color(WALL)
    scale = 54 / size
    for _, tiles, (marker, color, width) in _item_kinds(maze):
        rows, columns = np.divmod(np.array(tiles, int), size)
        ax.plot(columns, rows, marker, color=color, markersize=scale * width, **OUTLINE, zorder=6)
    for tile, letter in ((maze.start, "S"), (maze.exit, "E")):
        spot = {"boxstyle": "circle,pad=0.25", "facecolor": INK, "edgecolor": "white"}
        style: dict[str, Any] = {"color": "white", "weight": "bold", "ha": "center", "va": "center"}
        ax.text(tile % size, tile // size, letter, fontsize=scale * 2.1, zorder=7, bbox=spot, **style)


def _item_kinds(maze: Maze) -> list[tuple[str, Sequence[int], tuple[str, str, float]]]:
    """Lists name, tiles, and marker, colour and relative width of what is drawn as a marker."""
    kinds: list[tuple[str, Sequence[int], tuple[str, str, float]]] = [
        ("gold", maze.gold, ("o", GOLD, 2.2)),
        ("diamond", maze.diamonds, ("D", DIAMOND, 1.8)),
    ]
    if maze.bonus is not None:
        kinds.append(("bonus", (maze.bonus,), ("*", BONUS, 3.0)))
    return kinds


def _add_legends(ax: Axes, maze: Maze, drawn: Sequence[Line2D]) -> None:
    """Adds two legends right of the maze: the items at the bottom, the hauls of the routes at the top."""
    from matplotlib.lines import Line2D

    style: dict[str, Any] = {"frameon": False, "fontsize": 9, "borderaxespad": 0.0}
    markers = [(name, *look) for name, _, look in _item_kinds(maze)]
    tiles = [
        Line2D([], [], ls="", marker=marker, color=color, markersize=4.5 * width, label=name, **OUTLINE)
        for name, marker, color, width in [*markers, ("lava", "s", LAVA, 2.2)]
    ]
    below = ax.legend(handles=tiles, loc="lower left", bbox_to_anchor=(1.02, 0), **style)
    if drawn:
        ax.add_artist(below)
        shown = drawn[::-1][:MAX_LABELS]
        ax.legend(handles=shown, loc="upper left", bbox_to_anchor=(1.02, 1), handlelength=1.4, **style)


def _draw_walk(ax: Axes, maze: Maze, walk: Walk, reward: Any, lane: float, times: int) -> list[Line2D]:
    """Draws one walk; returns its line if it belongs in the legend."""
    from matplotlib.patheffects import Normal, Stroke

    rows, columns = np.divmod(np.array(walk.tiles), maze.size)
    x, y = columns + lane, rows + lane
    if not walk.arrived:
        ax.plot(x, y, "--", color=PALE, linewidth=1.2, zorder=4)
        ax.plot(x[-1], y[-1], "x", color=PALE, markersize=6, zorder=4)
        return []
    # All lanes meet under the letters.
    x[[0, -1]], y[[0, -1]] = columns[[0, -1]], rows[[0, -1]]
    width = 2.0 + np.log2(times) / 2
    casing = [Stroke(linewidth=width + 1.6, foreground="white"), Normal()]
    style: dict[str, Any] = {"solid_capstyle": "round", "solid_joinstyle": "round", "path_effects": casing}
    label = f"{times} × {describe_haul(maze, walk)}"
    return ax.plot(x, y, "-", color=route_color(reward), linewidth=width, zorder=5, label=label, **style)


def _balance(reward: Any) -> float:
    return float(reward[2] - reward[1])


def route_color(reward: Any) -> Any:
    """Returns amber for gold, blue for diamonds (darker for more), violet for both, green for neither."""
    from matplotlib.colors import to_rgb

    _, gold, diamond, _ = reward
    if gold and diamond:
        return BOTH
    if not gold and not diamond:
        return NEITHER
    light, dark = (np.array(to_rgb(color)) for color in (GOLD_RAMP if gold else DIAMOND_RAMP))
    return light + (dark - light) * max(gold, diamond)
