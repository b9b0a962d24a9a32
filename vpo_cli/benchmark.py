"""`vpo bench | report`: head-to-head comparison of agents."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from vpo_cli.common import ImportOption, app, console, exit_with, import_module, or_exit
from vpo_cli.config_file import print_values


def _shipped() -> str:
    """Returns the names of the packaged plans without importing the package, which imports torch."""
    spec = find_spec("baselines")
    folders = spec.submodule_search_locations if spec else None
    return ", ".join(sorted(path.stem for at in folders or () for path in Path(at, "plans").glob("*.yaml")))


@app.command(
    epilog="Examples: `vpo bench --out runs/demo` · "
    "`vpo bench --env vpo/MazeSmall-v0 --agents VPO,GRPO,MaxAtK --seeds 0,1,2 --steps 200 --out runs/maze` · "
    "`vpo bench --agents 'VPO;sharp@VPO:alpha=0.3' --out runs/alpha` · "
    "`vpo bench --config plan.yaml --seeds 0,1,2,3,4 --out runs/plan` · "
    "`vpo bench --config ablations --out runs/ablations` · "
    "`vpo bench --policy Qwen/Qwen3-0.6B --env vpo/Support-v0 --workers 1 --out runs/qwen`"
)
def bench(
    out: Annotated[Path, typer.Option(help="Folder of the results; a second call with it resumes.")],
    config: Annotated[
        Path | None,
        typer.Option(
            help=f"Plan in YAML, or the name of a packaged plan: {_shipped()}. Options override its settings."
        ),
    ] = None,
    env: Annotated[
        str | None, typer.Option("--env", help="Comma-separated ids; default: vpo/MazeSmall-v0.")
    ] = None,
    agents: Annotated[
        str | None,
        typer.Option(
            help="Comma-separated names; with settings, separated by semicolons: "
            "label@Name:setting=value,... Default: VPO,PoolVPO,GRPO,MultiRLVR."
        ),
    ] = None,
    seeds: Annotated[str | None, typer.Option(help="Comma-separated seeds; default: 0,1.")] = None,
    steps: Annotated[int | None, typer.Option(help="Training steps of each run; default: 100.")] = None,
    policy: Annotated[
        str | None, typer.Option(help="Common initial model: tiny (default), a folder or hub name.")
    ] = None,
    warm_start_steps: Annotated[
        int | None,
        typer.Option(help="Steps of the common SFT warm start; default: 600 for tiny, else 0."),
    ] = None,
    prompts_per_step: Annotated[
        int | None, typer.Option(help="Tasks per training step; default: 16.")
    ] = None,
    answers_per_task: Annotated[
        int | None, typer.Option(help="Answers per task and step, equal for all agents; default: 24.")
    ] = None,
    match: Annotated[
        str | None, typer.Option(help="Budget equal for all agents: answers (default), rollouts or tokens.")
    ] = None,
    token_budget: Annotated[
        int | None, typer.Option(help="Tokens per training run, with --match tokens.")
    ] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Default: each agent's default.")] = None,
    tasks: Annotated[int | None, typer.Option(help="Held-out tasks; default: 128.")] = None,
    pool: Annotated[int | None, typer.Option(help="Answers per held-out task; default: 30.")] = None,
    temperature: Annotated[
        float | None, typer.Option(help="Sampling temperature of the evaluation; default: 1.")
    ] = None,
    split: Annotated[str | None, typer.Option(help="Split of the evaluation; default: test.")] = None,
    workers: Annotated[int, typer.Option(help="Number of parallel processes, with one thread each.")] = 2,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the report of another plan in the folder.")
    ] = False,
    print_config: Annotated[
        bool, typer.Option("--print-config", help="Show the plan as such a file, and exit.")
    ] = False,
    import_: ImportOption = None,
) -> None:
    """Train agents from the same initial model with equal budgets, compare them, and write a report."""
    from baselines.benchmark.plan_file import make_plans, override, read_plan_file
    from baselines.benchmark.run import BenchmarkError, run_benchmark

    import_module(import_)
    flags = {
        "envs": None if env is None else [part.strip() for part in env.split(",")],
        "agents": None if agents is None else _agents(agents),
        "seeds": None if seeds is None else or_exit(lambda: _seeds(seeds)),
        "steps": steps,
        "policy": policy,
        "warm_start_steps": warm_start_steps,
        "prompts_per_step": prompts_per_step,
        "answers_per_task": answers_per_task,
        "match": match,
        "token_budget": token_budget,
        "learning_rate": learning_rate,
        "tasks": tasks,
        "pool": pool,
        "temperature": temperature,
        "split": split,
    }
    settings = {} if config is None else or_exit(lambda: read_plan_file(config))
    settings = override(settings, {name: value for name, value in flags.items() if value is not None})
    plans = or_exit(lambda: make_plans(settings, module=import_))
    if print_config:
        print_values(settings)
        return
    command = shlex.join(["vpo", *sys.argv[1:]])
    try:
        content = run_benchmark(plans, out, workers, command=command, overwrite=overwrite)
    except (BenchmarkError, ValueError, OSError) as error:
        exit_with(str(error))
    except KeyboardInterrupt:
        exit_with("interrupted; the same command resumes", code=130)
    _report(content, out)
    console.print(escape(f"results: {out / 'results.json'}"), soft_wrap=True)


@app.command(epilog="Example: `vpo report runs/maze/results.json --out reports/maze`")
def report(
    results: Annotated[Path, typer.Argument(help="The results.json of a bench.")],
    out: Annotated[
        Path | None, typer.Option(help="Output folder; default: the folder of the results.")
    ] = None,
    import_: ImportOption = None,
) -> None:
    """Write the report of a finished bench again, without training."""
    from baselines.benchmark.results import load

    import_module(import_)
    content = or_exit(lambda: load(results))
    _report(content, results.parent if out is None else out)


def _report(content: Any, out: Path) -> None:
    from baselines.report import all_tables, write_report
    from baselines.report.data import Results

    results = Results(content)
    page = or_exit(lambda: write_report(results, out))
    wide = Console(width=max(console.width, 160))
    for table in all_tables(results):
        wide.print(table.rich())
    console.print(escape(f"report: {page}"), soft_wrap=True)


def _agents(text: str) -> list[str]:
    separator = ";" if ";" in text or ":" in text else ","
    return [part.strip() for part in text.split(separator)]


def _seeds(text: str) -> tuple[int, ...]:
    if not all(part.strip().isdigit() for part in text.split(",")):
        raise ValueError(f"seeds={text!r} must be comma-separated whole numbers, for example 0,1,2")
    return tuple(int(part) for part in text.split(","))
