"""Task-blind answers earn little."""

import gymnasium as gym
import numpy as np
import pytest

from tests.vpo_envs.blind import constant_share, oracle, rewards_of, set_share, tasks_of
from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.scalarization import scalarize

IDS = ["vpo/Code-v0", "vpo/CodeEasy-v0", "vpo/CodeHard-v0", "vpo/CodeSmall-v0"]


def constants(domain):
    """Programs that define every function of a domain and do the same whatever is asked."""
    names = sorted({task.truth.family.name for task in tasks_of(domain, 200)})
    results = ("0", "1", "-1", "[]", "values", "len(values)")
    for result in results:
        yield "\n".join(f"def {name}(values, *rest): return {result}" for name in names)
    for seed in range(2):  # right programs of other tasks, as many as fit
        text = ""
        for name in names:
            if name in FAMILIES:
                source = FAMILIES[name].draw(np.random.default_rng(seed)).references[-1] + "\n\n"
                text += source if len(text) + len(source) < domain.max_answer_length else ""
        yield text


@pytest.mark.parametrize("id", IDS)
def test_no_constant_answer_earns_much(id):
    domain = gym.make(id).unwrapped.domain
    tasks = tasks_of(domain, 16)
    texts = list(constants(domain))
    assert constant_share(domain, tasks, texts) <= 0.15
    assert set_share(domain, tasks, texts) <= 0.3


@pytest.mark.parametrize("id", IDS)
def test_copying_the_prompt_earns_little(id):
    domain = gym.make(id).unwrapped.domain
    tasks = tasks_of(domain, 12)
    copies = []
    for task in tasks:
        name = task.truth.family.name
        shown = [case.expected for case in task.truth.examples]
        table = "".join(
            f"    if values == {c.arguments[0]!r}: return {c.expected!r}\n" for c in task.truth.examples
        )
        copies.append(
            [
                task.prompt,
                task.prompt.replace("add_large", name),
                f"def {name}(values, *rest):\n    return {shown[0]!r}",
                f"def {name}(values, *rest):\n{table}    return {shown[1]!r}",
            ]
        )
    best = [
        scalarize(rewards_of(domain, [task], texts)[:, 0], domain.weights).max()
        for task, texts in zip(tasks, copies)
    ]
    assert np.mean(best) <= 0.4 * oracle(domain, tasks)[0]
