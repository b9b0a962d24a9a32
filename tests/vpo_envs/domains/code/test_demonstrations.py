"""Demonstrations: poor names, clumsy programs, mixed quality."""

import copy

import numpy as np
import pytest

from vpo_envs.domains.code import CodeDomain
from vpo_envs.domains.code.demonstrations import POOR_NAMES, clumsy
from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code.names import SHORT_NAMES
from vpo_envs.domains.code.scoring import Scorer


def poorly_named(source):
    """The same code with one letter for each local variable, and nothing else clumsy."""
    return clumsy(source, np.random.default_rng(0), 1.0, 0.0)


def test_poor_names_change_readability_alone():
    pairs = []
    for name in sorted(FAMILIES)[::3]:
        problem = FAMILIES[name].draw(np.random.default_rng(4))
        pairs += [(problem, text) for source in problem.references for text in (source, poorly_named(source))]
    rewards = Scorer().score([problem for problem, _ in pairs], [text for _, text in pairs])
    good, poor = rewards[::2], rewards[1::2]
    assert (good[:, :2] == poor[:, :2]).all()
    assert (poor[:, 2] < good[:, 2]).mean() > 0.95 and (poor[:, 2] <= good[:, 2]).all()
    assert (poor[:, 3] <= good[:, 3]).all()


def test_poor_names_are_local():
    assert poorly_named("BASE = 2\ndef f(values):\n    return [v + BASE for v in values]") == (
        "BASE = 2\n\ndef f(c):\n    return [d + BASE for d in c]"
    )
    assert set(POOR_NAMES).isdisjoint(SHORT_NAMES)


@pytest.mark.parametrize("style", ["full", "compact"])
def test_demonstrations_are_of_mixed_quality(style):
    domain = CodeDomain(answer_style=style)
    tasks = [domain.task("train", index) for index in range(12)]
    rng = np.random.default_rng(0)
    pairs = [(task, text) for task in tasks for text in domain.demonstrations(task, rng)]
    rewards = domain.score_batch([task for task, _ in pairs], [text for _, text in pairs])
    assert 0.6 < (rewards[:, 0] == 1).mean() < 0.95
    assert (rewards[:, 0] > 0).mean() > 0.85
    assert rewards[:, 1:].std(axis=0).min() > 0.15


@pytest.mark.parametrize("name", sorted(FAMILIES)[::2])
def test_clumsy_programs_do_the_same(name):
    problem = FAMILIES[name].draw(np.random.default_rng(13))
    for i, source in enumerate(problem.references):
        namespace = {}
        exec(clumsy(source, np.random.default_rng(i), 0.9, 0.9, 1.0, name), namespace)
        for case in problem.hidden[:-3]:
            assert repr(namespace[name](*copy.deepcopy(case.arguments))) == repr(case.expected), source


def test_demonstrations_get_worse_with_quality_and_never_reach_the_optimum():
    domain = CodeDomain(families=["best_mix", "count_bins"], answer_style="compact")
    tasks = [domain.task("test", index) for index in range(6)]
    means = []
    for quality in (1.0, 0.5, 0.0):
        pairs = [
            (task, text)
            for task in tasks
            for seed in range(4)
            for text in domain.demonstrations(task, np.random.default_rng(seed), quality)
        ]
        rewards = domain.score_batch([task for task, _ in pairs], [text for _, text in pairs])
        means.append((rewards @ domain.weights).mean())
        if quality == 1:
            pools = (rewards @ domain.weights).reshape(len(tasks), -1)
            best = np.array([(domain.pareto_front(task) @ domain.weights).max() for task in tasks])
            left = (best - pools.max(axis=1)).mean() / (best - pools.mean(axis=1)).mean()
            assert left > 0.15
    assert means[0] > means[1] + 0.05 > means[2] + 0.1
