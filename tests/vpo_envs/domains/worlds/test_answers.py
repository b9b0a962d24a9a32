"""Comparison of names and of answers: escapes, accents, stops; time on any string."""

import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains.worlds.answers import (
    normalize,
    normalize_entity,
    normalize_paper,
    normalize_typography,
    read_escapes,
    token_f1,
)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Beyonc%C3%A9", "Beyonc\u00e9"),
        ("Beyonce\u0301", "Beyonc\u00e9"),
        ("Holt &amp; Sons", "Holt & Sons"),
        ("100%_Wool", "100%_Wool"),
        ("50%", "50%"),
        ("Ada_Brook", "Ada_Brook"),
    ],
)
def test_escapes_and_accents(name, read):
    assert read_escapes(name) == read


def test_stops_of_other_keyboards_are_punctuation():
    assert normalize_typography("Old Selmor。") == normalize_typography("Old Selmor！") == "old selmor"
    assert normalize_typography("Ｓｅｌｍｏｒ") == "selmor"


@pytest.mark.parametrize(
    "name", ["Holt & Sons", "Holt and Sons", "Holt&Sons", "Holt\uff06Sons", "HOLT AND SONS"]
)
def test_ampersands_are_the_word_and(name):
    assert normalize_entity(name) == "holt and sons"
    assert normalize_typography(name) == "holt sons"


def test_names_have_no_word_in_common_by_their_and():
    assert token_f1("Brook and Dunn", ["Holt & Sons"], normalize_typography) == 0
    assert token_f1("Holt and Dunn", ["Holt & Sons"], normalize_typography) == 1 / 2
    assert normalize("Holt and Sons") == normalize_paper("Holt and Sons") == "holt and sons", "as published"


@pytest.mark.parametrize(
    "unit", ["%C3", "&amp;", "e\u0301", "\u0323\u0301", "。", "e\u0323\u0301\u0323\u0301\u0323"]
)
def test_names_of_any_length_cost_little(unit):
    assert cpu_seconds(lambda: normalize_entity(unit * (100_000 // len(unit)))) < 1.0
