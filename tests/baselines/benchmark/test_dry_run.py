"""Estimates of what a benchmark takes: by hand from rates, by a trial step, and of the paper's plan."""

import pytest
import torch

from baselines import AgentSpec, Plan
from baselines.algorithms.grpo import GRPO
from baselines.benchmark.dry_run import Rates, estimate_plan, start_policy, total_hours, training_memory
from baselines.benchmark.evaluation import measure
from baselines.benchmark.plan_file import make_plans, override, read_plan_file
from baselines.benchmark.tuning_grid import TuningGrid
from vpo_agent.agents.memory import estimate_training
from vpo_agent.tasks.source import task_source

MAZE = "vpo/MazeSmall-v0"
TINY = {"width": 16, "layers": 1, "heads": 2}


def plan(*agents, **settings):
    return Plan(MAZE, tuple(map(AgentSpec.parse, agents)), **settings)


def test_tokens_and_hours_from_rates_by_hand():
    compared = plan(
        "VPO:max_new_tokens=40",
        "GRPO:max_new_tokens=10",
        seeds=(0, 1, 2),
        steps=5,
        prompts_per_step=4,
        answers_per_task=24,
        tasks=8,
        pool=30,
        temperatures=(1.0,),
    )
    cost = estimate_plan(compared, Rates(100, 50))
    vpo, grpo, reference = cost.agents
    # Pools, and a greedy completion for each of eight tasks.
    assert (vpo.trained, vpo.evaluated) == (5 * 4 * 8 * 40, 8 * 10 * 40 + 8 * 40)
    assert (grpo.trained, grpo.evaluated) == (5 * 4 * 24 * 10, 8 * 30 * 10 + 8 * 10)
    assert vpo.seconds == pytest.approx((6400 + 3520) / 100 + 6400 / 50)
    assert (reference.trained, reference.evaluated) == (0, 3520)
    assert cost.tokens == 3 * (6400 + 3520 + 4800 + 2480 + 3520)
    assert cost.hours == pytest.approx(3 * (227.2 + 168.8 + 35.2) / 3600)
    assert cost.memory is None and cost.warm_start_seconds is None
    assert total_hours([cost, cost], 4) == pytest.approx(cost.hours / 2)
    assert total_hours([cost], 100) == pytest.approx(cost.hours / 9), "no more workers than runs"


def test_every_temperature_is_counted_with_the_tasks_of_the_choice():
    compared = plan("VPO:max_new_tokens=40", tasks=48, pool=30, temperatures=(0.5, 0.7, 1.0))
    assert estimate_plan(compared, Rates(1, 1)).agents[0].evaluated == (3 * (48 + 32) * 10 + 48) * 40


def test_every_turn_is_counted():
    env = "baselines.envs.hard_maze:unlock/MazeHardTurns-v0"
    compared = Plan(
        env,
        (AgentSpec.parse("GRPO:max_new_tokens=10"),),
        steps=5,
        prompts_per_step=4,
        answers_per_task=24,
        tasks=8,
        pool=30,
        temperatures=(1.0,),
    )
    (cost, _) = estimate_plan(compared, Rates(1, 1)).agents
    assert cost.evaluated == (8 * 15 + 8) * 2 * 10
    assert cost.trained == 5 * 4 * compared.settings(compared.agents[0], 0)["group_size"] * 2 * 10


def test_an_agent_that_does_not_train_costs_its_evaluation():
    """Found by reading: best-of-N ended the estimate."""
    compared = plan("BestOfN", "GRPO:max_new_tokens=10", tasks=8, pool=30, steps=2, temperatures=(1.0,))
    cost = estimate_plan(compared)
    best_of_n, grpo, _ = cost.agents
    assert best_of_n.trained == 0 and best_of_n.memory is None and best_of_n.seconds > 0
    assert grpo.trained > 0 and best_of_n.evaluated > 0


def test_tuning_and_token_budgets_are_counted():
    alone = estimate_plan(plan("GRPO:max_new_tokens=10"), Rates(1, 1))
    grid = TuningGrid({"learning_rate": [1e-4, 3e-4]})
    tuned = estimate_plan(plan("GRPO:max_new_tokens=10", tuning=grid), Rates(1, 1))
    assert len(tuned.agents) == len(alone.agents) + 2 and tuned.tokens > alone.tokens
    budget = plan("GRPO:max_new_tokens=10", match="tokens", token_budget=700)
    assert estimate_plan(budget, Rates(1, 1)).agents[0].trained == 700


def test_of_halved_trials_the_rest_of_half_is_counted():
    rates = {"learning_rate": [1e-4, 3e-4, 1e-3]}
    grpo = ("GRPO:max_new_tokens=10",)
    full = estimate_plan(plan(*grpo, steps=10, tuning=TuningGrid(rates)), Rates(1, 1)).agents
    cost = estimate_plan(plan(*grpo, steps=10, tuning=TuningGrid(rates, halve_at=0.3)), Rates(1, 1)).agents
    trained = full[0].trained
    assert [one.trained for one in full[1:4]] == [trained] * 3
    assert [one.trained for one in cost[1:6]] == [0.3 * trained] * 3 + [0.7 * trained] * 2


