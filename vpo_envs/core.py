"""Objective, task, domain and environment: the four ideas that everything else is built on.

The author of a new environment writes a `Domain`. `VectorRewardEnv` turns any domain into a
multi-objective Gymnasium environment. Read this file first.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import gymnasium as gym
import numpy as np
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from vpo_envs.metrics import pareto_mask
from vpo_envs.prompt import Prompt
from vpo_envs.reading import remove_thought
from vpo_envs.spaces import FreeText, TextSet

SPLITS = ("train", "validation", "test")
PROMPT_STYLES = ("full", "compact")

Reward = NDArray[np.float32]
"""A reward vector (d,) or a reward matrix (m, d), every entry in [0, 1]."""


@dataclass(frozen=True)
class Objective:
    """One named component of the reward, in [0, 1], higher is better.

    Attributes:
        name: Identifier, unique within its domain.
        description: One line on the behaviour that earns the objective.
        weight: Share (before normalisation) in the domain's fixed scalarization `w*`.
    """

    name: str
    description: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Task:
    """One immutable problem instance, a pure function of (split, index).

    Attributes:
        prompt: Text for the policy: the full instructions.
        truth: Any object, for the scorer alone.
        compact: The same task in few tokens, for tiny models; empty if there is no such form.
        weights: Preference weights of this very task, d shares that sum to 1; None where they are unknown.
        split: One of `SPLITS`; stamped on by `Domain.task`.
        index: Position in the split; stamped on by `Domain.task`.
        system: The system message, with which `prompt` begins; the rest is the user's. Chat templates, served
            models and exports keep the two apart (`vpo_envs.prompt`). Empty where the data has none.
    """

    prompt: str
    truth: Any = field(default=None, repr=False, compare=False)
    compact: str = ""
    weights: tuple[float, ...] | None = None
    split: str = "train"
    index: int = -1
    system: str = ""

    @property
    def id(self) -> str:
        """The name `split/index`, for example `test/17`."""
        return f"{self.split}/{self.index}"

    def text(self, style: str) -> str:
        """Returns the prompt in the given style; the full one where there is no compact form.

        Raises:
            ValueError: If the prompt does not begin with the system message.
        """
        if style == "compact" and self.compact:
            return self.compact
        return Prompt(self.prompt, self.system) if self.system else self.prompt


def check_index(split: str, index: int) -> None:
    """Checks split and index of a task.

    Raises:
        ValueError: If the split is unknown, or the index is not an integer of at least 0.
    """
    if split not in SPLITS:
        raise ValueError(f"split={split!r} is not one of {', '.join(SPLITS)}")
    if isinstance(index, bool) or not isinstance(index, (int, np.integer)) or index < 0:
        raise ValueError(f"index={index!r} must be an integer of at least 0")


def split_of(key: str) -> str:
    """Returns the split that a problem belongs to, wherever problems can be drawn twice.

    Args:
        key: What makes the problem the same to a solver, its parameters for example.

    Returns:
        `validation` and `test` for a tenth of the keys each, `train` for the others.

    Example:
        >>> split_of("best_window divisor 7 width 3")
        'train'
    """
    place = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % 10
    return {0: "validation", 1: "test"}.get(place, "train")


class Domain(ABC):
    """The sampling of tasks and the scoring of answers: all that a new environment needs.

    Subclasses set `objectives` and write `sample_task` and `score`. Everything else is optional and
    makes the environment more useful: `demonstrations` (warm start), `best_answers` (the true Pareto
    front, hence absolute regret), `feedback` (further turns), `render`, `contexts` (choosing
    from pools), `answer_key` (repetitions) and `vote_key`.

    These methods get as `answer` a completion without its reasoning (`vpo_envs.reading`).
    """

    objectives: tuple[Objective, ...] = ()
    contexts: ClassVar[Mapping[str, Sequence[float]]] = {}
    """Named weightings (d,) of users or uses, to choose answers by."""
    render_modes: ClassVar[tuple[str, ...]] = ("ansi",)
    max_answer_length: ClassVar[int] = 20_000
    """Characters; a longer answer scores the zero vector unread, which bounds the cost of scoring."""
    reads_thought: ClassVar[bool] = False
    """True for scorers that look at the reasoning; else it is removed before they see the answer."""

    @abstractmethod
    def sample_task(self, rng: np.random.Generator) -> Task:
        """Draws a task. All randomness must come from `rng`."""

    @abstractmethod
    def score(self, task: Task, answer: str) -> Sequence[float]:
        """Scores one answer.

        Args:
            task: A task of this domain.
            answer: Any string at all; model output is never bad input.

        Returns:
            d finite values in [0, 1], in the order of `objectives`.
        """

    def sample_from_split(self, rng: np.random.Generator, split: str) -> Task:
        """Draws a task of a split; `task` calls it, and by default every split draws from all tasks.

        Override where tasks are few enough to be drawn twice, so that none is in two splits: draw until
        `split_of` what makes the task the same is `split`.
        """
        return self.sample_task(rng)

    def demonstrations(self, task: Task, rng: np.random.Generator, quality: float = 1.0) -> Sequence[str]:
        """Returns plausible, well-formed answers of mixed quality, for warm starts; empty if there are none.

        Args:
            task: A task of this domain.
            rng: Source of randomness.
            quality: How good the answers are on average, from 0 (the form alone) to 1 (the full mixture).
                Domains may do without this parameter.
        """
        return ()

    def best_answers(self, task: Task) -> Sequence[str] | None:
        """Returns answers that together attain the true Pareto front, or None where it is unknown."""
        return None

    def pareto_front(self, task: Task) -> Reward | None:
        """Returns the true Pareto front, shape (f, d) without repetitions, or None where it is unknown."""
        answers = self.best_answers(task)
        if answers is None:
            return None
        rewards = np.unique(self.score_batch([task] * len(answers), answers), axis=0)
        return rewards[pareto_mask(rewards)]

    def feedback(self, task: Task, answer: str) -> str:
        """Returns a line on `answer` for the prompt of the next turn; empty for none."""
        return ""

    def task_key(self, task: Task) -> str:
        """Returns a canonical form of a task: tasks that share it are the same problem.

        By default the prompt, whatever its blanks and case. Override where prompts of the same problem
        differ, for example in numbers of no consequence. Checks use it to keep test tasks out of training.
        """
        return " ".join(task.prompt.split()).casefold()

    def answer_key(self, task: Task, answer: str) -> str:
        """Returns a canonical form: candidates of one rollout that share it are repetitions.

        Override where different spellings mean one answer. An empty key stands for no readable answer,
        which repeats nothing.
        """
        return " ".join(answer.split())

    def vote_key(self, task: Task, answer: str) -> str:
        """Returns the key of an answer in a vote, by default `answer_key`; empty for no vote."""
        return self.answer_key(task, answer)

    def render(
        self, task: Task, answers: Sequence[str], rewards: Reward, mode: str
    ) -> str | NDArray[np.uint8]:
        """Draws the task and the pool of answers; `ansi` is text, `rgb_array` is (h, w, 3) uint8.

        Args:
            task: The current task.
            answers: The pool so far, possibly empty.
            rewards: Their reward vectors, shape (len(answers), d).
            mode: One of `render_modes`.
        """
        return "\n".join([task.prompt, *self.describe_pool(answers, rewards)])

    def score_many(self, tasks: Sequence[Task], answers: Sequence[str]) -> Reward:
        """Scores many answers, shape (n, d). Override where a batch is cheaper than its parts."""
        rows = [self._row(self.score(task, answer), answer) for task, answer in zip(tasks, answers)]
        return np.array(rows, np.float32).reshape(len(rows), len(self.objectives))

    def size(self, split: str) -> int | None:
        """Returns the number of different tasks of a split; None if it is unlimited."""
        return None

    def rows_of(self, split: str) -> str | None:
        """Returns the name under which the data has a split, equal for splits of the same tasks.

        Splits of generated tasks have their own name. None where the data has no such split.
        """
        return split

    # The rest is derived and not meant to be overridden.

    @property
    def objective_names(self) -> tuple[str, ...]:
        """Names of the objectives, in order."""
        return tuple(objective.name for objective in self.objectives)

    @property
    def weights(self) -> NDArray[np.float64]:
        """The domain's fixed scalarization `w*`, a point on the simplex, shape (d,).

        Raises:
            ValueError: If a weight is negative or not finite, or all are 0.
        """
        weights = np.array([objective.weight for objective in self.objectives], float)
        if not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum() > 0:
            raise ValueError(
                f"objectives of {type(self).__name__} have the weights {weights.tolist()}; they must be at "
                "least 0, and one above 0"
            )
        return weights / weights.sum()

    def task(self, split: str, index: int) -> Task:
        """Returns the `index`-th task of a split, the same in every process.

        The generator is seeded with `SeedSequence([split, index])`, so neighbouring tasks share
        nothing and the splits draw from streams that never meet.

        Raises:
            ValueError: If the split is unknown, or the index is not an integer of at least 0.
            TypeError: If `sample_task` returns anything but a `Task`.
        """
        check_index(split, index)
        seed = np.random.SeedSequence([SPLITS.index(split), int(index)])
        task = self.sample_from_split(np.random.default_rng(seed), split)
        if not isinstance(task, Task):
            raise TypeError(f"{type(self).__name__}.sample_task returned {task!r:.80}, not a Task")
        return replace(task, split=split, index=int(index))

    def final_answer(self, completion: str) -> str:
        """Returns the part of a completion that the methods above see: all but its reasoning."""
        return completion if self.reads_thought else remove_thought(completion)

    def score_batch(self, tasks: Sequence[Task], answers: Sequence[str]) -> Reward:
        """Scores answers against tasks pairwise. `VectorRewardEnv.step` is built on this function.

        Reasoning is removed from the answers first, so it counts towards no limit.

        Args:
            tasks: n tasks.
            answers: n strings.

        Returns:
            Float32 array of shape (n, d), every value in [0, 1].

        Raises:
            ValueError: If the lengths differ, or the domain's scorer returns a wrong shape, a
                non-finite value or one outside [0, 1]: a bug in a scorer is never a silent zero.
            TypeError: If an answer is not a string.
        """
        if len(tasks) != len(answers):
            raise ValueError(f"{len(tasks)} tasks for {len(answers)} answers; give one task per answer")
        for answer in answers:
            if not isinstance(answer, str):
                raise TypeError(f"an answer is a str, not {type(answer).__name__}: {answer!r:.80}")
        answers = [self.final_answer(answer) for answer in answers]
        rewards = np.zeros((len(answers), len(self.objectives)), np.float32)
        read = [i for i, answer in enumerate(answers) if len(answer) <= self.max_answer_length]
        if read:
            texts = [answers[i] for i in read]
            scores = np.asarray(self.score_many([tasks[i] for i in read], texts), np.float32)
            self._check_scores(scores, texts)
            rewards[read] = scores
        return rewards

    def describe_pool(self, answers: Sequence[str], rewards: Reward) -> list[str]:
        """Returns a line of scores for every answer and, below it, the answer as far as it was read."""
        texts = []
        for number, (answer, reward) in enumerate(zip(answers, rewards), start=1):
            scores = " ".join(f"{name}={value:.2f}" for name, value in zip(self.objective_names, reward))
            texts.append(f"Candidate {number}: {scores}\n{answer[: self.max_answer_length]}")
        return texts

    def turn_prompt(self, task: Task, style: str, answers: Sequence[str], rewards: Reward) -> str:
        """Returns the prompt of a turn: the task and, in later turns, the pool so far with its feedback."""
        lines = []
        answers = [self.final_answer(answer) for answer in answers]
        for answer, described in zip(answers, self.describe_pool(answers, rewards)):
            lines.append(described)
            too_long = len(answer) > self.max_answer_length  # and so read by neither scorer nor feedback
            feedback = "too long to be read" if too_long else self.feedback(task, answer)
            if feedback:
                lines.append(f"Feedback: {feedback}")
        return task.text(style) + "".join(f"\n{line}" for line in lines)

    def _row(self, scores: Any, answer: str) -> Reward:
        """Returns the scores of one answer as an array (d,) after checking their form."""
        name, d = type(self).__name__, len(self.objectives)
        try:
            row = np.asarray(scores)
            legal = row.dtype.kind in "bifuO" and row.shape == (d,)
            row = row.astype(np.float32) if legal else row
        except (TypeError, ValueError):  # ragged, or objects that are no numbers
            legal = False
        if not legal:
            raise ValueError(
                f"{name}.score returned {scores!r:.80} for {answer!r:.80}; it must return {d} numbers, "
                f"one for each of {', '.join(self.objective_names)}"
            )
        return row

    def _check_scores(self, scores: Reward, answers: Sequence[str]) -> None:
        name = type(self).__name__
        shape = (len(answers), len(self.objectives))
        if scores.shape != shape:
            raise ValueError(f"{name}.score returned shape {scores.shape}, not {shape}")
        legal = ((scores >= 0) & (scores <= 1)).all(axis=1)  # false for nan, too
        if not legal.all():
            first = int(legal.argmin())
            raise ValueError(
                f"{name}.score returned {scores[first]} for {answers[first]!r:.80}; "
                "every value must lie in [0, 1]"
            )


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
        num_candidates: Most answers per step, at least 1.
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
