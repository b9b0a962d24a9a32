import json

import pytest
from fake_server import body
from hypothesis import given
from hypothesis import strategies as st

from vpo_agent.integrations.reply import Reply, read_reply

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["choices", "message", "content", "text", "usage"]), inner)
    ),
)


@pytest.mark.parametrize(
    "message", [{"content": None}, {}, {"content": ""}, {"refusal": "no", "reasoning_content": "hm"}]
)
def test_no_content_is_an_empty_text(message):
    assert read_reply(json.dumps({"choices": [{"message": message}]}).encode()).text == ""


def test_parts_of_text_are_joined():
    parts = [{"type": "text", "text": "he"}, {"type": "text", "text": "llo"}]
    assert read_reply(json.dumps({"choices": [{"message": {"content": parts}}]}).encode()).text == "hello"


def test_of_several_choices_the_first_counts():
    choices = [{"message": {"content": text}} for text in "ab"]
    assert read_reply(json.dumps({"choices": choices}).encode()).text == "a"


@pytest.mark.parametrize(
    "usage", [None, [], "many", {}, {"completion_tokens": -1}, {"completion_tokens": "3"}]
)
def test_tokens_that_are_not_reported(usage):
    reply = read_reply(json.dumps(body("a", usage=usage)).encode())
    assert reply.text == "a" and reply.completion_tokens is None


def test_what_servers_report():
    reply = read_reply(json.dumps(body("a \ud800")).encode())
    assert (reply.text, reply.finish, reply.model) == ("a \ud800", "stop", "fake-1")
    assert (reply.prompt_tokens, reply.completion_tokens) == (7, 3)


@given(JSON)
def test_whatever_a_server_sends_is_a_reply_or_a_value_error(found):
    for sent in (found, {"choices": found}, {"choices": [found]}, {"choices": [{"message": found}]}):
        try:
            reply = read_reply(json.dumps(sent).encode())
        except ValueError:
            continue
        assert isinstance(reply, Reply) and isinstance(reply.text, str)


@given(st.binary())
def test_bytes_of_any_kind(content):
    with pytest.raises(ValueError, match="holds no completion"):
        read_reply(content)
