"""A run killed with SIGKILL at random moments ends with the same weights to the bit."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from vpo_agent.agents.checkpoint import read_state
from vpo_agent.common.logger import read_progress

SCRIPT = Path(__file__).parents[2] / "helpers" / "killed_run.py"


def launch(folder, start, hash_seed):
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, str(SCRIPT), str(folder), str(start)], env=environment)


def logged_steps(folder):
    file = folder / "progress.csv"
    return len(file.read_text().splitlines()) if file.exists() else 0


def kill_after(process, folder, steps, delay):
    """Waits for some more steps, then for a moment, and kills; whether the run was still going."""
    goal = logged_steps(folder) + steps
    while process.poll() is None and logged_steps(folder) < goal:
        time.sleep(0.005)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def untimed(folder):
    """The rows of the table and the lines of the log, without seconds."""
    with open(folder / "progress.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    seconds = ("time/sampling", "time/advantages", "time/updating", "time/answers_per_second")
    return [
        [{name: value for name, value in line.items() if name not in seconds} for line in lines]
        for lines in (rows, read_progress(folder))
    ]


@pytest.mark.slow
def test_killed_runs_end_with_the_same_weights(repeat_policy_folder, tmp_path):
    alone = launch(tmp_path / "alone", repeat_policy_folder, hash_seed=0)
    assert alone.wait() == 0
    rng = random.Random(0)
    folder = tmp_path / "killed"
    for kill in range(4):
        process = launch(folder, repeat_policy_folder, hash_seed=kill + 1)
        assert kill_after(process, folder, rng.randint(1, 8), rng.uniform(0, 0.15)), "the run had ended"
    assert launch(folder, repeat_policy_folder, hash_seed=9).wait() == 0
    for file in ("policy/model.safetensors", "reference/model.safetensors", "optimizer.safetensors"):
        left, right = (load_file(run / "final" / file) for run in (tmp_path / "alone", folder))
        assert left.keys() == right.keys()
        assert all(torch.equal(tensor, right[name]) for name, tensor in left.items())
    logs = [untimed(run) for run in (tmp_path / "alone", folder)]
    assert logs[0] == logs[1] and [row["time/updates"] for row in logs[0][0]] == list(map(str, range(1, 41)))
    names = [sorted(path.name for path in run.rglob("*")) for run in (tmp_path / "alone", folder)]
    assert names[0] == names[1], "files were left over"
    states = [read_state(run / "final") for run in (tmp_path / "alone", folder)]
    assert states[0] == states[1]
    assert read_state(folder / "final")["num_updates"] == 40
