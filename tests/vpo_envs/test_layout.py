"""Layouts of answers as Markdown and JSON."""

import pytest

from vpo_envs.layout import usual_layout


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("Term\n: what it is", "Term: what it is"),
        ("a\n\n: b", "a\n\n: b"),
        ("\\begin{enumerate}\n\\item one\n\\item two\n\\end{enumerate}", "\n- one\n- two\n"),
        ('"{\\"a\\": 1}"', '{"a": 1}'),
        ('```json\n"{\\"a\\": 1}"\n```', '{"a": 1}'),
        ('So {\\"a\\": \\"b\\"}', 'So {"a": "b"}'),
        ('{"a": "{\\"b\\": 1}"}', '{"a": "{\\"b\\": 1}"}'),
        ("[a]\nb = 1", '{"a": {"b": 1}}'),
        ("x,y\n1,2", "| x | y |\n|---|---|\n| 1 | 2 |"),
    ],
)
def test_layouts(text, usual):
    assert usual_layout(text, "x") == usual


@pytest.mark.parametrize(
    "text",
    [r"""f(a="{\"b\": 1}")""", r"""{'a': "[\"b\"]"}""", r"""f(a="[\"b\"]", c=1)""", r"""He said \"x\"."""],
)
def test_escapes_inside_a_string_stay(text):
    assert usual_layout(text, "x") == text
