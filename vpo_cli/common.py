"""Common part of the commands: the app, options, one-line errors."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from vpo_agent.common import distributed
from vpo_cli.config_file import ConfigurableTyper

app = ConfigurableTyper(
    help="Vector Policy Optimization: multi-objective text environments, agents, benchmarks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
console = Console(quiet=not distributed.is_main())

EXTRAS = {
    "agents": (
        "torch",
        "transformers",
        "safetensors",
        "accelerate",
        "psutil",
        "stable_baselines3",
        "pydantic",
        "filelock",
        "platformdirs",
    ),
    "bench": ("matplotlib", "yaml", "jinja2"),
    "code": ("radon", "componentize_py", "wasmtime"),
    "gguf": ("gguf",),
}
"""Import names of the packages of each extra."""

GYM_SUFFIX = " was raised from the environment creator for "
"""The end that Gymnasium puts behind an environment's message: its id and arguments."""

EnvOption = Annotated[
    str,
    typer.Option(
        "--env",
        help="Id of an environment (`vpo envs` lists them), with or without knobs: "
        "'vpo/Maze-v0?size=5&dataset=mazes.jsonl'.",
    ),
]
ImportOption = Annotated[
    list[str] | None,
    typer.Option("--import", help="Module to import first, to register your own environments; repeatable."),
]


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"vpo-gym {version('vpo-gym')}")
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Handles the options of `vpo` itself."""


def import_modules(modules: list[str] | None) -> None:
    """Registers the built-in environments, then those of the user's modules, in order."""
    import vpo_envs  # noqa: F401  (registers the built-in environments)

    if modules and str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))  # last, so that installed packages take precedence
    for module in modules or ():
        or_exit(lambda module=module: _import(module))


def _import(module: str) -> None:
    """Imports a module.

    Raises:
        ValueError: If there is no such module; an error inside it is raised as it is.
    """
    if module.endswith(".py") or "/" in module:
        name = module.removesuffix(".py").strip("./").replace("/", ".")
        raise ValueError(f"{module!r} is a file; give the name of the module, {name}")
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise  # the module is there, and needs another
        raise ValueError(
            f"there is no module {module!r}, neither installed nor in the folder {Path.cwd()}"
        ) from error


def or_exit(action: Any) -> Any:
    """Runs an action; an error in the arguments ends the command with a one-line message."""
    import gymnasium as gym

    try:
        return action()
    except ModuleNotFoundError as error:
        missing_extra(error)
    except (ValueError, TypeError, ImportError, OSError, gym.error.Error) as error:
        exit_with(str(error).partition(GYM_SUFFIX)[0])


def exit_with(message: str, code: int = 2) -> NoReturn:
    """Ends the command with one line on standard error."""
    print_error(message)
    raise typer.Exit(code)


def print_error(message: str) -> None:
    """Prints an error as one line on standard error."""
    text = f"[red]error:[/red] {escape(message)}"
    Console(stderr=True).print(text, highlight=False, soft_wrap=True)


def show_reward(names: Any, reward: Any, weights: Any) -> None:
    """Prints a reward vector by name, with its fixed scalar."""
    parts = "  ".join(f"{name} {value:.2f}" for name, value in zip(names, reward))
    console.print(f"{parts}  |  scalar {float(reward @ weights):.3f}", highlight=False)


def missing_extra(error: ModuleNotFoundError) -> NoReturn:
    """Ends the command with the extra that brings a missing package, or with the error's own message."""
    text = f"this needs {remedy(error)}"
    if not error.name:  # Gymnasium's error for module:id
        text = f"{str(error).partition('. ')[0]}; give a module of this folder by --import"
    print_error(text)
    sys.exit(2)


def remedy(error: ModuleNotFoundError) -> str:
    """Returns the package that is missing and the command that installs it."""
    package = (error.name or "").partition(".")[0]
    extra = next((extra for extra, packages in EXTRAS.items() if package in packages), None)
    command = f": pip install 'vpo-gym[{extra}]'" if extra else ""
    return f"the package {package}, which is not installed{command}"
