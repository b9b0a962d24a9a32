"""Pools side by side, against values worked out by hand."""

import dataclasses

import gymnasium as gym
import numpy as np
import pytest
from PIL import Image

from baselines.report.pools import NamedPools, axes_of, chosen, save_picture, side_by_side, trade_off
from vpo_agent.search.result import Pool, SearchResult
from vpo_agent.tasks.source import task_source

NAMES = ["helpfulness", "brevity", "empathy"]


def pool(task, *rows, answers=None):
    answers = answers or [f"answer {i}" for i in range(len(rows))]
    return Pool(task, answers, rows, range(len(rows)), len(rows))


def result(*pools, env="vpo/Support-v0", spec="a", budget=2):
    run = {"agent": "GRPO", "env": env, "spec": spec, "budget": budget}
    return SearchResult(run, NAMES, list(pools), "scalar", [0] * len(pools))


@pytest.fixture(scope="module")
def source():
    return task_source(gym.make("vpo/Support-v0"))


def test_values_are_means_over_tasks():
    one = NamedPools("a", {"test/0": pool("test/0", [1, 0, 0], [0, 1, 0], answers=["same", "same"])})
    found = one.values(np.array([0.5, 0.25, 0.25]))
    assert found["best scalar"] == 0.5 and found["diversity"] == 2 and found["different answers"] == 1
    # The larger of two weights of three, uniform on the simplex: 1/3 + 1/3 less the smaller one's 1/6.
    assert found["expected_best"] == pytest.approx(1 / 2, abs=0.01)
    both = NamedPools("a", {**one.pools, "test/1": pool("test/1", [0, 0, 0], [0, 0, 0])})
    assert both.values(np.array([0.5, 0.25, 0.25]))["best scalar"] == 0.25


def test_only_common_tasks_are_compared():
    rows = ([1, 0, 0], [0, 1, 0])
    long = result(pool("test/0", *rows), pool("test/1", *rows))
    short = result(pool("test/1", *rows), pool("test/2", *rows))
    assert [list(one.pools) for one in side_by_side({"a": long, "b": short})] == [["test/1"]] * 2


@pytest.mark.parametrize("other", [{"env": "vpo/Maze-v0"}, {"spec": "b"}, {"budget": 3}])
def test_other_searches_are_refused(other):
    some = pool("test/0", [1, 0, 0], [0, 1, 0])
    with pytest.raises(ValueError, match="give searches with the same"):
        side_by_side({"a": result(some), "b": result(some, **other)})
    with pytest.raises(ValueError, match="no task in common"):
        side_by_side({"a": result(some), "b": result(dataclasses.replace(some, task="test/7"))})


def test_contexts_that_take_the_same_answer_stand_together(source):
    found = chosen(pool("test/0", [1, 0.2, 1], [0.5, 1, 0.5], [0, 0, 0]), source)
    assert 2 not in found and "hurried" in found[1] and "upset" in found[0]
    assert sorted(name for names in found.values() for name in names) == sorted(source.domain.contexts)


def test_the_axes_are_the_objectives_that_compete():
    # Over these two points the second and third move against one another by most: -1/2.
    front = np.array([[0.0, 0.0, 1.0], [0.5, 1.0, 0.0]])
    assert trade_off([front]) == (1, 2) and trade_off([front, front]) == (1, 2)
    assert trade_off([np.ones((3, 1))]) == (0, 0)
    assert axes_of(NAMES, ["empathy", "brevity"], [front]) == (2, 1)
    with pytest.raises(ValueError, match="did you mean 'brevity'"):
        axes_of(NAMES, ["empathy", "brevty"], [front])
    with pytest.raises(ValueError, match="must be two of helpfulness, brevity, empathy"):
        axes_of(NAMES, ["empathy"], [front])


@pytest.mark.parametrize("front", [None, np.array([[1, 0.5, 1], [0.5, 1, 0.5]])])
def test_a_picture_with_a_panel_for_each_label(source, tmp_path, front):
    some = {"test/0": pool("test/0", [1, 0.2, 1], [0.5, 1, 0.5])}
    widths = []
    for labels in (["a"], ["a", "$b_"]):
        path = tmp_path / "pools.png"
        save_picture([NamedPools(label, some) for label in labels], "test/0", source, front, (1, 2), path)
        with Image.open(path) as image:
            widths.append(image.width)
    assert widths[1] == pytest.approx(2 * widths[0], abs=2)
