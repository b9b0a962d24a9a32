"""The four objectives as a function of the items that a walk visited."""

from __future__ import annotations

from typing import NamedTuple

from vpo_envs.domains.maze.grid import Maze

BONUS_FACTOR = 1.5
ZERO = (0.0, 0.0, 0.0, 0.0)


class Haul(NamedTuple):
    """Numbers of items of each kind that a walk visited."""

    gold: int
    diamonds: int
    lava: int
    bonus: int


def count_items(maze: Maze, visited: int) -> Haul:
    """Counts items by kind from a bit mask over `maze.items`."""
    diamonds = visited >> len(maze.gold)
    lava = diamonds >> len(maze.diamonds)
    bonus = lava >> len(maze.lava)
    return Haul(
        _count_low_bits(visited, len(maze.gold)),
        _count_low_bits(diamonds, len(maze.diamonds)),
        _count_low_bits(lava, len(maze.lava)),
        bonus,
    )


def _count_low_bits(mask: int, n: int) -> int:
    return (mask & ((1 << n) - 1)).bit_count()


def score_visits(maze: Maze, visited: int, convex: bool) -> tuple[float, ...]:
    """Returns the rewards (completion, gold, diamond, avoid_lava) of a walk that reached the exit.

    Args:
        maze: The maze walked.
        visited: Bit mask over `maze.items`.
        convex: Squares the three shares, and multiplies them by 1.5 (but to at most 1) if the bonus
            tile was visited, as the code of the paper's authors does.
    """
    haul = count_items(maze, visited)
    shares: tuple[float, ...] = (
        haul.gold / len(maze.gold),
        haul.diamonds / len(maze.diamonds),
        1.0 - haul.lava / len(maze.lava),
    )
    if convex:
        factor = BONUS_FACTOR if haul.bonus else 1.0
        shares = tuple(min(1.0, factor * share**2) for share in shares)
    return (1.0, *shares)
