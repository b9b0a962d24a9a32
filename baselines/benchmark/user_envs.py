"""Environments and agents of the user in worker processes, which import neither scripts nor notebooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import gymnasium as gym

from baselines.registry import AgentSpec
from vpo_envs.knobs import split_knobs

FIELDS = ("entry_point", "vector_entry_point", "kwargs", "disable_env_checker")


def registration(env: str) -> dict[str, Any]:
    """Returns what a worker needs to register an environment: entry points and arguments, as plain data.

    Args:
        env: A registered id, with or without knobs.

    Raises:
        ValueError: If another process could not import the environment, or its arguments are no plain data.
    """
    id = split_knobs(env)[0].rpartition(":")[2]
    spec = gym.spec(id)
    fields = {name: getattr(spec, name) for name in FIELDS}
    if not isinstance(spec.entry_point, str):
        raise ValueError(
            f"env={env!r} is registered with {spec.entry_point!r:.80}; worker processes need an entry point "
            "in text form, such as 'poems:PoemEnv'"
        )
    for place in (spec.entry_point, spec.kwargs.get("domain")):
        if isinstance(place, str):
            _refuse_main(f"env={env!r}", place)
    try:
        return {"id": id, **json.loads(json.dumps(fields))}
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"env={env!r} is registered with kwargs={spec.kwargs!r:.200}; worker processes need plain data "
            f"({error}): register it with numbers, texts, lists and mappings"
        ) from error


def check_agent(spec: AgentSpec) -> None:
    """Checks that worker processes can import the class of an agent.

    Raises:
        ValueError: If the class is defined in a script or notebook.
    """
    _refuse_main(f"agent={spec.label!r}", spec.agent)


def register_again(cell: Mapping[str, Any]) -> None:
    """Registers the environment of a cell in a worker, unless the worker has it."""
    known = dict(cell.get("registration", {}))
    if known and known["id"] not in gym.registry:
        gym.register(**known)


def _refuse_main(what: str, place: str) -> None:
    if place.startswith(("__main__:", "__main__.")):
        name = place.removeprefix("__main__")[1:]
        raise ValueError(
            f"{what}: the class {name} is defined in a script or notebook, which worker processes do not "
            f"import; move it to a module, for example mine.py, and write `from mine import {name}`"
        )
