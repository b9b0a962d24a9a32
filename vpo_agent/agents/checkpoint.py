"""Checkpoints of agents: folders of safetensors and JSON, written atomically."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import gymnasium as gym
import torch
from gymnasium.envs.registration import EnvSpec
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from vpo_agent.models import reference
from vpo_agent.models.policy import Policy
from vpo_agent.models.reference import BaseReference

T = TypeVar("T")

AGENT, POLICY, REFERENCE = "agent.json", "policy", "reference"
OPTIMIZER, TRAINER = "optimizer.safetensors", "trainer.safetensors"
FORMAT_VERSION = 1
STATE = ("agent", "env", "objectives", "config", "num_timesteps", "num_updates", "warm_started", "files")


class CheckpointError(ValueError):
    """The error for an unusable checkpoint; its message names the reason and the remedy."""


def save(
    path: str | Path,
    state: dict[str, Any],
    policy: Policy,
    optimizer: torch.optim.Optimizer | None,
    reference: Policy | BaseReference | None,
    tensors: dict[str, torch.Tensor] | None = None,
) -> None:
    """Writes a checkpoint folder atomically: readers find the old or the new one, never half of one.

    The new checkpoint is written beside the old one and replaces it by renaming. A killed save leaves
    hidden folders, which readers handle (`_located`) and the next save removes.

    Args:
        path: Folder of the checkpoint; an existing checkpoint is replaced.
        state: JSON-serialisable description of the agent.
        policy: The policy, saved with its tokenizer.
        optimizer: The optimiser; None: no state is saved.
        reference: Reference model of the KL penalty; None: none is saved.
        tensors: Further tensors of the trainer.

    Raises:
        CheckpointError: If the folder holds other files.
    """
    path = Path(path).absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() or (path.exists() and not (path / AGENT).exists() and any(path.iterdir())):
        raise CheckpointError(f"path={str(path)!r} holds other files; choose a new folder for the checkpoint")
    fresh, retired = path.with_name(f".{path.name}.new"), _retired(path)
    if retired.exists() and not path.exists():
        os.replace(retired, path)
    for leftover in (fresh, retired):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        fresh.mkdir()
        policy.save_pretrained(fresh / POLICY)
        if reference is not None:
            reference.save_pretrained(fresh / REFERENCE)
        if optimizer is not None:
            save_file(flatten(optimizer), fresh / OPTIMIZER)
        if tensors:
            save_file(tensors, fresh / TRAINER)
        state = {"format": FORMAT_VERSION, **state, "files": _sizes(fresh)}
        (fresh / AGENT).write_text(json.dumps(state, indent=2) + "\n")
        _sync(fresh)
        if path.exists():
            os.replace(path, retired)
        os.replace(fresh, path)
        shutil.rmtree(retired, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def read_state(path: str | Path) -> dict[str, Any]:
    """Reads the description that `save` wrote, and checks that the checkpoint is complete.

    Raises:
        CheckpointError: If there is no checkpoint, or it is damaged or of another format version.
    """
    file = _located(path) / AGENT
    if not file.exists():
        raise CheckpointError(
            f"path={str(path)!r} is no checkpoint: it has no {AGENT}; agent.save(path) makes one"
        )
    try:
        state = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{file} is damaged ({error}); use an earlier checkpoint") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT_VERSION:
        raise CheckpointError(
            f"{file} is not of format {FORMAT_VERSION}; load it with the version of vpo that wrote it"
        )
    missing = [name for name in STATE if name not in state]
    if missing or not isinstance(state["files"], dict):
        raise CheckpointError(f"{file} is damaged: {missing or ['files']} missing; use an earlier checkpoint")
    sizes = _sizes(file.parent)
    for name, size in state["files"].items():
        if sizes.get(name) != size:
            raise CheckpointError(
                f"{file.parent / name} is damaged: {sizes.get(name, 0)} of {size} bytes are there; use an "
                "earlier checkpoint"
            )
    return state


def furthest(paths: Iterable[str | Path]) -> Path | None:
    """Returns the checkpoint with the most updates among folders; None if none is a checkpoint.

    Damaged checkpoints are skipped with a warning as long as another one is intact.

    Raises:
        CheckpointError: If all checkpoints are damaged.
    """
    updates: dict[Path, int] = {}
    damages: list[CheckpointError] = []
    for path in map(Path, paths):
        if (_located(path) / AGENT).exists():
            try:
                updates[path] = read_state(path)["num_updates"]
            except CheckpointError as error:
                damages.append(error)
    if damages and not updates:
        raise damages[0]
    for damage in damages:
        warnings.warn(f"skipped: {damage}", stacklevel=2)
    return max(updates, key=lambda path: updates[path], default=None)


def env_to_json(spec: EnvSpec | None) -> str:
    """Returns an environment's specification as JSON, with its arguments; empty if it has no JSON form."""
    try:
        return spec.to_json() if spec else ""
    except (TypeError, ValueError):  # arguments that are objects
        return ""


