"""Answers in the dress of chat models: right ones score as the plain one does, wrong ones do not."""

import html
import json
import re
from textwrap import indent

import numpy as np
import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains.code import CodeDomain
from vpo_envs.domains.code.dress import forms, texts_in, without_marks
from vpo_envs.domains.code.reading import read_code

DOMAIN = CodeDomain(families=["best_window"])
TASK = DOMAIN.task("test", 0)
PLAIN = TASK.truth.references[1]
WRONG = TASK.truth.flawed[-1]
NAME = TASK.truth.family.name
CALL = f"{NAME}([46, 5, 77, 13])"
THOUGHT = f"Let me see. ```python\ndef {NAME}(values):\n    return 0\n``` No, that is wrong."


def block(code, language="python", fence="```"):
    return f"{fence}{language}\n{code}\n{fence}"


def added(code):
    return "\n".join(f"+{line}" for line in code.split("\n"))


def patch(code):
    return f"--- /dev/null\n+++ b/f.py\n@@ -0,0 +1,{len(code.splitlines())} @@\n{added(code)}"


def numbered_lines(code, form):
    return "\n".join(form.format(number, line) for number, line in enumerate(code.split("\n"), start=1))


def with_docstring(code):
    lines = code.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(f"def {NAME}"))
    doc = (
        f'    """Returns the largest worth.\n\n    >>> {CALL}\n    178\n    ```\n    {CALL}\n    ```\n    """'
    )
    return "\n".join([*lines[: at + 1], doc, *lines[at + 1 :]])


def with_hints(code):
    return code.replace(f"def {NAME}(values):", f"def {NAME}(values: list[int]) -> int:")


def with_typing(code):
    hinted = code.replace(f"def {NAME}(values):", f"def {NAME}(values: List[int]) -> Optional[int]:")
    return f"from typing import List, Optional\n\n{hinted}"


DRAFT = f"def {NAME}(values):\n    return 0\n"
FORM = f"def {NAME}(values):\n    ...  # see above"
GUARD = (
    f"\n\nif __name__ == '__main__':\n    import doctest\n    doctest.testmod()\n    print({CALL}, 12345)\n"
)

CASE = f"\n\nclass Case(unittest.TestCase):\n    def test(self):\n        self.assertEqual({CALL}, 178)\n"
MAIN = "if __name__ == '__main__':\n    unittest.main()"

