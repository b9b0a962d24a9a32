import json
import os
import shutil
from dataclasses import asdict, replace

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from baselines import AgentSpec, Plan, run_benchmark
from baselines.benchmark.record import RESULT, read_result, write_result
from baselines.benchmark.run import RESULTS
from baselines.benchmark.tuning_grid import TuningGrid
from baselines.unlock import Unlock, load, run_unlock, solved
from baselines.unlock.experiment import UNLOCK, refuse_other_results, trained
from tests.baselines.unlock.by_hand import file
from vpo_envs.domains.maze import MazeDomain

TRADE_OFF = [[1.0, 0.0], [0.4, 0.8], [0.0, 1.0]]  # scalars 0.5, 0.6, 0.5


def test_all_objectives_at_one_are_asked_where_an_answer_can_have_them():
    rewards = [[1, 1], [1, 0.99], [0, 0]]
    for front in (None, [[1, 1]], [[1, 1], [1, 1]]):
        assert solved(rewards, front, [0.5, 0.5], share=0.5).tolist() == [True, False, False]


def test_conflicting_objectives_ask_for_a_share_of_the_best_scalar():
    rewards = [[0.4, 0.8], [0.4, 0.79], [1.0, 0.0], [0.0, 0.0]]
    assert solved(rewards, TRADE_OFF, [0.5, 0.5]).tolist() == [True, False, False, False]
    assert solved(rewards, TRADE_OFF, [0.5, 0.5], share=0.99).tolist() == [True, True, False, False]
    assert solved(rewards, TRADE_OFF, [0.9, 0.1]).tolist() == [False, False, True, False]
    assert solved(np.zeros((0, 2)), TRADE_OFF, [0.5, 0.5]).tolist() == []


def test_least_values_of_ones_own():
    rewards = [[1.0, 0.0], [0.9, 0.8], [np.float32(0.9), 0.1]]
    for front in (None, TRADE_OFF, [[1, 1]]):
        assert solved(rewards, front, [0.5, 0.5], minimums=[1, 0]).tolist() == [True, False, False]
        assert solved(rewards, front, [0.5, 0.5], minimums=[0.9, 0.1]).tolist() == [False, True, True]
    assert Unlock("runs/x", require={"correctness": 1, "speed": 0.5}).solved == (
        "correctness at least 1 and speed at least 0.5"
    )


def test_the_best_under_other_weights_than_the_agents_trained_on():
    assert "of the best fixed scalar" in Unlock("runs/x").solved
    assert "of the best scalar of the context 'upset' on" in Unlock("runs/x", weights="upset").solved
    asked = Unlock("runs/x", weights=(0.2, 0.8))
    assert "of the best scalar with weights 0.2, 0.8 on" in asked.solved
    assert Unlock.restore(json.loads(json.dumps(asdict(asked)))) == asked


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"tasks": 0}, ValueError, "tasks=0 must be at least 1"),
        ({"budget": 30}, ValueError, "budget=30 must be above the pool=30"),
        ({"share": 1.5}, ValueError, r"share=1.5 must lie in \(0, 1\]"),
        ({"require": {"speed": 2}}, ValueError, r"require: speed=2 must lie in \(0, 1\]"),
        ({"require": {"speed": 1}, "share": 0.5}, ValueError, "share=0.5 and require=.* exclude"),
        ({"require": {"speed": 1}, "weights": "upset"}, ValueError, "weights='upset' and require=.* exclude"),
        ({"strategy": "luck"}, ValueError, "strategy='luck' is not one of"),
        ({"strategy": "evolution", "how": {"sex": 2}}, TypeError, "sex"),
    ],
)
def test_wrong_settings_are_named(settings, error, message):
    with pytest.raises(error, match=message):
        Unlock("runs/x", **settings)


