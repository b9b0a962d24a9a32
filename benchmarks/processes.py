"""Answers a second of two processes against one, in turns; each has one thread.

    python benchmarks/processes.py
    python benchmarks/processes.py --processes 2 --steps 8 --repeats 3

The tiny policy on the small maze, sampling and learning, through the command line and torchrun. The first
step of each run is left out. What else runs on the machine should be said beside the figure: load
averages are printed.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

from vpo_agent.common.logger import read_progress

RUN = ["-m", "vpo_cli", "train", "VPO", "--env", "vpo/MazeSmall-v0", "--set", "warm_start_steps=1"]
SIZE = ["--set", "prompts_per_step=16", "--set", "group_size=16", "--set", "max_new_tokens=32"]


def rate(processes: int, steps: int) -> float:
    """Returns the median answers a second over the steps of one run."""
    launcher = [sys.executable]
    if processes > 1:
        launcher += ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        command = [*launcher, *RUN, *SIZE, "--steps", str(steps + 1), "--out", folder]
        subprocess.run(command, check=True, env=environment, capture_output=True)
        logged = read_progress(folder)[1:]
    return statistics.median(line["time/answers_per_second"] for line in logged)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    ratios = []
    for _ in range(arguments.repeats):
        one, many = rate(1, arguments.steps), rate(arguments.processes, arguments.steps)
        ratios.append(many / one)
        print(f"{one:.0f} and {many:.0f} answers/s: {ratios[-1]:.2f} times; load {os.getloadavg()[0]:.1f}")
    print(f"median {statistics.median(ratios):.2f} times, {min(ratios):.2f} to {max(ratios):.2f}")


if __name__ == "__main__":
    main()
