"""The conformance check of a domain."""

from __future__ import annotations

import contextlib
import pickle
import time
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from vpo_envs.domain import Domain
from vpo_envs.env_checker.errors import (
    ConformanceError,
    ConformanceWarning,
    calling,
    place_of,
    require,
)
from vpo_envs.env_checker.hostile import hostile_answers
from vpo_envs.env_checker.replay import check_replay
from vpo_envs.metrics import pareto_mask
from vpo_envs.splits import SPLITS
from vpo_envs.task import PROMPT_STYLES, Reward, Task

SECONDS_PER_ANSWER = 1.0
"""Far above what any scorer needs; runaway costs (backtracking, recursion) are far above it."""

TOLERANCE = 1e-6

BLIND_SHARE = 0.5
"""Share of the best scalar above which one answer for all tasks is worth a warning."""

DRAWS = 8  # of demonstrations, before a task counts as one without any that scores


def check_domain(
    domain: Domain | type[Domain], *, tasks: int = 8, hostile: int = 60, sampled: int = 200, seed: int = 0
) -> None:
    """Checks that a domain keeps the contract of `vpo_envs.Domain`.

    Tasks are pure functions of (split, index), survive pickling and differ between splits, in full and
    in compact prompts. Scoring is deterministic, independent of the batch and of hash seeds, quick, and
    survives any string. Demonstrations score. The declared Pareto front is attained and covers every
    answer tried. Feedback and rendering work.

    Args:
        domain: A domain, or its class if it needs no arguments.
        tasks: Tasks looked at in each split.
        hostile: Hostile strings scored for every task.
        sampled: Prompts of each split compared with those of the others.
        seed: Seed of the hostile strings and demonstrations.

    Raises:
        ConformanceError: At the first broken rule, with the task and the answer that broke it.
        TypeError: If it is an environment or an id.

    Warns:
        ConformanceWarning: If one and the same answer earns much on every task.
    """
    if isinstance(domain, (str, gym.Env)):
        remedy = "that of an id is gym.make(id).unwrapped.domain; check_env checks environments"
        raise TypeError(f"domain={domain!r} is no domain; {remedy}")
    if isinstance(domain, type):
        domain = domain()
    name = type(domain).__name__
    rng = np.random.default_rng(seed)
    seen: dict[tuple[str, str], str] = {}
    with _naming(domain, name):
        _check_declarations(domain, name)
        for split, index in _places(domain, tasks):
            with _naming(domain, f"{name} task {split}/{index}"):
                _check_task(domain, split, index, seen, hostile, rng)
        drawn = []
        for split, index in _places(domain, sampled):
            with _naming(domain, f"{name} task {split}/{index}"):
                drawn.append(calling(domain, "sample_task", domain.task, split, index))
        for style in PROMPT_STYLES:
            _check_variety(domain, drawn, name, style)
        check_replay(domain, _places(domain, min(tasks, 2)), list(hostile_answers(rng, hostile)))
        _warn_of_constants(domain, name, tasks)


@contextlib.contextmanager
def _naming(domain: Domain, what: str) -> Iterator[None]:
    """Makes an error a `ConformanceError` that begins with what was checked."""
    try:
        yield
    except Warning:  # which the caller made an error
        raise
    except Exception as error:
        known = isinstance(error, ConformanceError)
        reason = str(error) if known else f"raised {error!r}{place_of(error, domain)}"
        if reason.startswith(type(domain).__name__):
            raise
        raise ConformanceError(f"{what}: {reason}") from error.__cause__ or error


def _places(domain: Domain, most: int) -> list[tuple[str, int]]:
    """Returns split and index of the first tasks of each split."""
    return [(split, index) for split in SPLITS for index in range(_number(domain, split, most))]


def _check_declarations(domain: Domain, name: str) -> None:
    names = domain.objective_names
    require(len(names) > 0, f"{name}.objectives is empty; name at least one Objective")
    require(len(set(names)) == len(names), f"{name}.objectives repeats a name: {names}")
    weights = [objective.weight for objective in domain.objectives]
    require(min(weights) >= 0 and sum(weights) > 0, f"{name}: weights {weights} must be >= 0, not all 0")
    for context, shares in domain.contexts.items():
        legal = len(shares) == len(names) and min(shares) >= 0 and abs(sum(shares) - 1) < TOLERANCE
        require(legal, f"{name}.contexts[{context!r}] = {shares} must be {len(names)} shares that sum to 1")


