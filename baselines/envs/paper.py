"""The paper's four tasks with the authors' readers and scorers (arXiv 2605.22817): `vpo-paper/...`.

Importing this module registers `vpo-paper/Maze-v0`, `vpo-paper/MuSiQue-v0`, `vpo-paper/EUREQA-v0` and
`vpo-paper/ToolRL-v0`. The maze needs no data. The others read the folders `musique`, `eureqa` and `rlla_4k`
inside the folder that the environment variable `VPO_DATA` names. Without it MuSiQue and EUREQA come from the
hub, and rlla_4k from `rlla_4k` in the current folder. `vpo data` says how to get each.
"""

from __future__ import annotations

import os
from pathlib import Path

from vpo_envs.registration import register

ROOT = os.environ.get("VPO_DATA")


def place(folder: str, otherwise: str) -> str:
    """Returns the folder of a data set under `VPO_DATA`, or another source where that is not set."""
    return str(Path(ROOT, folder)) if ROOT else otherwise


register("vpo-paper/Maze-v0", "vpo_envs.domains.maze:MazeDomain", paper=True)
register(
    "vpo-paper/MuSiQue-v0",
    "vpo_envs.domains.multihop_qa:MultiHopQADomain",
    paper=True,
    dataset=place("musique", "dgslibisey/MuSiQue"),
)
register(
    "vpo-paper/EUREQA-v0",
    "vpo_envs.domains.entity_chain:EntityChainDomain",
    paper=True,
    dataset=place("eureqa", "vincentleebang/EUREQA"),
)
register(
    "vpo-paper/ToolRL-v0",
    "vpo_envs.domains.tool_use:ToolUseDomain",
    paper=True,
    dataset=place("rlla_4k", "rlla_4k"),
)
