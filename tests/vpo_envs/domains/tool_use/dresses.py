"""Tool calls in the dress of chat models, right ones and wrong ones."""

import json
from pathlib import Path

from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call, write_json
from vpo_envs.domains.tool_use.gold import GoldCall
from vpo_envs.domains.tool_use.problem import Problem

RLLA = Path(__file__).parents[3] / "data" / "rlla_4k"
DOMAIN = ToolUseDomain(dataset=RLLA)
RIGHT = (
    Call("get_weather", {"place": "Oslo", "days": 3}),
    Call("send_sms", {"person": "Ann Berg", "text": "The lunch is ready"}),
)
WRONG = (
    Call("get_weather", {"place": "Rome", "days": 4}),
    Call("send_mail", {"person": "Ann Berg", "text": "The lunch is ready"}),
)
TASK = DOMAIN.make_task(Problem("Do it.", tuple(GoldCall(c.name, c.parameters) for c in RIGHT)))


def block(text: str) -> str:
    return f"<tool_call>\n{text}\n</tool_call>"


def lines(calls, separator="\n") -> str:
    return separator.join(map(write_json, calls))


def objects(calls, name="name", parameters="parameters") -> list[dict]:
    return [{name: call.name, parameters: dict(call.parameters)} for call in calls]


def toml(call, separator="\n") -> str:
    return separator.join(f"{key} = {json.dumps(value)}" for key, value in call.parameters.items())


def plain(calls) -> str:
    return f"<think>hm</think>\n{block(lines(calls))}"


