"""The content of chat messages as text."""

import pytest

from vpo_agent.common.message_content import text_of


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, ""),
        ("", ""),
        ("left", "left"),
        ([], ""),
        ([{"type": "text", "text": "hello"}], "hello"),
        ([{"type": "text", "text": "a "}, {"type": "text", "text": "b"}], "a b"),
        (
            [
                {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
                {"type": "text", "text": "b"},
            ],
            "b",
        ),
        ([{"type": "image_url", "image_url": {"url": "x"}}], ""),
    ],
)
def test_parts_of_text_are_joined_and_others_left_out(content, text):
    assert text_of(content) == text


@pytest.mark.parametrize("content", [5, {"text": "a"}, ["a"], [{"text": "a"}], [{"type": "text", "text": 5}]])
def test_other_content_is_refused(content):
    with pytest.raises(ValueError, match="holds no text"):
        text_of(content)
