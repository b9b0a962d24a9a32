"""Answers with calls, and their rewards where given calls are due."""

from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call, write_json
from vpo_envs.domains.tool_use.gold import GoldCall
from vpo_envs.domains.tool_use.problem import Problem

THINK = "<think>hm</think>"
DOMAIN = ToolUseDomain()


def call(name: str, **parameters) -> Call:
    return Call(name, parameters)


def block(*lines: str) -> str:
    return "\n".join(("<tool_call>", *lines, "</tool_call>"))


def answer(*calls: Call) -> str:
    return THINK + block(*map(write_json, calls))


def score(gold, text: str) -> list[float]:
    """The rewards of an answer where the given calls are due."""
    due = tuple(each if isinstance(each, GoldCall) else GoldCall(each.name, each.parameters) for each in gold)
    return list(DOMAIN.score(DOMAIN.make_task(Problem("Do it.", due)), text))


def arguments(due: dict, made: dict) -> list[float]:
    """arg_key and arg_value of a single call."""
    return score([Call("f", due)], answer(Call("f", made)))[2:]
