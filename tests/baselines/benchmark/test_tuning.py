"""Trials of settings, and the choice from results written by hand."""

import pytest
import toys

from baselines import AgentSpec, Plan
from baselines.benchmark.plan import cell_folder
from baselines.benchmark.plan_file import make_plans, plan_settings
from baselines.benchmark.record import write_result
from baselines.benchmark.tuning import choose, earlier_rung, first_rung, remaining, second_rung, trials
from baselines.benchmark.tuning_grid import TuningGrid
from vpo_envs.registration import register

RATES = {"learning_rate": [1e-4, 1e-3, 1e-2]}


def plan(*agents, grid=RATES, measure="best@1", halve_at=None, **settings):
    tuning = TuningGrid(grid, seeds=(7, 8), measure=measure, halve_at=halve_at)
    return Plan("vpo/MazeSmall-v0", tuple(map(AgentSpec.parse, agents)), tuning=tuning, **settings)


def test_every_agent_gets_the_same_trials():
    (plan,) = make_plans({"agents": ["VPO", "GRPO"], "tuning": {"learning_rate": [1e-4, 1e-3]}})
    tried = trials(plan)
    assert [spec.agent for spec in tried.agents] == ["VPO", "VPO", "GRPO", "GRPO"]
    assert tried.split == "validation" and not set(tried.seeds) & set(plan.seeds)
    assert [spec.settings["learning_rate"] for spec in tried.agents] == [1e-4, 1e-3] * 2


def test_trials_are_runs_on_validation_tasks_with_seeds_of_their_own():
    made = plan("VPO:alpha=0.3", "GRPO", tasks=9)
    tried = trials(made)
    assert (tried.split, tried.seeds, tried.tuning, tried.tasks) == ("validation", (7, 8), None, 9)
    assert [spec.settings for spec in tried.agents] == [
        *({"alpha": 0.3, "learning_rate": rate} for rate in RATES["learning_rate"]),
        *({"learning_rate": rate} for rate in RATES["learning_rate"]),
    ]
    assert len({spec.label for spec in tried.agents}) == 6


def test_an_agent_is_tried_only_with_what_has_an_effect_on_it(tmp_path):
    grid = {"learning_rate": [1e-4, 1e-3], "kl_coef": [0.0, 0.1]}
    tried = trials(plan("GRPO", "SB3A2C", "Oracle", grid=grid))
    assert [spec.agent for spec in tried.agents] == ["GRPO"] * 4 + ["SB3A2C"] * 2
    assert [spec.settings for spec in tried.agents[4:]] == [{"learning_rate": 1e-4}, {"learning_rate": 1e-3}]
    alone = plan("Oracle", grid=grid)
    assert trials(alone) is None and choose(alone, tmp_path) == (alone, [])


def test_without_a_grid_there_is_nothing_to_try(tmp_path):
    made = Plan("vpo/MazeSmall-v0", (AgentSpec.parse("VPO"),))
    assert trials(made) is None
    assert choose(made, tmp_path) == (made, [])


@pytest.mark.parametrize(
    ("agents", "settings", "message"),
    [
        (["VPO"], {"seeds": (0, 8, 7)}, r"tuning: seeds=\[7, 8\] are seeds of the comparison; choose others"),
        (["VPO", "GRPO:learning_rate=1"], {}, "would replace GRPO:learning_rate=1's own setting"),
        (["VPO"], {"measure": "best@99"}, "measure='best@99' is not measured on pools of 30 answers"),
        (["VPO"], {"measure": "best@3", "pool": 1}, r"there are best@1, .*front_share"),
    ],
)
def test_trials_that_could_not_be_fair_are_refused(agents, settings, message):
    with pytest.raises(ValueError, match=message):
        trials(plan(*agents, **settings))


class FrontUnknown(toys.TradeOff):
    def best_answers(self, task):
        return None


def test_a_search_goes_by_the_front_where_the_domain_knows_it():
    register("test/FrontUnknown-v0", FrontUnknown)
    with pytest.raises(ValueError, match=r"measure='front_share' is not .* diversity_nonzero, greedy"):
        make_plans({"tuning": {"kl_coef": [0.1], "measure": "front_share"}, "envs": ["test/FrontUnknown-v0"]})


@pytest.mark.parametrize("measure", ["best@1", "best@10", "greedy_best", "diversity_nonzero", "front_share"])
def test_a_search_may_go_by_whatever_is_measured(measure):
    search = {"kl_coef": [0.1], "measure": measure}
    (plan,) = make_plans({"tuning": search, "agents": ["GRPO"], "pool": 12, "answers_per_task": 12})
    assert plan.tuning.measure == measure


def finish(made, root, values, measure="best@1", tried=None):
    """Writes the results of all trials: for each agent and rate the values of two seeds on two tasks."""
    tried = tried or trials(made)
    of_label = dict(zip((spec.label for spec in tried.agents), values))
    for cell in tried.cells():
        if cell["kind"] == "train" and cell["label"] in of_label:
            folder = cell_folder(root, cell)
            folder.mkdir(parents=True)
            seeds = of_label[cell["label"]]
            write_result(folder, {"measures": {measure: seeds[cell["seed"] - 7]}})