def _number(domain: Domain, split: str, most: int) -> int:
    """Returns how many tasks of a split to look at: a finite domain may have fewer."""
    size = domain.size(split)
    return most if size is None else min(most, size)


def _check_task(
    domain: Domain,
    split: str,
    index: int,
    seen: dict[tuple[str, str], str],
    hostile: int,
    rng: np.random.Generator,
) -> None:
    task, twin = (calling(domain, "sample_task", domain.task, split, index) for _ in range(2))
    require(isinstance(task.prompt, str) and task.prompt != "", "the prompt is no text")
    require(isinstance(task.compact, str), "the compact prompt is no text")
    require(task == twin, "a second call gives another task; draw from rng alone")
    for style in PROMPT_STYLES:
        first = seen.setdefault((style, task.text(style)), task.id)
        kind = "prompt" if style == "full" else "compact prompt"
        remedy = "draw more from rng, or show more of it"
        if domain.size(split) is not None:
            remedy = "give rows with other prompts, or a folder with a file for each split, named after it"
        require(first == task.id, f"the {kind} is that of {first}; {remedy}")
    try:
        copy = pickle.loads(pickle.dumps(task))
    except Exception as error:
        raise ConformanceError(
            f"the task cannot be pickled, for other processes: {error!r}; keep functions, open files and "
            "classes that are defined inside functions out of Task.truth"
        ) from error

    demo_seed = int(rng.integers(2**31))
    demonstrations, again = (
        _texts(
            "demonstrations",
            calling(domain, "demonstrations", domain.demonstrations, one, np.random.default_rng(demo_seed)),
        )
        for one in (task, twin)
    )
    require(demonstrations == again, "demonstrations differ under the same seed")
    answers = [*demonstrations, *hostile_answers(rng, hostile, demonstrations)]
    rewards = _check_scores(domain, task, twin, answers)
    pickled = domain.score_batch([copy] * len(answers[:20]), answers[:20])
    require(bool((pickled == rewards[:20]).all()), "the pickled task scores the same answers differently")
    if demonstrations and not rewards[: len(demonstrations)].max() > 0:
        more = [text for _ in range(DRAWS) for text in domain.demonstrations(task, rng)]  # some are poor
        scores = domain.score_batch([task] * len(more), more)
        require(scores.size > 0 and bool(scores.max() > 0), "no demonstration scores at all")
    _check_front(domain, task, answers, rewards)
    for answer in answers[:20]:
        call = f"feedback({answer!r:.80})"
        feedback = calling(domain, call, domain.feedback, task, answer)
        require(isinstance(feedback, str), f"feedback is {feedback!r:.80}, not a str")
        require(feedback == domain.feedback(twin, answer), f"feedback on {answer!r:.80} differs twice")
    for mode in domain.render_modes:
        drawn = calling(domain, f"render({mode!r})", domain.render, task, answers[:3], rewards[:3], mode)
        require(_is_drawing(drawn, mode), f"render({mode!r}) gave {type(drawn).__name__}: {drawn!r:.80}")


def _check_scores(domain: Domain, task: Task, twin: Task, answers: Sequence[str]) -> Reward:
    try:
        rewards = domain.score_batch([task] * len(answers), answers)
    except Exception:
        for answer in answers:  # to name the one that it was
            calling(domain, f"score({answer!r:.80})", domain.score_batch, [task], [answer])
        raise
    # Backwards, so that what one answer leaves behind in the truth or the domain meets others.
    for answer, reward in zip(reversed(answers), reversed(rewards)):
        # The twin is the same task drawn afresh, so a truth that is not a function of rng shows too.
        alone, seconds = _timed_score(domain, twin, answer)
        if seconds >= SECONDS_PER_ANSWER:  # once may be the fault of a busy machine
            seconds = min(seconds, *(_timed_score(domain, twin, answer)[1] for _ in range(2)))
        require(
            bool((alone == reward).all()),
            f"{answer!r:.80} scores {reward} in a batch and {alone} alone, on the task drawn afresh; "
            "the score must be a function of task and answer",
        )
        require(seconds < SECONDS_PER_ANSWER, f"scoring {answer!r:.80} took {seconds:.1f} s; bound its cost")
    return rewards


