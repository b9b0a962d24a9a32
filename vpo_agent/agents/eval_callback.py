"""Evaluation during training: a callback that measures on held-out tasks and keeps the best agent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vpo_agent.agents.callbacks import Callback, Learner
from vpo_agent.agents.evaluation import ARGUMENTS, POOL, TASKS, evaluate, measure_names, unmeasured
from vpo_agent.common import distributed
from vpo_agent.common.atomic_io import write_atomically
from vpo_agent.common.integrity import DamagedFileError, read_json
from vpo_agent.common.settings import whole_number
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.source import DomainTasks

BEST = "best.json"
FOREIGN = ("eval_env", "eval_freq", "n_eval_episodes", "best_model_save_path", "log_path")
"""Arguments of the callback of this name in Stable-Baselines3."""


class EvalCallback(Callback):
    """A callback that evaluates on held-out tasks every `every` steps and logs measures under `eval/`.

    Args:
        every: Steps between two evaluations.
        folder: Folder in which `best` holds the best agent by `metric`, across resumed runs; None: the
            best agent is not saved.
        metric: A key of the evaluation's summary, for example `expected_best`; regrets are minimized.
        **kwargs: Arguments of `vpo_agent.evaluate` (`split` is `validation` by default).

    Raises:
        ValueError: If a number is no whole one or below 1, or the metric is unknown; at the start of
            training, if the environment was not made from a `Domain`, the split is unknown or has too few
            tasks, or the metric is not known for them.
        TypeError: If `evaluate` has no such argument.
    """

    def __init__(
        self, every: int = 50, folder: str | Path | None = None, metric: str = "expected_best", **kwargs: Any
    ) -> None:
        if hasattr(every, "step") or not kwargs.keys().isdisjoint(FOREIGN):
            raise TypeError(
                "EvalCallback measures on held-out tasks of the agent's own environment: in place of "
                "Stable-Baselines3's eval_env, eval_freq and n_eval_episodes, give every= (training steps), "
                "split=, tasks= and pool="
            )
        self.every = whole_number("every", every, least=1)
        self.tasks = whole_number("tasks", kwargs.get("tasks", TASKS), least=1)
        pool = whole_number("pool", kwargs.get("pool", POOL), least=1)
        Sampling().changed(ARGUMENTS, **{name: kwargs[name] for name in kwargs.keys() - set(ARGUMENTS)})
        known = measure_names(pool, fronts=kwargs.get("fronts", True))
        if metric not in known:
            raise ValueError(f"metric={metric!r} is not measured; there are {', '.join(known)}")
        self.folder = None if folder is None else Path(folder)
        self.metric = metric
        self.kwargs = {"split": "validation", **kwargs, "tasks": self.tasks, "pool": pool}
        self.sign = -1 if metric.startswith("regret") else 1
        self.best = self.sign * float("-inf")

    def on_training_start(self, agent: Learner) -> None:
        """Checks that the agent can be measured; reads the best value of a resumed run."""
        if not isinstance(agent.source, DomainTasks):
            raise ValueError(
                "EvalCallback needs an environment made from a Domain: only those have held-out tasks"
            )
        domain, split = agent.source.domain, self.kwargs["split"]
        domain.task(split, 0)  # refuses a split that does not exist
        DomainTasks(domain, split).check(self.tasks)
        if reason := unmeasured(self.metric, domain, split, self.tasks):
            raise ValueError(
                f"metric={self.metric!r} is not measured, as {reason}; give another, such as expected_best"
            )
        if agent.num_updates and self.folder is not None and (self.folder / BEST).exists():
            self.best = self._kept(self.folder / BEST)

    def _kept(self, file: Path) -> float:
        """Returns the best value of the run so far."""
        remedy = "delete it, and the best agent is chosen among later ones"
        summary = read_json(file, remedy)
        value = summary.get(self.metric, self.best) if isinstance(summary, dict) else None
        if not isinstance(value, (int, float)):
            raise DamagedFileError(f"{file} is damaged: {self.metric} is no number; {remedy}")
        return value

    def on_step(self, agent: Learner) -> bool:
        """Evaluates the agent every `every` steps and saves the best one.

        Raises:
            ValueError: If the metric is not measured.
        """
        if agent.num_updates % self.every:
            return True
        summary = evaluate(agent, **self.kwargs).summary()
        for name, value in summary.items():
            agent.logger.record(f"eval/{name}", value)
        if self.metric not in summary:
            raise ValueError(f"metric={self.metric!r} is not measured; there are {', '.join(summary)}")
        if self.sign * summary[self.metric] > self.sign * self.best:
            self.best = summary[self.metric]
            if self.folder is not None:
                agent.save(self.folder / "best")
                if distributed.is_main():
                    write_atomically(self.folder / BEST, json.dumps(summary, indent=2) + "\n")
        return True
