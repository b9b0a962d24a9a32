"""A maze for searches with large budgets: nearly twice the tiles of the small one, with more on them.

Importing this module registers it: `baselines.hard_maze:unlock/MazeHard-v0`.
"""

from vpo_envs.registration import register

register(
    "unlock/MazeHard-v0",
    "vpo_envs.domains.maze:MazeDomain",
    prompt_style="compact",
    size=8,
    layout="scattered",
    walls=12,
    gold=4,
    diamonds=4,
    lava=6,
)
