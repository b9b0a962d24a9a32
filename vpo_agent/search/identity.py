"""What makes two searches the same: whoever keeps answers on disk goes by this."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

from vpo_agent.checkpoint import env_to_json
from vpo_agent.config import AgentConfig

if TYPE_CHECKING:
    from vpo_agent.agent import Agent
    from vpo_agent.search.strategy import Strategy

WORDING = ("num_candidates", "truncate_prompts")  # settings that all agents share and prompts depend on
DRAWING = ("max_new_tokens", "temperature", "top_p")


def describe(agent: Agent, strategy: Strategy, budget: int, seed: int) -> dict[str, Any]:
    """Everything that determines the answers to a task, fit for JSON.

    Of the agent: its class, its weights or where it is served, and what it asks for. Of the strategy: all
    settings, but for the `folder` where it keeps what it has.
    """
    config, sampling = agent.config, agent.sampling
    own = {field.name for field in dataclasses.fields(config)}
    own -= {field.name for field in dataclasses.fields(AgentConfig)}
    settings = {name: value for name, value in settings_of(strategy).items() if name != "folder"}
    run = {
        "agent": getattr(agent, "name", type(agent).__name__),
        "identity": agent.identity,
        "trained": {"seed": config.seed, "updates": agent.num_updates},
        "config": {name: getattr(config, name) for name in (*WORDING, *sorted(own))},
        "env": agent.env_id,
        "spec": env_to_json(agent.env_spec),
        "strategy": strategy.name,
        "settings": settings,
        "budget": budget,
        "seed": seed,
        "sampling": {name: getattr(sampling, name) for name in DRAWING},
    }
    return dict(json.loads(json.dumps(run, default=_told)))


def settings_of(strategy: Strategy) -> dict[str, Any]:
    """What a strategy was made with: the fields of a dataclass, the attributes of another object."""
    if dataclasses.is_dataclass(strategy):
        return dataclasses.asdict(strategy)
    return dict(getattr(strategy, "__dict__", {}))


def _told(value: object) -> str:
    """What JSON has no form for, without the address, which is another in every process."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
