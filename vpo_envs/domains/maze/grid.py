"""Mazes as data: tiles, their names, their neighbours and distances.

A tile is an integer, `row * size + column`, counted from the bottom left corner. Its name is chess
notation: column letter and row number, so `a1` is bottom left and UP leads from `a1` to `a2`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

FAR = 1_000_000
"""Distance of a tile that cannot be reached: more than any budget, also in sums."""

DIRECTIONS = {"up": (0, 1), "down": (0, -1), "left": (-1, 0), "right": (1, 0)}

Neighbours = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Maze:
    """One maze, all that the scorer needs.

    Attributes:
        size: Tiles along each side.
        walls: Tiles that cannot be entered.
        start: Where a walk begins, a corner.
        exit: Where it must end, the opposite corner.
        gold: Tiles with gold.
        diamonds: Tiles with diamonds.
        lava: Tiles with lava.
        bonus: The centre tile `B`, or None if the maze has none.
        budget: Most steps of a walk.
        paper: Whether answers are read as the paper's authors read them.
    """

    size: int
    walls: frozenset[int]
    start: int
    exit: int
    gold: tuple[int, ...]
    diamonds: tuple[int, ...]
    lava: tuple[int, ...]
    bonus: int | None
    budget: int
    paper: bool = False

    @cached_property
    def neighbours(self) -> Neighbours:
        """Returns the open tiles that border each tile; none for a wall."""
        return open_neighbours(self.size, self.walls)

    @cached_property
    def items(self) -> tuple[int, ...]:
        """Returns the tiles whose visit counts, in the order of the bits of a visit mask."""
        bonus = () if self.bonus is None else (self.bonus,)
        return (*self.gold, *self.diamonds, *self.lava, *bonus)

    @cached_property
    def bits(self) -> dict[int, int]:
        """Returns the bit of a visit mask that each item's tile sets."""
        return {tile: 1 << i for i, tile in enumerate(self.items)}


@lru_cache(maxsize=64)
def cell_names(size: int) -> tuple[str, ...]:
    """Returns the names of all tiles, for example `a1`.

    Example:
        >>> cell_names(3)
        ('a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3')
    """
    return tuple(f"{chr(ord('a') + column)}{row + 1}" for row in range(size) for column in range(size))


@lru_cache(maxsize=64)
def borders(size: int) -> tuple[dict[str, int], ...]:
    """Returns for each tile the tile that lies in each direction, leaving out what lies off the grid."""
    tiles = []
    for tile in range(size * size):
        row, column = divmod(tile, size)
        tiles.append(
            {
                direction: (row + up) * size + column + right
                for direction, (right, up) in DIRECTIONS.items()
                if 0 <= row + up < size and 0 <= column + right < size
            }
        )
    return tuple(tiles)


@lru_cache(maxsize=64)
def steps(size: int) -> tuple[dict[str, int], ...]:
    """Returns for each tile the target of a direction, or of a bordering tile's name, if there are no walls.

    A direction off the grid leads nowhere: the walker stays.
    """
    names = cell_names(size)
    return tuple(
        {**dict.fromkeys(DIRECTIONS, tile), **around, **{names[other]: other for other in around.values()}}
        for tile, around in enumerate(borders(size))
    )


@lru_cache(maxsize=64)
def _bordering(size: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(tile.values()) for tile in borders(size))


def open_neighbours(size: int, walls: Collection[int]) -> Neighbours:
    """Returns the open tiles that border each tile; none for a wall."""
    return [
        () if tile in walls else [other for other in bordering if other not in walls]
        for tile, bordering in enumerate(_bordering(size))
    ]


def corners(size: int) -> tuple[int, int, int, int]:
    """Returns the corner tiles in the order bottom left, bottom right, top right, top left."""
    return 0, size - 1, size * size - 1, size * (size - 1)


def manhattan(size: int, one: int, other: int) -> int:
    """Counts the steps between two tiles if there were no walls."""
    return abs(one // size - other // size) + abs(one % size - other % size)


def distances(neighbours: Neighbours, target: int, blocked: Collection[int] = ()) -> list[int]:
    """Counts the steps from every tile to `target` around blocked tiles; `FAR` where impossible."""
    steps = [FAR] * len(neighbours)
    steps[target] = distance = 0
    frontier = [target]
    while frontier:
        distance += 1
        reached = []
        for tile in frontier:
            for other in neighbours[tile]:
                if steps[other] == FAR and other not in blocked:
                    steps[other] = distance
                    reached.append(other)
        frontier = reached
    return steps
