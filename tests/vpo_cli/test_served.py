import json
import os
import signal

import pytest
from fake_server import Fake, body
from typer.testing import CliRunner

from vpo_cli import app


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def evaluate(server, *more):
    return run("eval", server, "--tasks", "3", "--pool", "4", "--json", "measures.json", *more)


def run(command, server, *more):
    served = ("--endpoint", server.url, "--model", "m", "--env", "vpo/MazeSmall-v0")
    return CliRunner().invoke(app, [command, *served, *more], env={"COLUMNS": "200", "TERM": "dumb"})


def test_eval_of_a_served_model(folder):
    more = ("--max-new-tokens", "9", "--field", "top_p=null", "--field", "min_p=0.1", "--field", "user=me")
    with Fake(lambda request, _: str(request["seed"])) as server:
        result = evaluate(server, *more)
        again = evaluate(server, *more)
    assert result.exit_code == 0, result.output
    assert len(server.seen) == 12 and again.output == result.output
    sent = server.seen[0]
    assert sent["max_tokens"] == 9 and sent["min_p"] == 0.1 and sent["user"] == "me" and "top_p" not in sent
    assert "12 completions by fake-1; prompt tokens: 84; completion tokens: 36" in result.output
    assert "m on vpo/MazeSmall-v0" in result.output and "best@3" in result.output
    measures = json.loads((folder / "measures.json").read_text())
    assert measures["completion_tokens"] == 36 and measures["prompt_tokens"] == 84
    assert len((folder / "runs/replies.jsonl").read_text().splitlines()) == 12


def test_costs_that_are_not_reported_and_servers_that_are_greedy(folder):
    with Fake(lambda *_: body("the same", usage=None, model=None)) as server:
        result = evaluate(server)
    assert result.exit_code == 0, result.output
    line = "12 completions by an unnamed model; prompt tokens: not reported; completion tokens: not reported"
    assert (
        line in result.output and "note: the 4 completions of every prompt are all the same" in result.output
    )
    assert json.loads((folder / "measures.json").read_text())["completion_tokens"] is None


def test_an_interrupt_says_how_to_go_on(folder):
    once = iter([True])

    def interrupts(request, handler):
        if len(server.seen) >= 5 and next(once, False):
            os.kill(os.getpid(), signal.SIGINT)
        return "x"

    with Fake(interrupts) as server:
        result = evaluate(server, "--concurrency", "2")
        assert result.exit_code == 130
        assert "the same command resumes with runs/replies.jsonl" in result.output
        finished = evaluate(server)
    assert finished.exit_code == 0 and len(server.seen) == 12


@pytest.mark.parametrize(
    "option",
    [
        ("--model", "m"),
        ("--field", "a=1"),
        ("--num-candidates", "2"),
        ("--reply-cache", "other.jsonl"),
        ("--concurrency", "4"),
        ("--timeout", "9"),
        ("--retries", "0"),
        ("--bare",),
    ],
)
def test_options_of_servers_are_refused_beside_a_folder(folder, option):
    result = CliRunner().invoke(app, ["eval", "runs/vpo", *option], env={"COLUMNS": "200", "TERM": "dumb"})
    assert result.exit_code == 2 and "they go with --endpoint" in result.output


def test_only_one_process_asks_a_server(folder, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    with Fake(lambda *_: "x") as server:
        result = evaluate(server)
    assert result.exit_code == 2 and "without torchrun" in result.output and not server.seen


def test_search_with_a_served_model(folder):
    more = ("--tasks", "2", "--budget", "6", "--strategy", "refinement", "--set", "turns=3")
    with Fake(lambda request, _: str(request["seed"])) as server:
        result = run("search", server, *more, "--out", "found.json")
        assert result.exit_code == 0, result.output
        other = run("search", server, *more, "--out", "found.json", "--model", "n")
    assert len(server.seen) == 12
    assert f"m at {server.url} on vpo/MazeSmall-v0" in result.output
    assert "12 completions by fake-1; prompt tokens: 84; completion tokens: 36" in result.output
    assert "used 12 answers, 36 tokens, 4 rollouts" in result.output
    assert other.exit_code == 2 and "found.json' holds another search: agent='n at" in other.output
