"""`vpo pools`: pools of several searches side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from vpo_cli.common import ImportOption, app, console, exit_with, import_modules, or_exit
from vpo_cli.paths import check_file

if TYPE_CHECKING:
    from baselines.report.pools import NamedPools
    from vpo_agent.search.result import SearchResult
    from vpo_agent.tasks.source import DomainTasks


@app.command(
    epilog="Examples: `vpo pools runs/pool/pools.json runs/grpo/pools.json --plot pools.png` · "
    "`vpo pools PoolVPO=a.json GRPO=b.json --task test/2 --axes fit,parsimony --plot pools.png`"
)
def pools(
    files: Annotated[
        list[str],
        typer.Argument(help="Files of `vpo search --out`, with or without a label: LABEL=FILE."),
    ],
    task: Annotated[
        str | None, typer.Option(help="Task whose answers are shown, such as test/2; default: the first.")
    ] = None,
    axes: Annotated[
        str | None,
        typer.Option(
            help="Two objectives of the picture, separated by a comma; default: those that compete."
        ),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Image of the task's pools to write, such as pools.png.")
    ] = None,
    import_: ImportOption = None,
) -> None:
    """Show pools of several searches side by side: what they are worth, one task's answers, a picture."""
    from baselines.report.pools import axes_of, save_picture, side_by_side
    from vpo_agent.tasks.source import DomainTasks, make_env, task_source

    import_modules(import_)
    or_exit(lambda: check_file("--plot", plot))
    results = or_exit(lambda: _read(files))
    named = or_exit(lambda: side_by_side(results))
    first = next(iter(results.values()))
    source: Any = or_exit(lambda: task_source(make_env(first.run["env"])))
    if not isinstance(source, DomainTasks):
        exit_with(f"{first.run['env']} has rewards only; pools are shown for environments of vpo_envs.Domain")
    tasks = list(named[0].pools)
    shown = tasks[0] if task is None else task
    if shown not in tasks:
        exit_with(f"--task {shown}: the pools have {tasks[0]} to {tasks[-1]}")
    fronts = {one: source.domain.pareto_front(_task(source, one)) for one in tasks}
    console.print(_worth(named, source), f"means of {len(tasks)} tasks, {first.run['budget']} answers each")
    console.print(escape(source.prompts([_task(source, shown)])[0]), soft_wrap=True)
    console.print(_answers(named, shown, source))
    if plot is not None:
        known = [named[0].pools[one].rewards if front is None else front for one, front in fronts.items()]
        names = list(source.objective_names)
        places = or_exit(lambda: axes_of(names, axes.split(",") if axes else None, known))
        or_exit(lambda: save_picture(named, shown, source, fronts[shown], places, plot))
        console.print(f"wrote {escape(str(plot))}")


def _read(files: list[str]) -> dict[str, SearchResult]:
    """Returns the results by label: the given one, else the agent's name and, if needed, the folder's."""
    from vpo_agent.search.result import SearchResult

    found: dict[str, SearchResult] = {}
    for file in files:
        label, given, path = ("", "", file) if Path(file).exists() else file.rpartition("=")
        result = SearchResult.from_json(path)
        label = label if given else str(result.run["agent"])
        if label in found:
            label = f"{label} {Path(path).parent.name}"
        if label in found:
            raise ValueError(f"files={file!r}: a second {label!r}; give it a label, LABEL={path}")
        found[label] = result
    return found


def _task(source: DomainTasks, task: str) -> Any:
    split, _, index = task.rpartition("/")
    return source.domain.task(split, int(index))


def _worth(named: list[NamedPools], source: DomainTasks) -> Table:
    values = {one.label: one.values(source.weights) for one in named}
    table = Table("pools", *next(iter(values.values())))
    for label, found in values.items():
        table.add_row(escape(label), *(f"{value:.3f}" for value in found.values()))
    return table


def _answers(named: list[NamedPools], task: str, source: DomainTasks) -> Table:
    """Returns a table of the answers that the contexts take from each pool."""
    from baselines.report.pools import chosen

    table = Table("pools", "taken for", ", ".join(source.objective_names), "answer", title=task)
    for one in named:
        pool = one.pools[task]
        for index, contexts in chosen(pool, source).items():
            rewards = " ".join(f"{value:.2f}" for value in pool.rewards[index])
            table.add_row(
                escape(one.label), escape(", ".join(contexts)), rewards, escape(pool.answers[index])
            )
    return table
