"""`vpo data | vpo data check`: published data sets, and checks of their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from vpo_cli.common import app, console, exit_with, or_exit
from vpo_cli.config_file import ConfigurableTyper

SHOWN = 5
"""Rows that are listed for each reason."""

data = ConfigurableTyper(
    help="List the published data sets that are read, and check a file of one.", rich_markup_mode="markdown"
)
app.add_typer(data, name="data", epilog="Examples: `vpo data` · `vpo data check HumanEval.jsonl.gz`")


@data.callback(invoke_without_command=True)
def list_data(context: typer.Context) -> None:
    """List the published data sets that are read: files, licence, and how to get each."""
    if context.invoked_subcommand is not None:
        return
    from vpo_envs.datasets.published import PUBLISHED

    for one in PUBLISHED:
        extra = f", pip install 'vpo-gym[{one.needs}]'" if one.needs else ""
        console.print(f"[bold]{one.name}[/bold]  {one.env_id}", highlight=False)
        for label, text in (("files", one.files + extra), ("licence", one.licence), ("get it", one.source)):
            console.print(escape(f"  {label:<8} {text}"), highlight=False, soft_wrap=True)
    console.print("\nUse a file with gym.make(id, dataset=...); check it with: vpo data check FILE")
    console.print("Any other file of rows needs a scorer of yours: vpo_envs.from_rows")


@data.command(
    epilog="Examples: `vpo data check musique_ans_v1.0_dev.jsonl` · `vpo data check --no-gold test5.jsonl`"
)
def check(
    files: Annotated[list[str], typer.Argument(help="Files, of any name; or hub ids owner/name.")],
    gold: Annotated[bool, typer.Option(help="Score the gold answers; code is run for that.")] = True,
) -> None:
    """Read every row of a file: which data set it is, rows read and refused, scores of the gold answers.

    Exits with 1 where a row is refused or a gold answer does not earn everything.
    """
    import vpo_envs  # noqa: F401  (registers the environments)
    from vpo_envs.datasets.check import check_source

    flawless = True
    for file in files:
        if Path(file).is_dir():
            exit_with(f"{file!r} is a folder; name its files")
        found = or_exit(lambda name=file: check_source(name, gold))
        title = f"{file}: {found.data_set.name}, read by {found.data_set.env_id}"
        console.print(escape(title), soft_wrap=True, highlight=False)
        counts = f"{found.read} read, {found.left_out} left out, {len(found.refused)} refused"
        console.print(f"{found.rows} rows: {counts}", highlight=False)
        _show(found.refused)
        if found.gold is not None:
            means = (f"{name} {mean:.3f}" for name, mean in zip(found.objectives, found.gold.mean(axis=0)))
            right = f"gold answers: {found.gold_right} of {found.read} earn everything; means: "
            console.print(right + ", ".join(means), highlight=False, soft_wrap=True)
            _show(found.wrong)
        elif not found.data_set.gold:
            console.print("gold answers: none are published", highlight=False)
        flawless &= not found.refused and not found.wrong
    if not flawless:
        raise typer.Exit(1)


def _show(places: Sequence[tuple[str, str]]) -> None:
    """Lists places with their reasons, the first few of each reason."""
    seen: Counter[str] = Counter()
    for place, reason in places:
        seen[reason] += 1
        if seen[reason] <= SHOWN:
            console.print(escape(f"  {place}: {reason}"), soft_wrap=True, highlight=False)
    for reason, count in seen.items():
        if count > SHOWN:
            console.print(escape(f"  and {count - SHOWN} more: {reason}"), soft_wrap=True, highlight=False)
