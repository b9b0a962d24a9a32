"""Units: their scales and exponents, how they are written, and what is none."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.science.units import (
    BASE_UNITS,
    DIMENSIONLESS,
    MAX_EXPONENT,
    MAX_NESTING,
    MAX_UNIT_LENGTH,
    ONE,
    Dimension,
    UnitError,
    is_unit,
    parse_unit,
)


@pytest.mark.parametrize(
    ("text", "scale", "dimension"),
    [
        ("1", 1, "1"),
        ("ind", 1, "ind"),
        ("cd", 1, "cd"),
        ("N", 1, "m*kg*s^(-2)"),
        ("J", 1, "m^2*kg*s^(-2)"),
        ("W", 1, "m^2*kg*s^(-3)"),
        ("Pa", 1, "m^(-1)*kg*s^(-2)"),
        ("Hz", 1, "s^(-1)"),
        ("C", 1, "s*A"),
        ("V", 1, "m^2*kg*s^(-3)*A^(-1)"),
        ("ohm", 1, "m^2*kg*s^(-3)*A^(-2)"),
        ("F", 1, "m^(-2)*kg^(-1)*s^4*A^2"),
        ("S", 1, "m^(-2)*kg^(-1)*s^3*A^2"),
        ("T", 1, "kg*s^(-2)*A^(-1)"),
        ("g", Fraction(1, 1000), "kg"),
        ("L", Fraction(1, 1000), "m^3"),
        ("l", Fraction(1, 1000), "m^3"),
        ("min", 60, "s"),
        ("h", 3600, "s"),
        ("day", 86400, "s"),
        ("d", 86400, "s"),
        ("M", 1000, "m^(-3)*mol"),
        ("bar", 10**5, "m^(-1)*kg*s^(-2)"),
        ("%", Fraction(1, 100), "1"),
        ("K^(1/2)*s^(-2/3)", 1, "s^(-2/3)*K^(1/2)"),
    ],
)
def test_named_units_in_si(text, scale, dimension):
    unit = parse_unit(text)
    assert (unit.scale, str(unit.dimension)) == (scale, dimension)


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("pmol", Fraction(1, 10**12)),
        ("nF", Fraction(1, 10**9)),
        ("uS", Fraction(1, 10**6)),
        ("mV", Fraction(1, 1000)),
        ("mg", Fraction(1, 10**6)),
        ("cm", Fraction(1, 100)),
        ("kHz", 1000),
        ("MW", 10**6),
        ("GPa", 10**9),
        ("km/h", Fraction(1000, 3600)),
        ("cm^3", Fraction(1, 10**6)),
        ("km^-2", Fraction(1, 10**6)),
        ("L^(4/2)", Fraction(1, 10**6)),
        ("mM/min", Fraction(1, 60)),
    ],
)
def test_prefixes_and_times_scale_exactly(text, scale):
    assert parse_unit(text).scale == scale


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("N", "kg*m/s^2"),
        ("J/mol/K", "kg*m^2/(s^2*mol*K)"),
        ("ohm*F", "s"),
        ("V/m", "kg*m/(A*s^3)"),
        ("S*m^2/mol", "m^2/(ohm*mol)"),
        ("mmol/L", "mol/m^3"),
        ("m^(1/2)*m^(1/2)", "m"),
        ("umol/m2/s", "umol/m^2/s"),
        ("umol m^-2 s^-1", "umol/m^2/s"),
        ("umol.m-2.s-1", "umol/(m2 s)"),
        ("kg m**2/s2", "J"),
        ("m m", "m^2"),
        ("uM", "umol/L"),
        ("ml/hr", "cm^3/h"),
        ("individuals/m2", "ind/m^2"),
        ("mPa*s", "1/1*kg*m^-1*s^-1*g/kg"),
        ("T", "kg/(A*s^2)"),
        ("mol per m^3", "mol/m^3"),
        ("moles per cubic metre", "mol/m^3"),
        ("Kilograms per square meter per second", "kg/m^2/s"),
        ("metres per second squared", "m/s^2"),
        ("litres per cm cubed", "L/cm^3"),
        ("micromolar", "umol/L"),
        ("MILLIVOLTS", "mV"),
        ("(m/s) squared", "m^2/s^2"),
        ("percent", "%"),
        ("1", "m/m"),
        (" m / s ", "m/s"),
    ],
)
def test_units_are_products_of_base_units(text, same):
    assert parse_unit(text) == parse_unit(same)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "incomplete"),
        ("parsec", "'parsec' is not a unit"),
        ("m^", "incomplete"),
        ("m^^2", "not '\\^'"),
        ("m99", "up to 12, not '99'"),
        ("(m", "incomplete"),
        ("m)", "'\\)' is out of place"),
        ("(m^(2 m))", "'\\)' is missing"),
        ("m..s", "'.' is not a unit"),
        ("m-", "incomplete"),
        ("1 2", "'2' is not a unit"),
        ("m^2 2", "'2' is not a unit"),
        ("m^(1/0)", "divides by zero"),
        ("L^(1/2)", "needs a unit of scale 1"),
        ("kind", "'kind' is not a unit"),
        ("kkg", "'kkg' is not a unit"),
        ("kbar", "'kbar' is not a unit"),
        ("mh", "'mh' is not a unit"),
        ("D", "'D' is not a unit"),
        ("ккг", "'к' has no place"),
        ("m × s", "'×' has no place"),
        ("(" * 50, "nested too deep"),
        ("m" * 100, "at most 60 characters"),
        ("per s", "'per' is not a unit"),
        ("m per", "incomplete"),
        ("cubic", "incomplete"),
        ("cubic cubic m", "'cubic' is not a unit"),
        ("square (m)", "'\\(' is not a unit"),
        ("kilo", "'kilo' is not a unit"),
        ("kilokilogram", "'kilokilogram' is not a unit"),
        ("squared m", "'squared' is not a unit"),
        ("m^2 squared", "'squared' is not a unit"),
    ],
)
def test_what_is_no_unit_is_refused_with_a_reason(text, message):
    with pytest.raises(UnitError, match=message):
        parse_unit(text)
    assert not is_unit(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (f"m^{MAX_EXPONENT}", True),
        (f"m^-{MAX_EXPONENT}", True),
        (f"m^{MAX_EXPONENT + 1}", False),
        ("m^(1/12)", True),
        ("m^(1/13)", False),
        ("m^02", True),
        ("m^002", False),
        ("(" * MAX_NESTING + "m" + ")" * MAX_NESTING, True),
        ("(" * (MAX_NESTING + 1) + "m" + ")" * (MAX_NESTING + 1), False),
        ("m" + " " * (MAX_UNIT_LENGTH - 1), True),
        ("m" + " " * MAX_UNIT_LENGTH, False),
    ],
)
def test_units_are_bounded(text, unit):
    assert is_unit(text) == unit


NAMES = st.sampled_from(["m", "kg", "s", "A", "mol", "N", "V", "uM", "cm", "day", "bar", "%", "ind"])


@given(NAMES, NAMES, st.integers(-6, 6))
def test_products_quotients_and_powers_are_those_of_the_units(first, second, power):
    one, other = parse_unit(first), parse_unit(second)
    assert parse_unit(f"{first}*{second}") == parse_unit(f"{second} {first}") == one * other
    assert parse_unit(f"{first}/{second}/{first}") == parse_unit(f"{first}/({second}*{first})") == ONE / other
    assert one * other / other == one
    repeated = ONE
    for _ in range(abs(power)):
        repeated = repeated * one if power > 0 else repeated / one
    assert parse_unit(f"{first}^{power}") == one.power(Fraction(power)) == repeated


EXPONENTS = st.builds(Fraction, st.integers(-MAX_EXPONENT, MAX_EXPONENT), st.integers(1, MAX_EXPONENT))


@given(st.dictionaries(st.sampled_from(BASE_UNITS), EXPONENTS, max_size=4))
def test_a_dimension_is_written_as_a_unit_of_it(exponents):
    dimension = Dimension(tuple(exponents.get(name, Fraction(0)) for name in BASE_UNITS))
    assert parse_unit(str(dimension)).dimension == dimension
    assert dimension.dimensionless == (dimension == DIMENSIONLESS) == (str(dimension) == "1")
    assert (dimension ** Fraction(1, 2)) * (dimension ** Fraction(1, 2)) == dimension
    assert (dimension / dimension).dimensionless


@given(st.text("mkgsLM1290 %^*/.()-per", max_size=MAX_UNIT_LENGTH + 5))
def test_any_text_is_a_unit_or_refused(text):
    try:
        unit = parse_unit(text)
    except UnitError:
        return
    assert unit.scale > 0


def test_brackets_side_by_side_are_not_deep():
    assert parse_unit("*".join(["(m)"] * 12)) == parse_unit("m^12")