DRESSES = {
    "bare": lambda code: code,
    "blank lines": lambda code: f"\n\n{code}\n\n\n",
    "fenced": block,
    "a patch": lambda code: block(patch(code), "diff"),
    "a patch without its head": lambda code: block(added(code), "diff"),
    "a patch, bare": lambda code: patch(code),
    "a patch of an agent": lambda code: f"*** Begin Patch\n*** Add File: f.py\n{added(code)}\n*** End Patch",
    "numbers of lines": lambda code: block(numbered_lines(code, "{:3d}  {}")),
    "numbers and bars": lambda code: block(numbered_lines(code, "{:2d} | {}")),
    "quoted": lambda code: "\n".join(f"> {line}" for line in code.split("\n")),
    "a shell": lambda code: block(f"cat > f.py << 'EOF'\n{code}\nEOF", "bash"),
    "YAML": lambda code: block("code: |\n" + indent(code, "  "), "yaml"),
    "IPython": lambda code: "In [1]: " + code.replace("\n", "\n   ...: "),
    "a string of JSON": lambda code: json.dumps(json.dumps({"code": code})),
    "py": lambda code: block(code, "py"),
    "Python3": lambda code: block(code, "Python3"),
    "no language": lambda code: block(code, ""),
    "tildes": lambda code: block(code, fence="~~~"),
    "four backticks": lambda code: block(code, fence="````"),
    "prose around": lambda code: (
        f"Here is my solution:\n\n{block(code)}\n\nIt slides a window. I hope it helps!"
    ),
    "no end": lambda code: f"Here you are:\n```python\n{code}",
    "end on the last line": lambda code: f"```python\n{code}```",
    "windows lines": lambda code: block(code).replace("\n", "\r\n"),
    "in a list": lambda code: f"1. The code:\n\n{indent(block(code), '   ')}\n2. Done.",
    "prose, no fence": lambda code: (
        f"Here is the function you asked for.\n\n{code}\n\nThis works as it slides."
    ),
    "headings": lambda code: f"## Approach\n\nSlide.\n\n## Code\n\n{block(code)}\n\n**Complexity**: O(n)",
    "thought": lambda code: f"<think>{THOUGHT}</think>\n{block(code)}",
    "thinking": lambda code: f"<thinking>\n{THOUGHT}\n</thinking>\n\n{code}",
    "thought opened by the template": lambda code: f"{THOUGHT}\n</think>\n\n{block(code)}",
    "channels": lambda code: (
        f"<|channel|>analysis<|message|>{THOUGHT}<|channel|>final<|message|>{block(code)}"
    ),
    "draft": lambda code: f"First try:\n{block(f'def {NAME}(values): return 0')}\nBetter:\n{block(code)}",
    "usage after": lambda code: f"{block(code)}\nUse it:\n{block(f'print({CALL})')}",
    "output after": lambda code: f"{block(code)}\nOutput:\n{block('178', '')}",
    "test after": lambda code: block(code) + "\n" + block(f"def test():\n    assert {CALL} == 178"),
    "form after": lambda code: f"{block(code)}\nSo the form is kept:\n{block(FORM)}",
    "form before": lambda code: f"You asked for\n{block(FORM)}\nand here it is:\n{block(code)}",
    "guard": lambda code: block(code + GUARD),
    "docstring with fences": lambda code: block(with_docstring(code)),
    "type hints": lambda code: block(with_hints(code)),
    "comments": lambda code: block("# Slide a window.\n" + code.replace("\n    ", "\n    # step\n    ", 1)),
    "module docstring": lambda code: block(f'"""The best window."""\n\n{code}'),
    "hints from a module": lambda code: block(with_typing(code)),
    "tests at the end": lambda code: block(f"import unittest\n\n{code}{CASE}\n\n{MAIN}"),
    "tests beneath the guard": lambda code: block(f"import unittest\n\n{code}\n\n{MAIN}"),
    "module for nothing": lambda code: block(f"import concurrent.futures\nimport platform\n\n{code}"),
    "stars for nothing": lambda code: block(f"from math import *\nfrom typing import *\n\n{code}"),
    "single backticks": lambda code: f"`{code}`",
    "answer tag": lambda code: f"The answer:\n<answer>\n{code}\n</answer>",
    "JSON after": lambda code: f'{block(code)}\n{{"done": true}}',
    "JSON": lambda code: json.dumps({"code": code}),
    "JSON in prose": lambda code: f"Here is the answer:\n\n{json.dumps({'code': code})}\n\nIt slides.",
    "JSON behind a label": lambda code: f"**Answer:** {json.dumps({'code': code})}",
    "JSON, nested": lambda code: json.dumps({"answer": {"language": "python", "code": code}}),
    "JSON, a list": lambda code: json.dumps([{"code": code}]),
    "JSON, a list of lines": lambda code: json.dumps({"code": code.split("\n")}),
    "JSON, a notebook": lambda code: block(
        json.dumps({"cells": [{"cell_type": "code", "source": code.splitlines(True)}]}), "json"
    ),
    "JSON, a fence in it": lambda code: json.dumps({"response": f"So:\n\n{block(code)}\n\nIt slides."}),
    "JSON, trailing comma": lambda code: f'{{\n  "code": {json.dumps(code)},\n}}',
    "JSON, bare key": lambda code: f"{{code: {json.dumps(code)}}}",
    "JSON, comments": lambda code: f'{{\n  // the code\n  "code": {json.dumps(code)} /* all */\n}}',
    "JSON, raw lines": lambda code: '{"code": "' + code.replace("\\", r"\\").replace('"', r"\"") + '"}',
    "JSON, draft and final": lambda code: json.dumps({"final_code": code, "draft": DRAFT}),
    "JSON, drafts before": lambda code: "\n\nNo:\n\n".join(
        [json.dumps({"code": DRAFT}), block(DRAFT), json.dumps({"code": code})]
    ),
    "JSON, a draft before a fence": lambda code: f"{json.dumps({'code': DRAFT})}\n\nBetter:\n{block(code)}",
    "JSON text": json.dumps,
    "call of a tool": lambda code: json.dumps({"name": "submit", "arguments": {"code": code}}),
    "call of a tool, a text": lambda code: (
        f"<tool_call>{json.dumps({'name': 'f', 'arguments': json.dumps({'code': code})})}</tool_call>"
    ),
    "Python text": lambda code: f"code = '''\n{code}\n'''",
    "Python text, fenced": lambda code: block(f"code = {code!r}\nprint(code)"),
    "Python call": lambda code: f"final_answer({code!r})",
    "byte order mark in a fence": lambda code: block(f"\ufeff{code}"),
    "invisible ends of lines": lambda code: block(code.replace("\n", "\u200b\n")),
    "no-break blanks": lambda code: block(code.replace(" ", "\u202f")),
    "session": lambda code: block(
        "\n".join(("... " if line[:1] in ("", " ") else ">>> ") + line for line in code.split("\n"))
    ),
    "web page": lambda code: (
        f'<pre><code class="language-python">{html.escape(code, quote=False)}\n</code></pre>'
    ),
    "CDATA": lambda code: block(f"<answer>\n  <code><![CDATA[\n{code}\n]]></code>\n</answer>", "xml"),
    "special token": lambda code: f"```python\n{code}<|im_end|>",
    "end of text": lambda code: f"{code}</s>",
    "draft, tagged": lambda code: f"<code>{DRAFT}</code>\n\nWait.\n\n<code>{code}</code>",
    "indented": lambda code: f"Here it is:\n\n{indent(code, '    ')}\n\nIt slides.",
}

