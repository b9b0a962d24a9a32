"""A training run that goes on where it stopped: `python killed_run.py FOLDER START`."""

import sys
from pathlib import Path

import torch
import toys

from vpo_agent import VPO, CheckpointCallback, Policy, latest_checkpoint
from vpo_agent.common.logger import configure

STEPS = 40
ANSWERS_PER_STEP = 4 * 4 * 2


def main(folder: Path, start: Path) -> None:
    torch.set_num_threads(1)
    env = toys.make_env(toys.Repeat())
    latest = latest_checkpoint(folder / "checkpoints")
    if latest is None:
        agent = VPO(
            Policy.from_pretrained(start, dtype="float32"),
            env,
            num_candidates=2,
            prompts_per_step=4,
            group_size=4,
            max_new_tokens=12,
            learning_rate=1e-3,
            schedule="cosine",
            warm_start_steps=5,
        )
    else:
        agent = VPO.load(latest, env)
    agent.set_logger(configure(folder, ("csv", "json")))
    left = STEPS * ANSWERS_PER_STEP - agent.num_timesteps
    agent.learn(left, CheckpointCallback(folder / "checkpoints", every=3), reset_num_timesteps=False)
    agent.save(folder / "final")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
