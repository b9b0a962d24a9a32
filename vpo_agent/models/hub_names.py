"""Places and names of models on the hub; one request checks a name: a download would retry for a minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import huggingface_hub

TIMEOUT = 10.0  # seconds
FILES = ("config.json", "adapter_config.json")
PLACE = ("cache_dir", "force_download", "local_files_only", "revision", "subfolder", "token")
"""Arguments of `from_pretrained` that say where a model is; its tokenizer is there, too."""


def place(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Returns those of the arguments of `from_pretrained` that say where a model is."""
    return {key: kwargs[key] for key in PLACE if kwargs.get(key) is not None}


def check_reachable(name: str, **kwargs: Any) -> None:
    """Checks that a model is in the local cache or on the hub.

    Args:
        name: `model` or `owner/model`.
        **kwargs: Arguments of `from_pretrained`; those that say where a model is are used.

    Raises:
        OSError: If the hub does not answer or does not know the model, or if the name can only be a path.
        ValueError: If no model on the hub can have the name.
    """
    if name[:1] in "./~" or name.count("/") > 1:
        raise FileNotFoundError("there is no such file or folder")
    if kwargs.get("local_files_only"):  # which asks no hub
        return
    known = place(kwargs)
    cache = {key: known[key] for key in ("cache_dir", "revision") if key in known}
    files = [f"{known['subfolder']}/{file}" if "subfolder" in known else file for file in FILES]
    if any(isinstance(huggingface_hub.try_to_load_from_cache(name, file, **cache), str) for file in files):
        return
    asked = {key: known[key] for key in ("revision", "token") if key in known}
    try:
        huggingface_hub.HfApi().model_info(name, timeout=TIMEOUT, **asked)
    except (OSError, ValueError):
        raise
    except Exception as error:  # of the HTTP library beneath the hub's client, which is not always the same
        raise OSError(f"{huggingface_hub.constants.ENDPOINT} does not answer: {error}") from error