THOUGHT = "<think>I need two calls.</think>\n"
DRAFT = block('{"name": "stop", "parameters": {}}')
EXAMPLE = block('{"name": "tool", "parameters": {"key": "..."}}')
DRESSES = {
    "no opener": lambda c: f"I need two calls.</think>\n{block(lines(c))}",
    "closer alone": lambda c: f"</think>\n\n{block(lines(c))}",
    "escapes of Markdown": lambda c: f"<think>hm</think>{block(lines(c).replace('_', chr(92) + '_'))}",
    "empty thought": lambda c: f"<think>\n\n</think>\n\n{block(lines(c))}",
    "thinking": lambda c: f"<thinking>hm</thinking>{block(lines(c))}",
    "upper-case think": lambda c: f"<THINK>hm</THINK>{block(lines(c))}",
    "brackets": lambda c: f"[THINK]hm[/THINK]{block(lines(c))}",
    "channels": lambda c: (
        f"<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>{block(lines(c))}"
    ),
    "two thoughts": lambda c: f"<think>one</think> so <think>two</think>{block(lines(c))}",
    "thought after": lambda c: f"{THOUGHT}{block(lines(c))}\n<think>Right.</think>",
    "upper-case tags": lambda c: f"{THOUGHT}<TOOL_CALL>{lines(c)}</TOOL_CALL>",
    "arguments": lambda c: THOUGHT + block("\n".join(map(json.dumps, objects(c, parameters="arguments")))),
    "tool and args": lambda c: THOUGHT + block("\n".join(map(json.dumps, objects(c, "tool", "args")))),
    "openai": lambda c: (
        THOUGHT
        + block(
            "\n".join(
                json.dumps(
                    {"type": "function", "function": {"name": x.name, "arguments": json.dumps(x.parameters)}}
                )
                for x in c
            )
        )
    ),
    "tool_calls key": lambda c: THOUGHT + block(json.dumps({"tool_calls": objects(c)})),
    "commas": lambda c: THOUGHT + block(lines(c, ",\n")),
    "one line": lambda c: THOUGHT + block(lines(c, " ")),
    "semicolons": lambda c: THOUGHT + block(lines(c, ";\n") + ";"),
    "list": lambda c: THOUGHT + block(json.dumps(objects(c))),
    "pretty list": lambda c: THOUGHT + block(json.dumps(objects(c), indent=4)),
    "pretty": lambda c: THOUGHT + block("\n".join(json.dumps(x, indent=2) for x in objects(c))),
    "a block each": lambda c: THOUGHT + "\n".join(block(write_json(x)) for x in c),
    "a block each, announced": lambda c: (
        f"{THOUGHT}First:\n{block(write_json(c[0]))}\nThen the message:\n{block(write_json(c[1]))}"
    ),
    "a block each, numbered": lambda c: (
        f"{THOUGHT}**1. Weather**\n{block(write_json(c[0]))}\n**2. Message**\n{block(write_json(c[1]))}"
    ),
    "a block each, also": lambda c: (
        f"{THOUGHT}{block(write_json(c[0]))}\nI will also call:\n{block(write_json(c[1]))}"
    ),
    "a block each, second": lambda c: (
        f"{THOUGHT}{block(write_json(c[0]))}\nFor the second request:\n{block(write_json(c[1]))}"
    ),
    "a block each, headings": lambda c: (
        f"{THOUGHT}**Weather:**\n{block(write_json(c[0]))}\n**Message:**\n{block(write_json(c[1]))}"
    ),
    "a block each, sentences": lambda c: (
        f"{THOUGHT}I look up the weather.\n{block(write_json(c[0]))}\nI send it.\n{block(write_json(c[1]))}"
    ),
    "a block each, lettered": lambda c: (
        f"{THOUGHT}a)\n{block(write_json(c[0]))}\nb)\n{block(write_json(c[1]))}"
    ),
    "a block each, thoughts": lambda c: (
        f"{THOUGHT}{block(write_json(c[0]))}\n<think>Now the message.</think>\n{block(write_json(c[1]))}"
    ),
    "thought after, with words": lambda c: f"{THOUGHT}{block(lines(c))}\n<think>Done.</think>\nI did it.",
    "draft in a later thought": lambda c: (
        f"{THOUGHT}{block(write_json(Call('stop')))}\n<think>{DRAFT}? No, wrong.</think>\n{block(lines(c))}"
    ),
    "input": lambda c: THOUGHT + block("\n".join(map(json.dumps, objects(c, "action", "action_input")))),
    "names as keys": lambda c: THOUGHT + block("\n".join(json.dumps({x.name: x.parameters}) for x in c)),
    "said twice": lambda c: f"{THOUGHT}{block(lines(c))}\nSo the final answer is:\n{block(lines(c))}",
    "another look": lambda c: f"{THOUGHT}{DRAFT}\nLet me take another look.\n{block(lines(c))}",
    "mention after": lambda c: f"{THOUGHT}{block(lines(c))}\nI used <tool_call> tags as asked.",
    "fence inside": lambda c: THOUGHT + block(f"```json\n{lines(c)}\n```"),
    "fence inside, other label": lambda c: THOUGHT + block(f"```JSON\n{lines(c)}\n```"),
    "fence outside": lambda c: f"{THOUGHT}```\n{block(lines(c))}\n```",
    "python": lambda c: THOUGHT + block("\n".join(map(repr, objects(c)))),
    "python list": lambda c: THOUGHT + block(repr(objects(c))),
    "python calls": lambda c: (
        THOUGHT
        + block("\n".join(f"{x.name}({', '.join(f'{k}={v!r}' for k, v in x.parameters.items())})" for x in c))
    ),
    "text numbers": lambda c: (
        THOUGHT + block(lines([Call(x.name, {k: str(v) for k, v in x.parameters.items()}) for x in c]))
    ),
    "swapped": lambda c: THOUGHT + block(lines(c[::-1])),
    "polite": lambda c: f"{THOUGHT}Gladly! Here you are:\n{block(lines(c))}\nI hope this helps.",
    "response": lambda c: f"{THOUGHT}{block(lines(c))}\n<response> I am looking it up. </response>",
    "draft": lambda c: (
        f"{THOUGHT}{block(lines([Call('stop')]))}\nWait, that is wrong. Better:\n{block(lines(c))}"
    ),
    "draft, silently": lambda c: (
        f"{THOUGHT}{block(lines([Call('stop')]))}\nLet me look at it once more.\n{block(lines(c))}"
    ),
    "draft in thought": lambda c: f"<think>{block(lines([Call('stop')]))} no</think>{block(lines(c))}",
    "echo of dots": lambda c: f"{THOUGHT}I answer as <tool_call>...</tool_call>.\n{block(lines(c))}",
    "echo after": lambda c: f"{THOUGHT}{block(lines(c))}\nThe form was <tool_call>...</tool_call>.",
    "echo of the example": lambda c: f"{THOUGHT}The form is\n{EXAMPLE}\nMy calls are:\n{block(lines(c))}",
    "opener in words": lambda c: f"<think>I use <tool_call> tags.</think>{block(lines(c))}",
    "list marks": lambda c: THOUGHT + block("\n".join(f"- {write_json(x)}" for x in c)),
    "numbered": lambda c: THOUGHT + block("\n".join(f"{i}. {write_json(x)}" for i, x in enumerate(c, 1))),
    "list marks and backticks": lambda c: THOUGHT + block("\n".join(f"- `{write_json(x)}`" for x in c)),
    "windows": lambda c: (THOUGHT + block(lines(c))).replace("\n", "\r\n"),
    "ticked": lambda c: THOUGHT + block("\n".join(f"- [x] {write_json(x)}" for x in c)),
    "ticked, with its tags": lambda c: "\n".join(
        f"- [x] {line}" for line in (THOUGHT + block(lines(c))).split("\n")
    ),
    "quoted": lambda c: "\n".join(f"> {line}" for line in (THOUGHT + block(lines(c))).split("\n")),
    "keycaps": lambda c: (
        THOUGHT + block("\n".join(f"{i}\ufe0f\u20e3 {write_json(x)}" for i, x in enumerate(c, 1)))
    ),
    "emoji": lambda c: THOUGHT + block("\n".join(f"- ✅ {write_json(x)}" for x in c)),
    "comments between": lambda c: (
        THOUGHT + block("\n".join(f"// the next\n{write_json(x)} // call" for x in c))
    ),
    "comments inside": lambda c: (
        THOUGHT + block("\n".join("{ // the tool\n" + write_json(x)[1:-1] + " /* done */}" for x in c))
    ),
    "invisible characters": lambda c: (
        THOUGHT + block("\n".join(f"\u200b{write_json(x)}\ufeff\u200b" for x in c))
    ),
    "no-break blanks": lambda c: (THOUGHT + block(lines(c, "\u00a0"))).replace('": ', '":\u202f'),
    "attributes": lambda c: "\n".join(
        [THOUGHT, *(f'<tool_call id="{i}" type=json>{write_json(x)}</tool_call>' for i, x in enumerate(c))]
    ),
    "tool_calls": lambda c: f"{THOUGHT}<tool_calls>\n{lines(c)}\n</tool_calls>",
    "toolcall": lambda c: "\n".join([THOUGHT, *(f"<toolcall>{write_json(x)}</toolcall>" for x in c)]),
    "tool_calls around": lambda c: (
        f"{THOUGHT}<tool_calls>\n{block(write_json(c[0]))}\n{block(lines(c[1:]))}\n</tool_calls>"
    ),
    "namespace": lambda c: THOUGHT + block(lines([Call(f"functions.{x.name}", x.parameters) for x in c])),
    "texts": lambda c: THOUGHT + block("\n".join(json.dumps(write_json(x)) for x in c)),
    "TOML": lambda c: (
        THOUGHT
        + block("\n\n".join(f'[[calls]]\nname = "{x.name}"\n\n[calls.parameters]\n{toml(x)}' for x in c))
    ),
    "TOML in a fence": lambda c: (
        THOUGHT
        + block(
            "```toml\n"
            + "\n".join(f'[[calls]]\nname = "{x.name}"\narguments = {{ {toml(x, ", ")} }}' for x in c)
            + "\n```"
        )
    ),
    "TOML, a block each": lambda c: (
        THOUGHT + "\n".join(block(f'name = "{x.name}"\n[parameters]\n{toml(x)}') for x in c)
    ),
    "a name as an attribute": lambda c: (
        THOUGHT + "\n".join(f'<tool_call name="{x.name}">{json.dumps(x.parameters)}</tool_call>' for x in c)
    ),
    "Qwen3-Coder": lambda c: (
        THOUGHT
        + "\n".join(
            block(
                f"<function={x.name}>\n"
                + "\n".join(f"<parameter={k}>\n{v}\n</parameter>" for k, v in x.parameters.items())
                + "\n</function>"
            )
            for x in c
        )
    ),
    "GLM": lambda c: (
        THOUGHT
        + "\n".join(
            f"<tool_call>{x.name}\n"
            + "\n".join(
                f"<arg_key>{k}</arg_key>\n<arg_value>{v}</arg_value>" for k, v in x.parameters.items()
            )
            + "\n</tool_call>"
            for x in c
        )
    ),
    "Claude": lambda c: (
        THOUGHT
        + block(
            "\n".join(
                f'<invoke name="{x.name}">\n'
                + "\n".join(f'<parameter name="{k}">{v}</parameter>' for k, v in x.parameters.items())
                + "\n</invoke>"
                for x in c
            )
        )
    ),
    "ReAct": lambda c: (
        THOUGHT + block("\n".join(f"Action: {x.name}\nAction Input: {json.dumps(x.parameters)}" for x in c))
    ),
    "a name before an object": lambda c: (
        THOUGHT + block("\n".join(f"{x.name} {json.dumps(x.parameters)}" for x in c))
    ),
    "a name above an object": lambda c: (
        THOUGHT + block("\n".join(f"{x.name}:\n{json.dumps(x.parameters)}" for x in c))
    ),
    "a call of one object": lambda c: (
        THOUGHT + block("\n".join(f"{x.name}({json.dumps(x.parameters)})" for x in c))
    ),
    "python calls, printed": lambda c: (
        THOUGHT
        + block(
            "\n".join(
                f"print({x.name}({', '.join(f'{k}={v!r}' for k, v in x.parameters.items())}))" for x in c
            )
        )
    ),
    "python calls, named": lambda c: (
        THOUGHT
        + block(
            "\n".join(f"r = {x.name}({', '.join(f'{k}={v!r}' for k, v in x.parameters.items())})" for x in c)
        )
    ),
    "escaped": lambda c: THOUGHT + block(lines(c).replace('"', '\\"')),
    "list of texts": lambda c: THOUGHT + block(json.dumps([write_json(x) for x in c])),
}
