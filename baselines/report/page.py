"""Report writer: one self-contained HTML page, and tables in Markdown and LaTeX."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

from baselines.report.data import ENOUGH_SEEDS, Results
from baselines.report.escaping import code_span, markdown
from baselines.report.explorer import explorer_data, pools_shown
from baselines.report.plots import Plot, environment_plots, overall_plots, slug, write_pictures
from baselines.report.style import looks
from baselines.report.tables import Table, Tables, counted, tables_of
from baselines.report.verdict import verdict
from vpo_agent.common.atomic_io import explained, write_atomically

SCRIPTS = ("ranking.js", "verdict.js", "explorer.js")
EQUAL = {
    "answers": "sample the same number of answers",
    "rollouts": "take the same number of rollouts",
    "tokens": "train until they have generated the same number of tokens",
}


@dataclass(frozen=True)
class Section:
    """Section of the page on one environment."""

    env: str
    anchor: str
    verdict: str
    shown: str
    plots: list[Plot]
    tables: list[Table]


def write_report(content: Results | dict[str, Any], folder: str | Path, tables: Tables | None = None) -> Path:
    """Writes `report.html`, `report.md`, `tables.tex` and the plots.

    Args:
        content: Results, or the return value of `run_benchmark`.
        folder: Folder of the files.
        tables: The tables, if they have been computed.

    Returns:
        The path of the HTML page.

    Raises:
        ValueError: If the content is not a results file of this version.
    """
    results = content if isinstance(content, Results) else Results(content)
    folder = Path(folder)
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    several = len(results.comparisons) > 1
    styles = looks(results.everyone)
    tables = tables_of(results) if tables is None else tables
    sections = [
        Section(
            comparison.env.env,
            f"env-{i}",
            verdict(comparison, comparison.pool),
            pools_shown(comparison),
            environment_plots(comparison, styles, f"-{slug(comparison.env.env)}" if several else ""),
            tables.environments[i],
        )
        for i, comparison in enumerate(results.comparisons)
    ]
    overall = overall_plots(results) if several else []
    plots = [*overall, *(plot for section in sections for plot in section.plots)]
    with explained(folder):
        write_pictures(plots, folder)
    write_atomically(folder / "report.md", _markdown(results, tables, plots))
    text = "\n\n".join(table.latex() for table in tables.every) + "\n"
    write_atomically(folder / "tables.tex", text)
    page = folder / "report.html"
    write_atomically(page, _page(results, tables, sections, overall))
    return page


def _title(results: Results) -> str:
    return f"{' / '.join(results.trained)} on {', '.join(c.env.env for c in results.comparisons)}"


def _notes(results: Results) -> list[str]:
    matches = {plan.get("match", "answers") for plan in results.file.plans} or {"answers"}
    equal = " or ".join(EQUAL[match] for match in sorted(matches))
    notes = [f"All agents start from the same warm-started model, get the same prompts and {equal}."]
    if results.indicative:
        fewest = min(len(comparison.seeds) for comparison in results.comparisons)
        notes.append(f"Indicative: {counted(fewest, 'seed')}. Claims need at least {ENOUGH_SEEDS}.")
    return notes


def _warnings(results: Results) -> list[str]:
    """Returns the warnings about runs, each with the runs that it concerns."""
    concerned: dict[str, list[str]] = {}
    for run in results.file.runs:
        for warning in run.warnings:
            concerned.setdefault(warning, []).append(f"{run.label} seed {run.seed} on {run.env}")
    return [f"Warning: {', '.join(runs)}: {warning}" for warning, runs in concerned.items()]


def _markdown(results: Results, tables: Tables, plots: list[Plot]) -> str:
    verdicts = [markdown(f"{c.env.env}: {verdict(c, c.pool)}") for c in results.comparisons]
    parts = [
        f"# {markdown(_title(results))}",
        *verdicts,
        *_notes(results),
        *map(markdown, _warnings(results)),
        *(table.markdown() for table in tables.every),
    ]
    parts += [f"![{markdown(plot.caption)}]({plot.name}.png)" for plot in plots]
    if results.file.command:
        parts.append(f"Command: {code_span(results.file.command)}")
    return "\n\n".join(parts) + "\n"


def _page(results: Results, tables: Tables, sections: list[Section], overall: list[Plot]) -> str:
    resources = files("baselines.report")

    def read(name: str) -> str:
        return resources.joinpath(name).read_text(encoding="utf-8")

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["b64"] = lambda data: base64.b64encode(data).decode()
    scripts = [read(name) for name in SCRIPTS]
    facts = {"versions": results.file.versions, "plans": results.file.plans}
    return environment.from_string(read("page.html")).render(
        title=_title(results),
        notes=_notes(results),
        warnings=_warnings(results),
        indicative=results.indicative,
        tested=not all(comparison.indicative for comparison in results.comparisons),
        sections=sections,
        overall_plots=overall,
        overall_tables=tables.overall,
        tuning=tables.tuning,
        command=results.file.command,
        facts=json.dumps(facts, indent=1),
        data=explorer_data(results),
        css=read("page.css"),
        scripts=scripts,
        hashes=jinja2.utils.markupsafe.Markup(" ".join(_hash(script) for script in scripts)),
    )


def _hash(script: str) -> str:
    """Returns the hash that allows only this script to run (Content Security Policy)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
