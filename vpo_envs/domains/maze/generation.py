"""Random mazes: two layouts, the items on them, and the rules by which a maze is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from vpo_envs.domains.maze.front import best_points
from vpo_envs.domains.maze.grid import (
    FAR,
    Maze,
    Neighbours,
    borders,
    corners,
    distances,
    manhattan,
    open_neighbours,
)

ZONE_RADIUS = 2
"""Treasures lie within this Manhattan distance of their corner."""
MIN_POINTS = 3
"""Points of the front, at least, of a `scattered` maze whose start and exit lie off the corners."""
MAX_DRAWS = 2_000

Range = tuple[int, int]


@dataclass(frozen=True)
class Recipe:
    """The settings that mazes are drawn with; ranges include both ends.

    Attributes:
        layout: `prim` or `scattered`.
        size: Tiles along each side.
        openings: Wall tiles opened after the spanning tree; `prim` only.
        ends: Greatest Manhattan distance of start and exit from their corners.
        detour: Steps by which the shortest way to the exit exceeds that in an open field, at least;
            `prim` only.
        walls: Wall tiles placed; `scattered` only.
        gold: Tiles with gold.
        diamonds: Tiles with diamonds.
        lava: Tiles with lava.
        slack: Steps to spare in the budget.
    """

    layout: str
    size: int
    openings: Range
    ends: int
    detour: int
    walls: Range
    gold: Range
    diamonds: Range
    lava: Range
    slack: int


@dataclass(frozen=True)
class Places:
    """Start and exit, in or near opposite corners, and the corners of the treasures."""

    start: int
    gold: int
    exit: int
    diamond: int


def sample_maze(recipe: Recipe, rng: np.random.Generator) -> Maze:
    """Draws mazes until one is kept.

    Raises:
        ValueError: If no maze of the recipe is kept in `MAX_DRAWS` draws.
    """
    for _ in range(MAX_DRAWS):
        maze = _draw_maze(recipe, rng)
        if maze is not None:
            return maze
    raise ValueError(
        f"{recipe} leaves no room for a maze; ask for fewer walls, items or lava, or other slack"
    )


def interior_walls(size: int) -> int:
    """Counts the wall tiles that the spanning tree of a `prim` maze leaves: 32 of the 81 tiles for size 9.

    Every room but the first costs one passage: size^2 - rooms - (rooms - 1).
    """
    rooms = ((size + 1) // 2) ** 2
    return size * size - 2 * rooms + 1


def _draw_maze(recipe: Recipe, rng: np.random.Generator) -> Maze | None:
    """Draws one maze, or None if a rule rejects it."""
    size = recipe.size
    at = _places(recipe, rng)
    walls: Sequence[int]
    if recipe.layout == "prim":
        bonus = size * size // 2
        opened = _prim_layout(recipe, at, bonus, rng)
        if opened is None:
            return None
        walls = opened
        neighbours = open_neighbours(size, walls)
        budget = _budget_via_corners(neighbours, at, recipe.slack)
    else:
        bonus = None
        free = {at.start, at.gold, at.exit, at.diamond}
        walls = _pick([tile for tile in range(size * size) if tile not in free], recipe.walls, rng)
        neighbours = open_neighbours(size, walls)
        shortest = distances(neighbours, at.exit)[at.start] if recipe.ends else 2 * (size - 1)
        budget = None if shortest == FAR else shortest + recipe.slack
    if budget is None:
        return None
    taken = {*walls, at.start, at.exit, bonus}
    near_ends = recipe.layout == "scattered" and recipe.ends > 0
    if near_ends:
        taken |= _out_of_reach(neighbours, at, budget)
    gold = _pick([tile for tile in _zone(size, at.gold) if tile not in taken], recipe.gold, rng)
    diamonds = _pick([tile for tile in _zone(size, at.diamond) if tile not in taken], recipe.diamonds, rng)
    if not (gold and diamonds):
        return None
    taken = {*walls, at.start, at.exit, bonus, *gold, *diamonds}
    # A small field is all rim: only the larger mazes keep their lava off it.
    ground = _interior(size) if recipe.layout == "prim" else range(size * size)
    lava = _pick([tile for tile in ground if tile not in taken], recipe.lava, rng)
    if not lava or distances(neighbours, at.exit, lava)[at.start] > budget:
        return None
    maze = Maze(size, frozenset(walls), at.start, at.exit, gold, diamonds, lava, bonus, budget)
    if recipe.layout == "prim":
        return maze
    kept = len(best_points(maze)) >= MIN_POINTS if near_ends else _treasures_compete(maze)
    return maze if kept else None


def _prim_layout(recipe: Recipe, at: Places, bonus: int, rng: np.random.Generator) -> list[int] | None:
    """Returns a spanning tree with some of its walls opened, or None if the tree makes no detour.

    The centre is opened first. A wall whose opening would make the way to the exit too short stays.
    """
    size = recipe.size
    walls = prim_walls(size, rng)
    order = rng.permutation(len(walls)).tolist()
    wanted = _count(recipe.openings, rng)
    least = manhattan(size, at.start, at.exit) + recipe.detour
    field = Field(size)
    ground = field.full & ~sum(1 << tile for tile in walls) | 1 << bonus
    if recipe.detour and field.within(ground, at.start, at.exit, least - 1):
        return None
    for tile in (walls[i] for i in order):
        if not wanted:
            break
        wider = ground | 1 << tile
        if wider == ground:
            continue
        if not recipe.detour or not field.within(wider, at.start, at.exit, least - 1):
            ground, wanted = wider, wanted - 1
    return [tile for tile in walls if not ground >> tile & 1]


class Field:
    """A square of tiles as the bits of one integer, for fast searches.

    Args:
        size: Tiles along each side.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.full = (1 << size * size) - 1
        left = sum(1 << row * size for row in range(size))
        self._not_left, self._not_right = self.full & ~left, self.full & ~(left << size - 1)

    def within(self, ground: int, start: int, exit: int, steps: int) -> bool:
        """Returns whether some way over the ground leads from start to exit in at most `steps`."""
        reached, goal = 1 << start, 1 << exit
        for _ in range(steps):
            sideways = (reached & self._not_right) << 1 | (reached & self._not_left) >> 1
            wider = (reached | sideways | reached << self.size | reached >> self.size) & ground
            if wider & goal:
                return True
            if wider == reached:
                return False
            reached = wider
        return False


