"""Seconds of a training step against TRL's GRPOTrainer, in one run; needs `pip install 'vpo-gym[trl]'`.

    python benchmarks/train_step.py
    python benchmarks/train_step.py --prompts 8 --rollouts 8 --tokens 64 --steps 5
    python benchmarks/train_step.py --env vpo/Maze-v0 --width 512 --layers 12 --heads 8 \\
        --set sampling_rows=1024 --set max_tokens_per_micro_batch=32768
    python benchmarks/train_step.py --policy smollm2 --env vpo/Support-v0 --prompts 4 --rollouts 8 --tokens 64
    python benchmarks/train_step.py --policy smollm2 --env vpo/Support-v0 --prompts 4 --rollouts 8 \\
        --tokens 64 --set lora_rank=16 --trl gradient_checkpointing=False --trl-dtype bfloat16

Same model (0.67 million parameters unless its size or a policy is given), same prompts, same completion
length (neither stops at eos), same rewards, same precision, one optimizer step per step, KL penalty on, TRL
at its defaults otherwise. A step is sampling, scoring, advantages and the update. The two take turns, step by
step, on one thread, on a GPU where there is one. Also prints the seconds of CPU, which other programs on the
machine disturb less, and which share of our step scoring and advantages take. With `lora_rank`, TRL trains
adapters of the same rank and places. `--only` runs one side alone, and prints the memory that it held at its
peak (Linux).
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np
import torch
from peak_memory import peak_memory
from transformers import AutoModelForCausalLM

from baselines import GRPO
from vpo_agent.common.parsing import read_setting
from vpo_agent.models.policy import Policy
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.tasks.source import task_source


class Ours:
    """Our agent, one step at a call; keeps the seconds of each step and of its scoring and advantages."""

    def __init__(self, agent: GRPO) -> None:
        self.agent = agent
        self.seconds: list[float] = []
        self.cpu: list[float] = []
        self.shares: list[float] = []
        self.scoring = 0.0
        self.score = agent.source.score
        agent.source.score = self.timed

    def timed(self, tasks, answers):
        start = time.perf_counter()
        rewards = self.score(tasks, answers)
        self.scoring += time.perf_counter() - start
        return rewards

    def step(self) -> None:
        self.scoring, start = 0.0, time.process_time()
        self.agent.learn(self.agent.config.answers_per_step, callback=self.read, reset_num_timesteps=False)
        self.cpu.append(time.process_time() - start)

    def read(self, agent: GRPO) -> None:
        values = agent.logger.name_to_value
        parts = [values[f"time/{name}"] for name in ("sampling", "advantages", "updating")]
        self.seconds.append(sum(parts))
        self.shares.append((self.scoring + parts[1]) / sum(parts))


def theirs(
    agent: GRPO, arguments: argparse.Namespace, folder: str, between: Callable[[], None]
) -> tuple[list[float], list[float]]:
    """Times TRL's steps, in seconds and CPU seconds; calls `between` after each: both meet one machine."""
    try:
        from datasets import Dataset
        from trl import GRPOConfig, GRPOTrainer
    except ImportError:
        sys.exit("this benchmark compares with TRL: pip install 'vpo-gym[trl]'")
    from transformers import TrainerCallback

    domain = agent.source.domain
    tasks = [domain.task("train", i) for i in range(arguments.prompts * (arguments.steps + 1))]
    answer_format, style = agent.config.answer_format, agent.source.style
    chat = bool(agent.policy.tokenizer.chat_template)

    def worded(text: str):
        return [{"role": "user", "content": text}] if chat else text

    rows = [
        {"prompt": worded(answer_format.instruct(task.text(style), style)), "index": task.index}
        for task in tasks
    ]

    def reward(completions, index, **kwargs):
        texts = [completion[0]["content"] if chat else completion for completion in completions]
        found = [answer_format.parse(text)[0] or "" for text in texts]
        rewards = domain.score_batch([domain.task("train", i) for i in index], found)
        return (rewards @ domain.weights).tolist()

    class Clock(TrainerCallback):
        def __init__(self):
            self.times: list[float] = []
            self.cpu: list[float] = []

        def on_step_begin(self, *args, **kwargs):
            self.start = time.perf_counter(), time.process_time()

        def on_step_end(self, *args, **kwargs):
            self.times.append(time.perf_counter() - self.start[0])
            self.cpu.append(time.process_time() - self.start[1])
            print(f"TRL's step: {self.times[-1]:.2f} s, {self.cpu[-1]:.2f} s of CPU", flush=True)
            between()

    batch = arguments.prompts * arguments.rollouts
    adapters = None
    if agent.config.lora_rank:
        from peft import LoraConfig

        adapters = LoraConfig(
            r=agent.config.lora_rank,
            lora_alpha=agent.config.lora_alpha or 2 * agent.config.lora_rank,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
    settings = {
        "output_dir": folder,
        "use_cpu": agent.policy.device.type == "cpu",
        "bf16": agent.policy.dtype == torch.bfloat16,
        "per_device_train_batch_size": batch,
        "num_generations": arguments.rollouts,
        "max_completion_length": arguments.tokens,
        "generation_kwargs": {"min_new_tokens": arguments.tokens},
        "beta": 1e-3,
        "max_steps": arguments.steps + 1,
        "learning_rate": agent.config.learning_rate,
        "report_to": "none",
        "save_strategy": "no",
        "disable_tqdm": True,
        "logging_strategy": "no",
    }
    settings |= dict(map(read_setting, arguments.trl))
    clock = Clock()
    trainer = GRPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(folder, dtype=arguments.trl_dtype),
        reward_funcs=reward,
        args=GRPOConfig(**settings),
        peft_config=adapters,
        train_dataset=Dataset.from_list(rows),
        processing_class=agent.policy.tokenizer,
        callbacks=[clock],
    )
    trainer.train()
    return clock.times, clock.cpu


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--env", default="vpo/MazeSmall-v0")
    parser.add_argument("--policy", default="tiny", help="or smollm2, a GGUF file, a folder")
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--prompts", type=int, default=16)
    parser.add_argument("--rollouts", type=int, default=16)
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--set", action="append", default=[], help="further settings of ours, as name=value")
    parser.add_argument("--trl", action="append", default=[], help="settings of GRPOConfig, as name=value")
    parser.add_argument("--trl-dtype", default="float32", help="of the weights that TRL trains")
    parser.add_argument("--only", choices=("ours", "trl"), help="run this side alone")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    libraries = peak_memory()
    sizes = {name: getattr(arguments, name) for name in ("width", "layers", "heads")}
    tiny = arguments.policy == "tiny"
    with tempfile.TemporaryDirectory() as folder:
        source, name = task_source(arguments.env), arguments.policy
        policy = tiny_policy(source, **sizes) if tiny else Policy.from_pretrained(name)
        policy.save_pretrained(folder)
        del policy
        agent = GRPO(
            folder,
            arguments.env,
            group_size=arguments.rollouts,
            prompts_per_step=arguments.prompts,
            max_new_tokens=arguments.tokens,
            mini_batches=1,
            learning_rate=3e-4 if tiny else 1e-6,
            warm_start_steps=0,
            **dict(map(read_setting, arguments.set)),
        )
        mine = Ours(agent)
        agent.policy.stop_ids = (-1,)  # an id that is never drawn: every completion has the full length
        if arguments.only == "ours":
            for _ in range(arguments.steps + 1):
                mine.step()
        else:
            trl, cpu = theirs(agent, arguments, folder, (lambda: None) if arguments.only else mine.step)
    if arguments.only:
        times, spent = (mine.seconds, mine.cpu) if arguments.only == "ours" else (trl, cpu)
        late = slice(min(1, arguments.steps), None)  # the first step is the only one with --steps 0
        print(
            f"{arguments.only}: {np.median(times[late]):.2f} s, {np.median(spent[late]):.2f} s of CPU a step"
        )
        print(f"held at the peak: {peak_memory() / 1e9:.2f} GB, {libraries / 1e9:.2f} GB of it libraries")
        return
    # The first step of each is its warm-up.
    ratios = np.array(mine.seconds[1:]) / np.array(trl[1:])
    print(f"ours {np.median(mine.seconds[1:]):.2f} s, TRL {np.median(trl[1:]):.2f} s a step")
    print(
        f"ratio, ours / TRL: median {np.median(ratios):.2f}, range {ratios.min():.2f} to {ratios.max():.2f}"
    )
    spent = np.array(mine.cpu[1:]) / np.array(cpu[1:])
    print(
        f"CPU: ours {np.median(mine.cpu[1:]):.2f} s, TRL {np.median(cpu[1:]):.2f} s, median ratio "
        f"{np.median(spent):.2f}"
    )
    print(f"scoring and advantages: {100 * np.mean(mine.shares[1:]):.2f}% of our step")


if __name__ == "__main__":
    main()
