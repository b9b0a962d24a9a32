import dataclasses
from pathlib import Path

import pytest

from baselines import AGENTS, AgentSpec, Plan
from baselines.benchmark.plan import cell_folder

MAZE = "vpo/MazeSmall-v0"


def plan(*agents, **settings):
    return Plan(MAZE, tuple(map(AgentSpec.parse, agents)), **settings)


def test_budgets_in_answers_are_equal():
    compared = plan(
        "VPO", "PoolVPO", "GRPO", "MultiRLVR", "MaxAtK", "five@VPO:num_candidates=5", answers_per_task=30
    )
    for spec in compared.agents:
        config = AGENTS[spec.agent].config_class.from_settings(compared.settings(spec, 0))
        assert config.num_candidates * config.group_size == 30
        assert config.answers_per_step == 30 * compared.prompts_per_step
        assert config.kl_coef == compared.kl_coef and config.mini_batches == compared.mini_batches


def test_an_agent_gets_only_the_shared_settings_that_have_an_effect_on_it():
    compared = plan("Oracle", "SB3A2C", "GRPO", kl_coef=0.5, mini_batches=3, learning_rate=1e-4)
    oracle, a2c, grpo = (compared.settings(spec, 1) for spec in compared.agents)
    assert oracle == {"num_candidates": 1}
    assert a2c == {name: value for name, value in grpo.items() if name not in ("kl_coef", "mini_batches")}
    assert (grpo["kl_coef"], grpo["mini_batches"], grpo["seed"]) == (0.5, 3, 1)


def test_the_common_start_knows_every_chain_size():
    assert plan("VPO", "five@VPO:num_candidates=5", answers_per_task=15).candidate_counts == [1, 3, 5]
    assert plan("GRPO").candidate_counts == [1]


def test_agents_of_a_seed_share_one_start():
    cells = plan("VPO", "GRPO", seeds=(0, 1)).cells()
    starts = [cell for cell in cells if cell["kind"] == "warm_start"]
    assert [cell["seed"] for cell in starts] == [0, 1]
    for cell in cells:
        if cell["kind"] == "train":
            assert cell["warm_start"] == starts[cell["seed"]]
    assert [c["label"] for c in cells if c["kind"] == "train"] == ["WarmStart", "VPO", "GRPO"] * 2


def test_every_setting_makes_a_folder_of_its_own():
    root = Path("runs")
    one = plan("VPO")
    folders = {cell_folder(root, cell) for cell in one.cells()}
    assert len(folders) == len(one.cells())
    for change in (
        {"steps": 7},
        {"learning_rate": 1e-4},
        {"tasks": 5},
        {"split": "validation"},
        {"prompts_per_step": 3},
        {"threads": 2},
        {"warm_start_threads": 2},
    ):
        other = {cell_folder(root, cell) for cell in dataclasses.replace(one, **change).cells()}
        trained = [cell for cell in one.cells() if cell.get("label") == "VPO"]
        assert not {cell_folder(root, cell) for cell in trained} & other
    assert {cell_folder(root, cell) for cell in plan("VPO").cells()} == folders


@pytest.mark.parametrize(
    ("settings", "start", "run"),
    [
        ({}, None, None),
        ({"threads": 3}, 3, 3),
        ({"warm_start_threads": 2}, 2, None),
        ({"threads": 3, "warm_start_threads": 1}, None, 3),
    ],
)
def test_warm_starts_may_have_threads_of_their_own(settings, start, run):
    warm, _, trained = plan("VPO", seeds=(0,), **settings).cells()
    assert (warm.get("threads"), trained.get("threads")) == (start, run)
    assert trained["warm_start"] == warm


@pytest.mark.parametrize(
    ("agents", "settings", "message"),
    [
        (["VPO"], {"warm_start_threads": 0}, "warm_start_threads=0 must be at least 1"),
        (["VPO"], {"answers_per_task": 20}, "common multiple"),
        (["VPO"], {"seeds": ()}, "at least one"),
        (["VPO"], {"tasks": 0}, "tasks=0"),
        (["VPO"], {"steps": -1}, "steps=-1"),
        (["VPO", "VPO"], {}, "must not repeat"),
        (["VPO:pool_size=99"], {}, "pool_size=99"),
    ],
)
def test_plans_that_cannot_be_run_are_refused(agents, settings, message):
    with pytest.raises(ValueError, match=message):
        plan(*agents, **settings)


def test_environments_without_a_domain_are_refused():
    """Found by reading: they were refused by a run, after its start."""
    with pytest.raises(ValueError, match=r"env='FrozenLake-v1' .*was not made from a Domain|FrozenLake-v1"):
        Plan("FrozenLake-v1", (AgentSpec.parse("GRPO"),))


def test_misspelt_settings_get_a_hint():
    with pytest.raises(TypeError, match="did you mean 'alpha'"):
        plan("VPO:alhpa=1")
    with pytest.raises(ValueError, match="did you mean 'VPO'\\? There are VPO, PoolVPO"):
        AgentSpec.parse("PPO")
    with pytest.raises(ValueError, match="setting=value"):
        AgentSpec.parse("VPO:alpha")


def test_pool_sizes_are_judged_by_the_groups_of_the_plan():
    compared = Plan("vpo/MazeSmall-v0", (AgentSpec.parse("PoolVPO:pool_size=12"),), answers_per_task=24)
    assert compared.settings(compared.agents[0], 0)["group_size"] == 24
    with pytest.raises(ValueError, match="pool_size=12 must lie between 1 and group_size - 1 = 7"):
        Plan("vpo/MazeSmall-v0", compared.agents, answers_per_task=8)


def test_the_common_start_is_tiny_or_any_model():
    warm = plan("GRPO").warm_cell(0)
    assert warm["steps"] == 600 and "policy" not in warm
    assert plan("GRPO", policy_kwargs={"width": 64}).warm_cell(0) == {**warm, "policy_kwargs": {"width": 64}}
    given = plan("GRPO", policy="some/model")
    assert given.warm_cell(0) == {**warm, "policy": "some/model", "steps": 0}
    assert Plan.restore(given.describe()).cells() == given.cells()
    for wrong in ({"policy": "m", "policy_kwargs": {"width": 8}}, {"policy_kwargs": {"depth": 8}}):
        with pytest.raises(ValueError, match="policy_kwargs"):
            plan("GRPO", **wrong)
    with pytest.raises(ValueError, match="whole numbers"):
        plan("GRPO", policy_kwargs={"width": "8"})
