"""Halstead's counts: which nodes belong to a statement, their words, and the volume."""

import ast
import math

import pytest

from vpo_envs.domains.code.halstead import MESSAGE, own_nodes, volume, words


def words_of(code, piece=10):
    """The words of the first statement, in alphabetical order."""
    return sorted(words(own_nodes(ast.parse(code).body[0]), piece))


def test_halstead_sees_the_whole_language():
    statement = ast.parse("f(x)[0] = not (y and z.real)").body[0]
    counted = list(words(own_nodes(statement)))
    assert sorted(counted) == sorted(
        [
            "Assign",
            "Subscript",
            "Call",
            "f",
            "x",
            "0x0",
            "UnaryOp",
            "Not",
            "y",
            "And",
            "Attribute",
            "z",
            "real",
        ]
    )
    assert volume(counted) == pytest.approx(13 * math.log2(13))
    assert volume([]) == 0


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x", "x"),
        ("x = y", "Assign x y"),
        ("x += 1", "0x1 Add AugAssign x"),
        ("x < y <= z", "Compare Lt LtE x y z"),
        ("a and b and c", "And And a b c"),
        ("a or b", "Or a b"),
        ("a or b and c", "And Or a b c"),
        ("-7", "0x7 USub UnaryOp"),
        ("import numpy.linalg as la", "Import alias la numpy.linalg"),
        ("from os import path", "ImportFrom alias os path"),
        ("f(x, key=1)", "0x1 Call f key keyword x"),
        ("x = lambda y: z", "Assign Lambda arg x y z"),
        ("[y for y in x if z]", "ListComp comprehension x y y z"),
        ("del x[1:]", "0x1 Delete Slice Subscript x"),
        ("return x", "Return x"),
        ("pass", "Pass"),
    ],
)
def test_words_of_statements(code, expected):
    assert words_of(code) == expected.split()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if x:\n    y = 1\nelse:\n    z = 1", "If x"),
        ("while x < 1:\n    f(x)", "0x1 Compare Lt While x"),
        ("def f(a: int = 1, *, b) -> str:\n    'note'\n    return a", "0x1 FunctionDef a arg arg b f"),
        ("class A(B):\n    def f(self): return 1", "A B ClassDef"),
        ("@cache\ndef f(): return 1", "FunctionDef cache f"),
        ("x: int = 2", "0x2 AnnAssign x"),
        ("with f() as g:\n    pass", "Call With f g"),
        ("try:\n    f()\nexcept KeyError as e:\n    g()", "ExceptHandler KeyError Try e"),
        ("match x:\n    case 1: y", "0x1 Match MatchValue match_case x"),
    ],
)
def test_statements_inside_and_annotations_are_not_a_statement_s_own(code, expected):
    assert words_of(code) == expected.split()


@pytest.mark.parametrize(
    ("literal", "pieces"),
    [
        ("True", ["True"]),
        ("None", ["None"]),
        ("1.5", ["1.5"]),
        ("255", ["0xff"]),
        ("0xffffffff", ["0xffffffff"]),
        ("0x123456789", ["0x12345678", "9"]),
        ("'abcdefgh'", ["'abcdefgh'"]),
        ("'abcdefghi'", ["'abcdefghi", "'"]),
        ("b'abcdefghij'", ["b'abcdefgh", "ij'"]),
        ("''", ["''"]),
    ],
)
def test_long_literals_weigh_as_several_operands(literal, pieces):
    assert list(words(ast.walk(ast.parse(literal)))) == pieces


def test_messages_may_be_longer():
    short, long = ast.Constant("a" * 38), ast.Constant("a" * 39)  # and two quotes
    assert len(list(words([short], MESSAGE))) == 1
    assert [len(piece) for piece in words([long], MESSAGE)] == [40, 1]
    assert [len(piece) for piece in words([long])] == [10, 10, 10, 10, 1]


def test_huge_numbers_are_taken_apart_without_decimals():
    assert len(list(words([ast.Constant(1 << 4 * 99_997)]))) == 10_000  # 0x1 and 99,997 zeros


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ("", 0),
        ("x", 1),
        ("x x x", 3),
        ("x y", 2),
        ("x y x y", 4),
        ("a b c d", 8),
        ("a b c d e f g h a a", 30),
        ("a b c", 3 * math.log2(3)),
    ],
)
def test_volume_by_hand(tokens, expected):
    assert volume(tokens.split()) == pytest.approx(expected)