@pytest.mark.parametrize("policy", ["tiny", "tiny-warm"])
def test_a_tiny_model_has_a_length_without_a_trial(policy):
    """Found by a newcomer: the shipped start was looked for on the hub."""
    cost = estimate_plan(plan("PoolVPO", "VPO", policy=policy, tasks=64, temperatures=(1.0,)), Rates(5, 5))
    pool_vpo, vpo, _ = cost.agents
    assert pool_vpo.evaluated % (64 * 31) == 0 and 8 < pool_vpo.evaluated // (64 * 31) < 100
    assert 2 < (vpo.evaluated / 11) / (pool_vpo.evaluated / 31) < 4, "three answers in a completion"
    assert cost.warm_start_seconds is None
    model = start_policy(plan("PoolVPO", policy=policy), task_source(MAZE))
    assert GRPO(model, MAZE, seed=0).config.max_new_tokens == pool_vpo.evaluated // (64 * 30)


def test_a_trial_step_gives_rates_length_and_memory():
    small = {"steps": 3, "warm_start_steps": 4, "tasks": 4, "prompts_per_step": 2, "answers_per_task": 6}
    cost = estimate_plan(plan("VPO", "MultiRLVR", policy_kwargs=TINY, seeds=(0,), **small))
    vpo, multi, _ = cost.agents
    assert vpo.seconds > 0 and vpo.trained > 0 and vpo.memory > 10_000
    assert (multi.seconds, multi.memory) == (vpo.seconds, vpo.memory), "equal batches are timed once"
    assert cost.warm_start_seconds > 0 and cost.memory == vpo.memory


def test_the_trial_has_the_threads_of_the_runs(monkeypatch):
    found = []
    learn = GRPO.learn
    monkeypatch.setattr(
        GRPO, "learn", lambda *args, **kwargs: (found.append(torch.get_num_threads()), learn(*args, **kwargs))
    )
    compared = plan("GRPO:max_new_tokens=4", policy_kwargs=TINY, warm_start_steps=0, threads=2)
    estimate_plan(compared)
    assert found == [2]


def test_the_largest_run_of_a_real_model_is_estimated_before_it_starts(tmp_path):
    source = task_source(MAZE)
    folder = str(tmp_path)
    start_policy(plan("GRPO", policy_kwargs=TINY), source).save_pretrained(folder)
    small, large = (f"GRPO:max_tokens_per_micro_batch={n}" for n in (64, 100_000))
    alone = training_memory(plan(small, policy=folder))
    both = plan(small, f"large@{large}", "Oracle", policy=folder)
    agent = GRPO(folder, MAZE, **both.settings(both.agents[1], 0))
    assert training_memory(both) == estimate_training(agent.policy, agent.config, source).total > alone
    assert training_memory(plan(large)) is None, "tiny models fit anywhere"
    assert training_memory(plan("Oracle", policy=folder)) is None
    assert training_memory(plan(large, policy=folder, steps=0)) is None, "nothing is trained"


@pytest.mark.parametrize(
    ("compared", "rates", "message"),
    [
        (plan("GRPO:max_new_tokens=9"), Rates(0, 5), "must be above 0"),
        (plan("GRPO", policy="no/such-model"), Rates(5, 5), "GRPO has no max_new_tokens"),
        (plan("GRPO", policy="no/such-model"), None, "--rates SAMPLED,TRAINED"),
    ],
)
def test_what_is_missing_is_named(monkeypatch, compared, rates, message):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ValueError, match=message):
        estimate_plan(compared, rates)


def test_the_paper_s_plan_is_its_protocol():
    settings = override(read_plan_file("paper"), {"envs": ["baselines.envs.paper:vpo-paper/Maze-v0"]})
    (maze,) = make_plans(settings)
    assert maze.policy == "Qwen/Qwen3-4B" and maze.seeds == (0, 1, 2) and maze.temperatures == (0.7,)
    for spec in maze.agents:
        run = maze.settings(spec, 0)
        assert run["group_size"] == 8 and run["learning_rate"] == 1e-6 and run["reasoning"] == "off"
        assert run["num_candidates"] == (3 if spec.agent in ("VPO", "MultiRLVR") else 1)
    assert len(maze.agents) == 8 and maze.prompts_per_step == 128
    others = read_plan_file("paper")["envs"]
    eureqa, tools = (others[f"baselines.envs.paper:vpo-paper/{name}-v0"] for name in ("EUREQA", "ToolRL"))
    assert eureqa["top_p"] == tools["top_p"] == 0.95
    counts = [agent.get("num_candidates", 1) for agent in eureqa["agents"]]
    assert counts == [1, 1, 1, 1, 1, 1, 5, 5, 3]
    assert 260e6 < estimate_plan(maze, Rates(3000, 9000)).tokens < 261e6


def test_top_p_of_the_evaluation(tmp_path):
    narrow = plan("VPO", top_p=0.9)
    assert narrow.cells()[-1]["top_p"] == 0.9 and "top_p" not in plan("VPO").cells()[-1]
    with pytest.raises(ValueError, match="top_p"):
        plan("VPO", top_p=1.5)
    policy = start_policy(plan("GRPO", policy_kwargs=TINY), task_source(MAZE))
    agent = GRPO(policy, MAZE, max_new_tokens=6, warm_start_steps=0)
    cell = {"seed": 0, "evaluation": {"split": "test", "tasks": 1, "pool": 8}, "temperatures": [1.0]}
    distinct = []
    for changed in ({}, {"top_p": 1e-6}):
        found = measure(tmp_path, {**cell, **changed}, agent)
        distinct.append(len(set(found["examples"][0]["answers"])))
    assert distinct[0] > 4 and distinct[1] == 1, "the likeliest token alone makes one answer"
