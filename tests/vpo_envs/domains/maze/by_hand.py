"""Small mazes, one of them drawn by hand, and the scores of walks in it."""

from vpo_envs.domains.maze import MazeDomain
from vpo_envs.domains.maze.grid import Maze
from vpo_envs.task import Task

SMALL = {"size": 6, "layout": "scattered", "ends": 3, "walls": 10, "gold": 3, "diamonds": 3, "lava": 4}
SCATTERED_FIVE = {
    "size": 5,
    "layout": "scattered",
    "walls": 4,
    "gold": 3,
    "diamonds": 3,
    "lava": 3,
    "slack": 2,
}


def maze_from(drawing: str, budget: int) -> Maze:
    """A maze from its drawing, top row first, one character per tile."""
    rows = drawing.split()[::-1]
    tiles: dict[str, list[int]] = {symbol: [] for symbol in "#.SEGDLB"}
    for i, symbol in enumerate("".join(rows)):
        tiles[symbol].append(i)
    bonus = tiles["B"][0] if tiles["B"] else None
    return Maze(
        len(rows),
        frozenset(tiles["#"]),
        tiles["S"][0],
        tiles["E"][0],
        tuple(tiles["G"]),
        tuple(tiles["D"]),
        tuple(tiles["L"]),
        bonus,
        budget,
    )


HAND = maze_from("GGL.E ..#.. .LB.D ##..D S...D", budget=12)
"""
5 G G L . E
4 . . # . .
3 . L B . D
2 # # . . D
1 S . . . D
  a b c d e
"""


def score(answer: str, score_mode: str = "linear", maze: Maze = HAND) -> list[float]:
    domain = MazeDomain(score_mode=score_mode)
    return domain.score_batch([Task("", maze)], [answer])[0].tolist()
