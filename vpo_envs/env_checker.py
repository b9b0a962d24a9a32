"""Conformance checks that authors of new environments run, and that every built-in one passes."""

from __future__ import annotations

import string
import time
from collections.abc import Iterator, Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from vpo_envs.core import SPLITS, Domain, Reward, Task
from vpo_envs.metrics import pareto_mask

HOSTILE_ANSWERS = (
    "",
    " ",
    "\n\n\t",
    "\x00\x01\x7f",
    "\ud800",
    "é" * 50,
    "🙂👩‍👩‍👧",
    "\u202eevil\u200b",
    "𝐔𝐏 ＵＰ",
    "None",
    "null",
    "nan",
    "inf",
    "-1e999",
    "9" * 400,
    "9**9**9",
    "(" * 2000,
    "[" * 2000 + "]" * 2000,
    "{" * 500,
    '{"a":' * 300,
    "a" * 19_999,
    "a " * 9_000,
    "x" * 200_000,
    "<answer_1></answer_1>",
    "<answer_1><answer_1><answer_2></answer_1>",
    "</answer>" * 200,
    "<think>" * 100,
    "<tool_call>{</tool_call>",
    "__import__('os').system('echo hi')",
    "%s%s%n{0.__class__}",
    "\\" * 300,
    "'" * 300 + '"' * 300,
    "--1" * 500,
    "1e1e1e",
)
"""Strings that have broken scorers."""

SECONDS_PER_ANSWER = 1.0
"""Far above what any scorer needs; runaway costs (backtracking, recursion) are far above it."""

TOLERANCE = 1e-6


class ConformanceError(Exception):
    """A domain or environment breaks the contract; the message says where and how."""


def hostile_answers(rng: np.random.Generator, n: int, seeds: Sequence[str] = ()) -> Iterator[str]:
    """Yields `n` strings made to break a scorer: the known ones, noise, and damaged good answers.

    Args:
        rng: Source of randomness.
        n: How many.
        seeds: Good answers to damage, for example demonstrations.
    """
    alphabet = [*string.printable, "é", "\u200b", "½", "٣", "<", ">", "/", "🙂", "\ud83d"]
    for i in range(n):
        if i < len(HOSTILE_ANSWERS):
            yield HOSTILE_ANSWERS[i]
        elif not seeds or rng.random() < 0.3:
            yield "".join(rng.choice(alphabet, size=rng.integers(1, 200)))
        else:
            yield _damaged(rng, seeds[int(rng.integers(len(seeds)))], alphabet)


def _damaged(rng: np.random.Generator, text: str, alphabet: Sequence[str]) -> str:
    """Cuts, repeats, inserts or shuffles a part of the text, one to four times."""
    for _ in range(rng.integers(1, 5)):
        start, stop = sorted(int(i) for i in rng.integers(0, len(text) + 1, size=2))
        part = text[start:stop]
        kind = rng.integers(4)
        if kind == 0:
            part = ""
        elif kind == 1:
            part = part * int(rng.integers(2, 6))
        elif kind == 2:
            part += str(rng.choice(alphabet))
        else:
            part = "".join(rng.permutation(list(part))) if part else part
        text = (text[:start] + part + text[stop:])[:5000]
    return text


def check_domain(domain: Domain | type[Domain], *, tasks: int = 8, hostile: int = 60, seed: int = 0) -> None:
    """Checks that a domain keeps the contract of `vpo_envs.Domain`.

    Tasks are pure functions of (split, index) and differ between splits; scoring is deterministic,
    independent of the batch, quick, and survives any string; demonstrations score; the declared
    Pareto front is attained and covers every answer tried; feedback and rendering work.

    Args:
        domain: A domain, or its class if it needs no arguments.
        tasks: Tasks looked at in each split.
        hostile: Hostile strings scored for every task.
        seed: Seed of the hostile strings and demonstrations.

    Raises:
        ConformanceError: At the first broken rule, saying which task and answer broke it.
    """
    if isinstance(domain, type):
        domain = domain()
    name = type(domain).__name__
    names = domain.objective_names
    _require(len(names) > 0, f"{name}.objectives is empty; name at least one Objective")
    _require(len(set(names)) == len(names), f"{name}.objectives repeats a name: {names}")
    weights = [objective.weight for objective in domain.objectives]
    _require(min(weights) >= 0 and sum(weights) > 0, f"{name}: weights {weights} must be >= 0, not all 0")
    for context, shares in domain.contexts.items():
        legal = len(shares) == len(names) and min(shares) >= 0 and abs(sum(shares) - 1) < TOLERANCE
        _require(legal, f"{name}.contexts[{context!r}] = {shares} must be {len(names)} shares that sum to 1")

    rng = np.random.default_rng(seed)
    prompts: dict[str, str] = {}
    for split in SPLITS:
        for index in range(tasks):
            try:
                _check_task(domain, split, index, prompts, hostile, rng)
            except Exception as error:
                reason = error if isinstance(error, ConformanceError) else f"raised {error!r}"
                raise ConformanceError(f"{name} task {split}/{index}: {reason}") from error


