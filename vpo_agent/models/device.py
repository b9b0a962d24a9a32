"""Device and precision of a model."""

from __future__ import annotations

import torch
from torch import nn

from vpo_agent.common import distributed

HALF = (torch.bfloat16, torch.float16)


def resolve_device(device: str | torch.device) -> torch.device:
    """Returns the torch device of a name; `auto` prefers CUDA, with one GPU per process.

    Raises:
        ValueError: If the device is unknown to torch or not available.
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
    """Returns the dtype of a name; `auto` is bfloat16 where the hardware computes in it, else float32.

    Raises:
        ValueError: If the dtype is not float32, bfloat16 or float16.
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


def raise_trained(model: nn.Module) -> None:
    """Raises a model that would be trained in half precision to float32, in place; others stay as they are.

    A step of training is often smaller than the distance between neighbours in half precision.
    """
    if any(weight.requires_grad and weight.dtype in HALF for weight in model.parameters()):
        for tensor in (*model.parameters(), *model.buffers()):
            if tensor.dtype in HALF:
                tensor.data = tensor.data.float()
