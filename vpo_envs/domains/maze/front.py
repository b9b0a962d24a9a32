"""The exact Pareto front of a maze: every set of items that some walk to the exit visits.

Breadth first over time. Each tile holds the family of all item sets with which a walker can
stand there after exactly t steps, as one big integer whose bit s says that set s (itself a bit
mask) is possible. A step is then the union (`|`) of the neighbours' families, and arriving on item
i moves the sets without i onto those with it: one mask and one shift by 2^i.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domains.maze.grid import Maze, distances
from vpo_envs.domains.maze.scoring import score_visits
from vpo_envs.metrics import pareto_mask

Family = int
Layers = list[dict[int, Family]]


def best_points(maze: Maze, convex: bool = False) -> NDArray[np.float64]:
    """Returns the Pareto front, shape (f, 4) without repetitions."""
    points, _, _ = _points(maze, _reachable(maze), convex)
    return points[pareto_mask(points)]


def best_routes(maze: Maze, convex: bool) -> list[list[int]]:
    """Finds a shortest route (tiles, start to exit) for every point of the Pareto front."""
    layers = _reachable(maze)
    points, which, sets = _points(maze, layers, convex)
    arrivals = [layer.get(maze.exit, 0) for layer in layers]
    routes = []
    for point in np.flatnonzero(pareto_mask(points)):
        wanted = sets[which == point].tolist()
        time, visited = next(
            (time, visited)
            for time, family in enumerate(arrivals)
            if family
            for visited in wanted
            if family >> visited & 1
        )
        routes.append(_backtrack(maze, layers, time, visited))
    return routes


def _points(
    maze: Maze, layers: Layers, convex: bool
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.int64]]:
    """Returns the rewards of walks to the exit, the reward of each set of items, and the sets."""
    possible = 0
    for layer in layers:
        possible |= layer.get(maze.exit, 0)
    sets = _members(possible, len(maze.items))
    rewards = np.array([score_visits(maze, int(visited), convex) for visited in sets])
    points, which = np.unique(rewards, axis=0, return_inverse=True)
    return points, which.ravel(), sets


def _reachable(maze: Maze) -> Layers:
    """Finds for each time the families at each tile, leaving out tiles too far from the exit by then."""
    without = _families_without(len(maze.items))
    to_exit = distances(maze.neighbours, maze.exit)
    layers: Layers = [{maze.start: 1}]
    for time in range(1, maze.budget + 1):
        layer: dict[int, Family] = {}
        for tile, family in layers[-1].items():
            if tile != maze.exit:
                for other in maze.neighbours[tile]:
                    if time + to_exit[other] <= maze.budget:
                        layer[other] = layer.get(other, 0) | family
        for item, tile in enumerate(maze.items):
            if tile in layer:
                family = layer[tile]
                lacking = family & without[item]
                layer[tile] = (family ^ lacking) | lacking << (1 << item)
        layers.append(layer)
    return layers


def _families_without(n_items: int) -> list[Family]:
    """Returns for each item the family of all sets that lack it: 2^i ones, 2^i zeros, and so on."""
    families = []
    for item in range(n_items):
        family, width = (1 << (1 << item)) - 1, 2 << item
        while width < 1 << n_items:
            family |= family << width
            width *= 2
        families.append(family)
    return families


def _members(family: Family, n_items: int) -> NDArray[np.int64]:
    """Lists the sets of a family, ascending."""
    n_bytes = max(1, (1 << n_items) // 8)
    bits = np.unpackbits(np.frombuffer(family.to_bytes(n_bytes, "little"), np.uint8), bitorder="little")
    return np.flatnonzero(bits)


def _backtrack(maze: Maze, layers: Layers, time: int, visited: int) -> list[int]:
    """Finds a route that stands on the exit at `time` having visited exactly that set."""
    tile = maze.exit
    route = [tile]
    while time:
        # The set before this step either held the tile's item already or gained it here.
        before = {visited, visited & ~maze.bits.get(tile, 0)}
        time -= 1
        tile, visited = next(
            (other, earlier)
            for other in maze.neighbours[tile]
            if other != maze.exit
            for earlier in sorted(before)
            if layers[time].get(other, 0) >> earlier & 1
        )
        route.append(tile)
    return route[::-1]
