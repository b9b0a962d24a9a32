"""Environments with knobs in one text: `vpo/Maze-v0?size=5&dataset=mazes.jsonl`."""

from __future__ import annotations

import ast
import inspect
import types
import typing
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import gymnasium as gym
from gymnasium.envs.registration import parse_env_id

from vpo_envs.env import VectorRewardEnv
from vpo_envs.registration import (
    ENTRY_POINT,
    ENV_KWARGS,
    VectorRewardVectorEnv,
    load_domain,
    registered_ids,
    vectorize,
)
from vpo_envs.suggestions import did_you_mean, nearest

PLAIN = {bool: "True or False", int: "an integer", float: "a number", type(None): "None"}


def make(env: str, **kwargs: Any) -> gym.Env[Any, Any]:
    """Makes an environment from its id, which may be followed by knobs.

    Args:
        env: A registered id; or `id?knob=value&knob=value`. Values are Python literals, plain text or names
            separated by commas, as the knob asks; `%26` stands for `&` and `%25` for `%`.
        **kwargs: Further arguments of `gym.make`, which take precedence.

    Raises:
        ValueError: If the knobs are malformed, or a value has another type than its knob.
        TypeError: If there is no such knob.
        gymnasium.error.Error: If there is no environment of that id; the message names the nearest.

    Example:
        >>> make("vpo/Maze-v0?size=5&num_candidates=2").spec.kwargs["size"]
        5
    """
    id, knobs = split_knobs(env)
    try:
        return gym.make(id, **{**knobs, **kwargs})
    except gym.error.Error as error:
        reason = _reason(id, error)
        raise gym.error.Error(f"env={env!r} cannot be made: {reason}; `vpo envs` lists the ids") from error


def make_vec(id: str, num_envs: int = 1, **kwargs: Any) -> VectorRewardVectorEnv:
    """Makes a vector environment whose rewards are (num_envs, d), or (num_envs, m, d) with candidates.

    Finished episodes are reset within the same step: the observation is then the next task's, and the
    last one is in `info["final_obs"]`. So rewards have the same shape on every step.

    `gym.make_vec` gives the same for ids that `vpo_envs.register` registered; this function serves any
    environment with vector rewards. Gymnasium's own `SyncVectorEnv` has room for scalar rewards alone.
    Its `AsyncVectorEnv` works with `autoreset_mode=AutoresetMode.SAME_STEP`.

    Args:
        id: A registered id, with or without knobs: `vpo/Maze-v0?size=5`.
        num_envs: Number of copies, at least 1.
        **kwargs: Passed to `gym.make` for each copy; they take precedence over knobs.

    Raises:
        ValueError: If `num_envs` is below 1.

    Example:
        >>> envs = make_vec("vpo/MazeSmall-v0", 3, num_candidates=2)
        >>> prompts, infos = envs.reset(seed=0)
        >>> envs.step([("a1 b1", "a1 a2")] * 3)[1].shape
        (3, 2, 4)
    """
    return vectorize(lambda: make(id, **kwargs), num_envs)


def _reason(id: str, error: gym.error.Error) -> str:
    """Returns Gymnasium's reason; or, for a name that is not registered, the nearest one that is."""
    if not isinstance(error, gym.error.NameNotFound | gym.error.NamespaceNotFound):
        return str(error).rstrip(".")
    names = {parse_env_id(known)[1]: known for known in registered_ids()}
    near = nearest(parse_env_id(id)[1], names)
    hint = f"did you mean {names[near]!r}?" if near else "import the module that registers it (--import)"
    return f"there is no such id; {hint}"


def split_knobs(env: str) -> tuple[str, dict[str, Any]]:
    """Splits the text of an environment into its id and its knobs, as typed values.

    Raises:
        ValueError: See `make`.
        TypeError: See `make`.

    Example:
        >>> split_knobs("vpo/Maze-v0?size=5&score_mode=convex")
        ('vpo/Maze-v0', {'size': 5, 'score_mode': 'convex'})
    """
    id, mark, query = env.partition("?")
    if not mark:
        return env, {}
    kinds = _kinds(id)
    knobs: dict[str, Any] = {}
    for part in query.split("&"):
        name, equals, value = part.partition("=")
        if not name or not equals:
            raise ValueError(f"env={env!r}: {part!r} must have the form knob=value, as in {id}?split=test")
        if name in knobs:
            raise ValueError(f"env={env!r} gives {name} twice")
        if kinds is not None and name not in kinds:
            raise TypeError(f"env={env!r}: {id} has no knob {name!r}; {did_you_mean(name, kinds)}")
        knobs[name] = _typed(env, name, unquote(value), (kinds or {}).get(name, Any))
    return id, knobs


def readings(text: str) -> list[Any]:
    """Returns all values that the text of a knob may stand for, whatever the type of the knob.

    Example:
        >>> readings("%27a%3Ab%27")
        ["'a:b'", "'a:b'", 'a:b']
    """
    text = unquote(text)
    return [text, *text.split(","), _literal(text)]


def _literal(text: str) -> Any:
    """Returns the Python literal that a text is, or else the text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def _kinds(id: str) -> dict[str, Any] | None:
    """Returns the knobs of an environment with their type hints; None if it takes any or is unknown."""
    spec = gym.registry.get(id)
    if spec is None or spec.entry_point != ENTRY_POINT:
        return None
    domain = load_domain(spec.kwargs["domain"])
    kinds: dict[str, Any] = {}
    for made, names in ((VectorRewardEnv, ENV_KWARGS), (domain, None)):
        hints = typing.get_type_hints(made.__init__)
        for name, parameter in inspect.signature(made).parameters.items():
            if parameter.kind is parameter.VAR_KEYWORD:
                return None
            if names is None or name in names:
                kinds[name] = hints.get(name, Any)
    return kinds


def _typed(env: str, name: str, text: str, kind: Any) -> Any:
    """Returns the value of a knob; its type hint decides between a number and a text of digits."""
    value = _literal(text)
    union = typing.get_origin(kind) in (typing.Union, types.UnionType)
    options = typing.get_args(kind) if union else (kind,)
    if type(value) in options or (type(value) is int and float in options):
        return value
    if str in options:
        return text
    if Sequence[str] in options and isinstance(value, str):
        return tuple(text.split(","))
    if not all(option in PLAIN for option in options):
        return value  # checked by the domain
    wanted = " or ".join(PLAIN[option] for option in options)
    raise ValueError(f"env={env!r}: {name}={text!r} must be {wanted}")
