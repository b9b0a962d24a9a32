"""Dimensional analysis: what sound formulas are in, and what is wrong with others."""

import pytest

from vpo_envs.domains.science.dimensions import DimensionError, dimension_of
from vpo_envs.domains.science.formula import parse_formula
from vpo_envs.domains.science.units import DIMENSIONLESS, parse_unit

DIMENSIONS = {
    "x": parse_unit("m").dimension,
    "t": parse_unit("s").dimension,
    "g": parse_unit("m/s^2").dimension,
    "L": parse_unit("m").dimension,
    "N": DIMENSIONLESS,
}


def found(text):
    return dimension_of(parse_formula(text, DIMENSIONS), DIMENSIONS)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("x/t", "m/s"),
        ("sqrt(2*g*x)", "m/s"),
        ("(x/L)^0.37*L", "m"),
        ("x^(1/3)*L^(2/3)", "m"),
        ("x^(3/2)/sqrt(L)", "m"),
        ("L*exp(-x/L)", "m"),
        ("abs(-x) + 2*L", "m"),
        ("L - x", "m"),
        ("sin(x/L)^(x/L)", "1"),
        ("x*0", "m"),
        ("g*t^2/2", "m"),
        ("x*t", "m*s"),
        ("x^-2", "1/m^2"),
        ("x^0", "1"),
        ("cos(pi)*t", "s"),
        ("log(N) + 2", "1"),
        ("2^N*x", "m"),
    ],
)
def test_dimensions_of_sound_formulas(text, unit):
    assert found(text) == parse_unit(unit).dimension


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x + t", "x is in m but t in s"),
        ("t - x*2", "t is in s but x\\*2 in m"),
        ("x + 1", "x is in m but 1 in 1"),
        ("exp(x)", "exp needs a dimensionless argument; x is in m"),
        ("log(x*t)", "log needs a dimensionless argument; x\\*t is in m\\*s"),
        ("x^(x/L)", "x is in m and has no fixed power"),
        ("x^sqrt(2)", "x is in m and has no fixed power"),
        ("x^N", "no fixed power"),
        ("2^x", "\\^ needs a dimensionless argument; x is in m"),
        ("x^t", "\\^ needs a dimensionless argument; t is in s"),
        ("1 + exp(x)/2", "exp needs"),
    ],
)
def test_dimensions_of_unsound_formulas(text, message):
    with pytest.raises(DimensionError, match=message):
        found(text)


@pytest.mark.parametrize("power", ["x^{}", "x^-{}", "x^(1/{})", "x^(-1/{})"])
def test_exponents_are_bounded_above_and_below(power):
    exponent = found(power.format("(10^18)")).exponents[0]
    assert max(abs(exponent.numerator), exponent.denominator) == 10**18
    with pytest.raises(DimensionError, match="\\^ makes a power out of all bounds"):
        found(power.format("(10^18 + 1)"))
