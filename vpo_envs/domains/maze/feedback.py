"""Feedback on a route: where the walk was blocked and how it ended."""

from __future__ import annotations

from vpo_envs.domains.maze.grid import Maze, cell_names
from vpo_envs.domains.maze.routes import MOVES, Walk, walk_answer
from vpo_envs.domains.maze.scoring import count_items

NO_ROUTE = "no route found: write only moves or only tiles between <path> and </path>"
NO_MOVES = "no moves found: write UP, DOWN, LEFT or RIGHT between <answer> and </answer>"


def explain(maze: Maze, answer: str) -> str:
    """Returns one line about an answer, for example `reached E in 12 steps with 2/3 gold, ...`."""
    walk = walk_answer(maze, answer)
    if walk is None:
        return NO_MOVES if maze.paper else NO_ROUTE
    return "; ".join([*_first_bump(maze, walk), _ending(maze, walk)])


def describe_haul(maze: Maze, walk: Walk) -> str:
    """Returns the items that a walk visited, for example `2/3 gold, 0/3 diamonds, 1/4 lava`."""
    haul = count_items(maze, walk.visited)
    return (
        f"{haul.gold}/{len(maze.gold)} gold, {haul.diamonds}/{len(maze.diamonds)} diamonds, "
        f"{haul.lava}/{len(maze.lava)} lava"
    )


def _first_bump(maze: Maze, walk: Walk) -> list[str]:
    bumps = [i for i in range(1, len(walk.tiles)) if walk.tiles[i] == walk.tiles[i - 1]]
    if not bumps:
        return []
    step = bumps[0]
    word, here = walk.taken[step - 1], cell_names(maze.size)[walk.tiles[step]]
    move = f"{word.upper()} from {here}" if word in MOVES else f"from {here} to {word}"
    rest = len(bumps) - 1
    more = f" (and {rest} more time{'s' if rest > 1 else ''})" if rest else ""
    return [f"blocked at step {step} moving {move}{more}"]


def _ending(maze: Maze, walk: Walk) -> str:
    names, steps = cell_names(maze.size), len(walk.tiles) - 1
    here = names[walk.tiles[-1]]
    if walk.stray:
        return f"void at step {steps + 1}: {walk.stray} is not next to {here}"
    if not walk.arrived:
        return f"stopped after {steps} of {maze.budget} steps at {here} without reaching E"
    return f"reached E in {steps} of {maze.budget} steps with {describe_haul(maze, walk)}"
