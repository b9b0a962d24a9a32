"""The identity of a search, by which saved results are recognized."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import re
from typing import Any

from gymnasium.envs.registration import EnvSpec

from vpo_agent.generation.generator import Generator
from vpo_agent.models.sampling import DRAWING, Sampling
from vpo_agent.tasks.source import DomainTasks, TaskSource

PROMPTS = 3
"""Tasks whose prompts help to tell environments apart."""


def describe(
    generator: Generator,
    source: TaskSource,
    strategy: Any,
    budget: int,
    sampling: Sampling,
    seed: int,
) -> dict[str, Any]:
    """Returns a JSON-serializable description of all that determines the answers to a task.

    The strategy's settings are included, except for the `folder` of its saved generations.
    """
    settings = {name: value for name, value in settings_of(strategy).items() if name != "folder"}
    run = {
        **generator.describe(),
        "env": source.env_id,
        "spec": spec_to_json(source.spec),
        "strategy": strategy.name,
        "settings": settings,
        "budget": budget,
        "seed": seed,
        "sampling": {name: getattr(sampling, name) for name in DRAWING},
    }
    if not run["spec"]:
        run["environment"] = _described(source)
    return dict(json.loads(json.dumps(run, default=_without_address)))


def spec_to_json(spec: EnvSpec | None) -> str:
    """Returns an environment's specification as JSON, with its arguments; empty if it has no JSON form."""
    try:
        return spec.to_json() if spec else ""
    except (TypeError, ValueError):  # arguments that are objects
        return ""


def _described(source: TaskSource) -> str:
    """Returns a hash that tells environments without a JSON form apart, by settings and some prompts."""
    prompts: list[str] = []
    if isinstance(source, DomainTasks):
        with contextlib.suppress(ValueError):  # a data set without rows for training
            prompts = [source.domain.task("train", index).text(source.style) for index in range(PROMPTS)]
    settings = None if source.spec is None else source.spec.kwargs
    text = json.dumps([source.objective_names, settings, prompts], default=_without_address)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def settings_of(strategy: Any) -> dict[str, Any]:
    """Returns a strategy's settings: the fields of a dataclass, or the attributes of another object."""
    if dataclasses.is_dataclass(strategy) and not isinstance(strategy, type):
        return dataclasses.asdict(strategy)
    return dict(getattr(strategy, "__dict__", {}))


def _without_address(value: object) -> str:
    """Returns the `repr` of an object without its memory address, which differs between processes."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
