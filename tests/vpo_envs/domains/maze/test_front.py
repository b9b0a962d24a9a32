"""The exact Pareto front of a maze, against brute force and against random walks."""

import random

import numpy as np
import pytest

from tests.vpo_envs.domains.maze.by_hand import SCATTERED_FIVE
from vpo_envs.domains.maze import MazeDomain
from vpo_envs.domains.maze.grid import Maze, borders, cell_names
from vpo_envs.metrics import pareto_mask


def manhattan(maze: Maze, one: int, other: int) -> int:
    return abs(one // maze.size - other // maze.size) + abs(one % maze.size - other % maze.size)


def every_arrival(maze: Maze):
    """All outcomes of bump-free walks within the budget, one state at a time: (steps, items visited)."""
    stack = [(maze.start, 0, frozenset())]
    seen = set()
    while stack:
        tile, steps, items = stack.pop()
        if (tile, steps, items) in seen or steps + manhattan(maze, tile, maze.exit) > maze.budget:
            continue
        seen.add((tile, steps, items))
        if tile == maze.exit:
            yield steps, items
            continue
        for other in borders(maze.size)[tile].values():
            if other not in maze.walls:
                stack.append((other, steps + 1, items | ({other} & set(maze.items))))


@pytest.mark.parametrize("score_mode", ["linear", "convex"])
@pytest.mark.parametrize(
    "knobs",
    [SCATTERED_FIVE, {"size": 5, "slack": 2}, {"size": 5, "slack": 5, "openings": (0, 4), "lava": 2}],
    ids=["scattered", "prim", "prim closed"],
)
def test_front_equals_brute_force(knobs, score_mode):
    domain = MazeDomain(score_mode=score_mode, **knobs)
    for index in range(6):
        task = domain.task("test", index)
        maze = task.truth
        quickest: dict[tuple[float, ...], int] = {}
        for steps, items in every_arrival(maze):
            shares = [len(items & set(t)) / len(t) for t in (maze.gold, maze.diamonds, maze.lava)]
            shares[2] = 1.0 - shares[2]
            if score_mode == "convex":
                factor = 1.5 if maze.bonus in items else 1.0
                shares = [min(1.0, factor * share**2) for share in shares]
            reward = (1.0, *shares)
            quickest[reward] = min(steps, quickest.get(reward, steps))
        rewards = np.array(sorted(quickest))
        expected = rewards[pareto_mask(rewards)]
        answers = domain.best_answers(task)
        found = np.array([domain.score(task, answer) for answer in answers])
        order = np.lexsort(found.T[::-1])
        np.testing.assert_allclose(found[order], expected, atol=1e-12)
        np.testing.assert_allclose(domain.pareto_front(task), expected, atol=1e-6)
        for answer, reward in zip(answers, found):
            assert len(answer.split()) - 1 == quickest[tuple(reward)], "a shortest route for each point"


def test_no_random_walk_beats_the_front():
    domain = MazeDomain()
    rng = random.Random(0)
    for index in range(10):
        task = domain.task("validation", index)
        maze, front = task.truth, domain.pareto_front(task)
        for _ in range(300):
            tiles = [maze.start]
            while tiles[-1] != maze.exit and len(tiles) <= maze.budget:
                tiles.append(rng.choice(list(maze.neighbours[tiles[-1]])))
            reward = np.array(domain.score(task, " ".join(cell_names(9)[tile] for tile in tiles)))
            assert (front >= reward - 1e-6).all(axis=1).any()
