"""`vpo unlock`: search with a large budget on tasks that no agent solves with a small one."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from vpo_agent.common.parsing import read_minimums, read_setting, read_weights
from vpo_cli.common import ImportOption, app, console, exit_with, import_modules, or_exit
from vpo_cli.paths import check_folder


@app.command(
    epilog="Examples: `vpo unlock runs/maze` · "
    "`vpo unlock runs/maze --strategy evolution --set population=64 --budget 5000 --out runs/evolved` · "
    "`vpo unlock runs/maze --agents VPO,GRPO --tasks 512` · "
    "`vpo unlock runs/maze --screen-with WarmStart --pool 300 --hard 200` · "
    "`vpo unlock runs/code --require correctness=1` · "
    "`vpo unlock runs/support --context upset --out runs/support/upset`"
)
def unlock(
    bench: Annotated[Path, typer.Argument(help="Folder of a finished `vpo bench`.")],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the results; a second call resumes. Default: `unlock` in the bench folder."
        ),
    ] = None,
    env: Annotated[
        str | None, typer.Option("--env", help="Environment of the bench; needed if there are several.")
    ] = None,
    agents: Annotated[
        str | None, typer.Option(help="Labels, separated by commas or ;. Default: all but the oracle.")
    ] = None,
    screen_with: Annotated[
        str | None,
        typer.Option(help="Labels of the agents that screen, such as WarmStart. Default: all that search."),
    ] = None,
    tasks: Annotated[int, typer.Option(help="Number of tasks to screen.")] = 128,
    pool: Annotated[int, typer.Option(help="Answers per task in the screening.")] = 30,
    hard: Annotated[int, typer.Option(help="Maximum number of hard tasks to search.")] = 32,
    budget: Annotated[int, typer.Option(help="Answers per hard task.")] = 2000,
    strategy: Annotated[str, typer.Option(help="sampling, evolution ...")] = "sampling",
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Setting of the strategy, setting=value; repeatable.")
    ] = None,
    solved: Annotated[
        float, typer.Option(help="Required share of the best scalar, where objectives conflict.")
    ] = 1.0,
    context: Annotated[
        str | None, typer.Option(help="Named context of the domain whose weights define the scalar.")
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(help="Weights of the scalar, such as 0.2,0.7,0.1; default: the fixed ones."),
    ] = None,
    require: Annotated[
        list[str] | None,
        typer.Option(help="Minimum of a solution, objective=minimum, instead of --solved; repeatable."),
    ] = None,
    temperature: Annotated[float, typer.Option(help="Sampling temperature.")] = 1.0,
    workers: Annotated[int, typer.Option(help="Number of parallel processes, with one thread each.")] = 2,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the results of another experiment in the folder.")
    ] = False,
    import_: ImportOption = None,
) -> None:
    """Search with every agent and a large budget on tasks that a small one does not solve.

    The tasks are those that no run solves in a screening, or no run of the agents of `--screen-with`.

    After an interruption, the same command resumes.
    """
    from baselines.benchmark.launcher import BenchmarkError
    from baselines.unlock import Unlock, run_unlock, write_report
    from baselines.unlock.report import tables

    import_modules(import_)
    or_exit(lambda: check_folder("--out", out))
    experiment = or_exit(
        lambda: Unlock(
            bench=str(bench),
            env=env,
            agents=read_labels(agents) if agents else (),
            screen_with=read_labels(screen_with) if screen_with else (),
            tasks=tasks,
            pool=pool,
            hard=hard,
            budget=budget,
            strategy=strategy,
            how=dict(map(read_setting, settings or [])),
            share=solved,
            weights=_weights(context, weights),
            require=read_minimums(require or []),
            temperature=temperature,
        )
    )
    folder = bench / "unlock" if out is None else out
    try:
        command = shlex.join(["vpo", *sys.argv[1:]])
        results = run_unlock(experiment, folder, workers, command=command, overwrite=overwrite)
    except (BenchmarkError, ValueError, OSError) as error:
        exit_with(str(error))
    except KeyboardInterrupt:
        exit_with("interrupted; the same command resumes", code=130)
    page = or_exit(lambda: write_report(results, folder))
    wide = Console(width=max(console.width, 160))
    for table in tables(results):
        wide.print(table.rich())
    console.print(escape(f"report: {page}"), soft_wrap=True)


def read_labels(text: str) -> tuple[str, ...]:
    """Reads labels separated by commas, or by semicolons where labels contain commas.

    Example:
        >>> read_labels("VPO, GRPO"), read_labels("VPO:alpha=0.3,pool_size=2;")
        (('VPO', 'GRPO'), ('VPO:alpha=0.3,pool_size=2',))
    """
    parts = text.split(";" if ";" in text else ",")
    return tuple(label for part in parts if (label := part.strip()))


def _weights(context: str | None, weights: str | None) -> tuple[float, ...] | str | None:
    if context is not None and weights is not None:
        raise ValueError(f"--context {context} and --weights {weights} exclude each other; give one of them")
    return context if weights is None else read_weights(weights)
