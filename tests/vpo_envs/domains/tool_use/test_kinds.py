"""Values that requests name: their ranges, their forms, and the ways to say them."""

import datetime
import pickle
import re

import numpy as np
import pytest

from vpo_envs.domains.tool_use import kinds
from vpo_envs.domains.tool_use.kinds import Kind, pick
from vpo_envs.domains.tool_use.words import CURRENCIES, INGREDIENTS

ALL = {name: kind for name, kind in vars(kinds).items() if isinstance(kind, Kind)}
TYPES = {"string": str, "integer": int, "number": float, "boolean": bool, "array": list}


def drawn(kind: Kind, count: int = 2000) -> list[tuple]:
    rng = np.random.default_rng(0)
    return [kind.draw(rng) for _ in range(count)]


def test_items_are_picked_uniformly_and_stay_what_they_are():
    rng = np.random.default_rng(0)
    items = ("a", 1, None)
    counts = [sum(pick(rng, items) is item for _ in range(600)) for item in items]
    assert min(counts) > 150


@pytest.mark.parametrize("name", ALL)
def test_values_are_of_their_type_and_can_be_drawn_again(name):
    kind = ALL[name]
    values = drawn(kind, 50)
    assert all(type(value) is TYPES[kind.type] and spoken for value, spoken in values)
    assert values == drawn(kind, 50) == drawn(pickle.loads(pickle.dumps(kind)), 50)


@pytest.mark.parametrize("name", [name for name, kind in ALL.items() if kind.words])
def test_words_of_the_closed_vocabulary_are_said_as_they_are_written(name):
    kind, rng = ALL[name], np.random.default_rng(0)
    values = [kind.draw_word(rng) for _ in range(200)]
    assert {value for value, _ in values} == set(kind.words)
    assert all(spoken == str(value) and spoken.isalnum() for value, spoken in values)
    assert all(isinstance(word, str) == (kind.type == "string") for word in kind.words)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (kinds.COUNT, range(2, 13)),
        (kinds.MINUTES, range(10, 181, 5)),
        (kinds.PERCENT, range(5, 101, 5)),
        (kinds.YEAR, range(1950, 2026)),
    ],
)
def test_whole_numbers(kind, values):
    assert {value for value, _ in drawn(kind)} == set(values)
    assert all(spoken == str(value) for value, spoken in drawn(kind, 20))
    assert set(kind.words) <= set(values)


@pytest.mark.parametrize(
    ("kind", "low", "high", "places"), [(kinds.AMOUNT, 5, 900, 2), (kinds.DEGREES, 15, 26, 1)]
)
def test_decimals_reach_their_bounds_and_are_said_with_all_their_places(kind, low, high, places):
    values = drawn(kind, 8000)
    numbers = [value for value, _ in values]
    span = (high - low) / 500
    assert low <= min(numbers) < low + span and high - span < max(numbers) <= high
    assert all(float(spoken) == value for value, spoken in values)
    assert {len(spoken.partition(".")[2]) for _, spoken in values} == {places}
    assert all(low <= word <= high for word in kind.words)


def test_dates():
    values = drawn(kinds.DATE)
    days = [datetime.date.fromisoformat(value) for value, _ in values]
    assert {day.year for day in days} == {2026, 2027, 2028}
    assert {day.month for day in days} == set(range(1, 13))
    assert {day.day for day in days} == set(range(1, 29))
    assert all(spoken == f"{day.day} {day:%B} {day.year}" for day, (_, spoken) in zip(days, values))


def test_times_are_said_by_either_clock():
    values = drawn(kinds.TIME)
    assert {int(value[:2]) for value, _ in values} == set(range(24))
    assert {int(value[3:]) for value, _ in values} == set(range(0, 60, 5))
    said = dict(pair for pair in values if pair[0] != pair[1])
    for value, spoken in said.items():
        assert datetime.datetime.strptime(spoken, "%I:%M %p").time() == datetime.time.fromisoformat(value)
        assert not spoken.startswith("0")
    assert 0.4 < sum(value != spoken for value, spoken in values) / len(values) < 0.6


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        (kinds.PARCEL_ID, r"PX-[1-9][0-9]{4}"),
        (kinds.EMAIL, r"[a-z]+\.[a-z]+@(?:example\.org|example\.com|mail\.example|post\.example)"),
        (kinds.PERSON, r"[A-Z][a-z]+ [A-Z][a-z]+"),
        (kinds.TITLE, r"[A-Z][a-z]+ [a-z]+"),
        (kinds.SENTENCE, r"The [a-z]+ [a-z]+ (?:is|has|needs|was|starts|must|can|looks)( [a-z]+)+"),
    ],
)
def test_texts_have_their_form_and_are_said_as_they_are_written(kind, form):
    values = drawn(kind)
    assert all(value == spoken and re.fullmatch(form, value) for value, spoken in values)
    assert len({value for value, _ in values}) > 20


def test_currencies_and_flags():
    assert set(drawn(kinds.CURRENCY)) == set(CURRENCIES)
    flags = drawn(kinds.FLAG)
    assert set(flags) == {(True, "True"), (False, "False")}
    assert 0.4 < sum(value for value, _ in flags) / len(flags) < 0.6


def test_lists_hold_two_or_three_different_values():
    values = drawn(kinds.INGREDIENT_LIST)
    assert {len(value) for value, _ in values} == {2, 3}
    assert all(len(set(value)) == len(value) for value, _ in values)
    assert {item for value, _ in values for item in value} == set(INGREDIENTS)
    two = next(pair for pair in values if len(pair[0]) == 2)
    three = next(pair for pair in values if len(pair[0]) == 3)
    assert two[1] == "{} and {}".format(*two[0])
    assert three[1] == "{}, {} and {}".format(*three[0])
