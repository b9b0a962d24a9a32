"""`vpo compare`: two agents over the results of several benches."""

from pathlib import Path

from tests.vpo_cli.command_line import run

RESULTS = Path(__file__).parents[2] / "docs" / "results"


def test_two_agents_over_two_benches(tmp_path):
    files = [str(RESULTS / name / "results.json.gz") for name in ("maze", "support")]
    result = run("compare", "AnswerVPO", "VPO", *files, "--markdown")
    assert result.exit_code == 0, result.output
    assert [line.split(" | ")[0] for line in result.output.splitlines()[-2:]] == [
        "| vpo/MazeSmall-v0",
        "| vpo/SupportSmall-v0",
    ]
    plot = tmp_path / "forest.png"
    shown = run("compare", "AnswerVPO", "VPO", *files[:1], "--measure", "best@8", "--plot", str(plot))
    assert "best@8: significantly higher" in shown.output and "vpo/MazeSmall-v0" in shown.output
    assert plot.stat().st_size > 5_000


def test_mistakes_are_one_line(tmp_path):
    file = str(RESULTS / "maze" / "results.json.gz")
    for arguments, message in (
        (("VPO", "PP0", file), "agents 'VPO' and 'PP0' did not run together on any environment"),
        (("VPO", "GRPO", file, "--measure", "best"), "measure='best' is unknown on vpo/MazeSmall-v0"),
        (("VPO", "GRPO", str(tmp_path / "none")), "does not exist; give the --out of a finished"),
        (("VPO", "GRPO", file, "--plot", str(tmp_path / "a.xyz")), "xyz"),
        (("VPO", "GRPO"), "Missing argument"),
    ):
        result = run("compare", *arguments)
        assert result.exit_code == 2 and message in " ".join(result.output.split()), result.output
