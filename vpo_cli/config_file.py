"""Configuration files of the commands: `--config FILE` and `--print-config`, for every command.

`vpo bench` has both, too, for its plans, which `baselines.benchmark.plan_file` reads. For all other commands:
a file is a mapping in YAML from the names of a command's arguments and options, with `_` for `-`, to values.
Values on the command line take precedence. Options that repeat, such as `--set`, take a list or a mapping;
arguments of several values, and options whose metavar ends with `SEVERAL`, take a list. In a mapping for an
option whose metavar ends with `JSON`, values may be nested, null, true and false.
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

CONTEXT, CONFIG, PRINT = "config_context", "config_file", "print_config"
SEVERAL = ",..."
"""End of the metavar of an option that takes values separated by commas."""
JSON = "=JSON"
"""End of the metavar of an option that takes names with values in JSON."""


class ConfigurableTyper(typer.Typer):
    """An app whose commands read their arguments and options from a file, too, and print them."""

    def command(self, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        """Registers a command, with the options `--config` and `--print-config`."""
        register = super().command(*args, **kwargs)

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            own = "config" in inspect.signature(function).parameters  # `vpo bench` reads plans
            register(function if own else _configurable(function))
            return function

        return add


def _configurable(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function with parameters for both options and, unless it has it, typer's context."""
    plain = inspect.signature(function, eval_str=True)
    taken = [name for name, p in plain.parameters.items() if p.annotation is typer.Context]
    place = taken[0] if taken else CONTEXT  # typer passes one context only

    @functools.wraps(function)
    def run(**values: Any) -> Any:
        context = values[place] if taken else values.pop(CONTEXT)
        wanted = values.pop(PRINT)
        values.pop(CONFIG)
        for parameter in _named(context).values():
            from_file = (context.default_map or {}).get(parameter.name)
            if from_file and parameter.multiple and _given(context, parameter):
                values[parameter.name] = _merged(from_file, values[parameter.name])
        if wanted:
            print_values({name: values[parameter.name] for name, parameter in _named(context).items()})
            return None
        return function(**values)

    own = [
        *([] if taken else [_parameter(CONTEXT, typer.Context)]),
        _parameter(CONFIG, FileOption, None),
        _parameter(PRINT, PrintOption, False),
    ]
    run.__signature__ = plain.replace(parameters=[*plain.parameters.values(), *own])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in [*plain.parameters.values(), *own]}
    return run


def _parameter(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _read(context: typer.Context, file: Path | None) -> Path | None:
    """Makes the values of a file the defaults of the command."""
    if file is not None:
        try:
            context.default_map = _values(context, file)
        except (ValueError, OSError, ImportError) as error:
            raise typer.BadParameter(str(error)) from error
    return file


FileOption = Annotated[
    Path | None,
    typer.Option("--config", help="File of arguments and options (YAML).", is_eager=True, callback=_read),
]
PrintOption = Annotated[
    bool, typer.Option("--print-config", help="Show all arguments and options as such a file, and exit.")
]


def _values(context: typer.Context, file: Path) -> dict[str, Any]:
    """Returns the values of a file by the names of typer's parameters.

    Raises:
        ValueError: If it is no mapping in YAML, or a name or a value is wrong.
    """
    from vpo_agent.common.settings import unknown_setting

    _yaml()
    from vpo_agent.common.yaml_file import read_yaml

    named = _named(context)
    values = read_yaml(file, repr(str(file)))
    if not isinstance(values, Mapping):
        raise ValueError(f"{str(file)!r} must map names to values, for example `steps: 100`")
    defaults = {}
    for name, value in values.items():
        if name not in named:
            raise ValueError(f"{str(file)!r}: {unknown_setting(name, named)}")
        if value is not None:
            texts = _texts(file, name, value, named[name])
            try:
                named[name].process_value(context, texts)
            except typer.BadParameter as error:
                raise ValueError(f"{str(file)!r}: {name}={value!r}: {error.message}") from error
            defaults[named[name].name] = texts
    return defaults


def _named(context: typer.Context) -> dict[str, Any]:
    """Returns the parameters of the command by their names in a file."""
    ours = (CONFIG, PRINT, "help")
    return {_name(parameter): parameter for parameter in context.command.params if parameter.name not in ours}


def _name(parameter: Any) -> str:
    """Returns a parameter's name in a file: that of its long option, or of the argument."""
    return str(max(parameter.opts, key=len)).lstrip("-").replace("-", "_")


def _given(context: typer.Context, parameter: Any) -> bool:
    source = context.get_parameter_source(parameter.name)
    return source is not None and source.name == "COMMANDLINE"


def _texts(file: Path, name: str, value: Any, parameter: Any) -> str | list[str]:
    """Returns a value as on the command line, where everything is text."""
    repeats = parameter.multiple or parameter.nargs != 1
    if str(parameter.metavar).endswith(SEVERAL) and isinstance(value, list):
        return ",".join(_text(file, name, one) for one in value)
    if str(parameter.metavar).endswith(JSON) and isinstance(value, Mapping):
        return [f"{key}={_json(file, name, one)}" for key, one in value.items()]
    if repeats and isinstance(value, Mapping):
        return [f"{key}={_text(file, name, one)}" for key, one in value.items()]
    if repeats:
        return [_text(file, name, one) for one in (value if isinstance(value, list) else [value])]
    return _text(file, name, value)


def _text(file: Path, name: str, value: Any) -> str:
    if isinstance(value, Mapping | list):
        raise ValueError(f"{str(file)!r}: {name}={value!r} must be a single value")
    return str(value)


def _json(file: Path, name: str, value: Any) -> str:
    try:
        return json.dumps(value)
    except (TypeError, ValueError) as error:  # dates, and mappings that hold themselves
        raise ValueError(f"{str(file)!r}: {name}={value!r} has no form in JSON ({error})") from error


def _merged(before: list[Any], now: list[Any]) -> list[Any]:
    """Returns the entries of the command line and, of a file, the settings that are not among them.

    Entries of other forms than `setting=value` replace all those of the file.
    """
    if not all(isinstance(entry, str) and "=" in entry for entry in (*before, *now)):
        return list(now)
    replaced = {text.partition("=")[0] for text in now}
    return [text for text in before if text.partition("=")[0] not in replaced] + list(now)


def print_values(values: Mapping[str, Any]) -> None:
    """Prints values in YAML, without those that are None or empty."""
    shown = {name: _plain(value) for name, value in values.items()}
    shown = {name: value for name, value in shown.items() if value is not None}
    print_yaml(shown)


def print_yaml(values: Mapping[str, Any]) -> None:
    """Prints plain values in YAML, in their order."""
    print(_yaml().safe_dump(dict(values), sort_keys=False, allow_unicode=True), end="")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()} or None
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value] or None
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _yaml() -> Any:
    """Imports PyYAML, which the extra `bench` brings."""
    from vpo_envs.extras import import_extra

    return import_extra("yaml", "bench", "a configuration file")
