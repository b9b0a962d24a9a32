"""Trials of settings, and the choice from results written by hand."""

import pytest
import toys

from baselines import AgentSpec, Plan
from baselines.benchmark.plan import TuningGrid, cell_folder
from baselines.benchmark.plan_file import make_plans
from baselines.benchmark.record import write_result
from baselines.benchmark.tuning import choose, trials
from vpo_envs.registration import register

RATES = {"learning_rate": [1e-4, 1e-3, 1e-2]}


def plan(*agents, grid=RATES, measure="best@1", **settings):
    tuning = TuningGrid(grid, seeds=(7, 8), measure=measure)
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
    with pytest.raises(ValueError, match=r"measure='front_share' is not .* diversity, diversity_nonzero$"):
        make_plans({"tuning": {"kl_coef": [0.1], "measure": "front_share"}, "envs": ["test/FrontUnknown-v0"]})


@pytest.mark.parametrize("measure", ["best@1", "best@10", "pass@10", "diversity_nonzero", "front_share"])
def test_a_search_may_go_by_whatever_is_measured(measure):
    search = {"kl_coef": [0.1], "measure": measure}
    (plan,) = make_plans({"tuning": search, "agents": ["GRPO"], "pool": 12, "answers_per_task": 12})
    assert plan.tuning.measure == measure


def finish(made, root, values, measure="best@1"):
    """Writes the results of all trials: for each agent and rate the values of two seeds on two tasks."""
    tried = trials(made)
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


def test_a_measure_that_no_run_has_is_named(tmp_path):
    made = plan("VPO")
    finish(made, tmp_path, [[[0.5], [0.5]]] * 3, measure="other")
    with pytest.raises(ValueError, match="measure='best@1' is not measured; there are other"):
        choose(made, tmp_path)
