"""The check of an environment with text observations, text actions and vector rewards."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import cloudpickle  # type: ignore[import-untyped]
import gymnasium as gym
import numpy as np

from vpo_envs.env import VectorRewardEnv
from vpo_envs.env_checker.errors import ConformanceError, calling, require
from vpo_envs.scalarization import check_weights

SEEDED = "take every random number from self.np_random, and let reset(seed=seed) clear what episodes leave"

MOST_STEPS = 10_000
"""Steps of one episode: far above what an answer in several turns takes."""


def check_env(env: gym.Env[Any, Any], *, steps: int = 10, seed: int = 0) -> None:
    """Checks an environment with text observations, text actions and vector rewards.

    Works for any Gymnasium environment that is to train the agents, whether or not it was made from
    a `Domain`.

    Args:
        env: The environment; it is reset several times and left open.
        steps: Random actions tried, in as many episodes as they fill. If none of these ends, the last one is
            played on, for up to 10,000 steps.
        seed: Seed of the resets and the actions.

    Raises:
        ConformanceError: At the first broken rule; the message begins with the class of the environment, or
            of its domain.
        TypeError: If it is none.
        ValueError: If there is no step to try.
    """
    if steps < 1:
        raise ValueError(f"steps={steps} must be at least 1")
    if not isinstance(env, gym.Env):
        remedy = "check_env(gym.make(id)) checks that of an id, check_domain a domain"
        raise TypeError(f"env={env!r} is no environment: {remedy}")
    try:
        _check(env, steps, seed)
    except ConformanceError as error:
        raise ConformanceError(f"{type(_owner(env)).__name__}: {error}") from error.__cause__


def _owner(env: gym.Env[Any, Any]) -> Any:
    """Returns what the author of an environment wrote: its domain, or the environment itself."""
    inner = env.unwrapped
    return inner.domain if isinstance(inner, VectorRewardEnv) else inner


def _check(env: gym.Env[Any, Any], steps: int, seed: int) -> None:
    try:
        space = env.get_wrapper_attr("reward_space")
    except AttributeError:
        raise ConformanceError("the environment has no reward_space; set a Box of shape (d,)") from None
    require(
        isinstance(space, gym.spaces.Box) and len(space.shape) in (1, 2),
        f"reward_space={space} is no Box (d,)",
    )
    require(
        bool((space.low >= 0).all() and (space.high <= 1).all()), f"reward_space={space} is not within [0, 1]"
    )
    _check_objectives(env, space.shape[-1])
    env.action_space.seed(seed)
    tried, ended = 0, False
    while tried < steps:
        actions = [env.action_space.sample() for _ in range(steps - tried)]
        texts = actions[0] if isinstance(actions[0], tuple) else (actions[0],)
        require(all(isinstance(text, str) for text in texts), f"the action {actions[0]!r:.80} is no text")
        first, second = (_play(env, space, seed + tried, actions) for _ in range(2))
        require(
            repr(first[0][4]) == repr(second[0][4]), f"two resets with the same seed differ in info; {SEEDED}"
        )
        for outcome, again in zip(first, second):
            _check_outcome(outcome, again, env.observation_space, space)
        tried += len(first) - 1
        ended = ended or first[-1][2] or first[-1][3]
    if not ended and not isinstance(env.unwrapped, VectorRewardEnv):  # which ends after max_turns
        _check_ending(env, seed)
    _check_pickling(env, seed, actions)


def _check_objectives(env: gym.Env[Any, Any], d: int) -> None:
    """Checks the names and the fixed weights, which an environment may do without."""
    if env.has_wrapper_attr("objective_names"):
        names = env.get_wrapper_attr("objective_names")
        legal = isinstance(names, Sequence) and not isinstance(names, str)
        legal = legal and all(isinstance(name, str) for name in names) and len(set(names)) == len(names) == d
        require(
            legal,
            f"objective_names={names!r:.200} must be {d} different texts, one for each entry of a reward",
        )
    if env.has_wrapper_attr("weights"):
        weights = env.get_wrapper_attr("weights")
        try:
            single = check_weights(weights, d).ndim == 1
        except (TypeError, ValueError) as error:
            raise ConformanceError(str(error)) from error
        require(single, f"weights={weights!r:.200} must be one weighting, of shape ({d},)")


def _check_ending(env: gym.Env[Any, Any], seed: int) -> None:
    """Checks that an episode ends."""
    _reset(env, seed)
    actions = itertools.cycle([env.action_space.sample() for _ in range(100)])
    for action in itertools.islice(actions, MOST_STEPS):
        _, _, terminated, truncated, _ = _step(env, action)
        if terminated or truncated:
            return
    raise ConformanceError(
        f"an episode has neither terminated nor been truncated after {MOST_STEPS:,} steps; return "
        "terminated=True after max_turns steps, or truncate it: gym.register(..., max_episode_steps=...)"
    )


def _check_pickling(env: gym.Env[Any, Any], seed: int, actions: Sequence[Any]) -> None:
    """Checks that a copy of the environment in another process would play the same episode."""
    try:
        copy = cloudpickle.loads(cloudpickle.dumps(env))
    except Exception as error:
        raise ConformanceError(
            f"the environment cannot be pickled, for other processes: {error!r}; build locks, open files and "
            "iterators where they are used"
        ) from error
    space = env.get_wrapper_attr("reward_space")
    for outcome, again in zip(_play(env, space, seed, actions), _play(copy, space, seed, actions)):
        same = outcome[0] == again[0] and np.array_equal(outcome[1], again[1])
        require(
            same,
            "a pickled copy of the environment plays the same episode differently; keep all that an episode "
            "depends on in attributes that pickling copies",
        )


def _play(
    env: gym.Env[Any, Any], rewards: gym.spaces.Box, seed: int, actions: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Returns the outcomes of one episode: that of reset with a legal reward, then those of its steps."""
    observation, info = _reset(env, seed)
    outcomes: list[tuple[Any, ...]] = [(observation, rewards.low.copy(), False, False, info)]
    for action in actions:
        outcomes.append(_step(env, action))
        if outcomes[-1][2] or outcomes[-1][3]:
            break
    return outcomes


