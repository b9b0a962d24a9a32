"""Models or adapters, and their tokenizers, from a folder, a GGUF file or the hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import cached_file

from vpo_agent.models import gguf, hub_names, lora
from vpo_agent.models.language_model import quiet

if TYPE_CHECKING:
    from peft import PeftModel

TOKENIZER = ("tokenizer_config.json", "tokenizer.json")


def load(
    name: str | Path, dtype: torch.dtype, *, frozen: bool = False, **model_kwargs: Any
) -> tuple[PreTrainedModel | PeftModel, PreTrainedTokenizerBase]:
    """Loads a model, or adapters with their base model, and its tokenizer.

    Adapters without a tokenizer of their own get that of their base model.

    Args:
        name: See `Policy.from_pretrained`.
        dtype: Precision of frozen weights; trained ones are loaded in float32.
        frozen: Whether a model without adapters is loaded frozen.
        **model_kwargs: See `Policy.from_pretrained`.

    Raises:
        ValueError: If the model cannot be loaded; the message names the remedy.
        ImportError: If there are adapters and peft is not installed, or a GGUF file's reader is missing.
    """
    if Path(name).exists() and name != gguf.SMOLLM2:
        # Checkpoints of adapters refer to the model by this name, also from another working directory.
        name = str(Path(name, model_kwargs.pop("subfolder", None) or "").absolute())
    name = str(name)
    folder = str(gguf.model_folder(name))
    place = hub_names.place(model_kwargs)
    # Without an answer transformers would ask whether to run the code that a folder names.
    trusted = model_kwargs.setdefault("trust_remote_code", False)
    try:
        if not (gguf.is_gguf(name) or Path(name).exists()):
            hub_names.check_reachable(name, **model_kwargs)
        with quiet():
            words, where = folder, place
            if lora.is_adapter(folder, **place):
                model = lora.load(folder, dtype, **model_kwargs)
                if not _has_tokenizer(folder, place):
                    base, where = lora.base_of(folder, place)
                    words = str(gguf.model_folder(base))
            else:
                model = AutoModelForCausalLM.from_pretrained(
                    folder, dtype=dtype if frozen else torch.float32, **model_kwargs
                )
                # Adapters do not record a subfolder of the hub, and could not be loaded again.
                model.name_or_path = "" if "subfolder" in place else name
                if frozen:
                    model.requires_grad_(False)
            tokenizer = AutoTokenizer.from_pretrained(words, trust_remote_code=trusted, **where)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        if any((Path(folder) / "policy" / file).exists() for file in hub_names.FILES):
            raise ValueError(
                f"policy={name!r} is the folder of an agent; give the model in it, {name}/policy, "
                "or load the agent with the class's load()"
            ) from error
        raise ValueError(
            f"policy={name!r} could not be loaded: give a folder written by save_pretrained, a GGUF "
            'file, a model name on the hub (needs the network), policy="smollm2" or policy="tiny" '
            f"({error})"
        ) from error
    return model, tokenizer


def _has_tokenizer(name: str, place: dict[str, Any]) -> bool:
    """Returns True if a folder or a repository of the hub holds a tokenizer."""
    missing = {f"_raise_exceptions_for_{kind}": False for kind in ("missing_entries", "connection_errors")}
    return any(cached_file(name, file, **place, **missing) is not None for file in TOKENIZER)
