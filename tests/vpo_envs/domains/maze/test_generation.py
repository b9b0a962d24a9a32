"""How mazes are drawn: the spanning tree, the rules by which a maze is kept, the knobs."""

import re

import numpy as np
import pytest

from vpo_envs.domains.maze import MazeDomain
from vpo_envs.domains.maze.generation import interior_walls, prim_walls
from vpo_envs.domains.maze.grid import DIRECTIONS, Maze, open_neighbours

SMALL = {"size": 6, "layout": "scattered", "walls": 7, "gold": 3, "diamonds": 3, "lava": 4}


def all_steps_from(maze: Maze, one: int, avoid: tuple[int, ...] = ()) -> list[float]:
    """Steps to every tile, by repeated relaxation; never through the exit."""
    best = [float("inf")] * maze.size**2
    best[one] = 0
    changed = True
    while changed:
        changed = False
        for tile in range(len(best)):
            row, column = divmod(tile, maze.size)
            for right, up in DIRECTIONS.values():
                r, c = row + up, column + right
                other = r * maze.size + c
                inside = 0 <= r < maze.size and 0 <= c < maze.size
                passable = inside and tile != maze.exit and other not in maze.walls and other not in avoid
                if passable and best[tile] + 1 < best[other]:
                    best[other] = best[tile] + 1
                    changed = True
    return best


