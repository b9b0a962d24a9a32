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
    "`vpo compare PoolVPO GRPO docs/results/*/results.json.gz --plot forest.png --markdown`"
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
    plot: Annotated[
        Path | None, typer.Option(help="Image of the differences with intervals to write, such as a.png.")
    ] = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the table in Markdown.")] = False,
) -> None:
    """Compare two agents on every environment of one bench or several.

    P-values are adjusted for the tests of this table, so ask before you look: the pair, the measures and
    the environments must not be chosen by what the reports show.
    """
    from baselines.benchmark.results import load
    from baselines.report.data import Results
    from baselines.report.head_to_head import head_to_head, head_to_head_table, save_forest_plot

    measures = tuple(dict.fromkeys(measure or ["expected_best"]))
    files = dict.fromkeys(or_exit(lambda: [find_results(path).resolve() for path in results]))
    read = [or_exit(lambda at=file: Results(load(at))) for file in files]
    rows = or_exit(lambda: head_to_head(read, first, second, measures))
    if plot is not None:
        or_exit(lambda: save_forest_plot(rows, first, second, plot))
    table = head_to_head_table(rows, first, second)
    if as_markdown:
        return print(table.markdown())
    Console(width=max(console.width, 120)).print(table.rich())
