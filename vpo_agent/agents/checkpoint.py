"""Checkpoints of agents: folders of safetensors and JSON, written atomically."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from vpo_agent.common.atomic_io import explained, sync_folder, sync_tree, unwritable
from vpo_agent.common.integrity import DamagedFileError, check_files, digests, read_json, seal, unseal
from vpo_agent.models import reference
from vpo_agent.models.device import resolve_device, resolve_dtype
from vpo_agent.models.policy import Policy
from vpo_agent.models.reference import BaseReference

T = TypeVar("T")

AGENT, POLICY, REFERENCE = "agent.json", "policy", "reference"
OPTIMIZER, TRAINER = "optimizer.safetensors", "trainer.safetensors"
FORMAT_VERSION = 2
STATE = {
    "agent": str,
    "env": str,
    "objectives": list,
    "config": dict,
    "num_timesteps": int,
    "num_updates": int,
    "num_tokens": int,
    "planned": int,
    "prompt_style": str,
    "warm_started": bool,
    "trained": bool,
    "dtype": str,
    "attention": str,
    "files": dict,
}
"""Entries of the description and their types."""
EARLIER = "use an earlier checkpoint"


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
        state: JSON-serializable description of the agent.
        policy: The policy, saved with its tokenizer.
        optimizer: The optimizer; None: no state is saved.
        reference: Reference model of the KL penalty; None: none is saved.
        tensors: Further tensors of the trainer.

    Raises:
        CheckpointError: If the folder holds other files.
        UnwritableError: If the checkpoint cannot be written; the old one is kept.
    """
    path = Path(path).resolve()  # of a link, its folder is replaced, and not the link
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() or (path.exists() and not (path / AGENT).exists() and any(path.iterdir())):
        raise CheckpointError(f"path={str(path)!r} holds other files; choose a new folder for the checkpoint")
    fresh, retired = path.with_name(f".{path.name}.new"), _retired(path)
    if retired.exists() and not path.exists():
        os.replace(retired, path)
    for leftover in (fresh, retired):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        with explained(path):
            fresh.mkdir()
            policy.save_pretrained(fresh / POLICY)
            if reference is not None:
                reference.save_pretrained(fresh / REFERENCE)
            if optimizer is not None:
                save_file(flatten(optimizer), fresh / OPTIMIZER)
            if tensors:
                save_file(tensors, fresh / TRAINER)
            described = {"format": FORMAT_VERSION, **state, "files": digests(fresh)}
            (fresh / AGENT).write_text(json.dumps(seal(_plain(described)), indent=2) + "\n")
            _share(fresh)
            sync_tree(fresh)
            if path.exists():
                os.replace(path, retired)
            os.replace(fresh, path)
            sync_folder(path.parent)
            shutil.rmtree(retired, ignore_errors=True)
    except SafetensorError as error:  # it wraps the system's error in its text
        raise unwritable(path, OSError(str(error))) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _share(folder: Path) -> None:
    """Gives all files the permissions of new ones; safetensors writes them for their owner alone."""
    mode = stat.S_IMODE((folder / AGENT).stat().st_mode)
    for file in folder.rglob("*.safetensors"):
        file.chmod(mode)


def read_state(path: str | Path) -> dict[str, Any]:
    """Reads the description that `save` wrote, and checks every file of the checkpoint.

    Raises:
        CheckpointError: If there is no checkpoint, or it is damaged or of another format version.
    """
    state = _description(path)
    try:
        check_files(_located(path), state["files"], EARLIER)
    except (DamagedFileError, OSError) as error:
        raise CheckpointError(str(error)) from error
    return state


def _description(path: str | Path) -> dict[str, Any]:
    file = _located(path) / AGENT
    if not file.exists():
        raise CheckpointError(
            f"path={str(path)!r} is no checkpoint: it has no {AGENT}; agent.save(path) makes one"
        )
    try:
        content = read_json(file, EARLIER)
        if not isinstance(content, dict) or content.get("format") != FORMAT_VERSION:
            raise CheckpointError(
                f"{file} is not of format {FORMAT_VERSION}; load it with the version of vpo that wrote it"
            )
        state = unseal(content, file, EARLIER)
    except (DamagedFileError, OSError) as error:
        raise CheckpointError(str(error)) from error
    if wrong := mistyped(state):
        raise CheckpointError(f"{file} is damaged: {', '.join(wrong)} missing or of another type; {EARLIER}")
    return state


def mistyped(state: dict[str, Any]) -> list[str]:
    """Returns the entries of a description that are missing or of another type than in `STATE`."""
    return [name for name, kind in STATE.items() if not isinstance(state.get(name), kind)]


