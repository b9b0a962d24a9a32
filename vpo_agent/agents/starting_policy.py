"""The policy that an agent starts from: given, loaded or made, prepared for training and checked."""

from __future__ import annotations

from pathlib import Path

import torch

from vpo_agent.agents.config import AgentConfig
from vpo_agent.models.names import TINY, TINY_WARM
from vpo_agent.models.policy import Policy
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.models.warm_starts import load_start
from vpo_agent.tasks.seeding import stream
from vpo_agent.tasks.source import TaskSource


def starting_policy(
    policy: Policy | str | Path,
    source: TaskSource,
    config: AgentConfig,
    show_weights: bool,
    *,
    device: str | torch.device,
    dtype: str | torch.dtype,
) -> Policy:
    """Returns a policy as it is, or makes or loads the one of that name.

    Args:
        policy: See `vpo_agent.agents.base.Agent`.
        source: Source of the training tasks, on whose text a tiny policy's tokenizer is trained.
        config: Settings of the agent.
        show_weights: Whether prompts show preference weights.
        device: Device of the policy.
        dtype: Precision of forward passes.

    Raises:
        ValueError: If the policy cannot be loaded, or does not know prompts with weights.
    """
    if isinstance(policy, Policy):
        return policy
    if policy == TINY:
        seed = int(stream(config.seed, 0, "tiny").integers(2**31))
        return tiny_policy(source, seed=seed, candidates=config.num_candidates, device=device, dtype=dtype)
    if policy == TINY_WARM and show_weights:
        raise ValueError(
            f'policy="{TINY_WARM}" saw no prompts with weights, which this agent needs; give '
            f'policy="{TINY}", which runs its own warm start'
        )
    if policy == TINY_WARM:
        return load_start(source, device=device, dtype=dtype)
    adapters = {name: getattr(config, name) for name in ("lora_rank", "lora_alpha", "seed")}
    return Policy.from_pretrained(policy, device=device, dtype=dtype, **adapters)


def prepare(policy: Policy, config: AgentConfig) -> None:
    """Adds adapters to a policy where they are asked for, and sets how it reads prompts."""
    if config.lora_rank:
        policy.adapt(config.lora_rank, config.lora_alpha, config.seed)
    if config.gradient_checkpointing:
        policy.checkpoint_gradients()
    policy.truncate_prompts = config.truncate_prompts
    policy.reasoning = config.reasoning  # type: ignore[assignment]  # checked by the config


def check_format(policy: Policy, config: AgentConfig) -> None:
    """Checks that the tokenizer can write the answer format.

    Raises:
        ValueError: If it cannot.
    """
    form = config.answer_format.format([""] * config.num_candidates)
    written = policy.decode(policy.encode_completions([form])[0])
    if "".join(written.split()) != "".join(form.split()):
        raise ValueError(
            f"num_candidates={config.num_candidates} is too many for this policy: its tokenizer "
            f"makes {written!r} of {form!r}"
        )
