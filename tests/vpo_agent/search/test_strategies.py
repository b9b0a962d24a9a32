"""Strategies by name, with their settings."""

import pytest

from vpo_agent.search import EvolutionSearch, RefinementSearch, SamplingSearch
from vpo_agent.search.strategies import STRATEGIES, make_strategy


@pytest.mark.parametrize(
    ("name", "settings", "made"),
    [
        ("sampling", None, SamplingSearch()),
        ("sampling", {}, SamplingSearch()),
        ("refinement", {"turns": 3}, RefinementSearch(3)),
        ("evolution", {"population": 8, "fresh": 0.5}, EvolutionSearch(population=8, fresh=0.5)),
    ],
)
def test_a_name_makes_its_strategy(name, settings, made):
    assert make_strategy(name, settings) == made
    assert made.name == name in STRATEGIES


def test_a_strategy_is_taken_as_it_is():
    made = RefinementSearch(5)
    assert make_strategy(made) is made


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(
        ValueError, match="strategy='magic' is not one of sampling, refinement, evolution, openevolve"
    ):
        make_strategy("magic")


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"rounds": 3}, TypeError, "strategy='refinement': unknown setting 'rounds'; there are turns"),
        ({"turns": 3, "turn": 3}, TypeError, "unknown setting 'turn'; did you mean 'turns'"),
        ({"turns": 1}, ValueError, "turns=1 must be an integer of at least 2"),
    ],
)
def test_a_wrong_setting_is_named(settings, error, message):
    with pytest.raises(error, match=message):
        make_strategy("refinement", settings)


def test_a_strategy_without_settings_has_none_to_name():
    with pytest.raises(TypeError, match="strategy='sampling': unknown setting 'turns'; there are none"):
        make_strategy("sampling", {"turns": 2})
