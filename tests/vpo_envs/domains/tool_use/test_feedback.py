"""Feedback names what is wrong and never what is right."""

from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call, write_json, write_short
from vpo_envs.domains.tool_use.gold import GoldCall, plain_calls
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.domains.tool_use.writing import write_compact, write_full

DOMAIN = ToolUseDomain()
SMALL = ToolUseDomain(5, calls=2, no_call=0, parameters=2, vocabulary="closed", budget=9)


def test_feedback_names_what_is_wrong_but_not_what_is_right():
    due = [GoldCall("f", {"city": "Oslo", "day": 1, "hour": 2}), GoldCall("g")]
    task = DOMAIN.make_task(Problem("Do it.", tuple(due)))
    made = Call("f", {"city": "Rome", "day": 1, "town": "Lima"})
    text = DOMAIN.feedback(
        task, f"<tool_call>{write_json(made)}\n{{broken\n{write_json(Call('h'))}</tool_call>"
    )
    assert text == (
        "There is no complete <think> block ahead of the calls. Calls that cannot be read: 1. "
        "Calls that are missing: 1 of 2. Calls that are not wanted: 1. f: arguments missing: 1, "
        "town is not an argument of this call, city is wrong."
    )
    assert DOMAIN.feedback(task, write_full(plain_calls(due), "hm")) == ""
    no_call = DOMAIN.make_task(Problem("Do it.", ()))
    assert DOMAIN.feedback(no_call, write_full(plain_calls(due), "hm")) == "No call is needed."
    assert DOMAIN.feedback(no_call, "<think></think>") == "There is no answer after the thought."
    assert DOMAIN.feedback(no_call, "<think></think>No tool fits.") == ""


def test_feedback_is_about_what_is_read():
    task = SMALL.task("test", 0)
    first, second = task.truth.calls
    whole = f"<tool_call> {write_short(first)} ; {write_short(second)} </tool_call>"
    assert "block is" not in SMALL.feedback(task, write_compact([first], True))
    assert f"{second.name}: arguments missing: 1." in SMALL.feedback(task, whole)
