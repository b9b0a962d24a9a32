import importlib
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from baselines.benchmark.plan import Plan
from baselines.benchmark.plan_file import SHIPPED, make_plans, override, plan_settings, read_plan_file

TEXT = """
envs:
  vpo/MazeSmall-v0:
  vpo/SupportSmall-v0: {steps: 50}
agents:
  - VPO
  - PoolVPO:pool_size=4
  - {label: sharp, agent: VPO, alpha: 0.3}
seeds: [0, 1, 2]
steps: 20
learning_rate: 1e-4
tuning:
  learning_rate: [1e-4, 3.0e-4]
  kl_coef: [0, 0.001]
  seeds: [50, 51]
"""


def test_a_file_becomes_a_plan_per_environment(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(TEXT)
    maze, support = make_plans(read_plan_file(path))
    assert (maze.env, maze.steps, support.env, support.steps) == (
        "vpo/MazeSmall-v0",
        20,
        "vpo/SupportSmall-v0",
        50,
    )
    assert [spec.label for spec in maze.agents] == ["VPO", "PoolVPO:pool_size=4", "sharp"]
    assert maze.agents[2].settings == {"alpha": 0.3}
    assert maze.seeds == (0, 1, 2) and maze.learning_rate == 1e-4
    assert maze.tuning.seeds == (50, 51) and len(maze.tuning.combinations(maze.agents[0])) == 4
    assert maze.tuning.combinations(maze.agents[0])[0] == {"learning_rate": 1e-4, "kl_coef": 0}


def test_defaults_are_those_of_the_plan():
    (plan,) = make_plans({})
    assert plan == Plan("vpo/MazeSmall-v0", plan.agents)
    assert [spec.label for spec in plan.agents] == ["VPO", "PoolVPO", "GRPO", "MultiRLVR"]


def test_equal_rollouts_ignore_how_many_answers_each_has():
    (plan,) = make_plans({"agents": ["VPO", "GRPO"], "match": "rollouts", "answers_per_task": 8})
    assert [plan.settings(spec, 0)["group_size"] for spec in plan.agents] == [8, 8]


def test_budgets_in_tokens_make_runs_of_their_own():
    (answers,) = make_plans({"agents": ["GRPO"]})
    (tokens,) = make_plans({"agents": ["GRPO"], "match": "tokens", "token_budget": 500})
    assert answers.warm_cell(0) == tokens.warm_cell(0)
    reference, trained = (cell for cell in tokens.cells() if cell["kind"] == "train" and cell["seed"] == 0)
    assert trained["tokens"] == 500 and "tokens" not in reference
    assert not any("tokens" in cell for cell in answers.cells())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"step": 3}, "unknown setting 'step'; did you mean 'steps'"),
        ({"env": "vpo/MazeSmall-v0"}, "did you mean 'envs'"),
        ({"steps": "many"}, "steps='many' must be"),
        ({"learning_rate": "fast"}, "learning_rate='fast' must be a number"),
        ({"seeds": 3}, "seeds=3 must be a list"),
        ({"seeds": ["a"]}, "must be whole numbers"),
        ({"agents": [{"alpha": 1}]}, "agents: .* must be a text"),
        ({"agents": [{"agent": "VPO", 3: 4}]}, "agents: .* must be a text"),
        ({"agents": "VPO"}, "agents='VPO' must be a list"),
        ({"tuning": {"learning_rate": 1e-4}}, "must give each setting a list"),
        ({"tuning": {"learning_rate": [1e-4], "seeds": [0]}}, "are seeds of the comparison"),
        ({"tuning": {"learning_rate": [1e-4], "measure": "regret"}}, "better when lower"),
        ({"tuning": {"learning_rate": [-1]}}, "learning_rate=-1"),
        ({"tuning": {"learning_rate": [1e-4]}, "split": "validation"}, "where tuning chooses"),
        ({"match": "answers", "token_budget": 5}, "token_budget=5 goes with match='tokens' alone"),
        ({"match": "tokens", "token_budget": 0}, "token_budget=0"),
        (
            {"match": "tokens", "token_budget": 9, "agents": ["VPO:schedule=linear"]},
            "does not know in advance",
        ),
        ({"envs": []}, r"envs=\[\] must be a list with at least one"),
        ({"envs": [3]}, "envs: 3 must be the id of an environment, such as vpo/MazeSmall-v0"),
        ({"envs": {3: None}}, "envs: 3 must be the id"),
        ({"envs": {"vpo/MazeSmall-v0": 5}}, r"envs: vpo/MazeSmall-v0=5 must be settings .*\{steps: 50\}"),
        ({"policy_kwargs": 3}, r"policy_kwargs=3 must be a mapping"),
        ({"tuning": {"measure": 3}}, r"tuning=\{\} must give each setting a list"),
        ({"tuning": {3: [1]}}, r"tuning=\{3: \[1\]\} must give each setting a list"),
        ({"tuning": {"alpha": [1], "measure": 3}}, "measure=3 must be a name, such as expected_best"),
        (
            {"tuning": {"kl_coef": [0.1], "measure": "best@8"}},
            "measure='best@8' is not measured on pools of 30 answers to .* there are best@1, best@3, .*front",
        ),
        ({"tuning": {"kl_coef": [0.1], "measure": "best@30"}, "pool": 12}, "on pools of 12 answers"),
        (
            {"tuning": {"kl_coef": [0.1]}, "agents": ["VPO", "GRPO:kl_coef=0.2"]},
            r"tuning: kl_coef would replace GRPO:kl_coef=0.2's own setting \{'kl_coef': 0.2\}; leave it out",
        ),
    ],
)
def test_what_cannot_be_run_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        make_plans(settings)


