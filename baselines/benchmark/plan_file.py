"""Plan files in YAML: environments x agents x seeds."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_type_hints

from baselines.benchmark.plan import Plan, named_in
from baselines.benchmark.tuning import trials
from baselines.benchmark.tuning_grid import TuningGrid
from baselines.registry import AgentSpec, refuse_imports
from vpo_agent.common.settings import check_types, unknown_setting
from vpo_agent.common.yaml_file import read_yaml

ENVS = ("vpo/MazeSmall-v0",)
AGENTS = ("VPO", "PoolVPO", "GRPO", "MultiRLVR")
FIELDS = tuple(f.name for f in dataclasses.fields(Plan) if f.name != "env")
MOST_VALUES = 10_000
SHIPPED = {path.stem: path for path in sorted((Path(__file__).parents[1] / "plans").glob("*.yaml"))}


def read_plan_file(path: str | Path) -> dict[str, Any]:
    """Reads the settings in a YAML file, in the form of `make_plans`' argument.

    Args:
        path: The file, or the name of a plan in the package (`SHIPPED`).

    Raises:
        ValueError: If there is no such plan, or the file is not YAML or not a mapping.
        OSError: If it cannot be read.
    """
    path = SHIPPED.get(str(path), Path(path))
    if not path.exists():
        raise ValueError(f"config={str(path)!r} is neither a file nor one of {', '.join(SHIPPED)}")
    where = f"config={str(path)!r}"
    content = read_yaml(path, where)
    if _count(content, MOST_VALUES) > MOST_VALUES:
        raise ValueError(f"{where} has more than {MOST_VALUES:,} values, aliases expanded; shorten it")
    if not isinstance(content, dict) or not all(isinstance(name, str) for name in content):
        raise ValueError(f"{where} must hold settings as `name: value`, one per line")
    refuse_imports(_names(content), where)
    return content


def _count(value: Any, most: int) -> int:
    """Returns the number of values in nested lists and mappings, counted up to about a limit.

    A few aliases of aliases in YAML stand for billions of values, or for a list within itself.
    """
    waiting, count = [value], 0
    while waiting and count <= most:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, (list, tuple, set)):
            waiting += value
    return count


def _names(content: dict[str, Any]) -> Iterator[str]:
    """Yields the names of environments and agents in a plan file."""
    envs = content.get("envs")
    envs = envs if isinstance(envs, (dict, list)) else [envs]
    yield from (env for env in envs if isinstance(env, str))
    settings = [content, *(envs.values() if isinstance(envs, dict) else ())]
    for name in named_in(settings):
        yield name.partition("@")[2].partition(":")[0] if "@" in name else name.partition(":")[0]


def override(settings: dict[str, Any], flags: dict[str, Any]) -> dict[str, Any]:
    """Overrides a plan's settings with flags, including the settings of single environments.

    Args:
        settings: Settings in the form of `make_plans`' argument.
        flags: Overriding settings. Their `envs` is a list; environments of the plan keep their own settings.

    Example:
        >>> override({"steps": 9, "envs": {"a": {"steps": 5, "pool": 8}}}, {"envs": ["a"], "steps": 2})
        {'steps': 2, 'envs': {'a': {'pool': 8}}}
    """
    merged = {**settings, **flags}
    own = settings.get("envs")
    if isinstance(own, dict):
        merged["envs"] = {env: _without(own.get(env) or {}, flags) for env in flags.get("envs", own)}
    return merged


def _without(settings: Any, flags: dict[str, Any]) -> Any:
    if not isinstance(settings, dict):
        return settings  # for make_plans to refuse
    return {name: value for name, value in settings.items() if name not in flags}


def make_plans(settings: dict[str, Any]) -> list[Plan]:
    """Returns one plan per environment.

    Args:
        settings: Fields of `Plan`, with `envs` in place of `env`: a list of ids, with or without knobs
            (`vpo/Maze-v0?size=5`), or a mapping of them to environment-specific settings. `agents` is a
            list of texts (`AgentSpec.parse`) or mappings `{agent: VPO, label: sharp, alpha: 0.3}`. `tuning`
            maps settings to lists of values, and may have `seeds`, `measure` and `halve_at`.

    Raises:
        ValueError: If a name is unknown or a value is out of range.
        TypeError: If an agent does not have a setting.
    """
    settings = dict(settings)
    envs = settings.pop("envs", ENVS)
    if isinstance(envs, str):
        envs = [envs]
    if envs == {}:
        raise ValueError("envs={} names no environment; leave it out, or list at least one")
    pairs = list(envs.items()) if isinstance(envs, dict) else [(env, None) for env in _list("envs", envs)]
    for env, own in pairs:
        if not isinstance(env, str):
            raise ValueError(f"envs: {env!r} must be the id of an environment, such as {ENVS[0]}")
        if not isinstance(own, (dict, type(None))):
            raise ValueError(
                f"envs: {env}={own!r} must be settings of that environment, such as {{steps: 50}}, or nothing"
            )
    return [_plan(env, {**settings, **(own or {})}) for env, own in pairs]


def plan_settings(plans: Sequence[Plan]) -> dict[str, Any]:
    """Returns all settings of plans, from which `make_plans` makes the same plans.

    Settings that differ between environments are in the mapping `envs`.

    Example:
        >>> shown = plan_settings(make_plans({"steps": 9, "envs": {"vpo/MazeSmall-v0": {"pool": 8}}}))
        >>> shown["envs"], shown["steps"], shown["pool"], shown["tasks"]
        (['vpo/MazeSmall-v0'], 9, 8, 128)
    """
    each = [_settings(plan) for plan in plans]
    shared = {name: value for name, value in each[0].items() if all(one[name] == value for one in each)}
    own = [{name: value for name, value in one.items() if name not in shared} for one in each]
    envs = [plan.env for plan in plans]
    return {"envs": dict(zip(envs, own)) if any(own) else envs, **shared}


def _settings(plan: Plan) -> dict[str, Any]:
    """Returns a plan's settings as plain data, as `_plan` reads them."""
    settings = json.loads(
        json.dumps({name: getattr(plan, name) for name in FIELDS}, default=dataclasses.asdict)
    )
    settings["agents"] = [
        spec["agent"]
        if spec["label"] == spec["agent"] and not spec["settings"]
        else {"agent": spec["agent"], "label": spec["label"], **spec["settings"]}
        for spec in settings["agents"]
    ]
    if (tuning := settings["tuning"]) is not None:
        settings["tuning"] = {**tuning.pop("grid"), **tuning}
    return settings