def test_results_of_another_experiment_are_not_replaced(tmp_path):
    experiment = Unlock("runs/x", budget=100, pool=5)
    described = json.loads(json.dumps(asdict(experiment)))
    del described["require"], described["weights"]  # as it was written before there were any
    (tmp_path / UNLOCK).write_text(json.dumps(file(experiment=described)))
    env = file()["env"]
    for same in (
        experiment,
        replace(experiment, env=env),
        replace(experiment, bench=os.path.abspath("runs/x")),
    ):
        refuse_other_results(tmp_path, same, env)
    refuse_other_results(tmp_path / "new", experiment, env)
    for other in (
        {"budget": 101},
        {"strategy": "evolution"},
        {"require": {"gold": 1.0}},
        {"weights": "upset"},
        {"bench": "runs/y"},
        {"agents": ("VPO",)},
    ):
        with pytest.raises(ValueError, match="holds the results of another experiment; choose another --out"):
            refuse_other_results(tmp_path, replace(experiment, **other), env)
    with pytest.raises(ValueError, match="another experiment"):
        refuse_other_results(tmp_path, experiment, "my/Other-v0")


def test_a_plan_comes_back_from_its_description():
    agents = (AgentSpec.parse("VPO:alpha=0.3"), AgentSpec("sharp", "GRPO", {"kl_coef": 0.1}))
    grid = TuningGrid({"learning_rate": [1e-4, 1e-3]}, seeds=(7, 8))
    for plan in (
        Plan("vpo/MazeSmall-v0", agents),
        Plan("vpo/MazeSmall-v0", agents, seeds=(3,), tuning=grid),
    ):
        restored = Plan.restore(plan.describe())
        assert (restored.describe(), restored.cells()) == (plan.describe(), plan.cells())


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """Agents that have learnt next to nothing, so that hard tasks are easy to find."""
    folder = tmp_path_factory.mktemp("bench")
    plan = Plan(
        "vpo/MazeSmall-v0",
        (AgentSpec.parse("VPO"), AgentSpec.parse("Oracle")),
        seeds=(0,),
        steps=1,
        prompts_per_step=2,
        answers_per_task=6,
        warm_start_steps=40,
        tasks=2,
        pool=3,
        policy_kwargs={"width": 32, "layers": 1},
    )
    run_benchmark(plan, folder, workers=2, quiet=True)
    return folder


@pytest.mark.slow
def test_the_experiment_from_bench_to_report(bench, tmp_path):
    experiment = Unlock(
        str(bench), tasks=6, pool=4, hard=3, budget=24, strategy="evolution", how={"population": 8}
    )
    results = run_unlock(experiment, tmp_path, workers=2, quiet=True, command="here")
    assert results.labels == ["WarmStart", "VPO"]  # the oracle knows the answers
    assert load(tmp_path / UNLOCK) == results and 1 <= len(results.hard) <= 3
    assert all(at is None or 1 <= at <= 24 for run in results.runs for at in run.solved_at)
    assert all(run.tokens > 0 for run in results.runs)
    assert [len(run.solved_at) for run in results.screening] == [6, 6]
    screened = [json.loads(file.read_text()) for file in tmp_path.glob("cells/*/cell.json")]
    assert sorted(cell["steps"] for cell in screened) == [4, 4, 24, 24]
    hard = [f"test/{i}" for cell in screened if cell["steps"] == 24 for i in cell["tasks"]]
    assert hard == results.hard * 2
    times = {path: path.stat().st_mtime_ns for path in tmp_path.glob(f"cells/*/{RESULT}")}
    assert run_unlock(experiment, tmp_path, workers=1, quiet=True, command="here") == results
    assert {path: path.stat().st_mtime_ns for path in times} == times
    with pytest.raises(ValueError, match="holds the results of another experiment"):
        run_unlock(replace(experiment, hard=1), tmp_path, quiet=True)
    by_start = replace(experiment, agents=("VPO",), screen_with=("WarmStart",), strategy="sampling", how={})
    start = run_unlock(by_start, tmp_path / "start", workers=2, quiet=True)
    assert start.labels == ["VPO"] and start.screening == results.screening[:1]
    assert start.unsolved == start.screening[0].solved_at.count(None) >= results.unsolved
    fewer = run_unlock(replace(experiment, hard=1), tmp_path, quiet=True, overwrite=True)
    assert fewer.hard == results.hard[:1]
    # Nobody has all of both: the step budget does not allow for it.
    both = replace(experiment, require={"gold": 1.0, "diamond": 1.0}, tasks=1, pool=1, hard=1, budget=2)
    nobody = run_unlock(both, tmp_path / "both", quiet=True)
    assert [run.solved_at for run in nobody.runs] == [[None]] * 2
    assert nobody.solved == "gold at least 1 and diamond at least 1"
    weights = (0.0, 0.0, 1.0, 0.0)
    assert [cell["weights"] for cell in trained(replace(experiment, weights=weights))] == [list(weights)] * 2


