"""Cost of a step of Muon on a CPU, ours against torch's, for the matrices of the tiny policy.

    OMP_NUM_THREADS=1 python benchmarks/muon.py

torch's iterates in bfloat16, which only some CPUs multiply fast. CPU time.
"""

import argparse
import time

import torch

from vpo_agent.training.muon import Muon

SHAPES = [(128, 128)] * 12 + [(384, 128)] * 6 + [(128, 384)] * 3


def seconds(optimizer: torch.optim.Optimizer, steps: int) -> float:
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = torch.ones_like(p)
    optimizer.step()  # the first one sets up
    start = time.process_time()
    for _ in range(steps):
        optimizer.step()
    return (time.process_time() - start) / steps


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=10)
    steps = parser.parse_args().steps
    generator = torch.Generator().manual_seed(0)
    ours, theirs = (
        [torch.nn.Parameter(torch.randn(shape, generator=generator)) for shape in SHAPES] for _ in range(2)
    )
    mine = seconds(Muon(ours, lr=0.01), steps)
    other = seconds(torch.optim.Muon(theirs, lr=0.01, adjust_lr_fn="match_rms_adamw"), steps)
    print(f"ours {1e3 * mine:.0f} ms, torch's {1e3 * other:.0f} ms: {other / mine:.1f} times")


if __name__ == "__main__":
    main()
