"""VPO in TRL: a tiny model on a CPU in about a minute, or a real one with --model Qwen/Qwen3-1.7B."""

import argparse

import torch
from trl import GRPOConfig, GRPOTrainer

from vpo_agent import VPO, evaluate
from vpo_agent.common import distributed
from vpo_agent.integrations.rollout_score import AGENTS
from vpo_agent.integrations.trl import RewardFunction
from vpo_agent.models.gguf import model_folder
from vpo_agent.tasks.export import task_dataset

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--model", default="tiny", help="`tiny`, `smollm2`, a GGUF file, a folder, a hub name")
parser.add_argument("--env", default="vpo/MazeSmall-v0")
parser.add_argument("--agent", default="vpo", choices=AGENTS)
parser.add_argument("--num-candidates", type=int, default=3, help="answers in one completion")
parser.add_argument("--generations", type=int, default=8, help="completions of one prompt; 24 for pools of 8")
parser.add_argument("--steps", type=int, default=10)
parser.add_argument("--out", default="runs/trl")


def main(
    model: str, env: str, agent: str, num_candidates: int, steps: int, out: str, generations: int = 8
) -> None:
    """Trains, and measures pools on held-out tasks before and after."""
    tiny = model == "tiny"
    if tiny:  # built for the environment and warm-started on its demonstrations
        start = VPO("tiny", env, num_candidates=num_candidates)
        start.warm_start(200, progress_bar=True)
        model = f"{out}/start"
        if distributed.is_main():
            start.policy.save_pretrained(model)
        distributed.barrier()
    model = str(model_folder(model))  # of a GGUF file: the converted model

    def show(when: str, model: str) -> None:
        summary = evaluate(VPO(model, env, num_candidates=num_candidates), tasks=16, pool=30).summary()
        print(when, {name: round(summary[name], 3) for name in ("best@1", "best@30", "expected_best")})

    show("before:", model)
    trainer = GRPOTrainer(
        model=model,
        reward_funcs=RewardFunction(agent, group_size=generations, pool_size=generations // 3),
        train_dataset=task_dataset(
            env, 1000, num_candidates=num_candidates, layout="plain" if tiny else "chat"
        ),
        args=GRPOConfig(
            output_dir=out,
            max_steps=steps,
            num_generations=generations,
            per_device_train_batch_size=4 * generations,
            max_completion_length=96 if tiny else 1024,
            learning_rate=3e-4 if tiny else 1e-6,
            lr_scheduler_type="constant",
            beta=1e-3,
            use_bias_correction_kl=False,
            delta=3.0,
            chat_template_kwargs={"enable_thinking": False},
            logging_steps=5,
            log_completions=True,  # a table with the reward vectors, in the folder `completions`
            num_completions_to_print=0,
            save_strategy="no",
            bf16=torch.cuda.is_available(),
        ),
    )
    trainer.train()
    trainer.save_model(f"{out}/final")
    trainer.accelerator.wait_for_everyone()  # one process writes
    show("after:", f"{out}/final")


if __name__ == "__main__":
    main(**vars(parser.parse_args()))