def is_intact(path: str | Path) -> bool:
    """Returns True if a folder holds a complete, undamaged checkpoint."""
    try:
        read_state(path)
    except CheckpointError:
        return False
    return True


def furthest(paths: Iterable[str | Path]) -> Path | None:
    """Returns the intact checkpoint with the most updates among folders; None if none is a checkpoint.

    Damaged checkpoints are skipped with a warning as long as another one is intact. The files of a
    checkpoint are read to check them, so those with fewer updates are left unread.

    Raises:
        CheckpointError: If all checkpoints are damaged.
    """
    updates: dict[Path, int] = {}
    damages: list[CheckpointError] = []
    for path in map(Path, paths):
        if (_located(path) / AGENT).exists():
            try:
                updates[path] = _description(path)["num_updates"]
            except CheckpointError as error:
                damages.append(error)
    found = None
    for path in sorted(updates, key=lambda path: updates[path], reverse=True):
        try:
            read_state(path)
        except CheckpointError as error:
            damages.append(error)
        else:
            found = path
            break
    if damages and found is None:
        raise damages[0]
    for damage in damages:
        warnings.warn(f"skipped: {damage}", stacklevel=2)
    return found


def load_policy(path: str | Path, **kwargs: Any) -> Policy:
    """Loads the policy of a checkpoint; `kwargs` are passed to `Policy.from_pretrained`.

    Raises:
        CheckpointError: If the checkpoint is damaged, or its model names code of its own.
        ValueError: If device or dtype are not available.
    """
    resolve_dtype(kwargs.get("dtype", "auto"), resolve_device(kwargs.get("device", "auto")))
    kwargs = {"trust_remote_code": False, **kwargs}
    return _loaded(_located(path) / POLICY, lambda folder: Policy.from_pretrained(folder, **kwargs))


def load_reference(path: str | Path, policy: Policy) -> Policy | BaseReference | None:
    """Loads the reference model of a checkpoint, see `models.reference.load_reference`.

    Raises:
        CheckpointError: If the checkpoint is damaged.
    """
    return _loaded(_located(path) / REFERENCE, lambda folder: reference.load_reference(folder, policy))


def load_optimizer(path: str | Path, optimizer: torch.optim.Optimizer) -> None:
    """Restores an optimizer's state exactly.

    Raises:
        CheckpointError: If the file is damaged or belongs to another model.
    """
    file = _located(path) / OPTIMIZER
    tensors = _read(file)
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    for name, tensor in tensors.items():
        index, _, key = name.partition(".")
        known = index.isdecimal() and int(index) < len(parameters)
        if not known or (key != "step" and tensor.shape != parameters[int(index)].shape):
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
    """Returns an optimizer's state as a flat dictionary of tensors named `index.name`."""
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
        raise CheckpointError(f"{file} is damaged ({error}); {EARLIER}") from error


def _loaded(folder: Path, load: Callable[[Path], T]) -> T:
    for file in folder.glob("*.json"):
        if _names_auto_map(file):  # transformers would ask whether to run what it names
            raise CheckpointError(
                f"{file} names code to be run (auto_map), and a checkpoint is not trusted to do that; load "
                "model and tokenizer yourself, and give them to a new agent as a Policy"
            )
    try:
        return load(folder)
    except (ImportError, torch.OutOfMemoryError):  # the checkpoint is not at fault
        raise
    except Exception as error:  # libraries raise all kinds of errors for damaged files
        raise CheckpointError(f"{folder} is damaged or incomplete ({error}); {EARLIER}") from error


def _names_auto_map(file: Path) -> bool:
    """Returns whether a JSON file has a key `auto_map` anywhere, however it is spelt."""
    found: list[str] = []
    with contextlib.suppress(ValueError, RecursionError):  # damage is met when the file is loaded
        json.loads(file.read_bytes(), object_pairs_hook=lambda pairs: found.extend(key for key, _ in pairs))
    return "auto_map" in found


def _retired(path: Path) -> Path:
    """Returns the hidden folder that holds the old checkpoint while `save` replaces it."""
    return path.with_name(f".{path.name}.old")


def _located(path: str | Path) -> Path:
    """Returns the checkpoint's folder, also after a save that was killed between its two renames."""
    path = Path(path).resolve()
    return _retired(path) if not path.exists() and _retired(path).exists() else path


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    """Returns a description as it will be read: tuples become lists."""
    plain: dict[str, Any] = json.loads(json.dumps(state))
    return plain