def _check_task(
    domain: Domain, split: str, index: int, prompts: dict[str, str], hostile: int, rng: np.random.Generator
) -> None:
    task, twin = domain.task(split, index), domain.task(split, index)
    _require(isinstance(task.prompt, str) and task.prompt != "", "the prompt is no text")
    _require(isinstance(task.compact, str), "the compact prompt is no text")
    _require(task == twin, "a second call gives another task; draw from rng alone")
    first = prompts.setdefault(task.prompt, task.id)
    _require(first == task.id, f"the prompt is that of {first}; draw more from rng")

    demo_seed = int(rng.integers(2**31))
    demonstrations, again = (
        _texts("demonstrations", domain.demonstrations(one, np.random.default_rng(demo_seed)))
        for one in (task, twin)
    )
    _require(demonstrations == again, "demonstrations differ under the same seed")
    answers = [*demonstrations, *hostile_answers(rng, hostile, demonstrations)]
    rewards = _check_scores(domain, task, twin, answers)
    if demonstrations:
        _require(rewards[: len(demonstrations)].max() > 0, "no demonstration scores at all")
    _check_front(domain, task, answers, rewards)
    for answer in answers[:20]:
        feedback = domain.feedback(task, answer)
        _require(isinstance(feedback, str), f"feedback is {feedback!r:.80}, not a str")
        _require(feedback == domain.feedback(twin, answer), f"feedback on {answer!r:.80} differs twice")
    for mode in domain.render_modes:
        drawn = domain.render(task, answers[:3], rewards[:3], mode)
        _require(_is_drawing(drawn, mode), f"render({mode!r}) gave {type(drawn).__name__}: {drawn!r:.80}")


def _check_scores(domain: Domain, task: Task, twin: Task, answers: Sequence[str]) -> Reward:
    rewards = domain.score_batch([task] * len(answers), answers)
    # Backwards, so that what one answer leaves behind in the truth or the domain meets others.
    for answer, reward in zip(reversed(answers), reversed(rewards)):
        # The twin is the same task drawn afresh, so a truth that is not a function of rng shows too.
        alone, seconds = _timed_score(domain, twin, answer)
        if seconds >= SECONDS_PER_ANSWER:  # once may be the fault of a busy machine
            seconds = min(seconds, *(_timed_score(domain, twin, answer)[1] for _ in range(2)))
        _require(
            bool((alone == reward).all()),
            f"{answer!r:.80} scores {reward} in a batch and {alone} alone, on the task drawn afresh; "
            "the score must be a function of task and answer",
        )
        _require(seconds < SECONDS_PER_ANSWER, f"scoring {answer!r:.80} took {seconds:.1f} s; bound its cost")
    return rewards


def _timed_score(domain: Domain, task: Task, answer: str) -> tuple[Reward, float]:
    started = time.perf_counter()
    reward = domain.score_batch([task], [answer])[0]
    return reward, time.perf_counter() - started


def _check_front(domain: Domain, task: Task, answers: Sequence[str], rewards: Reward) -> None:
    best = domain.best_answers(task)
    if best is not None:
        best = _texts("best_answers", best)
    front = domain.pareto_front(task)
    if front is None:
        return
    shape = np.shape(front)
    legal = len(shape) == 2 and shape[0] > 0 and shape[1] == len(domain.objectives)
    _require(legal, f"pareto_front has shape {shape}, not (at least 1, {len(domain.objectives)})")
    _require(bool(pareto_mask(front).all()), "pareto_front holds dominated points")
    for answer, reward in zip(answers, rewards):
        covered = (front >= reward - TOLERANCE).all(axis=1).any()
        _require(bool(covered), f"{answer!r:.80} scores {reward}, which no point of pareto_front reaches")
    if best is not None:
        scores = domain.score_batch([task] * len(best), best)
        attained = (np.abs(scores[None] - front[:, None]).max(axis=-1) < TOLERANCE).any(axis=1)
        _require(bool(attained.all()), f"best_answers miss the points {front[~attained]} of pareto_front")


