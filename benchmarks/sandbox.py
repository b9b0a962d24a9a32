"""Speed and size of the sandbox, against a fresh `python -I -S` for every test, in one run.

    python benchmarks/sandbox.py

Trivial solutions with 16 tests each, so that nothing but the sandbox's own work is timed. Both sides use the
same number of processes; the rounds of the two alternate, and the best of each counts, because others may
use the machine. `--build` also times the first use, in an empty cache.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from vpo_envs.sandbox import Limits, Sandbox, Submission

TESTS = 16
FUNCTION = "def solve(a, b):\n    return a + b\n"
PROGRAM = "print(sum(map(int, input().split())))\n"
CALL = "import sys\nexec(sys.argv[1])\nprint(solve(*map(int, sys.stdin.read().split())))"


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def submissions(count: int, program: bool) -> list[Submission]:
    """Returns so many different solutions, with inputs that all of them share."""
    pairs = tuple((index, index + 1) for index in range(TESTS))
    if program:
        return [Submission(f"{PROGRAM}# {k}", tuple(f"{a} {b}\n" for a, b in pairs)) for k in range(count)]
    return [Submission(f"{FUNCTION}# {k}", pairs, "solve") for k in range(count)]


def run_fresh(tests: Iterable[int], workers: int) -> None:
    """Runs tests the way that is isolated without a sandbox: one interpreter each."""

    def run_one(index: int) -> None:
        command = [sys.executable, "-I", "-S", "-c", CALL, FUNCTION]
        done = subprocess.run(
            command, input=f"{index} {index + 1}", capture_output=True, text=True, check=True
        )
        assert int(done.stdout) == 2 * index + 1

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run_one, tests))


def peak_memory(pid: int) -> float:
    """Returns the peak resident memory of a process in MiB (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def throughput(sandbox: Sandbox, count: int, rounds: int) -> None:
    functions, programs = submissions(count, False), submissions(count, True)
    for run in sandbox.run(functions):
        assert [outcome.value for outcome in run.outcomes] == [2 * index + 1 for index in range(TESTS)]
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, work, size in (
            ("functions", lambda: sandbox.run(functions), count),
            ("programs", lambda: sandbox.run(programs), count),
            ("python -I -S", lambda: run_fresh(range(TESTS), sandbox.workers), 1),
        ):
            rate = size / seconds(work)
            best[name] = max(best.get(name, 0.0), rate)
    fresh = best["python -I -S"]
    for name, rate in best.items():
        print(f"{name:14} {rate:8.1f} solutions/s  {rate * TESTS:8.0f} tests/s  {rate / fresh:6.1f}x")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--solutions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--build", action="store_true", help="time the first use, too")
    arguments = parser.parse_args()

    if arguments.build:
        with tempfile.TemporaryDirectory() as folder:
            kept = os.environ.get("VPO_CACHE")
            os.environ["VPO_CACHE"] = folder
            print(f"first use      {seconds(lambda: Sandbox(workers=1).build_id):8.1f} s")
            os.environ.pop("VPO_CACHE")
            if kept:
                os.environ["VPO_CACHE"] = kept

    one = submissions(1, False)
    with Sandbox(workers=1) as sandbox:
        assert sandbox.build_id  # builds here, where it is not timed
        times = []
        for _ in range(arguments.rounds):
            sandbox.close()
            times.append(seconds(lambda: sandbox.run(one)))
    print(f"worker start   {min(times):8.2f} s, its first solution included")

    with Sandbox(workers=arguments.workers) as sandbox:
        throughput(sandbox, arguments.solutions, arguments.rounds)
        memory = [peak_memory(worker.process.pid) for worker in sandbox._pool.values()]
        print(f"worker memory  {max(memory):8.0f} MiB at its peak")
    with Sandbox(workers=arguments.workers, limits=Limits(isolate_tests=True)) as sandbox:
        print("with a fresh instance for every test:")
        throughput(sandbox, arguments.solutions // 10, arguments.rounds)


if __name__ == "__main__":
    main()
