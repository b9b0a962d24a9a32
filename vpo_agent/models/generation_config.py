"""Generation configs that transformers refuses to save, as some published models have them."""

from __future__ import annotations

import copy
import warnings

from transformers import GenerationConfig, PreTrainedModel

SAMPLING = ("temperature", "top_p", "top_k", "min_p", "typical_p")


def repair(model: PreTrainedModel) -> None:
    """Makes a model's generation config consistent, so that it can be saved; says so in a warning.

    The sampler of this package has settings of its own, so a repair changes no sample. A config that sets
    a temperature without `do_sample` gets `do_sample=True`, which is what such models mean.

    Raises:
        ValueError: If the config is inconsistent in another way.
    """
    config = getattr(model, "generation_config", None)
    if config is None or _fault(config) is None:
        return
    for changes in ({"do_sample": True}, dict.fromkeys(SAMPLING)):
        fixed = copy.deepcopy(config)
        for name, value in changes.items():
            setattr(fixed, name, value)  # `update` would validate it, too
        if _fault(fixed) is None:
            warnings.warn(
                f"policy: its generation config is invalid ({_fault(config)}) and could not be saved; "
                f"repaired by {', '.join(f'{name}={value}' for name, value in changes.items())}",
                stacklevel=4,
            )
            model.generation_config = fixed
            return
    raise ValueError(
        f"its generation config is invalid: {_fault(config)}; set model.generation_config to a valid one"
    )


def _fault(config: GenerationConfig) -> str | None:
    """Returns the first line of what is wrong with a config; None if it can be saved."""
    try:
        config.validate(strict=True)
    except ValueError as error:
        return " ".join(str(error).split())[:200]
    return None
