"""Low-rank adapters (LoRA, arXiv 2106.09685) through peft; the model's own weights stay frozen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel
from transformers.pytorch_utils import Conv1D
from transformers.utils.peft_utils import find_adapter_config_file

from vpo_agent.models import gguf
from vpo_envs.extras import import_extra

if TYPE_CHECKING:
    from peft import PeftModel

TRAINED = "default"


def add(model: PreTrainedModel, rank: int, alpha: float | None, seed: int) -> PeftModel:
    """Adds adapters to all linear layers but the last; before training they leave outputs unchanged.

    Args:
        model: The model; its weights are frozen.
        rank: Rank of the adapters.
        alpha: Scale of the adapters' output, divided by the rank; None: twice the rank.
        seed: Seed of the adapters' weights.

    Raises:
        ImportError: If peft is not installed.
        ValueError: If the model has no name by which it could be loaded with the adapters again.
    """
    if not model.name_or_path:
        raise ValueError(
            f"lora_rank={rank}: adapters are saved without the model, and this one has no name to load it "
            "by; save it with save_pretrained and give its folder"
        )
    peft = _peft()
    config = peft.LoraConfig(
        r=rank,
        lora_alpha=2 * rank if alpha is None else alpha,
        target_modules="all-linear",
        fan_in_fan_out=any(isinstance(module, Conv1D) for module in model.modules()),  # GPT-2's layers
        task_type="CAUSAL_LM",
    )
    # peft draws from torch's global generators, which are seeded here and restored afterwards.
    gpu = model.device if model.device.type == "cuda" else None
    with torch.random.fork_rng(devices=[gpu] if gpu else []):
        torch.default_generator.manual_seed(seed)
        if gpu:
            with torch.cuda.device(gpu):
                torch.cuda.manual_seed(seed)  # of this GPU only
        return peft.get_peft_model(model, config).eval()


def is_adapter(name: str) -> bool:
    """Returns True if a folder or hub name holds adapters instead of a model."""
    return find_adapter_config_file(name) is not None


def load(name: str, dtype: torch.dtype, **model_kwargs: Any) -> PeftModel:
    """Loads trainable adapters together with their base model.

    Args:
        name: Folder or hub name of the adapters.
        dtype: Precision of the frozen weights.
        **model_kwargs: Passed to `AutoModelForCausalLM.from_pretrained`.
    """
    peft = _peft()
    base = json.loads(Path(find_adapter_config_file(name) or "").read_text())["base_model_name_or_path"]
    model = AutoModelForCausalLM.from_pretrained(gguf.model_folder(base), dtype=dtype, **model_kwargs)
    model.name_or_path = base
    return peft.PeftModel.from_pretrained(model, name, is_trainable=True)


def check(model: PeftModel) -> None:
    """Checks that adapters can be trained.

    Raises:
        ValueError: If the adapters are frozen, or have another name than `default`.
    """
    if TRAINED not in model.peft_config:
        raise ValueError(
            f"policy: the adapters are called {', '.join(model.peft_config)}; load them with "
            f"adapter_name={TRAINED!r}"
        )
    if not any(p.requires_grad for p in model.parameters()):
        raise ValueError(
            "policy: the adapters are frozen; give is_trainable=True to PeftModel.from_pretrained"
        )


def are_idle(model: PeftModel) -> bool:
    """Returns True if the adapters leave outputs unchanged: all matrices B are still zero."""
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    return all(".lora_A." in name or (".lora_B." in name and not p.any()) for name, p in trained.items())


def copy_adapter(model: PeftModel, name: str) -> None:
    """Adds a frozen copy of the trained adapter under another name."""
    with torch.random.fork_rng(devices=[]):
        model.add_adapter(name, model.peft_config[TRAINED])
    parameters = dict(model.named_parameters())
    for key, parameter in parameters.items():
        if f".{name}." in key:
            parameter.data.copy_(parameters[key.replace(f".{name}.", f".{TRAINED}.")].data)
    model.eval()


def save(model: PeftModel, folder: Path, adapter: str = TRAINED) -> None:
    """Writes one adapter in peft's layout.

    Args:
        model: The model with adapters.
        folder: Destination; named like the adapter unless that is the trained one.
        adapter: Name of the adapter.
    """
    model.save_pretrained(folder if adapter == TRAINED else folder.parent, selected_adapters=[adapter])


def _peft() -> Any:
    return import_extra("peft", "peft", "lora_rank")
