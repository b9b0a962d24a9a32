"""Unlock experiment on the agents of a finished bench: screen tasks, search the unsolved ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from baselines.benchmark.cell import POLICY
from baselines.benchmark.launcher import run_cells
from baselines.benchmark.plan import Plan, cell_folder, named_in
from baselines.benchmark.record import RESULT, read_result
from baselines.benchmark.results import load
from baselines.benchmark.run import RESULTS, versions
from baselines.benchmark.tuning import choose
from baselines.benchmark.user_envs import registration
from baselines.registry import refuse_imports
from baselines.unlock.results import SCHEMA_VERSION, UnlockFile, UnlockRun
from vpo_agent.common.atomic_io import explained, write_atomically
from vpo_agent.common.integrity import DamagedFileError, read_json, seal
from vpo_agent.common.lock import sole_writer
from vpo_agent.common.settings import check_at_least
from vpo_agent.models.sampling import Sampling
from vpo_agent.search.choices import context_weights
from vpo_agent.search.strategies import make_strategy
from vpo_agent.tasks.source import DomainTasks, TaskSource, task_source
from vpo_envs.scalarization import check_weights

UNLOCK = "unlock.json"


@dataclass(frozen=True)
class Unlock:
    """Settings of the experiment.

    Attributes:
        bench: Folder of a finished `vpo bench`.
        env: Environment of the bench; None: the only one.
        agents: Labels of the agents to search with; empty: all but the oracle.
        screen_with: Labels of the agents that screen the tasks; empty: all that search. With the warm start
            alone no agent's own failures select the tasks on which it is measured.
        tasks: Number of tasks of the bench's split in the screening.
        pool: Answers per task in the screening.
        hard: Maximum number of tasks to search; the first unsolved ones are taken.
        budget: Answers per hard task in the search.
        strategy: A key of `STRATEGIES`, `sampling` or `evolution` for example.
        how: Settings of the strategy.
        share: See `baselines.unlock.solved`.
        weights: Preference weights of the scalar that defines a solution. They may differ from those of the
            training: numbers, or the name of one of the domain's contexts; None: the fixed scalarization.
        require: Minimum value of some objectives, by name, that defines a solution, instead of share and
            weights.
        temperature: Sampling temperature.

    Raises:
        ValueError: If a value is out of range or the strategy is unknown.
        TypeError: If the strategy does not have a setting.
    """

    bench: str
    env: str | None = None
    agents: tuple[str, ...] = ()
    screen_with: tuple[str, ...] = ()
    tasks: int = 128
    pool: int = 30
    hard: int = 32
    budget: int = 2000
    strategy: str = "sampling"
    how: dict[str, Any] = field(default_factory=dict)
    share: float = 1.0
    weights: tuple[float, ...] | str | None = None
    require: dict[str, float] = field(default_factory=dict)
    temperature: float = 1.0

    def __post_init__(self) -> None:
        check_at_least(vars(self), tasks=1, pool=1, hard=1)
        if self.budget <= self.pool:
            raise ValueError(f"budget={self.budget} must be above the pool={self.pool} of the screening")
        if not 0 < self.share <= 1:
            raise ValueError(f"share={self.share} must lie in (0, 1]")
        for name, least in self.require.items():
            if not 0 < least <= 1:
                raise ValueError(f"require: {name}={least} must lie in (0, 1]")
        if self.require and self.share != 1:
            raise ValueError(f"share={self.share} and require={self.require} exclude each other")
        if self.require and self.weights is not None:
            raise ValueError(f"weights={self.weights!r} and require={self.require} exclude each other")
        Sampling(temperature=self.temperature)
        make_strategy(self.strategy, self.how)

    @property
    def solved(self) -> str:
        """Description of the criterion of a solved task."""
        if self.require:
            return " and ".join(f"{name} at least {least:.4g}" for name, least in self.require.items())
        return (
            "every objective at 1 where that is possible, else at least "
            f"{self.share:.4g} of the best {self._scalar} on the front that the domain knows"
        )

    @property
    def _scalar(self) -> str:
        if self.weights is None:
            return "fixed scalar"
        if isinstance(self.weights, str):
            return f"scalar of the context {self.weights!r}"
        return f"scalar with weights {', '.join(f'{w:.4g}' for w in self.weights)}"

    @classmethod
    def restore(cls, description: dict[str, Any]) -> Unlock:
        """Returns the experiment that `unlock.json` describes."""
        lists = {name: tuple(value) for name, value in description.items() if isinstance(value, list)}
        return cls(**{**description, **lists})


def run_unlock(
    experiment: Unlock,
    out: str | Path,
    workers: int = 2,
    quiet: bool = False,
    *,
    command: str = "",
    overwrite: bool = False,
) -> UnlockFile:
    """Runs the experiment; a second call with the same folder resumes it.

    Args:
        experiment: Settings of the experiment.
        out: Folder of searches and results.
        workers: Number of parallel processes, at least 1.
        quiet: If True, no progress is displayed.
        command: Command that reproduces the results, for the report.
        overwrite: If True, results of another experiment in the folder may be replaced.

    Returns:
        The content of `out/unlock.json`.

    Raises:
        BenchmarkError: If a search fails; the finished ones are kept.
        ValueError: If the bench is not finished, an argument is out of range, every task was solved, or the
            folder holds the results of another experiment or is in use by another process.
    """
    cells = trained(experiment)
    screeners = trained(experiment, "screen_with") if experiment.screen_with else cells
    with explained(out):
        Path(out).mkdir(parents=True, exist_ok=True)
    with sole_writer(out):
        return _run_unlock(experiment, cells, screeners, Path(out), workers, quiet, command, overwrite)


def _run_unlock(
    experiment: Unlock,
    cells: list[dict[str, Any]],
    screeners: list[dict[str, Any]],
    out: Path,
    workers: int,
    quiet: bool,
    command: str,
    overwrite: bool,
) -> UnlockFile:
    if not overwrite:
        refuse_other_results(out, experiment, cells[0]["env"])

    def search(
        what: str,
        cells: list[dict[str, Any]],
        strategy: str,
        how: dict[str, Any],
        budget: int,
        tasks: list[int],
    ) -> list[Any]:
        own = {"strategy": strategy, "how": how, "steps": budget, "tasks": tasks}
        bench = {
            "bench": str(Path(experiment.bench).absolute()),
            "registration": registration(cells[0]["env"]),
        }
        jobs = {cell_folder(out, {**cell, **own}): {**cell, **own, **bench} for cell in cells}
        run_cells(what, jobs, "baselines.unlock.cell", workers, quiet)
        return [read_result(folder) for folder in jobs]

    screened = search("screening", screeners, "sampling", {}, experiment.pool, list(range(experiment.tasks)))
    by_task = zip(*(run["solved_at"] for run in screened))
    unsolved = [task for task, ends in enumerate(by_task) if not any(ends)]
    if not unsolved:
        shares = ", ".join(
            f"{cell['label']} seed {cell['seed']}: {sum(map(bool, run['solved_at'])) / experiment.tasks:.2f}"
            for cell, run in zip(screeners, screened)
        )
        raise ValueError(
            f"tasks={experiment.tasks}: each was solved by some run within {experiment.pool} answers "
            f"({shares}); screen more tasks, raise the share, or take a harder environment"
        )
    hard = unsolved[: experiment.hard]
    found = search("searches", cells, experiment.strategy, experiment.how, experiment.budget, hard)
    results = UnlockFile(
        schema_version=SCHEMA_VERSION,
        command=command,
        versions=versions(),
        experiment=json.loads(json.dumps(asdict(experiment))),
        env=cells[0]["env"],
        solved=experiment.solved,
        screened=experiment.tasks,
        unsolved=len(unsolved),
        hard=[f"{cells[0]['split']}/{task}" for task in hard],
        runs=_runs(cells, found),
        screening=_runs(screeners, screened),
    )
    write_atomically(out / UNLOCK, json.dumps(seal(results.model_dump(mode="json")), indent=1) + "\n")
    return results


def _runs(cells: list[dict[str, Any]], results: list[Any]) -> list[UnlockRun]:
    return [
        UnlockRun(label=cell["label"], seed=cell["seed"], **result) for cell, result in zip(cells, results)
    ]


def refuse_other_results(out: Path, experiment: Unlock, env: str) -> None:
    """Rejects a folder that holds the results of another experiment.

    Raises:
        ValueError: If the folder holds such results.
    """
    if not (out / UNLOCK).exists():
        return

    def plain(described: Unlock, env: str) -> Unlock:
        return replace(described, bench=str(Path(described.bench).resolve()), env=env)

    try:
        before = read_json(out / UNLOCK, "it is made again with --overwrite")
        same = plain(Unlock.restore(before["experiment"]), before["env"]) == plain(experiment, env)
    except (ValueError, TypeError, KeyError):
        same = False  # another version, or not a results file
    if not same:
        raise ValueError(
            f"out={str(out)!r} holds the results of another experiment; choose another --out, or replace "
            "them with --overwrite (finished searches are kept and used either way)"
        )


def trained(experiment: Unlock, which: str = "agents") -> list[dict[str, Any]]:
    """Returns the description of every trained run, from which its search starts.

    Args:
        experiment: The experiment.
        which: The attribute that names the agents, `agents` or `screen_with`; empty: all but the oracle.

    Raises:
        ValueError: If the bench has no such environment, objectives or agents, is not finished, or has tasks
            without a known front and the experiment no minimums.
    """
    bench = Path(experiment.bench)
    if not (bench / RESULTS).exists():
        raise ValueError(
            f"bench={experiment.bench!r} has no {RESULTS}; give the --out of a finished `vpo bench`"
        )
    described = load(bench / RESULTS).plans
    refuse_imports(named_in(described), str(bench / RESULTS))
    plans = {plan.env: plan for plan in map(Plan.restore, described)}
    env = next(iter(plans)) if experiment.env is None and len(plans) == 1 else experiment.env
    if env not in plans:
        raise ValueError(f"env={experiment.env!r} is not one of the bench's environments: {', '.join(plans)}")
    plan = plans[env]
    source = task_source(env)
    assert isinstance(source, DomainTasks)  # guaranteed by the bench
    DomainTasks(source.domain, plan.split).check(experiment.tasks)
    names = source.objective_names
    weights = None if experiment.weights is None else _weights(source, experiment.weights)
    unknown = [name for name in experiment.require if name not in names]
    if not experiment.require and source.domain.pareto_front(source.domain.task(plan.split, 0)) is None:
        raise ValueError(
            f"env={env!r} has no known Pareto front, so no share of the best scalar can be asked for: say "
            f"what solves a task by minimums, such as --require {names[0]}=1 (require={{{names[0]!r}: 1.0}})"
        )
    if unknown:
        raise ValueError(f"require: there is no objective {unknown[0]!r}; there are {', '.join(names)}")
    plan, _ = choose(plan, bench)
    runs = [cell for cell in plan.cells() if cell["kind"] == "train" and cell["agent"] != "Oracle"]
    labels = list(dict.fromkeys(cell["label"] for cell in runs))
    wanted: tuple[str, ...] = getattr(experiment, which)
    unknown = [label for label in wanted if label not in labels]
    if unknown:
        raise ValueError(f"{which}: {', '.join(unknown)} are not in the bench, which has {', '.join(labels)}")
    return [
        {
            "kind": "search",
            **{name: cell[name] for name in ("env", "label", "agent", "settings", "seed")},
            "policy": str((policy := _policy(bench, cell)).relative_to(bench)),
            "weights_digest": digest(policy),
            "split": plan.split,
            "share": experiment.share,
            "temperature": experiment.temperature,
            # Only where they are set, so that the folder names of other searches do not change.
            **({"require": experiment.require} if experiment.require else {}),
            **({"weights": weights} if weights is not None else {}),
        }
        for cell in runs
        if not wanted or cell["label"] in wanted
    ]


def digest(policy: Path) -> str:
    """Returns a hash of the model weights in a folder, which changes when the model is trained again."""
    known = hashlib.sha256()
    for file in sorted(policy.glob("*.safetensors")):
        with open(file, "rb") as weights:
            for block in iter(lambda: weights.read(1 << 20), b""):
                known.update(block)
    return known.hexdigest()[:16]


def _weights(source: TaskSource, asked: Sequence[float] | str) -> list[float]:
    weights = context_weights(source, asked) if isinstance(asked, str) else asked
    return [float(weight) for weight in check_weights(weights, len(source.weights))]


def _policy(bench: Path, cell: dict[str, Any]) -> Path:
    """Returns the model of a run: the trained one, or the warm start if the run trains none."""
    folder = cell_folder(bench, cell)
    if not (folder / RESULT).exists():
        raise ValueError(
            f"bench={str(bench)!r}: the run in {folder.name} is not finished; give `vpo bench` again"
        )
    for run in (folder, cell_folder(bench, cell["warm_start"])):
        try:
            read_result(run)
        except DamagedFileError as error:
            raise ValueError(f"bench={str(bench)!r}: {error}: give `vpo bench` again") from error
    own = folder / POLICY
    return own if own.exists() else cell_folder(bench, cell["warm_start"]) / POLICY
