"""Expression trees: their values, their size, and how they are written."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.science.expression import (
    FUNCTIONS,
    MAX_BITS,
    MAX_POWER,
    Apply,
    Number,
    Symbol,
    canonical_text,
    complexity,
    decimal_text,
    evaluate,
    exact_constant,
    substitute,
    to_sympy,
    to_text,
    walk,
    without_ones,
)
from vpo_envs.domains.science.formula import FormulaError, parse_formula

NAMES = ("x", "y", "K")
VALUES = {"x": 1.7, "y": 0.6, "K": 2.5}


def parsed(text):
    return parse_formula(text, NAMES)


def expressions():
    """Trees that the parser can produce."""
    numbers = st.decimals(0, 1000, places=3).map(lambda d: Number(Fraction(d)))
    leaves = st.one_of(numbers, st.sampled_from([Symbol(name) for name in NAMES]))

    def grown(children):
        binary = st.builds(lambda op, a, b: Apply(op, (a, b)), st.sampled_from("+-*/^"), children, children)
        unary = st.builds(lambda op, a: Apply(op, (a,)), st.sampled_from(["neg", *FUNCTIONS]), children)
        return st.one_of(binary, unary)

    return st.recursive(leaves, grown, max_leaves=12)


# Values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + y - K", -0.2),
        ("x*y/K", 0.408),
        ("x^2", 2.89),
        ("-x", -1.7),
        ("abs(-x)", 1.7),
        ("sqrt(K)", 1.5811388),
        ("exp(y)", 1.8221188),
        ("log(K)", 0.9162907),
        ("sin(x) + cos(x) + tan(y)", 0.9916648 - 0.1288445 + 0.6841368),
        ("sinh(y) + cosh(y) + tanh(y)", 1.8221188 + 0.5370496),
        ("1/(x - x)", math.inf),
        ("log(-x)", math.nan),
        ("9^9^9", math.inf),
    ],
)
def test_values_by_hand(text, expected):
    assert float(evaluate(parsed(text), VALUES)) == pytest.approx(expected, nan_ok=True)


def test_values_are_broadcast():
    found = evaluate(parsed("x*y"), {"x": [[1.0], [2.0]], "y": np.array([3, 4, 5])})
    assert found.tolist() == [[3, 4, 5], [6, 8, 10]] and found.dtype == np.float64


@given(expressions())
def test_numpy_and_sympy_agree_on_the_value(expr):
    try:
        exact = to_sympy(expr)
    except ValueError:
        return
    try:
        number = complex(exact.subs({sympy.Symbol(n, positive=True): v for n, v in VALUES.items()}).evalf(30))
    except TypeError:  # zoo, nan
        return
    found = float(evaluate(expr, VALUES))
    inexact = any(isinstance(n, Apply) and n.op in ("sin", "cos", "tan", "-") for n in walk(expr))
    if np.isfinite(found) and abs(number) < 1e12 and not inexact and number.imag == 0:
        assert found == pytest.approx(number.real, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3 + 1/6", Fraction(1, 2)),
        ("1/3 - 1/2", Fraction(-1, 6)),
        ("0.25*6", Fraction(3, 2)),
        ("0.1", Fraction(1, 10)),
        ("-(2^-3)", Fraction(-1, 8)),
        ("0^2", 0),
        ("0/5", 0),
        ("1/(2 - 2)", None),
        ("0^0", None),
        ("0^-1", None),
        ("x - x", None),
        ("2*x", None),
        ("x*2", None),
        ("2^0.5", None),
        ("exp(0)", None),
        ("2*sqrt(4)", None),
        (f"2^{MAX_POWER}", 2**MAX_POWER),
        (f"2^-{MAX_POWER}", Fraction(1, 2**MAX_POWER)),
        (f"2^{MAX_POWER + 1}", None),
        (f"2^-{MAX_POWER + 1}", None),
    ],
)
def test_exact_constants_stay_exact_and_bounded(text, value):
    assert exact_constant(parsed(text)) == value


def test_the_largest_exact_constant_has_so_many_bits():
    half = Number(Fraction(2 ** (MAX_BITS // 2)))  # one bit more than half of them
    less = Number(half.value - 1)
    fits, too_large = Apply("*", (half, less)), Apply("*", (half, half))
    assert exact_constant(fits) == half.value * less.value
    assert exact_constant(fits).numerator.bit_length() == MAX_BITS
    assert exact_constant(too_large) is None
    one = Number(Fraction(1))
    assert exact_constant(Apply("/", (one, fits))) == 1 / exact_constant(fits)
    assert exact_constant(Apply("/", (Apply("/", (one, half)), half))) is None


# Trees


def test_parents_come_before_children_and_left_before_right():
    nodes = list(walk(parsed("x*2 + exp(y)")))
    assert [getattr(node, "op", None) or getattr(node, "name", None) or node.value for node in nodes] == [
        "+", "*", "x", 2, "exp", "y",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("x", 1),
        ("2*x", 3),
        ("-2*x", 3),
        ("-x", 2),
        ("--2", 2),
        ("K*x/(x + y)", 7),
        ("exp(-x/K)", 5),
        ("exp(2)", 2),
    ],
)
def test_complexity_counts_nodes(text, nodes):
    assert complexity(parsed(text)) == nodes


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        ("1*x/(1*K)*(x/(1*y))^1", "x/K*(x/y)"),
        ("x*1", "x"),
        ("x/1", "x"),
        ("1/x", "1/x"),
        ("1^x", "1^x"),
        ("-1*x", "-x"),
        ("-1/x", "-1/x"),
        ("x + 1", "x + 1"),
        ("1 - x", "1 - x"),
        ("2*x", "2*x"),
        ("exp(1*x)", "exp(x)"),
        ("exp(1)", "exp(1)"),
        ("(1*1)*x", "x"),
    ],
)
def test_factors_of_one_vanish(text, shorter):
    assert to_text(without_ones(parsed(text))) == shorter


def test_symbols_are_replaced_at_once():
    swapped = substitute(parsed("x*exp(-x/y) + 2*K"), {"x": Symbol("y"), "y": parsed("x + 1")})
    assert swapped == parsed("y*exp(-y/(x + 1)) + 2*K")


# Texts


@pytest.mark.parametrize(
    "text",
    [
        "x + y - K",
        "x - (y - K)",
        "x - (y + K)",
        "x*(y + K)",
        "x/y/K",
        "x/(y*K)",
        "x*(y/K)",
        "(x^y)^K",
        "x^y^K",
        "x^-y",
        "(-x)^y",
        "-x^y",
        "-(x*y)",
        "-(x + y)",
        "-x*y",
        "x*-y",
        "x - -y",
        "(x*y)^K",
        "sqrt(x + y)^2",
        "2^(x/y)",
    ],
)
def test_there_are_no_more_brackets_than_it_takes(text):
    assert to_text(parsed(text)) == text


@pytest.mark.parametrize(
    ("text", "spaced"),
    [
        ("K*x/(x + y)", "K * x / ( x + y )"),
        ("-exp(-x^2)", "- exp ( - x ^ 2 )"),
        ("x - 0.5", "x - 0.5"),
    ],
)
def test_blanks_go_between_all_tokens(text, spaced):
    assert to_text(parsed(text), spaced=True) == spaced
    assert to_text(parsed(text)) == text


@given(expressions(), st.booleans())
def test_what_is_written_is_read_back_as_the_same_tree(expr, spaced):
    text = to_text(expr, spaced=spaced)
    try:
        found = parsed(text)
    except FormulaError as error:  # deeper than what a model may write
        assert "nested" in str(error) or "more than" in str(error)
    else:
        assert found == expr


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(5, 2), "2.5"),
        (Fraction(100), "100"),
        (Fraction(1, 1000), "0.001"),
        (Fraction(10**11), "100000000000"),
        (Fraction(10**12), "1e12"),
        (Fraction(1, 10**10), "0.0000000001"),
        (Fraction(1, 10**11), "1e-11"),
        (Fraction(602 * 10**21), "6.02e23"),
    ],
)
def test_numbers_are_written_in_their_shortest_form(value, text):
    assert decimal_text(value) == text
    assert Fraction(text) == value


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x + y + K", "K + (y + x)"),
        ("x - y - K", "x - (K + y)"),
        ("x - (y - K)", "K + x - y"),
        ("-(x - y)", "y - x"),
        ("x*y/K", "y/(K/x)"),
        ("exp(x*y)", "exp(y*x)"),
        ("(x + y)^(2*K)", "(y + x)^(K*2)"),
        ("x*(y + 1)*K", "K*x*(1 + y)"),
    ],
)
def test_the_order_of_terms_and_factors_does_not_matter(text, same):
    assert canonical_text(parsed(text)) == canonical_text(parsed(same))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("x - y", "y - x"),
        ("x - y", "x + y"),
        ("x/y", "y/x"),
        ("x/y", "x*y"),
        ("x^y", "y^x"),
        ("-x", "x"),
        ("x*(y + K)", "x*y + K"),
        ("x - (y - K)", "x - y - K"),
        ("x/(y/K)", "x/y/K"),
        ("exp(x)", "log(x)"),
        ("x + x", "x"),
    ],
)
def test_other_laws_have_other_canonical_texts(text, other):
    assert canonical_text(parsed(text)) != canonical_text(parsed(other))


# Export


def test_the_same_expression_in_sympy():
    x, y = sympy.symbols("x y", positive=True)
    values = {
        "x^0.5 + 2/3": sympy.sqrt(x) + sympy.Rational(2, 3),
        "-x - y": -x - y,
        "x/y*2": 2 * x / y,
        "abs(x - y)": sympy.Abs(x - y),
        "cos(pi)": sympy.Integer(-1),
        "log(x*y)": sympy.log(x * y),
    }
    for text, expected in values.items():
        assert to_sympy(parsed(text)) == expected, text


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9",
        "((((9^20)^20)^20)^20)^20",
        "(3*sqrt(2))^19^19",
        "(2*x)^1000000000",
        "9^(x - x + 9^9)",
        "2^0.001^-9",
        "x^21",
        "x^-21",
        "2^sqrt(2)",
    ],
)
def test_powers_that_sympy_would_write_out_are_not_exported(text):
    with pytest.raises(ValueError, match="too large to export"):
        to_sympy(parsed(text))


@pytest.mark.parametrize(("bits", "exponent"), [(102, 20), (128, 16), (2048, 1)])
@pytest.mark.parametrize("inverse", [False, True])
def test_the_largest_power_that_is_exported(bits, exponent, inverse):
    """Bits times exponent are at most 2,048; one bit more is too many."""
    base, more = (Fraction(1, n) if inverse else Fraction(n) for n in (2**bits - 1, 2**bits))
    power = Number(Fraction(exponent))
    assert to_sympy(Apply("^", (Number(base), power))) == sympy.Rational(base) ** exponent
    with pytest.raises(ValueError, match="too large to export"):
        to_sympy(Apply("^", (Number(more), power)))
