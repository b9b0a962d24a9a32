"""Share of a policy's rollouts that follow the answer form which an environment's prompt asks for.

    python benchmarks/form_share.py smollm2 vpo/SupportEasy-v0
    python benchmarks/form_share.py runs/start vpo/SupportEasy-v0 --tasks 64 --samples 4 --examples 3

Support: the fields of a decision and a message. Tool use: a thought, closed blocks, and calls that can be
read, or a reply. Multi-hop questions: citations and an answer. The form says nothing about what is right,
which the mean reward and its best objectives show beside it. Intervals: 95% bootstrap over tasks.
"""

import argparse
import dataclasses
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from baselines import BestOfN
from vpo_agent.tasks.source import make_env, task_source
from vpo_envs.domains.multihop_qa import reading as questions
from vpo_envs.domains.support.decision import split_reply
from vpo_envs.domains.tool_use import reading as tools
from vpo_envs.intervals import bounded_mean

CALLS = 32  # calls that are parsed; a task needs fewer


def support(completion: str) -> bool:
    fields, message = split_reply(completion)
    return bool(fields) and bool(message.strip())


def tool_use(completion: str) -> bool:
    answer = tools.read_answer(completion, CALLS, short=False)
    return answer.thought and answer.closed and None not in answer.calls and not answer.blank


def multihop_qa(completion: str) -> bool:
    found = questions.read(completion, paragraphs=99, most=99)
    return bool(found.cited) and found.answer is not None


FORMS: dict[str, Callable[[str], bool]] = {
    "Support": support,
    "ToolUse": tool_use,
    "MultiHopQA": multihop_qa,
}


def form_of(env: str) -> Callable[[str], bool]:
    """Returns the check of an environment's form."""
    for name, follows in FORMS.items():
        if env.startswith(f"vpo/{name}"):
            return follows
    raise SystemExit(f"env={env!r}: forms are known for {', '.join(FORMS)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("policy", help="smollm2, a GGUF file, a folder or hub name")
    parser.add_argument("env", help="for example vpo/SupportEasy-v0")
    parser.add_argument("--tasks", type=int, default=24, help="held-out tasks (default: %(default)s)")
    parser.add_argument("--samples", type=int, default=4, help="rollouts per task (default: %(default)s)")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--examples", type=int, default=2, help="completions to print (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    follows = form_of(arguments.env)
    source = task_source(make_env(arguments.env, split="test"))
    if source.style == "compact":
        raise SystemExit(
            f"env={arguments.env!r} has compact prompts, which ask for another form; see docs/environments.md"
        )
    agent: Any = BestOfN(arguments.policy, make_env(arguments.env), warm_start_steps=0, seed=arguments.seed)
    tasks = source.first(arguments.tasks)
    sampling = dataclasses.replace(agent.sampling, temperature=arguments.temperature)
    started = time.monotonic()
    rollouts = agent.rollouts(tasks, arguments.samples, sampling, arguments.seed)
    seconds = time.monotonic() - started
    texts = [completion.text for completion in rollouts.completions[-1]]
    formed = np.array([follows(text) for text in texts], float).reshape(len(tasks), -1).mean(axis=1)
    share = bounded_mean(formed[None])
    utility = rollouts.rewards[:, :, 0] @ agent.source.weights
    print(f"{arguments.env}, {arguments.policy}, temperature {arguments.temperature}, seed {arguments.seed}:")
    print(f"  follows the form {share}, of {len(texts)} rollouts of {len(tasks)} tasks")
    print(f"  ended before the maximum length {rollouts.terminated:.2f}")
    print(
        f"  mean utility {utility.mean():.3f}, best of {arguments.samples} {utility.max(axis=1).mean():.3f}"
    )
    tokens = rollouts.tokens or 0
    print(f"  {tokens / len(texts):.0f} tokens a rollout, {tokens / seconds:.0f} tokens a second")
    for text in texts[:: max(1, len(texts) // max(1, arguments.examples))][: arguments.examples]:
        print(f"\n--- {'follows' if follows(text) else 'does not follow'} the form\n{text}")


if __name__ == "__main__":
    main()
