"""A domain made from rows of data and a scorer function: your own data in ten lines."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any, TypeAlias

import numpy as np

from vpo_envs.datasets.reading import (
    SPLIT_NAMES,
    Placed,
    is_nameless,
    local_path,
    pick_split,
    place_rows,
    read_placed_rows,
    split_names,
)
from vpo_envs.datasets.schema import Row, RowError, require, require_texts, shown
from vpo_envs.domain import Domain
from vpo_envs.prompt import SEPARATOR
from vpo_envs.registration import CODE_PATH
from vpo_envs.scalarization import check_weights
from vpo_envs.splits import SPLITS, check_index
from vpo_envs.suggestions import did_you_mean, nearest
from vpo_envs.task import Objective, Task

KNOWN_SPLITS = sorted({name for names in SPLIT_NAMES.values() for name in names})

Scorer: TypeAlias = Callable[..., Any]
Rows: TypeAlias = (
    str | PathLike[str] | Iterable[Mapping[str, Any]] | Mapping[str, Iterable[Mapping[str, Any]]]
)

COMPLETION = "completion"
HELD_OUT = 0.1
"""Share of the rows of an undivided table that each of `validation` and `test` gets."""


def from_rows(
    rows: Rows,
    scorer: Scorer | str | Mapping[str, Scorer | str],
    objectives: Sequence[Objective | str] | None = None,
) -> RowsDomain:
    """Makes a domain from rows of data and a scorer function.

    Columns that are read: `prompt` (required), `system` (a system message to put before it), `answer` and any
    others that the scorer names, `compact` (a short form of the prompt), `weights` (the preference weights of
    this task, a list in the order of the objectives or an object by name; null where they are unknown),
    `demonstrations` (a list of texts for warm starts) and `split`.

    The scorer asks for what it needs by the names of its parameters. `completion` is the text to score,
    without its reasoning. Every other name is a column; one with a default may be missing from rows;
    `**columns` gets all of them.

    Args:
        rows: A `.jsonl`, `.json` or `.parquet` file, a folder, a hub id `owner/name`, a `datasets.Dataset`
            or `DatasetDict`, a list of dicts, or a dict of such lists by split.
            Rows without splits are divided: by their column `split`, else 80 : 10 : 10 at random, equal
            prompts together, the same in every process.
        scorer: A function that returns a float, a sequence in the order of the objectives, or a dict by
            their names, every value in [0, 1]. Or a dict that gives each objective a function of its own.
            A function may be named by its path `package.module:name`.
        objectives: Names, or `vpo_envs.Objective` for descriptions and weights; default: the names in
            the dict of scorers.

    Raises:
        ValueError: If the source cannot be read, an argument is wrong, or a split is empty.
        RowError: If a row lacks a column or has a wrong type; the message names file and line.

    Example:
        >>> def score(completion, answer, limit=9):
        ...     return {"right": answer in completion, "short": len(completion) <= limit}
        >>> rows = [{"prompt": f"What is {n} + {n}?", "answer": str(2 * n)} for n in range(20)]
        >>> domain = from_rows(rows, score, ["right", "short"])
        >>> domain.size("train"), domain.size("validation"), domain.size("test")
        (16, 2, 2)
        >>> task = domain.task("test", 0)
        >>> domain.score_batch([task, task], [task.truth["answer"], "no idea at all"]).tolist()
        [[1.0, 1.0], [0.0, 0.0]]
    """
    return RowsDomain(rows, scorer, objectives)


class RowsDomain(Domain):
    """A finite domain over rows of data, see `from_rows`; `task(split, index)` wraps around.

    Args:
        rows: See `from_rows`.
        scorer: See `from_rows`.
        objectives: See `from_rows`.
    """

    def __init__(
        self,
        rows: Rows,
        scorer: Scorer | str | Mapping[str, Scorer | str],
        objectives: Sequence[Objective | str] | None = None,
    ) -> None:
        self.rows = _splits(rows)  # first: without rows the rest is of no use
        self.scorer = _checked_scorer(scorer)
        if objectives is None:
            if not isinstance(self.scorer, Mapping):
                raise ValueError("objectives=None: name the objectives that the scorer returns")
            objectives = list(self.scorer)
        if isinstance(objectives, str) or not objectives:
            raise ValueError(f"objectives={objectives!r} must be a list of at least one name")
        self.objectives = tuple(Objective(o) if isinstance(o, str) else o for o in objectives)
        if isinstance(self.scorer, Mapping) and set(self.scorer) != set(self.objective_names):
            raise ValueError(
                f"objectives={self.objective_names} and the scorers {tuple(self.scorer)} differ in names"
                + _meant(self.scorer, self.objective_names)
            )
        for placed in self.rows.values():
            for index, (place, row) in enumerate(placed):
                self._check_row(row, index, place)

    def sample_task(self, rng: np.random.Generator) -> Task:
        """Draws a row of the training split."""
        return self._task("train", int(rng.integers(len(self._split("train")))))

    def task(self, split: str, index: int) -> Task:
        """Returns the task of row `index` of a split, modulo their number."""
        check_index(split, index)
        return self._task(split, int(index) % len(self._split(split)))

    def size(self, split: str) -> int:
        """Returns the number of rows of a split; 0 for one that the data does not have."""
        try:
            return len(self._split(split))
        except ValueError:
            return 0

    def rows_of(self, split: str) -> str | None:
        """Returns the data's own name of a split."""
        try:
            return pick_split("rows", split, list(self.rows))
        except ValueError:
            return None

    def demonstrations(self, task: Task, rng: np.random.Generator, quality: float = 1.0) -> Sequence[str]:
        """Returns the texts of the row's column `demonstrations`."""
        return tuple(task.truth.get("demonstrations") or ())

    def score(self, task: Task, answer: str) -> Sequence[float]:
        """Scores an answer with the scorer functions.

        Raises:
            ValueError: If a function returns the wrong objectives.
        """
        if isinstance(self.scorer, Mapping):
            return [_call(self.scorer[name], answer, task.truth) for name in self.objective_names]
        scores = _call(self.scorer, answer, task.truth)
        if isinstance(scores, Mapping):
            if set(scores) != set(self.objective_names):
                raise ValueError(
                    f"the scorer returned {sorted(scores)}; the objectives are {list(self.objective_names)}"
                    + _meant(scores, self.objective_names)
                )
            return [scores[name] for name in self.objective_names]
        return [scores] if np.ndim(scores) == 0 else scores

    def _split(self, split: str) -> Sequence[Placed]:
        return self.rows[pick_split("rows", split, list(self.rows))]

    def _task(self, split: str, index: int) -> Task:
        _, row = self._split(split)[index]
        shares = row.get("weights")
        if isinstance(shares, Mapping):
            shares = [shares[name] for name in self.objective_names]
        weights = None if shares is None else tuple(map(float, shares))
        system = row.get("system") or ""
        prompt = SEPARATOR.join(filter(None, (system, row["prompt"])))
        task = Task(prompt, row, row.get("compact") or "", weights, system=system)
        return replace(task, split=split, index=index)

    def _check_row(self, row: Row, index: int, place: str) -> None:
        try:
            if not require(row, index, "prompt", str).strip():
                raise RowError(index, "prompt", "is empty")
            for field in ("system", "compact"):
                if row.get(field) is not None:
                    require(row, index, field, str)
            for field, kind in (("demonstrations", list), ("weights", (list, Mapping))):
                if row.get(field) is not None:
                    require(row, index, field, kind)
            if row.get("demonstrations"):
                require_texts(row, index, "demonstrations")
            if row.get("weights") is not None:
                self._check_weights(row["weights"], index)
            for function in self.scorer.values() if isinstance(self.scorer, Mapping) else (self.scorer,):
                for name in _required(function):
                    if name not in row:
                        raise RowError(
                            index,
                            name,
                            f"is missing; {_name(function)} asks for it. The row has: {', '.join(row)}",
                        )
        except RowError as error:
            raise error.at(place) from None

    def _check_weights(self, weights: Any, index: int) -> None:
        names = self.objective_names
        if isinstance(weights, Mapping):
            if set(weights) != set(names):
                problem = f"must name {', '.join(names)}, not {shown(weights)}{_meant(weights, names)}"
                raise RowError(index, "weights", problem)
            weights = [weights[name] for name in names]
        try:
            check_weights(weights, len(names))
        except (TypeError, ValueError) as error:
            raise RowError(index, "weights", str(error)) from None


