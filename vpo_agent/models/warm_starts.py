"""Warm-started models: those written by `vpo warm-start`, and the tiny ones of the package (`tiny-warm`).

A start of the package is a folder of `starts/`, named after its environment.
"""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vpo_agent.models.language_model import quiet
from vpo_agent.models.names import TINY, TINY_WARM
from vpo_agent.models.policy import Policy
from vpo_agent.tasks.source import DomainTasks, TaskSource

FOLDER = Path(__file__).with_name("starts")
START = "start.json"
TASKS = 8  # tasks whose prompts, demonstrations and scores identify an environment


def shipped_starts() -> list[str]:
    """Returns the ids of the environments for which the package has a start."""
    return sorted(json.loads(file.read_text())["env"] for file in FOLDER.glob(f"*/{START}"))


def load_start(
    source: TaskSource, *, device: str | torch.device = "auto", dtype: str | torch.dtype = "auto"
) -> Policy:
    """Loads the shipped start of an environment.

    Args:
        source: Tasks of the environment.
        device: See `Policy`.
        dtype: See `Policy`.

    Raises:
        ValueError: If the package has no start for the environment, the environment's settings or version
            differ from those of the start, or episodes have several turns.
    """
    name = source.env_id.removeprefix("vpo/")
    folder = FOLDER / name
    if not name or not (folder / START).exists():
        raise ValueError(
            f'policy="{TINY_WARM}": no warm-started model comes with the package for '
            f"env={source.env_id or 'an environment without an id'!r}, only for "
            f'{", ".join(shipped_starts())}; give policy="{TINY}", which runs its own warm start'
        )
    if source.max_turns > 1:
        raise ValueError(
            f'policy="{TINY_WARM}": the shipped model has seen single turns and this environment has '
            f'max_turns={source.max_turns}; give policy="{TINY}", which runs its own warm start'
        )
    known = json.loads((folder / START).read_text())
    if (found := environment_digest(source)) != known["environment"]:
        raise ValueError(
            f'policy="{TINY_WARM}": the shipped model was trained on {known["env"]} with other prompts, '
            f"demonstrations or scores (digest {known['environment']}, here {found}); leave out the "
            f'environment\'s own settings, or give policy="{TINY}", which runs its own warm start'
        )
    return Policy.from_pretrained(folder, device=device, dtype=dtype)


def save_start(
    policy: Policy, source: TaskSource, folder: str | Path, dtype: torch.dtype | None = None, **made: Any
) -> None:
    """Writes a warm-started policy, with the digest of its environment.

    Args:
        policy: The policy; not modified.
        source: Tasks of the environment on which it was trained.
        folder: Folder to write.
        dtype: Precision of the written weights; None: that of the policy, or its adapters alone.
        **made: Settings of the training, recorded in the folder.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if dtype is None:
        policy.save_pretrained(folder)
    else:
        with quiet():
            copy.deepcopy(policy.model).to(dtype).save_pretrained(folder)
        policy.tokenizer.save_pretrained(folder)
    start = {"env": source.env_id, "environment": environment_digest(source), **made}
    (folder / START).write_text(json.dumps(start, indent=2) + "\n")


def environment_digest(source: TaskSource) -> str:
    """Returns a hash of objectives, and of some tasks' prompts, demonstrations and scores.

    It changes with every setting that a model can notice, and with the version of the environment.

    Raises:
        ValueError: If the environment was not made from a `Domain`.
    """
    if not isinstance(source, DomainTasks):
        raise ValueError("a warm start needs an environment made from a Domain with demonstrations")
    rng = np.random.default_rng(0)
    known: list[Any] = [source.objective_names, source.weights.tolist()]
    for index in range(TASKS):
        task = source.domain.task("train", index)
        shown = list(source.domain.demonstrations(task, rng))
        scores = source.score([task] * len(shown), shown)
        # Whole ten-thousandths; the offset keeps round numbers away from the edges of the steps.
        rounded = np.floor(np.asarray(scores, float) * 1e4 + 0.321).astype(int).tolist()
        known.append([task.text(source.style), shown, rounded])
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()[:16]
