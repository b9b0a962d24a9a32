"""Tiles that are named twice, or beside the moves that lead to them, as one plain route."""

from __future__ import annotations

from itertools import pairwise

from vpo_envs.domains.maze.grid import DIRECTIONS

START, EXIT = "s0", "e0"
"""The start and the exit, by their letters on the map: names that no tile has, as rows begin with 1."""

MARKS = {"s": START, "start": START, "e": EXIT, "exit": EXIT, "goal": EXIT}
"""Words that stand for the tiles of the two ends."""


def unchain(steps: list[str]) -> list[str]:
    """Returns a route in which every step is written once.

    Edges are joined. Moves beside the tiles that they lead to are dropped, unless the steps make sense in
    the order in which they stand; moves that contradict the tiles stay. An exit named by its letter is
    kept only where it ends a route of tiles.

    Args:
        steps: Moves, tiles, `START` and `EXIT` in order.

    Example:
        >>> unchain(["a1", "a2", "a2", "b2"]), unchain(["a2", "up", "b2", "right"])
        (['a1', 'a2', 'b2'], ['a2', 'b2'])
        >>> unchain(["s0", "a2", "e0"]), unchain(["a1", "up", "e0"])
        (['a2', 'e0'], ['a1', 'up'])
    """
    ends = {START: 0, EXIT: len(steps) - 1}
    steps = [step for i, step in enumerate(steps) if ends.get(step, i) == i]
    moves = [step for step in steps if step in DIRECTIONS]
    named = [step for step in steps if step not in DIRECTIONS]
    tiles = _join(named)
    route = steps
    if not moves:
        route = tiles
    elif (len(tiles) < len(named) or not leads_on(steps)) and _agree(tiles, moves):
        route = [*tiles[:-1], moves[-1]] if tiles[-1] == EXIT else tiles
    arrives = EXIT in route and DIRECTIONS.keys().isdisjoint(route)
    route = [step for step in route if step not in (START, EXIT)]
    return [*route, EXIT] if arrives and route else route


def _join(tiles: list[str]) -> list[str]:
    """Joins edges, of which each begins where the last one ended."""
    if len(tiles) >= 4 and len(tiles) % 2 == 0 and tiles[1:-1:2] == tiles[2::2]:
        return [tiles[0], *tiles[1::2]]
    return tiles


def leads_on(steps: list[str]) -> bool:
    """Returns whether each tile is where the steps before it lead, or next to it."""
    here: tuple[int, int] | None = None
    for step in steps:
        if step in DIRECTIONS:
            here = here and _add(here, DIRECTIONS[step])
        elif step not in (START, EXIT):
            there = _place(step)
            if here and there != here and there not in (_add(here, lead) for lead in DIRECTIONS.values()):
                return False
            here = there
    return True


def _agree(tiles: list[str], moves: list[str]) -> bool:
    """Returns whether the moves are those between the tiles, after one that leads to the first or none."""
    moves = moves[len(moves) == len(tiles) :]
    return len(moves) == len(tiles) - 1 and all(
        here == START or there == EXIT or _add(_place(here), DIRECTIONS[move]) == _place(there)
        for (here, there), move in zip(pairwise(tiles), moves)
    )


def _add(here: tuple[int, int], lead: tuple[int, int]) -> tuple[int, int]:
    return here[0] + lead[0], here[1] + lead[1]


def _place(tile: str) -> tuple[int, int]:
    """Returns the column and the row of a tile."""
    return ord(tile[0]), int(tile[1:])