def prim_walls(size: int, rng: np.random.Generator) -> list[int]:
    """Draws the wall tiles of a random spanning tree over the rooms, the tiles with even row and column.

    Randomized Prim: from one room, again and again open a random passage out of the tree.

    Args:
        size: Tiles along each side, odd.
        rng: Source of randomness.

    Returns:
        Sorted tiles: the pillars (odd row and column) and the passages left closed.
    """
    rooms = [row * size + column for row in range(0, size, 2) for column in range(0, size, 2)]
    # Each room enters the tree once and brings at most 4 leads, each drawn at most once.
    draws = iter(rng.random(4 * len(rooms) + 1).tolist())
    room = rooms[int(next(draws) * len(rooms))]
    tree, passages, leads = {room}, set(), _leads(size, room)
    while len(tree) < len(rooms):
        i = int(next(draws) * len(leads))
        leads[i], leads[-1] = leads[-1], leads[i]
        passage, room = leads.pop()
        if room not in tree:
            tree.add(room)
            passages.add(passage)
            leads += _leads(size, room)
    return [tile for tile in range(size * size) if tile not in tree and tile not in passages]


def _leads(size: int, room: int) -> list[tuple[int, int]]:
    """Returns the passages out of a room, each with the room behind it."""
    return [(passage, 2 * passage - room) for passage in borders(size)[room].values()]


