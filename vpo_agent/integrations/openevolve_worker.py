"""The functions that OpenEvolve calls: the policy as its model, the domain's scorer as its evaluator.

Programs are answers as JSON strings of one line, so that templates, code fences and files preserve any text.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.envs.registration import EnvSpec

from vpo_agent.agents.base import Agent
from vpo_agent.generation.generator import Generator
from vpo_agent.models.policy import Policy
from vpo_agent.models.sampling import Sampling
from vpo_agent.search.generation_log import NOTE
from vpo_agent.search.parents import ParentTasks, Request
from vpo_agent.search.sampling import tokens_of_turns
from vpo_agent.tasks.source import DomainTasks, TaskSource, task_source
from vpo_envs.task import Reward

WRITER, LOG = "writer", "answers.jsonl"

# The client needs only the programs in OpenEvolve's prompt; it builds its own prompt from them.
TEMPLATES = {
    "full_rewrite_user": "{evolution_history}\n{current_program}",
    "evolution_history": "{top_programs}\n{inspirations_section}",
    "inspirations_section": "{inspiration_programs}",
    "inspiration_program": "{program_snippet}",
    "top_program": "{program_snippet}",
}


def to_program(answer: str) -> str:
    r"""Returns an answer as a program, without backquotes, which OpenEvolve reads as code fences.

    Example:
        >>> print(to_program("`a`"))
        "\u0060a\u0060"
    """
    return json.dumps(answer).replace("`", "\\u0060")


def draw(
    generator: Generator, source: TaskSource, sampling: Sampling, request: Request, seed: int
) -> dict[str, Any]:
    """Samples one rollout; returns its answers, reward vectors and number of tokens."""
    drawn = generator.rollouts([request], 1, sampling, seed, source=ParentTasks(source))
    return {
        "answers": list(drawn.answers[0][0]),
        "rewards": drawn.rewards[0, 0].tolist(),
        "tokens": int(tokens_of_turns(drawn).sum()),
    }


class Session:
    """The search for one task.

    Args:
        folder: Folder of the task, prepared by `OpenEvolveSearch`.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.note = json.loads((self.folder / NOTE).read_text())
        self.rewards: dict[str, Reward] = {}  # of all answers so far, in order of generation
        self.rollouts = self.answers = 0
        self.waiting: list[str] = []
        for line in (self.folder / LOG).read_text().splitlines():
            self._know(**json.loads(line))

    @cached_property
    def writer(self) -> Agent:
        """Agent that answers requests; loaded on first use, since CUDA cannot be used before a fork."""
        note = self.note["writer"]
        policy = Policy.from_pretrained(
            self.folder.parent / note["folder"],
            device=note["device"],
            dtype=note["dtype"],
            attention=note["attention"],
        )
        kind: type[Agent] = resolve_name(note["agent"])
        return kind(policy, self._env(), **note["config"])

    @cached_property
    def source(self) -> DomainTasks:
        """Source of the task."""
        source = task_source(self._env())
        assert isinstance(source, DomainTasks)  # checked by `OpenEvolveSearch.search`
        return source

    def _env(self) -> gym.Env[Any, Any]:
        """Makes the environment as the searching process has written it down for this one."""
        return gym.make(EnvSpec.from_json(self.note["writer"]["env"]))

    @cached_property
    def task(self) -> Any:
        """Task of the search."""
        return self.source.domain.task(*self.note["task"])

    def best(self) -> str:
        """Returns the best answer so far under the fixed scalarization."""
        return max(self.rewards, key=lambda answer: self.score(answer)["combined_score"])

    def score(self, answer: str) -> dict[str, float]:
        """Returns the metrics for MAP-Elites: every objective, and the fixed scalarization."""
        if answer not in self.rewards:
            self.rewards[answer] = self.source.score([self.task], [answer])[0]
        reward = self.rewards[answer]
        named = zip(self.note["objectives"], reward.tolist())
        return {**dict(named), "combined_score": float(reward @ np.array(self.note["weights"]))}

    def write(self, parents: list[str]) -> str:
        """Returns the next answer; the answers of a rollout are returned one by one, one per iteration."""
        if not self.waiting:
            rng = np.random.default_rng([self.note["stream"], self.rollouts])
            request = Request(self.task)
            known = [answer for answer in self.rewards if answer and answer in parents]
            if known and rng.random() >= self.note["settings"]["fresh"]:
                request = Request(self.task, known, np.array([self.rewards[answer] for answer in known]))
            how = replace(self.writer.sampling, **self.note["sampling"])
            record = draw(self.writer, self.source, how, request, int(rng.integers(2**62)))
            with open(self.folder / LOG, "a") as log:
                log.write(json.dumps(record) + "\n")
            self._know(**record)
            self.waiting = list(record["answers"])
        return self.waiting.pop(0)

    def _know(self, answers: list[str], rewards: list[list[float]], tokens: int) -> None:
        self.rollouts += 1
        self.answers += len(answers)
        for answer, reward in zip(answers, rewards):
            self.rewards.setdefault(answer, np.array(reward, np.float32))


@lru_cache(maxsize=1)
def session(folder: str) -> Session:
    """Returns the session of this process, shared by client and evaluator."""
    return Session(folder)


class Client:
    """A model with OpenEvolve's interface.

    Args:
        folder: Folder of the task.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.model = "policy"

    async def generate(self, prompt: str, **settings: Any) -> str:
        """Returns a new program, given a prompt with earlier ones."""
        parents = [json.loads(line) for line in prompt.splitlines() if line.startswith('"')]
        return to_program(session(self.folder).write(parents))

    async def generate_with_context(
        self, system_message: str, messages: list[dict[str, str]], **settings: Any
    ) -> str:
        """Returns a new program, given a conversation whose last message is the prompt."""
        return await self.generate(messages[-1]["content"])


def connect(folder: str, config: Any) -> Client:
    """Returns the client of a folder; bound to a folder, it is the `init_client` of OpenEvolve's model."""
    return Client(folder)


def evaluate(folder: str, program: str) -> dict[str, float]:
    """Returns the metrics of the program in a file; called by the evaluator's module."""
    return session(folder).score(json.loads(Path(program).read_text()))
