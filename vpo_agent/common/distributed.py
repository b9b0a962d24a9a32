"""Data-parallel training: each process samples and trains on its own groups; gradients are summed.

Started by torchrun or accelerate, every process runs the same program with the same seeds. The tasks, the
samples and the resulting weights do not depend on the number of processes. In a single process all
functions are no-ops, and accelerate is not imported.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:  # the command line reads its rank before it needs torch
    import torch
    from torch import Tensor

T = TypeVar("T")

BUCKET = 2**24  # gradient entries in one message


def world_size() -> int:
    """Returns the number of processes."""
    return int(os.environ.get("WORLD_SIZE", 1))


def rank() -> int:
    """Returns the rank of this process, in [0, world size)."""
    return int(os.environ.get("RANK", 0)) if world_size() > 1 else 0


def is_main() -> bool:
    """Returns True in the process of rank 0, which alone writes files and terminal output."""
    return rank() == 0


def device() -> torch.device:
    """Returns the device of this process.

    Raises:
        ValueError: If this machine runs more processes than it has GPUs.
    """
    import torch

    if not torch.cuda.is_available():
        return torch.device("cpu")
    if world_size() == 1:
        return torch.device("cuda")
    mine, there = int(os.environ.get("LOCAL_RANK", 0)), torch.cuda.device_count()
    if mine >= there:
        raise ValueError(
            f"process {mine} of this machine has no GPU, there are {there}: start torchrun with "
            f"--nproc_per_node {there}, or hide the GPUs with CUDA_VISIBLE_DEVICES= to train on the CPU"
        )
    return torch.device("cuda", mine)


def shard(items: Sequence[T]) -> list[T]:
    """Returns this process's items: every n-th one, so that neighbours go to different processes."""
    return list(items[rank() :: world_size()])


def all_gather(parts: list[T]) -> list[T]:
    """Returns in every process the whole sequence, in the order that `shard` divided."""
    if world_size() == 1:
        return parts
    from accelerate.utils import gather_object

    _connected()
    lists = gather_object([parts])
    whole: list[Any] = [None] * sum(map(len, lists))
    for first, part in enumerate(lists):
        whole[first :: world_size()] = part
    return whole


def all_reduce(values: Tensor) -> Tensor:
    """Returns in every process the sum over processes."""
    if world_size() == 1:
        return values
    from accelerate.utils import reduce

    _connected()
    return reduce(values.to(device()), "sum").to(values.device)


def all_reduce_gradients(parameters: Iterable[Tensor]) -> None:
    """Sums gradients over all processes, in place; each process has its part of the batch."""
    if world_size() == 1:
        return
    import torch

    bucket: list[Tensor] = []
    numbers = 0
    for parameter in parameters:
        if parameter.grad is None:  # this process had no group of the mini-batch
            parameter.grad = torch.zeros_like(parameter)
        bucket.append(parameter.grad)
        numbers += parameter.numel()
        if numbers > BUCKET:
            _add(bucket)
            bucket, numbers = [], 0
    if bucket:
        _add(bucket)


def _add(gradients: list[Tensor]) -> None:
    """Sums gradients over processes in one message, in place."""
    import torch

    flat = all_reduce(torch.cat([gradient.flatten() for gradient in gradients]))
    for gradient, summed in zip(gradients, flat.split([gradient.numel() for gradient in gradients])):
        gradient.copy_(summed.view_as(gradient))


def barrier() -> None:
    """Waits until every process has reached this call."""
    if world_size() > 1:
        _connected().wait_for_everyone()


@cache
def _connected() -> Any:
    """Joins the process group and returns accelerate's state; NCCL with GPUs, else Gloo."""
    import torch
    from accelerate import PartialState

    return PartialState(cpu=not torch.cuda.is_available())
