"""ToolUse: replies where no call is due, empty ones, and words about the form."""

import pytest

from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call, write_json
from vpo_envs.domains.tool_use.gold import GoldCall
from vpo_envs.domains.tool_use.problem import Problem

DOMAIN = ToolUseDomain()
THOUGHT = "<think>hm</think>\n"
RIGHT = Call("get_weather", {"place": "Oslo", "days": 3})
TASK = DOMAIN.make_task(Problem("Do it.", (GoldCall(RIGHT.name, RIGHT.parameters),)))
IDLE = DOMAIN.make_task(Problem("Do it.", ()))


@pytest.mark.parametrize(
    "marks",
    [
        "<|im_end|>", "<|eot_id|>", "<|endoftext|>", "<|END_TOKEN|>", "</s>", "<end_of_turn>", "<|im_end",
        "<｜end▁of▁sentence｜>", "[EOS]", "[/INST]", "<pad><pad>", "<start_of_turn>model",
        "<|im_end|>\n<|im_start|>assistant\n", "<|start_header_id|>assistant<|end_header_id|>\n\n<|eot_id|>",
        "&lt;|im_end|&gt;", "```json\n```", "&nbsp;", "<br/>", "<response></response>", "...", "**", "\\n",
        "{}", "-", "1.", "<tool_call>...</tool_call>", "</tool_call>",
    ],
)  # fmt: skip
def test_a_reply_without_a_word_is_no_reply(marks):
    assert DOMAIN.score(IDLE, THOUGHT + marks) == (0, 0, 0, 0)
    assert DOMAIN.score(IDLE, f"{THOUGHT}No tool fits.{marks.removesuffix('</tool_call>')}") == (1, 1, 1, 1)


@pytest.mark.parametrize(
    "reply",
    [
        "I have no tool for that. (No <tool_call> needed.)",
        "I would write <tool_call> tags only if a tool fitted. None does.",
        "There is nothing to put between <tool_call> and </tool_call> here.",
        "I write no <tool_call></tool_call> block.",
        "So no <tool_call>...</tool_call>.",
        "`<tool_call>` is not needed.",
    ],
)
def test_a_reply_may_name_the_tags(reply):
    assert DOMAIN.score(IDLE, THOUGHT + reply) == (1, 1, 1, 1)
    call = write_json(RIGHT)
    assert DOMAIN.score(IDLE, f"{THOUGHT}{reply}\n<tool_call>{call}</tool_call>") == (0, 0, 0, 0)
    assert DOMAIN.score(IDLE, f"{THOUGHT}{reply} <tool_call>{call}") == (0, 0, 0, 0)
    assert DOMAIN.score(TASK, f"{THOUGHT}{reply}\n<tool_call>{call}</tool_call>") == (1, 1, 1, 1)


@pytest.mark.parametrize(
    "content", ["", "\n", "\n[]\n", "{}", "[{}]", '{"tool_calls": []}', "```json\n[]\n```"]
)
def test_an_empty_block_makes_no_call(content):
    for reply in ("", "\nNo tool fits."):
        answer = f"{THOUGHT}<tool_call>{content}</tool_call>{reply}"
        assert DOMAIN.score(IDLE, answer) == (0, 1, 1, 1)
        assert DOMAIN.score(TASK, answer) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "answer", ["[]", "```json\n[]\n```", "Nothing <tool_call></tool_call>", "<tool_call>\n</tool_call>\nDone"]
)
def test_an_empty_list_of_calls_is_no_reply(answer):
    assert DOMAIN.score(IDLE, THOUGHT + answer) == (0, 1, 1, 1)
    assert DOMAIN.score(TASK, THOUGHT + answer) == (0, 0, 0, 0)


@pytest.mark.parametrize("content", ["[1]", "{broken", "[[]]", '{"name": "f"}', "f(a=1)"])
def test_a_block_with_anything_like_a_call_is_one(content):
    for before in ("", "I call "):
        assert DOMAIN.score(IDLE, f"{THOUGHT}{before}<tool_call>{content}</tool_call>") == (0, 0, 0, 0)
