"""An evolutionary search that goes on where it stopped: `python killed_search.py START FOLDER RESULT`."""

import sys
from pathlib import Path

import numpy as np
import torch
import toys
from searches import fill

from vpo_agent import VPO, Policy
from vpo_agent.search.evolution import EvolutionSearch


def search(start: Path, folder: Path | None = None) -> dict[str, np.ndarray]:
    agent = VPO(
        Policy.from_pretrained(start, dtype="float32"),
        toys.make_env(toys.Repeat()),
        num_candidates=2,
        max_new_tokens=12,
    )
    search = EvolutionSearch(population=8, folder=folder)
    pools = fill(search, agent, agent.source.first(3), 200, seed=0)
    return {
        name: np.array([getattr(pool, name) for pool in pools]) for name in ("rewards", "tokens", "answers")
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    start, folder, result = map(Path, sys.argv[1:])
    np.savez(result, **search(start, folder))
