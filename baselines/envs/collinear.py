"""Control experiment: the small maze without a trade-off between objectives."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from vpo_envs.domains.maze import MazeDomain
from vpo_envs.registration import register
from vpo_envs.task import Task


class CollinearMaze(MazeDomain):
    """Maze whose objectives are all equal to the fixed scalar.

    The best answer is then the same under all weights, and VPO should reduce to scalar RL
    (arXiv 2605.22817). Importing this module registers `ablation/MazeCollinear-v0`, with the settings of
    the small maze.
    """

    def score(self, task: Task, answer: str) -> Sequence[float]:
        """Returns the fixed scalar, repeated d times."""
        return (float(np.dot(super().score(task, answer), self.weights)),) * len(self.objectives)


register(
    "ablation/MazeCollinear-v0",
    CollinearMaze,
    **{name: value for name, value in gym.spec("vpo/MazeSmall-v0").kwargs.items() if name != "domain"},
)
