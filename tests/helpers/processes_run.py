"""Ten steps, a search, and five steps that go on from a checkpoint of another number of processes.

torchrun --nproc_per_node N processes_run.py START FOLDER CHECKPOINT
"""

import sys
from pathlib import Path

import torch
import toys

from vpo_agent import AnswerVPO, Policy, evaluate
from vpo_agent.common.logger import configure
from vpo_agent.search import EvolutionSearch, search

HALF = 5 * 5 * 4 * 2  # answers of five steps


def fresh(start: Path, folder: Path) -> AnswerVPO:
    """Ten steps; the checkpoint in the middle is `folder/half`, the log ends with an evaluation."""
    # In double precision, since AdamW makes steps of full size of rounding errors.
    policy = Policy.from_pretrained(start, device="cpu", dtype="float32")
    policy.model.double()
    # Five groups in two mini-batches: no number of processes shares them evenly.
    agent = AnswerVPO(  # whose tokens differ in credit
        policy,
        toys.make_env(toys.Repeat()),
        num_candidates=2,
        prompts_per_step=5,
        group_size=4,
        pool_size=3,
        max_new_tokens=12,
        learning_rate=1e-3,
        warm_start_steps=3,
        kl_coef=0.1,
    )
    agent.set_logger(configure(folder, ("json",)))
    agent.learn(HALF)
    agent.save(folder / "half")
    agent.learn(HALF, reset_num_timesteps=False)
    agent.save(folder / "end")
    best = evaluate(agent, tasks=6, pool=6, fronts=False).summary()["expected_best"]
    agent.logger.record("best", best)
    one = evaluate(agent, tasks=1, pool=6, fronts=False).summary()["expected_best"]  # fewer than processes
    agent.logger.record("one", one)
    agent.logger.record("time/updates", agent.num_updates)
    agent.logger.dump(agent.num_timesteps)
    evolution = EvolutionSearch(population=4, folder=folder / "generations")
    for name in ("search.json", "again.json"):  # the second one reads the generations of the first
        search(agent, strategy=evolution, budget=12, tasks=3, path=folder / name)
    return agent


def resumed(checkpoint: Path, folder: Path) -> None:
    """Five more steps from a checkpoint."""
    agent = AnswerVPO.load(checkpoint, toys.make_env(toys.Repeat()))
    for policy in (agent.policy, agent.reference):
        policy.model.double()
    agent.learn(HALF, reset_num_timesteps=False).save(folder / "end")


if __name__ == "__main__":
    torch.set_num_threads(1)
    start, folder, checkpoint = map(Path, sys.argv[1:])
    fresh(start, folder)
    resumed(checkpoint, folder / "resumed")
