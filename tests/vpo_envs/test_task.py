"""Objective and Task: immutable values, and the prompt in either style."""

from dataclasses import FrozenInstanceError

import pytest

from vpo_envs import Task


def test_tasks_are_immutable_hashable_and_hide_the_truth(shares):
    task = shares.task("train", 0)
    with pytest.raises(FrozenInstanceError):
        task.prompt = "easier"
    assert len({task, shares.task("train", 0)}) == 1
    assert "truth" not in repr(task)
    with pytest.raises(FrozenInstanceError):
        shares.objectives[0].weight = 5


def test_prompt_styles_fall_back_to_the_full_text(shares):
    task = shares.task("train", 0)
    assert task.text("full") == task.prompt and task.text("compact") == task.compact
    assert Task("only this").text("compact") == "only this"