def _splits(rows: Rows) -> dict[str, list[Placed]]:
    """Returns the rows of each split under the source's own names."""
    if isinstance(rows, (str, PathLike)):
        path = local_path(rows)
        if path is not None and is_nameless(path):
            return _divided(read_placed_rows(rows, "train"))
        names = split_names(rows)
        known = [name for name in names if name in KNOWN_SPLITS]
        if known:
            return {name: read_placed_rows(rows, name) for name in known}
        if len(names) > 1:
            raise ValueError(
                f"rows={str(rows)!r} has none of the splits {', '.join(KNOWN_SPLITS)}: {', '.join(names)}; "
                "name them so, or give one of the files"
            )
        return _divided(read_placed_rows(rows, names[0]))
    if isinstance(rows, Mapping):
        for name in rows:
            if name not in KNOWN_SPLITS:
                raise ValueError(f"rows[{name!r}]: no such split; {did_you_mean(str(name), KNOWN_SPLITS)}")
        splits = {name: place_rows(part, f"rows[{name!r}]") for name, part in rows.items()}
    elif isinstance(rows, Iterable):
        splits = _divided(place_rows(rows, "rows"))
    else:
        raise ValueError(f"rows={shown(rows)} must be a path, a data set or a list of dicts")
    if not splits or not all(splits.values()):
        raise ValueError(f"rows has no rows in {[name for name, part in splits.items() if not part] or 'it'}")
    return splits


