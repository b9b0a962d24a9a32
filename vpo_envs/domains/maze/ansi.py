"""A text rendering of a maze and a pool of answers: a small map for every answer, then its scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vpo_envs.domains.maze.feedback import explain
from vpo_envs.domains.maze.grid import Maze
from vpo_envs.domains.maze.routes import Walk, walk_answer
from vpo_envs.domains.maze.text import BONUS, DIAMOND, GOLD, LAVA, OPEN, draw_grid, symbols
from vpo_envs.task import Reward

WIDTH = 100
"""Columns of text that the maps may fill."""


def draw_text(maze: Maze, answers: Sequence[str], rewards: Reward, names: Sequence[str]) -> str:
    """Draws the grid, a map of every walk and a line for every answer."""
    lines = [draw_grid(maze), f"Budget: {maze.budget} steps."]
    if len(answers):
        lines += ["", "Walks: * walked, lower case: visited.", *_maps(maze, answers), ""]
    for number, (answer, reward) in enumerate(zip(answers, rewards), start=1):
        scores = " ".join(f"{name}={value:.2f}" for name, value in zip(names, reward))
        lines.append(f"#{number} {scores}  {explain(maze, answer)}")
    return "\n".join(lines)


def _maps(maze: Maze, answers: Sequence[str]) -> Iterator[str]:
    """Yields the lines of the maps side by side, as many as fit."""
    width = max(maze.size, 4)
    per_row = max(1, (WIDTH + 2) // (width + 2))
    maps = [
        [f"#{number}", *_map(maze, walk_answer(maze, answer))]
        for number, answer in enumerate(answers, start=1)
    ]
    for first in range(0, len(maps), per_row):
        for line in zip(*maps[first : first + per_row]):
            yield "  ".join(part.ljust(width) for part in line).rstrip()


def _map(maze: Maze, walk: Walk | None) -> list[str]:
    """Draws the rows of the grid, top first, with the walked tiles marked."""
    drawn, size = symbols(maze), maze.size
    for tile in [] if walk is None else walk.tiles:
        if drawn[tile] == OPEN:
            drawn[tile] = "*"
        elif drawn[tile] in (GOLD, DIAMOND, LAVA, BONUS):
            drawn[tile] = drawn[tile].lower()
    return ["".join(drawn[row * size : (row + 1) * size]) for row in reversed(range(size))]
