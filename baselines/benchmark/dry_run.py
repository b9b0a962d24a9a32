"""Estimate of what a benchmark takes, before it runs: tokens, hours, memory.

Tokens are an upper bound: no completion ends before `max_new_tokens`. Hours rest on the speed of one trial
step of every agent on this machine, with few tasks, or on rates that are given. Memory is that of
`vpo_agent.agents.memory`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from baselines.benchmark.plan import Plan
from baselines.benchmark.tuning import first_rung, second_rung, trials
from baselines.registry import AgentSpec, agent_class
from vpo_agent.agents.base import Agent
from vpo_agent.agents.config import AgentConfig, resolve_defaults
from vpo_agent.agents.memory import estimate_training
from vpo_agent.common.threads import threads_set
from vpo_agent.models.names import TINY, TINY_WARM
from vpo_agent.models.policy import Policy
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.models.warm_starts import load_start
from vpo_agent.tasks.source import TaskSource, task_source
from vpo_agent.training.sft import warm_start

TRIAL_PROMPTS = 4
"""Tasks of a trial step at most; a batch that keeps a GPU busier is faster for each token."""

TRIAL_STEPS = 2
"""Trial steps, the last of which is timed: the first allocates memory."""


SHAPES = (
    *("num_candidates", "max_new_tokens", "max_tokens_per_micro_batch", "sampling_rows"),
    *("mini_batches", "kl_coef", "gradient_checkpointing", "lora_rank"),
)
"""Settings in which agents of a plan may differ and on which speed and memory of training depend."""


class Rates(NamedTuple):
    """Tokens of completions that one worker samples, and trains on, in a second."""

    sampling: float
    updating: float


@dataclass(frozen=True)
class AgentCost:
    """The cost of an agent's runs, an upper bound.

    Attributes:
        label: Label of the agent.
        runs: Number of its runs.
        trained: Tokens that a run samples in training and trains on.
        evaluated: Tokens that its evaluation samples.
        seconds: Seconds of a run on one worker.
        memory: Bytes of its training; None where no model was loaded.
    """

    label: str
    runs: int
    trained: int
    evaluated: int
    seconds: float
    memory: int | None


@dataclass(frozen=True)
class PlanCost:
    """The cost of one environment's runs, an upper bound.

    Attributes:
        env: Id of the environment.
        agents: Costs of the agents, those of tuning included.
        warm_start_seconds: Seconds of all warm starts on one worker; None where no model was loaded.
    """

    env: str
    agents: tuple[AgentCost, ...]
    warm_start_seconds: float | None

    @property
    def tokens(self) -> int:
        """Tokens that all runs sample."""
        return sum(one.runs * (one.trained + one.evaluated) for one in self.agents)

    @property
    def hours(self) -> float:
        """Hours of all runs on one worker."""
        seconds = sum(one.runs * one.seconds for one in self.agents) + (self.warm_start_seconds or 0)
        return seconds / 3600

    @property
    def memory(self) -> int | None:
        """Bytes of the largest run."""
        known = [one.memory for one in self.agents if one.memory is not None]
        return max(known, default=None)


def estimate_plan(plan: Plan, rates: Rates | None = None) -> PlanCost:
    """Estimates the cost of a plan.

    Args:
        plan: The plan.
        rates: Speed of one worker; None: timed here, for which the plan's model is loaded. With rates
            memory and warm starts are not estimated, no model but a tiny one is loaded, and without it
            every agent needs `max_new_tokens`.

    Raises:
        ValueError: If a rate is not above 0, the model cannot be loaded, or `max_new_tokens` is missing.
    """
    if rates is not None and min(rates) <= 0:
        raise ValueError(f"rates={tuple(rates)} must be above 0")
    source = task_source(plan.env)
    tiny = plan.policy in (TINY, TINY_WARM)
    policy = None
    if tiny or rates is None:
        try:
            policy = start_policy(plan, source)
        except (OSError, ValueError) as error:
            remedy = "; with --rates SAMPLED,TRAINED, the tokens a second of one worker, no model is needed"
            raise ValueError(
                f"policy={plan.policy!r} cannot be loaded: {error}{remedy if rates is None else ''}"
            ) from error
    compared = [(plan, spec) for spec in plan.agents]
    compared += _trials(plan)
    known: dict[Any, tuple[Rates, int, int]] = {}
    turns = source.max_turns
    agents = tuple(_agent_cost(one, spec, policy, turns, rates, known) for one, spec in compared)
    # The untrained reference of every seed is evaluated, too.
    seeds = {*plan.seeds, *(plan.tuning.seeds if plan.tuning else ())}
    length = max((cost.evaluated for cost in agents), default=0)
    speed = rates.sampling if rates is not None else next((r.sampling for r, *_ in known.values()), 1.0)
    reference = AgentCost("reference", len(seeds), 0, length, length / speed, None)
    start = (
        None
        if rates is not None or policy is None
        else len(seeds) * _warm_start_seconds(plan, policy, source)
    )
    return PlanCost(plan.env, (*agents, reference), start)


def _trials(plan: Plan) -> list[tuple[Plan, AgentSpec]]:
    """Returns the trials of the tuning; of halved ones, all up to the halving, and half of what follows."""
    grid, tried, first, second = plan.tuning, trials(plan), first_rung(plan), second_rung(plan)
    if grid is None or tried is None:
        return []
    if first is None or second is None:
        return [(tried, spec) for spec in tried.agents]
    each = [grid.variants(original) for original in plan.agents]
    return [(first, spec) for variants in each for spec in variants] + [
        (second, spec) for variants in each for spec in variants[: grid.kept(len(variants))]
    ]


def training_memory(plan: Plan) -> int | None:
    """Returns the bytes of the largest training run of a plan, without the libraries' own memory.

    None where no agent is trained, or the model is the tiny one, whose runs fit anywhere.

    Raises:
        OSError: If the plan's model cannot be found.
        ValueError: If it cannot be loaded.
    """
    if plan.policy in (TINY, TINY_WARM) or not (plan.steps or plan.token_budget):
        return None
    known: dict[Any, int] = {}
    for spec in plan.agents:
        kind: Any = agent_class(spec.agent)
        if not issubclass(kind, Agent):
            continue
        settings = plan.settings(spec, plan.seeds[0])
        same = _shape(spec, kind.config_class.from_settings(settings))
        if same not in known:
            agent: Agent = kind(start_policy(plan, task_source(plan.env)), plan.env, **settings)
            known[same] = estimate_training(agent.policy, agent.config, agent.source).total
    return max(known.values(), default=None)


def _shape(spec: AgentSpec, config: AgentConfig) -> tuple[Any, ...]:
    """Returns what agents share that are equally fast and hold the same memory in training."""
    return (spec.agent.startswith("SB3"), *(getattr(config, name) for name in SHAPES))


def start_policy(plan: Plan, source: TaskSource) -> Policy:
    """Loads the common initial model of a plan, or builds the tiny one.

    Raises:
        OSError: If it cannot be found.
        ValueError: If it cannot be loaded.
    """
    if plan.policy == TINY:
        sizes: dict[str, Any] = {"candidates": max(plan.candidate_counts), **plan.policy_kwargs}
        return tiny_policy(source, seed=0, **sizes)
    if plan.policy == TINY_WARM:
        return load_start(source)
    return Policy.from_pretrained(plan.policy)


def _agent_cost(
    plan: Plan,
    spec: AgentSpec,
    policy: Policy | None,
    turns: int,
    rates: Rates | None,
    known: dict[Any, tuple[Rates, int, int]],
) -> AgentCost:
    kind = agent_class(spec.agent)
    memory: int | None = None
    if not issubclass(kind, Agent):
        return AgentCost(spec.label, len(plan.seeds), 0, 0, 0.0, None)
    config = kind.config_class.from_settings(plan.settings(spec, plan.seeds[0]))
    trains = "prompts_per_step" not in kind.config_class.unused
    if rates is not None:
        if policy is not None:
            config = resolve_defaults(config, policy, task_source(plan.env), fresh=False)
        if config.max_new_tokens is None:
            raise ValueError(f"{spec.label} has no max_new_tokens, which an estimate from rates needs")
        speed, length = rates, config.max_new_tokens
    else:
        assert policy is not None
        same = _shape(spec, config)
        if same not in known:
            if not trains:  # it samples as fast as GRPO, which has a step to be timed
                asked = {name: value for name, value in spec.settings.items() if name == "max_new_tokens"}
                spec = AgentSpec(spec.label, "GRPO", asked)
            with threads_set(plan.threads):
                known[same] = _timed(plan, spec, policy)
        speed, length, memory = known[same]
    per_step = plan.prompts_per_step * config.group_size * turns * length
    trained = plan.steps * per_step if plan.token_budget is None else plan.token_budget
    if not trains:
        trained, memory = 0, None
    tasks = plan.tasks + plan.choice_tasks
    rollouts = -(-plan.pool // (config.num_candidates * turns))
    greedy = plan.tasks
    evaluated = (len(plan.used_temperatures) * tasks * rollouts + greedy) * turns * length
    seconds = (trained + evaluated) / speed.sampling + trained / speed.updating
    return AgentCost(spec.label, len(plan.seeds), trained, evaluated, seconds, memory)


def _timed(plan: Plan, spec: AgentSpec, policy: Policy) -> tuple[Rates, int, int]:
    """Returns the speed of a trial step, the length of completions, and the memory of a full step."""
    settings = plan.settings(spec, plan.seeds[0])
    kind: Any = agent_class(spec.agent)
    agent: Agent = kind(policy, plan.env, **settings)
    memory = estimate_training(agent.policy, agent.config, agent.source).total
    prompts = min(plan.prompts_per_step, TRIAL_PROMPTS)
    agent.config = replace(agent.config, prompts_per_step=prompts)
    answers = TRIAL_STEPS * agent.config.answers_per_step * agent.source.max_turns
    agent.learn(answers, log_interval=TRIAL_STEPS + 1)  # so that the last step's values stay in the logger
    logged = agent.logger.name_to_value
    tokens = logged["rollout/tokens"]
    rates = Rates(tokens / logged["time/sampling"], tokens / logged["time/updating"])
    return rates, int(agent.config.max_new_tokens or 0), memory


def _warm_start_seconds(plan: Plan, policy: Policy, source: TaskSource) -> float:
    """Returns the seconds of a warm start, from the second of two steps."""
    if not plan.start_steps:
        return 0.0
    clock: list[float] = []
    with threads_set(plan.start_threads):
        warm_start(
            policy,
            source,
            steps=TRIAL_STEPS,
            sizes=plan.candidate_counts,
            seed=0,
            on_step=lambda step, loss: clock.append(time.perf_counter()),
        )
    return plan.start_steps * (clock[-1] - clock[-2])


def total_hours(costs: Sequence[PlanCost], workers: int) -> float:
    """Returns the hours of all plans with workers side by side, each as fast as one alone."""
    runs = sum(one.runs for cost in costs for one in cost.agents)
    return sum(cost.hours for cost in costs) / max(1, min(workers, runs))
