"""Where a model computes, and how precisely."""

from __future__ import annotations

import torch

from vpo_agent.common import distributed


def resolve_device(device: str | torch.device) -> torch.device:
    """The torch device that a name stands for; `auto` prefers CUDA, a GPU for each process.

    Raises:
        ValueError: If torch knows no such device or it is not there.
    """
    if device == "auto":
        return distributed.device()
    try:
        resolved = torch.device(device)
        torch.empty(0, device=resolved)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"device={device!r} is not available here; use 'auto' or 'cpu' ({error})") from error
    return distributed.device() if resolved == torch.device("cuda") else resolved  # each process has its own


def resolve_dtype(dtype: str | torch.dtype, device: torch.device) -> torch.dtype:
    """The precision that a name stands for; `auto` is bfloat16 where it is fast.

    Raises:
        ValueError: If it is none of the three that forward passes can run in.
    """
    if dtype == "auto":
        if device.type == "cuda":
            fast = torch.cuda.is_bf16_supported(including_emulation=False)
        else:
            capabilities = torch.backends.cpu.get_cpu_capability()
            fast = capabilities == "AVX512" and torch.cpu._is_avx512_bf16_supported()
        return torch.bfloat16 if fast else torch.float32
    found = dtype if isinstance(dtype, torch.dtype) else getattr(torch, dtype, None)
    if found not in (torch.float32, torch.bfloat16, torch.float16):
        raise ValueError(f"dtype={dtype!r} must be 'auto', 'float32', 'bfloat16' or 'float16'")
    return found
