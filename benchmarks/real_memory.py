"""Resident memory of training a real model on a CPU, step by step, against the estimate; Linux.

    python benchmarks/real_memory.py
    python benchmarks/real_memory.py --set gradient_checkpointing=False --steps 20
    python benchmarks/real_memory.py --set lora_rank=16

GRPO, full weights unless adapters are set, 4 prompts x 12 answers of 64 tokens (they do not stop at eos).
Prints what the process holds after each step, its peak so far, and the seconds of CPU that the step took.
"""

import argparse
import time

import psutil
import torch
from peak_memory import peak_memory

from baselines import GRPO
from vpo_agent.agents.memory import estimate_training
from vpo_agent.common.parsing import read_setting

SETTINGS = {
    "gradient_checkpointing": True,
    "prompts_per_step": 4,
    "group_size": 12,
    "max_new_tokens": 64,
    "mini_batches": 1,
    "warm_start_steps": 0,
    "learning_rate": 2e-5,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--policy", default="smollm2")
    parser.add_argument("--env", default="vpo/Support-v0")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--set", action="append", default=[], help="setting=value of the agent")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    settings = {**SETTINGS, **dict(map(read_setting, arguments.set))}
    process = psutil.Process()
    before = process.memory_info().rss
    agent = GRPO(arguments.policy, arguments.env, **settings)
    estimated = estimate_training(agent.policy, agent.config, agent.source)
    print(f"{agent.policy.dtype}, {agent.policy.attention}; libraries hold {before / 1e9:.2f} GB", flush=True)
    print(f"estimate {estimated}", flush=True)
    agent.policy.stop_ids = (-1,)
    clock = [time.process_time()]

    def note(agent: GRPO) -> None:
        clock.append(time.process_time())
        values = agent.logger.name_to_value
        print(
            f"step {agent.num_updates}: holds {process.memory_info().rss / 1e9:.2f} GB, "
            f"peak {peak_memory() / 1e9:.2f} GB, {clock[-1] - clock[-2]:.0f} s of CPU, wall: sampling "
            f"{values['time/sampling']:.0f} s, update {values['time/updating']:.0f} s",
            flush=True,
        )

    agent.learn(arguments.steps * agent.config.answers_per_step, note)
    print(f"estimate / peak without the libraries: {estimated.total / (peak_memory() - before):.2f}")


if __name__ == "__main__":
    main()
