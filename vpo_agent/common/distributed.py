"""Several processes, one model: each samples and learns from its own groups, gradients are added up.

Started by torchrun or accelerate, every process runs the same program with the same seeds. Which tasks
are drawn, what is sampled for them and which weights result does not depend on how many there are. In a
single process nothing here does anything, and accelerate is not imported.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:  # the command line asks who it is before it needs torch
    import torch
    from torch import Tensor

T = TypeVar("T")

BUCKET = 2**24  # numbers in one message


def world_size() -> int:
    """How many processes there are."""
    return int(os.environ.get("WORLD_SIZE", 1))


def rank() -> int:
    """The number of this process."""
    return int(os.environ.get("RANK", 0)) if world_size() > 1 else 0


def is_main() -> bool:
    """Whether this is the process that writes files and talks to the terminal."""
    return rank() == 0


def device() -> torch.device:
    """The device of this process.

    Raises:
        ValueError: If there are more processes than GPUs on this machine.
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
    """The part of this process: every n-th item, so that neighbours go to different processes."""
    return list(items[rank() :: world_size()])


def all_gather(parts: list[T]) -> list[T]:
    """The whole sequence again, in every process, from what each has made of its `share`."""
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
    """The sum over processes, in every process."""
    if world_size() == 1:
        return values
    from accelerate.utils import reduce

    _connected()
    return reduce(values.to(device()), "sum").to(values.device)


def all_reduce_gradients(parameters: Iterable[Tensor]) -> None:
    """Adds up the gradients of all processes, each of which has its part of the batch."""
    if world_size() == 1:
        return
    import torch

    bucket: list[Tensor] = []
    numbers = 0
    for parameter in parameters:
        if parameter.grad is None:  # no group of this mini-batch was this process's
            parameter.grad = torch.zeros_like(parameter)
        bucket.append(parameter.grad)
        numbers += parameter.numel()
        if numbers > BUCKET:
            _add(bucket)
            bucket, numbers = [], 0
    if bucket:
        _add(bucket)


def _add(gradients: list[Tensor]) -> None:
    """In one message."""
    import torch

    flat = all_reduce(torch.cat([gradient.flatten() for gradient in gradients]))
    for gradient, summed in zip(gradients, flat.split([gradient.numel() for gradient in gradients])):
        gradient.copy_(summed.view_as(gradient))


def barrier() -> None:
    """Returns once every process has come here."""
    if world_size() > 1:
        _connected().wait_for_everyone()


@cache
def _connected() -> Any:
    """Joins the others: nccl where there are GPUs, else gloo."""
    import torch
    from accelerate import PartialState

    return PartialState(cpu=not torch.cuda.is_available())
