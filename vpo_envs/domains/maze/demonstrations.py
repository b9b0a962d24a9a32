"""Plausible routes of mixed quality, for warm starts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vpo_envs.domains.maze.grid import Maze, distances

N_ROUTES = 8
DETOURS = 0.25
"""Share of routes by way of some tile: few enough that thirty draws stay well below the true front."""


def demonstrate(
    maze: Maze, rng: np.random.Generator, quality: float = 1.0, count: int = N_ROUTES
) -> list[list[int]]:
    """Draws distinct routes (tiles, from the start on) within the budget, at most `count`.

    Routes show how to walk, not which items are worth a detour: most go straight to the exit, the others
    by way of a random tile, if it fits in the budget. To each stop leads a random shortest path, which
    shuns lava or not.

    Args:
        maze: The maze.
        rng: Source of randomness.
        quality: Share of such routes. The others are random walks, which seldom reach the exit.
        count: Number of draws; repetitions are dropped.
    """
    planner = _Planner(maze)
    planned = rng.random(count) < quality if quality < 1 else [True] * count
    routes = [planner.route(rng) if plan else _wander(maze, rng) for plan in planned]
    return [list(route) for route in dict.fromkeys(map(tuple, routes))]


def _wander(maze: Maze, rng: np.random.Generator) -> list[int]:
    """Walks at random, turning back only in dead ends, until the exit or the end of the budget."""
    tiles = [maze.start]
    for draw in rng.random(maze.budget).tolist():
        here = tiles[-1]
        if here == maze.exit:
            break
        before = tiles[-2] if len(tiles) > 1 else here
        onward = [other for other in maze.neighbours[here] if other != before] or [before]
        tiles.append(onward[int(draw * len(onward))])
    return tiles


class _Planner:
    """A source of routes in one maze, with the distances to every stop used so far."""

    def __init__(self, maze: Maze) -> None:
        self.maze = maze
        self.open = [tile for tile, others in enumerate(maze.neighbours) if others and tile != maze.exit]
        self._maps: dict[tuple[int, bool], list[int]] = {}

    def route(self, rng: np.random.Generator) -> list[int]:
        """Draws one route."""
        maze = self.maze
        draws = iter(rng.random(maze.budget + 16).tolist())
        shun_lava = next(draws) < 0.5
        tiles = [maze.start]
        to_exit = self._distances(maze.exit, shun_lava)
        if next(draws) < DETOURS:
            stop = self.open[int(next(draws) * len(self.open))]
            to_stop = self._distances(stop, shun_lava)
            if to_stop[maze.start] + to_exit[stop] <= maze.budget:
                self._descend(tiles, to_stop, draws)
        self._descend(tiles, to_exit, draws)
        return tiles

    def _distances(self, target: int, shun_lava: bool) -> list[int]:
        """Returns the steps to a target; a walk ends on the exit, so no way leads across it."""
        key = (target, shun_lava)
        if key not in self._maps:
            blocked = {self.maze.exit, *(self.maze.lava if shun_lava else ())}
            self._maps[key] = distances(self.maze.neighbours, target, blocked)
        return self._maps[key]

    def _descend(self, tiles: list[int], steps: list[int], draws: Iterator[float]) -> None:
        """Appends a random shortest path to the target of the distance map."""
        here = tiles[-1]
        while steps[here]:
            nearer = [other for other in self.maze.neighbours[here] if steps[other] < steps[here]]
            here = nearer[int(next(draws) * len(nearer))]
            tiles.append(here)
