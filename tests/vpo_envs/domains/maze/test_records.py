"""Routes in JSON, tables and calls as plain lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.maze.records import MOST_TRIES, rewrite_records


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('["a1", "a2"]', "a1 a2"),
        ('so ["a1", "a2"].', "so a1 a2."),
        ('["a", 1], ["b", 1]', "a1, b1"),
        ('[{"cell": "a1"}, {"note": "gold", "cell": "a2"}]', "a1 a2"),
        ('[{"move": "up", "tile": "a2"}]', "up"),
        ('[{"step": "1", "next_tile": "a2"}]', "a2"),
        ('[{"from": "a1", "to": "a2", "move": "up"}]', "up a1 a2"),
        ('[{"direction": "up", "count": "3"}, {"direction": "left"}]', "up x3 left"),
        ('[{"cell": "a1", "count": 3}]', "a1"),
        ('{"path": ["a1", "a2"], "moves": ["up"]}', "path: a1 a2 path:"),
        ('{"path": {"route": {"1": "a1", "2": "a2"}}}', "path: a1 a2 path:"),
        ('{"candidates": [{"path": "a1 a2"}]}', '{"candidates": [ path: a1 a2 path: ]}'),
        # What is no route stays, and what is in it may be one.
        ('[2] [a1] {a1} ["', '[2] [a1] {a1} ["'),
        ('{"note": "gold"}', '{"note": "gold"}'),
        ('{"a": ' * 50, '{"a":' + ' {"a":' * 49),
        ("[" * 3000 + "]" * 3000, "[" * 3000 + "]" * 3000),
        ('{"path": "' + "[" * 900 + "]" * 900 + '"}', '{"path": "' + "[" * 900 + "]" * 900 + '"}'),
        # Tables.
        ("| step | tile |\n|---|---|\n| 1 | **a1** |", "| step | tile | a1"),
        ("| # | from | to |\n|---|---|---|\n| 1 | a1 | a2 |", "| # | from | to | a1 a2"),
        ("| move | then at |\n|---|---|\n| up | a2 |", "| move | then at | up"),
        ("| tile | item |\n|---|---|\n| a1 | gold |", "| tile | item | | a1 | gold |"),
        ("| 1 | a1 | up |", "a1 | up"),
        ("| a1 | a2 |", "| a1 | a2 |"),
        ("| step | colour |\n|---|---|\n| one | red |", "| step | colour | one"),
        # Calls and annotations.
        ("submit('a1 a2',)", "'a1 a2'"),
        ('print(["up"])', "up"),
        ('we submit("a1 a2")', 'we submit("a1 a2")'),
        ("path: str = 'a1 a2'", "path = 'a1 a2'"),
    ],
)
def test_records_become_lines(text, lines):
    assert " ".join(rewrite_records(text).split()) == lines


def test_brackets_without_a_route_are_tried_a_few_times():
    assert rewrite_records('["' * (MOST_TRIES - 1) + '\n["a1"]').endswith("a1")
    assert rewrite_records('{"a": 1} ' * MOST_TRIES + '["a1"]').endswith('["a1"]')


PARTS = [
    '"',
    "'",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    '"path":',
    '"step": 1,',
    "a1",
    "|",
    "\n",
    "---",
    ":",
    "=",
    "list",
]


@given(st.text() | st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_any_text_is_rewritten(text):
    assert isinstance(rewrite_records(text.lower()), str)
