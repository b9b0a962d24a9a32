"""`vpo search`: results that go on, choices, strategies, failures."""

import json

import toys

from tests.vpo_cli.command_line import run
from vpo_agent.integrations.openevolve import OpenEvolveError
from vpo_agent.search import SamplingSearch


def test_search_goes_on_with_its_file_and_chooses_anew(beginner, tmp_path):
    out = tmp_path / "found" / "result.json"
    common = ["search", str(beginner), "--budget", "3", "--out", str(out)]
    first = run(*common, "--tasks", "2", "--context", "hurried")
    assert first.exit_code == 0, first.output
    assert "VPO on vpo/SupportSmall-v0: sampling, 2 tasks" in first.output
    assert "context hurried" in first.output and "share of the best on the true front" in first.output
    assert "used 6 answers, 32 tokens, 4 rollouts" in first.output  # four completions of eight tokens
    before = json.loads(out.read_text())
    again = run(*common, "--tasks", "3", "--require", "helpfulness=0.5", "--then", "brevity")
    assert again.exit_code == 0 and "helpfulness >= 0.5; then brevity" in again.output
    after = json.loads(out.read_text())
    assert after["pools"][:2] == before["pools"] and len(after["pools"]) == 3
    other = run(*common, "--tasks", "3", "--seed", "1")
    assert other.exit_code == 2 and "seed=1 (was 0); choose another file" in other.output.replace("\n", "")
    unknown = run(*common, "--tasks", "3", "--context", "in a hurry")
    assert unknown.exit_code == 2 and "everyday, hurried, upset" in unknown.output.replace("\n", "")


def test_a_search_that_fails_says_why(beginner, monkeypatch):
    def fail(*arguments, **settings):
        raise OpenEvolveError("OpenEvolve ended with code 1")

    monkeypatch.setattr(SamplingSearch, "search", fail)
    result = run("search", str(beginner), "--budget", "2", "--tasks", "1")
    assert result.exit_code == 2 and "error: OpenEvolve ended with code 1" in result.output
    assert "Traceback" not in result.output


def test_search_refines_and_takes_a_reward_model(beginner, tmp_path):
    toys.classifier().save_pretrained(tmp_path)
    toys.classifier_tokenizer().save_pretrained(tmp_path)
    result = run(
        *("search", str(beginner), "--strategy", "refinement", "--set", "turns=2", "--budget", "4"),
        *("--tasks", "1", "--scorer", str(tmp_path)),
    )
    assert result.exit_code == 0, result.output
    assert "used 4 answers, 16 tokens, 1 rollouts" in result.output and "scorer" in result.output
