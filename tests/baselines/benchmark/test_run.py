"""Benchmarks from plan to results: runs of two tiny agents, resumed, repeated, refused; gathering."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import toys

from baselines import AgentSpec, Plan, run_benchmark
from baselines.benchmark.cell import CELL, POLICY, PROGRESS, RESULT, read_progress
from baselines.benchmark.plan import cell_folder
from baselines.benchmark.record import POOLS, write_result
from baselines.benchmark.results import Pools, load
from baselines.benchmark.run import BenchmarkError, gather
from baselines.benchmark.tuning import earlier_rung, trials
from baselines.benchmark.tuning_grid import TuningGrid
from baselines.report import all_tables
from baselines.report.data import Results
from vpo_envs.registration import register

SETTINGS = {
    "env": "vpo/MazeSmall-v0",
    "agents": (AgentSpec.parse("VPO"), AgentSpec.parse("GRPO")),
    "seeds": (0,),
    "steps": 3,
    "prompts_per_step": 2,
    "answers_per_task": 6,
    "warm_start_steps": 4,
    "tasks": 3,
    "pool": 4,
    "policy_kwargs": {"width": 32, "layers": 1, "heads": 2},  # what is learnt does not matter here
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    return folder, run_benchmark(Plan(**SETTINGS), folder, workers=2, quiet=True)


@pytest.mark.slow
def test_results_hold_what_was_planned(finished):
    folder, results = finished
    assert json.loads((folder / "results.json").read_text()) == results
    (comparison,) = Results(load(folder / "results.json")).comparisons
    assert np.allclose(comparison.curve("VPO")[..., 2], comparison.values("VPO", "best@3"), atol=1e-4)
    assert [run["label"] for run in results["runs"]] == ["WarmStart", "VPO", "GRPO"]
    warm, vpo, grpo = results["runs"]
    assert warm["budget"]["answers"] == 0
    assert vpo["budget"]["answers"] == grpo["budget"]["answers"] == 3 * 2 * 6
    assert vpo["budget"]["rollouts"] == 12 and grpo["budget"]["rollouts"] == 36
    assert vpo["budget"]["gradient_steps"] == grpo["budget"]["gradient_steps"] == 3 * 2
    for run in results["runs"]:
        assert run["pools"]["shape"] == [3, 4, 4]
        assert all(len(values) == 3 for values in run["measures"].values())
    assert len(vpo["history"]["diversity"]) == 3 == len(vpo["history"]["entropy"])


@pytest.mark.slow
def test_a_second_call_repeats_nothing(finished):
    folder, results = finished
    times = {path: path.stat().st_mtime_ns for path in folder.glob(f"cells/*/{RESULT}")}
    again = run_benchmark(Plan(**SETTINGS), folder, workers=1, quiet=True)
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert again["runs"] == results["runs"]


@pytest.mark.slow
def test_a_failed_run_says_what_it_printed(finished):
    folder, _ = finished
    plan = Plan(**{**SETTINGS, "steps": 4})
    cell = next(c for c in plan.cells() if c.get("label") == "GRPO")
    broken = cell_folder(folder, cell) / "checkpoints" / "step-000001"
    broken.mkdir(parents=True)
    (broken / "agent.json").write_text("{")
    with pytest.raises(BenchmarkError, match="is damaged"):
        run_benchmark(plan, folder, workers=1, quiet=True, overwrite=True)


@pytest.mark.slow
def test_another_plan_does_not_replace_the_report_unasked(finished):
    folder, _ = finished
    before = (folder / "results.json").read_bytes()
    plan = Plan(**{**SETTINGS, "tasks": 2})
    with pytest.raises(
        ValueError, match=r"report of another plan: tasks=2 \(was 3\); choose another --out, .*--overwrite"
    ):
        run_benchmark(plan, folder, workers=1, quiet=True)
    assert (folder / "results.json").read_bytes() == before


@pytest.mark.slow
def test_equal_tokens_end_with_the_step_that_reaches_them(finished, tmp_path):
    folder, results = finished
    per_step = results["runs"][1]["budget"]["tokens"] / 3
    tokens = int(1.5 * per_step)
    (tmp_path / "cells").symlink_to(folder / "cells")  # the same warm starts
    references = tuple(AgentSpec.parse(name) for name in ("BestOfN", "Oracle"))
    agents = SETTINGS["agents"] + references
    plan = Plan(**{**SETTINGS, "agents": agents, "match": "tokens", "token_budget": tokens})
    runs = run_benchmark(plan, tmp_path, workers=2, quiet=True)["runs"]
    assert [run["budget"]["tokens"] for run in runs if run["label"] not in ("VPO", "GRPO")] == [0, 0, 0]
    for run in runs[1:3]:
        spent, steps = run["budget"]["tokens"], len(run["history"]["best"])
        assert tokens <= spent and run["budget"]["gradient_steps"] == 2 * steps
    assert runs[1]["history"]["best"] == results["runs"][1]["history"]["best"][:2]


@pytest.mark.slow
def test_a_search_chooses_on_validation_tasks_and_other_seeds(finished, tmp_path):
    folder, _ = finished
    grid = TuningGrid({"learning_rate": [0.0, 3e-4]}, seeds=(7,), measure="best@1")
    plan = Plan(**{**SETTINGS, "steps": 1, "agents": SETTINGS["agents"][1:], "tuning": grid})
    (tmp_path / "cells").symlink_to(folder / "cells")
    results = run_benchmark(plan, tmp_path, workers=2, quiet=True)
    (record,) = results["tuning"]
    assert [trial["settings"] for trial in record["trials"]] == [
        {"learning_rate": 0.0},
        {"learning_rate": 3e-4},
    ]
    values = [trial["value"] for trial in record["trials"]]
    assert record["chosen"] == values.index(max(values))
    run = results["runs"][-1]
    assert run["label"] == "GRPO" and run["seed"] == 0
    assert run["settings"]["learning_rate"] == [0.0, 3e-4][record["chosen"]]
    tried = trials(plan)
    assert tried.split == "validation" and tried.seeds == (7,) and len(tried.agents) == 2
    assert "validation" in all_tables(Results(results))[-1].title


@pytest.mark.slow
def test_the_better_half_of_trials_goes_on(finished, tmp_path):
    """That a continued run ends as one in full is shown in `test_cell.py`."""
    folder, _ = finished
    grid = TuningGrid({"learning_rate": [0.0, 3e-4]}, seeds=(7,), measure="best@1", halve_at=0.5)
    plan = Plan(**{**SETTINGS, "steps": 2, "agents": SETTINGS["agents"][1:], "tuning": grid})
    (tmp_path / "cells").symlink_to(folder / "cells")
    results = run_benchmark(plan, tmp_path, workers=2, quiet=True)
    (record,) = results["tuning"]
    (ended,) = [trial for trial in record["trials"] if "ended_at" in trial]
    best = record["trials"][record["chosen"]]
    assert ended["ended_at"] == 0.5 and "ended_at" not in best
    ((after, before),) = earlier_rung(plan, tmp_path).items()
    assert json.loads((after / CELL).read_text())["continues"] == before.name
    assert [len(read_progress(folder)) for folder in (before, after)] == [1, 2]
    halved = json.loads((before / RESULT).read_text())["measures"]["best@1"]
    assert ended["value"] <= np.mean(halved)
    table = all_tables(Results(results))[-1]
    assert sum("ended at 50% of the run" in row[-1] for row in table.rows) == 1


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_result(finished, tmp_path):
    """SIGKILL in the middle of a run; resumed, it ends as one left alone, log included."""
    steps = 26
    plan = Plan(**{**SETTINGS, "steps": steps, "agents": SETTINGS["agents"][:1]})
    whole = run_benchmark(plan, tmp_path / "whole", workers=2, quiet=True)["runs"][1]
    cell = next(c for c in plan.cells() if c.get("label") == "VPO")
    folder = cell_folder(tmp_path / "killed", cell)
    start = cell_folder(tmp_path / "whole", cell["warm_start"])
    folder.mkdir(parents=True)
    (folder.parent / start.name).symlink_to(start)
    (folder / CELL).write_text(json.dumps({**cell, "start": start.name}))
    command = [sys.executable, "-c", "from baselines.benchmark.cell import main; main()", str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, env=environment)
    while process.poll() is None and len(read_progress(folder)) < 22:  # the last checkpoint is at 20
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (folder / RESULT).exists()
    subprocess.run(command, env=environment, check=True)
    resumed = json.loads((folder / RESULT).read_text())
    for part in ("measures", "history"):
        assert resumed[part] == whole[part]
    assert [example["answers"] for example in resumed["examples"]] == whole["answers"]
    with np.load(folder / POOLS) as pools:
        assert (pools["rewards"] == Pools(**whole["pools"]).rewards()).all()
    updates = [line["time/updates"] for line in read_progress(folder)]
    assert updates == list(range(1, steps + 1))
    assert (folder / PROGRESS).exists()

    (folder / RESULT).unlink()  # killed once more, after the last checkpoint and before the model was kept
    shutil.rmtree(folder / POLICY)
    subprocess.run(command, env=environment, check=True)
    assert json.loads((folder / RESULT).read_text())["measures"] == resumed["measures"]
    assert list((folder / POLICY).glob("*.safetensors"))


@pytest.mark.slow
def test_a_common_start_of_another_size_or_from_a_folder(finished, tmp_path):
    folder, _ = finished
    settings = {**SETTINGS, "agents": SETTINGS["agents"][1:], "steps": 0}
    large = Plan(**{**settings, "policy_kwargs": {"width": 64}})
    run_benchmark(large, tmp_path / "large", quiet=True)
    parameters = json.loads((cell_folder(tmp_path / "large", large.warm_cell(0)) / RESULT).read_text())
    assert parameters["parameters"] > 50_000

    start = cell_folder(folder, Plan(**SETTINGS).warm_cell(0)) / "policy"
    settings["agents"] = (AgentSpec.parse("narrow@GRPO:top_p=0.1"),)
    settings |= {"warm_start_steps": None, "policy_kwargs": {}}
    given = Plan(**settings, policy=str(start))
    results = run_benchmark(given, tmp_path / "given", quiet=True)
    before = next(run for run in finished[1]["runs"] if run["label"] == "WarmStart")
    for run in results["runs"]:  # the same model answers the same, however an agent samples in training
        assert run["pools"] == before["pools"]
    assert {run["label"] for run in results["runs"]} == {"WarmStart", "narrow"}


@pytest.mark.parametrize("plans", [5, None, [5], [{"env": []}], [{}]])
def test_a_file_that_is_no_report_is_not_replaced(tmp_path, plans):
    (tmp_path / "results.json").write_text(json.dumps({"plans": plans}))
    with pytest.raises(ValueError, match="results.json is no report of a benchmark; choose another --out"):
        run_benchmark(Plan(**SETTINGS), tmp_path, quiet=True)
    assert json.loads((tmp_path / "results.json").read_text()) == {"plans": plans}


def test_the_turns_of_a_rollout_are_one_rollout(tmp_path):
    """Gathering finished runs, without running any."""
    register("test/TwoTurns-v0", toys.Repeat, max_turns=2)
    plan = Plan("test/TwoTurns-v0", (AgentSpec.parse("VPO:num_candidates=3"),), seeds=(0,), tasks=1, pool=2)
    for cell in plan.cells():
        folder = cell_folder(tmp_path, cell)
        folder.mkdir(parents=True)
        budget = {"answers": 60, "tokens": 1}
        result = {"measures": {}, "history": {}, "examples": [], "budget": budget}
        np.savez_compressed(folder / POOLS, rewards=np.zeros((1, 2, 2)))
        write_result(folder, result)
    start, trained = gather([plan], tmp_path)["runs"]
    assert trained["budget"]["rollouts"] == 10  # of 3 answers in each of 2 turns
    assert start["budget"]["rollouts"] == 30


def test_more_rewards_than_a_file_holds_are_refused_before_the_runs(tmp_path):
    large = Plan(**{**SETTINGS, "tasks": 20_000, "pool": 1_000})
    with pytest.raises(ValueError, match="240,000,000 rewards .* a results file holds 20,000,000"):
        run_benchmark(large, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_split_is_no_knob_of_a_benchmark():
    with pytest.raises(ValueError, match="split is no knob here; a benchmark trains on train"):
        Plan(**{**SETTINGS, "env": "vpo/MazeSmall-v0?split=test"})
