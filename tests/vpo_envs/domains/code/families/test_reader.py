"""The reader of families: a file becomes a family, and other forms are refused."""

import re
from dataclasses import replace

import pytest

from vpo_envs.domains.code.families.reader import (
    FamilyError,
    parse_family,
    read_family,
)
from vpo_envs.domains.code.family import GROWING
from vpo_envs.domains.code.inputs import Draw

FILE = """\
# twice

Return the number times $factor.

```python
def twice(value: int, text: str) -> int: ...
```

## Parameters

```python
factor = range(2, 4)
letter = subsets("abc", 2)
```

## Inputs

```python
value = number(0, 9)
text = letters("ab", repeats=0.5)
```

## Edge cases

```python
twice(-1, "")
twice(list(range(3)), [(1, 2)])
```

## Solutions

Prose is allowed here.

```python
def twice(value, text):
    return value * $factor
```

## Mistakes

```python
" * " >> " + "
"value *\\n" >> ""
```
"""


def test_a_file_becomes_a_family():
    family = parse_family("twice", FILE)
    assert (family.name, family.signature, family.returns) == ("twice", "value: int, text: str", "int")
    assert family.task == "Return the number times $factor."
    assert family.parameters == {"factor": range(2, 4), "letter": ("ab", "ac", "bc")}
    assert family.arguments == (Draw("number", (0, 9)), Draw("letters", ("ab", 0.5)))
    assert family.edges == ((-1, ""), ([0, 1, 2], [(1, 2)]))
    assert family.references == ("def twice(value, text):\n    return value * $factor\n",)
    assert family.slips == ((" * ", " + "), ("value *\n", ""))
    assert family.growing == GROWING
    sized = FILE.replace("## Solutions", "## Sizes\n\n```python\n1, 2\n```\n\n## Solutions")
    assert parse_family("twice", sized).growing == (1, 2)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# twice", "# thrice", "file 'twice', title 'thrice' and function 'twice'"),
        ("def twice(value", "class twice(value", "the first block must be a signature"),
        ("## Inputs", "## Input", "there is no section 'Input'; the sections are Parameters, Inputs"),
        ("## Mistakes\n", "Mistakes\n", "section 'Mistakes' has no code block"),
        ("value = number(0, 9)", "x = number(0, 9)", "section 'Inputs' must give value, text in this order"),
        (
            "number(0, 9)",
            "lambda: 3",
            "section 'Inputs': lambda: 3 is neither a literal nor a call of one of",
        ),
        ("number(0, 9)", "number(0)", "section 'Inputs': number\\(0\\) is neither"),
        ("range(2, 4)", "open('x')", "section 'Parameters': open\\('x'\\) is neither"),
        ("range(2, 4)", "range(", "was never closed"),
        (
            "factor = range(2, 4)",
            "range(2, 4)",
            "section 'Parameters' holds 'range\\(2, 4\\)', not name = value",
        ),
        ('twice(-1, "")', "thrice(1)", "section 'Edge cases' holds 'thrice\\(1\\)', not a call twice"),
        ('" * " >> " + "', '" * "', "section 'Mistakes' holds \"' \\* '\", not 'right' >> 'wrong'"),
        ('>> ""\n```', '>> ""\n', "a code block has no end"),
        (
            "```python\ndef twice(value: int, text: str) -> int: ...\n```",
            "",
            "section 'title' has no code block",
        ),
        (
            "def twice(value: int",
            "def thrice(value: int",
            "title 'twice' and function 'thrice' must be the same",
        ),
        (": ...", ":\n    ...", "the first block must be a signature"),
        ("text: str)", "text: str, more: int)", "section 'Inputs' must give value, text, more in this order"),
        ("factor = range", "factor: int = range", "holds 'factor: int = range\\(2, 4\\)', not name = value"),
        ("factor = range", "factor.x = range", "holds 'factor.x = range\\(2, 4\\)', not name = value"),
        ('twice(-1, "")', "twice(value=1)", "holds 'twice\\(value=1\\)', not a call twice"),
        ('twice(-1, "")', "x = twice(1)", "holds 'x = twice\\(1\\)', not a call twice"),
        ("list(range(3))", "letters(3)", "section 'Edge cases': letters\\(3\\) is neither"),
        ('" * " >> " + "', '" * " << " + "', "not 'right' >> 'wrong'"),
        ('" * " >> " + "', '1 >> " + "', "not 'right' >> 'wrong'"),
    ],
)
def test_files_in_another_form_are_refused(tmp_path, old, new, message):
    assert FILE.count(old) >= 1
    path = tmp_path / "twice.md"
    path.write_text(FILE.replace(old, new), "utf-8")
    with pytest.raises(FamilyError, match=re.escape(f"{path}: ") + f".*{message}"):
        read_family(path)


SIZES = "## Sizes\n\n```python\n{}\n```\n\n## Solutions"


@pytest.mark.parametrize("sizes", ["7", "1, 2.5", "1, True", "[1, 2]", "'12'"])
def test_sizes_are_integers(sizes):
    with pytest.raises(ValueError, match="section 'Sizes' must hold integers separated by commas"):
        parse_family("twice", FILE.replace("## Solutions", SIZES.format(sizes)))


def test_parts_stand_in_any_order_amid_prose(tmp_path):
    head, *parts = FILE.split("\n## ")
    head = head.replace("times $factor.", "times\n$factor.\n\n  Twice.  ")
    path = tmp_path / "twice.md"
    path.write_text("\n\nSome words, and no block.\n## ".join([head, *reversed(parts)]), "utf-8")
    family = read_family(path)
    task = "Return the number times $factor. Twice. Some words, and no block."
    assert family.task == task
    assert family == replace(parse_family("twice", FILE), task=task)


def test_every_block_of_solutions_is_one():
    second = "```python\ndef twice(value, text):\n    return $factor * value\n```\n\n## Mistakes"
    family = parse_family("twice", FILE.replace("## Mistakes", second))
    assert [reference.split("return ")[1] for reference in family.references] == [
        "value * $factor\n",
        "$factor * value\n",
    ]


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("(3, 5)", (3, 5)),
        ('each("*+#")', ("*", "+", "#")),
        ('subsets("abcd", 3)', ("abc", "abd", "acd", "bcd")),
        ('orders("UDL")', ("UDL", "ULD", "DUL", "DLU", "LUD", "LDU")),
        ("range(1, 8, 3)", range(1, 8, 3)),
    ],
)
def test_values_of_parameters(written, values):
    assert parse_family("twice", FILE.replace("range(2, 4)", written)).parameters["factor"] == values
