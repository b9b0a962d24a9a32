"""The mazes of the paper's authors, tile by tile, so that `paper=True` has their train and test split.

Their generator takes consecutive seeds of Python's `random.Random` and keeps the mazes that pass its rules.
The same draws in the same order give the same mazes: 1,000 for training from seed 42 on, and 100 for the test
from seed 4242 on. They publish no validation split; here it takes seeds far from both.

Source: the maze task of the public code of arXiv 2605.22817 (`ryanboldi/vpo`, commit 767db79).
"""

from __future__ import annotations

import random
from functools import lru_cache
from itertools import count

from vpo_envs.domains.maze.grid import Maze, distances, open_neighbours

SIZE = 9
FIRST_SEEDS = {"train": 42, "test": 4242, "validation": 1_000_042}
SPLIT_SIZES = {"train": 1000, "test": 100, "validation": 100}
CYCLES = (18, 28)
"""Least and greatest number of walls opened after the tree."""

ITEMS = (3, 5)
SLACK = 7
ZONE_RADIUS = 2
MOST_DETOUR = 90
"""Steps by way of a corner or the centre above which a maze is dropped."""

Place = tuple[int, int]
"""Row and column, the top row first."""

CENTRE = (SIZE // 2, SIZE // 2)
CORNERS = ((0, 0), (0, SIZE - 1), (SIZE - 1, 0), (SIZE - 1, SIZE - 1))
ENDS = ((CORNERS[0], CORNERS[3]), (CORNERS[1], CORNERS[2]))


Grid = list[list[bool]]
"""True for ground, False for a wall."""

_KEPT: dict[str, list[int]] = {split: [] for split in FIRST_SEEDS}


@lru_cache(maxsize=2048)
def paper_maze(split: str, index: int) -> Maze:
    """Returns a maze of a split.

    Args:
        split: `train`, `test` or `validation`.
        index: Its number; those beyond the size of the split begin again.
    """
    return next_maze(_seed_of(split, index % SPLIT_SIZES[split]))


def next_maze(seed: int) -> Maze:
    """Returns the maze of the first seed, from the given one on, that the rules keep."""
    return next(maze for one in count(seed) if (maze := _build(one)) is not None)


def _seed_of(split: str, index: int) -> int:
    """Returns the seed of the index-th maze of a split that is kept."""
    kept = _KEPT[split]
    while len(kept) <= index:
        first = kept[-1] + 1 if kept else FIRST_SEEDS[split]
        kept.append(next(seed for seed in count(first) if _build(seed) is not None))
    return kept[index]


def _build(seed: int) -> Maze | None:
    """Draws the maze of a seed; None where a rule drops it. Every draw comes in the authors' order."""
    rng = random.Random(seed)
    grid = _tree(rng)
    _open_walls(grid, rng, rng.randint(*CYCLES))
    start, exit = rng.choice(ENDS)
    others = [corner for corner in CORNERS if corner not in (start, exit)]
    rng.shuffle(others)
    gold_corner, diamond_corner = others
    for row, column in (*CORNERS, CENTRE):
        grid[row][column] = True
    walls = frozenset(_tile(place) for place in _places() if not grid[place[0]][place[1]])
    budget = _budget(walls, start, exit, gold_corner, diamond_corner)
    if budget is None:
        return None
    zones = [_zone(grid, corner, (start, exit, CENTRE)) for corner in (gold_corner, diamond_corner)]
    if min(map(len, zones)) < ITEMS[0]:
        return None
    numbers = [rng.randint(ITEMS[0], min(ITEMS[1], len(zone))) for zone in zones]
    gold, diamonds = (rng.sample(zone, number) for zone, number in zip(zones, numbers))
    taken = {CENTRE, *gold, *diamonds}
    inner = [place for place in _places(2) if grid[place[0]][place[1]] and place not in taken]
    lava = rng.sample(inner, min(rng.randint(*ITEMS), len(inner)))
    maze = Maze(
        size=SIZE,
        walls=walls,
        start=_tile(start),
        exit=_tile(exit),
        gold=_tiles(gold),
        diamonds=_tiles(diamonds),
        lava=_tiles(lava),
        bonus=_tile(CENTRE),
        budget=budget,
        paper=True,
    )
    safe = distances(maze.neighbours, maze.exit, maze.lava)[maze.start]
    return maze if safe <= budget else None


def _tree(rng: random.Random) -> Grid:
    """Grows ground tile by tile, each next to exactly one tile of the ground so far."""
    grid = [[False] * SIZE for _ in range(SIZE)]
    row, column = rng.randrange(SIZE), rng.randrange(SIZE)
    grid[row][column] = True
    frontier = _around((row, column))
    while frontier:
        row, column = frontier.pop(rng.randrange(len(frontier)))
        around = _around((row, column))
        if not grid[row][column] and sum(grid[r][c] for r, c in around) == 1:
            grid[row][column] = True
            frontier += [(r, c) for r, c in around if not grid[r][c]]
    return grid


def _open_walls(grid: Grid, rng: random.Random, number: int) -> None:
    """Opens random walls between two or more tiles of ground."""
    walls = [
        (row, column)
        for row, column in _places()
        if not grid[row][column] and sum(grid[r][c] for r, c in _around((row, column))) >= 2
    ]
    rng.shuffle(walls)
    for row, column in walls[:number]:
        grid[row][column] = True


def _budget(walls: frozenset[int], start: Place, exit: Place, gold: Place, diamond: Place) -> int | None:
    """Returns the step budget; None where a part is cut off or both corners fit, gold first."""
    neighbours = open_neighbours(SIZE, walls)
    to_exit = distances(neighbours, _tile(exit))
    from_start = distances(neighbours, _tile(start))
    from_gold = distances(neighbours, _tile(gold))
    ways = [from_start[tile] + to_exit[tile] for tile in map(_tile, (gold, diamond, CENTRE))]
    if max(ways) > MOST_DETOUR:
        return None
    budget = max(ways[:2]) + SLACK
    both = from_start[_tile(gold)] + from_gold[_tile(diamond)] + to_exit[_tile(diamond)]
    return None if both <= budget else budget


def _places(margin: int = 0) -> list[Place]:
    """Returns the places within the margin, row by row from the top."""
    inside = range(margin, SIZE - margin)
    return [(row, column) for row in inside for column in inside]


def _around(place: Place) -> list[Place]:
    """Returns the places above, below, left and right."""
    row, column = place
    near = ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))
    return [(r, c) for r, c in near if 0 <= r < SIZE and 0 <= c < SIZE]


def _zone(grid: Grid, corner: Place, taken: tuple[Place, ...]) -> list[Place]:
    """Returns the free ground near a corner."""
    return [
        (row, column)
        for row, column in _places()
        if abs(row - corner[0]) + abs(column - corner[1]) <= ZONE_RADIUS
        and grid[row][column]
        and (row, column) not in taken
    ]


def _tile(place: Place) -> int:
    """Returns the number of a tile, which counts from the bottom row up."""
    return (SIZE - 1 - place[0]) * SIZE + place[1]


def _tiles(places: list[Place]) -> tuple[int, ...]:
    return tuple(sorted(map(_tile, places)))
