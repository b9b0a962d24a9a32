"""A maze for searches with large budgets: half as large again as the small one, with more in it."""

from vpo_envs.registration import register

# Importing this module registers it, as `--import baselines.hard_maze` or `baselines.hard_maze:unlock/...` does.
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
