"""One run (cell) of a benchmark, in a separate process."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from baselines.benchmark.evaluation import measure
from baselines.benchmark.launcher import CELL
from baselines.benchmark.record import POLICY, RESULT, keeping_warnings, kept_warnings, write_result
from baselines.benchmark.user_envs import register_again
from baselines.registry import agent_class
from vpo_agent import CheckpointCallback, latest_checkpoint
from vpo_agent.agents.base import Agent
from vpo_agent.agents.callbacks import Callback, Learner
from vpo_agent.common.atomic_io import (
    clear_leftovers,
    explained,
    remove_folder,
    sync_folder,
    sync_tree,
    write_atomically,
)
from vpo_agent.common.integrity import DamagedFileError
from vpo_agent.common.logger import PROGRESS, configure, forget_after, read_progress
from vpo_agent.common.threads import threads_set
from vpo_agent.models.names import TINY_WARM
from vpo_agent.models.policy import Policy
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.models.warm_starts import load_start
from vpo_agent.tasks.source import task_source
from vpo_agent.training.sft import warm_start
from vpo_agent.training.warm_start_state import WARM_START_STATE

CHECKPOINT_EVERY = 20


def run(folder: Path) -> None:
    """Runs the cell described in `folder/cell.json`; an interrupted run is resumed."""
    cell = json.loads((folder / CELL).read_text())
    if (folder / RESULT).exists():
        return
    clear_leftovers(folder)
    register_again(cell)
    with threads_set(cell.get("threads", 1)), keeping_warnings(folder):
        result = run_warm_start(folder, cell) if cell["kind"] == "warm_start" else run_training(folder, cell)
    write_result(folder, {**result, "warnings": kept_warnings(folder)})
    (folder / WARM_START_STATE).unlink(missing_ok=True)


def run_warm_start(folder: Path, cell: dict[str, Any]) -> dict[str, Any]:
    """Builds or loads the common initial policy, warm-starts it and saves it in `folder/policy`."""
    source = task_source(cell["env"])
    if cell.get("policy") == TINY_WARM:
        policy = load_start(source)
    elif "policy" in cell:
        policy = Policy.from_pretrained(cell["policy"])
    else:
        sizes = {"candidates": max(cell["sizes"]), **cell.get("policy_kwargs", {})}
        policy = tiny_policy(source, seed=cell["seed"], **sizes)
    every = min(10, max(1, cell["steps"] // 20))  # one step of a real model takes a minute
    with open(folder / PROGRESS, "w") as log:

        def report(step: int, loss: float) -> None:
            if step % every == 0 or step == cell["steps"]:
                log.write(json.dumps({"time/updates": step, "loss": loss}) + "\n")
                log.flush()

        loss = warm_start(
            policy,
            source,
            steps=cell["steps"],
            sizes=cell["sizes"],
            show_weights=cell.get("show_weights", False),
            seed=cell["seed"],
            on_step=report,
            path=folder / WARM_START_STATE,
        )
    keep_policy(policy, folder / POLICY)
    return {"loss": loss, "parameters": policy.model.num_parameters()}


def run_training(folder: Path, cell: dict[str, Any]) -> dict[str, Any]:
    """Trains an agent from the common initial policy and evaluates it."""
    kind = agent_class(cell["agent"])
    if not issubclass(kind, Agent):
        return measure(folder, cell, kind(cell["env"], **cell["settings"]))
    agent = resume(folder, cell, kind)
    per_step = agent.config.answers_per_step * agent.source.max_turns
    callbacks: list[Callback] = [CheckpointCallback(folder / "checkpoints", every=CHECKPOINT_EVERY)]
    total, going = cell["steps"] * per_step, True
    if "tokens" in cell:
        callbacks.append(TokenBudget(cell["tokens"]))
        # Every step generates at least one token, so the token budget ends the run before this limit.
        total = (agent.num_updates + cell["tokens"]) * per_step
        going = agent.num_tokens < cell["tokens"]
    agent.set_logger(configure(folder, ("json",)))
    if going and agent.num_timesteps < total:
        agent.learn(total - agent.num_timesteps, callbacks, reset_num_timesteps=False)
    if cell.get("goes_on"):
        agent.save(folder / "checkpoints" / f"step-{agent.num_updates:06d}")
    if cell["steps"]:
        keep_policy(agent.policy, folder / POLICY)
    return measure(folder, cell, agent)


def keep_policy(policy: Policy, folder: Path) -> None:
    """Saves the policy atomically, in place of what an earlier try of this run saved."""
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    with explained(folder):
        policy.save_pretrained(fresh)
        sync_tree(fresh)
        if folder.exists():
            remove_folder(folder)
        os.replace(fresh, folder)
        sync_folder(folder.parent)


class TokenBudget(Callback):
    """Callback that stops training after the step that reaches a number of tokens.

    Args:
        tokens: The budget.
    """

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens

    def on_step(self, agent: Learner) -> bool:
        """Returns False when the budget is used up; the agent's counter is part of its checkpoints."""
        return agent.num_tokens < self.tokens


def resume(folder: Path, cell: dict[str, Any], kind: type[Agent]) -> Agent:
    """Returns the agent at its latest checkpoint, or with the common initial policy.

    A run that continues another begins with a copy of its log, and at its latest checkpoint.
    """
    latest = latest_checkpoint(folder / "checkpoints")
    if latest is None and "continues" in cell:
        before = folder.parent / cell["continues"]
        latest = latest_checkpoint(before / "checkpoints")
        if latest is not None:
            write_atomically(folder / PROGRESS, (before / PROGRESS).read_text())
    if latest is None:
        (folder / PROGRESS).unlink(missing_ok=True)
        start = Policy.from_pretrained(folder.parent / cell["start"] / POLICY)
        return kind(start, cell["env"], **cell["settings"])
    agent = kind.load(latest, cell["env"])
    forget_after(folder, agent.num_updates)
    check_log(folder, agent.num_updates)
    return agent


def check_log(folder: Path, updates: int) -> None:
    """Checks that the log holds every step up to a checkpoint once.

    Raises:
        DamagedFileError: If a line is missing or doubled.
    """
    logged = [line["time/updates"] for line in read_progress(folder)]
    if logged != list(range(1, updates + 1)):
        numbers = {step for step in logged if isinstance(step, int)}  # others are damaged
        wrong = sorted(numbers.symmetric_difference(range(1, updates + 1))) or logged
        raise DamagedFileError(
            f"{folder / PROGRESS} is damaged: of the {updates} steps before the checkpoint, "
            f"{', '.join(map(str, wrong[:3]))} are missing or doubled; delete {folder}, and the same command "
            "does this run again"
        )


def main() -> None:
    """Runs the cell whose folder is the only argument of the process."""
    run(Path(sys.argv[1]))