def _timed_score(domain: Domain, task: Task, answer: str) -> tuple[Reward, float]:
    started = time.perf_counter()
    reward = calling(domain, f"score({answer!r:.80})", domain.score_batch, [task], [answer])[0]
    return reward, time.perf_counter() - started


def _check_front(domain: Domain, task: Task, answers: Sequence[str], rewards: Reward) -> None:
    best = calling(domain, "best_answers", domain.best_answers, task)
    if best is not None:
        best = _texts("best_answers", best)
    front = calling(domain, "pareto_front", domain.pareto_front, task)
    if front is None:
        return
    shape = np.shape(front)
    legal = len(shape) == 2 and shape[0] > 0 and shape[1] == len(domain.objectives)
    require(legal, f"pareto_front has shape {shape}, not (at least 1, {len(domain.objectives)})")
    require(bool(pareto_mask(front).all()), "pareto_front holds dominated points")
    for answer, reward in zip(answers, rewards):
        covered = (front >= reward - TOLERANCE).all(axis=1).any()
        require(bool(covered), f"{answer!r:.80} scores {reward}, which no point of pareto_front reaches")
    if best is not None:
        scores = domain.score_batch([task] * len(best), best)
        attained = (np.abs(scores[None] - front[:, None]).max(axis=-1) < TOLERANCE).any(axis=1)
        require(bool(attained.all()), f"best_answers miss the points {front[~attained]} of pareto_front")


def _check_variety(domain: Domain, tasks: Sequence[Task], name: str, style: str) -> None:
    """Checks that the prompts of one style differ, and that no split shows those of another."""
    first: dict[str, Task] = {}
    repeated: list[tuple[Task, Task]] = []
    for task in tasks:
        # Prompts that differ in blanks or case alone are the same task to a reader.
        short = " ".join(task.text(style).split()).casefold()
        other = first.setdefault(domain.task_key(task) if style == "full" else short, task)
        if other is not task:
            repeated.append((task, other))
    total = len(tasks)
    across = [(task, other) for task, other in repeated if task.split != other.split]
    if across:
        task, other = across[0]
        raise ConformanceError(
            f"{name}: the {style} prompt of {task.id} is that of {other.id}, and {len(across)} of {total} "
            "prompts occur in two splits: test tasks occur in training; draw tasks from millions"
        )
    require(
        len(first) > total // 2,
        f"{name}: {total} tasks have {len(first)} different {style} prompts; show more of the task",
    )


def _warn_of_constants(domain: Domain, name: str, tasks: int) -> None:
    """Warns if one text, made for one task or for none, earns much of the best scalar on all tasks.

    Where a domain gives no good answers, the best scalar is taken to be 1.
    """
    examined = [domain.task("test", index) for index in range(_number(domain, "test", min(tasks, 8)))]
    texts: dict[str, None] = {}
    best = []
    for task in examined:
        own = [*domain.demonstrations(task, np.random.default_rng(0)), *(domain.best_answers(task) or ())][:8]
        scored = domain.score_batch([task] * len(own), own) @ domain.weights if own else np.ones(1)
        best.append(scored.max())
        texts.update(dict.fromkeys(own[:4]))
    if len(examined) < 4 or not np.sum(best):
        return
    constants = [*list(texts)[:24], "", "Yes.", examined[0].prompt]
    pairs = [(task, text) for text in constants for task in examined]
    rewards = domain.score_batch([task for task, _ in pairs], [text for _, text in pairs])
    shares = (rewards @ domain.weights).reshape(len(constants), -1).sum(axis=1) / np.sum(best)
    if shares.max() > BLIND_SHARE:
        warnings.warn(
            f"{name}: the same answer {constants[int(shares.argmax())]!r:.80} for every task earns "
            f"{shares.max():.0%} of the best scalar; a policy need not read the prompt",
            ConformanceWarning,
            stacklevel=3,
        )


def _texts(name: str, value: Any) -> list[str]:
    legal = isinstance(value, Sequence) and not isinstance(value, str)
    require(
        legal and all(isinstance(text, str) for text in value), f"{name}: {value!r:.80} is no list of str"
    )
    return list(value)


def _is_drawing(drawn: Any, mode: str) -> bool:
    if mode != "rgb_array":
        return isinstance(drawn, str)
    return isinstance(drawn, np.ndarray) and drawn.dtype == np.uint8 and drawn.shape[2:] == (3,)
