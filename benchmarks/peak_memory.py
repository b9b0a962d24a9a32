"""The most memory that this process held, for the other benchmarks; Linux."""

from pathlib import Path


def peak_memory() -> int:
    """Returns bytes; not `ru_maxrss`, which starts at the peak of the process that started this one."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return 1024 * int(status["VmHWM"].split()[0])
