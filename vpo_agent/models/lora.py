"""Low-rank adapters (LoRA, arXiv 2106.09685) through peft; the model's own weights stay frozen."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel
from transformers.pytorch_utils import Conv1D
from transformers.utils.peft_utils import find_adapter_config_file

from vpo_agent.models import gguf, hub_names
from vpo_envs.extras import import_extra

if TYPE_CHECKING:
    from peft import PeftModel

TRAINED = "default"
START = "reference"  # name of the adapters at the start of training


def add(
    model: PreTrainedModel, rank: int, alpha: float | None, seed: int, revision: str | None = None
) -> PeftModel:
    """Adds adapters to all linear layers but the last; before training they leave outputs unchanged.

    Args:
        model: The model; its weights are frozen.
        rank: Rank of the adapters.
        alpha: Scale of the adapters' output, divided by the rank; None: twice the rank.
        seed: Seed of the adapters' weights.
        revision: Revision of the model on the hub, recorded with the adapters.

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
        revision=revision,
    )
    # peft draws from torch's global generators, which are seeded here and restored afterwards.
    gpu = model.device if model.device.type == "cuda" else None
    with torch.random.fork_rng(devices=[gpu] if gpu else []):
        torch.default_generator.manual_seed(seed)
        if gpu:
            with torch.cuda.device(gpu):
                torch.cuda.manual_seed(seed)  # of this GPU only
        return peft.get_peft_model(model, config).eval()


def is_adapter(name: str, **place: Any) -> bool:
    """Returns True if a folder or hub name holds adapters instead of a model.

    Args:
        name: The folder or hub name.
        **place: See `hub_names.place`.
    """
    return find_adapter_config_file(name, **place) is not None


