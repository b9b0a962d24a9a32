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

from vpo_cli.common import ImportOption, app, console, exit_with, import_modules, or_exit
from vpo_cli.config_file import print_yaml
from vpo_cli.paths import check_folder, find_results


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
    "`vpo bench --config paper --dry-run` · "
    "`vpo bench --policy Qwen/Qwen3-0.6B --env vpo/Support-v0 --workers 1 --out runs/qwen`"
)
def bench(
    out: Annotated[Path, typer.Option(help="Folder of the results; a second call with it resumes.")] = Path(
        "runs/bench"
    ),
    config: Annotated[
        Path | None,
        typer.Option(
            help=f"Plan in YAML, or the name of a packaged plan: {_shipped()}. Options override its settings."
        ),
    ] = None,
    env: Annotated[
        str | None,
        typer.Option(
            "--env",
            help="Comma-separated ids; with knobs, separated by semicolons: "
            "'vpo/Maze-v0?size=5;vpo/Support-v0'. Default: vpo/MazeSmall-v0.",
        ),
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
        str | None,
        typer.Option(
            help="Common initial model: tiny (default), tiny-warm, smollm2, GGUF file, folder, hub name."
        ),
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
    temperatures: Annotated[
        str | None,
        typer.Option(
            help="Comma-separated sampling temperatures of the evaluation, of which the best on validation "
            "tasks is measured; default: 0.7,1."
        ),
    ] = None,
    top_p: Annotated[
        float | None, typer.Option(help="Nucleus mass of the evaluation's sampling; default: 1.")
    ] = None,
    split: Annotated[str | None, typer.Option(help="Split of the evaluation; default: test.")] = None,
    threads: Annotated[
        int | None,
        typer.Option(
            help="Threads of each run; default: 1. More are worth it for a real model on idle cores."
        ),
    ] = None,
    workers: Annotated[int, typer.Option(help="Number of parallel processes.")] = 2,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the report of another plan in the folder.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Estimate tokens, hours and memory; train nothing.")
    ] = False,
    rates: Annotated[
        str | None,
        typer.Option(
            help="With --dry-run: tokens a second that one worker samples and trains on, such as 3000,9000; "
            "default: timed here by trial steps of the model."
        ),
    ] = None,
    print_config: Annotated[
        bool, typer.Option("--print-config", help="Show the whole plan as such a file, and exit.")
    ] = False,
    import_: ImportOption = None,
) -> None:
    """Train agents from the same initial model with equal budgets, compare them, and write a report."""
    from baselines.benchmark.plan_file import make_plans, override, plan_settings, read_plan_file
    from baselines.benchmark.run import BenchmarkError, check_size, run_benchmark

    import_modules(import_)
    or_exit(lambda: check_folder("--out", out))
    flags = {
        "envs": None if env is None else _parts(env, "?"),
        "agents": None if agents is None else _parts(agents, ":"),
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
        "temperatures": None if temperatures is None else temperatures.split(","),
        "top_p": top_p,
        "split": split,
        "threads": threads,
    }
    settings = {} if config is None else or_exit(lambda: read_plan_file(config))
    settings = override(settings, {name: value for name, value in flags.items() if value is not None})
    plans = or_exit(lambda: make_plans(settings))
    if print_config:
        return print_yaml(plan_settings(plans))
    if dry_run:
        or_exit(lambda: check_size(plans))
        return _show_costs(plans, workers, or_exit(lambda: _rates(rates)))
    if rates is not None:
        exit_with(f"--rates {rates} goes with --dry-run")
    _show_memory(plans, workers)
    command = shlex.join(["vpo", *sys.argv[1:]])
    try:
        content = run_benchmark(plans, out, workers, command=command, overwrite=overwrite)
    except (BenchmarkError, ValueError, OSError) as error:
        exit_with(str(error))
    except KeyboardInterrupt:
        exit_with("interrupted; the same command resumes", code=130)
    show_report(content, out)
    console.print(escape(f"results: {out / 'results.json'}"), soft_wrap=True)


