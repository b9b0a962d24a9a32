"""Limiting behaviours, against sympy's own limits and by hand."""

from fractions import Fraction

import pytest
import sympy
from cpu_time import cpu_seconds

from vpo_envs.domains.science import ScienceDomain
from vpo_envs.domains.science.domain import FAMILIES
from vpo_envs.domains.science.expression import to_sympy
from vpo_envs.domains.science.formula import parse_formula
from vpo_envs.domains.science.laws import with_coefficients
from vpo_envs.domains.science.limits import ENDS, Limit, find_limit

VALUES = {"x": 1.0, "A": 3.7, "B": 2.1, "C": 9.3}


def limit(text, end):
    return find_limit(parse_formula(text, VALUES), "x", end, VALUES)


@pytest.mark.parametrize(
    ("text", "at_zero", "at_infinity"),
    [
        ("A*x/(B + x)", ("zero", 1), ("finite", 0)),
        ("A*x^2/(B^2 + x^2)", ("zero", 2), ("finite", 0)),
        ("sqrt(A*x)", ("zero", "1/2"), ("infinite", "1/2")),
        ("A*x^0.37", ("zero", "37/100"), ("infinite", "37/100")),
        ("A*(1 - exp(-x/B))", ("zero", 1), ("finite", 0)),
        ("A*(1 - exp(-sqrt(x/B)))", ("zero", "1/2"), ("finite", 0)),
        ("A/(exp(B/x) - 1)", ("zero", None), ("infinite", 1)),
        ("A*log(1 + x/B)", ("zero", 1), ("infinite", None)),
        ("log(x)", ("infinite", None), ("infinite", None)),
        ("1/log(1 + x)", ("infinite", -1), ("zero", None)),
        ("sqrt(1 + x^2) - x", ("finite", 0), ("zero", -1)),
        ("A*sqrt(1 + (x/B)^2) - A", ("zero", 2), ("infinite", 1)),
        ("(1 - cos(x/B))/x", ("zero", 1), ("zero", None)),
        ("tan(x) - sin(x)", ("zero", 3), None),
        ("sinh(x) - x", ("zero", 3), ("infinite", None)),
        ("tanh(x) - x", ("zero", 3), ("infinite", 1)),
        ("x*exp(-x/B)", ("zero", 1), ("zero", None)),
        ("exp(-x)*sin(x)", ("zero", 1), ("zero", None)),
        ("sin(x)", ("zero", 1), None),
        ("x^x", ("finite", 0), ("infinite", None)),
        ("2^(-x)", ("finite", 0), ("zero", None)),
        ("exp(exp(x))", ("finite", 0), ("infinite", None)),
        ("x - x", ("zero", None), ("zero", None)),
        ("0*x", ("zero", None), ("zero", None)),
        ("A", ("finite", 0), ("finite", 0)),
        ("abs(-x)/x", ("finite", 0), ("finite", 0)),
        ("C/(1 + (C/A - 1)*exp(-x/B))", ("finite", 0), ("finite", 0)),
        ("sqrt(-x)", None, None),
        ("(x^(1/3) + x^(1/4))^2", ("zero", "1/2"), ("infinite", "2/3")),
        ("sqrt(2)*sqrt(x) - sqrt(2*x)", ("zero", None), ("zero", None)),
    ],
)
def test_limits_by_hand(text, at_zero, at_infinity):
    for end, expected in zip(ENDS, (at_zero, at_infinity)):
        found = limit(text, end)
        if expected is None:
            assert found is None
        elif text == "sqrt(2)*sqrt(x) - sqrt(2*x)":
            assert found is None or found.kind == "zero"  # zero up to rounding: no series, no slope
        else:
            kind, exponent = expected
            assert found == Limit(kind, None if exponent is None else Fraction(exponent)), (end, found)


