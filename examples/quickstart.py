"""PoolVPO and GRPO, half a minute each from the same shipped start: regret falls, pools spread or collapse.

    python examples/quickstart.py                 # writes quickstart.png

Both agents sample the same number of answers. Regret is the distance from the best answer of a pool of
thirty to the true optimum, averaged over preference weights and held-out mazes.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

import torch
from matplotlib.figure import Figure

from baselines import GRPO
from vpo_agent import Agent, Evaluation, PoolVPO, evaluate
from vpo_envs.domains.maze.picture import draw_maze

ENV = "vpo/MazeSmall-v0"
SHARED = {"prompts_per_step": 8, "group_size": 24, "learning_rate": 3e-4}
ROUNDS = 4
MAPS = 6  # routes drawn in the terminal


def train(agent: Agent, steps: int, tasks: int) -> Evaluation:
    """Trains in rounds and prints the regret of pools after each; returns the last evaluation."""
    name = type(agent).__name__
    print(f"{name}\n  step   regret  best@1  diversity   seconds")
    spent = 0.0
    while True:
        pools = evaluate(agent, tasks=tasks, pool=30)
        measured = pools.summary()
        figures = f"{measured['regret']:8.3f}{measured['best@1']:8.3f}{measured['diversity']:11.3f}"
        print(f"{agent.num_updates:6d} {figures}{spent:10.0f}", flush=True)
        if agent.num_updates >= steps:
            return pools
        started = time.perf_counter()
        left = min(-(-steps // ROUNDS), steps - agent.num_updates)
        agent.learn(left * agent.config.answers_per_step, reset_num_timesteps=False)
        spent += time.perf_counter() - started


def show(agent: Agent, pools: Evaluation, index: int) -> None:
    """Prints the most frequent routes of a pool as maps, with counts and scores."""
    often = Counter(zip(pools.answers[index], map(tuple, pools.rewards[index].tolist())))
    reached = sum(count for (_, reward), count in often.items() if reward[0])
    print(f"\n{type(agent).__name__}: {reached} of 30 routes arrive, {len(often)} different answers. The")
    kept = often.most_common(MAPS)
    print(f"most frequent, which occur {', '.join(str(count) for _, count in kept)} times:\n")
    domain = agent.source.domain
    task = domain.task("test", index)
    print(domain.render(task, [text for (text, _), _ in kept], [reward for (_, reward), _ in kept], "ansi"))


def draw(agents: list[Agent], evaluations: list[Evaluation], index: int, file: Path) -> None:
    """Draws the pools of all agents on one maze, side by side."""
    figure = Figure(figsize=(16.4, 5.2), dpi=110, facecolor="white")
    for place, (agent, pools) in enumerate(zip(agents, evaluations)):
        axes = figure.add_axes((0.022 + 0.5 * place, 0.06, 0.285, 0.84))
        task = agent.source.domain.task("test", index)
        draw_maze(axes, task, pools.answers[index], pools.rewards[index])
        spread = pools.per_task()["diversity"][index]
        axes.set_title(f"{type(agent).__name__}: 30 answers, diversity {spread:.2f}", fontsize=13, loc="left")
    figure.savefig(file)


def main() -> None:
    """Trains, prints and draws."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=60, help="training steps of each agent")
    parser.add_argument("--tasks", type=int, default=32, help="held-out mazes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("quickstart.png"), help="file of the picture")
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # the model is too small for two threads to pay
    agents = [kind("tiny-warm", ENV, seed=arguments.seed, **SHARED) for kind in (GRPO, PoolVPO)]
    evaluations = [train(agent, arguments.steps, arguments.tasks) for agent in agents]
    scalar, pooled = (pools.per_task()["regret"] for pools in evaluations)
    index = int((scalar - pooled).argmax())
    print(f"\nOf {arguments.tasks} held-out mazes, the one on which PoolVPO gains most in regret:")
    for agent, pools in zip(agents, evaluations):
        show(agent, pools, index)
    draw(agents, evaluations, index, arguments.out)
    print(f"\npicture: {arguments.out}")


if __name__ == "__main__":
    main()
