"""Larger maze for searches with large budgets.

It has nearly twice the tiles of the small maze, and more walls, rewards and lava. Importing this module
registers a single-turn version, `baselines.envs.hard_maze:unlock/MazeHard-v0`, and a two-turn version for
searches that show earlier answers, `baselines.envs.hard_maze:unlock/MazeHardTurns-v0`.
"""

from vpo_envs.registration import register

for id, turns in (("unlock/MazeHard-v0", 1), ("unlock/MazeHardTurns-v0", 2)):
    register(
        id,
        "vpo_envs.domains.maze:MazeDomain",
        max_turns=turns,
        prompt_style="compact",
        size=8,
        layout="scattered",
        walls=12,
        gold=4,
        diamonds=4,
        lava=6,
    )
