"""Threads of matrix products: how many, and a warning where they would wait for one another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import torch


@contextmanager
def threads_set(threads: int) -> Iterator[None]:
    """Gives matrix products a number of threads for a while."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def thread_warning(threads: int) -> str | None:
    """Returns a warning if threads of matrix products would compete with other programs, else None.

    OpenMP's threads wait by spinning. On a machine with other work, one of them is often off its core and
    all others spin. Two threads on two busy cores made training 7 to 11 times slower than one thread, and
    sampling 29 to 44 times.

    Args:
        threads: Number of threads, as `torch.get_num_threads()` gives it.
    """
    cores = psutil.cpu_count() or 1
    load = psutil.getloadavg()[0]  # runnable threads over the last minute
    passive = os.environ.get("OMP_WAIT_POLICY", "").lower() == "passive"
    if threads == 1 or passive or load + threads < cores + 1:
        return None
    return (
        f"{threads} threads on {cores} cores under a load of {load:.1f}: threads that wait for one another "
        "make training many times slower; set OMP_NUM_THREADS=1, or OMP_WAIT_POLICY=passive"
    )
