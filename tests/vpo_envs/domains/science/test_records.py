"""Answers in JSON and in calls become lines."""

import pytest

from vpo_envs.domains.science.records import json_as_lines

ANSWER = '{"law": "v = 2*x", "experiment": "x = 1 m"}'
LINES = "law: v = 2*x\nexperiment: x = 1 m"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (ANSWER, LINES),
        (f"So:\n{ANSWER}\nDone.", LINES),
        (f"```json\n{ANSWER}\n```\n", LINES),
        (f"```\n{{}}\n```\n```json\n{ANSWER}\n```", LINES),
        (f"```json\n{ANSWER}\n```\n```\nx = 2\n```", LINES),
        (f'{{"answer": {ANSWER}}}', LINES),
        (f'{{"notes": {{"x": [1]}}, "list": [1, {ANSWER}]}}', LINES),
        (f'{{"final": {ANSWER}, "draft": {{"experiment": "x = 2"}}}}', LINES),
        (f'{{"draft": {{"experiment": "x = 2"}}, "better": {ANSWER}}}', LINES),
        (f'[{{"experiment": "x = 2"}}, {ANSWER}]', LINES),
        (f'[{ANSWER}, {{"experiment": "..."}}, {{"law": "v = x"}}]', LINES),
        (f'{{"experiment": "x = 2"}}\n{ANSWER}', LINES),
        ('{"law": "v = 2*x"}\n{"experiment": "x = 1 m"}', LINES),
        ('{"experiment": "x = 1 m"}\n{"law": "v = 2*x"}', "experiment: x = 1 m\nlaw: v = 2*x"),
        (f'{{"law": "v = x"}}\n{{"experiment": "x = 2"}}\n{ANSWER}', LINES),
        (f'{{"note": "v = x"}}\n{ANSWER}\n{{"notes": "x = 5"}}', LINES),
        ('{"law": "v", "experiment": "x = 2"}\n{"law": "v = 2*x"}\n{"experiment": "x = 1 m"}', LINES),
        ('Answer(law="v = 2*x", experiment="x = 1 m")', LINES),
        ("So:\nsubmit(\n  law='v = 2*x',\n  experiment={'x': '1 m'},\n)", LINES),
        ("A(law='v = x', experiment='x = 2')\nA(law='v = 2*x', experiment='x = 1 m')", LINES),
        (f'{{"role": "assistant", "content": {ANSWER}}}', LINES),
        (f'{{"experiment": "x = 2"}} and {ANSWER} {{', LINES),
        ('{"final_law": "v = x", "Next_Experiment": "x = 1"}', "final law: v = x\nNext Experiment: x = 1"),
        ('{"experiment": {"x": "3 m", "t": 2}}', "experiment: x = 3 m, t = 2"),
        ('{"experiment": {"value": 3, "unit": "m"}}', "experiment: 3 m"),
        ('{"experiment": {"x": {"value": 2.5}}}', "experiment: x = 2.5"),
        ('{"experiment": [{"x": 1}, {"t": {"value": 2, "unit": "s"}}]}', "experiment: x = 1, t = 2 s"),
        ('{"experiment": "x = 1", "law": null}', "experiment: x = 1\nlaw: "),
        (r'{"law": "\frac{x}{2}", "experiment": "1\,\mu m"}', "law: \\frac{x}{2}\nexperiment: 1\\,\\mu m"),
        (r'{"law": "\\tau", "experiment": "x = 1\n5 \u00b5m"}', "law: \\tau\nexperiment: x = 1\n5 µm"),
    ],
)  # fmt: skip
def test_an_answer_in_json_becomes_lines(text, lines):
    assert json_as_lines(text) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('v = x\nexperiment: {"x": 1, "t": "2 s"}.', "v = x\nexperiment: x: 1, t: 2 s."),
        ('v = x\n{"x": 1, "t": 2}\nend', "v = x\nx: 1\nt: 2\nend"),
        ('{"law": "v = x"}\nexperiment: x = 1', "law: v = x\nexperiment: x = 1"),
        ('[{"role": "assistant", "content": "v = x"}]', "[v = x]"),
        ('{"name": "f", "arguments": "{\\"a\\": \\"v = x\\"}"}', "a: v = x"),
        ('{"content": "v = x\\nexperiment: x = 1"}', "v = x\nexperiment: x = 1"),
        ('v = x\n{"experiment": {"x": 1}}', "v = x\nexperiment: x = 1"),
        ('{"law": "v = x", "experiment": "..."}', "law: v = x\nexperiment: ..."),
        ('{"law": "v = x", "experiment": null}', "law: v = x\nexperiment: "),
    ],
)
def test_a_part_of_an_answer_is_replaced_where_it_stands(text, lines):
    assert json_as_lines(text) == lines


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v = 2*x",
        "v = {x}",
        '{"law": "v = x", "experiment": ',
        "[1, 2]",
        '["{"]',
        "}{",
        '{"a":' * 5000,
        r"\frac{1}{2} {x}",
        "Answer(law=v, experiment=x)",
        "Answer(law='v = x', experiment='x",
        "Answer(law='v = x', 2)",
    ],
)
def test_other_texts_stay(text):
    assert json_as_lines(text) == text