def _divided(rows: list[Placed]) -> dict[str, list[Placed]]:
    """Divides an undivided table: by its column `split`, else at random."""
    if rows and any("split" in row for _, row in rows):
        splits: dict[str, list[Placed]] = {}
        for index, (place, row) in enumerate(rows):
            try:
                splits.setdefault(_split_name(row, index), []).append((place, row))
            except RowError as error:
                raise error.at(place) from None
        return splits
    prompts = list(dict.fromkeys(str(row.get("prompt")) for _, row in rows))
    if len(prompts) < len(SPLITS):
        raise ValueError(
            f"rows has {len(prompts)} different prompts; to hold tasks out it needs at least {len(SPLITS)}, "
            "or a column 'split'"
        )
    held_out = max(1, int(len(prompts) * HELD_OUT))
    order = np.random.default_rng(0).permutation(len(prompts))
    split_of = {prompts[i]: "train" for i in order}
    split_of.update({prompts[i]: "validation" for i in order[:held_out]})
    split_of.update({prompts[i]: "test" for i in order[held_out : 2 * held_out]})
    return {name: [pair for pair in rows if split_of[str(pair[1].get("prompt"))] == name] for name in SPLITS}


def _split_name(row: Mapping[str, Any], index: int) -> str:
    """Returns the value of a row's column `split`."""
    name: str = require(row, index, "split", str)
    if name not in KNOWN_SPLITS:
        raise RowError(index, "split", f"{name!r} is no split; {did_you_mean(name, KNOWN_SPLITS)}")
    return name


def _checked_scorer(scorer: Any) -> Scorer | dict[str, Scorer]:
    if isinstance(scorer, Mapping):
        if not scorer:
            raise ValueError("scorer={} is empty; give every objective a function")
        return {name: _function(one) for name, one in scorer.items()}
    return _function(scorer)


def _function(scorer: Any) -> Scorer:
    """Returns a scorer function, imported where it is named by its path."""
    if isinstance(scorer, str):
        module, _, name = scorer.partition(":")
        if not CODE_PATH.fullmatch(scorer):
            raise ValueError(f"scorer={scorer!r} must have the form 'package.module:function'")
        scorer = getattr(importlib.import_module(module), name, None) or scorer
    if not callable(scorer):
        raise ValueError(f"scorer={scorer!r} must be a function, or name one as 'package.module:function'")
    parameters = inspect.signature(scorer).parameters
    if COMPLETION not in parameters:
        raise ValueError(
            f"{_name(scorer)}({', '.join(parameters)}) has no parameter 'completion', the text to score; "
            "name the other parameters after columns of the rows"
        )
    return scorer


def _call(scorer: Scorer, completion: str, row: Row) -> Any:
    """Calls a scorer function with the columns that it names."""
    parameters = inspect.signature(scorer).parameters
    takes_all = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    columns = {name: value for name, value in row.items() if takes_all or name in parameters}
    return scorer(**{**columns, COMPLETION: completion})


def _required(scorer: Scorer) -> list[str]:
    """Returns the columns that a scorer function cannot do without."""
    return [
        name
        for name, parameter in inspect.signature(scorer).parameters.items()
        if parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        and name != COMPLETION
    ]


def _meant(names: Iterable[Any], known: Sequence[str]) -> str:
    """Returns a suggestion for the first name that is near a known one; empty if there is none."""
    for name in names:
        near = None if name in known else nearest(name, known)
        if near:
            return f"; for {name!r}, did you mean {near!r}?"
    return ""


def _name(scorer: Scorer) -> str:
    return getattr(scorer, "__name__", type(scorer).__name__)