REPEATABLE = (
    r"JSON(?! text| after|, bare)|call|CDATA|web|end|fenced|session|indented|byte|Python text, fenced"
    r"|a patch(?!,| of)|a shell|YAML|numbers"
)
"""Beginnings of the names of dresses that an answer may wear twice."""

SMALL_LOSS = {
    "import sys": lambda code: block(f"import sys\n\nsys.setrecursionlimit(10**6)\n\n{code}"),
    "import time": lambda code: block(f"import time\n\n{code}"),
    "typing": lambda code: block(with_typing(code)),
    "author": lambda code: block(f'__author__ = "me"\n\n{code}'),
    "all": lambda code: block(f'__all__ = ["{NAME}"]\n\n{code}'),
    "long message": lambda code: block(
        code.replace(
            f"def {NAME}(values):\n",
            f"def {NAME}(values):\n    if not isinstance(values, list):\n"
            f"        raise TypeError('values must be a list of whole numbers, {'and nothing else ' * 6}')\n",
        )
    ),
    "shadowed builtin": lambda code: block(code.replace("values", "input")),
}


def scores(answers):
    return DOMAIN.score_batch([TASK] * len(answers), answers).astype(float)


def test_there_are_enough_dresses():
    assert len(DRESSES) >= 30


def test_right_answers_score_alike_in_every_dress():
    plain = scores([PLAIN])[0]
    found = scores([dress(PLAIN) for dress in DRESSES.values()])
    bad = {name: row for name, row in zip(DRESSES, found) if np.abs(row - plain).max() > 0.02}
    assert plain[0] == 1 and not bad


def test_wrong_answers_stay_wrong_in_every_dress():
    plain = scores([WRONG])[0]
    found = scores([dress(WRONG) for dress in DRESSES.values()])
    assert plain[0] < 1
    bad = {name: row for name, row in zip(DRESSES, found) if np.abs(row - plain).max() > 0.02}
    assert not bad


def test_other_ordinary_style_costs_little():
    plain = scores([PLAIN])[0]
    found = scores([dress(PLAIN) for dress in SMALL_LOSS.values()])
    for name, row in zip(SMALL_LOSS, found):
        assert row[0] == 1 and (row >= 0.75 * plain).all(), (name, row, plain)


@pytest.mark.parametrize(
    "answer",
    [
        "", "178", "I cannot help with that.", block("print(178)"), block(FORM),
        block(f"def {NAME}(values): pass"), f"def {NAME}(values):\n    raise NotImplementedError('todo')",
        f"<think>{block(PLAIN)}", PLAIN.replace(NAME, "other"),
        f"<think>{block(PLAIN)}</think>I do not know.", block(f"class {NAME}: pass"),
    ],
)  # fmt: skip
def test_what_is_no_answer_scores_zero(answer):
    assert not scores([answer]).any()


