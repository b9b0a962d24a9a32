"""Walks: where the steps of a route lead in a maze."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from vpo_envs.domains.maze.chains import EXIT
from vpo_envs.domains.maze.grid import DIRECTIONS, Maze, cell_names, steps
from vpo_envs.domains.maze.paper import read_moves
from vpo_envs.domains.maze.reading import read_route

MOVES = frozenset(DIRECTIONS)


class Walk(NamedTuple):
    """Result of a route.

    Attributes:
        tiles: Where the walker stood, from the start on; the same tile twice running is a bump.
        visited: Bit mask over `Maze.items`.
        arrived: Whether the walk ended on the exit.
        taken: The steps as they were written, one fewer than `tiles`.
        stray: The tile that does not border the last one, which makes the route void; else empty.
    """

    tiles: list[int]
    visited: int
    arrived: bool
    taken: list[str]
    stray: str = ""


def walk_route(maze: Maze, route: Sequence[str]) -> Walk:
    """Walks until the exit, a stray tile, the end of the route or the end of the budget.

    The start may be named first. Beside moves, the name of the tile that the walker stands on is a
    remark and no step.

    Args:
        maze: The maze.
        route: Direction words and tile names in lower case; `EXIT` for the exit.
    """
    leads, walls, bits, exit = steps(maze.size), maze.walls, maze.bits, maze.exit
    names = cell_names(maze.size)
    here, visited = maze.start, 0
    tiles, taken = [here], list[str]()
    remarks = not MOVES.isdisjoint(route)
    for position, word in enumerate(route):
        step = names[exit] if word == EXIT else word
        if step == names[here] and (remarks or position == 0):
            continue
        if len(tiles) > maze.budget:
            break
        there = leads[here].get(step)
        if there is None:
            return Walk(tiles, visited, False, taken, stray=step)
        if there not in walls:
            here = there
            visited |= bits.get(here, 0)
        tiles.append(here)
        taken.append(step)
        if here == exit:
            return Walk(tiles, visited, True, taken)
    return Walk(tiles, visited, False, taken)


def walk_answer(maze: Maze, answer: str) -> Walk | None:
    """Returns the walk that an answer describes, or None if no route is read from it."""
    route = read_moves(answer) if maze.paper else read_route(answer)
    return None if route is None else walk_route(maze, route)


def walk_key(maze: Maze, walk: Walk) -> str:
    """Returns the moves of a walk as letters, `.` for a bump: one key for all spellings of the walk.

    Example:
        >>> maze = Maze(3, frozenset(), 0, 8, (2,), (6,), (4,), None, 6)
        >>> [walk_key(maze, walk_route(maze, route)) for route in (["up", "right"], ["a1", "a2", "b2"])]
        ['U R', 'U R']
    """
    lead = {maze.size: "U", -maze.size: "D", -1: "L", 1: "R", 0: "."}
    moves = [lead[there - here] for here, there in pairwise(walk.tiles)]
    return " ".join([*moves, f"!{walk.stray}"] if walk.stray else moves)


def write_cells(maze: Maze, tiles: Sequence[int]) -> str:
    """Writes tiles as an answer in chess notation, for example `a1 a2 b2`."""
    names = cell_names(maze.size)
    return " ".join(names[tile] for tile in tiles)


def write_moves(maze: Maze, tiles: Sequence[int]) -> str:
    """Writes the moves from tile to tile, for example `UP RIGHT`."""
    words = {maze.size: "UP", -maze.size: "DOWN", -1: "LEFT", 1: "RIGHT"}
    return " ".join(words[there - here] for here, there in pairwise(tiles))