HARD = (  # text, then by hand kind and exponent at 0 and at infinity
    ("1-exp(-x)", ("zero", "1"), ("finite", "0")),
    ("1-exp(-x)-x", ("zero", "2"), ("infinite", "1")),
    ("1-exp(-x)-x+x^2/2", ("zero", "3"), ("infinite", "2")),
    ("exp(x)-1-x-x^2/2-x^3/6", ("zero", "4"), ("infinite", None)),
    ("sin(x)-x+x^3/6", ("zero", "5"), ("infinite", "3")),
    ("tan(x)-sin(x)-x^3", ("zero", "3"), ("infinite", "3")),
    ("sqrt(1+x)-1-x/2", ("zero", "2"), ("infinite", "1")),
    ("sqrt(x^2+x)-x", ("zero", "1/2"), ("finite", "0")),
    ("sqrt(x^2+x)-x-1/2", ("finite", "0"), ("zero", "-1")),
    ("sqrt(x^2+1)-sqrt(x^2-1)*1", None, ("zero", "-1")),
    ("(x+1)^(1/3)-x^(1/3)", ("finite", "0"), ("zero", "-2/3")),
    ("x-log(cosh(x))", ("zero", "1"), ("finite", "0")),
    ("log(1+exp(x))-x", ("finite", "0"), ("zero", None)),
    ("exp(-x)*cosh(x)", ("finite", "0"), ("finite", "0")),
    ("exp(x)*exp(-x)", ("finite", "0"), ("finite", "0")),
    ("exp(x^2)*exp(-x^2)*x", ("zero", "1"), ("infinite", "1")),
    ("sinh(x)/cosh(x)", ("zero", "1"), ("finite", "0")),
    ("cosh(x)-sinh(x)", ("finite", "0"), ("zero", None)),
    ("exp(exp(x))*exp(-exp(x))", ("finite", "0"), ("finite", "0")),
    ("exp(1000*x)/exp(999*x)", ("finite", "0"), ("infinite", None)),
    ("1/(1+exp(-1/x))", ("finite", "0"), ("finite", "0")),
    ("exp(-1/x)", ("zero", None), ("finite", "0")),
    ("exp(-1/x)/x^5", ("zero", None), ("zero", "-5")),
    ("x^5*exp(1/x)", ("infinite", None), ("infinite", "5")),
    ("sin(x)", ("zero", "1"), None),
    ("sin(x)/x", ("finite", "0"), ("zero", None)),
    ("2+sin(x)", ("finite", "0"), None),
    ("x+sin(x)", ("zero", "1"), ("infinite", "1")),
    ("x*(2+sin(x))", ("zero", "1"), ("infinite", None)),
    ("1+sin(x)/x", ("finite", "0"), ("finite", "0")),
    ("sin(1/x)", None, ("zero", "-1")),
    ("x*sin(1/x)", ("zero", None), ("finite", "0")),
    ("x^2*sin(1/x)+x", ("zero", "1"), ("infinite", "1")),
    ("cos(x)-1+x^2/2", ("zero", "4"), ("infinite", "2")),
    ("tanh(sin(x))", ("zero", "1"), None),
    ("log(x)", ("infinite", None), ("infinite", None)),
    ("1/log(x)", ("zero", None), ("zero", None)),
    ("log(log(x+3))", ("finite", "0"), ("infinite", None)),
    ("1+1/log(x+2)", ("finite", "0"), ("finite", "0")),
    ("x*log(x)", ("zero", None), ("infinite", None)),
    ("log(1+x)/log(2+x)", ("zero", "1"), ("finite", "0")),
    ("log(x)/log(x^2)", ("finite", "0"), ("finite", "0")),
    ("log(2*x)-log(x)", ("finite", "0"), ("finite", "0")),
    ("log(x)^5/x", ("infinite", None), ("zero", None)),
    ("x^(1/12)", ("zero", "1/12"), ("infinite", "1/12")),
    ("x^0.01", ("zero", "1/100"), ("infinite", "1/100")),
    ("x^0.001+1", ("finite", "0"), ("infinite", "1/1000")),
    ("x^x", ("finite", "0"), ("infinite", None)),
    ("x^(1/x)", ("zero", None), ("finite", "0")),
    ("(1+1/x)^x", ("finite", "0"), ("finite", "0")),
    ("(1+x)^(1/x)", ("finite", "0"), ("finite", "0")),
    ("x^(x/(1+x))", ("finite", "0"), ("infinite", "1")),
    ("(x^2-1)/(x-1)", ("finite", "0"), ("infinite", "1")),
    ("(x-x)/x", ("zero", None), ("zero", None)),
    ("x/(x-x)", None, None),
    ("(exp(x)-1)/x", ("finite", "0"), ("infinite", None)),
    ("x/tanh(x)", ("finite", "0"), ("infinite", "1")),
    ("1/tanh(x)-1/x", ("zero", "1"), ("finite", "0")),
    ("(1-cos(x))/x^2", ("finite", "0"), ("zero", None)),
    ("(sqrt(1+x)-1)/x", ("finite", "0"), ("zero", "-1/2")),
    ("1/x-1/x", ("zero", None), ("zero", None)),
    ("1/x-1/(x+x^2)", ("finite", "0"), ("zero", "-1")),
    ("1/sin(x)-1/x", ("zero", "1"), None),
    ("A*x/(B+x)-A", ("finite", "0"), ("zero", "-1")),
    ("A*x/(B+x)-A+A*B/(B+x)", ("zero", None), ("zero", None)),
    ("(A+B)^2-A^2-2*A*B-B^2+x", ("zero", "1"), ("infinite", "1")),
    ("sqrt(2)^2-2+x", ("zero", "1"), ("infinite", "1")),
    ("sqrt(2)*sqrt(3)-sqrt(6)", ("zero", None), ("zero", None)),
    ("exp(log(x))-x", ("zero", None), ("zero", None)),
    ("sin(x)^2+cos(x)^2", ("finite", "0"), ("finite", "0")),
    ("cosh(x)^2-sinh(x)^2", ("finite", "0"), ("finite", "0")),
    ("1e-25*x+1e25*x^2", ("zero", "1"), ("infinite", "2")),
    ("1e30*x+1e-30", ("finite", "0"), ("infinite", "1")),
    ("x+1e-29*x^3", ("zero", "1"), ("infinite", "3")),
    ("x^20/(1+x^20)", ("zero", "20"), ("finite", "0")),
    ("x^19-x^20", ("zero", "19"), ("infinite", "20")),
    ("tanh(x)^20", ("zero", "20"), ("finite", "0")),
    ("(1-exp(-x))^3*(1-cos(x))", ("zero", "5"), None),
    ("sqrt(x+sqrt(x+sqrt(x)))", ("zero", "1/8"), ("infinite", "1/2")),
    ("sqrt(x+sqrt(x))-sqrt(x)", ("zero", "1/4"), ("finite", "0")),
    ("abs(x-1)-1", ("zero", "1"), ("infinite", "1")),
    ("abs(log(x))", ("infinite", None), ("infinite", None)),
    ("sqrt(-x)", None, None),
    ("sqrt(x-1)", None, ("infinite", "1/2")),
    ("log(x-1)", None, ("infinite", None)),
    ("tan(x)", ("zero", "1"), None),
    ("exp(-x)*sin(x)", ("zero", "1"), ("zero", None)),
    ("exp(-sqrt(x))", ("finite", "0"), ("zero", None)),
    ("exp(-log(x)^2)", ("zero", None), ("zero", None)),
    ("exp(sqrt(log(1+x)))", ("finite", "0"), ("infinite", None)),
    ("x*exp(-log(1+x))", ("zero", "1"), ("finite", "0")),
    ("1/(exp(x)-1)-1/x", ("finite", "0"), ("zero", "-1")),
    ("x/(exp(x)-1)-1+x/2", ("zero", "2"), ("infinite", "1")),
    ("tanh(x)-x/sqrt(1+x^2)", ("zero", "3"), ("zero", "-2")),
    ("1-tanh(x)", ("finite", "0"), ("zero", None)),
    ("(1-tanh(x))*exp(2*x)", ("finite", "0"), ("finite", "0")),
    ("exp(x+1/x)-exp(x)", ("infinite", None), ("infinite", None)),
    ("exp(x+exp(-x))-exp(x)", ("finite", "0"), ("finite", "0")),
)
MISSED = {
    ("exp(exp(x))*exp(-exp(x))", "infinity"),
    ("x^0.001+1", "zero"),
    ("x^0.001+1", "infinity"),
    ("cosh(x)^2-sinh(x)^2", "infinity"),
    ("1e-25*x+1e25*x^2", "zero"),
    ("1e30*x+1e-30", "zero"),
    ("(1-tanh(x))*exp(2*x)", "infinity"),
    ("exp(x+exp(-x))-exp(x)", "infinity"),
}
"""Limits that are known to be out of reach: growing exponentials, tiny powers, huge coefficients."""


