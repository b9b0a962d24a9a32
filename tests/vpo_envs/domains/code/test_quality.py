"""Readability and maintainability: by hand, against padding, on monstrous code."""

import ast
import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.code.compact import compact
from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code.halstead import volume
from vpo_envs.domains.code.quality import measure
from vpo_envs.domains.code.reading import defined, read_code
from vpo_envs.domains.code.scoring import quality, read_book
from vpo_envs.env_checker import hostile_answers

SOURCES = [
    reference
    for name, family in FAMILIES.items()
    for reference in family.draw(np.random.default_rng(5)).references
]


def of(code):
    return measure(ast.parse(code))


def test_readability_and_maintainability_by_hand():
    found = of("def total(values):\n    return 7 + sum(values)")
    # FunctionDef total arguments arg values | Return BinOp 7 Add Call sum values: 11 tokens of 10 kinds
    tokens = (
        ["FunctionDef", "total", "arg", "values"],
        ["Return", "BinOp", "0x7", "Add", "Call", "sum", "values"],
    )
    size = volume(tokens[0] + tokens[1])
    assert size == pytest.approx(11 * math.log2(10))
    assert found.readability == pytest.approx(1 / (1 + size / 100))
    index = (171 - 5.2 * math.log(size) - 0.23 * 1 - 16.2 * math.log(2)) / 171
    assert found.maintainability == pytest.approx(index / (1 + 1 / 3))


PLAIN = (
    "def total(values):\n    result = 0\n    for value in values:\n        result += value\n    return result"
)


@pytest.mark.parametrize(
    "padded",
    [
        "# " + "a comment\n# " * 25 + "\n" + PLAIN,
        PLAIN.replace(":\n    result = 0", ':\n    """Adds up.\n\n    At length.\n    """\n    result = 0'),
        PLAIN.replace("values):", "values: list[int]) -> int:"),
        PLAIN.replace("    result = 0", "    'note'\n    12\n    ...\n    result = 0"),
        PLAIN.replace("\n", "\n\n\n"),
        PLAIN.replace("value in values", "value in (\n    values\n)"),
    ],
)
def test_comments_layout_docstrings_and_annotations_count_for_nothing(padded):
    assert of(padded) == of(PLAIN)


@pytest.mark.parametrize(
    "worse",
    [
        PLAIN.replace("    return", "    spare = result\n    return"),
        PLAIN.replace("    return", "    if False:\n        pass\n    return"),
        PLAIN.replace("value ", "v "),
        PLAIN + "\n\ndef unused(values):\n    return len(values)",
    ],
)
def test_padding_with_code_costs_readability(worse):
    assert of(worse).readability < of(PLAIN).readability
    assert of(worse).maintainability <= of(PLAIN).maintainability


def test_names_for_literals_and_small_functions_pay_in_maintainability():
    inline = of("def f(values):\n    return [value % 7 + 31 for value in values]")
    named = of(
        "STEP = 7\nSHIFT = 31\n\ndef f(values):\n    return [value % STEP + SHIFT for value in values]"
    )
    assert named.maintainability > inline.maintainability and named.readability < inline.readability
    expression = " + ".join(f"value % {n}" for n in range(3, 30))
    assert of(f"f = lambda value: {expression}").maintainability < 0.1


@pytest.mark.parametrize("head", ["@{}\nclass f: pass", "class f({}): pass", "class f(metaclass={}): pass"])
def test_what_the_head_of_a_class_computes_is_seen(head):
    expression = "(lambda value: " + " + ".join(f"value % {n}" for n in range(3, 30)) + ")"
    assert of(head.format(expression)).maintainability < 0.1
    assert of(head.format("Base")).maintainability > 0.9


@pytest.mark.parametrize("source", SOURCES[::7])
def test_quality_lies_in_the_unit_interval(source):
    assert all(0 < value <= 1 for value in quality(source))


@given(st.sampled_from(SOURCES), st.integers(0, 2**32 - 1))
def test_almost_valid_code_has_a_quality(source, seed):
    for text in hostile_answers(np.random.default_rng(seed), 40, [source]):
        assert all(0 <= value <= 1 for value in quality(text))


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "-" * 5_000 + "1",
        "x = " + "not " * 2_000 + "1",
        "x = " + "(" * 5_000,
        "x = " + "a." * 4_000 + "b",
        "x = " + "a[" * 90 + "0" + "]" * 90,
        "x = " + " + ".join("a" * 4_000),
        "x = " + "lambda: " * 1_000 + "0",
        "if x: pass\n" + "elif x: pass\n" * 700,
        "".join(" " * i + "if x:\n" for i in range(95)) + " " * 95 + "pass",
        "x = 0x" + "f" * 9_000,
        "x = " + "9" * 9_000,
        "x = '\ud800'",
        "x = 1\x00",
        "\ufeffx = 1",
        "x = f'{" * 60,
        "x = '" + "a" * 9_000 + "'",
        ";" * 9_000,
        "\\\n" * 4_000,
        "x = 1 if 1 else " * 600 + "1",
    ],
)
def test_monstrous_code_has_a_quality(text):
    assert all(0 <= value <= 1 for value in quality(text))
    read_code(f"```\n{text}\n```", "x")


def from_below(frames, function, *arguments):
    """Calls a function with so many frames on the stack."""
    return from_below(frames - 1, function, *arguments) if frames else function(*arguments)


@pytest.mark.parametrize("terms", [50, 150, 800, 2000])
def test_what_is_read_does_not_depend_on_the_stack(terms):
    source = "def f(x): return x\nunused = " + "+".join("0" * terms)
    frames = sys.getrecursionlimit() - 300
    assert from_below(frames, read_code, source, "f") == read_code(source, "f")
    assert (read_code(source, "f") is None) == (terms > 1000)
    read_book.cache_clear()
    deep = from_below(frames, quality, source)
    read_book.cache_clear()
    assert quality(source) == deep
    assert (deep == (0, 0)) == (terms > 100)


@pytest.mark.parametrize(
    "source",
    [
        "from typing import Callable\nf: Callable = max",
        "if True:\n    def f(x): return x",
        "try:\n    import numpy\nexcept ImportError:\n    f = max",
        "for n in 1, 2:\n    f = max",
    ],
)
def test_definitions_at_the_top_level_are_found(source):
    assert defined(ast.parse(source)) == {"f"}
    assert defined(ast.parse("f: int\ndef g():\n    f = 1")) == {"g"}


# Compact form


@pytest.mark.parametrize("source", SOURCES[::5])
def test_the_compact_form_is_the_same_code(source):
    assert ast.dump(ast.parse(compact(source))) == ast.dump(ast.parse(source))
    assert not any("  " in line.lstrip() for line in compact(source).split("\n"))
