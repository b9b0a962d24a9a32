import json

from typer.testing import CliRunner

import vpo_cli.demo
from baselines.benchmark.plan_file import make_plans, read_plan_file
from vpo_cli import app

SMALLER = """
policy: tiny-warm
agents: [PoolVPO, GRPO]
seeds: [0]
steps: 1
prompts_per_step: 2
tasks: 2
"""


def run(*arguments):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "TERM": "dumb"})


def test_the_demo_shows_results_as_they_come_and_writes_a_report(tmp_path, monkeypatch):
    (plan,) = make_plans(read_plan_file("demo"))
    assert plan.policy == "tiny-warm" and plan.start_steps == 0
    assert [spec.label for spec in plan.agents] == ["PoolVPO", "VPO", "GRPO", "MultiRLVR"]
    smaller = tmp_path / "smaller.yaml"
    smaller.write_text(SMALLER)
    monkeypatch.setattr(vpo_cli.demo, "PLAN", str(smaller))
    shown = run("demo", "--out", str(tmp_path / "demo"))
    assert shown.exit_code == 0, shown.output
    for label in ("WarmStart", "PoolVPO", "GRPO"):
        assert f"finished {label} seed 0  best@1 0." in shown.output
    assert (tmp_path / "demo" / "report.html").exists() and "opened" not in shown.output
    cells = (tmp_path / "demo" / "cells").glob("*/cell.json")
    assert {json.loads(cell.read_text()).get("policy") for cell in cells} == {"tiny-warm", None}


def test_no_browser_is_opened_where_there_is_no_screen(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not vpo_cli.demo.has_screen()
