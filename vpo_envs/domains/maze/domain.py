"""The maze domain: its knobs, and the sampling, reading, scoring and showing of mazes put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from vpo_envs.domain import Domain
from vpo_envs.domains.maze.ansi import draw_text
from vpo_envs.domains.maze.demonstrations import demonstrate
from vpo_envs.domains.maze.feedback import explain
from vpo_envs.domains.maze.front import best_routes
from vpo_envs.domains.maze.generation import Range, Recipe, interior_walls, sample_maze
from vpo_envs.domains.maze.grid import Maze
from vpo_envs.domains.maze.paper import read_moves
from vpo_envs.domains.maze.paper_mazes import SPLIT_SIZES, next_maze, paper_maze
from vpo_envs.domains.maze.picture import picture
from vpo_envs.domains.maze.routes import walk_answer, walk_key, write_cells, write_moves
from vpo_envs.domains.maze.scoring import ZERO, score_visits
from vpo_envs.domains.maze.text import compact_prompt, full_prompt
from vpo_envs.splits import check_index
from vpo_envs.task import Objective, Reward, Task

LAYOUTS = ("prim", "scattered")
SCORE_MODES = ("linear", "convex")
MIN_SIZE, MAX_SIZE = 5, 26
MAX_ITEMS = 6
OPENINGS = (6 / 32, 12 / 32)
"""Least and greatest share of the walls of a spanning tree that are opened."""


class MazeDomain(Domain):
    """Routes through a maze whose two treasures lie too far apart for one walk.

    The walker starts on `S` and must reach `E` within a step budget. Gold lies near one corner and
    diamonds near the opposite one; lava lies between. No route is best under every weighting, so a pool
    of answers should hold one for each.

    **Prompt** (`vpo/Maze-v0`, the drawing; the rules, the scores and an example of another maze follow it):

         9 E . . . . . G G G
         8 . # L # . # . # G
         7 . . . # . # L # G
         6 . # . . . # # . .
         5 . . . . B . . . .
         4 . # . # # # # # .
         3 D L . # . . . . .
         2 D # # # . # # # #
         1 D D D # . . . . S
           a b c d e f g h i

    The compact prompt of tiny models has one word for each tile that is not plain floor,
    `a1S b5# ... i9E`, headed by the budget where that varies.

    **Rules** (all in the prompt). A route is moves, `UP DOWN LEFT RIGHT`, or tiles in chess notation,
    `a1 a2 b2 ...`; the start may be named first. A step into a wall or off the grid uses up a step and
    moves nobody. A tile that is not next to the walker makes the route void. The walk ends on `E` or with
    the budget. An item counts once.

    **How answers are read** (`reading.py`):

    - Thought is removed. Then the last `<path>...</path>` counts; `<answer>` is read alike, a tag that was
      cut off is read to the end, and forms such as `<path>...</path>` are ignored.
    - Without a tag, the last lines that hold a route and nothing else count. Direction words are never
      picked out of prose.
    - Arrows, commas, brackets, JSON, numbering, bullets, bold, code fences, labels (`Answer:`), remarks in
      parentheses or behind `#`, `//` and dashes, `U D L R`, arrow glyphs and counts (`RIGHT x3`, `3 RIGHT`)
      are read through, in any case. `Down the left: b8 b7` are tiles; the words before them are no steps.
    - Beside moves, the name of the tile under the walker is a remark. Legs that begin where the last one
      ended (`a1 -> a2, a2 -> a3`) are joined, and a final `-> E` is the exit. Of a route given in both
      forms (`a1 a2 ... or in moves UP ...`) the last one counts.
    - No rule looks at the maze. Candidates with the same walk, in moves or tiles, are repetitions.

    **Objectives** (all 0 unless `E` is reached; uniform `w*`):

    - `completion`: 1.
    - `gold`: tiles with gold visited / tiles with gold.
    - `diamond`: tiles with diamonds visited / tiles with diamonds.
    - `avoid_lava`: 1 - tiles with lava visited / tiles with lava.

    With `score_mode="convex"` the last three become `min(1, f * share**2)`, f = 1.5 if the centre tile
    `B` was visited and f = 1 otherwise.

    **Front**. It is known exactly, from a search over tiles and sets of items. On at least 80% of the
    tasks of every variant it has three points or more.

    **Layouts**. In both, treasures lie within Manhattan distance 2 of their corner and some walk within
    the budget is free of lava.

    - `prim`: rooms on every second tile, joined to a spanning tree by randomized Prim; then `openings` of
      the wall tiles left are opened, and the centre tile `B`. Lava lies on interior tiles. The budget is
      the longer of the two shortest ways S - gold corner - E and S - diamond corner - E, plus `slack`;
      mazes where a walk through both corners fits are not kept.
    - `scattered`: an open field with `walls` wall tiles, none in a treasure's corner, no `B`, and lava
      anywhere. The budget is the shortest way between corners of an open field, or of the maze itself
      if `ends` is above 0, plus `slack`. Each treasure can be fetched alone. Some gold and diamond cannot
      be fetched together; with `ends` above 0, the front has at least three points instead.

    **Blind routes**. In an open field L-shaped routes and staircases often reach `E`. So walls leave no
    way without a `detour`, or start and exit vary (`ends`). With both off, eight fixed routes earn up to
    .70 of the best sets' E_w (`prim`, 18 to 28 openings) or .46 (`scattered`, size 6, 7 walls).

    **Difficulty**. `vpo/MazeEasy-v0`: 6 x 6, open, few items. `vpo/Maze-v0`: 9 x 9. `vpo/MazeHard-v0`:
    13 x 13, more items, long walks. `vpo/MazeSmall-v0`: the mazes of `MazeEasy` with compact
    prompts, for tiny models.

    **Reference scores**, means over 100 test tasks (`python tests/vpo_envs/domains/maze/test_blind.py`).
    Constants were sought among L-shapes, staircases, best routes of other mazes and mutations of these.
    A demonstration goes to the exit by a shortest way, one in four by way of a random tile.

    | | constant | optimum | 8 constants | front | 1 demonstration | 30 of them | 3 points |
    |---|---|---|---|---|---|---|---|
    | `vpo/Maze-v0` | .016 | .791 | .099 | .878 | .506 | .700 | .81 |
    | `vpo/MazeHard-v0` | .002 | .779 | .009 | .880 | .479 | .593 | .91 |
    | `vpo/MazeSmall-v0` | .020 | .741 | .137 | .825 | .531 | .743 | 1.00 |

    The first two columns are fixed scalars, the next four E_w of the best answer, the last a share of tasks.
    A longer search (populations of 400, 250 training mazes) brought eight constants to .26 of the front's
    E_w on `vpo/Maze-v0`, .03 on `vpo/MazeHard-v0` and .18 on `vpo/MazeSmall-v0`.

    **Source**: the maze of "Vector Policy Optimization" (arXiv 2605.22817). Its text describes the linear
    scores; the authors' code writes the convex ones. `paper=True` reads and scores answers exactly as that
    code does: every direction word of the first `<answer>` pair, or else of the whole text with its thought,
    is a move; the convex mode is the default. The mazes are the authors' own, tile by tile: 1,000 to train on
    and 100 to test on, by the seeds of their generator.

    Args:
        size: Tiles along each side, 5 to 26; odd for `prim`.
        layout: `prim` or `scattered`.
        openings: Wall tiles opened after the spanning tree, a number or a (low, high) pair, `prim` only;
            default: 6/32 to 12/32 of those that the tree leaves, hence (6, 12) for size 9.
        detour: Steps by which the shortest way from S to E exceeds that in an open field, at least, `prim`
            only, 0 to size - 1; default: 2 from size 7 on.
        ends: Greatest Manhattan distance of S and E from their corners, 0 to size // 2.
        walls: Wall tiles, a number or a pair, `scattered` only; default: `size`.
        gold: Tiles with gold, a number or a pair, 1 to 6.
        diamonds: Tiles with diamonds, likewise.
        lava: Tiles with lava, likewise.
        slack: Steps to spare in the budget, 0 to 2 * size - 3; default: 7 for `prim` and 4 for `scattered`.
        score_mode: `linear` or `convex`; default: `linear`, with `paper=True` `convex`.
        paper: Reads and scores as the paper's authors do, in their mazes; only `score_mode` goes
            with it.

    Raises:
        TypeError: If a count is not a whole number or a pair of them.
        ValueError: If a knob is out of range or does not belong to the layout. Sampling raises it if
            the knobs leave no room for a maze.

    Example:
        >>> domain = MazeDomain(size=5, layout="scattered", walls=3, slack=2)
        >>> task = domain.task("train", 0)
        >>> rewards = domain.score_batch([task] * 2, [domain.best_answers(task)[0], "off we go, UP!"])
        >>> rewards.any(axis=1).tolist()
        [True, False]
    """

    objectives = (
        Objective("completion", "the exit is reached within the step budget"),
        Objective("gold", "share of the gold collected"),
        Objective("diamond", "share of the diamonds collected"),
        Objective("avoid_lava", "share of the lava tiles not stepped on"),
    )
    render_modes: ClassVar[tuple[str, ...]] = ("ansi", "rgb_array")

    def __init__(
        self,
        size: int = 9,
        layout: str = "prim",
        openings: int | Sequence[int] | None = None,
        detour: int | None = None,
        ends: int = 0,
        walls: int | Sequence[int] | None = None,
        gold: int | Sequence[int] = (3, 5),
        diamonds: int | Sequence[int] = (3, 5),
        lava: int | Sequence[int] = (3, 5),
        slack: int | None = None,
        score_mode: str | None = None,
        paper: bool = False,
    ) -> None:
        if score_mode is None:
            score_mode = "convex" if paper else "linear"
        for name, choice, choices in (("layout", layout, LAYOUTS), ("score_mode", score_mode, SCORE_MODES)):
            if choice not in choices:
                raise ValueError(f"{name}={choice!r} is not one of {', '.join(map(repr, choices))}")
        prim = layout == "prim"
        own = {"size": (size, 9), "layout": (layout, "prim"), "ends": (ends, 0), "walls": (walls, None)}
        own |= {"openings": (openings, None), "detour": (detour, None), "slack": (slack, None)}
        own |= {"gold": (gold, (3, 5)), "diamonds": (diamonds, (3, 5)), "lava": (lava, (3, 5))}
        for name, (value, default) in own.items() if paper else ():
            if value != default:
                raise ValueError(
                    f"{name}={value!r} does not go with paper=True, which has the authors' mazes"
                )
        size = _whole("size", size, MIN_SIZE, MAX_SIZE)
        if prim and size % 2 == 0:
            raise ValueError(
                f"size={size} must be odd for layout='prim', whose rooms lie on every second tile"
            )
        foreign = {"walls": walls} if prim else {"openings": openings, "detour": detour}
        for name, value in foreign.items():
            if value is not None:
                raise ValueError(f"{name}={value!r} does not belong to layout={layout!r}; leave it out")
        if slack is None:
            slack = 7 if prim else 4
        if detour is None:
            detour = 2 if prim and size >= 7 else 0
        if openings is None and prim:
            openings = tuple(round(share * interior_walls(size)) for share in OPENINGS)
        self.recipe = Recipe(
            layout=layout,
            size=size,
            openings=_range("openings", openings, 0, interior_walls(size)) if prim else (0, 0),
            ends=_whole("ends", ends, 0, size // 2),
            detour=_whole("detour", detour, 0, size - 1),
            walls=(0, 0) if prim else _range("walls", size if walls is None else walls, 0, size * size - 4),
            gold=_range("gold", gold, 1, MAX_ITEMS),
            diamonds=_range("diamonds", diamonds, 1, MAX_ITEMS),
            lava=_range("lava", lava, 1, MAX_ITEMS),
            slack=_whole("slack", slack, 0, 2 * size - 3),
        )
        self.score_mode = score_mode
        self.paper = bool(paper)

    @property
    def convex(self) -> bool:
        """Returns whether shares are squared."""
        return self.score_mode == "convex"

    def sample_task(self, rng: np.random.Generator) -> Task:
        """Draws a maze; `Task.truth` is a `Maze`."""
        return self._task(
            next_maze(int(rng.integers(2**31))) if self.paper else sample_maze(self.recipe, rng)
        )

    def task(self, split: str, index: int) -> Task:
        """Returns the task of (split, index); with `paper=True` that of the authors, modulo their number."""
        if not self.paper:
            return super().task(split, index)
        check_index(split, index)
        row = int(index) % SPLIT_SIZES[split]
        return replace(self._task(paper_maze(split, row)), split=split, index=row)

    def size(self, split: str) -> int | None:
        """Returns the number of mazes of a split with `paper=True`; None without."""
        return SPLIT_SIZES[split] if self.paper else None

    def _task(self, maze: Maze) -> Task:
        return Task(
            prompt=full_prompt(maze, self.convex),
            truth=maze,
            compact=compact_prompt(maze, show_budget=self.recipe.layout == "prim" or self.recipe.ends > 0),
        )

    def final_answer(self, completion: str) -> str:
        """Returns the completion without its thought, or all of it with `paper=True`."""
        return completion if self.paper else super().final_answer(completion)

    def score(self, task: Task, answer: str) -> Sequence[float]:
        """Scores the walk that the answer describes."""
        walk = walk_answer(task.truth, answer)
        if walk is None or not walk.arrived:
            return ZERO
        return score_visits(task.truth, walk.visited, self.convex)

    def answer_key(self, task: Task, answer: str) -> str:
        """Returns the moves of the walk, or with `paper=True` all moves written."""
        if self.paper:
            return " ".join(read_moves(answer) or ())
        walk = walk_answer(task.truth, answer)
        return "" if walk is None else walk_key(task.truth, walk)

    def demonstrations(self, task: Task, rng: np.random.Generator, quality: float = 1.0) -> Sequence[str]:
        """Draws up to eight distinct routes; `quality` is the share that makes for the exit."""
        return [self._write(task, tiles) for tiles in demonstrate(task.truth, rng, quality)]

    def best_answers(self, task: Task) -> Sequence[str]:
        """Returns a shortest route for every point of the exact Pareto front."""
        return [self._write(task, tiles) for tiles in best_routes(task.truth, self.convex)]

    def feedback(self, task: Task, answer: str) -> str:
        """Returns where the walk was blocked and how it ended."""
        return explain(task.truth, answer)

    def render(
        self, task: Task, answers: Sequence[str], rewards: Reward, mode: str
    ) -> str | NDArray[np.uint8]:
        """Draws the maze with the routes of the pool, as text or as a picture (600, 900, 3)."""
        if mode == "rgb_array":
            return picture(task, answers, rewards)
        return draw_text(task.truth, answers, rewards, self.objective_names)

    def _write(self, task: Task, tiles: Sequence[int]) -> str:
        return write_moves(task.truth, tiles) if self.paper else write_cells(task.truth, tiles)


def _whole(name: str, value: Any, least: int, most: int) -> int:
    """Returns a whole number after checking that it lies in `least..most`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}={value!r} must be a whole number")
    if not least <= value <= most:
        raise ValueError(f"{name}={value!r} must lie between {least} and {most}")
    return int(value)


def _range(name: str, value: Any, least: int, most: int) -> Range:
    """Returns a whole number or a (low, high) pair as a pair, after checking both ends."""
    low, high = value if isinstance(value, (list, tuple)) and len(value) == 2 else (value, value)
    low, high = _whole(name, low, least, most), _whole(name, high, least, most)
    if low > high:
        raise ValueError(f"{name}={value!r} must be a number or a (low, high) pair, the lower end first")
    return low, high
