"""Sources of prompts and rewards: a domain in batches, or any Gymnasium environment step by step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker
from numpy.typing import NDArray

from vpo_envs import knobs
from vpo_envs.domain import Domain
from vpo_envs.env import VectorRewardEnv
from vpo_envs.reading import remove_thought
from vpo_envs.task import Reward, Task


class TaskSource(ABC):
    """A source of tasks, of their prompts and of the rewards of answers.

    Attributes:
        objective_names: Names of the d objectives.
        weights: Preference weights of the fixed scalarization `w*`, shape (d,).
        style: Prompt style, `full` or `compact`.
        max_turns: Turns per episode.
        spec: Gymnasium's specification of the environment; None if it was not made by `gym.make`.
    """

    spec: EnvSpec | None = None
    objective_names: tuple[str, ...]
    weights: NDArray[np.float64]
    style: str
    max_turns: int

    @property
    def env_id(self) -> str:
        """Id of the environment; empty if the environment was not made by `gym.make`."""
        return self.spec.id if self.spec else ""

    @abstractmethod
    def draw(self, rng: np.random.Generator, n: int) -> list[Any]:
        """Draws `n` random tasks."""

    @abstractmethod
    def prompts(self, tasks: Sequence[Any]) -> list[str]:
        """Returns the prompt of each task's first turn."""

    @abstractmethod
    def score(self, tasks: Sequence[Any], answers: Sequence[str]) -> Reward:
        """Returns the rewards (n, d) of n answers to n tasks, pairwise."""

    @abstractmethod
    def turn_prompt(self, task: Any, answers: Sequence[str], rewards: Reward) -> str:
        """Returns the prompt of a further turn, given the pool so far."""

    def answer_key(self, task: Any, answer: str) -> str:
        """Returns a key that equal answers share; empty for an unreadable answer."""
        return " ".join(answer.split())

    def vote_key(self, task: Any, answer: str) -> str:
        """Returns the key by which an answer votes; empty for no vote."""
        return self.answer_key(task, answer)


class DomainTasks(TaskSource):
    """Tasks of a domain, scored in one batch."""

    def __init__(self, domain: Domain, split: str = "train", style: str = "full", max_turns: int = 1):
        self.domain = domain
        self.split = split
        self.style = style
        self.max_turns = max_turns
        self.objective_names = domain.objective_names
        self.weights = domain.weights

    def draw(self, rng: np.random.Generator, n: int) -> list[Task]:
        """Draws tasks at random indices of the split."""
        return [self.domain.task(self.split, int(index)) for index in rng.integers(2**31, size=n)]

    def first(self, n: int) -> list[Task]:
        """Returns the first `n` tasks of the split.

        Raises:
            ValueError: If the split has fewer tasks.
        """
        self.check(n)
        return [self.domain.task(self.split, index) for index in range(n)]

    def check(self, n: int) -> None:
        """Checks that the split has `n` different tasks; indices past the end of a data set wrap around.

        Raises:
            ValueError: If the split has fewer tasks.
        """
        size = self.domain.size(self.split)
        if size is not None and n > size:
            raise ValueError(
                f"tasks={n}: split {self.split!r} of the data set has {size}; ask for no more than that"
            )

    def prompts(self, tasks: Sequence[Task]) -> list[str]:
        """Returns the tasks' texts in the source's prompt style."""
        return [task.text(self.style) for task in tasks]

    def score(self, tasks: Sequence[Task], answers: Sequence[str]) -> Reward:
        """Returns the rewards of the domain's `score_batch`."""
        return self.domain.score_batch(tasks, answers)

    def turn_prompt(self, task: Task, answers: Sequence[str], rewards: Reward) -> str:
        """Returns the domain's prompt with the pool and its feedback."""
        return self.domain.turn_prompt(task, self.style, answers, rewards)

    def answer_key(self, task: Task, answer: str) -> str:
        """Returns the domain's answer key; empty for an answer above the maximum length."""
        return self._key(self.domain.answer_key, task, answer)

    def vote_key(self, task: Task, answer: str) -> str:
        """Returns the domain's vote key; empty for an answer above the maximum length."""
        return self._key(self.domain.vote_key, task, answer)

    def _key(self, key: Callable[[Task, str], str], task: Task, answer: str) -> str:
        answer = self.domain.final_answer(answer)
        return key(task, answer) if len(answer) <= self.domain.max_answer_length else ""


