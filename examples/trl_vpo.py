"""VPO in TRL: the tiny model on a CPU in about a minute, or a real one with `--model Qwen/Qwen3-1.7B`.

The tiny model is warm-started on the environment's demonstrations; a real one knows how to follow the
format. Held-out pools are measured before and after.
"""

import argparse

from trl import GRPOConfig, GRPOTrainer

from vpo_agent import VPO, evaluate
from vpo_agent.export import task_dataset
from vpo_agent.integrations.set_score import AGENTS
from vpo_agent.integrations.trl import RewardFunction


def main() -> None:
    """Trains, and prints the expected best answer of held-out pools before and after."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", default="tiny", help="`tiny`, a model's folder, or its hub name")
    parser.add_argument("--env", default="vpo/MazeSmall-v0")
    parser.add_argument("--agent", default="vpo", choices=AGENTS)
    parser.add_argument("--candidates", type=int, default=3, help="answers in one completion")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--out", default="runs/trl")
    chosen = parser.parse_args()
    tiny = chosen.model == "tiny"

    def learner(model: str) -> VPO:
        return VPO(model, chosen.env, num_candidates=chosen.candidates)

    def show(when: str, agent: VPO) -> None:
        print(when, evaluate(agent, tasks=32, pool=30).summary())

    start = learner(chosen.model)
    start.warm_start(300 if tiny else 0, progress_bar=True)
    start.policy.save_pretrained(f"{chosen.out}/start")
    show("before:", start)

    trainer = GRPOTrainer(
        model=f"{chosen.out}/start",
        reward_funcs=RewardFunction(chosen.agent),
        train_dataset=task_dataset(
            chosen.env, 1000, num_candidates=chosen.candidates, layout="plain" if tiny else "chat"
        ),
        args=GRPOConfig(
            output_dir=chosen.out,
            max_steps=chosen.steps,
            num_generations=8,
            per_device_train_batch_size=64,
            max_completion_length=start.config.max_new_tokens,
            learning_rate=3e-4 if tiny else 1e-6,
            lr_scheduler_type="constant",
            beta=1e-3,
            delta=3.0,
            logging_steps=5,
            save_strategy="no",
        ),
    )
    trainer.train()
    trainer.save_model(f"{chosen.out}/final")
    show("after:", learner(f"{chosen.out}/final"))


if __name__ == "__main__":
    main()