def _plan(env: str, settings: dict[str, Any]) -> Plan:
    for name in settings:
        if name not in FIELDS:
            raise ValueError(unknown_setting(name, ["envs", *FIELDS]))
    kinds = get_type_hints(Plan)
    values = {
        name: _number(name, value) if kinds[name] in (float, float | None) else value
        for name, value in settings.items()
    }
    values["agents"] = tuple(_agent(entry) for entry in _list("agents", values.get("agents", AGENTS)))
    if "seeds" in values:
        values["seeds"] = _seeds(values["seeds"])
    if values.get("temperatures") is not None:
        listed = _list("temperatures", values["temperatures"])
        values["temperatures"] = tuple(_number("temperatures", value) for value in listed)
    if values.get("tuning") is not None:
        values["tuning"] = _tuning(values["tuning"])
    plan = Plan(env, **check_types(values, kinds))
    trials(plan)  # rejects bad grids before any run
    return plan


def _number(name: str, value: Any) -> Any:
    """Converts a text or a whole number: YAML reads `1e-4` as a text, and `1` is the same plan as `1.0`."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return value
    try:
        return float(value)
    except ValueError as error:
        raise ValueError(f"{name}={value!r} must be a number") from error


def _agent(entry: Any) -> AgentSpec:
    if isinstance(entry, str):
        return AgentSpec.parse(entry)
    if not isinstance(entry, dict) or "agent" not in entry or not all(isinstance(n, str) for n in entry):
        raise ValueError(
            f"agents: {entry!r} must be a text such as VPO:alpha=0.3 or {{agent: VPO, alpha: 0.3}}"
        )
    settings = {name: _value(value) for name, value in entry.items() if name not in ("agent", "label")}
    name = str(entry["agent"])
    AgentSpec.parse(name)
    return AgentSpec(str(entry.get("label", name)), name, settings)


def _tuning(entry: Any) -> TuningGrid:
    if not isinstance(entry, dict):
        raise ValueError(
            f"tuning={entry!r} must map settings to lists, such as learning_rate: [1.0e-4, 3.0e-4]"
        )
    known = ("seeds", "measure", "halve_at")
    grid = {name: _listed(values) for name, values in entry.items() if name not in known}
    own: dict[str, Any] = {"measure": entry["measure"]} if "measure" in entry else {}
    if entry.get("halve_at") is not None:
        own["halve_at"] = _number("tuning: halve_at", entry["halve_at"])
    if "seeds" in entry:
        own["seeds"] = _seeds(entry["seeds"])
    return TuningGrid(grid, **own)


def _listed(values: Any) -> Any:
    return [_value(value) for value in values] if isinstance(values, list) else values


def _value(value: Any) -> Any:
    """Converts a text to a number if it is one: YAML reads `1e-4` as a text."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _seeds(value: Any) -> tuple[int, ...]:
    seeds = _list("seeds", value)
    if not all(type(seed) is int and seed >= 0 for seed in seeds):
        raise ValueError(f"seeds={value!r} must be whole numbers, for example [0, 1, 2]")
    return tuple(seeds)


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)) or not value:
        raise ValueError(f"{name}={value!r} must be a list with at least one entry")
    return list(value)