class EnvTasks(TaskSource):
    """Episodes of any Gymnasium environment with text observations, text actions and vector rewards.

    A task is a seed for `reset`, so that every answer meets the same task.

    Args:
        env: The environment; single-turn, with one answer per step.

    Raises:
        ValueError: If observations or actions are not texts, there is no vector `reward_space`, or
            `objective_names` or `weights` of the environment do not fit it.
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        for name in ("observation_space", "action_space"):
            if not isinstance(getattr(env, name), gym.spaces.Text):
                raise ValueError(
                    f"env={env} has {name}={getattr(env, name)}; agents read and write single texts "
                    "(gymnasium.spaces.Text or vpo_envs.spaces.FreeText)"
                )
        space = _attribute(env, "reward_space", None)
        if space is None or len(space.shape) != 1:
            raise ValueError(
                f"env={env} needs a reward_space of shape (d,); agents train on reward vectors, so leave "
                "out wrappers that scalarise, and num_candidates (the agent adds it to the prompt)"
            )
        d = int(space.shape[0])
        self.env = env
        self.style = _attribute(env, "prompt_style", "full")
        self.max_turns = 1
        names = _attribute(env, "objective_names", [f"r{i}" for i in range(d)])
        self.objective_names = _checked_names(names, d)
        self.weights = _checked_weights(_attribute(env, "weights", np.full(d, 1 / d)), d)

    def draw(self, rng: np.random.Generator, n: int) -> list[int]:
        """Draws random seeds."""
        return [int(seed) for seed in rng.integers(2**31, size=n)]

    def prompts(self, tasks: Sequence[int]) -> list[str]:
        """Returns the first observation under each seed."""
        return [self.env.reset(seed=seed)[0] for seed in tasks]

    def score(self, tasks: Sequence[int], answers: Sequence[str]) -> Reward:
        """Resets the environment and steps once for each answer; returns the rewards (n, d).

        Raises:
            ValueError: If a reward is not a vector with entries in [0, 1], or an episode does not end.
        """
        rewards = np.zeros((len(tasks), len(self.weights)), np.float32)
        for i, (seed, answer) in enumerate(zip(tasks, answers)):
            self.env.reset(seed=seed)
            _, paid, terminated, truncated, _ = self.env.step(remove_thought(answer))
            reward = np.asarray(paid)
            if reward.shape != rewards[i].shape or not ((reward >= 0) & (reward <= 1)).all():
                raise ValueError(f"the environment returned {reward}; rewards are (d,) vectors within [0, 1]")
            if not (terminated or truncated):
                raise ValueError("the episode did not end after one answer; the agent needs single turns")
            rewards[i] = reward
        return rewards

    def turn_prompt(self, task: int, answers: Sequence[str], rewards: Reward) -> str:
        """Raises an error, because episodes have one turn."""
        raise ValueError("further turns need an environment made from a Domain")


def _checked_names(names: Any, d: int) -> tuple[str, ...]:
    """Returns the names of an environment's d objectives as a tuple, if they are d different texts."""
    listed = () if isinstance(names, str) or not np.iterable(names) else tuple(names)
    if (
        len(listed) != d
        or len(set(map(str, listed))) != d
        or not all(isinstance(n, str) and n for n in listed)
    ):
        raise ValueError(
            f"env has objective_names={names!r:.80}; its reward_space has {d} entries, so give {d} different "
            "texts"
        )
    return tuple(map(str, listed))


