"""`vpo demo`: a first comparison from a warm start, its report, and where a browser opens."""

import json
import sys

import pytest
from typer.testing import CliRunner

import vpo_cli.demo
from baselines.benchmark.plan_file import make_plans, read_plan_file
from baselines.benchmark.run import BenchmarkError
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


@pytest.mark.parametrize(
    ("terminal", "platform", "display", "opens"),
    [
        (True, "linux", {}, False),
        (True, "linux", {"DISPLAY": ":0"}, True),
        (True, "linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        (True, "linux", {"DISPLAY": ""}, False),
        (True, "darwin", {}, True),
        (True, "win32", {}, True),
        (False, "linux", {"DISPLAY": ":0"}, False),
        (False, "darwin", {}, False),
    ],
)
def test_no_browser_is_opened_where_there_is_no_screen(monkeypatch, terminal, platform, display, opens):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in display.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    assert vpo_cli.demo.has_screen() is opens


@pytest.fixture
def finished(tmp_path, monkeypatch):
    """A comparison that is over at once, and a report: what is asked of them, and of the browser."""
    asked = []
    page = tmp_path / "report [1].html"
    monkeypatch.setattr("baselines.benchmark.run.run_benchmark", lambda *a, **k: asked.append((a, k)) or {})
    monkeypatch.setattr(vpo_cli.demo, "show_report", lambda content, out: page)
    monkeypatch.setattr(vpo_cli.demo, "has_screen", lambda: True)
    monkeypatch.setattr("webbrowser.open", lambda address: asked.append(address) or True)
    return asked, page


def test_the_report_is_opened_where_there_is_a_screen_unless_told_not_to(finished):
    asked, page = finished
    shown = run("demo", "--out", "here", "--workers", "3")
    assert shown.exit_code == 0 and shown.output == f"opened {page}\n"
    (plans, out, workers), named = asked[0]
    assert [plan.policy for plan in plans] == ["tiny-warm"] and (str(out), workers) == ("here", 3)
    assert named == {"command": "vpo bench --config demo --out here"}
    assert asked[1:] == [page.as_uri()]
    assert run("demo", "--no-open").output == "" and len(asked) == 3


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (BenchmarkError("a run [1] failed"), 2, "a run [1] failed"),
        (ValueError("report of another plan"), 2, "report of another plan"),
        (OSError("disk full"), 2, "disk full"),
        (KeyboardInterrupt(), 130, "interrupted; the same command resumes"),
    ],
)
def test_what_ends_a_demo_is_said_in_one_line(finished, monkeypatch, error, code, message):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("baselines.benchmark.run.run_benchmark", fail)
    shown = run("demo")
    assert shown.exit_code == code and shown.output.endswith(f"{message}\n")
    assert len(shown.output.splitlines()) == 1
