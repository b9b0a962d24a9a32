"""The check of an environment with text observations, text actions and vector rewards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cloudpickle  # type: ignore[import-untyped]
import gymnasium as gym
import numpy as np

from vpo_envs.env_checker.errors import ConformanceError, require


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
    require(
        isinstance(space, gym.spaces.Box) and len(space.shape) in (1, 2),
        f"reward_space={space} is no Box (d,)",
    )
    require(
        bool((space.low >= 0).all() and (space.high <= 1).all()), f"reward_space={space} is not within [0, 1]"
    )
    env.action_space.seed(seed)
    tried = 0
    while tried < steps:
        actions = [env.action_space.sample() for _ in range(steps - tried)]
        texts = actions[0] if isinstance(actions[0], tuple) else (actions[0],)
        require(all(isinstance(text, str) for text in texts), f"the action {actions[0]!r:.80} is no text")
        first, second = (_play(env, space, seed + tried, actions) for _ in range(2))
        require(repr(first[0][4]) == repr(second[0][4]), "two resets with the same seed differ in info")
        for outcome, again in zip(first, second):
            _check_outcome(outcome, again, env.observation_space, space)
        tried += len(first) - 1
    _check_pickling(env, seed, actions)


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
        require(same, "a pickled copy of the environment plays the same episode differently")


def _play(
    env: gym.Env[Any, Any], rewards: gym.spaces.Box, seed: int, actions: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Returns the outcomes of one episode: that of reset with a legal reward, then those of its steps."""
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
    require(isinstance(observation, str), f"the observation {observation!r:.80} is not a str")
    require(observation in observations, f"the observation {observation!r:.80} is not in {observations}")
    require(all(isinstance(flag, (bool, np.bool_)) for flag in ended), f"terminated, truncated: {ended}")
    require(isinstance(info, dict), f"the info {info!r:.80} is not a dict")
    require(observation == again[0], "the same seed and actions give different observations")
    require(ended == list(again[2:4]), "the same seed and actions end at different steps")
    legal = isinstance(reward, np.ndarray) and reward in rewards
    require(legal, f"the reward {reward!r} is not in reward_space={rewards}")
    # A reward handed out is the caller's, who may write to it.
    require(not np.shares_memory(reward, again[1]), "two steps hand out the same reward array; copy it")
    require(np.array_equal(reward, again[1]), "the same seed and actions give different rewards")
