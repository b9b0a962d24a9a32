"""The reference model of the KL penalty: the policy at the start of training."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor

from vpo_agent.models import lora
from vpo_agent.models.policy import Policy

if TYPE_CHECKING:
    from peft import PeftModel

START = lora.START


class BaseReference:
    """A reference model without a second copy: the policy with its adapters disabled or reset.

    Args:
        policy: A policy with adapters.
        adapters: The peft model around it.
        start: Name of the adapters at the start of training; None: no adapters.
    """

    def __init__(self, policy: Policy, adapters: PeftModel, start: str | None = None) -> None:
        self.policy = policy
        self.adapters = adapters
        self.start = start

    def token_logprobs(
        self,
        prompts: Sequence[Sequence[int]],
        completions: Tensor,
        temperature: float = 1.0,
        lengths: Tensor | None = None,
    ) -> Tensor:
        """Returns the reference model's log-probabilities, as `Policy.token_logprobs`."""
        with self._switched():
            return self.policy.token_logprobs(prompts, completions, temperature, lengths)

    def save_pretrained(self, folder: str | Path) -> None:
        """Writes the starting adapters, if there are any."""
        if self.start is not None:
            lora.save(self.adapters, Path(folder), self.start)

    @contextlib.contextmanager
    def _switched(self) -> Iterator[None]:
        if self.start is None:
            with self.adapters.disable_adapter():
                yield
            return
        self.adapters.set_adapter(self.start)
        try:
            yield
        finally:
            self.adapters.set_adapter(lora.TRAINED)


def reference_of(policy: Policy) -> Policy | BaseReference:
    """Returns the policy in its present state: a frozen copy, or with adapters a view of the same model."""
    if policy.adapters is None:
        model = copy.deepcopy(policy.model).requires_grad_(False)
        return Policy(
            model, policy.tokenizer, device=policy.device, dtype=policy.dtype, attention=policy.attention
        )
    if lora.are_idle(policy.adapters):
        return BaseReference(policy, policy.adapters)
    lora.copy_adapter(policy.adapters, START)
    return BaseReference(policy, policy.adapters, START)


def load_reference(folder: Path, policy: Policy) -> Policy | BaseReference | None:
    """Loads the reference model saved in a folder.

    Returns:
        The reference model. If the folder is missing: the policy without adapters, or None if the policy
        has none.
    """
    if policy.adapters is not None:
        if not folder.exists():
            return BaseReference(policy, policy.adapters)
        policy.adapters.load_adapter(str(folder), START, is_trainable=False)
        return BaseReference(policy, policy.adapters, START)
    if not folder.exists():
        return None
    return Policy.from_pretrained(
        folder, device=policy.device, dtype=policy.dtype, attention=policy.attention
    )
