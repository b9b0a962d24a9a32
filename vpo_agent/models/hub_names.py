"""Names of models on the hub, checked by one request: a download alone would retry for a minute."""

from __future__ import annotations

from typing import Any

import huggingface_hub

TIMEOUT = 10.0  # seconds
FILES = ("config.json", "adapter_config.json")


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
    place = {key: kwargs[key] for key in ("cache_dir", "revision") if key in kwargs}
    if any(isinstance(huggingface_hub.try_to_load_from_cache(name, file, **place), str) for file in FILES):
        return
    asked = {key: kwargs[key] for key in ("revision", "token") if key in kwargs}
    try:
        huggingface_hub.HfApi().model_info(name, timeout=TIMEOUT, **asked)
    except (OSError, ValueError):
        raise
    except Exception as error:  # of the HTTP library beneath the hub's client, which is not always the same
        raise OSError(f"{huggingface_hub.constants.ENDPOINT} does not answer: {error}") from error