def _show_memory(plans: Any, workers: int) -> None:
    """Prints the estimated memory of real models' runs side by side, and remedies if less is free."""
    from baselines.benchmark.dry_run import training_memory
    from vpo_agent.agents.memory import free_bytes
    from vpo_agent.models.device import resolve_device

    known = [or_exit(lambda one=plan: training_memory(one)) for plan in plans]
    largest = max((one for one in known if one is not None), default=None)
    if largest is None:
        return
    side_by_side = min(workers, sum(len(plan.agents) * len(plan.seeds) for plan in plans))
    needed, free = side_by_side * largest, free_bytes(resolve_device("auto"))
    console.print(
        f"memory: about {largest / 1e9:.1f} GB a run, "
        f"{needed / 1e9:.1f} GB with {side_by_side} side by side; "
        f"{free / 1e9:.1f} GB are free",
        soft_wrap=True,
    )
    if needed > free:
        console.print(
            "[yellow]these runs will not fit:[/yellow] lower --workers, or set max_tokens_per_micro_batch, "
            "gradient_checkpointing=True or lora_rank=16 for the agents",
            soft_wrap=True,
        )


def _show_costs(plans: Any, workers: int, rates: Any) -> None:
    """Prints what the plans take at most, and what the figures rest on."""
    from baselines.benchmark.dry_run import estimate_plan, total_hours

    costs = [or_exit(lambda one=plan: estimate_plan(one, rates)) for plan in plans]
    for cost in costs:
        memory = "" if cost.memory is None else f", {cost.memory / 1e9:.1f} GB of memory a worker"
        runs, tokens = sum(one.runs for one in cost.agents), cost.tokens / 1e6
        line = (
            f"{cost.env}: {runs} runs, {tokens:,.1f} M tokens, {cost.hours:,.2f} hours of one worker{memory}"
        )
        console.print(escape(line), highlight=False, soft_wrap=True)
    console.print(
        f"in all {total_hours(costs, workers):,.2f} hours with {workers} workers side by side, at most:"
    )
    console.print("- no completion is taken to end before max_new_tokens; scoring is not counted")
    if rates is None:
        console.print("- hours rest on one timed step of each agent on this machine, with at most 4 tasks")
        console.print("- memory is estimated from the shapes of the largest step, without libraries' own")
    else:
        console.print(
            f"- hours rest on the given rates: {rates.sampling:g} sampled, {rates.updating:g} trained"
        )
        console.print("- no model was loaded: warm starts and memory are not estimated")


def _rates(text: str | None) -> Any:
    from baselines.benchmark.dry_run import Rates

    if text is None:
        return None
    try:
        return Rates(*map(float, text.split(",")))
    except (TypeError, ValueError) as error:
        raise ValueError(f"rates={text!r} must be two numbers, such as 3000,9000") from error


@app.command(epilog="Example: `vpo report runs/maze --out reports/maze`")
def report(
    results: Annotated[Path, typer.Argument(help="Folder of a finished bench, or its results.json.")],
    out: Annotated[
        Path | None, typer.Option(help="Output folder; default: the folder of the results.")
    ] = None,
    import_: ImportOption = None,
) -> None:
    """Write the report of a finished bench again, without training."""
    from baselines.benchmark.results import load

    import_modules(import_)
    or_exit(lambda: check_folder("--out", out))
    file = or_exit(lambda: find_results(results))
    content = or_exit(lambda: load(file))
    show_report(content, file.parent if out is None else out)


def show_report(content: Any, out: Path) -> Path:
    """Writes the report of a bench's results, prints its tables, and returns the path of its page."""
    from baselines.report import write_report
    from baselines.report.data import Results
    from baselines.report.tables import tables_of

    results = Results(content)
    tables = tables_of(results)
    page: Path = or_exit(lambda: write_report(results, out, tables))
    wide = Console(width=max(console.width, 160))
    for table in tables.every:
        wide.print(table.rich())
    console.print(escape(f"report: {page}"), soft_wrap=True)
    return page


def _parts(text: str, mark: str) -> list[str]:
    """Splits names at commas; at semicolons where a mark shows that settings, with commas, follow."""
    separator = ";" if ";" in text or mark in text else ","
    return [part.strip() for part in text.split(separator)]


def _seeds(text: str) -> tuple[int, ...]:
    if not all(part.strip().isdigit() for part in text.split(",")):
        raise ValueError(f"seeds={text!r} must be comma-separated whole numbers, for example 0,1,2")
    return tuple(int(part) for part in text.split(","))
