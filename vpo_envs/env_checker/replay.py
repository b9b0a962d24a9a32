"""A comparison with another process that hashes differently.

`hash` of a string, and with it the order of a set, differs from process to process. What depends on it
looks deterministic within one process and breaks resumed runs, workers and published scores.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cloudpickle  # type: ignore[import-untyped]
import numpy as np

from vpo_envs.domain import Domain
from vpo_envs.env_checker.errors import ConformanceWarning, require

SECONDS = 300
IN_CHILD = "VPO_ENVS_REPLAY"
"""Environment variable of the other process: checks in a module that it imports start no further ones."""

CHILD = """
import pickle, sys
paths, payload = pickle.load(sys.stdin.buffer)
sys.path[:] = paths
from vpo_envs.env_checker.replay import observations
domain, tasks, answers = pickle.loads(payload)
sys.stdout.buffer.write(b"RESULT" + pickle.dumps(observations(domain, tasks, answers)))
"""


def check_replay(domain: Domain, places: Sequence[tuple[str, int]], answers: Sequence[str]) -> None:
    """Checks that another process with another hash seed sees the same tasks and gives the same scores.

    Does nothing in that other process, whose imports may call it.

    Args:
        domain: The domain.
        places: Split and index of the tasks to draw again.
        answers: Answers to score besides the domain's own.

    Raises:
        ConformanceError: If something differs; the message names it.

    Warns:
        ConformanceWarning: If the domain cannot be rebuilt in another process.
    """
    if IN_CHILD in os.environ:
        return
    here = observations(domain, places, answers)
    try:
        there = _in_another_process(domain, places, answers)
    except Exception as error:
        warnings.warn(
            f"{type(domain).__name__} was not tried in another process: {error}",
            ConformanceWarning,
            stacklevel=3,
        )
        return
    for (split, index), mine, other in zip(places, here, there):
        for what, value in mine.items():
            require(
                value == other[what],
                f"{type(domain).__name__} task {split}/{index}: {what} differs in another process; something "
                "depends on hash() or on the order of a set",
            )


def observations(
    domain: Domain, places: Sequence[tuple[str, int]], answers: Sequence[str]
) -> list[dict[str, Any]]:
    """Returns all that a domain says of its tasks, by name."""
    seen = []
    for split, index in places:
        task = domain.task(split, index)
        demonstrations = list(domain.demonstrations(task, np.random.default_rng(0)))
        texts = [*demonstrations, *answers]
        scores = domain.score_batch([task] * len(texts), texts)
        seen.append(
            {
                "the prompt": (task.prompt, task.compact),
                "demonstrations": demonstrations,
                "best_answers": list(domain.best_answers(task) or ()),
                **{f"the score of {text!r:.80}": score.tolist() for text, score in zip(texts, scores)},
                **{f"feedback on {text!r:.80}": domain.feedback(task, text) for text in texts[:10]},
            }
        )
    return seen


def _in_another_process(
    domain: Domain, places: Sequence[tuple[str, int]], answers: Sequence[str]
) -> list[dict[str, Any]]:
    paths = [str(Path(__file__).parents[2]), os.getcwd(), *filter(None, sys.path)]
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    payload = cloudpickle.dumps((domain, list(places), list(answers)))
    done = run_alone(
        [sys.executable, "-c", CHILD],
        pickle.dumps((paths, payload)),
        {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(paths), IN_CHILD: "1"},
        SECONDS,
    )
    _, mark, result = done.stdout.partition(b"RESULT")
    if done.returncode or not mark:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise RuntimeError(last[0] if last else f"exit status {done.returncode}")
    return pickle.loads(result)


def run_alone(
    command: Sequence[str], data: bytes, env: Mapping[str, str], seconds: float
) -> subprocess.CompletedProcess[bytes]:
    """Runs a command in a session of its own; one that does not finish is killed with all its children.

    Args:
        command: Program and arguments.
        data: Its standard input.
        env: Its environment variables.
        seconds: Time that it has.

    Raises:
        subprocess.TimeoutExpired: If the time is over.
    """
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=env, start_new_session=True)
    with process:
        try:
            out, errors = process.communicate(data, timeout=seconds)
        except BaseException:  # Ctrl-C reaches no other session
            _kill(process)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, errors)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()  # Windows has no process groups
