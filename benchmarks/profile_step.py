"""Time and memory of the parts of a training step, on whatever device there is.

    python benchmarks/profile_step.py
    python benchmarks/profile_step.py --env vpo/Maze-v0 --agent VPO --width 512 --layers 12 --heads 8 \\
        --prompts 32 --answers 24 --set sampling_rows=1024 --set max_tokens_per_micro_batch=32768

Prints, for a tiny policy of the given size: seconds of sampling and of the update in each of some steps,
tokens drawn and learnt from a second, on a GPU also the share of the time in which it computes and its
peak memory against the estimate that users get before the first step.
"""

import argparse
import time

import numpy as np
import torch
from torch.profiler import ProfilerActivity, profile

from baselines.registry import agent_class
from vpo_agent.agents.memory import estimate_training
from vpo_agent.common.parsing import read_setting
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.tasks.source import task_source
from vpo_agent.training.sft import warm_start

FIGURES = ("time/sampling", "time/advantages", "time/updating", "rollout/tokens")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--env", default="vpo/MazeSmall-v0")
    parser.add_argument("--agent", default="VPO")
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--prompts", type=int, default=16, help="tasks per step")
    parser.add_argument("--answers", type=int, default=24, help="answers per task and step")
    parser.add_argument("--steps", type=int, default=5, help="steps after the first, which warms up")
    parser.add_argument("--warm-start", type=int, default=20, help="supervised steps, timed, too")
    parser.add_argument("--set", action="append", default=[], help="further settings, as name=value")
    arguments = parser.parse_args()
    torch.set_num_threads(1)

    source = task_source(arguments.env)
    sizes = {name: getattr(arguments, name) for name in ("width", "layers", "heads")}
    policy = tiny_policy(source, **sizes)
    print(f"{policy.model.num_parameters() / 1e6:.2f} million parameters, {policy.dtype} on {policy.device}")
    clock: list[float] = [time.perf_counter()]
    steps = arguments.warm_start
    loss = warm_start(policy, source, steps=steps, on_step=lambda *_: clock.append(time.perf_counter()))
    if steps:
        print(f"warm start: {np.median(np.diff(clock)):.3f} s a step, loss {loss:.2f} after {steps}")

    kind = agent_class(arguments.agent)
    m = kind.config_class().num_candidates
    agent = kind(
        policy,
        arguments.env,
        prompts_per_step=arguments.prompts,
        group_size=arguments.answers // m,
        warm_start_steps=0,
        **dict(map(read_setting, arguments.set)),
    )
    estimated = estimate_training(agent.policy, agent.config, agent.source)
    rows: list[list[float]] = []

    def note(agent) -> None:
        rows.append([agent.logger.name_to_value[name] for name in FIGURES])

    def learn(steps: int) -> None:
        agent.learn(steps * agent.config.answers_per_step, callback=note, reset_num_timesteps=False)

    learn(1 + arguments.steps)
    sampling, advantages, updating, tokens = np.median(rows[1:], axis=0)
    print(f"{agent.config.group_size} rollouts of {m} for each of {arguments.prompts} tasks, median step:")
    print(f"  sampling and scoring {sampling:.3f} s, {tokens / sampling:,.0f} tokens/s")
    print(f"  advantages {advantages:.3f} s")
    print(f"  update {updating:.3f} s, {tokens / updating:,.0f} sampled tokens/s")
    if policy.device.type != "cuda":
        return
    held = torch.cuda.max_memory_allocated() / 1e9
    print(f"  memory: peak {held:.2f} GB, estimated {estimated}")
    rows.clear()
    torch.cuda.synchronize()
    with profile(activities=[ProfilerActivity.CUDA]) as run:
        start = time.perf_counter()
        learn(1)
        torch.cuda.synchronize()
        whole = time.perf_counter() - start
    kernels = [event for event in run.events() if event.device_type == torch.autograd.DeviceType.CUDA]
    busy = sum(event.self_device_time_total for event in kernels) / 1e6
    print(f"  profiled step {whole:.3f} s: {len(kernels):,} kernels, the GPU computes {busy:.3f} s of it")
    totals = run.key_averages()
    for event in sorted(totals, key=lambda event: -event.self_device_time_total)[:8]:
        print(f"    {event.self_device_time_total / 1e6:.4f} s  {event.count:6d} x  {event.key[:80]}")


if __name__ == "__main__":
    main()
