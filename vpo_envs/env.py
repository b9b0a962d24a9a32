"""The environment: any domain behind Gymnasium's interface, with vector rewards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import gymnasium as gym
import numpy as np
from gymnasium.error import ResetNeeded

from vpo_envs.domain import Domain
from vpo_envs.spaces import FreeText, TextSet
from vpo_envs.splits import SPLITS
from vpo_envs.task import PROMPT_STYLES, Objective, Reward, Task

MOST_CANDIDATES = 10_000


class VectorRewardEnv(gym.Env[str, Any]):
    """A domain as a multi-objective Gymnasium environment with text in and text out.

    With `num_candidates=1` an action is a string and the reward a vector (d,). With more, an action
    is a tuple of up to `num_candidates` strings and the reward a matrix (num_candidates, d) whose
    missing rows are zero. With `max_turns > 1` later observations show the pool so far with its
    rewards and the domain's feedback. Rewards are always those of the answers just given; the
    wrappers `Scalarize` and `SetReward` turn them into returns over the whole pool.

    Args:
        domain: The domain to play.
        split: Source of the tasks: `train`, `validation` or `test`.
        num_candidates: Most answers per step, from 1 to 10,000.
        max_turns: Steps per episode, at least 1.
        prompt_style: `full` instructions, or `compact` for tiny models.
        render_mode: One of the domain's `render_modes`, or None.

    Attributes:
        pool_answers: The answers of the episode so far, in order.
        pool_rewards: Their reward vectors, shape (len(pool_answers), d).

    Raises:
        ValueError: If an argument is out of range.
        TypeError: If `domain` is not an instance of `Domain`, for example its class.

    Example:
        >>> import gymnasium as gym, vpo_envs
        >>> env = gym.make("vpo/MazeSmall-v0", num_candidates=2)
        >>> prompt, info = env.reset(seed=0)
        >>> _, reward, terminated, truncated, _ = env.step(("a1 b1", "not a route"))
        >>> reward.shape, terminated, truncated
        ((2, 4), True, False)
    """

    pool_answers: list[str]
    pool_rewards: Reward

    def __init__(
        self,
        domain: Domain,
        *,
        split: Literal["train", "validation", "test"] = "train",
        num_candidates: int = 1,
        max_turns: int = 1,
        prompt_style: Literal["full", "compact"] = "full",
        render_mode: str | None = None,
    ) -> None:
        if not isinstance(domain, Domain):
            raise TypeError(f"domain={domain!r} must be an instance of vpo_envs.Domain")
        if not domain.objectives or not all(isinstance(o, Objective) for o in domain.objectives):
            raise TypeError(
                f"objectives={domain.objectives!r} of {type(domain).__name__} must hold vpo_envs.Objective"
            )
        for name, value in (("num_candidates", num_candidates), ("max_turns", max_turns)):
            if not isinstance(value, (int, np.integer)) or value < 1:
                raise ValueError(f"{name}={value!r} must be an integer of at least 1")
        if num_candidates > MOST_CANDIDATES:  # the reward space allocates a row for each
            raise ValueError(f"num_candidates={num_candidates} must be at most {MOST_CANDIDATES}")
        for name, choice, choices in (
            ("split", split, SPLITS),
            ("prompt_style", prompt_style, PROMPT_STYLES),
            ("render_mode", render_mode, (None, *domain.render_modes)),
        ):
            if choice not in choices:
                raise ValueError(f"{name}={choice!r} is not one of {', '.join(map(repr, choices))}")
        self.domain = domain
        self.split = split
        self.num_candidates = int(num_candidates)
        self.max_turns = int(max_turns)
        self.prompt_style = prompt_style
        self.render_mode = render_mode
        self.metadata = {"render_modes": list(domain.render_modes), "render_fps": 1}
        self.objective_names = domain.objective_names
        self.weights = domain.weights
        self.reward_dim = len(domain.objectives)
        self.ref_point = np.zeros(self.reward_dim, np.float32)
        shape = (self.reward_dim,) if num_candidates == 1 else (num_candidates, self.reward_dim)
        self.reward_space = gym.spaces.Box(0.0, 1.0, shape, np.float32)
        self.observation_space = FreeText()
        answer = FreeText()
        self.action_space = answer if num_candidates == 1 else TextSet(num_candidates, answer)
        self.task: Task | None = None
        self._clear_pool()

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Starts the next task, or the one named in `options={"index": i}`.

        Args:
            seed: Seeds the stream that draws task indices.
            options: `index` picks a task of the split; nothing else is read.

        Returns:
            The prompt and the info: `task_id`, `objectives` and, where a task has its own preference
            weights, `task_weights`.

        Raises:
            ValueError: If `options` holds anything but a non-negative integer `index`.
        """
        super().reset(seed=seed)
        options = dict(options or {})
        index = options.pop("index", None)
        if options:
            raise ValueError(f"options has unknown keys {list(options)}; only 'index' is read")
        if index is None:
            index = self.np_random.integers(2**31)
        self.task = self.domain.task(self.split, index)
        self._clear_pool()
        return self.task.text(self.prompt_style), self._info(self.task)

    def step(self, action: Any) -> tuple[str, Any, bool, bool, dict[str, Any]]:
        """Scores the candidates.

        Args:
            action: A string, or with `num_candidates > 1` a sequence of up to that many.

        Returns:
            Observation (the prompt of the next turn), float32 reward vector or matrix, terminated,
            truncated (always False) and info.

        Raises:
            ResetNeeded: If there is no task, or its last turn is over.
            TypeError: If the action is not made of strings.
            ValueError: If there are too many candidates.
        """
        if self.task is None or self.turn >= self.max_turns:
            raise ResetNeeded("call env.reset() before env.step(): there is no open task")
        candidates = self._candidates(action)
        scores = self.domain.score_batch([self.task] * len(candidates), candidates)
        self.pool_answers += candidates
        self.pool_rewards = np.concatenate([self.pool_rewards, scores])
        self.turn += 1
        terminated = self.turn == self.max_turns
        observation = self.task.text(self.prompt_style)
        if not terminated:
            observation = self.domain.turn_prompt(
                self.task, self.prompt_style, self.pool_answers, self.pool_rewards
            )
        reward = np.zeros(self.reward_space.shape or (), np.float32)
        reward.reshape(-1, self.reward_dim)[: len(scores)] = scores
        return observation, reward, terminated, False, self._info(self.task)

    def render(self) -> Any:
        """Draws the current task and its pool in the environment's `render_mode`.

        Raises:
            ResetNeeded: If there is no task yet.
        """
        if self.render_mode is None:
            gym.logger.warn('render() needs a mode: gym.make(..., render_mode="ansi")')
            return None
        if self.task is None:
            raise ResetNeeded("call env.reset() before env.render(): there is no task")
        return self.domain.render(self.task, self.pool_answers, self.pool_rewards.copy(), self.render_mode)

    def _candidates(self, action: Any) -> list[str]:
        if self.num_candidates == 1:
            return [action]
        if isinstance(action, str) or not isinstance(action, Sequence):
            raise TypeError(
                f"with num_candidates={self.num_candidates} an action is a sequence of strings, "
                f"not {type(action).__name__}"
            )
        if len(action) > self.num_candidates:
            raise ValueError(f"{len(action)} candidates given; num_candidates={self.num_candidates}")
        return list(action)

    def _clear_pool(self) -> None:
        self.turn = 0
        self.pool_answers = []
        self.pool_rewards = np.zeros((0, self.reward_dim), np.float32)

    def _info(self, task: Task) -> dict[str, Any]:
        info: dict[str, Any] = {"task_id": task.id, "objectives": self.objective_names}
        if task.weights is not None:
            info["task_weights"] = task.weights
        return info
