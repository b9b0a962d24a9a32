"""The settings shared by all agents; subclasses add settings of their own."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from vpo_agent.common.settings import Settings, check_at_least
from vpo_agent.models.chat_template import REASONING
from vpo_agent.models.policy import Policy
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.source import DomainTasks, TaskSource
from vpo_agent.training.loss import LossConfig
from vpo_agent.training.sft import SMALL_MODEL
from vpo_agent.training.trainer import OptimizerConfig

MAX_NEW_TOKENS = 512  # default for domains without demonstrations
PROMPT_SETTINGS = ("num_candidates", "reasoning", "truncate_prompts")
"""Shared settings on which prompts depend."""
LOWEST = {
    "num_candidates": 1,
    "group_size": 2,
    "prompts_per_step": 1,
    "seed": 0,
    "lora_rank": 0,
    "warm_start_steps": 0,
    "kl_coef": 0,
    "entropy_coef": 0,
    "resampling_rounds": 0,
}


@dataclass(frozen=True, kw_only=True)
class AgentConfig(Settings):
    """The settings of an agent. Values of None are resolved when the agent is created.

    Attributes:
        num_candidates: Answers per rollout, m.
        group_size: Rollouts per task and step, G; at least 2, because advantages compare rollouts.
        prompts_per_step: Tasks per step, P. One step samples P * G * m answers.
        seed: Seed of all randomness.
        max_new_tokens: Maximum length of a completion in tokens. None: 1.5 times the length that the
            domain's longest demonstrations need, or 512 without demonstrations.
        temperature: Sampling temperature in training.
        top_p: Nucleus mass of sampling in training.
        learning_rate: Peak learning rate. None: 3e-4 below 20 million parameters, else the paper's 1e-6,
            or 1e-5 for adapters.
        schedule: Learning-rate schedule: `constant`, `linear` or `cosine`.
        warmup: Share of the run over which the learning rate rises.
        weight_decay: Weight decay of AdamW.
        max_grad_norm: Maximum gradient norm.
        mini_batches: Optimizer steps per training step.
        max_tokens_per_micro_batch: Maximum number of tokens per forward pass in training.
        clip: Half-width of the clipping range of the ratio.
        dual_clip: Bound on the loss for negative advantages.
        kl_coef: Weight of the KL divergence to the reference model.
        entropy_coef: Weight of the entropy bonus; 0: none.
        resampling_rounds: Maximum number of further rounds of sampling per step (dynamic sampling). Each
            replaces the groups without a signal by groups of further tasks. Their answers count in the
            budget.
        task_weights: Whether tasks with preference weights of their own (`Task.weights`) are scored under
            these alone. All other tasks have the weightings of the agent.
        lora_rank: Rank of LoRA adapters, which are trained instead of the weights; 0: no adapters.
        lora_alpha: Scale of the adapters' output, divided by `lora_rank`; None: twice the rank.
        gradient_checkpointing: Whether to recompute layers in the backward pass, to save memory.
        reasoning: Reasoning mode of the chat template: `on` (or True), `off` (or False), or `auto` for the
            template's default. Reasoning counts towards `max_new_tokens`.
        truncate_prompts: Whether overlong prompts lose their beginning instead of raising an error.
        sampling_rows: Maximum number of completions sampled at once; does not affect the samples.
        warm_start_steps: Steps of the SFT warm start before the first update; None: 1000 for
            `policy="tiny"`, else 0.
    """

    num_candidates: int = 1
    group_size: int = 8
    prompts_per_step: int = 16
    seed: int = 0
    max_new_tokens: int | None = None
    temperature: float = 1.0
    top_p: float = 1.0
    learning_rate: float | None = None
    schedule: str = "constant"
    warmup: float = 0.0
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    mini_batches: int = 2
    max_tokens_per_micro_batch: int = 4_096
    clip: float = 0.2
    dual_clip: float = 3.0
    kl_coef: float = 1e-3
    entropy_coef: float = 0.0
    resampling_rounds: int = 0
    task_weights: bool = False
    lora_rank: int = 0
    lora_alpha: float | None = None
    gradient_checkpointing: bool = False
    reasoning: str = "auto"
    truncate_prompts: bool = False
    sampling_rows: int = 512
    warm_start_steps: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.reasoning, bool):  # YAML reads `on` and `off` as such
            object.__setattr__(self, "reasoning", "on" if self.reasoning else "off")
        super().__post_init__()
        check_at_least(vars(self), **LOWEST)
        if self.lora_alpha is not None and self.lora_alpha <= 0:
            raise ValueError(f"lora_alpha={self.lora_alpha} must be above 0")
        if self.lora_alpha is not None and not self.lora_rank:
            raise ValueError(f"lora_alpha={self.lora_alpha} needs adapters; set lora_rank, too")
        if self.reasoning not in REASONING:
            raise ValueError(f"reasoning={self.reasoning!r} must be one of {', '.join(REASONING)}")
        if not (self.clip > 0 and self.dual_clip > 1):
            raise ValueError(f"clip={self.clip} must be above 0 and dual_clip={self.dual_clip} above 1")
        if self.temperature == 0:
            raise ValueError("temperature=0 leaves nothing to learn from; train at 1.0")
        _ = (self.sampling, self.optimizer, self.answer_format)  # constructed to check their fields

    @property
    def answers_per_step(self) -> int:
        """Number of answers sampled and scored per step and turn, without those of resampling."""
        return self.prompts_per_step * self.group_size * self.num_candidates

    @property
    def answer_format(self) -> AnswerFormat:
        """Answer format with `num_candidates` candidates."""
        return AnswerFormat(self.num_candidates)

    @property
    def sampling(self) -> Sampling:
        """Sampling settings."""
        tokens = MAX_NEW_TOKENS if self.max_new_tokens is None else self.max_new_tokens
        return Sampling(tokens, self.temperature, self.top_p, self.sampling_rows)

    @property
    def optimizer(self) -> OptimizerConfig:
        """Settings of the optimizer."""
        return OptimizerConfig(
            learning_rate=1e-6 if self.learning_rate is None else self.learning_rate,
            schedule=self.schedule,
            warmup=self.warmup,
            weight_decay=self.weight_decay,
            max_grad_norm=self.max_grad_norm,
            mini_batches=self.mini_batches,
            max_tokens_per_micro_batch=self.max_tokens_per_micro_batch,
            loss=LossConfig(self.clip, self.dual_clip, self.kl_coef, self.entropy_coef),
        )

    def prompt_settings(self) -> dict[str, Any]:
        """Returns the settings on which answers may depend: those of prompts, and the subclass's own."""
        own = {field.name for field in fields(self)} - {field.name for field in fields(AgentConfig)}
        return {name: getattr(self, name) for name in (*PROMPT_SETTINGS, *sorted(own))}


