"""The base class of domains: an environment's author writes one, and `VectorRewardEnv` plays it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from vpo_envs.metrics import pareto_mask
from vpo_envs.reading import remove_thought
from vpo_envs.splits import SPLITS, check_index
from vpo_envs.task import Objective, Reward, Task


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