def _checked_weights(weights: Any, d: int) -> NDArray[np.float64]:
    """Returns an environment's preference weights, if they are d shares of 1."""
    try:
        shares = np.asarray(weights, float)
    except (TypeError, ValueError):
        shares = np.empty(0)
    if shares.shape != (d,) or not (shares >= 0).all() or not abs(shares.sum() - 1) < 1e-5:
        raise ValueError(
            f"env has weights={weights!r:.80}; its reward_space has {d} entries, so give {d} numbers of at "
            "least 0 with the sum 1"
        )
    return shares


def task_id(task: Any) -> str:
    """Returns the id of a task: `test/3` for a domain's task, `seed/3` for a seed."""
    return task.id if isinstance(task, Task) else f"seed/{task}"


def shared_rows(source: TaskSource, split: str) -> str:
    """Returns a warning if the tasks of a split are those of training; else an empty text.

    A data set in a single file that names no split has the same rows in all of them.

    Args:
        source: The source of an agent's tasks.
        split: The split to be measured.
    """
    if not isinstance(source, DomainTasks) or split == source.split == "train":
        return ""
    if source.domain.rows_of(split) != source.domain.rows_of(source.split):
        return ""
    if split == source.split:
        return f"split={split!r} is that of training; measure on another one"
    return (
        f"split={split!r} has the rows of training; give the data set as a folder with a file for each "
        "split, named after it"
    )


def make_env(env: gym.Env[Any, Any] | str, **settings: Any) -> gym.Env[Any, Any]:
    """Makes the environment of an id with the given settings; returns an environment unchanged.

    Args:
        env: An environment; or an id, which may be followed by knobs: `vpo/Maze-v0?size=5`.
        **settings: Passed to `gym.make`; they take precedence over knobs in the text.

    Raises:
        ValueError: If there is no environment of that id, or a knob has another type.
        TypeError: If there is no such knob, or `env` is neither an id nor a Gymnasium environment.
    """
    if isinstance(env, str):
        try:
            return knobs.make(env, **settings)
        except gym.error.Error as error:
            raise ValueError(str(error)) from error
    if isinstance(env, gym.vector.VectorEnv) or (hasattr(env, "num_envs") and hasattr(env, "step_wait")):
        raise TypeError(
            f"env={env!r:.80} holds several environments (make_vec, make_vec_env); give a single one or its "
            "id: agents sample many tasks of it at once (prompts_per_step)"
        )
    if not isinstance(env, gym.Env):
        raise TypeError(f"env={env!r:.80} must be a Gymnasium environment or the id of one")
    return env


def check_candidates(env: gym.Env[Any, Any], n: int) -> None:
    """Checks that an environment's actions hold one answer, or as many as an agent's rollouts.

    Raises:
        ValueError: If they hold another number.
    """
    asked = getattr(env.unwrapped, "num_candidates", 1)
    if asked not in (1, n):
        raise ValueError(f"env has num_candidates={asked} and the agent {n}: give it to the agent alone")


def task_source(env: gym.Env[Any, Any] | str) -> TaskSource:
    """Returns the task source of an environment; batched if it is a plain `Domain` environment.

    Args:
        env: An environment, or a registered id, with or without knobs (`make_env`).

    Raises:
        ValueError: If there is no environment of that id, its observations or actions are not texts,
            or its rewards are not vectors.
    """
    env = inner = make_env(env)
    source: TaskSource
    while isinstance(inner, (OrderEnforcing, PassiveEnvChecker)):
        inner = inner.env
    if isinstance(inner, VectorRewardEnv):
        source = DomainTasks(inner.domain, inner.split, inner.prompt_style, inner.max_turns)
    else:
        source = EnvTasks(env)
    source.spec = env.spec
    return source


def _attribute(env: gym.Env[Any, Any], name: str, default: Any) -> Any:
    return env.get_wrapper_attr(name) if env.has_wrapper_attr(name) else default
