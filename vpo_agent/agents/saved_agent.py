"""Agents in checkpoints: what is saved of an agent, and the agent restored from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import gymnasium as gym
import torch

from vpo_agent.agents import checkpoint
from vpo_agent.agents.checkpoint import CheckpointError, read_state
from vpo_agent.agents.config import AgentConfig
from vpo_agent.agents.run_warnings import warn_of_style
from vpo_agent.agents.saved_env import env_from_json, env_to_json
from vpo_agent.common import distributed
from vpo_agent.models.policy import Policy
from vpo_agent.models.reference import BaseReference
from vpo_agent.tasks.source import TaskSource


class Saveable(Protocol):
    """The interface of an agent that can be saved and restored.

    Attributes:
        source: Source of the tasks.
        policy: The policy.
        num_timesteps: Answers sampled so far.
        num_updates: Training steps so far.
        num_tokens: Tokens sampled in these steps.
        planned_timesteps: Value of `num_timesteps` at which the training ends.
        warm_started: Whether the policy has been warm-started.
        trained_style: Style of the prompts in training.
        reference: Reference model of the KL penalty; None: there is none yet.
    """

    source: TaskSource
    policy: Policy
    num_timesteps: int
    num_updates: int
    num_tokens: int
    planned_timesteps: int
    warm_started: bool
    trained_style: str
    reference: Policy | BaseReference | None

    @property
    def config(self) -> AgentConfig:
        """Settings."""

    def make_trainer(self) -> Any:
        """Returns the trainer, created on first use."""


A = TypeVar("A", bound=Saveable)


def describe(agent: Saveable, trained: bool) -> dict[str, Any]:
    """Returns the description of an agent in a checkpoint: all but its tensors.

    Args:
        agent: The agent.
        trained: Whether it has an optimizer, whose state is saved, too.
    """
    return {
        "agent": type(agent).__name__,
        "class": f"{type(agent).__module__}.{type(agent).__qualname__}",
        "env": env_to_json(agent.source.spec),
        "objectives": list(agent.source.objective_names),
        "config": dataclasses.asdict(agent.config),
        "num_timesteps": agent.num_timesteps,
        "num_updates": agent.num_updates,
        "num_tokens": agent.num_tokens,
        "warm_started": agent.warm_started,
        "planned": agent.planned_timesteps,
        "prompt_style": agent.trained_style,
        "trained": trained,
        "dtype": str(agent.policy.dtype).removeprefix("torch."),
        "attention": agent.policy.attention,
        "torch": torch.__version__,
        "weights": agent.policy.digest(),
    }


def identity(state: dict[str, Any]) -> dict[str, Any]:
    """Returns what a description says of a run at its start; that of earlier versions lacks `weights`."""
    names = ("agent", "env", "objectives", "prompt_style", "weights")
    return {**state["config"], **{name: state[name] for name in names if name in state}}


def save(agent: Saveable, path: str | Path, trainer: Any) -> None:
    """Saves an agent; in distributed training the main process writes and all others wait.

    Args:
        agent: The agent.
        path: Folder of the checkpoint.
        trainer: Trainer of the agent, with its optimizer and further tensors; None: there is none yet.

    Raises:
        CheckpointError: If the folder holds other files.
        UnwritableError: If the checkpoint cannot be written; the old one is kept.
    """
    optimizer, tensors = (trainer.optimizer, trainer.tensors()) if trainer else (None, None)
    if distributed.is_main():
        state = describe(agent, trained=trainer is not None)
        checkpoint.save(path, state, agent.policy, optimizer, agent.reference, tensors)
    distributed.barrier()


def load(
    kind: Callable[..., A],
    path: str | Path | None,
    env: gym.Env[Any, Any] | str | None,
    *,
    device: str | torch.device,
    dtype: str | torch.dtype | None,
    verbose: int,
) -> A:
    """Loads an agent of the given class; see `vpo_agent.agents.base.Agent.load` for the arguments.

    Raises:
        CheckpointError: If the folder is no checkpoint, is damaged, or holds an agent of another class or
            domain.

    Warns:
        RunWarning: If the environment shows prompts of another style than those of the training.
    """
    if path is None:
        raise CheckpointError("path=None: there is no checkpoint yet; make a new agent, or check the folder")
    state = read_state(path)
    if state["agent"] != kind.__name__:
        raise CheckpointError(
            f"path={str(path)!r} holds a {state['agent']} agent; load it with {state['agent']}.load"
        )
    env = env_from_json(path, state["env"]) if env is None else env
    policy = checkpoint.load_policy(
        path, device=device, dtype=dtype or state["dtype"], attention=state["attention"]
    )
    agent = kind(policy, env, verbose=verbose, **state["config"])
    objectives = list(agent.source.objective_names)
    if objectives != state["objectives"]:
        raise CheckpointError(
            f"path={str(path)!r} was trained on the objectives {state['objectives']}, the environment "
            f"has {objectives}; give an environment of the same domain"
        )
    agent.num_timesteps = state["num_timesteps"]
    agent.num_updates = state["num_updates"]
    agent.num_tokens = state["num_tokens"]
    agent.planned_timesteps = state["planned"]
    agent.warm_started = state["warm_started"]
    agent.trained_style = state["prompt_style"]
    warn_of_style(agent.trained_style, agent.source.style)
    if state["trained"]:
        agent.reference = checkpoint.load_reference(path, policy)
        trainer = agent.make_trainer()
        checkpoint.load_optimizer(path, trainer.optimizer)
        trainer.restore(checkpoint.load_tensors(path))
    return agent
