"""`--config` and `--print-config` of the commands."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from baselines.benchmark.plan_file import FIELDS, make_plans, read_plan_file
from vpo_cli import app
from vpo_cli.served import _field

runner = CliRunner()
APPS = [((), app), *(((group.name,), group.typer_instance) for group in app.registered_groups)]
COMMANDS = [
    (*group, info.name or info.callback.__name__.replace("_", "-"))
    for group, commands in APPS
    for info in commands.registered_commands
]


def run(*arguments):
    return runner.invoke(app, list(arguments), env={"COLUMNS": "200", "TERM": "dumb"})


def printed(*arguments):
    result = run(*arguments, "--print-config")
    assert result.exit_code == 0, result.output
    return yaml.safe_load(result.output)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "train.yaml"
    path.write_text(
        "agent: PoolVPO\nout: runs/pool\nsteps: 7\ncheckpoint_every: 3\n"
        "set: {group_size: 4, pool_size: 2, learning_rate: 1.0e-4}\n"
    )
    return str(path)


def test_every_command_has_both_options():
    assert len(COMMANDS) > 9 and ("data", "check") in COMMANDS
    for command in COMMANDS:
        shown = run(*command, "--help").output
        assert "--config" in shown and "--print-config" in shown, command


def test_a_file_replaces_defaults_and_the_command_line_replaces_the_file(file):
    shown = printed("train", "--config", file, "--steps", "9", "--set", "pool_size=3", "--set", "seed=1")
    assert (shown["agent"], shown["out"], shown["steps"], shown["checkpoint_every"]) == (
        "PoolVPO",
        "runs/pool",
        9,
        3,
    )
    assert shown["set"] == ["group_size=4", "learning_rate=0.0001", "pool_size=3", "seed=1"]
    assert shown["policy"] == "tiny", "the default of the command"
    assert printed("train", "GRPO", "--config", file)["agent"] == "GRPO"


def test_what_is_printed_is_a_file(file, tmp_path):
    first = run("train", "--config", file, "--print-config").output
    again = tmp_path / "again.yaml"
    again.write_text(first)
    assert run("train", "--config", str(again), "--print-config").output == first
    listed = tmp_path / "listed.yaml"
    listed.write_text("agent: VPO\nout: x\nset: [a=1, b=x]\nimport: null\n")
    assert printed("train", "--config", str(listed))["set"] == ["a=1", "b=x"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stepz: 3", "unknown setting 'stepz'; did you mean 'steps'?"),
        ("steps: many", "train.yaml': steps='many': "),
        ("steps: true", "train.yaml': steps=True: "),
        ("seed: -1", "train.yaml': seed=-1: "),
        ("out: [a, b]", "out=['a', 'b'] must be a single value"),
        ("log: [csv, [json]]", "log=['json'] must be a single value"),
        ("log: {csv: json}", "log={'csv': 'json'} must be a single value"),
        ("steps: 1\nseed: 0\nsteps: 2", "the key 'steps' is there already, in line 1"),
        ("policy: no/such/model\nlog: [csv, tensorbord]", "did you mean 'tensorboard'?"),
        ("steps: [1, 2]", "steps=[1, 2] must be a single value"),
        ("set: {seed: {a: 1}}", "set={'a': 1} must be a single value"),
        ("- steps", "must map names to values"),
        ("a: b: c", "is not YAML"),
        ("config_file: x", "unknown setting 'config_file'"),
        ("set: {grop_size: 3}", "did you mean 'group_size'"),
    ],
)
def test_mistakes_in_a_file_are_named(tmp_path, text, message):
    file = tmp_path / "train.yaml"
    file.write_text(text)
    result = run("train", "VPO", "--out", str(tmp_path / "run"), "--config", str(file))
    assert result.exit_code == 2
    assert message in " ".join(result.output.replace("│", " ").split())
    assert not (tmp_path / "run").exists()


def test_a_bench_prints_its_plan(tmp_path):
    plan, again = tmp_path / "plan.yaml", tmp_path / "again.yaml"
    cold = {"agent": "GRPO", "label": "cold", "temperature": 0.5}
    plan.write_text(yaml.safe_dump({"agents": ["VPO", cold], "steps": 9, "envs": {"vpo/MazeSmall-v0": None}}))
    arguments = ("bench", "--out", str(tmp_path / "run"), "--seeds", "0,1,2", "--steps", "3")
    shown = printed(*arguments, "--config", str(plan))
    assert list(shown) == ["envs", *FIELDS], "all settings"
    assert shown["agents"] == ["VPO", cold]
    assert (shown["steps"], shown["envs"], shown["seeds"]) == (3, ["vpo/MazeSmall-v0"], [0, 1, 2])
    assert (shown["tasks"], shown["learning_rate"]) == (128, None), "defaults"
    again.write_text(yaml.safe_dump(shown))
    assert printed(*arguments, "--config", str(again)) == shown
    assert not (tmp_path / "run").exists()


def test_what_is_separated_by_commas_may_be_a_list(tmp_path):
    file = tmp_path / "file.yaml"
    file.write_text("agent: VPO\nout: x\nlog: [csv, json, tensorboard]\n")
    assert printed("train", "--config", str(file))["log"] == "csv,json,tensorboard"
    assert printed("train", "--config", str(file), "--log", "json")["log"] == "json"
    file.write_text("agent: VPO\nout: x\nset: pool_size=2\nimport: json\n")
    shown = printed("train", "--config", str(file))
    assert (shown["set"], shown["import"]) == (["pool_size=2"], ["json"]), "one entry needs no list"
    file.write_text("weights: [0.5, 0.25, 0.25, 0]\n")
    assert printed("search", "--config", str(file))["weights"] == "0.5,0.25,0.25,0"


def test_a_command_of_a_group_reads_a_file(tmp_path):
    file = tmp_path / "check.yaml"
    file.write_text("files: [a.jsonl, b.jsonl]\ngold: false\n")
    both = printed("data", "check", "--config", str(file))
    assert both == {"files": ["a.jsonl", "b.jsonl"], "gold": False}
    assert printed("data", "check", "c.jsonl", "--config", str(file))["files"] == ["c.jsonl"]
    file.write_text("files: a.jsonl\n")
    result = run("data", "check", "--config", str(file), "--print-config")
    assert result.exit_code == 0 and yaml.safe_load(result.output)["files"] == ["a.jsonl"]


def test_a_bench_without_settings_prints_its_defaults(tmp_path):
    shown = printed("bench")
    assert list(shown) == ["envs", *FIELDS] and shown["envs"] == ["vpo/MazeSmall-v0"]
    file = tmp_path / "plan.yaml"
    file.write_text(yaml.safe_dump(shown))
    assert make_plans(read_plan_file(file)) == make_plans({})


def test_a_file_that_is_not_there_is_named(tmp_path):
    result = run("train", "--config", str(tmp_path / "nope.yaml"))
    assert result.exit_code == 2 and "nope.yaml" in result.output


def test_a_run_from_a_file_logs_what_it_names(tmp_path):
    file, out = tmp_path / "train.yaml", tmp_path / "run"
    small = {"group_size": 2, "prompts_per_step": 2, "warm_start_steps": 2, "pool_size": 1}
    settings = {"agent": "PoolVPO", "out": str(out), "steps": 2, "set": small, "log": "json,tensorboard"}
    file.write_text(yaml.safe_dump(settings | {"completions_every": 1}))
    result = run("train", "--config", str(file))
    assert result.exit_code == 0, result.output
    assert not (out / "progress.csv").exists() and list(out.glob("events.out.tfevents.*"))
    rows = [json.loads(line) for line in (out / "completions.jsonl").read_text().splitlines()]
    assert [row["updates"] for row in rows] == [1] * 4 + [2] * 4
    assert list(json.loads(rows[0]["reward_vectors"])[0]) == ["completion", "gold", "diamond", "avoid_lava"]


def test_numbers_of_the_command_line_replace_those_of_a_file(tmp_path):
    path = tmp_path / "start.yaml"
    path.write_text("out: runs/start\nnum_candidates: [1, 3]\n")
    assert printed("warm-start", "--config", str(path))["num_candidates"] == [1, 3]
    assert printed("warm-start", "--config", str(path), "--num-candidates", "2")["num_candidates"] == [2]


def test_fields_of_requests_keep_their_kind(tmp_path):
    file = tmp_path / "eval.yaml"
    file.write_text(
        "field: {seed: null, echo: true, top_k: 20, name: 'true', stop: [a, b], extra: {think: off, 5: x}}\n"
    )
    shown = printed("eval", "--config", str(file), "--field", "top_k=5")["field"]
    assert shown == [
        "seed=null",
        "echo=true",
        'name="true"',
        'stop=["a", "b"]',
        'extra={"think": false, "5": "x"}',
        "top_k=5",
    ]
    assert dict(map(_field, shown)) == {
        "seed": None,
        "echo": True,
        "name": "true",
        "stop": ["a", "b"],
        "extra": {"think": False, "5": "x"},
        "top_k": 5,
    }
    file.write_text("field: {since: 2026-12-01}\n")
    result = run("eval", "--config", str(file))
    assert result.exit_code == 2 and "has no form in JSON" in " ".join(result.output.split())


def test_reasoning_is_turned_off_in_a_file(tmp_path):
    file, out = tmp_path / "train.yaml", tmp_path / "run"
    small = "group_size: 2, prompts_per_step: 1, warm_start_steps: 0, pool_size: 1, max_new_tokens: 2"
    file.write_text(f"agent: PoolVPO\nout: {out}\nsteps: 1\nset: {{{small}, reasoning: off}}\n")
    result = run("train", "--config", str(file))
    assert result.exit_code == 0, result.output
    assert json.loads((out / "agent" / "agent.json").read_text())["config"]["reasoning"] == "off"