def _budget_via_corners(neighbours: Neighbours, at: Places, slack: int) -> int | None:
    """Returns the longer way via one treasure corner plus the slack, or None if both corners fit."""
    to_exit = distances(neighbours, at.exit)
    to_gold = distances(neighbours, at.gold, {at.exit})
    to_diamond = distances(neighbours, at.diamond, {at.exit})
    via_gold = to_gold[at.start] + to_exit[at.gold]
    via_diamond = to_diamond[at.start] + to_exit[at.diamond]
    budget = max(via_gold, via_diamond) + slack
    between = to_gold[at.diamond]
    gold_first = to_gold[at.start] + between + to_exit[at.diamond]
    diamond_first = to_diamond[at.start] + between + to_exit[at.gold]
    cut_off = max(via_gold, via_diamond) >= FAR
    return None if cut_off or min(gold_first, diamond_first) <= budget else budget


def _out_of_reach(neighbours: Neighbours, at: Places, budget: int) -> set[int]:
    """Returns the tiles that no walk from start to exit within the budget can visit."""
    from_start = distances(neighbours, at.start, {at.exit})
    to_exit = distances(neighbours, at.exit)
    return {tile for tile, (before, after) in enumerate(zip(from_start, to_exit)) if before + after > budget}


def _treasures_compete(maze: Maze) -> bool:
    """Returns whether each treasure alone fits in the budget, but not every pair of a gold and a diamond."""
    from_start = distances(maze.neighbours, maze.start, {maze.exit})
    to_exit = distances(maze.neighbours, maze.exit)
    if any(from_start[tile] + to_exit[tile] > maze.budget for tile in maze.gold + maze.diamonds):
        return False

    def length(*route: int) -> int:
        return sum(manhattan(maze.size, here, there) for here, there in pairwise(route))

    # Distances without walls are the least possible, so a pair too far apart by them never fits.
    return any(
        min(length(maze.start, g, d, maze.exit), length(maze.start, d, g, maze.exit)) > maze.budget
        for g in maze.gold
        for d in maze.diamonds
    )


def _places(recipe: Recipe, rng: np.random.Generator) -> Places:
    """Draws who has which corner, and start and exit near theirs; in a `prim` maze both are rooms."""
    ring = corners(recipe.size)
    first, turn = int(rng.integers(4)), int(rng.choice((-1, 1)))
    start, gold, exit, diamond = (ring[(first + i * turn) % 4] for i in range(4))
    if recipe.ends:
        on_rooms = recipe.layout == "prim"
        near = (_near(recipe.size, corner, recipe.ends, on_rooms) for corner in (start, exit))
        start, exit = (tiles[int(rng.integers(len(tiles)))] for tiles in near)
    return Places(start, gold, exit, diamond)


@lru_cache(maxsize=64)
def _near(size: int, corner: int, radius: int, on_rooms: bool) -> tuple[int, ...]:
    """Returns the tiles near a corner, or the rooms among them: tiles of even row and column."""
    tiles = _zone(size, corner, radius)
    return tuple(tile for tile in tiles if not on_rooms or not (tile // size % 2 or tile % size % 2))


@lru_cache(maxsize=64)
def _zone(size: int, corner: int, radius: int = ZONE_RADIUS) -> tuple[int, ...]:
    return tuple(tile for tile in range(size * size) if manhattan(size, tile, corner) <= radius)


@lru_cache(maxsize=64)
def _interior(size: int) -> tuple[int, ...]:
    inner = range(1, size - 1)
    return tuple(row * size + column for row in inner for column in inner)


def _pick(tiles: Sequence[int], count: Range, rng: np.random.Generator) -> tuple[int, ...]:
    """Picks random distinct tiles, sorted; none if there are fewer than the count drawn."""
    n = _count(count, rng)
    if n > len(tiles):
        return ()
    return tuple(sorted(tiles[i] for i in rng.permutation(len(tiles))[:n].tolist()))


def _count(count: Range, rng: np.random.Generator) -> int:
    return int(rng.integers(count[0], count[1] + 1))