def env_from_json(path: str | Path, text: str) -> gym.Env[Any, Any]:
    """Makes the environment on which a checkpoint was trained.

    Raises:
        CheckpointError: If its specification is missing or the environment cannot be made.
    """
    try:
        if text:
            return gym.make(EnvSpec.from_json(text))
        reason = "it was not made by gym.make from plain values"
    except (gym.error.Error, ImportError, TypeError, ValueError) as error:
        reason = str(error)
    raise CheckpointError(
        f"path={str(path)!r}: the environment it was trained on cannot be made again ({reason}); give it: "
        "load(path, env)"
    )


def load_policy(path: str | Path, **kwargs: Any) -> Policy:
    """Loads the policy of a checkpoint; `kwargs` are passed to `Policy.from_pretrained`.

    Raises:
        CheckpointError: If the checkpoint is damaged.
    """
    return _loaded(_located(path) / POLICY, lambda folder: Policy.from_pretrained(folder, **kwargs))


def load_reference(path: str | Path, policy: Policy) -> Policy | BaseReference | None:
    """Loads the reference model of a checkpoint, see `models.reference.load_reference`.

    Raises:
        CheckpointError: If the checkpoint is damaged.
    """
    return _loaded(_located(path) / REFERENCE, lambda folder: reference.load_reference(folder, policy))


def load_optimizer(path: str | Path, optimizer: torch.optim.Optimizer) -> None:
    """Restores an optimiser's state exactly.

    Raises:
        CheckpointError: If the file is damaged or belongs to another model.
    """
    file = _located(path) / OPTIMIZER
    tensors = _read(file)
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    for name, tensor in tensors.items():
        index, key = name.split(".", 1)
        if int(index) >= len(parameters) or (key != "step" and tensor.shape != parameters[int(index)].shape):
            raise CheckpointError(f"{file} belongs to another model; use an undamaged checkpoint")
        parameter = parameters[int(index)]
        optimizer.state[parameter][key] = tensor if key == "step" else tensor.to(parameter.device)


def load_tensors(path: str | Path) -> dict[str, torch.Tensor]:
    """Loads further tensors of the trainer; empty if there are none.

    Raises:
        CheckpointError: If the file is damaged.
    """
    file = _located(path) / TRAINER
    return _read(file) if file.exists() else {}


def flatten(optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    """Returns an optimiser's state as a flat dictionary of tensors named `index.name`."""
    state = optimizer.state_dict()["state"]
    return {
        f"{index}.{key}": value.detach().cpu().contiguous()
        for index, values in state.items()
        for key, value in values.items()
    }


def _read(file: Path) -> dict[str, torch.Tensor]:
    try:
        return load_file(file)
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{file} is damaged ({error}); use an earlier checkpoint") from error


def _loaded(folder: Path, load: Callable[[Path], T]) -> T:
    try:
        return load(folder)
    except Exception as error:  # libraries raise all kinds of errors for damaged files
        raise CheckpointError(
            f"{folder} is damaged or incomplete ({error}); use an earlier checkpoint"
        ) from error


def _retired(path: Path) -> Path:
    """Returns the hidden folder that holds the old checkpoint while `save` replaces it."""
    return path.with_name(f".{path.name}.old")


def _located(path: str | Path) -> Path:
    """Returns the checkpoint's folder, also after a save that was killed between its two renames."""
    path = Path(path).absolute()
    return _retired(path) if not path.exists() and _retired(path).exists() else path


def _sizes(folder: Path) -> dict[str, int]:
    """Returns the size in bytes of every file below a folder."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in files}


def _sync(folder: Path) -> None:
    """Flushes the files of a folder to disk, before the rename makes them valid."""
    for file in folder.rglob("*"):
        if file.is_file():
            with open(file, "rb") as handle:
                os.fsync(handle.fileno())
