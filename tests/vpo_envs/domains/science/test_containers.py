"""Tables, tags, YAML and Python become labelled lines."""

import pytest

from vpo_envs.domains.science.containers import as_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("| Law | Experiment |\n|---|---|\n| v = x | x = 1 |", "Law: v = x\nexperiment: x = 1"),
        (
            "Experiment | Best law | Why\n--|--|--\nx = 1 | v = x | y",
            "experiment: x = 1\nBest law: v = x\nWhy: y",
        ),
        (
            "<law>2*x</law>\n<experiment n=1>x = 1</experiment>",
            "law: 2*x</law>\n<experiment>x = 1</experiment>",
        ),
        ("<answer><final_law a='b'>v = x", "<answer>law: v = x"),
        ("def v(x, y):\n  return x", "v = x"),
        ("def v(x: float) -> float: return x", "v = x"),
        ('def v(x):\n    """The law."""\n    # saturates\n    return x', "v = x"),
        ("v = lambda x: x", "v = x"),
        ("law = \"v = x\"\nformula = 'x'", "law: \"v = x\"\nlaw: 'x'"),
        (
            "experiment:\n  x:\n    value: 3\n    unit: 'm'\n  t:\n    value: 2\n    unit: s",
            "experiment:\n  x: 3 m\n  t: 2 s",
        ),
    ],
)
def test_forms_become_lines(text, lines):
    assert as_lines(text) == lines


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v = x\nexperiment: x = 1",
        "v = <formula>",
        "| v = x | experiment: x = 1 |",
        "| Experiment | Power |\n| x = 1 | 3 |",
        "| Law | v = x |\n| Experiment | x = 1 |",
        "def v(x):\n    y = x\n    return y",
        "law = x",
        "x:\n  value: 3",
    ],
)
def test_other_texts_stay(text):
    assert as_lines(text) == text
