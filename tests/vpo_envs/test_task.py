"""Objective and Task: immutable values, and the prompt in either style."""

from dataclasses import FrozenInstanceError

import pytest

from vpo_envs import Objective, Task


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


def test_defaults():
    assert Objective("x").weight == 1.0 and Objective("x").description == ""
    task = Task("only this")
    assert (task.id, task.index, task.split) == ("train/-1", -1, "train"), "no domain has stamped it"


def test_a_system_message_must_begin_the_prompt():
    assert Task("Be brief.\nGo.", system="Be brief.").text("full") == "Be brief.\nGo."
    with pytest.raises(ValueError, match="system"):
        Task("Go.", system="Be brief.").text("full")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": 3}, "name=3"),
        ({"name": "close", "description": 2.0}, "description=2.0.* must be a text; give weight= by its name"),
        ({"name": "close", "weight": "2"}, "weight='2'.* must be a number of at least 0"),
        ({"name": "close", "weight": -1}, "weight=-1"),
        ({"name": "close", "weight": float("nan")}, "weight=nan"),
        ({"name": "close", "weight": float("inf")}, "weight=inf"),
    ],
)
def test_an_objective_with_a_wrong_argument_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Objective(**arguments)
