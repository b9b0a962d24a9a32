"""ToolUse: answers in the dress of chat models, right ones and wrong ones, on real-shaped rows."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call, write_json
from vpo_envs.domains.tool_use.gold import GoldCall
from vpo_envs.domains.tool_use.problem import Problem
from vpo_envs.domains.tool_use.reading import cut, read_answer, sent

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


def test_there_are_enough_dresses():
    assert len(DRESSES) >= 25


@pytest.mark.parametrize("dress", DRESSES)
def test_a_right_answer_scores_as_the_plain_one_in_any_dress(dress):
    assert DOMAIN.score(TASK, plain(RIGHT)) == (1, 1, 1, 1)
    assert DOMAIN.score(TASK, DRESSES[dress](RIGHT)) == (1, 1, 1, 1)


@pytest.mark.parametrize("dress", DRESSES)
def test_a_wrong_answer_scores_as_the_plain_one_in_any_dress(dress):
    expected = (0, 1 / 2, 1 / 3, 0)
    assert DOMAIN.score(TASK, plain(WRONG)) == pytest.approx(expected)
    assert DOMAIN.score(TASK, DRESSES[dress](WRONG)) == pytest.approx(expected)


DAMAGES = {
    "never closed": (lambda c: f"{THOUGHT}<tool_call>\n{lines(c)}", (0, 1, 1, 1)),
    "closed by an opener": (lambda c: f"{THOUGHT}<tool_call>\n{lines(c)}\n<tool_call>", (0, 1, 1, 1)),
    "an opener each": (
        lambda c: THOUGHT + "\n".join(f"<tool_call>{write_json(x)}" for x in c),
        (0, 1, 1, 1),
    ),
    "the first never closed": (
        lambda c: f"{THOUGHT}<tool_call>{write_json(c[0])}\n<tool_call>{write_json(c[1])}</tool_call>",
        (0, 1, 1, 1),
    ),
    "begun anew in a call": (
        lambda c: f"{THOUGHT}<tool_call>{write_json(c[0])}\n{write_json(c[1])[:-20]}{block(lines(c))}",
        (1, 1, 1, 1),
    ),
    "cut off after a heading": (
        lambda c: f"{THOUGHT}{block(write_json(c[0]))}\nMessage:\n<tool_call>{write_json(c[1])}",
        (0, 1, 1, 1),
    ),
    "cut off in a second draft": (
        lambda c: f"{THOUGHT}{block(lines(c))}\nWait, better:\n<tool_call>{write_json(c[1])}",
        (0, 1, 1, 1),
    ),
    "withdrawn in a thought": (
        lambda c: f"{THOUGHT}{block(lines(c))}\n<think>No, wrong.</think>\n{block(write_json(Call('stop')))}",
        (0, 0, 0, 0),
    ),
    "cut off in the second call": (
        lambda c: f"{THOUGHT}<tool_call>\n{lines(c)[:-20]}",
        (0, 2 / 3, 1 / 2, 1 / 2),
    ),
    "no thought": (lambda c: block(lines(c)), (0, 1, 1, 1)),
    "no block": (lambda c: f"{THOUGHT}```json\n{lines(c)}\n```", (0, 1, 1, 1)),
    "words inside": (lambda c: THOUGHT + block(f"{lines(c)}\nThat is all."), (0.75, 1, 1, 1)),
    "thought never closed": (lambda c: f"<think>hm {block(lines(c))}", (0, 0, 0, 0)),
    "empty block": (lambda c: THOUGHT + block(""), (0, 0, 0, 0)),
    "withdrawn": (
        lambda c: f"{THOUGHT}{block(lines(c))}\nNo, wait:\n{block(write_json(Call('stop')))}",
        (0, 0, 0, 0),
    ),
    "twice in one block": (lambda c: THOUGHT + block(lines(c + c)), (1, 2 / 3, 1 / 2, 1 / 2)),
    "all in the thought": (lambda c: f"<think>{block(lines(c))}</think>Done.", (0, 0, 0, 0)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_answers(damage):
    text, expected = DAMAGES[damage]
    assert DOMAIN.score(TASK, text(RIGHT)) == pytest.approx(expected)


# Perturbations of the gold answers of real-shaped rows


ROWS = [(split, index) for split, count in (("train", 5), ("test", 1)) for index in range(count)]
CALLING = [(split, index) for split, index in ROWS if DOMAIN.task(split, index).truth.gold]
LIMITED = (
    *(
        "TOML",
        "TOML in a fence",
        "TOML, a block each",
        "a name as an attribute",
        "Qwen3-Coder",
        "GLM",
        "Claude",
        "ReAct",
    ),
    *("a name before an object", "a name above an object", "a call of one object"),
    *("python calls, printed", "python calls, named"),
    *(dress for dress in DRESSES if "each, " in dress),
    "python calls",
    "text numbers",
)
"""Dresses for two calls, for names without blanks, and for values that are texts and numbers alone."""

ARGUED = [at for at in CALLING if any(call.parameters for call in DOMAIN.task(*at).truth.calls)]


def scored(at, calls, write=lines) -> list[float]:
    return list(DOMAIN.score(DOMAIN.task(*at), THOUGHT + block(write(calls))))


@pytest.mark.parametrize("at", CALLING)
@pytest.mark.parametrize("dress", [d for d in DRESSES if d not in LIMITED])
def test_gold_calls_in_any_dress(at, dress):
    calls = DOMAIN.task(*at).truth.calls
    assert DOMAIN.score(DOMAIN.task(*at), DRESSES[dress](calls)) == (1, 1, 1, 1)


@pytest.mark.parametrize("at", CALLING)
def test_perturbed_gold_calls(at):
    calls = list(DOMAIN.task(*at).truth.calls)
    assert scored(at, [*calls[1:], calls[0]]) == [1, 1, 1, 1]
    other_case = [Call(call.name.swapcase().replace(" ", "_"), call.parameters) for call in calls]
    assert 0 < scored(at, other_case)[1] < 1
    assert scored(at, [Call("some other tool", call.parameters) for call in calls]) == [0, 0, 0, 0]


@pytest.mark.parametrize("at", ARGUED)
def test_perturbed_arguments(at):
    calls = list(DOMAIN.task(*at).truth.calls)
    n, first = len(calls), calls[0]
    key, *others = first.parameters
    dropped = {other: first.parameters[other] for other in others}
    size = len(first.parameters)
    for made, keys in (
        (dropped, 2 * (size - 1) / (2 * size - 1)),
        ({**dropped, "renamed": first.parameters[key]}, (size - 1) / size),
    ):
        rewards = scored(at, [Call(first.name, made), *calls[1:]])
        assert rewards[1:] == pytest.approx([1, (n - 1 + keys) / n, (n - 1 + (size - 1) / size) / n])
    for key, value in first.parameters.items():
        if isinstance(value, str):
            for wrapped in (f'"{value}"', f"({value})", f"*{value}*", " ".join(value.split()[::-1]) + "!"):
                assert scored(at, [Call(first.name, {**first.parameters, key: wrapped}), *calls[1:]])[3] < 1
        if isinstance(value, list) and len(value) > 1:
            made = Call(first.name, {**first.parameters, key: value[::-1]})
            assert scored(at, [made, *calls[1:]])[3] < 1, "the schema does not say that order is immaterial"


def test_where_nothing_is_due():
    idle = next(at for at in ROWS if at not in CALLING)
    task = DOMAIN.task(*idle)
    assert DOMAIN.score(task, "") == (0, 0, 0, 0)
    assert DOMAIN.score(task, THOUGHT + block(""))[0] == 0
    assert DOMAIN.score(task, THOUGHT + "You are welcome.") == (1, 1, 1, 1)
    assert DOMAIN.score(task, THOUGHT + block(write_json(Call("ping")))) == (0, 0, 0, 0)


# The parts of an answer


@pytest.mark.parametrize(
    ("budget", "kept"),
    [
        (None, "<think> a-b </think> <tool_call> f k_1 = v ; g"),
        (0, ""),
        (1, "<think> "),
        (3, "<think> a-b "),
        (4, "<think> a-b </think> "),
        (6, "<think> a-b </think> <tool_call> f "),
        (7, "<think> a-b </think> <tool_call> f k_1 = "),
        (8, "<think> a-b </think> <tool_call> f k_1 = v ; "),
        (9, "<think> a-b </think> <tool_call> f k_1 = v ; g"),
    ],
)
def test_only_so_many_words_are_read(budget, kept):
    assert cut("<think> a-b </think> <tool_call> f k_1 = v ; g", budget) == kept


@pytest.mark.parametrize(
    ("entries", "arrived"),
    [
        (0, ()),
        (1, (Call("f"),)),
        (2, (Call("f", {"a": None}),)),
        (3, (Call("f", {"a": 1}),)),
        (4, (Call("f", {"a": 1, "b": None}),)),
        (5, (Call("f", {"a": 1, "b": None}), None)),
        (6, (Call("f", {"a": 1, "b": None}), None, Call("g"))),
        (8, (Call("f", {"a": 1, "b": None}), None, Call("g", {"c": "two words"}))),
        (99, (Call("f", {"a": 1, "b": None}), None, Call("g", {"c": "two words"}))),
    ],
)
def test_only_so_many_entries_are_sent(entries, arrived):
    calls = [Call("f", {"a": 1, "b": None}), None, Call("g", {"c": "two words"})]
    assert sent(calls, entries) == arrived


def test_an_answer_in_parts():
    answer = read_answer(f"<think>a</think> Gladly. {block(write_json(Call('f')))} Bye.", 9, short=False)
    assert answer == (True, True, True, False, (Call("f"),), 0, "Gladly.   Bye.")
    assert not answer.blank
    assert read_answer("<think>a</think> <response> </response>", 9, short=False).blank


def test_thought_does_not_count_as_length():
    long = f"<think>{'hm ' * 20_000}</think>"
    for domain in (DOMAIN, ToolUseDomain(dataset=RLLA, paper=True)):
        assert domain.score_batch([TASK], [long + block(lines(RIGHT))]).tolist() == [[1, 1, 1, 1]]
        assert domain.score_batch([TASK], [block(lines(RIGHT)) + " hm" * 20_000]).tolist() == [[0, 0, 0, 0]]


def test_long_thoughts_between_blocks_do_not_count_as_length():
    first, second = map(write_json, RIGHT)
    for length, expected in ((2_000, (1, 1, 1, 1)), (20_000, (1, 2 / 3, 1 / 2, 1 / 2))):
        between = f"<think>{'Hm. ' * length}</think>"
        answer = f"{between}{block(first)}{between}{block(second)}"
        assert DOMAIN.score_batch([TASK], [answer])[0] == pytest.approx(expected)


def test_one_key_for_one_answer():
    key = DOMAIN.answer_key
    plain_key = key(TASK, plain(RIGHT))
    for dress, write in DRESSES.items():
        assert key(TASK, write(RIGHT)) == plain_key, dress
        assert key(TASK, write(WRONG)) != plain_key
    shouted = [RIGHT[0], Call("send_sms", {"text": "THE  LUNCH is ready", "person": "ann berg"})]
    assert key(TASK, plain(shouted)) == plain_key
    assert key(TASK, block(lines(RIGHT))) != plain_key, "without a thought it earns less"
    assert DOMAIN.vote_key(TASK, block(lines(RIGHT))) == DOMAIN.vote_key(TASK, plain(RIGHT))
    assert key(TASK, "<think>hm") == key(TASK, " ") == ""
    assert key(TASK, "<think>a</think>I  Cannot.") == key(TASK, "<think>b</think>i cannot.")


@pytest.mark.parametrize(
    "domain", [ToolUseDomain(), ToolUseDomain(3, 2, 0, 2, vocabulary="closed", budget=9)]
)
def test_answers_of_one_key_have_one_reward(domain):
    rng = np.random.default_rng(0)
    scramble = random.Random(0)
    for index in range(20):
        task = domain.task("test", index)
        answers = [text for _ in range(3) for text in domain.demonstrations(task, rng)]
        answers += [" ".join(scramble.sample(text.split(), len(text.split()))) for text in answers[:6]]
        rewards = {}
        for text in answers:
            reward = tuple(domain.score(task, text))
            assert rewards.setdefault(domain.answer_key(task, text), reward) == pytest.approx(reward)
