"""Checks of paths before the work, and the files that folders of runs hold."""

from __future__ import annotations

import json
import os
from pathlib import Path


def check_file(option: str, path: Path | None) -> None:
    """Checks that a file can be written, without creating anything.

    Raises:
        ValueError: If the path is a folder, lies below a file, or must not be written.
    """
    if path is None:
        return
    if path.is_dir():
        raise ValueError(f"{option} {path} is a folder; give a file, for example {path / 'result.json'}")
    if path.exists() and not os.access(path, os.W_OK):
        raise ValueError(f"{option} {path} must not be written; change its permissions or give another file")
    _check_parent(option, path, path.parent)


def check_own(option: str, path: Path | None, key: str) -> None:
    """Checks that a file that would be replaced is an earlier one of the same kind.

    Args:
        option: Name of the option, for the message.
        path: A JSON file or lines of JSON; None: nothing to check.
        key: Key of the file's object, or of the object in its first line.

    Raises:
        ValueError: If the file holds something else.
    """
    if path is None or not path.is_file() or not path.stat().st_size:
        return
    try:
        text = path.read_text()
        found = json.loads(text.partition("\n")[0] if path.suffix == ".jsonl" else text)
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or key not in found:
        raise ValueError(f"{option} {path} holds something else; give another file, or delete it")


def check_folder(option: str, path: Path | None) -> None:
    """Checks that files can be written to a folder, without creating anything.

    Raises:
        ValueError: If the path is a file, lies below one, or must not be written.
    """
    if path is None:
        return
    if path.exists() and not path.is_dir():
        raise ValueError(f"{option} {path} is a file; give a folder, for example {path.with_suffix('')}-run")
    _check_parent(option, path, path)


def _check_parent(option: str, path: Path, folder: Path) -> None:
    """Checks the nearest folder that exists."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        raise ValueError(f"{option} {path}: {folder} is a file, so nothing can be written below it")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ValueError(f"{option} {path}: the folder {folder} must not be written; give another place")


def find_agent(path: Path) -> Path:
    """Returns the folder of the agent that a path names: itself, or the agent of a `vpo train` run.

    Raises:
        ValueError: If the run has not finished, or goes on from its finished agent, or the path is a bench.
    """
    if (path / "agent.json").exists():
        return path
    checkpoints = sorted(path.glob("checkpoints/step-??????"))
    agent = path / "agent"
    if (agent / "agent.json").exists() and not _goes_on(agent, checkpoints):
        return agent
    if checkpoints:
        raise ValueError(
            f"{path} is a run that has not finished; give its newest checkpoint, {checkpoints[-1]}, or "
            "finish it: the `vpo train` command that started it resumes"
        )
    if (path / "cells").is_dir():
        raise ValueError(
            f"{path} is the folder of a bench, which measures its agents itself: `vpo report {path}`; "
            f"`vpo unlock {path}` searches with them"
        )
    return path


def _goes_on(agent: Path, checkpoints: list[Path]) -> bool:
    """Returns whether a run has checkpoints beyond its finished agent; a damaged agent its reader reports."""
    try:
        updates = int(json.loads((agent / "agent.json").read_text())["num_updates"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
    return bool(checkpoints) and checkpoints[-1].name > f"step-{updates:06d}"


def find_results(path: Path) -> Path:
    """Returns the results file that a path names: itself, or that of a bench folder.

    Raises:
        ValueError: If the path does not exist, or the folder holds none.
    """
    if not path.exists():
        raise ValueError(f"{path} does not exist; give the --out of a finished `vpo bench`")
    if not path.is_dir():
        return path
    if (path / "results.json").exists():
        return path / "results.json"
    inner = sorted(path.glob("*/results.json"))
    if len(inner) == 1:
        return inner[0]
    if inner:
        raise ValueError(f"{path} holds several benches; give one of {', '.join(map(str, inner))}")
    if (path / "cells").is_dir():
        raise ValueError(
            f"{path} is a bench that has not finished; the `vpo bench` command that started it resumes"
        )
    raise ValueError(f"{path} has no results.json; give the --out of a finished `vpo bench`")
