"""Low-rank adapters (LoRA, arXiv 2106.09685) through peft: they are trained, the weights are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel
from transformers.pytorch_utils import Conv1D
from transformers.utils.peft_utils import find_adapter_config_file

from vpo_envs.extras import import_extra

if TYPE_CHECKING:
    from peft import PeftModel

TRAINED = "default"


def add(model: PreTrainedModel, rank: int, alpha: float | None, seed: int) -> PeftModel:
    """Adapters on all linear layers but the last, which change nothing at first.

    Args:
        model: The model, whose weights are frozen.
        rank: Their inner width.
        alpha: Their output is scaled by `alpha / rank`; None: twice the rank.
        seed: Seed of their weights.

    Raises:
        ImportError: If peft is not installed.
        ValueError: If the model has no name, so that its adapters could not be loaded again.
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
    # peft draws from torch's global generators: lend it seeded ones.
    gpu = model.device if model.device.type == "cuda" else None
    with torch.random.fork_rng(devices=[gpu] if gpu else []):
        torch.default_generator.manual_seed(seed)
        if gpu:
            with torch.cuda.device(gpu):
                torch.cuda.manual_seed(seed)  # of this one alone
        return peft.get_peft_model(model, config).eval()


def is_adapter(name: str) -> bool:
    """Whether a folder or hub name holds adapters instead of a model."""
    return find_adapter_config_file(name) is not None


def load(name: str, dtype: torch.dtype, **model_kwargs: Any) -> PeftModel:
    """Adapters, ready to be trained, on the model that they belong to.

    Args:
        name: Folder or hub name of the adapters.
        dtype: Precision of the frozen weights.
        **model_kwargs: Passed to `AutoModelForCausalLM.from_pretrained`.
    """
    peft = _peft()
    base = json.loads(Path(find_adapter_config_file(name) or "").read_text())["base_model_name_or_path"]
    model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype, **model_kwargs)
    return peft.PeftModel.from_pretrained(model, name, is_trainable=True)


def check(model: PeftModel) -> None:
    """Refuses adapters that the trainer would not find or could not train.

    Raises:
        ValueError: If they are frozen, or have another name than `default`.
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
    """Whether the adapters change nothing, because none of their outer halves has been trained."""
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    return all(".lora_A." in name or (".lora_B." in name and not p.any()) for name, p in trained.items())


def copy_adapter(model: PeftModel, name: str) -> None:
    """A frozen copy of the trained adapter under another name."""
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
        folder: Where to; named like the adapter unless it is the trained one.
        adapter: Which.
    """
    model.save_pretrained(folder if adapter == TRAINED else folder.parent, selected_adapters=[adapter])


def _peft() -> Any:
    return import_extra("peft", "peft", "lora_rank")
