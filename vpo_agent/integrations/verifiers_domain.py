"""verifiers tasksets as domains: the prompts of a taskset, with its rewards as objectives."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from vpo_envs.datasets.from_rows import RowsDomain
from vpo_envs.extras import import_extra
from vpo_envs.task import Objective


class VerifiersDomain(RowsDomain):
    """A domain over a verifiers taskset whose tasks have text prompts and are scored from the reply alone.

    Rewards that need a runtime (a sandbox) cannot be objectives, nor can several turns or tools: such
    environments stay with verifiers. Tasks are divided into splits as by `vpo_envs.from_rows`.

    Args:
        taskset: Id of an installed taskset.
        objectives: Names of its rewards, each in [0, 1]; None: all that its tasks define.
        tasks: Maximum number of tasks to read.
        **config: Fields of the taskset's configuration.

    Raises:
        ImportError: If verifiers or the taskset is not installed.
        ValueError: If there are no rewards, or prompts are not texts.
    """

    def __init__(
        self,
        taskset: str,
        objectives: Sequence[Objective | str] | None = None,
        tasks: int = 1000,
        **config: Any,
    ) -> None:
        vf = import_extra("verifiers.v1", "verifiers", f"taskset={taskset!r}")
        kind = vf.taskset_config_type(taskset)
        loaded = vf.load_taskset(kind.model_validate({"id": taskset, **config}))
        self.tasks = list(islice(loaded, tasks))
        if not self.tasks:
            raise ValueError(f"taskset={taskset!r} has no tasks")
        if objectives is None:
            objectives = [hook.__name__ for hook in self.tasks[0].hooks("reward")]
        if not objectives:
            raise ValueError(
                f"taskset={taskset!r} defines no rewards; its tasks cannot be scored from a reply"
            )
        rows = [
            {"prompt": _prompt(taskset, task), "system": task.data.system_prompt, "place": place}
            for place, task in enumerate(self.tasks)
        ]
        super().__init__(rows, self._rewards, objectives)

    def _rewards(self, completion: str, place: int) -> dict[str, float]:
        """Returns the rewards of a reply by name.

        Raises:
            ValueError: If the task did not give one of the objectives.
        """
        vf, task = import_extra("verifiers.v1", "verifiers"), self.tasks[place]
        trace = vf.Trace(
            task=vf.TraceTask(type=type(task).__name__, data=task.data, key=task.key, hash=task.hash),
            agent=vf.AgentInfo(config=vf.AgentConfig()),
            nodes=[
                vf.MessageNode(message=vf.UserMessage(content=task.data.prompt_text)),
                vf.MessageNode(parent=0, message=vf.AssistantMessage(content=completion), sampled=True),
            ],
            is_completed=True,
            ok=True,
        )
        with ThreadPoolExecutor(1) as thread:  # a notebook's thread has an event loop of its own
            thread.submit(asyncio.run, task.score(trace)).result()
        found = {name: reward.score for name, reward in trace.rewards.items() if reward is not None}
        missing = [name for name in self.objective_names if name not in found]
        if missing:
            raise ValueError(
                f"task {task.key} gave {sorted(found)} and no {', '.join(missing)}: these need a runtime, or "
                "are misspelt; name the objectives"
            )
        return {name: found[name] for name in self.objective_names}


def _prompt(taskset: str, task: Any) -> str:
    data = task.data
    if data.prompt is None:
        raise ValueError(f"taskset={taskset!r}: task {task.key} has no prompt")
    return str(data.prompt_text)
