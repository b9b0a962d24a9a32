"""The function `search`: a strategy fills the pools, a choice selects one answer from each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

from vpo_agent.common import distributed
from vpo_agent.common.atomic_io import explained
from vpo_agent.common.lock import sole_writer
from vpo_agent.common.settings import refuse_differences
from vpo_agent.generation.generator import Generator
from vpo_agent.search.choices import ByWeights, Choice, Chooser, make_choice
from vpo_agent.search.identity import describe
from vpo_agent.search.result import Pool, SearchResult
from vpo_agent.search.strategies import Strategy, make_strategy
from vpo_agent.tasks.source import DomainTasks, TaskSource, task_id, task_source

BATCH = 8  # tasks that are searched in parallel and saved together


def search(
    generator: Generator,
    env: gym.Env[Any, Any] | str | None = None,
    strategy: str | Strategy = "sampling",
    budget: int = 64,
    choose: str | Sequence[float] | Choice = "scalar",
    *,
    tasks: int | Sequence[Any] = 16,
    split: str = "test",
    seed: int = 0,
    path: str | Path | None = None,
    on_answers: Callable[[int], None] | None = None,
    **sampling: Any,
) -> SearchResult:
    """Searches for good answers to tasks, and chooses one answer per task.

    Args:
        generator: A trained agent or a served model; not modified.
        env: Environment of the tasks; None: the generator's own.
        strategy: A key of `STRATEGIES` such as `sampling`, or a strategy with its settings, for example
            `RefinementSearch(turns=3)`.
        budget: Answers per task.
        choose: `scalar` (the fixed scalarization), `knee`, `vote`, the name of one of the domain's contexts,
            weights (d,), or a choice such as `ByConstraints({"correctness": 1}, then="performance")`.
        tasks: Number of the split's first tasks, or a sequence of tasks.
        split: `train`, `validation` or `test`; unused by environments not made from a `Domain`.
        seed: Seed of all randomness.
        path: JSON file of finished tasks. The same call resumes from it; calls with another `choose` or more
            tasks reuse its answers. The answers do not depend on interruptions. Until the search is
            complete, or if the choice fails, the file's choice is the fixed scalarization.
        on_answers: Function called at the start and repeatedly with the number of answers so far, over all
            tasks.
        **sampling: `temperature`, `top_p`, `max_new_tokens` in place of the training settings.

    Raises:
        ValueError: If a value is out of range, a name is unknown, or `path` holds another search, is
            damaged or in use by another process.
        TypeError: If a sampling setting is unknown.
    """
    if budget < 1:
        raise ValueError(f"budget={budget} must be at least 1 answer per task")
    source = generator.source if env is None else _source(env, generator)
    how = generator.sampling.changed(**sampling)
    strategy, choice = make_strategy(strategy), make_choice(choose)
    chooser = choice.bind(source)
    wanted = draw_tasks(source, tasks, split)
    by_name = {task_id(task): task for task in wanted}
    run = describe(generator, source, strategy, budget, how, seed)

    pools: dict[str, Pool] = {}

    def chosen_by(choice: Choice, chooser: Chooser) -> SearchResult:
        """Returns the result so far, in the order of the tasks."""
        done = [(task, pools[name]) for name, task in by_name.items() if name in pools]
        return SearchResult(
            run=run,
            objectives=list(source.objective_names),
            pools=[pool for _, pool in done],
            choice=str(choice),
            chosen=[chooser(pool, task) for task, pool in done],
        )

    with _writing(path):
        pools = kept_pools(path, run, by_name)
        distributed.barrier()  # all processes read the file before the main one writes it
        missing = [task for name, task in by_name.items() if name not in pools]
        step = len(wanted) if path is None else BATCH
        if on_answers is not None:
            on_answers(budget * len(pools))
        for start in range(0, len(missing), step):
            report = counting_from(budget * len(pools), on_answers)
            batch = missing[start : start + step]
            found = strategy.search(
                generator, source, batch, budget, sampling=how, seed=seed, on_answers=report
            )
            pools |= {pool.task: pool for pool in found}
            if path is not None and distributed.is_main():  # saved before the user's choice, which may fail
                chosen_by(ByWeights(), ByWeights().bind(source)).to_json(path)
        result = chosen_by(choice, chooser)
        if path is not None and distributed.is_main():
            result.to_json(path)
        return result


def _writing(path: str | Path | None) -> contextlib.AbstractContextManager[None]:
    """Keeps other searches from writing the file of a search within the context."""
    if path is None or not distributed.is_main():
        return contextlib.nullcontext()
    with explained(path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    return sole_writer(path)


def _source(env: gym.Env[Any, Any] | str, generator: Generator) -> TaskSource:
    """Returns the task source of an environment; its objectives must be the generator's."""
    source = task_source(env)
    if source.objective_names != generator.source.objective_names:
        raise ValueError(
            f"env: it has the objectives {source.objective_names}, the agent was trained on "
            f"{generator.source.objective_names}; give an environment of the same domain"
        )
    return source


def draw_tasks(source: TaskSource, tasks: int | Sequence[Any], split: str) -> list[Any]:
    """Returns the first tasks of a split, or the given tasks.

    Raises:
        ValueError: If there are no tasks, a task occurs twice, or the split is unknown.
    """
    if not isinstance(tasks, int):
        drawn = list(tasks)
    elif isinstance(source, DomainTasks):
        drawn = DomainTasks(source.domain, split).first(tasks)
    else:
        drawn = source.draw(np.random.default_rng(0), max(tasks, 0))
    names = [task_id(task) for task in drawn]
    if not names:
        raise ValueError(f"tasks={tasks!r} must be at least one task")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"tasks holds {', '.join(twice)} more than once; results are identified by them")
    return drawn


def kept_pools(path: str | Path | None, run: dict[str, Any], names: Collection[str]) -> dict[str, Pool]:
    """Reads the pools in a file of the same search, by task; empty if there is no file.

    Raises:
        ValueError: If the file holds another search, or tasks that are not requested.
    """
    if path is None or not Path(path).exists():
        return {}
    kept = SearchResult.from_json(path)
    refuse_differences(kept.run, run, f"path={str(path)!r} holds another search:", "choose another file")
    pools = {pool.task: pool for pool in kept.pools}
    others = [name for name in pools if name not in names]
    if others:
        raise ValueError(
            f"path={str(path)!r} holds answers to {', '.join(others[:3])}{' ...' * (len(others) > 3)}, which "
            "this search leaves out; add those tasks, or choose another file"
        )
    return pools


def counting_from(start: int, tell: Callable[[int], None] | None) -> Callable[[int], None] | None:
    """Returns a callback that adds `start` to each count; None if there is no callback."""
    return None if tell is None else lambda answers: tell(start + answers)
