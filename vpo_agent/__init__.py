"""Agents that train language models on vector rewards, for diversity."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vpo_agent.agents.base import Agent
    from vpo_agent.agents.callbacks import Callback
    from vpo_agent.agents.checkpoint import CheckpointError
    from vpo_agent.agents.checkpoint_callback import CheckpointCallback, latest_checkpoint
    from vpo_agent.agents.eval_callback import EvalCallback
    from vpo_agent.agents.evaluation import Evaluation, evaluate
    from vpo_agent.agents.vpo import VPO, AnswerVPO, PoolVPO
    from vpo_agent.models.policy import Policy

__all__ = [
    "VPO",
    "Agent",
    "AnswerVPO",
    "Callback",
    "CheckpointCallback",
    "CheckpointError",
    "EvalCallback",
    "Evaluation",
    "Policy",
    "PoolVPO",
    "evaluate",
    "latest_checkpoint",
]

# Imported on first access: torch and transformers take seconds to import, and `vpo envs` needs neither.
MODULES = {
    "VPO": "agents.vpo",
    "Agent": "agents.base",
    "AnswerVPO": "agents.vpo",
    "Callback": "agents.callbacks",
    "CheckpointCallback": "agents.checkpoint_callback",
    "CheckpointError": "agents.checkpoint",
    "EvalCallback": "agents.eval_callback",
    "Evaluation": "agents.evaluation",
    "Policy": "models.policy",
    "PoolVPO": "agents.vpo",
    "evaluate": "agents.evaluation",
    "latest_checkpoint": "agents.checkpoint_callback",
}


def __getattr__(name: str) -> Any:
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"vpo_agent.{MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
