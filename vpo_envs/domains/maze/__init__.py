"""Mazes with two treasures too far apart for one walk: `vpo/Maze-v0` and its variants."""

from vpo_envs.domains.maze.domain import MazeDomain
from vpo_envs.domains.maze.picture import draw_maze

__all__ = ["MazeDomain", "draw_maze"]
