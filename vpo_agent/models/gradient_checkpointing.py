"""Gradient checkpointing: layers are recomputed in the backward pass to save memory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from transformers import PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer


def enable(model: PreTrainedModel) -> None:
    """Prepares a model for `recomputed`.

    Raises:
        ValueError: If the model does not support gradient checkpointing.
    """
    if not model.supports_gradient_checkpointing:
        raise ValueError(
            f"gradient_checkpointing=True: {type(model).__name__} does not support it; leave it out"
        )
    newer = getattr(model, "activation_checkpointing_enable", None)
    (newer or model.gradient_checkpointing_enable)({"use_reentrant": False})
    model.disable_input_require_grads()  # needed by reentrant checkpointing only


@contextlib.contextmanager
def recomputed(model: PreTrainedModel) -> Iterator[None]:
    """Makes forward passes inside the context store only the inputs of layers.

    transformers recomputes layers that are in training mode. Only the layers themselves are switched to
    it, not their submodules, so that dropout stays off.
    """
    layers = [module for module in model.modules() if isinstance(module, GradientCheckpointingLayer)]
    for layer in layers:
        layer.training = True
    try:
        yield
    finally:
        for layer in layers:
            layer.training = False
