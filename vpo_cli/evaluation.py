"""`vpo eval`: evaluation of a trained agent or a served model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from vpo_agent.common import distributed
from vpo_cli import served
from vpo_cli.common import ImportOption, app, console, import_modules, or_exit
from vpo_cli.paths import check_file, check_own

if TYPE_CHECKING:
    from gymnasium.envs.registration import EnvSpec


@app.command(
    "eval",
    epilog="Examples: `vpo eval runs/vpo/agent --tasks 128 --pool 30 --json results.json` · "
    "`vpo eval --endpoint http://localhost:8000 --model Qwen/Qwen3-1.7B --env vpo/Maze-v0 --tasks 16`",
)
def evaluate_command(
    context: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(help="Folder of `vpo train`, or of agent.save.", show_default=False),
    ] = None,
    env: Annotated[
        str | None,
        typer.Option(
            "--env",
            help="Environment, with or without knobs ('vpo/Maze-v0?size=5'); default: that of the training.",
        ),
    ] = None,
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "test",
    tasks: Annotated[int, typer.Option(help="Held-out tasks.")] = 128,
    pool: Annotated[int, typer.Option(help="Answers per task.")] = 30,
    temperature: served.TemperatureOption = None,
    max_new_tokens: served.LengthOption = None,
    seed: Annotated[int, typer.Option(help="Seed of sampling.", min=0)] = 0,
    json_: Annotated[Path | None, typer.Option("--json", help="File of the measures.")] = None,
    import_: ImportOption = None,
    endpoint: served.EndpointOption = None,
    model: served.ModelOption = "",
    num_candidates: served.CandidatesOption = 1,
    reply_cache: served.ReplyCacheOption = served.REPLY_CACHE,
    concurrency: served.ConcurrencyOption = served.CONCURRENCY,
    timeout: served.TimeoutOption = served.TIMEOUT,
    retries: served.RetriesOption = served.RETRIES,
    bare: served.BareOption = False,
    fields: served.FieldOption = None,
) -> None:
    """Evaluate a trained agent, or a model behind an OpenAI-compatible server.

    The measures are best@k, expected best, diversity and the regret to the true front. With --endpoint, every
    reply is kept in --reply-cache: after an interruption, the same command resumes without repeated requests.
    """
    from vpo_agent import evaluate
    from vpo_agent.common.atomic_io import explained, write_atomically
    from vpo_agent.common.lock import sole_writer
    from vpo_agent.tasks.source import shared_rows
    from vpo_envs import __version__

    import_modules(import_)
    or_exit(lambda: check_file("--json", json_))
    or_exit(lambda: check_own("--json", json_, "expected_best"))
    if json_ is not None and distributed.is_main():

        def hold() -> None:
            with explained(json_):
                json_.parent.mkdir(parents=True, exist_ok=True)
            context.with_resource(sole_writer(json_))

        or_exit(hold)
    agent = served.agent_or_checkpoint(
        path,
        env,
        endpoint,
        model,
        num_candidates,
        reply_cache=reply_cache,
        concurrency=concurrency,
        timeout=timeout,
        retries=retries,
        bare=bare,
        fields=fields,
    )
    if warning := or_exit(lambda: shared_rows(agent.source, split)):
        console.print(f"[yellow]not held out:[/yellow] {escape(warning)}", soft_wrap=True)
    how: dict[str, Any] = {
        "split": split,
        "tasks": tasks,
        "pool": pool,
        "seed": seed,
        "temperature": agent.sampling.temperature if temperature is None else temperature,
        **({} if max_new_tokens is None else {"max_new_tokens": max_new_tokens}),
    }
    if endpoint is None:
        summary = or_exit(lambda: evaluate(agent, **how).summary())
        title = type(agent).__name__
    else:
        with served.progress(agent, tasks, pool):
            summary = or_exit(lambda: evaluate(agent, **how).summary())
        served.show_usage(agent.usage)
        summary |= {name: getattr(agent.usage, name) for name in ("prompt_tokens", "completion_tokens")}
        title = model
    env_name = _with_knobs(agent.source.spec)
    table = Table("measure", "mean", title=f"{title} on {env_name}, {split} split")
    for name, value in summary.items():
        if isinstance(value, float):
            table.add_row(name, f"{value:.4f}")
    console.print(table)
    if json_ is not None and distributed.is_main():
        measured = {"agent": title, "from": path or endpoint, "env": env_name, **how, "version": __version__}
        text = json.dumps(summary | {"evaluation": measured}, indent=2, default=str)
        or_exit(lambda: write_atomically(json_, text + "\n"))


def _with_knobs(spec: EnvSpec | None) -> str:
    """Returns an environment's id with the settings that differ from the registered ones."""
    import gymnasium as gym

    if spec is None:
        return ""
    registered = gym.registry[spec.id].kwargs if spec.id in gym.registry else {}
    changed = {name: value for name, value in spec.kwargs.items() if registered.get(name) != value}
    settings = "&".join(f"{name}={value}" for name, value in changed.items())
    return f"{spec.id}?{settings}" if settings else spec.id
