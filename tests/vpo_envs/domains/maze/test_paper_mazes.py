"""The mazes of the paper's authors: theirs tile by tile, and the rules by which one is kept."""

import hashlib

import pytest

from vpo_envs.domains.maze import MazeDomain
from vpo_envs.domains.maze.grid import Maze, corners, distances, manhattan
from vpo_envs.domains.maze.paper_mazes import SPLIT_SIZES, next_maze, paper_maze
from vpo_envs.domains.maze.text import symbols


def drawing(maze: Maze) -> str:
    """The map as the authors' data sets hold it, and the step budget."""
    drawn, size = symbols(maze), maze.size
    rows = [" ".join(drawn[row * size : (row + 1) * size]) for row in reversed(range(size))]
    return "\n".join([*rows, str(maze.budget)])


FIRST = """\
S . . . . . D D D
. . . . . . . D .
. . . . L . . . #
. . . . . . . . .
. . . . B . . . .
# . . L . . . . .
G . . . . . L . .
G G . . . . . . .
G G . . . . . . E
25"""


def test_the_mazes_are_those_of_the_authors():
    """The digests are those of mazes that their own generator drew."""
    domain = MazeDomain(paper=True)
    assert drawing(domain.task("train", 0).truth) == FIRST
    for split, number, digest in (("train", 60, "49ea7a67e88c86c7"), ("test", 100, "68de11534b60b085")):
        mazes = "\n\n".join(drawing(domain.task(split, index).truth) for index in range(number))
        assert hashlib.sha256(mazes.encode()).hexdigest()[:16] == digest


@pytest.mark.parametrize(("split", "size"), [("test", 100), ("validation", 100)])
def test_a_split_begins_again_behind_its_last_maze(split, size):
    assert SPLIT_SIZES == {"train": 1000, "test": 100, "validation": 100}
    assert paper_maze(split, size + 1) == paper_maze(split, 1) != paper_maze(split, 0)


def test_mazes_come_in_the_order_of_their_seeds():
    first = paper_maze("train", 0)
    assert next_maze(42) == first
    seeds = [seed for seed in range(42, 60) if next_maze(seed) != next_maze(seed + 1)]
    assert [next_maze(seed) for seed in seeds[:4]] == [paper_maze("train", index) for index in range(4)]


@pytest.mark.parametrize("index", range(12))
def test_mazes_keep_the_rules_of_the_authors(index):
    maze = paper_maze("validation", index)
    assert maze.size == 9 and maze.paper and maze.bonus == 40
    others = set(corners(9)) - {maze.start, maze.exit}
    assert len(others) == 2 and maze.start + maze.exit == 80
    open_tiles = set(range(81)) - maze.walls
    assert open_tiles >= {*corners(9), 40, *maze.items}
    gold = next(corner for corner in others if all(manhattan(9, corner, tile) <= 2 for tile in maze.gold))
    (diamond,) = others - {gold}
    assert all(manhattan(9, diamond, tile) <= 2 for tile in maze.diamonds)
    assert all(3 <= len(tiles) <= 5 for tiles in (maze.gold, maze.diamonds, maze.lava))
    assert all(2 <= tile // 9 <= 6 and 2 <= tile % 9 <= 6 for tile in maze.lava)
    assert len(set(maze.items)) == len(maze.items)
    to_exit = distances(maze.neighbours, maze.exit)
    from_start = distances(maze.neighbours, maze.start)
    assert maze.budget == max(from_start[corner] + to_exit[corner] for corner in others) + 7
    both = from_start[gold] + distances(maze.neighbours, gold)[diamond] + to_exit[diamond]
    assert both > maze.budget, "gold first, both corners do not fit"
    assert distances(maze.neighbours, maze.exit, maze.lava)[maze.start] <= maze.budget
