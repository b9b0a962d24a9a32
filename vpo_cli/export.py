"""`vpo export`: export of tasks to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from vpo_agent.common.parsing import read_setting
from vpo_cli.common import ImportOption, app, console, exit_with, import_modules, or_exit
from vpo_cli.paths import check_file, check_own


@app.command(
    epilog="Examples: `vpo export vpo/Maze-v0 --out maze.jsonl` · "
    "`vpo export vpo/Maze-v0 --num-candidates 3 --layout chat --out data/train.parquet` · "
    "`vpo export vpo/Maze-v0 --num-candidates 3 --layout verifiers --out environments/vpo_maze` · "
    "`vpo export vpo/MultiHopQA-v0 --set dataset=musique_ans_v1.0_dev.jsonl --split test --out musique.jsonl`"
)
def export(
    env_id: Annotated[
        str,
        typer.Argument(help="Id, with or without knobs; module:id imports the module first."),
    ],
    out: Annotated[Path, typer.Option(help="File to write: .jsonl or .parquet; a folder for verifiers.")],
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "train",
    tasks: Annotated[int, typer.Option(help="Maximum number of tasks; a data set may have fewer.")] = 1000,
    start: Annotated[int, typer.Option(help="Index of the first task.")] = 0,
    num_candidates: Annotated[
        int | None, typer.Option(help="Number of candidates that prompts request; default: no request.")
    ] = None,
    layout: Annotated[str, typer.Option(help="plain, chat, verl, or verifiers: a package.")] = "plain",
    agent: Annotated[
        str | None, typer.Option(help="Rule of a verifiers package's reward: vpo, grpo ...; default: vpo.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Setting of the environment, setting=value; repeatable.")
    ] = None,
    import_: ImportOption = None,
) -> None:
    """Write tasks with prompts, ids and splits to a file for any trainer, or a package for verifiers."""
    from vpo_agent.common.progress import progress_bar
    from vpo_agent.integrations.verifiers_package import write_package
    from vpo_agent.tasks.export import LAYOUTS, task_rows, write_rows, writer

    import_modules(import_)
    knobs = or_exit(lambda: dict(map(read_setting, settings or [])))
    if layout not in (*LAYOUTS, "verifiers"):
        exit_with(f"layout={layout!r} must be one of {', '.join(LAYOUTS)}, verifiers")
    if layout == "verifiers":
        which: dict[str, Any] = {"tasks": tasks, "split": split, "start": start}
        which["num_candidates"] = 1 if num_candidates is None else num_candidates
        or_exit(lambda: write_package(out, env_id, agent=agent or "vpo", **which, **knobs))
        console.print(escape(f"wrote {out}; install it with: pip install -e {out}"), soft_wrap=True)
        return
    if agent is not None:
        exit_with(
            f"agent={agent!r} belongs to --layout verifiers; other trainers choose it in their settings"
        )
    or_exit(lambda: check_file("--out", out))
    if out.suffix == ".jsonl":
        or_exit(lambda: check_own("--out", out, "prompt"))
    or_exit(lambda: writer(out))

    def read() -> list[dict[str, Any]]:
        rows = task_rows(
            env_id, tasks, split=split, start=start, num_candidates=num_candidates, layout=layout, **knobs
        )
        with progress_bar(console) as bar:
            return list(bar.track(rows, task_id=bar.add_task("tasks", total=tasks, figure="")))

    try:
        rows = or_exit(read)
    except KeyboardInterrupt:
        exit_with("interrupted; nothing was written", code=130)
    or_exit(lambda: write_rows(out, rows))
    console.print(escape(f"wrote {out}, rows: {len(rows)}"), soft_wrap=True)
