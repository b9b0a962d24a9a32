"""Export of tasks as rows of a data set: prompts for any trainer, with the keys to score answers.

A task is a pure function of environment, split and index. A row holds these and the prompt. The hidden
truth never leaves the domain; scoring creates the task again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import vpo_envs  # noqa: F401  (registers the built-in environments)
from vpo_agent.common.atomic_io import write_atomically
from vpo_agent.common.settings import check_at_least
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.source import DomainTasks, make_env, task_source
from vpo_envs.extras import import_extra
from vpo_envs.knobs import split_knobs
from vpo_envs.prompt import messages

if TYPE_CHECKING:
    from datasets import Dataset

Row = dict[str, Any]


def task_rows(
    env: str,
    tasks: int,
    *,
    split: str = "train",
    start: int = 0,
    num_candidates: int | None = None,
    layout: str = "plain",
    **settings: Any,
) -> Iterator[Row]:
    """Yields rows of consecutive tasks.

    Columns: `id` (`split/index`), `env`, `settings` (JSON), `split`, `index`, `prompt`;
    `num_candidates` if it is given; and `weights`, a list of d shares, in the rows of tasks whose preference
    weights are known.

    Args:
        env: Id of an environment made from a `Domain`, with or without knobs (`vpo/Maze-v0?size=5`);
            `package.module:id` imports the module first.
        tasks: Maximum number of rows, at least 1; a finite data set may have fewer.
        split: `train`, `validation` or `test`.
        start: Index of the first task.
        num_candidates: Answers that the prompt asks for, in the agents' answer format; None: the
            environment's own prompt.
        layout: One of `LAYOUTS`: `plain` for prompts as texts, `chat` for lists of messages, a task's
            system message first, `verl` for the schema of that trainer.
        **settings: Passed to `gym.make`: the domain's knobs, `prompt_style`.

    Raises:
        ValueError: If an argument is out of range or the environment has no domain.
        TypeError: If a setting is not JSON-serializable.

    Example:
        >>> row, = task_rows("vpo/MazeSmall-v0", 1, split="test", start=17, num_candidates=2)
        >>> row["id"], row["prompt"].splitlines()[-1]
        ('test/17', '<candidates_2>')
    """
    check_at_least({"tasks": tasks}, tasks=1)
    if layout not in LAYOUTS:
        raise ValueError(f"layout={layout!r} must be one of {', '.join(LAYOUTS)}")
    env, knobs = split_knobs(env)
    settings = {**knobs, **settings}
    if "split" in settings:
        raise ValueError(f"env={env!r}: split={settings['split']!r} is no knob of rows; give split")
    written = json.dumps(settings, sort_keys=True, default=os.fspath)
    source = domain_tasks(env, written)
    answer_format = None if num_candidates is None else AnswerFormat(num_candidates)
    for index in range(start, start + tasks):
        task = source.domain.task(split, index)
        if task.index != index:  # past the end of a data set, whose indices wrap around
            if index == start:
                raise ValueError(
                    f"start={start} is past the last task; the data set would start over at "
                    f"{task.split}/{task.index}"
                )
            return
        prompt = task.text(source.style)
        row = {"id": task.id, "env": env, "settings": written, "split": split, "index": index}
        if answer_format:
            row |= {"num_candidates": answer_format.size}
            prompt = answer_format.instruct(prompt, source.style)
        if task.weights is not None:
            row |= {"weights": list(task.weights)}
        yield LAYOUTS[layout](row | {"prompt": prompt})


def task_dataset(env: str, tasks: int, **arguments: Any) -> Dataset:
    """Returns the rows of `task_rows` as a `datasets.Dataset`; takes the same arguments.

    Raises:
        ImportError: If the package `datasets` is not installed.
    """
    return import_extra("datasets", "datasets").Dataset.from_list(
        _even(list(task_rows(env, tasks, **arguments)))
    )


def write_rows(path: str | Path, rows: Sequence[Row]) -> None:
    """Writes rows to a `.jsonl` or `.parquet` file, atomically.

    Raises:
        ValueError: If the file's name has another suffix.
        ImportError: If the file is `.parquet` and pyarrow is not installed.
    """
    path = Path(path)
    write = writer(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, _even(rows))


def _even(rows: Sequence[Row]) -> list[Row]:
    """Returns rows that all have the same columns: tables take their columns from the first row."""
    blank = {name: None for row in rows for name in row}
    return [blank | row for row in rows]


def writer(path: Path) -> Callable[[Path, Sequence[Row]], None]:
    """Returns the function that writes rows to a file of this name; raises errors as `write_rows`."""
    if path.suffix not in WRITERS:
        raise ValueError(f"out={str(path)!r} must end in {' or '.join(WRITERS)}")
    if path.suffix == ".parquet":
        import_extra("pyarrow.parquet", "datasets")
    return WRITERS[path.suffix]


@lru_cache(maxsize=64)
def domain_tasks(env: str, settings: str = "{}") -> DomainTasks:
    """Returns the tasks of an environment's domain, cached by id and settings (JSON).

    Raises:
        ValueError: If the environment was not made from a `Domain`, or has several turns.
        gymnasium.error.Error: If there is no such environment.
        TypeError: If the environment has no such setting.
    """
    source = task_source(make_env(env, **json.loads(settings)))
    if not isinstance(source, DomainTasks):
        raise ValueError(f"env={env!r} was not made from a Domain: only its tasks have indices")
    if source.max_turns > 1:
        raise ValueError(f"env={env!r} plays {source.max_turns} turns; rows need single turns: max_turns=1")
    return source


def _plain(row: Row) -> Row:
    return row | {"prompt": str(row["prompt"])}


def _chat(row: Row) -> Row:
    return row | {"prompt": messages(row["prompt"])}


def _verl(row: Row) -> Row:
    """Returns a row with verl's columns; `extra_info` holds the keys for scoring."""
    chat = _chat(row)
    prompt = chat.pop("prompt")
    return {
        "data_source": row["env"],
        "prompt": prompt,
        "ability": row["env"],
        "reward_model": {"style": "rule", "ground_truth": row["id"]},
        "extra_info": chat,
    }


LAYOUTS: dict[str, Callable[[Row], Row]] = {"plain": _plain, "chat": _chat, "verl": _verl}


def _write_jsonl(path: Path, rows: Sequence[Row]) -> None:
    write_atomically(path, "".join(json.dumps(row) + "\n" for row in rows))


def _write_parquet(path: Path, rows: Sequence[Row]) -> None:
    fresh = path.with_name(f".{path.name}.tmp")
    import_extra("pyarrow.parquet", "datasets").write_table(
        import_extra("pyarrow", "datasets").Table.from_pylist(rows), fresh
    )
    os.replace(fresh, path)


WRITERS: dict[str, Callable[[Path, Sequence[Row]], None]] = {
    ".jsonl": _write_jsonl,
    ".parquet": _write_parquet,
}
