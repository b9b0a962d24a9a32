"""Options and output of the commands that accept a served model instead of an agent."""

from __future__ import annotations

import contextlib
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from vpo_agent.common import distributed
from vpo_cli.common import console, exit_with, or_exit
from vpo_cli.config_file import JSON
from vpo_cli.paths import find_agent
from vpo_envs.knobs import split_knobs

if TYPE_CHECKING:
    from vpo_agent.integrations.endpoint_agent import EndpointAgent, Usage

REPLY_CACHE = Path("runs/replies.jsonl")
PANEL = "Served models"
CONCURRENCY, TIMEOUT, RETRIES = 16, 60.0, 5
DEFAULTS = {
    "model": None,
    "field": None,
    "num_candidates": 1,
    "reply_cache": REPLY_CACHE,
    "concurrency": CONCURRENCY,
    "timeout": TIMEOUT,
    "retries": RETRIES,
    "bare": None,
}
"""Values of the options that are not given on the command line."""

LengthOption = Annotated[
    int | None, typer.Option(help="Maximum tokens per completion; default: as in training, or 512 if served.")
]
TemperatureOption = Annotated[
    float | None, typer.Option(help="Sampling temperature; default: as in training, or 1 if served.")
]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        help="Base URL of an OpenAI-compatible API, such as http://localhost:8000/v1.", rich_help_panel=PANEL
    ),
]
ModelOption = Annotated[
    str, typer.Option(help="Model name on the server.", show_default=False, rich_help_panel=PANEL)
]
CandidatesOption = Annotated[
    int, typer.Option(help="Number of candidates per completion.", min=1, rich_help_panel=PANEL)
]
ReplyCacheOption = Annotated[
    Path,
    typer.Option(help="Cache file of replies, which several evaluations can share.", rich_help_panel=PANEL),
]
ConcurrencyOption = Annotated[
    int, typer.Option(help="Maximum number of concurrent requests.", min=1, rich_help_panel=PANEL)
]
TimeoutOption = Annotated[float, typer.Option(help="Timeout of a request in seconds.", rich_help_panel=PANEL)]
RetriesOption = Annotated[
    int, typer.Option(help="Number of retries, with backoff.", min=0, rich_help_panel=PANEL)
]
BareOption = Annotated[
    bool,
    typer.Option(
        "--bare",
        help="Send prompts without a chat template to /completions.",
        rich_help_panel=PANEL,
    ),
]
FieldOption = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        metavar=f"NAME{JSON}",
        help="Field of every request, name=value (JSON); null removes it; repeatable.",
        rich_help_panel=PANEL,
    ),
]


def agent_or_checkpoint(
    path: Path | None,
    env: str | None,
    url: str | None,
    model: str,
    num_candidates: int,
    *,
    reply_cache: Path,
    fields: list[str] | None,
    **settings: Any,
) -> Any:
    """Returns the agent in a folder, or the served model given by the options; errors end the command."""
    if (path is None) == (url is None):
        exit_with("give the folder of an agent, or --endpoint with --model and --env")
    if env is not None and "split" in or_exit(lambda: split_knobs(env))[1]:
        exit_with(f"--env {env}: split is no knob here; give --split")
    if path is not None:
        given = {
            "model": model,
            "field": fields,
            "num_candidates": num_candidates,
            "reply_cache": reply_cache,
            **settings,
        }
        idle = [name for name, value in given.items() if (value or None) != DEFAULTS[name]]
        if idle:
            options = ", ".join(f"--{name.replace('_', '-')}" for name in idle)
            exit_with(f"{options}: these options describe a served model; they go with --endpoint")
        return or_exit(lambda: _load(path, env))
    if distributed.world_size() > 1:
        exit_with("--endpoint sends its requests from one process; start it without torchrun")
    if env is None:
        exit_with("--endpoint needs --env, the id of an environment; `vpo envs` lists them")

    def make() -> EndpointAgent:
        from vpo_agent.integrations.endpoint import Endpoint
        from vpo_agent.integrations.endpoint_agent import EndpointAgent

        endpoint = Endpoint(
            str(url), model, cache=reply_cache, fields=dict(map(_field, fields or [])), **settings
        )
        return EndpointAgent(endpoint, env, num_candidates=num_candidates)

    return or_exit(make)


@contextlib.contextmanager
def progress(agent: EndpointAgent, tasks: int, pool: int) -> Iterator[None]:
    """Shows a progress bar of the completions; an interrupt ends the command with a hint."""
    from vpo_agent.common.progress import progress_bar

    turns = agent.source.max_turns
    total = tasks * turns * -(-pool // (agent.num_candidates * turns))
    try:
        with warnings.catch_warnings(record=True) as notes, progress_bar(console) as bar:
            task = bar.add_task("completions", total=total, figure="")
            agent.on_reply = lambda: bar.advance(task)
            yield
    except KeyboardInterrupt:
        exit_with(f"interrupted; the same command resumes with {agent.endpoint.cache.path}", code=130)
    for note in notes:
        console.print(f"[yellow]note:[/yellow] {escape(str(note.message))}", soft_wrap=True)


def show_usage(usage: Usage) -> None:
    """Prints one line with the number of completions, the models, and the tokens reported by the server."""
    counts = {"prompt": usage.prompt_tokens, "completion": usage.completion_tokens}
    tokens = [f"{name} tokens: {'not reported' if n is None else f'{n:,}'}" for name, n in counts.items()]
    who = ", ".join(sorted(usage.models)) or "an unnamed model"
    cut = f" ({usage.cut:,} cut off at max_new_tokens)" if usage.cut else ""
    console.print(
        escape(f"{usage.completions:,} completions by {who}{cut}; {'; '.join(tokens)}"),
        highlight=False,
        soft_wrap=True,
    )


def _load(path: Path, env: str | None) -> Any:
    from baselines.registry import AGENTS, agent_class, refuse_imports
    from vpo_agent.agents.checkpoint import read_state

    path = find_agent(path)
    state = read_state(path)
    name = state["agent"]
    if name not in AGENTS:  # a class of the user, found by its full name
        name = str(state.get("class", name))
        refuse_imports([name], str(path))
    kind: Any = agent_class(name)
    return kind.load(path, env)


def _field(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise ValueError(f"--field {text!r} must have the form name=value")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
