"""A served model in the place of an agent: for `evaluate`, for search, for `predict`."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
import numpy as np

from vpo_agent.agents.config import AgentConfig
from vpo_agent.generation.rollout import Completion, Rollouts, play
from vpo_agent.integrations.endpoint import Endpoint
from vpo_agent.integrations.reply import Reply
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.seeding import Seed
from vpo_agent.tasks.source import TaskSource, task_source


@dataclass
class Usage:
    """What an endpoint's completions have cost, by its own account.

    Attributes:
        completions: How many there were.
        cut: Those that ended at `max_new_tokens`.
        prompt_tokens: None where not every reply reports them.
        completion_tokens: None where not every reply reports them.
        models: Names of the models that answered, in the server's words.
    """

    completions: int = 0
    cut: int = 0
    prompt_tokens: int | None = 0
    completion_tokens: int | None = 0
    models: set[str] = field(default_factory=set)

    def add(self, replies: Sequence[Reply]) -> None:
        """Counts replies."""
        self.completions += len(replies)
        self.cut += sum(reply.finish == "length" for reply in replies)
        self.models |= {reply.model for reply in replies if reply.model}
        for reply in replies:
            self.prompt_tokens = _sum(self.prompt_tokens, reply.prompt_tokens)
            self.completion_tokens = _sum(self.completion_tokens, reply.completion_tokens)


class EndpointAgent:
    """A served model with the members of an agent that do not train: `rollouts`, `predict`, `set_env`.

    Args:
        endpoint: Where it is served.
        env: An environment with text observations, text actions and vector rewards, or its id.
        on_reply: Called for every completion, also for one that the cache holds; not in the main thread.
        **settings: Fields of `AgentConfig`, of which `num_candidates`, `seed`, `max_new_tokens` (512 by
            default), `temperature` and `top_p` matter.

    Attributes:
        usage: The cost of all completions so far, those from the cache included.

    Example:
        >>> endpoint = Endpoint("http://localhost:8000/v1", "Qwen/Qwen3-1.7B", cache="replies.jsonl")
        >>> agent = EndpointAgent(endpoint, "vpo/Maze-v0", num_candidates=3)
        >>> evaluate(agent, tasks=16, pool=12).summary()  # doctest: +SKIP
    """

    def __init__(
        self,
        endpoint: Endpoint,
        env: gym.Env[Any, Any] | str,
        *,
        on_reply: Callable[[], None] | None = None,
        **settings: Any,
    ) -> None:
        self.endpoint = endpoint
        self.config = AgentConfig.from_settings(settings)
        self.on_reply = on_reply
        self.usage = Usage()
        self.set_env(env)

    def set_env(self, env: gym.Env[Any, Any] | str) -> None:
        """Goes on in another environment."""
        self.source = task_source(env)

    @property
    def name(self) -> str:
        """The model and its server."""
        return f"{self.endpoint.model} at {self.endpoint.url}"

    @property
    def num_candidates(self) -> int:
        """Answers per completion, m."""
        return self.config.num_candidates

    @property
    def sampling(self) -> Sampling:
        """Sampling settings where no others are given."""
        return self.config.sampling

    def describe(self) -> dict[str, Any]:
        """Returns what determines the answers: the model and its server, and what is asked for."""
        return {
            "agent": self.name,
            "weights": self.endpoint.identity,
            "config": {"num_candidates": self.config.num_candidates},
        }

    def rollouts(
        self,
        tasks: Sequence[Any],
        group_size: int,
        sampling: Sampling,
        seed: Seed,
        *,
        source: TaskSource | None = None,
        turns: int | None = None,
    ) -> Rollouts:
        """Completes and scores; rollout g of the i-th task is the same request in every longer list.

        Args:
            tasks: P tasks of the source.
            group_size: Completions per task, G.
            sampling: How the server is to draw them.
            seed: Seeds the seeds that the server is given; or one for each task.
            source: Where the tasks come from; None: the agent's own source.
            turns: Turns of an episode; None: as many as the source has.

        Raises:
            EndpointError: If the server refuses a request, or fails to the end.
        """

        def write(prompts: Sequence[str], rows: int, turn: int) -> list[Completion]:
            repeated = [prompt for prompt in prompts for _ in range(rows)]
            places = (divmod(i, group_size) for i in range(len(repeated)))
            seeds = [
                _seed(seed[task], turn, rollout)
                if isinstance(seed, Sequence)
                else _seed(seed, turn, task, rollout)
                for task, rollout in places
            ]
            replies = self._complete(repeated, sampling, seeds)
            if sampling.temperature and rows > 1:
                _warn_if_greedy([reply.text for reply in replies], rows)
            return [Completion(r.text, r.completion_tokens, r.finish != "length") for r in replies]

        return play(write, source or self.source, tasks, self.config.answer_format, group_size, turns)

    def predict(
        self, prompt: str, *, deterministic: bool = False, seed: int | None = None, **sampling: Any
    ) -> tuple[tuple[str, ...], None]:
        """Candidates for one prompt, see `Agent.predict`."""
        if not isinstance(prompt, str):
            raise TypeError(f"prompt is a str, not {type(prompt).__name__}")
        if deterministic:
            sampling["temperature"] = 0.0
        how = dataclasses.replace(self.config.sampling, **sampling)
        asked = self.config.answer_format.instruct(prompt, self.source.style)
        (reply,) = self._complete([asked], how, [_seed(self.config.seed if seed is None else seed)])
        return tuple(answer or "" for answer in self.config.answer_format.parse(reply.text)), None

    def _complete(self, prompts: Sequence[str], sampling: Sampling, seeds: Sequence[int]) -> list[Reply]:
        replies = self.endpoint.complete(prompts, sampling, seeds, self.on_reply)
        self.usage.add(replies)
        return replies


def _seed(*place: int) -> int:
    """A seed of its own for every place, small enough for all servers."""
    return int(np.random.SeedSequence(place).generate_state(1)[0] >> 1)


def _sum(total: int | None, count: int | None) -> int | None:
    return None if total is None or count is None else total + count


def _warn_if_greedy(texts: Sequence[str], rows: int) -> None:
    if all(len(set(texts[i : i + rows])) == 1 for i in range(0, len(texts), rows)):
        warnings.warn(
            f"the {rows} completions of every prompt are all the same: the server seems not to sample; some "
            "do so only where the model's generation_config.json says do_sample",
            stacklevel=2,
        )
