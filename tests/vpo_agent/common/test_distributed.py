"""Two processes (gloo) do what one does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import processes_run
import pytest
import torch
from safetensors.torch import load_file

from vpo_agent.common import distributed
from vpo_agent.common.logger import read_progress
from vpo_agent.search import SearchResult

SCRIPT = Path(__file__).parents[2] / "helpers" / "processes_run.py"
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
SAME = (
    "train/loss",
    "train/kl",
    "train/grad_norm",
    "rollout/expected_best",
    "rollout/tokens",
    "rollout/well_formed",
)


def torchrun(*arguments):
    hidden = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}  # with fewer GPUs than processes
    done = subprocess.run([*TORCHRUN, *map(str, arguments)], capture_output=True, text=True, env=hidden)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def same_weights(left, right):
    left, right = (load_file(folder / "policy" / "model.safetensors") for folder in (left, right))
    for name, tensor in left.items():
        torch.testing.assert_close(right[name], tensor, atol=1e-5, rtol=0)


@pytest.mark.slow
def test_two_processes_learn_what_one_does_and_take_over_from_it(repeat_policy_folder, tmp_path):
    alone, both = tmp_path / "alone", tmp_path / "both"
    processes_run.fresh(repeat_policy_folder, alone)
    torchrun(SCRIPT, repeat_policy_folder, both, alone / "half")
    same_weights(alone / "end", both / "end")
    steps, others = read_progress(alone), read_progress(both)
    assert len(steps) == len(others) == 11
    for step, other in zip(steps[:10], others):
        assert [other[key] for key in SAME] == pytest.approx([step[key] for key in SAME], rel=1e-5, abs=1e-5)
    assert others[-1]["one"] == pytest.approx(steps[-1]["one"], abs=1e-5)
    assert others[-1]["best"] == pytest.approx(steps[-1]["best"], abs=1e-5) and others[-1]["best"] > 0
    assert all(step["train/grad_norm"] > 0 for step in steps[:10])
    searches = [
        SearchResult.from_json(folder / name)
        for folder in (alone, both)
        for name in ("search.json", "again.json")
    ]
    for found in searches[1:]:
        assert [pool.answers for pool in found.pools] == [pool.answers for pool in searches[0].pools]
    # Checkpoints are single precision, so that what goes on from them is compared with its like.
    processes_run.resumed(both / "half", alone / "resumed")
    same_weights(alone / "resumed" / "end", both / "resumed" / "end")


@pytest.mark.slow
def test_the_command_line_runs_under_torchrun(tmp_path):
    options = ["--env", "vpo/MazeSmall-v0", "--steps", "1", "--set", "warm_start_steps=1"]
    options += ["--set", "prompts_per_step=2", "--set", "group_size=2", "--set", "max_new_tokens=4"]
    said = torchrun("-m", "vpo_cli", "train", "VPO", *options, "--out", tmp_path / "run")
    assert said.count("saved") == 1
    assert json.loads((tmp_path / "run" / "run.json").read_text())["agent"] == "VPO"
    assert len(read_progress(tmp_path / "run")) == 1


def test_groups_are_shared_without_splitting_them(monkeypatch):
    parts = []
    monkeypatch.setenv("WORLD_SIZE", "3")
    for rank in range(3):
        monkeypatch.setenv("RANK", str(rank))
        parts.append(distributed.shard(range(7)))
    assert parts == [[0, 3, 6], [1, 4], [2, 5]]


def test_alone_nothing_is_done(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    values = torch.ones(2)
    assert distributed.all_reduce(values) is values and distributed.all_gather([1, 2]) == [1, 2]
    assert distributed.is_main() and distributed.shard("abc") == ["a", "b", "c"]
    distributed.barrier()


def test_more_processes_than_gpus_are_refused_with_a_remedy(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setenv("WORLD_SIZE", "3")
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert distributed.device() == torch.device("cuda", 1)
    monkeypatch.setenv("LOCAL_RANK", "2")
    with pytest.raises(ValueError, match=r"there are 2: start torchrun with --nproc_per_node 2"):
        distributed.device()
