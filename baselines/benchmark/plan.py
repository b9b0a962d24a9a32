"""Benchmark plan of one environment: agents x seeds with matched budgets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, get_type_hints

from baselines.benchmark.tuning_grid import TuningGrid
from baselines.registry import AgentSpec, agent_class
from vpo_agent.common.settings import check_at_least, check_types
from vpo_agent.models.names import TINY, TINY_WARM
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.source import DomainTasks, task_source
from vpo_envs.domain import Domain
from vpo_envs.knobs import split_knobs
from vpo_envs.splits import SPLITS

WARM_START = "WarmStart"
MATCHES = ("answers", "rollouts", "tokens")
TINY_STEPS = 600
SIZES = ("width", "layers", "heads", "vocabulary")
TEMPERATURES = (0.7, 1.0)
CHOICE_TASKS = 32
"""Most tasks on which a temperature is chosen."""

SHARED = ("group_size", "prompts_per_step", "seed", "warm_start_steps")


@dataclass(frozen=True)
class Plan:
    """Settings that every agent of a comparison shares.

    Attributes:
        env: Id of the environment, with or without knobs: `vpo/Maze-v0?size=5`.
        agents: Agents to compare.
        seeds: One training run per agent and seed; agents share the warm start of a seed.
        steps: Training steps of each run.
        prompts_per_step: Tasks per step.
        answers_per_task: Answers per task and step. The number of rollouts per task is this divided by m;
            with `match="rollouts"` it is the number of rollouts for every m.
        policy: Initial model of all agents: `tiny`, `tiny-warm` (shipped, equal for every seed), `smollm2`,
            a GGUF file, or a model's folder or hub name.
        policy_kwargs: Sizes of the tiny policy: `width`, `layers`, `heads`, `vocabulary`.
        warm_start_steps: Steps of the common SFT warm start; default: 600 for the tiny policy, else 0.
        learning_rate: Learning rate of agents whose spec has none; None: the agent's default.
        mini_batches: Gradient steps per training step.
        kl_coef: Weight of the KL penalty.
        tasks: Held-out tasks of the evaluation.
        pool: Answers per held-out task.
        temperatures: Sampling temperatures of the evaluation. Each run is measured at the one that is best
            for it on other tasks, by `expected_best`; the results list all. None: 0.7 and 1 where there are
            other tasks, else 1.
        top_p: Nucleus mass of the evaluation.
        split: Split of the evaluation.
        match: Budget that is equal for all agents: `answers`, `rollouts` or `tokens`. With `tokens`, each
            agent trains until it has generated `token_budget`, and `steps` has no effect.
        token_budget: Tokens per training run.
        tuning: Settings to choose on the validation split before the measurement on `split`.
        threads: Threads of each run. They change the order of sums, and so the last bits of results.
        warm_start_threads: Threads of each warm start, for which other runs wait; None: `threads`.

    Raises:
        ValueError: If budgets cannot be matched or a number is out of range.
    """

    env: str
    agents: tuple[AgentSpec, ...]
    seeds: tuple[int, ...] = (0, 1)
    steps: int = 100
    prompts_per_step: int = 16
    answers_per_task: int = 24
    policy: str = TINY
    policy_kwargs: dict[str, int] = field(default_factory=dict)
    warm_start_steps: int | None = None
    learning_rate: float | None = None
    mini_batches: int = 2
    kl_coef: float = 1e-3
    tasks: int = 128
    pool: int = 30
    temperatures: tuple[float, ...] | None = None
    split: str = "test"
    match: str = "answers"
    token_budget: int | None = None
    tuning: TuningGrid | None = None
    top_p: float = 1.0
    threads: int = 1
    warm_start_threads: int | None = None

    def __post_init__(self) -> None:
        if "split" in split_knobs(self.env)[1]:
            raise ValueError(
                f"env={self.env!r}: split is no knob here; a benchmark trains on train, and measures "
                f"on split={self.split!r}"
            )
        counts = ("prompts_per_step", "answers_per_task", "tasks", "pool", "mini_batches", "threads")
        check_at_least(vars(self), **dict.fromkeys((*counts, "warm_start_threads"), 1))
        if self.steps < 0 or self.start_steps < 0:
            raise ValueError(f"steps={self.steps} and warm_start_steps={self.start_steps} must be >= 0")
        if not isinstance(self.policy_kwargs, dict):
            raise ValueError(
                f"policy_kwargs={self.policy_kwargs!r} must map sizes to numbers, such as {{width: 128}}"
            )
        if self.policy_kwargs and self.policy != TINY:
            raise ValueError(
                f"policy_kwargs={self.policy_kwargs} are sizes of the tiny policy; "
                f"policy={self.policy!r} has its own"
            )
        if not set(self.policy_kwargs) <= set(SIZES) or not all(
            type(size) is int and size > 0 for size in self.policy_kwargs.values()
        ):
            raise ValueError(
                f"policy_kwargs={self.policy_kwargs} must give {', '.join(SIZES)} as whole numbers above 0"
            )
        asking = [spec.label for spec in self.agents if agent_class(spec.agent).goal_conditioned]
        if self.policy == TINY_WARM and asking:
            raise ValueError(
                f"policy={TINY_WARM!r} saw no prompts with weights, which {', '.join(asking)} needs; give "
                f"policy={TINY!r}"
            )
        if not self.agents or not self.seeds:
            raise ValueError("a benchmark needs at least one agent and one seed")
        if self.split not in SPLITS:
            raise ValueError(f"split={self.split!r} is not one of {', '.join(SPLITS)}")
        if self.match not in MATCHES:
            raise ValueError(f"match={self.match!r} is not one of {', '.join(MATCHES)}")
        if (self.match == "tokens") != (self.token_budget is not None):
            raise ValueError(
                f"token_budget={self.token_budget} goes with match='tokens' alone, and match={self.match!r}; "
                "a report with equal answers shows the tokens that its runs used"
            )
        check_at_least(vars(self), token_budget=1)
        if self.tuning is not None and self.split == "validation":
            raise ValueError("split='validation' is where tuning chooses; measure on test")
        DomainTasks(self._domain, self.split).check(self.tasks)
        self._check_temperatures()
        labels = [spec.label for spec in self.agents]
        if len(set(labels)) < len(labels) or len(set(self.seeds)) < len(self.seeds):
            named: list[Any] = [*labels, *self.seeds]
            twice = next(name for name in named if named.count(name) > 1)
            raise ValueError(f"agents={labels} and seeds={list(self.seeds)} must not repeat {twice!r}")
        if WARM_START in labels:
            raise ValueError(f"the label {WARM_START} is that of the untrained reference; choose another")
        for spec in self.agents:
            own = [name for name in SHARED if name in spec.settings]
            if own:
                raise ValueError(
                    f"{spec.label} sets {', '.join(own)}, which all agents of a comparison share; set it for "
                    "the benchmark"
                )
            if type(spec.num_candidates) is not int or spec.num_candidates < 1:
                raise ValueError(
                    f"num_candidates={spec.num_candidates!r} of {spec.label} must be an integer of at least 1"
                )
            if self.match != "rollouts" and self.answers_per_task % spec.num_candidates:
                raise ValueError(
                    f"answers_per_task={self.answers_per_task} is not a multiple of {spec.label}'s "
                    f"num_candidates={spec.num_candidates}; choose a common multiple"
                )
            for seed in self.seeds:
                settings = self.settings(spec, seed)
            if self.token_budget and follows_length(settings):
                raise ValueError(
                    f"{spec.label} has a learning rate that follows the length of the run, which "
                    "match='tokens' does not know in advance; leave schedule and warmup alone"
                )

    @property
    def start_steps(self) -> int:
        """Steps of the common SFT warm start."""
        if self.warm_start_steps is not None:
            return self.warm_start_steps
        return TINY_STEPS if self.policy == TINY else 0

    @property
    def start_threads(self) -> int:
        """Threads of each warm start."""
        return self.threads if self.warm_start_threads is None else self.warm_start_threads

    def _check_temperatures(self) -> None:
        for temperature in self.used_temperatures:
            try:
                Sampling(temperature=temperature, top_p=self.top_p)
            except ValueError as error:
                raise ValueError(f"temperatures={list(self.used_temperatures)}: {error}") from error
        if len(set(self.used_temperatures)) < max(1, len(self.used_temperatures)):
            raise ValueError(f"temperatures={list(self.used_temperatures)} must be one or more, all distinct")
        if len(self.used_temperatures) > 1 and self.choice is None and self.split != "validation":
            raise ValueError(
                f"temperatures={list(self.used_temperatures)}: one is chosen on other tasks than those "
                "measured, and the data has none; give a single temperature"
            )

    @property
    def used_temperatures(self) -> tuple[float, ...]:
        """Sampling temperatures of the evaluation."""
        if self.temperatures is not None:
            return self.temperatures
        return TEMPERATURES if self.choice is not None or self.split == "validation" else (1.0,)

    @cached_property
    def _domain(self) -> Domain:
        source = task_source(self.env)
        if not isinstance(source, DomainTasks):
            raise ValueError(
                f"env={self.env!r} was not made from a Domain, and a benchmark measures on a domain's "
                "held-out tasks; `vpo train` trains on any environment"
            )
        return source.domain

    @cached_property
    def choice(self) -> dict[str, Any] | None:
        """Split and number of the tasks on which a temperature is chosen; None: there are no others."""
        if self.split == "validation":
            return None
        domain = self._domain
        for split in ("validation", "train"):
            if domain.rows_of(split) not in (None, domain.rows_of(self.split)):
                size = domain.size(split)
                tasks = min(self.tasks, CHOICE_TASKS)
                return {"split": split, "tasks": tasks if size is None else min(tasks, size)}
        return None

    @property
    def choice_tasks(self) -> int:
        """Tasks on which every temperature is tried before the choice; 0 if there is one temperature."""
        return self.choice["tasks"] if len(self.used_temperatures) > 1 and self.choice else 0

    @property
    def candidate_counts(self) -> list[int]:
        """All values of m in the plan; the warm start demonstrates each of them."""
        return sorted({1, *(spec.num_candidates for spec in self.agents)})

    def settings(self, spec: AgentSpec, seed: int) -> dict[str, Any]:
        """Returns the configuration of one run; an agent's own settings take precedence.

        Shared settings that have no effect on the agent are left out.
        """
        settings: dict[str, Any] = {
            "num_candidates": spec.num_candidates,
            "group_size": self.answers_per_task // (1 if self.match == "rollouts" else spec.num_candidates),
            "prompts_per_step": self.prompts_per_step,
            "mini_batches": self.mini_batches,
            "kl_coef": self.kl_coef,
            "seed": seed,
            "warm_start_steps": 0,
        }
        if self.learning_rate is not None:
            settings["learning_rate"] = self.learning_rate
        config_class = agent_class(spec.agent).config_class
        settings = {name: value for name, value in settings.items() if name not in config_class.unused}
        settings.update(spec.settings)
        config_class.from_settings(settings)  # rejects bad settings now
        return settings

    def warm_cell(self, seed: int) -> dict[str, Any]:
        """Returns everything that determines a warm start."""
        cell: dict[str, Any] = {
            "kind": "warm_start",
            "env": self.env,
            "seed": seed,
            "steps": self.start_steps,
            "sizes": self.candidate_counts,
        }
        # Only where it is True, so that the folder names of other warm starts do not change.
        if any(agent_class(spec.agent).goal_conditioned for spec in self.agents):
            cell["show_weights"] = True
        if self.policy != TINY:
            cell["policy"] = self.policy
        if self.policy_kwargs:
            cell["policy_kwargs"] = self.policy_kwargs
        if self.start_threads != 1:
            cell["threads"] = self.start_threads
        return cell

    def train_cell(self, spec: AgentSpec, seed: int, steps: int) -> dict[str, Any]:
        """Returns everything that determines a training run and its evaluation."""
        cell: dict[str, Any] = {
            "kind": "train",
            "env": self.env,
            "label": spec.label,
            "agent": spec.agent,
            "settings": self.settings(spec, seed),
            "seed": seed,
            "steps": steps,
            "warm_start": self.warm_cell(seed),
            "evaluation": {
                "split": self.split,
                "tasks": self.tasks,
                "pool": self.pool,
            },
            "temperatures": list(self.used_temperatures),
        }
        if len(self.used_temperatures) > 1 and self.choice is not None:
            cell["choice"] = self.choice
        # Only where they are set, so that the folder names of other runs do not change.
        if self.top_p != 1:
            cell["top_p"] = self.top_p
        if self.threads != 1:
            cell["threads"] = self.threads
        return {**cell, "tokens": self.token_budget} if self.token_budget and steps else cell

    def cells(self) -> list[dict[str, Any]]:
        """Returns all runs: warm starts first, then the untrained reference and every agent, by seed."""
        reference = AgentSpec(WARM_START, "GRPO")
        runs = [self.warm_cell(seed) for seed in self.seeds]
        for seed in self.seeds:
            runs.append(self.train_cell(reference, seed, 0))
            steps = self.steps if self.token_budget is None else 1
            runs += [self.train_cell(spec, seed, steps) for spec in self.agents]
        return runs

    def describe(self) -> dict[str, Any]:
        """Returns the plan as plain data, with defaults resolved."""
        resolved = {"warm_start_steps": self.start_steps, "temperatures": self.used_temperatures}
        return json.loads(json.dumps({**asdict(self), **resolved}))

    @classmethod
    def restore(cls, description: dict[str, Any]) -> Plan:
        """Returns the plan of a description by `describe`.

        Raises:
            ValueError: If the description is another one, or holds values out of range.
        """
        try:
            values = dict(description)
            if "temperature" in values:
                raise ValueError(
                    "the plan is of an earlier version, which knew one temperature; run its command again"
                )
            values["agents"] = tuple(AgentSpec(**spec) for spec in values["agents"])
            values["seeds"] = tuple(values["seeds"])
            if values.get("temperatures") is not None:
                values["temperatures"] = tuple(values["temperatures"])
            if values.get("tuning") is not None:
                tuning = values["tuning"]
                values["tuning"] = TuningGrid(**{**tuning, "seeds": tuple(tuning["seeds"])})
            return cls(**check_types(values, get_type_hints(cls)))
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(
                f"plan={description!r:.200} is not the description of a plan: {error}"
            ) from error


def follows_length(settings: dict[str, Any]) -> bool:
    """Returns whether a learning rate depends on the length of the run."""
    return settings.get("schedule", "constant") != "constant" or bool(settings.get("warmup"))


def named_in(plans: Iterable[Any]) -> Iterator[str]:
    """Yields the names of environments and agents in descriptions of plans, as far as they are texts."""
    for plan in plans:
        if isinstance(plan, dict):
            agents = plan.get("agents")
            entries = [plan.get("env"), *(agents if isinstance(agents, (list, tuple)) else [])]
            named = (entry.get("agent") if isinstance(entry, dict) else entry for entry in entries)
            yield from (name for name in named if isinstance(name, str))


def cell_folder(root: Path, cell: dict[str, Any]) -> Path:
    """Returns a run's folder; its readable name ends with a hash of all settings of the run."""
    digest = hashlib.sha256(json.dumps(cell, sort_keys=True).encode()).hexdigest()[:8]
    name = WARM_START.lower() if cell["kind"] == "warm_start" else cell["label"]
    safe = "".join(c if c.isalnum() or c in "-_.=" else "_" for c in name)
    return root / "cells" / f"{safe}-seed{cell['seed']}-{digest}"