def test_the_best_mean_over_seeds_and_tasks_is_chosen(tmp_path):
    made = plan("VPO:alpha=0.3", "mine@GRPO")
    values = [
        *([[0.2, 0.4], [0.3, 0.5]], [[0.9, 0.0], [0.9, 0.0]], [[0.4, 0.4], [0.4, 0.4]]),
        *([[0.5, 0.5], [0.5, 0.5]], [[1.0, 0.0], [0.5, 0.5]], [[0.1, 0.1], [0.1, 0.1]]),
    ]
    finish(made, tmp_path, values)
    chosen, (first, second) = choose(made, tmp_path)
    assert [(spec.label, spec.agent, spec.settings) for spec in chosen.agents] == [
        ("VPO:alpha=0.3", "VPO", {"alpha": 0.3, "learning_rate": 1e-3}),
        ("mine", "GRPO", {"learning_rate": 1e-4}),  # the first of two that are equal
    ]
    assert chosen.tuning is None and chosen.seeds == made.seeds and chosen.split == "test"
    assert first.pop("trials") == [
        {"settings": {"learning_rate": rate}, "value": pytest.approx(value)}
        for rate, value in zip(RATES["learning_rate"], (0.35, 0.45, 0.4))
    ]
    assert first == {"env": "vpo/MazeSmall-v0", "label": "VPO:alpha=0.3", "measure": "best@1", "chosen": 1}
    assert second["chosen"] == 0 and [one["value"] for one in second["trials"]][:2] == [0.5, 0.5]


def flat(*values):
    return [[[value], [value]] for value in values]


def test_the_worse_half_of_each_agent_s_trials_ends(tmp_path):
    made = plan("VPO", "GRPO", halve_at=0.3, steps=40)
    first = first_rung(made)
    assert (first.steps, first.seeds, first.split) == (12, (7, 8), "validation")
    assert [spec.label for spec in first.agents] == [spec.label for spec in trials(made).agents]
    finish(made, tmp_path, flat(0.2, 0.3, 0.1, 0.5, 0.5, 0.5), tried=first)
    rest = remaining(made, tmp_path)
    rates = [(spec.agent, spec.settings["learning_rate"]) for spec in rest.agents]
    assert rates == [("VPO", 1e-4), ("VPO", 1e-3), ("GRPO", 1e-4), ("GRPO", 1e-3)]  # the first of equals
    assert rest.steps == 40
    continued = earlier_rung(made, tmp_path)
    assert len(continued) == 2 * 4 and not set(continued) & set(continued.values())
    for folder, before in continued.items():
        assert folder.name.rpartition("-")[0] == before.name.rpartition("-")[0]  # label and seed
        assert (before / "result.json").exists()
    finish(made, tmp_path, flat(0.1, 0.05, 0.2, 0.6), tried=rest)
    chosen, (vpo, grpo) = choose(made, tmp_path)
    assert [spec.settings["learning_rate"] for spec in chosen.agents] == [1e-4, 1e-3]
    ended = {"settings": {"learning_rate": 1e-2}, "value": pytest.approx(0.1), "ended_at": 0.3}
    assert vpo["trials"][2] == ended and vpo["chosen"] == 0
    assert vpo["trials"][1] == {"settings": {"learning_rate": 1e-3}, "value": pytest.approx(0.05)}
    assert [trial.get("ended_at") for trial in grpo["trials"]] == [None, None, 0.3] and grpo["chosen"] == 1


@pytest.mark.parametrize(
    ("steps", "share", "parts"), [(40, 0.3, (12, 28)), (3, 0.1, (1, 2)), (1, 0.5, (1, 1))]
)
def test_rungs_have_a_step_at_least(steps, share, parts):
    made = plan("GRPO", halve_at=share, steps=steps)
    assert (first_rung(made).steps, second_rung(made).steps) == parts


def test_tokens_are_halved_where_they_are_the_budget():
    made = plan("GRPO", halve_at=0.25, match="tokens", token_budget=1000)
    assert (first_rung(made).token_budget, second_rung(made).token_budget) == (250, 750)


def test_without_halving_all_trials_remain(tmp_path):
    made = plan("VPO", "Oracle")
    assert first_rung(made) is second_rung(made) is None
    assert remaining(made, tmp_path) == trials(made) and earlier_rung(made, tmp_path) == {}
    alone = plan("Oracle", halve_at=0.5)
    assert first_rung(alone) is remaining(alone, tmp_path) is None


@pytest.mark.parametrize("agent", ["GRPO:schedule=linear", "GRPO:warmup=0.1"])
def test_unfinished_runs_are_not_compared_where_the_rate_depends_on_the_length(agent):
    assert trials(plan(agent)) is not None
    with pytest.raises(ValueError, match="halve_at=0.3 would compare unfinished runs of GRPO:"):
        trials(plan(agent, halve_at=0.3))


@pytest.mark.parametrize(("written", "read"), [(0.3, 0.3), ("3e-1", 0.3), (None, None)])
def test_plan_files_halve_trials(written, read):
    (made,) = make_plans({"agents": ["GRPO"], "tuning": {"learning_rate": [1e-4, 1e-3], "halve_at": written}})
    assert made.tuning.halve_at == read
    assert make_plans(plan_settings([made])) == [made]
    assert Plan.restore(made.describe()).tuning == made.tuning


def test_a_measure_that_no_run_has_is_named(tmp_path):
    made = plan("VPO")
    finish(made, tmp_path, [[[0.5], [0.5]]] * 3, measure="other")
    with pytest.raises(ValueError, match="measure='best@1' is not measured; there are other"):
        choose(made, tmp_path)


def test_measures_that_runs_have_are_known_before_them():
    assert trials(plan("GRPO", measure="greedy_best")) is not None
    with pytest.raises(ValueError, match="measure='pass@30' is not measured"):
        trials(plan("GRPO", measure="pass@30", tasks=4))  # no route through the maze is perfect