def resolve_defaults(config: AgentConfig, policy: Policy, source: TaskSource, fresh: bool) -> AgentConfig:
    """Returns the configuration with every None replaced by its default.

    Args:
        config: The configuration as given.
        policy: The policy to train.
        source: Source of the training tasks.
        fresh: Whether the policy has random weights.
    """
    resolved: dict[str, Any] = {}
    if config.learning_rate is None and "learning_rate" not in config.unused:
        small = sum(p.numel() for p in policy.model.parameters()) < SMALL_MODEL
        resolved["learning_rate"] = 3e-4 if small else 1e-6 if policy.adapters is None else 1e-5
    if config.warm_start_steps is None:
        resolved["warm_start_steps"] = 1000 if fresh else 0
    if config.max_new_tokens is None:
        resolved["max_new_tokens"] = _needed_tokens(config, policy, source)
    return dataclasses.replace(config, **resolved)


def _needed_tokens(config: AgentConfig, policy: Policy, source: TaskSource) -> int:
    if not isinstance(source, DomainTasks):
        return MAX_NEW_TOKENS
    # The same tasks for every seed, so that all runs have the same limit.
    rng = np.random.default_rng(0)
    tasks = source.draw(rng, 64)
    answers = [text for task in tasks for text in source.domain.demonstrations(task, rng)]
    if not answers:
        return MAX_NEW_TOKENS
    completions = policy.encode_completions([config.answer_format.format([text]) for text in answers])
    return int(1.5 * max(map(len, completions)) * config.num_candidates)
