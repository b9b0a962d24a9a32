"""A warning about threads that wait for one another on a busy machine."""

from __future__ import annotations

import os

import psutil


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
