"""Speed of a Pareto archive that takes in 100,000 points of 5 objectives.

    OMP_NUM_THREADS=1 python benchmarks/archive.py

`uniform` points are mostly dominated; points on a `sphere` are all on the front, so that a full archive
has to choose again and again. CPU time, so that the machine's other work does not count.
"""

import argparse
import time

import numpy as np

from vpo_agent.search.archive import ParetoArchive

OBJECTIVES = 5


def points(kind: str, n: int, rng: np.random.Generator) -> np.ndarray:
    if kind == "uniform":
        return rng.random((n, OBJECTIVES))
    normal = np.abs(rng.normal(size=(n, OBJECTIVES)))
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=100_000)
    n = parser.parse_args().points
    rng = np.random.default_rng(0)
    for kind, capacity in (("uniform", n), ("uniform", 256), ("sphere", 256)):
        rewards = points(kind, n, rng)
        for batch in (1, 32, 1000):
            archive: ParetoArchive[int] = ParetoArchive(np.full(OBJECTIVES, 1 / OBJECTIVES), capacity)
            start = time.process_time()
            for i in range(0, n, batch):
                archive.add(rewards[i : i + batch], range(i, min(n, i + batch)))
            seconds = time.process_time() - start
            print(
                f"{kind:8s} capacity {capacity:6d}  batches of {batch:4d}: {seconds:7.2f} s, "
                f"{len(archive)} kept"
            )


if __name__ == "__main__":
    main()