def manhattan(maze: Maze, one: int, other: int) -> int:
    return abs(one // maze.size - other // maze.size) + abs(one % maze.size - other % maze.size)


@pytest.mark.parametrize("size", [5, 9, 13])
def test_prim_leaves_a_spanning_tree(size):
    for seed in range(20):
        walls = prim_walls(size, np.random.default_rng(seed))
        assert len(walls) == interior_walls(size)
        neighbours = open_neighbours(size, walls)
        edges = sum(map(len, neighbours)) // 2
        reached, frontier = {0}, [0]
        while frontier:
            new = {other for tile in frontier for other in neighbours[tile]} - reached
            reached |= new
            frontier = list(new)
        # Connected with one edge fewer than tiles: a tree.
        assert len(reached) == size * size - len(walls) == edges + 1


def test_trees_differ():
    trees = {tuple(prim_walls(9, np.random.default_rng(seed))) for seed in range(200)}
    assert len(trees) == 200


def test_nine_by_nine_keeps_the_rules_of_the_paper():
    domain = MazeDomain()
    seen_walls, seen_counts, seen_starts = set(), set(), set()
    for index in range(120):
        maze = domain.task("train", index).truth
        corners = {0, 8, 72, 80}
        assert maze.size == 9 and {maze.start, maze.exit} < corners and maze.start + maze.exit == 80
        # 32 walls are left by the tree, and the centre, a room, never was one.
        assert 32 - 12 <= len(maze.walls) <= 32 - 6
        assert all_steps_from(maze, maze.start)[maze.exit] >= 16 + 2
        assert maze.bonus == 40 and 40 not in maze.walls
        items = maze.items
        assert len(set(items)) == len(items)
        assert not set(items) & ({maze.start, maze.exit} | maze.walls)
        for treasure in (maze.gold, maze.diamonds):
            assert 3 <= len(treasure) <= 5
        others = corners - {maze.start, maze.exit}
        gold_corner = next(c for c in others if all(manhattan(maze, c, tile) <= 2 for tile in maze.gold))
        (diamond_corner,) = others - {gold_corner}
        assert all(manhattan(maze, diamond_corner, tile) <= 2 for tile in maze.diamonds)
        assert 3 <= len(maze.lava) <= 5
        assert all(0 < row < 8 and 0 < column < 8 for row, column in (divmod(t, 9) for t in maze.lava))
        from_start = all_steps_from(maze, maze.start)
        from_gold, from_diamond = all_steps_from(maze, gold_corner), all_steps_from(maze, diamond_corner)
        via_gold = from_start[gold_corner] + from_gold[maze.exit]
        via_diamond = from_start[diamond_corner] + from_diamond[maze.exit]
        assert maze.budget == max(via_gold, via_diamond) + 7
        assert from_start[gold_corner] + from_gold[diamond_corner] + from_diamond[maze.exit] > maze.budget
        assert from_start[diamond_corner] + from_diamond[gold_corner] + from_gold[maze.exit] > maze.budget
        assert all_steps_from(maze, maze.start, avoid=maze.lava)[maze.exit] <= maze.budget
        seen_walls.add(len(maze.walls))
        seen_counts |= {len(maze.gold), len(maze.diamonds), len(maze.lava)}
        seen_starts.add((maze.start, gold_corner))
    assert seen_counts == {3, 4, 5} and len(seen_starts) == 8 and len(seen_walls) >= 7


def test_scattered_mazes_keep_their_rules():
    domain = MazeDomain(**SMALL)
    for index in range(60):
        maze = domain.task("test", index).truth
        assert len(maze.walls) == 7 and not maze.walls & {0, 5, 30, 35}
        assert (len(maze.gold), len(maze.diamonds), len(maze.lava), maze.bonus) == (3, 3, 4, None)
        from_start, from_exit = all_steps_from(maze, maze.start), [0.0] * 36
        for tile in range(36):
            from_exit[tile] = all_steps_from(maze, tile)[maze.exit] if tile != maze.exit else 0
        assert all(from_start[tile] + from_exit[tile] <= 14 for tile in maze.gold + maze.diamonds)
        assert all_steps_from(maze, maze.start, avoid=maze.lava)[maze.exit] <= 14
        rewards = domain.pareto_front(domain.task("test", index))
        assert not (rewards[:, 1:3] == 1).all(axis=1).any(), "all treasures fit in one walk"


def test_starts_and_exits_off_the_corners_keep_their_rules():
    domain = MazeDomain(size=6, layout="scattered", ends=3, walls=10, gold=3, diamonds=3, lava=4)
    places = set()
    for index in range(40):
        task = domain.task("test", index)
        maze = task.truth
        from_start = all_steps_from(maze, maze.start)
        assert maze.budget == from_start[maze.exit] + 4
        assert min(manhattan(maze, maze.start, corner) for corner in (0, 5, 30, 35)) <= 3
        for tile in maze.gold + maze.diamonds:
            assert from_start[tile] + all_steps_from(maze, tile)[maze.exit] <= maze.budget
        assert len(domain.pareto_front(task)) >= 3
        assert task.compact.split()[0] == str(maze.budget)
        places.add((maze.start, maze.exit))
    assert len(places) > 30


@pytest.mark.parametrize(
    ("knobs", "error", "message"),
    [
        ({"size": 8}, ValueError, "size=8 must be odd"),
        ({"size": 3}, ValueError, "size=3 must lie between 5 and 26"),
        ({"size": 9.0}, TypeError, "size=9.0 must be a whole number"),
        ({"layout": "kruskal"}, ValueError, "layout='kruskal'"),
        ({"score_mode": "cubic"}, ValueError, "score_mode='cubic'"),
        ({"walls": 3}, ValueError, "walls=3 does not belong to layout='prim'"),
        ({"layout": "scattered", "openings": 3}, ValueError, "openings=3 does not belong"),
        ({"openings": (3, 99)}, ValueError, "openings"),
        ({"gold": 0}, ValueError, "gold=0 must lie between 1 and 6"),
        ({"diamonds": (4, 3)}, ValueError, "diamonds=(4, 3) must be a number"),
        ({"lava": "many"}, TypeError, "lava='many'"),
        ({"lava": True}, TypeError, "lava=True"),
        ({"gold": (1, 2, 3)}, TypeError, "gold"),
        ({"size": (7, 9)}, TypeError, "size=(7, 9) must be a whole number"),
        ({"layout": "scattered", "detour": 2}, ValueError, "detour=2 does not belong"),
        ({"ends": 5}, ValueError, "ends=5 must lie between 0 and 4"),
        (
            {"paper": True, "layout": "scattered"},
            ValueError,
            "layout='scattered' does not go with paper=True",
        ),
        ({"paper": True, "gold": 4}, ValueError, "gold=4 does not go with paper=True"),
        ({"slack": 16}, ValueError, "slack=16 must lie between 0 and 15"),
    ],
)
def test_bad_knobs_are_named(knobs, error, message):
    with pytest.raises(error, match=re.escape(message)):
        MazeDomain(**knobs)


def test_knobs_without_room_for_a_maze_say_so():
    domain = MazeDomain(layout="scattered", size=5, walls=21)
    with pytest.raises(ValueError, match="fewer walls"):
        domain.task("train", 0)
