"""Environments in checkpoints: descriptions from which only registered domains are made again.

A checkpoint may come from anywhere, so its text must not decide which code runs. The description names a
registered id and the settings that differ from its registration; classes come from the registry alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gymnasium as gym
from gymnasium.envs.registration import EnvSpec

from vpo_agent.agents.checkpoint import CheckpointError
from vpo_envs.registration import ENTRY_POINT, named_modules

FORMAT = "it is not a description of an environment"


def env_to_json(spec: EnvSpec | None) -> str:
    """Returns an environment's id and own settings as JSON; empty if `env_from_json` could not make it."""
    registered = None if spec is None else gym.registry.get(spec.id)
    if spec is None or registered is None or spec.max_episode_steps != registered.max_episode_steps:
        return ""
    try:
        known = registered.kwargs
        settings = {name: value for name, value in spec.kwargs.items() if known.get(name) != value}
        text = json.dumps({"id": spec.id, "settings": settings})
    except (TypeError, ValueError):  # settings that are objects or arrays
        return ""
    return "" if _refusal(spec, settings) else text


def env_from_json(path: str | Path, text: str) -> gym.Env[Any, Any]:
    """Makes the environment on which a checkpoint was trained, if a registered domain makes it.

    Args:
        path: The checkpoint, for messages.
        text: Return value of `env_to_json`; any other text is refused.

    Raises:
        CheckpointError: If the environment is described otherwise, or cannot be made.
    """
    reason = "it was not made by gym.make from a registered Domain and plain values"
    try:
        if text:
            return _make(text)
    except (gym.error.Error, ImportError, TypeError, ValueError, RecursionError, OSError) as error:
        reason = str(error)
    raise CheckpointError(
        f"path={str(path)!r}: the environment it was trained on cannot be made again ({reason}); give it: "
        "load(path, env), or --import the module that registers it"
    )


def _make(text: str) -> gym.Env[Any, Any]:
    described = json.loads(text)
    if not isinstance(described, dict) or described.keys() != {"id", "settings"}:
        raise ValueError(FORMAT)
    id, settings = described["id"], described["settings"]
    if not isinstance(id, str) or not isinstance(settings, dict):
        raise ValueError(FORMAT)
    spec = gym.registry.get(id)  # `gym.make` would import the module in an id like `module:name`
    if spec is None:
        raise ValueError(f"{id!r} is not registered here: import the module that registers it (--import)")
    if refusal := _refusal(spec, settings):
        raise ValueError(refusal)
    return gym.make(id, **settings)


def _refusal(spec: EnvSpec, settings: dict[str, Any]) -> str:
    """Returns the reason why a description is not to be trusted; empty if it is."""
    if spec.entry_point != ENTRY_POINT:
        return f"{spec.id!r} is not registered by vpo_envs.register"
    if spec.additional_wrappers:
        return "it has wrappers"
    if "domain" in settings:
        return "its domain is not that of the registration"
    named = [name for name, value in settings.items() if any(named_modules(value))]
    return f"its settings {', '.join(named)} name code" if named else ""
