"""What the commands share: the app, options, errors as one line."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from vpo_agent.common import distributed

app = typer.Typer(
    help="Vector Policy Optimization: multi-objective text environments, agents, benchmarks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
console = Console(quiet=not distributed.is_main())

EnvOption = Annotated[str, typer.Option("--env", help="Id of an environment; `vpo envs` lists them.")]
ImportOption = Annotated[
    str | None,
    typer.Option("--import", help="Module to import first, which registers your own environments."),
]


def import_module(module: str | None) -> None:
    """Registers the built-in environments, then those of the user's module."""
    import vpo_envs  # noqa: F401  (registers the built-in environments)

    if module is not None:
        sys.path.insert(0, str(Path.cwd()))
        or_exit(lambda: importlib.import_module(module))


def or_exit(action: Any) -> Any:
    """Runs an action; a mistake in the arguments ends the command with the message alone."""
    import gymnasium as gym

    try:
        return action()
    except (ValueError, TypeError, ImportError, OSError, gym.error.Error) as error:
        exit_with(str(error))


def exit_with(message: str, code: int = 2) -> NoReturn:
    """Ends the command with one line on standard error."""
    text = f"[red]error:[/red] {escape(message)}"
    Console(stderr=True).print(text, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


def show_reward(names: Any, reward: Any, weights: Any) -> None:
    """Prints a reward vector by name, with its fixed scalar."""
    parts = "  ".join(f"{name} {value:.2f}" for name, value in zip(names, reward))
    console.print(f"{parts}  |  scalar {float(reward @ weights):.3f}", highlight=False)
