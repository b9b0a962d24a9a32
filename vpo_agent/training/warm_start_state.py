"""The state of a warm start on disk, from which an interrupted one resumes to the bit."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from vpo_agent.common import distributed
from vpo_agent.common.atomic_io import explained, sync_folder, unwritable
from vpo_agent.common.integrity import DamagedFileError, parse_json, seal, unseal
from vpo_agent.common.lock import sole_writer
from vpo_agent.models.policy import Policy

WARM_START_STATE = "warm_start.safetensors"  # the file of an unfinished warm start, in the folder of a run
SAVE_SECONDS = 60.0
NOTE = "warm_start"
REMEDY = "the warm start begins anew"


class WarmStartState:
    """The file of a warm start's state: trained weights, optimizers and losses, written every minute.

    Args:
        path: The file; its folder is created.
        policy: The policy, at its state before the warm start, or as an interrupted warm start left it.
        optimizers: The optimizers, before their first step.
        settings: JSON-serializable description of all else that determines the warm start.
    """

    def __init__(
        self,
        path: Path,
        policy: Policy,
        optimizers: Sequence[torch.optim.Optimizer],
        settings: dict[str, Any],
    ) -> None:
        self.path = path
        self.parameters = {name: p for name, p in policy.model.named_parameters() if p.requires_grad}
        self.optimizers = optimizers
        self.identity = {**settings, "policy": policy.digest(), "processes": distributed.world_size()}
        self._unfinished = policy.unfinished
        self._saved_at = time.monotonic()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other processes from warm-starting with this file within the context.

        Raises:
            InUseError: If another process does so.
            UnwritableError: If the folder cannot be written.
        """
        if not distributed.is_main():
            yield
            return
        with explained(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        with sole_writer(self.path):
            yield

    def restore(self) -> list[float]:
        """Restores weights and optimizers, and returns the losses of the steps so far.

        A damaged file is named in a warning and not used, nor is that of another warm start.
        """
        if not self.path.exists():
            return []
        try:
            note, tensors = self._read()
        except (DamagedFileError, SafetensorError, OSError) as error:
            warnings.warn(f"{self.path} is not used: {error}", stacklevel=3)
            return []
        # In the process of an interrupted warm start, the weights are no longer those at its start.
        starts = [self.identity["policy"], *([self._unfinished] if self._unfinished else [])]
        identities = [{**self.identity, "policy": start} for start in starts]
        identity = next((one for one in identities if json.loads(json.dumps(one)) == note["identity"]), None)
        if identity is None:
            return []
        self.identity = identity
        with torch.no_grad():
            for name, parameter in self.parameters.items():
                parameter.copy_(tensors[f"model.{name}"])
        for place, optimizer in enumerate(self.optimizers):
            for group in optimizer.param_groups:
                for index, parameter in enumerate(group["params"]):
                    start = f"optimizer.{place}.{index}."
                    for name in [name for name in tensors if name.startswith(start)]:
                        key, value = name.removeprefix(start), tensors[name]
                        moved = value if key == "step" else value.to(parameter.device)
                        optimizer.state[parameter][key] = moved
        return [float(loss) for loss in note["losses"]]

    def save(self, losses: Sequence[float]) -> None:
        """Writes the state if a minute has passed since the last time; the main process writes.

        Raises:
            UnwritableError: If the file cannot be written; the old one is kept.
        """
        if time.monotonic() - self._saved_at < SAVE_SECONDS or not distributed.is_main():
            return
        tensors = self._tensors()
        note = seal({"identity": self.identity, "losses": list(losses), "tensors": _digest(tensors)})
        fresh = self.path.with_name(f".{self.path.name}.tmp")
        try:
            with explained(self.path):
                save_file(tensors, fresh, {NOTE: json.dumps(note)})
                with open(fresh, "rb") as file:
                    os.fsync(file.fileno())
                os.replace(fresh, self.path)
                sync_folder(self.path.parent)
        except SafetensorError as error:  # it wraps the system's error in its text
            raise unwritable(self.path, OSError(str(error))) from error
        finally:
            fresh.unlink(missing_ok=True)
        self._saved_at = time.monotonic()

    def _tensors(self) -> dict[str, Tensor]:
        tensors = {f"model.{name}": _plain(parameter) for name, parameter in self.parameters.items()}
        for place, optimizer in enumerate(self.optimizers):
            for index, values in optimizer.state_dict()["state"].items():
                for key, value in values.items():
                    tensors[f"optimizer.{place}.{index}.{key}"] = _plain(value)
        return tensors

    def _read(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """Returns the note and the tensors of the file, checked."""
        with safe_open(self.path, "pt") as file:
            text = (file.metadata() or {}).get(NOTE, "")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        note = unseal(parse_json(text, self.path, REMEDY), self.path, REMEDY)
        if note.get("tensors") != _digest(tensors):
            raise DamagedFileError(f"{self.path} is damaged: its SHA-256 is another; {REMEDY}")
        return note, tensors


def _plain(value: Tensor) -> Tensor:
    return value.detach().cpu().contiguous()


def _digest(tensors: dict[str, Tensor]) -> str:
    known = hashlib.sha256()
    for name, value in sorted(tensors.items()):
        known.update(f"{name} {tuple(value.shape)} {value.dtype}".encode())
        known.update(value.reshape(-1).view(torch.uint8).numpy().tobytes())
    return known.hexdigest()
