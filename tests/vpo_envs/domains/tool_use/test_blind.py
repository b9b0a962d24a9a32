"""ToolUse: how little is earned by texts that are the same for every task, or copied from the prompt."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs import Domain, Task, scalarize
from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.writing import NO_CALL_REPLY, write_compact, write_full

sys.path.insert(0, str(Path(__file__).parents[2]))
from blind import constant_share, oracle, set_share, tasks_of

IDS = ("ToolUseSmall", "ToolUseEasy", "ToolUse", "ToolUseHard")
TASKS = 30


def domain_of(id: str) -> Domain:
    return gym.make(f"vpo/{id}-v0").unwrapped.domain


def write(domain: Domain, calls: list[Call], formed: bool = True) -> str:
    return write_compact(calls, formed) if domain.closed else write_full(calls, "hm")


def constants(domain: Domain) -> Iterator[str]:
    """Refusals, empty forms, and calls of the tools and arguments that training tasks ask for most."""
    yield f"<think> </think> {NO_CALL_REPLY}"
    yield NO_CALL_REPLY
    yield "<think> </think> <tool_call> </tool_call>"
    yield "<think> </think>"
    names: Counter[str] = Counter()
    keys: dict[str, Counter[str]] = {}
    values: dict[tuple[str, str], Counter[str]] = {}
    for index in range(300):
        for call in domain.task("train", index).truth.calls:
            names[call.name] += 1
            keys.setdefault(call.name, Counter()).update(list(call.parameters))
            for key, value in call.parameters.items():
                values.setdefault((call.name, key), Counter())[str(value)] += 1

    def guess(name: str, n_keys: int, n_values: int) -> Call:
        chosen = [key for key, _ in keys[name].most_common(n_keys)]
        likely = [values[name, key].most_common(1)[0][0] for key in chosen]
        return Call(name, {k: v if i < n_values else None for i, (k, v) in enumerate(zip(chosen, likely))})

    ranked = [name for name, _ in names.most_common()]
    for size in (1, 2, 4, 8):
        for start in range(0, len(ranked), size):
            for shape in ((0, 0), (1, 0), (2, 0), (1, 1), (2, 1), (2, 2), (3, 3)):
                calls = [guess(name, *shape) for name in ranked[start : start + size]]
                yield write(domain, calls)
                if domain.closed:
                    yield write(domain, calls, formed=False)


def copies(domain: Domain, task: Task) -> Iterator[tuple[tuple, str]]:
    """Answers made of what the prompt shows: the first tools, with arguments and words of the request."""
    request = task.compact.split(" ask ")[1] if domain.closed else task.prompt.split("Request: ")[1]
    words = request.split()
    shapes = {
        "names": lambda p, i: False,
        "one key": lambda p, i: i == 0,
        "required keys": lambda p, i: p.slot.required,
        "keys": lambda p, i: True,
    }
    for size in sorted({1, 2, 3, 4, 6, len(task.truth.tools)} & set(range(len(task.truth.tools) + 1))):
        for shape, takes in shapes.items():
            for said in ("nothing", "all", "a word each"):
                calls = []
                for tool in task.truth.tools[:size]:
                    taken = [p.key for i, p in enumerate(tool.parameters) if takes(p, i)]
                    spoken = {"nothing": [None], "all": [words[-1] if domain.closed else request]}
                    texts = spoken.get(said, words)
                    calls.append(Call(tool.name, {k: texts[i % len(texts)] for i, k in enumerate(taken)}))
                for formed in (True, False) if domain.closed else (True,):
                    yield (size, shape, said, formed), write(domain, calls, formed)
    yield ("request",), request
    yield ("prompt",), task.text("compact" if domain.closed else "full")


@pytest.mark.parametrize("id", IDS)
def test_constant_answers_earn_little(id):
    domain = domain_of(id)
    tasks = tasks_of(domain, TASKS)
    texts = list(dict.fromkeys(constants(domain)))
    assert len(texts) > 200
    assert constant_share(domain, tasks, texts) <= 0.15
    assert set_share(domain, tasks, texts) <= 0.30


@pytest.mark.parametrize("id", IDS)
def test_copying_the_prompt_earns_little(id):
    domain = domain_of(id)
    tasks = tasks_of(domain, TASKS)
    earned: dict[tuple, list[float]] = {}
    for task in tasks:
        for strategy, text in copies(domain, task):
            earned.setdefault(strategy, []).append(float(scalarize(domain.score(task, text), domain.weights)))
    best = max(np.sum(scalars) / len(tasks) for scalars in earned.values())
    assert best / oracle(domain, tasks)[0] <= 0.40


@pytest.mark.parametrize("id", IDS)
def test_a_right_call_of_the_wrong_tool_earns_nothing(id):
    domain = domain_of(id)
    for index in range(10):
        task = domain.task("test", index)
        unused = [t.name for t in task.truth.tools if t.name not in {c.name for c in task.truth.calls}]
        calls = [Call(unused[0], call.parameters) for call in task.truth.calls]
        if calls:
            assert list(domain.score(task, write(domain, calls))) == [0, 0, 0, 0]