def test_flags_leave_wrong_settings_to_be_refused():
    file = {"envs": {"vpo/MazeSmall-v0": 5}}
    with pytest.raises(ValueError, match="vpo/MazeSmall-v0=5 must be settings"):
        make_plans(override(file, {"steps": 2}))


def test_misspelt_settings_of_agents_get_a_hint():
    with pytest.raises(TypeError, match="did you mean 'alpha'"):
        make_plans({"agents": [{"agent": "VPO", "alhpa": 1}]})
    with pytest.raises(TypeError, match="did you mean 'learning_rate'"):
        make_plans({"tuning": {"learning_rat": [1]}})


def test_a_file_that_is_no_plan_is_refused(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text("- a\n- b\n")
    with pytest.raises(ValueError, match="must hold settings"):
        read_plan_file(path)
    path.write_text("a: [")
    with pytest.raises(ValueError, match="is not YAML"):
        read_plan_file(path)
    with pytest.raises(ValueError, match="neither a file nor one of ablations, .*paper_maze"):
        read_plan_file("ablation")


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "paper"])  # needs data
def test_plans_that_come_with_the_package_can_be_made(name):
    for plan in make_plans(read_plan_file(name)):
        assert len(plan.seeds) >= {"demo": 2, "demo_llm": 1}.get(name, 3)
        assert all(plan.answers_per_task % spec.num_candidates == 0 for spec in plan.agents)


def test_the_guide_names_every_plan():
    guide = (Path(__file__).parents[3] / "docs" / "benchmark.md").read_text()
    assert all(f"`{name}`" in guide for name in SHIPPED)


def test_flags_come_before_the_settings_of_an_environment_which_it_keeps_otherwise():
    file = {"steps": 9, "envs": {"vpo/MazeSmall-v0": {"steps": 5, "pool": 8}, "vpo/SupportSmall-v0": None}}
    (maze,) = make_plans(override(file, {"envs": ["vpo/MazeSmall-v0"]}))
    assert (maze.steps, maze.pool) == (5, 8)
    maze, support = make_plans(override(file, {"steps": 2}))
    assert (maze.steps, maze.pool, support.steps) == (2, 8, 2)
    (science,) = make_plans(override(file, {"envs": ["vpo/ScienceSmall-v0"]}))
    assert science.steps == 9