def _texts(name: str, value: Any) -> list[str]:
    legal = isinstance(value, Sequence) and not isinstance(value, str)
    _require(
        legal and all(isinstance(text, str) for text in value), f"{name}: {value!r:.80} is no list of str"
    )
    return list(value)


def _is_drawing(drawn: Any, mode: str) -> bool:
    if mode != "rgb_array":
        return isinstance(drawn, str)
    return isinstance(drawn, np.ndarray) and drawn.dtype == np.uint8 and drawn.shape[2:] == (3,)


def check_env(env: gym.Env[Any, Any], *, steps: int = 10, seed: int = 0) -> None:
    """Checks an environment with text observations, text actions and vector rewards.

    Works for any Gymnasium environment that is to train the agents, whether or not it was made from
    a `Domain`.

    Args:
        env: The environment; it is reset several times and left open.
        steps: Random actions tried, in as many episodes as they fill.
        seed: Seed of the resets and the actions.

    Raises:
        ConformanceError: At the first broken rule.
    """
    try:
        space = env.get_wrapper_attr("reward_space")
    except AttributeError:
        raise ConformanceError("the environment has no reward_space; set a Box of shape (d,)") from None
    _require(
        isinstance(space, gym.spaces.Box) and len(space.shape) in (1, 2),
        f"reward_space={space} is no Box (d,)",
    )
    _require(
        bool((space.low >= 0).all() and (space.high <= 1).all()), f"reward_space={space} is not within [0, 1]"
    )
    env.action_space.seed(seed)
    tried = 0
    while tried < steps:
        actions = [env.action_space.sample() for _ in range(steps - tried)]
        texts = actions[0] if isinstance(actions[0], tuple) else (actions[0],)
        _require(all(isinstance(text, str) for text in texts), f"the action {actions[0]!r:.80} is no text")
        first, second = (_play(env, space, seed + tried, actions) for _ in range(2))
        _require(repr(first[0][4]) == repr(second[0][4]), "two resets with the same seed differ in info")
        for outcome, again in zip(first, second):
            _check_outcome(outcome, again, env.observation_space, space)
        tried += len(first) - 1


def _play(
    env: gym.Env[Any, Any], rewards: gym.spaces.Box, seed: int, actions: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """The outcomes of one episode: those of its steps, and before them reset's with a legal reward."""
    observation, info = env.reset(seed=seed)
    outcomes: list[tuple[Any, ...]] = [(observation, rewards.low.copy(), False, False, info)]
    for action in actions:
        outcomes.append(env.step(action))
        if outcomes[-1][2] or outcomes[-1][3]:
            break
    return outcomes


def _check_outcome(
    outcome: tuple[Any, ...], again: tuple[Any, ...], observations: gym.Space[Any], rewards: gym.spaces.Box
) -> None:
    observation, reward, *ended, info = outcome
    _require(isinstance(observation, str), f"the observation {observation!r:.80} is not a str")
    _require(observation in observations, f"the observation {observation!r:.80} is not in {observations}")
    _require(all(isinstance(flag, (bool, np.bool_)) for flag in ended), f"terminated, truncated: {ended}")
    _require(isinstance(info, dict), f"the info {info!r:.80} is not a dict")
    _require(observation == again[0], "the same seed and actions give different observations")
    _require(ended == list(again[2:4]), "the same seed and actions end at different steps")
    legal = isinstance(reward, np.ndarray) and reward in rewards
    _require(legal, f"the reward {reward!r} is not in reward_space={rewards}")
    # A reward handed out is the caller's, who may write to it.
    _require(not np.shares_memory(reward, again[1]), "two steps hand out the same reward array; copy it")
    _require(np.array_equal(reward, again[1]), "the same seed and actions give different rewards")


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ConformanceError(message)