def _reset(env: gym.Env[Any, Any], seed: int) -> tuple[Any, Any]:
    what = "sample_task at " if isinstance(env.unwrapped, VectorRewardEnv) else ""
    made = calling(_owner(env), f"{what}reset(seed={seed})", lambda: env.reset(seed=seed))
    legal = isinstance(made, tuple) and len(made) == 2
    require(legal, f"reset returned {made!r:.80}; return the observation and the info, a dict")
    return made


def _step(env: gym.Env[Any, Any], action: Any) -> tuple[Any, ...]:
    task = env.unwrapped.task if isinstance(env.unwrapped, VectorRewardEnv) else None
    where = f" on task {task.id}" if task else ""
    outcome = calling(_owner(env), f"step({action!r:.80}){where}", env.step, action)
    legal = isinstance(outcome, tuple) and len(outcome) == 5
    require(legal, f"step returned {outcome!r:.80}; return observation, reward, terminated, truncated, info")
    return outcome


def _check_outcome(
    outcome: tuple[Any, ...], again: tuple[Any, ...], observations: gym.Space[Any], rewards: gym.spaces.Box
) -> None:
    observation, reward, *ended, info = outcome
    require(
        isinstance(observation, str),
        f"the observation {observation!r:.80} is not a str; return a text from reset and step",
    )
    require(
        observation in observations,
        f"the observation {observation!r:.80} is not in {observations}; "
        "observation_space = vpo_envs.spaces.FreeText() holds every text",
    )
    require(
        all(isinstance(flag, (bool, np.bool_)) for flag in ended),
        f"terminated, truncated: {ended}; return True or False for each",
    )
    require(isinstance(info, dict), f"the info {info!r:.80} is not a dict; return {{}} where there is none")
    require(observation == again[0], f"the same seed and actions give different observations; {SEEDED}")
    require(ended == list(again[2:4]), f"the same seed and actions end at different steps; {SEEDED}")
    legal = isinstance(reward, np.ndarray) and reward in rewards
    require(
        legal,
        f"the reward {reward!r} is not in reward_space={rewards}; return a NumPy array of shape "
        f"{rewards.shape} and dtype {rewards.dtype}, with values within its bounds",
    )
    # A reward handed out is the caller's, who may write to it.
    require(not np.shares_memory(reward, again[1]), "two steps hand out the same reward array; copy it")
    require(np.array_equal(reward, again[1]), f"the same seed and actions give different rewards; {SEEDED}")