@pytest.mark.slow
def test_searches_of_a_model_that_was_trained_anew_are_others(bench, tmp_path):
    copied = tmp_path / "bench"
    shutil.copytree(bench, copied)
    before, same = trained(Unlock(str(bench))), trained(Unlock(str(copied)))
    assert before == same
    (weights,) = copied.glob("cells/VPO-*/policy/*.safetensors")
    tensors = load_file(weights)
    save_file({name: tensor + 1 for name, tensor in tensors.items()}, weights, {"format": "pt"})
    with pytest.raises(ValueError, match=r"model\.safetensors is damaged: .* give `vpo bench` again"):
        trained(Unlock(str(copied)))
    run = weights.parents[1]
    write_result(run, read_result(run, ()))
    after = trained(Unlock(str(copied)))
    assert [one == other for one, other in zip(before, after)] == [True, False]


@pytest.mark.slow
def test_what_the_bench_does_not_have_is_named(bench, tmp_path):
    with pytest.raises(ValueError, match=r"has no results.json; give the --out of a finished `vpo bench`"):
        trained(Unlock(str(tmp_path)))
    with pytest.raises(ValueError, match="env='vpo/Maze-v0' is not one of the bench's environments"):
        trained(Unlock(str(bench), env="vpo/Maze-v0"))
    with pytest.raises(
        ValueError, match="require: there is no objective 'speed'; there are completion, gold"
    ):
        trained(Unlock(str(bench), require={"speed": 1.0}))
    with pytest.raises(ValueError, match="context='upset' is unknown; contexts of this domain: none"):
        trained(Unlock(str(bench), weights="upset"))
    with pytest.raises(ValueError, match="weights"):
        trained(Unlock(str(bench), weights=(0.5, 0.5)))
    with pytest.raises(ValueError, match="agents: GRPO are not in the bench, which has WarmStart, VPO"):
        trained(Unlock(str(bench), agents=("GRPO",)))
    with pytest.raises(ValueError, match="screen_with: Start are not in the bench, which has WarmStart, VPO"):
        run_unlock(Unlock(str(bench), screen_with=("Start",)), tmp_path, quiet=True)
    content = json.loads((bench / RESULTS).read_text())
    del content["sha256"]
    content["plans"][0]["steps"] = 2  # as if the bench had gone no further
    (tmp_path / RESULTS).write_text(json.dumps(content))
    (tmp_path / "cells").symlink_to(bench / "cells")
    with pytest.raises(ValueError, match=r"the run in VPO-seed0-\w+ is not finished"):
        trained(Unlock(str(tmp_path), agents=("VPO",)))


@pytest.mark.parametrize(
    "plan",
    [
        {"env": "trap_module:my/X-v0", "agents": []},
        {"env": "vpo/MazeSmall-v0", "agents": [{"agent": "trap_module.Mine", "label": "x", "settings": {}}]},
    ],
    ids=["env", "agent"],
)
def test_results_import_nothing_by_themselves(synthetic, tmp_path, monkeypatch, plan):
    (tmp_path / "trap_module.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    content = {**synthetic(seeds=(0,), tasks=1, pool=2, examples=1, steps=1), "plans": [plan]}
    (tmp_path / "results.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match="would import the module trap_module, .* give --import trap_module"):
        run_unlock(Unlock(bench=str(tmp_path)), tmp_path / "unlock", quiet=True)


def test_a_share_of_an_unknown_front_is_refused(bench, monkeypatch):
    monkeypatch.setattr(MazeDomain, "pareto_front", lambda self, task: None)
    with pytest.raises(ValueError, match=r"has no known Pareto front.*--require completion=1"):
        trained(Unlock(str(bench)))
    assert trained(Unlock(str(bench), require={"completion": 1.0}))
