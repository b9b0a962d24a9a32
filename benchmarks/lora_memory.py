"""Memory of training with adapters on a CPU, against the model's weights and the estimate.

    python benchmarks/lora_memory.py
    python benchmarks/lora_memory.py --set gradient_checkpointing=True

A Llama of 100 million parameters with random weights is saved and trained for a step, in a process of
its own. Measured is the most that the process held at any time beyond what it held before the model was
loaded; the loading counts. Linux.
"""

import argparse
import ast
import json
import subprocess
import sys
import tempfile

import peft  # noqa: F401  (part of what is held before)
import psutil
import torch
from peak_memory import peak_memory
from transformers import AutoModelForCausalLM, LlamaConfig

from vpo_agent import VPO
from vpo_agent.agents.memory import estimate_training
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.tasks.source import task_source

ENV = "vpo/MazeSmall-v0"
SETTINGS = {"lora_rank": 16, "prompts_per_step": 2, "max_new_tokens": 64, "max_tokens_per_micro_batch": 1024}


def save_model(folder: str) -> None:
    """Saves a model of 100 million parameters that reads the environment's words."""
    tokenizer = tiny_policy(task_source(ENV)).tokenizer
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=768,
        intermediate_size=2560,
        num_hidden_layers=12,
        num_attention_heads=12,
        max_position_embeddings=4096,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def measure(folder: str, settings: dict) -> dict[str, float]:
    """Trains a step; all figures in bytes."""
    before = psutil.Process().memory_info().rss
    agent = VPO(folder, ENV, **settings)
    agent.learn(agent.config.answers_per_step)
    peak = peak_memory()
    told = estimate_training(agent.policy, agent.config, agent.source)
    count = sum(p.numel() for p in agent.policy.model.parameters() if not p.requires_grad)
    activations = max(told.sampling, told.updating)
    return {"held": peak - before, "told": told.total, "float32": 4 * count, "activations": activations}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", action="append", default=[], help="setting=value of the agent")
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    settings = dict(SETTINGS)
    for assignment in arguments.set:
        name, _, value = assignment.partition("=")
        settings[name] = ast.literal_eval(value)
    torch.set_num_threads(1)
    if arguments.folder:
        print(json.dumps(measure(arguments.folder, settings)))
        return
    with tempfile.TemporaryDirectory() as folder:
        save_model(folder)
        command = [sys.executable, *sys.argv, "--folder", folder]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    found = {name: value / 1e9 for name, value in json.loads(lines[-1]).items()}
    print(
        f"weights in float32 {found['float32']:.2f} GB, activations estimated {found['activations']:.2f} GB"
    )
    print(f"held at the peak {found['held']:.2f} GB, estimated {found['told']:.2f} GB")
    print(f"estimate / held: {found['told'] / found['held']:.2f}")
    rest = found["held"] - found["activations"]
    print(f"(held - activations) / weights in float32: {rest / found['float32']:.2f}")


if __name__ == "__main__":
    main()