@pytest.mark.parametrize(("text", "at_zero", "at_infinity"), HARD)
def test_hard_formulas_end_as_worked_out_by_hand(text, at_zero, at_infinity):
    for end, expected in zip(ENDS, (at_zero, at_infinity)):
        found = limit(text, end)
        if expected is not None:
            kind, exponent = expected
            expected = Limit(kind, None if exponent is None else Fraction(exponent))
        assert (found == expected) == ((text, end) not in MISSED), (end, found)


def sympy_limit(law, symbol, end):
    """Kind and exponent by sympy: the limit, and that of law / x^p for the exponents p in question."""
    x = sympy.Symbol(symbol, positive=True)
    found = sympy.limit(law, x, 0 if end == "zero" else sympy.oo, "+" if end == "zero" else "-")
    return "zero" if found == 0 else "infinite" if found in (sympy.oo, -sympy.oo) else "finite"


def agrees(law, symbol, end, found):
    expression = to_sympy(law)
    assert found is not None
    assert sympy_limit(expression, symbol, end) == found.kind
    if found.exponent is not None:
        x = sympy.Symbol(symbol, positive=True)
        power = sympy.Rational(found.exponent.numerator, found.exponent.denominator)
        assert sympy_limit(expression / x**power, symbol, end) == "finite"


