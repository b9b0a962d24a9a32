"""`vpo compare`: two agents head to head, over the results of several benches."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vpo_cli.common import app, console, or_exit
from vpo_cli.paths import find_results


@app.command(
    epilog="Examples: `vpo compare PoolVPO GRPO runs/maze` · "
    "`vpo compare AnswerVPO VPO runs/maze runs/support runs/tool_use` · "
    "`vpo compare VPO GRPO runs/maze --measure best@8 --measure trend` · "
    "`vpo compare VPO MultiRLVR docs/results/*/results.json.gz --markdown`"
)
def compare(
    first: Annotated[str, typer.Argument(help="Label of the agent whose lead is shown.")],
    second: Annotated[str, typer.Argument(help="Label of the other agent.")],
    results: Annotated[
        list[Path],
        typer.Argument(help="Folders of finished benches, or their results.json or results.json.gz."),
    ],
    measure: Annotated[
        list[str] | None,
        typer.Option(
            help="Measure of the report; best@k with any k up to the pool; or trend, how best@k grows with "
            "log k. Repeatable. Default: expected_best."
        ),
    ] = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the table in Markdown.")] = False,
) -> None:
    """Compare two agents on every environment of one bench or several.

    P-values are adjusted for the tests of this table, so ask before you look: the pair, the measures and
    the environments must not be chosen by what the reports show.
    """
    from baselines.benchmark.results import load
    from baselines.report.data import Results
    from baselines.report.head_to_head import head_to_head

    def table() -> object:
        read = [Results(load(find_results(path))) for path in results]
        return head_to_head(read, first, second, tuple(dict.fromkeys(measure or ["expected_best"])))

    found = or_exit(table)
    if as_markdown:
        return print(found.markdown())
    Console(width=max(console.width, 120)).print(found.rich())
