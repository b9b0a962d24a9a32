"""Result pages show what their committed raw results say."""

import gzip
import subprocess
from pathlib import Path

import pytest

from baselines import unlock
from baselines.benchmark.results import load
from baselines.report import write_report
from tests.vpo_cli.command_line import run

RESULTS = Path(__file__).parents[2] / "docs" / "results"
RAW = sorted(RESULTS.glob("*/results*.json.gz"))
COMPARISONS = [
    (page, line)
    for page in sorted(RESULTS.glob("*.md"))
    for line in page.read_text().replace("\\\n", "").splitlines()
    if line.startswith("vpo compare ")
]
SEARCHES = sorted(RESULTS.glob("*/unlock*.json.gz"))
HEADING = "## Tables"


def table_lines(text):
    return [line for line in text.splitlines() if line.startswith("| ")]


@pytest.mark.slow
@pytest.mark.parametrize("raw", RAW, ids=lambda path: f"{path.parent.name}-{path.name.partition('.')[0]}")
def test_tables_and_pictures_are_redrawn_from_the_raw_results(raw, tmp_path):
    file = tmp_path / "results.json"
    file.write_bytes(gzip.decompress(raw.read_bytes()))
    write_report(load(file).model_dump(mode="json"), tmp_path / "report")
    drawn = set(table_lines((tmp_path / "report" / "report.md").read_text()))
    shown = table_lines((RESULTS / f"{raw.parent.name}.md").read_text().partition(HEADING)[2])
    own = [line for line in shown if line in drawn]
    assert len(own) >= 10, "the page's tables are those of its raw results"
    pictures = [*(tmp_path / "report").glob("best_at_k*.png")]  # one for each environment
    assert pictures and all(picture.stat().st_size > 5_000 for picture in pictures)


@pytest.mark.parametrize("raw", SEARCHES, ids=lambda path: path.parent.name)
def test_tables_and_curves_of_searches_are_redrawn_from_their_results(raw, tmp_path):
    file = tmp_path / "unlock.json"
    file.write_bytes(gzip.decompress(raw.read_bytes()))
    drawn = table_lines(unlock.write_report(unlock.load(file), tmp_path / "report").read_text())
    shown = set(table_lines((RESULTS / f"{raw.parent.name}.md").read_text().partition(HEADING)[2]))
    assert len(drawn) >= 10 and set(drawn) <= shown
    assert (tmp_path / "report" / "unlock.png").stat().st_size > 5_000


@pytest.mark.parametrize(("page", "line"), COMPARISONS, ids=lambda part: getattr(part, "stem", None))
def test_comparisons_are_those_of_their_commands(page, line, monkeypatch, tmp_path):
    monkeypatch.chdir(RESULTS.parents[1])
    expanded = subprocess.check_output(["bash", "-c", f"printf '%s\\n' {line}"], text=True)  # the braces
    words = expanded.splitlines()[1:]
    if "--plot" in words:
        assert Path(words[words.index("--plot") + 1]).stat().st_size > 5_000
        words[words.index("--plot") + 1] = str(tmp_path / "plot.png")
    shown = run(*words)
    assert shown.exit_code == 0, shown.output
    drawn = table_lines(shown.output)
    assert len(drawn) >= 2 and set(drawn) <= set(table_lines(page.read_text()))


def test_every_line_below_the_heading_comes_from_some_raw_results(tmp_path):
    pages = {raw.parent.name for raw in RAW}
    assert pages, "no raw results are committed"
    for name in pages:
        assert HEADING in (RESULTS / f"{name}.md").read_text(), name