QUICK = ("spring", "decay", "enzyme")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in FAMILIES]
)
def test_every_law_of_every_family_ends_as_sympy_says(name):
    family = FAMILIES[name]
    for template, table in family.limits.items():
        law = with_coefficients(template, Fraction(1), Fraction(1))
        for (symbol, end), found in table.items():
            agrees(law, symbol, end, found)


@pytest.mark.parametrize("name", FAMILIES)
def test_hidden_laws_and_rivals_end_as_sympy_says(name):
    """With their fitted coefficients, at the constants of a task."""
    problem = ScienceDomain(families=[name]).task("test", 0).truth.problem
    for law in (problem.law, *problem.rivals):
        for place in problem.behaviours:
            agrees(law, place.symbol, place.end, problem.limit(law, place.symbol, place.end))


def test_the_result_does_not_depend_on_what_was_asked_before():
    texts = ["A*(1 - exp(-x/B))", "tan(x) - sin(x)", "sqrt(1 + x^2) - x", "A*log(1 + x/B)"]
    first = [limit(text, end) for text in texts for end in ENDS]
    second = [limit(text, end) for text in reversed(texts) for end in reversed(ENDS)][::-1]
    assert first == second


@pytest.mark.parametrize(
    "text",
    [
        "sin(tan(tanh(sin(tan(tanh(sin(tan(x^(1/12)))))))))-sin(tan(tanh(sin(tan(tanh(sin(tan(x^(1/12)))))))))",
        "*".join(["(1 - exp(-x))"] * 12),
        "/".join(["(1 + x^(1/7) + x^(1/11))"] * 6),
        "x" + "+x" * 70,
        "((((x^20)^20)^20)^20)^20",
        "exp(sinh((1.234 + log(1.53))*sqrt(x)))",
        "1/(1 - cos(sinh(x) - x)) - 1/(1 - cos(sinh(x) - x))",
    ],
)
def test_work_is_bounded(text):
    expr = parse_formula(text, VALUES)
    for end in ENDS:
        assert cpu_seconds(lambda end=end: find_limit(expr, "x", end, VALUES)) < 1.0
