"""The evolutionary search's own overhead over generating and scoring answers.

    OMP_NUM_THREADS=1 python benchmarks/evolution.py

A tiny model on the small maze, warm-started for a moment: what is measured is time, not answers. Everything
outside `Agent.rollouts` is overhead: choosing parents, archives, the journal on disk. CPU time, so that the
machine's other work does not count.
"""

import argparse
import tempfile
import time
from typing import ClassVar

import torch

from vpo_agent import PoolVPO
from vpo_agent.search.evolution import EvolutionSearch


class Timed(PoolVPO):
    """Counter of the seconds of sampling and scoring."""

    clock: ClassVar = [0.0]  # a list: copies of the agent share it

    def rollouts(self, *args, **kwargs):
        start = time.process_time()
        try:
            return super().rollouts(*args, **kwargs)
        finally:
            self.clock[0] += time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--env", default="vpo/MazeSmall-v0")
    parser.add_argument("--tasks", type=int, default=16)
    parser.add_argument("--budget", type=int, default=512)
    parser.add_argument("--warm-start-steps", type=int, default=50)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    agent = Timed("tiny", arguments.env, warm_start_steps=arguments.warm_start_steps)
    agent.warm_start()
    tasks = agent.source.first(arguments.tasks)
    for selection in ("archive", "lexicase"):
        with tempfile.TemporaryDirectory() as folder:
            search = EvolutionSearch(selection=selection, folder=folder)
            agent.clock[0] = 0.0
            start = time.process_time()
            search.search(agent, agent.source, tasks, arguments.budget, sampling=agent.sampling, seed=0)
            whole = time.process_time() - start
        work = agent.clock[0]
        print(
            f"{selection:9s} {arguments.tasks} x {arguments.budget} answers: {work:.2f} s of generation and "
            f"scoring, {whole - work:.2f} s of the search's own, {(whole - work) / work:.1%}"
        )


if __name__ == "__main__":
    main()
