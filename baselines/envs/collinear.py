"""A control: the small maze with nothing to trade off."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from vpo_envs.core import Task
from vpo_envs.domains.maze import MazeDomain
from vpo_envs.registration import register


class CollinearMaze(MazeDomain):
    """The maze, each of whose objectives is the fixed scalar of all of them.

    The best answer is then the same under every weighting, and VPO should come down to scalar RL
    (arXiv 2605.22817). Importing this module registers `ablation/MazeCollinear-v0`, with the small maze's
    settings.
    """

    def score(self, task: Task, answer: str) -> Sequence[float]:
        """The fixed scalar, d times."""
        return (float(np.dot(super().score(task, answer), self.weights)),) * len(self.objectives)


register(
    "ablation/MazeCollinear-v0",
    CollinearMaze,
    **{name: value for name, value in gym.spec("vpo/MazeSmall-v0").kwargs.items() if name != "domain"},
)