def test_a_program_in_parts_is_put_together():
    helper = "LIMIT = 3\n\ndef helper(values):\n    return values[:LIMIT]"
    main = f"def {NAME}(values):\n    return len(helper(values))"
    apart, together = scores([f"{block(helper)}\nand then\n{block(main)}", block(f"{helper}\n\n{main}")])
    assert (apart == together).all() and apart[2] > 0


def test_the_key_of_an_answer_leaves_its_dress_out():
    keys = {DOMAIN.answer_key(TASK, dress(PLAIN)) for dress in DRESSES.values()}
    assert len(keys) == 1 and DOMAIN.answer_key(TASK, WRONG) not in keys
    assert DOMAIN.answer_key(TASK, "no code") == ""
    assert "\n" in DOMAIN.answer_key(TASK, PLAIN)


@pytest.mark.parametrize("guard", ["", "\n\nif __name__ == '__main__':\n    print(count_multiples(86))"])
def test_a_formula_with_a_guard_keeps_its_quality(guard):
    domain = CodeDomain(families=["count_multiples"])
    task = domain.task("test", 0)
    fast = max(task.truth.references, key=lambda source: domain.score(task, source)[1])
    assert domain.score(task, fast + guard) == domain.score(task, fast)


# Dress alone


def test_of_a_draft_and_a_final_answer_in_one_dress_the_final_counts():
    shown = f">>> {block(DRAFT)}", f"In [1]: {DRAFT}\n{block(PLAIN)}"
    assert (scores(shown) == scores([DRAFT, PLAIN])).all(), "a block counts before a session around it"
    same = {name: dress for name, dress in DRESSES.items() if re.match(REPEATABLE, name)}
    assert len(same) > 18
    for first, last in ((DRAFT, PLAIN), (PLAIN, DRAFT)):
        plain = scores([last])[0]
        found = scores([f"{dress(first)}\n\nWait, better:\n\n{dress(last)}" for dress in same.values()])
        bad = {name: row for name, row in zip(same, found) if np.abs(row - plain).max() > 0.02}
        assert not bad


@pytest.mark.parametrize(
    "code",
    [
        "f = 'a\u200bb\u00a0c'",
        "f = '&lt;a&gt;'",
        "f = '''\n<code>x</code>\n'''",
        "f = '''\n>>> 1\n{\"f\": \"f = 2\"}\n'''",
        "f = [\n{'code': 'f = 2'}]",
    ],
)
def test_what_is_python_as_it_stands_keeps_its_characters(code):
    assert (
        read_code(code, "f") == read_code(block(code), "f") == read_code(f"Here:\n{block(code)}", "f") == code
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if x<y>z: pass", []),
        ("x = 1  # <|end|>", ["x = 1  # \n"]),
        (">>>", [""]),
        (">>> f()\n1\n>>> g()\n... \n2", ["f()\ng()\n"]),
        ("So:\n>>> f()", []),
        ("x =\u200b 1", []),
    ],
)
def test_forms(source, expected):
    assert list(forms(source)) == expected


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("", []),
        ("{", []),
        ("{]", []),
        ("{x}", []),
        ('So {"a": "b"} it is', []),
        ('So: {"a": "b"} it is: ["c", "d\\ne"]', ["d\ne", "c", "b"]),
        ('{"a": 1, "b": [true, null, {"c": "d"}]}', ["d"]),
        ('{\n{"a": "b"}', ["b"]),
        ("{\n" * 15 + '{"a": "b"}', ["b"]),
        ("{\n" * 16 + '{"a": "b"}', []),
        ('{"a": "{\\"b\\": \\"c\\"}"}', ["c"]),
        ('{"a": "b", "a": "c"}', ["c"]),
    ],
)
def test_texts_in_values(text, texts):
    assert list(texts_in(text)) == texts


@pytest.mark.parametrize(
    "unit", ["{", "[{", '{"', "{\n", ": [", '{"a": "b"}\n', "<code>", "</s>\n", ">>> \n", "f("]
)
def test_hostile_dress_is_read_quickly(unit):
    text = unit * (100_000 // len(unit))
    assert cpu_seconds(lambda: (read_code(text, NAME), read_code(text), without_marks(text)), tries=1) < 5
