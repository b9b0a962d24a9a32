"""Soak of `vpo bench`: six agents, killed at random and resumed, against a run left alone.

    python benchmarks/soak.py --kills 40 --out runs/soak

Kills are of three kinds: one run, the benchmark's own process, or all processes at the same instant, as
when a machine fails. They come at random moments, every fourth while a checkpoint is being written. In the
end results, logs, pools and models must be equal to the bit (times of day aside), with no file left over.

Processes are forked from this one, which has imported everything, and checkpoints are close together: the
files are what is tested.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
import warnings
from pathlib import Path

import psutil
import torch

from baselines import AgentSpec, Plan, run_benchmark
from baselines.benchmark import cell, launcher
from baselines.benchmark.record import read_result
from vpo_agent.agents.run_warnings import RunWarning
from vpo_agent.training import warm_start_state

AGENTS = ("VPO", "PoolVPO:pool_size=3", "GRPO", "MultiRLVR", "MaxAtK", "RandomWeighting")
KINDS = ("run", "command", "all")
POLL = 0.002
PATIENCE = 600.0


def plan(steps: int) -> Plan:
    return Plan(
        env="vpo/MazeSmall-v0",
        agents=tuple(map(AgentSpec.parse, AGENTS)),
        seeds=(0,),
        steps=steps,
        prompts_per_step=2,
        answers_per_task=6,
        policy_kwargs={"width": 32, "layers": 1, "heads": 2},
        warm_start_steps=40,
        tasks=3,
        pool=6,
    )


def bench(steps: int, folder: Path) -> multiprocessing.process.BaseProcess:
    """Starts the benchmark in a process of its own."""
    process = multiprocessing.get_context("fork").Process(target=command, args=(steps, folder))
    process.start()
    return process


def command(steps: int, folder: Path) -> None:
    os.setsid()
    warnings.simplefilter("error")  # no file may be damaged
    warnings.simplefilter("ignore", RunWarning)  # so small a model learns nothing
    try:
        run_benchmark(plan(steps), folder, workers=2, quiet=True, command="soak")
    except launcher.BenchmarkError as error:
        if "code -9" not in str(error):  # a run that was killed
            print(error, file=sys.stderr)
            os._exit(2)
        os._exit(1)
    os._exit(0)


def logged(folder: Path) -> int:
    """Returns the size of all logs together, in lines."""
    return sum(file.read_bytes().count(b"\n") for file in folder.glob("cells/*/progress.jsonl"))


def saving(folder: Path) -> bool:
    """Returns True while some checkpoint is half written, half replaced or half deleted."""
    hidden = (path.name for path in folder.glob("cells/*/**/.*"))
    return any(name.endswith((".new", ".old", ".gone", ".tmp")) for name in hidden)


def wait_for_moment(process, folder: Path, rng: random.Random, at_save: bool) -> None:
    goal = logged(folder) + rng.randint(2, 14)
    end = time.monotonic() + PATIENCE
    while process.is_alive() and logged(folder) < goal and time.monotonic() < end:
        time.sleep(0.02)
    if not at_save:
        time.sleep(rng.uniform(0, 0.2))
        return
    while process.is_alive() and not saving(folder) and time.monotonic() < end:
        time.sleep(POLL)


def kill(process, kind: str, rng: random.Random) -> str | None:
    """Kills processes with SIGKILL; returns the kind of kill, None if nothing was left to kill."""
    try:
        parent = psutil.Process(process.pid)
        runs = parent.children(recursive=True)
    except psutil.NoSuchProcess:
        return None
    if kind == "run" and not runs:
        kind = "command"
    victims = {"run": runs and [rng.choice(runs)], "command": [parent], "all": [parent, *runs]}[kind]
    for victim in victims:
        try:
            os.kill(victim.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.join()
    psutil.wait_procs(runs, timeout=PATIENCE)  # they end with their command
    return kind


def without_times(content):
    """Returns JSON content without times of day, seconds and checksums over them."""
    if isinstance(content, dict):
        timed = ("seconds", "wall_clock_seconds", "sha256")
        return {
            name: without_times(value)
            for name, value in content.items()
            if name not in timed and not (name.startswith("time/") and isinstance(value, float))
        }
    return [without_times(value) for value in content] if isinstance(content, list) else content


def observed(folder: Path) -> dict[str, str]:
    """Returns a digest of every file below a folder, by path, without times."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, content = path.relative_to(folder).as_posix(), path.read_bytes()
        if path.name == "output.txt":
            continue  # what the runs printed
        if path.suffix in (".json", ".jsonl"):
            lines = content.splitlines() if path.suffix == ".jsonl" else [content]
            content = json.dumps([without_times(json.loads(line)) for line in lines]).encode()
        found[name] = hashlib.sha256(content).hexdigest()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    os.environ.update(launcher.ENVIRONMENT)
    launcher.start_method = lambda module: multiprocessing.get_context("fork")
    launcher.POLL_SECONDS = 0.1
    cell.CHECKPOINT_EVERY = 2
    warm_start_state.SAVE_SECONDS = 0.5
    whole, killed = arguments.out / "whole", arguments.out / "killed"
    rng = random.Random(arguments.seed)
    started = time.monotonic()
    process = bench(arguments.steps, whole)
    process.join()
    assert process.exitcode == 0, process.exitcode
    expected = observed(whole)
    print(f"left alone: {logged(whole)} log lines, {len(expected)} files", flush=True)
    done = rounds = 0
    while done < arguments.kills:
        shutil.rmtree(killed, ignore_errors=True)
        done = disturbed(arguments, killed, rng, done)
        rounds += 1
        if faults := differences(expected, killed):
            raise SystemExit("\n".join(faults))
        print(f"round {rounds}: all files equal to the bit, none left over", flush=True)
    print(f"{done} kills in {rounds} benchmarks, {time.monotonic() - started:.0f} s in all")


def disturbed(arguments: argparse.Namespace, folder: Path, rng: random.Random, done: int) -> int:
    """Runs a benchmark to its end through kills; returns the number of kills so far."""
    while True:
        process = bench(arguments.steps, folder)
        kind, at_save = None, done % 4 == 3
        if done < arguments.kills:
            wait_for_moment(process, folder, rng, at_save)
            kind = kill(process, rng.choice(KINDS), rng) if process.is_alive() else None
        process.join()
        if kind is not None:
            done += 1
            moment = "in a save" if at_save else "at random"
            print(f"kill {done:2}: {kind:7} {moment}, {logged(folder)} log lines", flush=True)
        elif process.exitcode == 0:
            return done
        elif process.exitcode != 1:
            raise SystemExit(f"the benchmark ended with code {process.exitcode}")


def differences(expected: dict[str, str], folder: Path) -> list[str]:
    """Returns what differs from the files of the run left alone."""
    for path in folder.glob("cells/*"):
        read_result(path)  # raises an error for damage
    found = observed(folder)
    return [
        f"{name} {'differs' if name in expected and name in found else 'is left over or missing'}"
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]


if __name__ == "__main__":
    main()
