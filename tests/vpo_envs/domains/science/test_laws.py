"""The families of laws: units, symbols, and enough of every field."""

from fractions import Fraction

import numpy as np
import pytest

from vpo_envs.domains.science.dimensions import dimension_of
from vpo_envs.domains.science.domain import FAMILIES
from vpo_envs.domains.science.expression import evaluate, to_text
from vpo_envs.domains.science.laws import with_coefficients
from vpo_envs.domains.science.units import parse_unit


def test_there_are_enough_families_of_every_field():
    assert len(FAMILIES) >= 20
    assert {family.field for family in FAMILIES.values()} == {"physics", "chemistry", "biology"}
    assert all(name == family.name and " " not in name for name, family in FAMILIES.items())


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_laws_are_homogeneous_and_their_units_coherent(family):
    """Numbers put in as printed give the printed unit: converting to SI first changes nothing."""
    rng = np.random.default_rng(0)
    own = {symbol: float(rng.uniform(0.5, 2)) for symbol in family.quantities}
    scales = {symbol: float(parse_unit(q.unit).scale) for symbol, q in family.quantities.items()}
    si = {symbol: own[symbol] * scales[symbol] for symbol in own}
    output = parse_unit(family.output.unit)
    for template in family.limits:
        law = with_coefficients(template, Fraction(13, 10), Fraction(1, 2))
        assert dimension_of(law, family.dimensions) == output.dimension, to_text(law)
        converted = float(evaluate(law, si)) / float(output.scale)
        assert float(evaluate(law, own)) == pytest.approx(converted, rel=1e-9), to_text(law)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_symbols_are_unambiguous(family):
    symbols = [*family.quantities, family.output.symbol]
    assert len(set(symbols)) == len(symbols)
    assert not {"a", "b", "pi"} & set(symbols)
    # In `t = 3 h` the unit must not be the name of a constant.
    assert not {part.quantity.unit for part in family.inputs} & {c.quantity.symbol for c in family.constants}
    assert len(set(family.laws)) == len(family.laws) >= 5
    assert len(family.hidden_laws) >= 2