def base_of(name: str, place: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Returns the name of the model under adapters, and where it is.

    Args:
        name: Folder or hub name of the adapters.
        place: Where they are, see `hub_names.place`.
    """
    config = json.loads(Path(find_adapter_config_file(name, **place) or "").read_text())
    shared = {key: value for key, value in place.items() if key not in ("revision", "subfolder")}
    found = {"revision": config["revision"]} if config.get("revision") else {}
    return config["base_model_name_or_path"], {**shared, **found}


def load(name: str, dtype: torch.dtype, **model_kwargs: Any) -> PeftModel:
    """Loads trainable adapters together with their base model.

    Args:
        name: Folder or hub name of the adapters.
        dtype: Precision of the frozen weights.
        **model_kwargs: Passed to `AutoModelForCausalLM.from_pretrained`; those that say where a model is
            are meant for the adapters.
    """
    peft = _peft()
    place = hub_names.place(model_kwargs)
    base, where = base_of(name, place)
    others = {key: value for key, value in model_kwargs.items() if key not in hub_names.PLACE}
    model = AutoModelForCausalLM.from_pretrained(gguf.model_folder(base), dtype=dtype, **where, **others)
    model.name_or_path = base
    return peft.PeftModel.from_pretrained(model, name, is_trainable=True, **place)


def check(model: PeftModel) -> None:
    """Checks that adapters can be trained, and that a checkpoint of them holds all that is trained.

    Raises:
        ValueError: If the adapters are frozen, have another name than `default`, are not the active ones,
            are virtual tokens, or if weights outside of them are trained.
    """
    if TRAINED not in model.peft_config:
        raise ValueError(
            f"policy: the adapters are called {', '.join(model.peft_config)}; load them with "
            f"adapter_name={TRAINED!r}"
        )
    if START in model.peft_config:
        raise ValueError(
            f"policy: the name {START!r} is that of the reference model's adapters; call yours otherwise"
        )
    config = model.peft_config[TRAINED]
    if config.is_prompt_learning:
        raise ValueError(
            f"policy: {config.peft_type.value} adds virtual tokens to prompts, which the sampler does not "
            "read; take LoRA"
        )
    if getattr(config, "bias", "none") != "none":
        raise ValueError(
            f"policy: bias={config.bias!r} trains biases of the model itself, which the reference model "
            "shares; give bias='none'"
        )
    active = list(model.base_model.active_adapters)
    if active != [TRAINED]:
        raise ValueError(
            f"policy: the active adapters are {', '.join(active)}, and {TRAINED!r} would be trained; call "
            f"set_adapter({TRAINED!r}), or load those that you mean with adapter_name={TRAINED!r}"
        )
    trained = [name for name, p in model.named_parameters() if p.requires_grad]
    if not trained:
        raise ValueError(
            "policy: the adapters are frozen; give is_trainable=True to PeftModel.from_pretrained"
        )
    outside = [name for name in trained if TRAINED not in name.split(".")]
    if outside:
        raise ValueError(
            f"policy: {', '.join(outside[:3])}{' ...' * (len(outside) > 3)} would be trained, but belong to "
            "the model under the adapters: a checkpoint would miss them, and the reference would follow "
            "them. Freeze them, or name their modules in modules_to_save"
        )
    base = getattr(model.get_base_model(), "name_or_path", "") or ""
    if not base:
        raise ValueError(
            "policy: adapters are saved without the model, and this one has no name to load it by; save "
            "the model with save_pretrained, load it from there and add the adapters again"
        )


def check_saved(model: PeftModel, folder: Path, dtype: torch.dtype) -> None:
    """Checks that saved adapters are loaded onto the model on which they were trained.

    PiSSA, OLoRA and others change the model's own weights when they begin, and are to do the same when
    they are loaded. Some do it at random.

    Args:
        model: The model with adapters.
        folder: Folder of the saved adapters.
        dtype: Precision in which they will be loaded.

    Raises:
        ValueError: If the loaded model has other weights.
    """
    how = getattr(model.peft_config[TRAINED], "init_lora_weights", True)
    if how in (True, False, "gaussian"):
        return
    with torch.random.fork_rng(devices=[]):
        loaded = dict(load(str(folder), dtype).named_parameters())
    for name, weight in model.named_parameters():
        if weight.requires_grad or START in name.split("."):
            continue
        if not torch.equal(weight.detach().cpu().to(dtype), loaded[name].detach().to(dtype)):
            raise ValueError(
                f"init_lora_weights={how!r} has changed {name}, and loading the adapters would change it "
                "otherwise; save the changed model (unload, save_pretrained) and its adapters with "
                "init_lora_weights=True, and load both from there"
            )


def are_idle(model: PeftModel) -> bool:
    """Returns True if the adapters leave outputs unchanged: all matrices B are still zero."""
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    return all(".lora_A." in name or (".lora_B." in name and not p.any()) for name, p in trained.items())


def copy_adapter(model: PeftModel, name: str) -> None:
    """Adds a frozen copy of the trained adapter under another name."""
    config = copy.deepcopy(model.peft_config[TRAINED])
    if hasattr(config, "init_lora_weights"):
        config.init_lora_weights = True  # PiSSA, OLoRA and others would change the model's own weights again
    with torch.random.fork_rng(devices=[]):
        model.add_adapter(name, config)
    parameters = dict(model.named_parameters())
    for key, parameter in parameters.items():
        parts = key.split(".")
        if name in parts:  # within a name, or at its end: embeddings have `lora_embedding_A.default`
            twin = ".".join(TRAINED if part == name else part for part in parts)
            parameter.data.copy_(parameters[twin].data)
            parameter.requires_grad_(False)
    model.eval()


def save(model: PeftModel, folder: Path, adapter: str = TRAINED) -> None:
    """Writes one adapter in peft's layout.

    Args:
        model: The model with adapters.
        folder: Destination; named like the adapter unless that is the trained one.
        adapter: Name of the adapter.
    """
    # The weights of the model itself never change (`check`), embeddings included. By default peft would look
    # for the model's vocabulary on the hub, under a name that may be a file's.
    model.save_pretrained(
        folder if adapter == TRAINED else folder.parent,
        selected_adapters=[adapter],
        save_embedding_layers=False,
    )


def _peft() -> Any:
    return import_extra("peft", "peft", "lora_rank")
