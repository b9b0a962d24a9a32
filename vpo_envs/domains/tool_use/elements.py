r"""Calls written as chat templates have them that know no JSON around a call, rewritten as JSON.

Qwen3-Coder writes `<function=f><parameter=k>v</parameter></function>`, Claude `<invoke name="f">` around
`<parameter name="k">`, GLM the bare name before `<arg_key>` and `<arg_value>`; agents as in ReAct write
`Action: f` above `Action Input: {...}`.
"""

from __future__ import annotations

import json
import re
from typing import Any

from vpo_envs.domains.tool_use.calls import is_explicit
from vpo_envs.literals import read_value, value_end

HEAD = re.compile(
    r"<(function|invoke|call|tool|tool_call)(?:=|[ ]name=)[\"']?([\w.-]{1,100})[\"']?[ ]?(/?)>"
    r"|<(tool_call)>\s{0,9}([\w.-]{1,100})\s{0,9}(?=<arg_key>)"
)
END = re.compile(r"</(?:function|invoke|call|tool|tool_call)>|<tool_call>")
PARAMETER = re.compile(
    r"<(parameter|param|argument|arg)(?:=|[ ]name=)[\"']?([^\"'<>\s]{1,100})[\"']?(?:[ ][^<>]{0,60})?>"
    r"|<arg_key>([^<>]{1,100})</arg_key>\s{0,9}<(arg_value)>"
)
NAMED = re.compile(
    r"(?:^[ \t*>-]{0,8}Action[* ]{0,3}:[* ]{0,3}`?([\w.-]{1,100})`?[ \t]{0,3}\s?"
    r"^[ \t*>-]{0,8}Action[ _]Input[* ]{0,3}:"
    r"|<(?:tool_)?name>([\w.-]{1,100})</(?:tool_)?name>\s{0,9}<(?:parameters|arguments|input|args)>"
    r"|function<[|｜]tool[▁_]sep[|｜]>([\w.-]{1,100})[ \t]{0,3}\n```(?:json)?)[*\s]{0,9}(?=\{)",
    re.MULTILINE | re.IGNORECASE,
)
"""The name of a call above an object with its arguments."""

AFTER = re.compile(r"\s{0,9}</(?:parameters|arguments|input|args)>")
MOST_UNREAD = 16
BARE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?|true|false|null")


def elements_as_json(text: str) -> str:
    r"""Returns a text with the calls that are elements as objects of JSON.

    Args:
        text: Any string.

    Example:
        >>> elements_as_json("<function=f>\n<parameter=n>\n3\n</parameter>\n</function>")
        '{"name": "f", "parameters": {"n": 3}}'
        >>> elements_as_json('<tool_call name="f">{"n": 3}</tool_call>')
        '<tool_call>{"name": "f", "parameters": {"n": 3}}</tool_call>'
    """
    text = _named(text)
    pieces: list[str] = []
    place = 0
    heads = list(HEAD.finditer(text))
    for head, following in zip(heads, [*(head.start() for head in heads[1:]), len(text)]):
        end = END.search(text, head.end(), following)
        stop = end.start() if end else following
        parameters = {} if head[3] else _parameters(text[head.end() : stop])
        if parameters is None:
            continue
        call = json.dumps({"name": head[2] or head[5], "parameters": parameters}, ensure_ascii=False)
        block = "tool_call" in (head[1], head[4])
        pieces += [text[place : head.start()], "<tool_call>" if block else "", call]
        pieces += ["</tool_call>"] if block and head[3] else []
        place = head.end() if head[3] else stop
        if end and not block and not end[0].endswith("tool_call>"):
            place = end.end()
    return "".join([*pieces, text[place:]])


def _named(text: str) -> str:
    """Returns a text with the names that stand above their arguments inside one object with them."""
    pieces: list[str] = []
    place = unread = 0
    for head in NAMED.finditer(text):
        end = value_end(text, head.end()) if unread < MOST_UNREAD else None
        if end is None or head.start() < place:
            unread += 1
            continue
        name = head[1] or head[2] or head[3]
        pieces += [
            text[place : head.start()],
            f'{{"name": "{name}", "parameters": {text[head.end() : end]}}}',
        ]
        after = AFTER.match(text, end)
        place = after.end() if after else end
    return "".join([*pieces, text[place:]])


def _parameters(content: str) -> dict[str, Any] | None:
    """Returns the parameters in an element; None where it holds something else, such as a whole call."""
    bare = content.strip()
    if bare.startswith("{") and value_end(bare, 0) == len(bare):
        try:
            value = read_value(bare)
        except ValueError:
            return None
        return value if isinstance(value, dict) and not is_explicit(value) else None
    marks = list(PARAMETER.finditer(content))
    if bare and not marks:
        return None
    return {
        (mark[2] or mark[3]).strip(): _value(
            content[mark.end() : following].partition(f"</{mark[1] or mark[4]}>")[0]
        )
        for mark, following in zip(marks, [*(mark.start() for mark in marks[1:]), len(content)])
    }


def _value(text: str) -> Any:
    """Returns a number, a truth value, a list or an object; any other text as it is."""
    bare = text.strip()
    if BARE_NUMBER.fullmatch(bare) or (bare[:1] in ("[", "{") and value_end(bare, 0) == len(bare)):
        try:
            return read_value(bare)
        except ValueError:
            pass
    return bare
