"""The prompts of a request, and those of rows of BFCL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from vpo_envs.domains.tool_use.catalogue import Tool
from vpo_envs.domains.tool_use.requests import Request

INSTRUCTIONS = """\
You are an assistant that can call tools. These are the tools, one JSON description a line:
{tools}

Think first, between <think> and </think>. If the request needs tools, then write the calls between \
<tool_call> and </tool_call>{notation}

Rules:
- Close the thought before the calls, and close the block of calls.
- Use the names of tools and arguments exactly as they are described, and write values in the form that \
the description asks for.
- Give every argument that the request mentions, and no other. Calls that are missing and calls that are \
not needed cost points.
- If no tool fits, or the request does not say what a required argument should be, make no call: write \
a sentence to the person after </think> instead.{budget}"""

JSON_NOTATION = """, one JSON object a line and nothing else. For example, if a tool count_stairs \
with the arguments building and floor fitted the request "How many stairs lead to the third floor of \
the town hall?", the answer would be:
<think>The request needs count_stairs once. The building is the town hall, the floor is 3.</think>
<tool_call>
{"name": "count_stairs", "parameters": {"building": "town hall", "floor": 3}}
</tool_call>"""

SHORT_NOTATION = """, with ; after all but the last. `key =` without a word leaves an argument open. \
For example, with tools ladder and paint that are not among those above:
<think> </think> <tool_call> ladder height = 3 ; paint shade = </tool_call>"""

POINTS = """
- Points are given in equal parts for the form (a thought, then a block with at least one call that has \
half of its argument names and half of its values right), for the tools called, for their argument \
names, and for the values."""

ENTRIES = """
- Only the first {budget} entries of your calls are sent, fewer than all that the request asks for. The \
name of a tool, the name of an argument and its value are one entry each. null is free, so that "key": \
null names an argument without a value. Choose what matters most to you."""

WORDS = """
- Only the first {budget} words of your answer are read, so choose what matters most. Each tag is a word, \
as are each name, each key and each value; = and ; are free. A block that is cut off still counts for its \
calls, but not for its form."""


def full_prompt(request: Request, closed: bool, *, words: int | None, entries: int | None) -> str:
    """Returns instructions in natural language.

    Args:
        request: The request and its catalogue.
        closed: Whether to ask for the short notation.
        words: Words of an answer that are read; None for all.
        entries: Entries of calls that are sent; None for all.
    """
    budget = POINTS
    if words is not None:
        budget += WORDS.format(budget=words)
    if entries is not None:
        budget += ENTRIES.format(budget=entries)
    tools = [tool.schema(closed) for tool in request.tools]
    notation = SHORT_NOTATION if closed else JSON_NOTATION
    return f"{_instructions(tools, notation, budget)}\n\n{asked(request.text)}"


def instructions(tools: Sequence[dict[str, Any]]) -> str:
    """Returns the instructions alone, for tools that are described by JSON objects."""
    return _instructions(tools, JSON_NOTATION, POINTS)


def asked(request: str) -> str:
    """Returns what comes after the instructions."""
    return f"Request: {request}"


def _instructions(tools: Sequence[dict[str, Any]], notation: str, budget: str) -> str:
    described = "\n".join(json.dumps(tool, ensure_ascii=False) for tool in tools)
    return INSTRUCTIONS.format(tools=described, notation=notation, budget=budget)


def compact_prompt(request: Request, budget: int | None) -> str:
    """Returns the catalogue, the request and the budget in words of the closed vocabulary.

    For example `weather city day | lights zone tint ask weather in oslo on friday words 9`.
    """
    words = [_listed(request.tools), "ask", request.compact]
    if budget is not None:
        words += ["words", str(budget)]
    return " ".join(words)


def _listed(tools: Sequence[Tool]) -> str:
    return " | ".join(" ".join((tool.name, *(p.key for p in tool.parameters))) for tool in tools)
