"""A served model as a generator, for evaluation, search and `predict`."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from vpo_agent.agents.config import MAX_NEW_TOKENS, AgentConfig
from vpo_agent.common.settings import Settings, check_at_least
from vpo_agent.generation.rollout import Completion, Rollouts, play
from vpo_agent.integrations.endpoint import Endpoint
from vpo_agent.integrations.reply import Reply
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.seeding import Seed
from vpo_agent.tasks.source import TaskSource, task_source


@dataclass
class Usage:
    """The cost of an endpoint's completions, as reported by the server.

    Attributes:
        completions: Number of completions.
        cut: Number of completions truncated at `max_new_tokens`.
        prompt_tokens: Number of prompt tokens; None if a reply does not report it.
        completion_tokens: Number of sampled tokens; None if a reply does not report it.
        models: Names of the models in the replies.
    """

    completions: int = 0
    cut: int = 0
    prompt_tokens: int | None = 0
    completion_tokens: int | None = 0
    models: set[str] = field(default_factory=set)

    def add(self, replies: Sequence[Reply]) -> None:
        """Adds the cost of replies."""
        self.completions += len(replies)
        self.cut += sum(reply.finish == "length" for reply in replies)
        self.models |= {reply.model for reply in replies if reply.model}
        for reply in replies:
            self.prompt_tokens = _sum(self.prompt_tokens, reply.prompt_tokens)
            self.completion_tokens = _sum(self.completion_tokens, reply.completion_tokens)


@dataclass(frozen=True, kw_only=True)
class EndpointConfig(Settings):
    """The settings of a served model's completions.

    Attributes:
        num_candidates: Answers per completion, m.
        seed: Seed of `predict`.
        max_new_tokens: Maximum length of a completion in tokens.
        temperature: Default sampling temperature; 0 is greedy decoding.
        top_p: Default nucleus mass.
    """

    unused: ClassVar[Mapping[str, str]] = {
        field.name: "a served model is not trained, and its server decides how it runs"
        for field in fields(AgentConfig)
        if field.name not in ("num_candidates", "seed", "max_new_tokens", "temperature", "top_p")
    }
    num_candidates: int = 1
    seed: int = 0
    max_new_tokens: int = MAX_NEW_TOKENS
    temperature: float = 1.0
    top_p: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_at_least(vars(self), num_candidates=1, seed=0)
        _ = self.sampling  # constructed to check its fields

    @property
    def answer_format(self) -> AnswerFormat:
        """Answer format with `num_candidates` candidates."""
        return AnswerFormat(self.num_candidates)

    @property
    def sampling(self) -> Sampling:
        """Sampling settings."""
        return Sampling(self.max_new_tokens, self.temperature, self.top_p)


class EndpointAgent:
    """A served model with the interface of an agent, except for training.

    Args:
        endpoint: Endpoint of the model.
        env: An environment with text observations, text actions and vector rewards, or its id.
        on_reply: Function called for every completion, cached ones included; not in the main thread.
        **settings: Fields of `EndpointConfig`.

    Attributes:
        usage: Cost of all completions so far, cached ones included.

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
        self.config = EndpointConfig.from_settings(settings)
        self.on_reply = on_reply
        self.usage = Usage()
        self.set_env(env)

    def set_env(self, env: gym.Env[Any, Any] | str) -> None:
        """Replaces the environment."""
        self.source = task_source(env)

    @property
    def name(self) -> str:
        """Name of the model and URL of its server."""
        return f"{self.endpoint.model} at {self.endpoint.url}"

    @property
    def num_candidates(self) -> int:
        """Answers per completion, m."""
        return self.config.num_candidates

    @property
    def sampling(self) -> Sampling:
        """Default sampling settings."""
        return self.config.sampling

    def describe(self) -> dict[str, Any]:
        """Returns all that determines the answers: model, server and number of candidates."""
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
        """Samples and scores `group_size` rollouts of each task, see `Generator.rollouts`.

        Rollout g of task i is the same request for any larger number of tasks or rollouts.

        Args:
            tasks: P tasks of the source.
            group_size: Rollouts per task, G.
            sampling: Sampling settings of the server.
            seed: Seed from which the requests' seeds are derived; or one per task.
            source: Source of the tasks; None: the agent's own source.
            turns: Turns per episode; None: the source's `max_turns`.

        Raises:
            EndpointError: If the server rejects a request, or retries are used up.
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
        """Samples the candidates for one prompt, see `Agent.predict`."""
        if not isinstance(prompt, str):
            raise TypeError(f"prompt is a str, not {type(prompt).__name__}")
        if deterministic:
            sampling["temperature"] = 0.0
        how = self.config.sampling.changed(("deterministic", "seed"), **sampling)
        asked = self.config.answer_format.instruct(prompt, self.source.style)
        (reply,) = self._complete([asked], how, [_seed(self.config.seed if seed is None else seed)])
        return tuple(answer or "" for answer in self.config.answer_format.parse(reply.text)), None

    def _complete(self, prompts: Sequence[str], sampling: Sampling, seeds: Sequence[int]) -> list[Reply]:
        replies = self.endpoint.complete(prompts, sampling, seeds, self.on_reply)
        self.usage.add(replies)
        return replies


def _seed(*place: int) -> int:
    """Derives a seed below 2**31, the range of all servers, from a position."""
    return int(np.random.SeedSequence(place).generate_state(1)[0] >> 1)


def _sum(total: int | None, count: int | None) -> int | None:
    return None if total is None or count is None else total + count


def _warn_if_greedy(texts: Sequence[str], rows: int) -> None:
    if all(len(set(texts[i : i + rows])) == 1 for i in range(0, len(texts), rows)):
        warnings.warn(
            f"the {rows} completions of every prompt are all the same: the server seems not to sample; some "
            "do so only where the model's generation_config.json sets do_sample",
            stacklevel=2,
        )
