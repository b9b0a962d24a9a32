"""Domains as verifiers environments: a taskset, its rewards and metrics, a harness of one turn, and pools.

`vpo export --layout verifiers` writes a package whose classes derive from these. Needs the package verifiers,
so this module is imported by such packages alone.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import verifiers.v1 as vf
from openai import AsyncOpenAI
from pydantic import Field

from vpo_agent.integrations.rollout_score import RolloutScore, Scored
from vpo_agent.tasks.export import task_rows

_LOCK = threading.Lock()  # verifiers scores many rollouts at once; domains need not be thread-safe


class DomainTaskData(vf.TaskData):
    """A task of a domain.

    Attributes:
        row: The row of `vpo_agent.tasks.export`, from which the task is created again.
    """

    row: dict[str, Any]


class DomainTaskConfig(vf.TaskConfig):
    """The settings of the reward, see `vpo_agent.integrations.rollout_score.RolloutScore`."""

    agent: str = "vpo"
    n_weights: int = 100
    alpha: float = 1.0
    seed: int = 0


class DomainTask(vf.Task[DomainTaskData, vf.State, DomainTaskConfig]):
    """A task whose reward is the agent's rollout score, and whose metrics are the objectives."""

    @property
    def key(self) -> str:
        """Identity of the task: environment, settings, split and index."""
        row = self.data.row
        return " ".join(str(row[name]) for name in ("env", "settings", "id", "num_candidates"))

    @vf.reward
    async def set_score(self, trace: vf.Trace) -> float:
        """Returns the score of the completion's set of answers."""
        return (await self._scored(trace)).score

    @vf.metric
    async def measures(self, trace: vf.Trace) -> dict[str, float]:
        """Returns `Scored.measures`; the trace's `info` receives the reward vectors."""
        scored = await self._scored(trace)
        trace.info["reward_vectors"] = scored.rewards
        return scored.measures()

    async def _scored(self, trace: vf.Trace) -> Scored:
        config = self.config
        how = RolloutScore(config.agent, config.n_weights, config.alpha, config.seed)
        return await asyncio.to_thread(_score, how, json.dumps(self.data.row), trace.last_reply)


@lru_cache(maxsize=4096)  # a completion's reward and metrics are asked for one after the other
def _score(how: RolloutScore, row: str, completion: str) -> Scored:
    with _LOCK:
        return how([json.loads(row)], [completion])[0]


class DomainTasksetConfig(vf.TasksetConfig):
    """The settings of a taskset, see `vpo_agent.tasks.export.task_rows`."""

    env: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)
    split: str = "train"
    tasks: int = 1000
    start: int = 0
    num_candidates: int = 1
    task: DomainTaskConfig = DomainTaskConfig()


class DomainTaskset(vf.Taskset[DomainTask, DomainTasksetConfig]):
    """The tasks of a domain, as prompts that request `num_candidates` answers."""

    def load(self) -> Iterator[DomainTask]:
        """Yields the tasks in the order of their index."""
        config = self.config
        for row in task_rows(
            config.env,
            config.tasks,
            split=config.split,
            start=config.start,
            num_candidates=config.num_candidates,
            layout="chat",
            **config.settings,
        ):
            said = {message["role"]: message["content"] for message in row.pop("prompt")}
            asked = {"prompt": said["user"], "system_prompt": said.get("system")}
            yield DomainTask(DomainTaskData(id=row["id"], row=row, **asked), config.task)


class PoolEnvConfig(vf.EnvConfig):
    """The settings of an environment of pools, see `vpo_agent.integrations.rollout_score.RolloutScore`."""

    agent: vf.AgentConfig = vf.AgentConfig()
    group_size: int = 24
    pool_size: int = 8


class PoolEnv(vf.Env[PoolEnvConfig]):
    """Episodes of `group_size` completions of a task, which are scored together by the rule `pool_vpo`."""

    async def run(self, task: vf.Task, agents: vf.Agents) -> None:
        """Samples the completions."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.config.group_size):
                group.create_task(agents.agent.run(task))

    async def finalize(self, task: DomainTask, episode: vf.Episode) -> None:
        """Replaces the reward of every completion by its share in pools of the group's completions.

        Raises:
            ValueError: If a completion is missing, or the sizes are out of range.
        """
        config, settings = self.config, task.config
        how = RolloutScore(
            "pool_vpo",
            settings.n_weights,
            settings.alpha,
            settings.seed,
            pool_size=config.pool_size,
            group_size=config.group_size,
        )
        if lost := [trace for trace in episode.traces if not trace.ok]:
            raise ValueError(f"{len(lost)} of the group's {config.group_size} completions failed")
        replies = [trace.last_reply for trace in episode.traces]
        shares = await asyncio.to_thread(_score_group, how, task.data.row, replies)
        for trace, share in zip(episode.traces, shares, strict=True):
            trace.record_reward("set_score", share)


def _score_group(how: RolloutScore, row: dict[str, Any], completions: list[str]) -> list[float]:
    with _LOCK:
        return [scored.score for scored in how([row] * len(completions), completions)]


class SingleTurnHarness(vf.Harness[vf.HarnessConfig]):
    """A harness of one request and one reply, without tools; runs in verifiers' own process."""

    APPENDS_SYSTEM_PROMPT = True
    EXECUTES_CODE = False
    NEEDS_CONTAINER = False

    async def launch(
        self,
        ctx: vf.ModelContext,
        trace: vf.Trace,
        runtime: vf.Runtime,
        endpoint: str,
        secret: str,
        mcp_urls: dict[str, str],
        data: vf.TaskData,
    ) -> vf.ProgramResult:
        """Sends the prompt to the model."""
        system, prompt = self.resolve_text_prompt(data)
        messages = [{"role": "system", "content": system}] if system else []
        messages.append({"role": "user", "content": prompt or ""})
        async with AsyncOpenAI(base_url=endpoint, api_key=secret, timeout=None) as client:
            reply = await client.chat.completions.create(model=ctx.model, messages=messages)  # type: ignore
        return vf.ProgramResult(exit_code=0, stdout=reply.choices[0].message.content or "", stderr="")
