"""Export of an environment as a package for verifiers, which trainers and evaluators load by its name."""

from __future__ import annotations

import json
import keyword
import re
from pathlib import Path
from typing import Any

from vpo_agent.common.atomic_io import write_atomically
from vpo_agent.common.settings import check_at_least
from vpo_agent.integrations.rollout_score import RolloutScore
from vpo_agent.tasks.export import task_rows

MODULE = '''"""{env} as a verifiers environment."""

import verifiers.v1 as vf

from vpo_agent.integrations.verifiers_taskset import (
    DomainTask,
    DomainTaskConfig,
    DomainTaskset,
    DomainTasksetConfig,{pool_import}
    SingleTurnHarness,
)

__all__ = [{pool_name}"{name}Harness", "{name}Taskset"]


class {name}Config(DomainTasksetConfig):
    """The settings of the taskset, under `--env.taskset.*`."""

    env: str = {env!r}
    settings: dict = {settings!r}
    split: str = {split!r}
    tasks: int = {tasks!r}
    start: int = {start!r}
    num_candidates: int = {num_candidates!r}
    task: DomainTaskConfig = DomainTaskConfig(agent={agent!r})


class {name}Taskset(DomainTaskset, vf.Taskset[DomainTask, {name}Config]):
    """The tasks of {env}."""


class {name}Harness(SingleTurnHarness):
    """One prompt, one reply."""
'''
POOL = '''

class {name}Env(PoolEnv):
    """A group of completions of a task, rewarded for what they add to pools of the group."""
'''
PROJECT = """[project]
name = "{package}"
version = "0.1.0"
description = "{env}: a multi-objective text environment"
requires-python = ">=3.11"
dependencies = ["vpo-gym[agents]", "verifiers>=0.4"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
packages = ["{module}"]
"""
README = """# {env}

An environment for verifiers, written by `vpo export --layout verifiers`.

```
pip install -e .
vf-eval {package} --model MODEL --client.base-url http://localhost:8000/v1 -n 8 -r {episodes} \\
    --env.agent.runtime.type subprocess
```

{reward} The metrics are {objectives},
`best_scalar`, `well_formed` and `repeated`. The trace's `info.reward_vectors` holds the reward vector of each
answer.
"""
REWARD = """The reward is the score of the completion's {num_candidates} answers by the rule
`--env.taskset.task.agent`, here `{agent}`."""
POOL_REWARD = """An episode is `--env.group-size` completions of a task, scored together: the reward of a
completion is its expected share in pools of `--env.pool-size` of them."""


def write_package(
    folder: str | Path,
    env: str,
    *,
    tasks: int = 1000,
    split: str = "train",
    start: int = 0,
    num_candidates: int = 1,
    agent: str = "vpo",
    **settings: Any,
) -> None:
    """Writes a package with a taskset of the environment's domain and a harness of one turn.

    Args:
        folder: Folder of the package; its name is the name by which verifiers loads the environment.
        env: See `vpo_agent.tasks.export.task_rows`, as for the next arguments.
        tasks: Maximum number of tasks.
        split: `train`, `validation` or `test`.
        start: Index of the first task.
        num_candidates: Answers in a completion.
        agent: Rule of the reward, a key of `vpo_agent.integrations.rollout_score.AGENTS`. With `pool_vpo`,
            the package has an environment whose episodes are whole groups, because tasks of verifiers are
            scored completion by completion.
        **settings: Settings of the environment.

    Raises:
        ValueError: If an argument is out of range, the environment has no domain, or the folder holds files
            or has a name that is no module's.
    """
    check_at_least({"tasks": tasks}, tasks=1)
    folder = Path(folder)
    package, module = folder.name.replace("_", "-").lower(), folder.name.replace("-", "_").lower()
    if not module.isidentifier() or keyword.iskeyword(module):
        raise ValueError(f"out={str(folder)!r}: its last part names a Python module, for example vpo_maze")
    if folder.exists() and (folder.is_file() or any(folder.iterdir())):
        raise ValueError(f"out={str(folder)!r} holds other files; choose a new folder")
    pool = RolloutScore(agent).together > 1
    alone = "vpo" if pool else agent  # the rule for a completion; a pool's environment replaces its reward
    (row,) = task_rows(env, 1, split=split, start=start, num_candidates=num_candidates, **settings)
    (scored,) = RolloutScore(alone)([row], [""])
    name = "".join(part.capitalize() for part in re.split("_+", module))
    values = {
        "env": env,
        "name": name,
        "module": module,
        "package": package,
        "settings": json.loads(row["settings"]),
        "split": split,
        "tasks": tasks,
        "start": start,
        "num_candidates": num_candidates,
        "agent": alone,
        "episodes": 1 if pool else 4,
        "pool_import": "\n    PoolEnv," if pool else "",
        "pool_name": f'"{name}Env", ' if pool else "",
        "objectives": ", ".join(f"`objective/{objective}`" for objective in scored.objectives),
    }
    values["reward"] = (POOL_REWARD if pool else REWARD).format(**values)
    (folder / module).mkdir(parents=True, exist_ok=True)
    code = MODULE + POOL if pool else MODULE
    write_atomically(folder / module / "__init__.py", code.format(**values))
    write_atomically(folder / "pyproject.toml", PROJECT.format(**values))
    write_atomically(folder / "README.md", README.format(**values))