@pytest.mark.parametrize(
    "text",
    [
        "envs: ['trap_module:my/X-v0']",
        "envs: trap_module:my/X-v0",
        "envs: {'trap_module:my/X-v0': {steps: 3}}",
        "agents: [trap_module.Agent]",
        "agents: ['label@trap_module.Agent:alpha=0.3']",
        "agents: [{agent: trap_module.Agent, label: x}]",
        "envs: {vpo/MazeSmall-v0: {agents: [trap_module.Agent]}}",
        "envs: ['my/Rows-v0?size=3&scorer=trap_module:score']",
    ],
)
def test_a_plan_imports_nothing_by_itself(tmp_path, monkeypatch, text):
    (tmp_path / "trap_module.py").write_text("import pathlib\npathlib.Path('SPRUNG').touch()\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(text)
    with pytest.raises(ValueError, match="would import the module trap_module, .* give --import trap_module"):
        read_plan_file(tmp_path / "plan.yaml")
    assert not (tmp_path / "SPRUNG").exists()
    importlib.import_module("trap_module")  # as `--import` does
    try:
        assert read_plan_file(tmp_path / "plan.yaml")
    finally:
        del sys.modules["trap_module"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("!!python/object/apply:os.system ['touch SPRUNG']", "is not YAML"),
        (
            "a: &a [1, 1]\n"
            + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghijklmnopqr")),
            "has more than 10,000 values, aliases expanded",
        ),
        ("seeds: &s [0, *s]", "has more than 10,000 values"),
        ("[" * 5_000, "is not YAML"),
        ("1: 2", "must hold settings"),
        ("a: 2001-99-99", "is not YAML"),
    ],
)
def test_hostile_plans_are_refused_in_a_line(tmp_path, monkeypatch, text, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(text)
    with pytest.raises(ValueError, match=message) as caught:
        read_plan_file(tmp_path / "plan.yaml")
    assert len(str(caught.value)) < 1_000 and not (tmp_path / "SPRUNG").exists()


def test_names_and_paths_that_import_nothing_are_read(tmp_path):
    (tmp_path / "plan.yaml").write_text("envs: ['vpo/Code-v0?dataset=C:/data/a.b:c', 'my/Poem.v2-v0']\n")
    assert len(read_plan_file(tmp_path / "plan.yaml")["envs"]) == 2


@pytest.mark.parametrize("envs", [3, {}, []])
def test_a_plan_without_environments_is_refused(envs):
    with pytest.raises(ValueError, match="envs"):
        make_plans({"envs": envs})


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"agents": ["VPO", "sharp@VPO:alpha=0.3", {"agent": "GRPO", "label": "cold", "temperature": 0.5}]},
        {"learning_rate": "1e-5", "policy_kwargs": {"width": 32}, "warm_start_steps": 0, "temperatures": [1]},
        {"match": "tokens", "token_budget": 9, "seeds": [3], "top_p": 0.9},
        {
            "agents": ["VPO", "PoolVPO"],
            "tuning": {"alpha": [0.3, 1], "learning_rate": ["1e-4", 3e-4], "seeds": [7], "measure": "best@3"},
        },
        {"envs": ["vpo/MazeSmall-v0?size=7", "vpo/SupportSmall-v0"], "steps": 3},
        {
            "envs": {
                "vpo/MazeSmall-v0": {"steps": 5, "learning_rate": 1e-5},
                "vpo/SupportSmall-v0": None,
                "vpo/ScienceSmall-v0": {"agents": ["GRPO"]},
            },
            "steps": 9,
        },
        pytest.param(read_plan_file("unlock"), id="unlock"),
    ],
)
def test_a_plan_that_is_written_is_read_back(tmp_path, settings):
    plans = make_plans(settings)
    file = tmp_path / "plan.yaml"
    file.write_text(yaml.safe_dump(plan_settings(plans), sort_keys=False), encoding="utf-8")
    assert make_plans(read_plan_file(file)) == plans


def test_only_what_differs_is_written_for_an_environment():
    envs = {"vpo/MazeSmall-v0": {"steps": 5, "pool": 8}, "vpo/SupportSmall-v0": {"pool": 8}}
    shown = plan_settings(make_plans({"envs": envs, "steps": 9}))
    assert shown["envs"] == {"vpo/MazeSmall-v0": {"steps": 5}, "vpo/SupportSmall-v0": {"steps": 9}}
    assert shown["pool"] == 8 and "steps" not in shown


def test_whole_numbers_are_the_same_plan():
    one, other = (make_plans({"temperatures": [0.7, last], "kl_coef": 0 * last})[0] for last in (1, 1.0))
    assert one.describe() == other.describe() and str(one.cells()) == str(other.cells())
