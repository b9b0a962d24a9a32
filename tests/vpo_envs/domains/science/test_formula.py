"""The parser of formulas: conventions, refusals, bounds."""

import math
import string

import numpy as np
import pytest
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.science.expression import (
    Apply,
    Symbol,
    complexity,
    evaluate,
    exact_constant,
)
from vpo_envs.domains.science.formula import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_TOKENS,
    FormulaError,
    parse_formula,
)

NAMES = ("x", "y", "K")
VALUES = {"x": 1.7, "y": 0.6, "K": 2.5}


def value(text):
    return float(evaluate(parse_formula(text, NAMES), VALUES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2*3", 7),
        ("2^3^2", 512),
        ("2**3**2", 512),
        ("-2^2", -4),
        ("2^-1", 0.5),
        ("-x^2", -(1.7**2)),
        ("8/4/2", 1),
        ("8 - 4 - 2", 2),
        ("--3", 3),
        ("+3 - -1", 4),
        ("2*-3", -6),
        ("1.5e1 + .5 + 2.", 17.5),
        ("sqrt(x*x)", 1.7),
        ("ln(exp(x))", 1.7),
        ("log_e(exp(x))", 1.7),
        ("x/(K + x)", 1.7 / 4.2),
        ("cos(pi)", -1),
        ("abs(-K)", 2.5),
        ("tanh(0) + sinh(0) + cosh(0)", 1),
        ("e^(-x)", math.exp(-1.7)),
        ("K*e**-x^2", 2.5 * math.exp(-(1.7**2))),
        ("e", math.e),
        ("2 x", 3.4),
        ("2x K", 8.5),
        ("Kx", 4.25),
        ("K(1 - x)", -1.75),
        ("(1 - x)(1 + x)", 1 - 1.7**2),
        ("x^2 K", 1.7**2 * 2.5),
        ("2x^2", 2 * 1.7**2),
        ("1/2 x", 0.85),
        ("x/(K) x", 1.7**2 / 2.5),
        ("1/exp(x) K", 2.5 * math.exp(-1.7)),
        ("ln x + sqrt K", math.log(1.7) + 2.5**0.5),
        ("2exp(-x)", 2 * math.exp(-1.7)),
        ("tanh^2(x)", math.tanh(1.7) ** 2),
        ("K*[1 - (x/K)^2]", 2.5 * (1 - (1.7 / 2.5) ** 2)),
        ("1.2*10^-3*x", 1.2e-3 * 1.7),
        ("1.2*10^(-3) x", 1.2e-3 * 1.7),
        ("Exp(x) + LN(K) + np.sqrt(x) + math.Sin(0)", math.exp(1.7) + math.log(2.5) + 1.7**0.5),
    ],
)
def test_formulas_have_the_value_that_conventions_give_them(text, expected):
    values = {**VALUES, "pi": np.pi}
    assert float(evaluate(parse_formula(text, NAMES), values)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "incomplete"),
        ("2 3", "out of place"),
        ("x +", "incomplete"),
        ("(x", "closing bracket"),
        ("x)", "out of place"),
        ("sin x y", "brackets"),
        ("sin -x", "brackets"),
        ("1/2x", "brackets"),
        ("x/K y", "brackets"),
        ("e^-K x", "brackets"),
        ("x 2", "out of place"),
        ("sin()", "out of place"),
        ("log_2(x)", "unknown name 'log_2'"),
        ("foo(x)", "unknown name 'foo'"),
        ("x.__class__", "no place"),
        ("__import__('os')", "unknown name '__import__'"),
        ("eval(x)", "unknown name 'eval'"),
        ("x = 3", "no place"),
        ("lambda: x", "unknown name 'lambda'"),
        ("х", "no place"),  # Cyrillic
        ("x²", "no place"),
        ("٣*x", "no place"),
        ("x × K", "no place"),
        ("𝑥", "no place"),
        ("x\u200b", "no place"),
        ("1e999", "too large"),
        ("9" * 40, "too long"),
        ("x" * 500, f"more than {MAX_CHARACTERS} characters"),
        ("x" + "+x" * 199, f"more than {MAX_TOKENS} tokens"),
        ("(" * (MAX_DEPTH + 1) + "x" + ")" * (MAX_DEPTH + 1), "nested deeper"),
        ("-" * (MAX_DEPTH + 1) + "x", "nested deeper"),
        ("2^" * (MAX_DEPTH + 1) + "x", "nested deeper"),
    ],
)
def test_what_is_no_formula_is_refused_with_a_reason(text, message):
    with pytest.raises(FormulaError, match=message):
        parse_formula(text, NAMES)


@pytest.mark.parametrize("text", ["9**9**9", "9**9**9**9", "((((9^20)^20)^20)^20)^20", "exp(exp(exp(9)))"])
def test_huge_numbers_cost_nothing(text):
    def check():
        expr = parse_formula(text, NAMES)
        assert not np.isfinite(evaluate(expr, VALUES))
        assert exact_constant(expr) is None

    assert cpu_seconds(check) < 1.0


@given(st.text(alphabet=string.printable + "é²×٣🙂\u200b", max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        parsed = parse_formula(text, NAMES)
    except FormulaError:
        return
    assert complexity(parsed) >= 1


def test_euler_is_a_function_unless_the_task_has_a_symbol_of_that_name():
    assert parse_formula("e^(-x)", NAMES) == parse_formula("exp(-x)", NAMES)
    assert complexity(parse_formula("e^(-x)", NAMES)) == 3
    assert parse_formula("e^x", ("e", "x")) == Apply("^", (Symbol("e"), Symbol("x")))
    assert parse_formula("exp(1)^x", NAMES) == Apply("^", (parse_formula("e", NAMES), Symbol("x")))


@pytest.mark.parametrize("text", ["2*{x + [y]}", "2{x + y}", "2*[x + {y}]"])
def test_brackets_may_be_square_or_curly(text):
    assert parse_formula(text, "xy") == parse_formula("2*(x + y)", "xy")
