"""The table of blueprints: well-formed, and no wording fits two tools."""

from collections import Counter

from vpo_envs.domains.tool_use.tools import BLUEPRINTS


def test_blueprints_are_well_formed():
    names = [name for blueprint in BLUEPRINTS for name in {*blueprint.names, *blueprint.topics}]
    assert len(set(names)) == len(names), "a name belongs to one tool"
    for blueprint in BLUEPRINTS:
        keys = [key for slot in blueprint.slots for key in slot.keys]
        assert len(set(keys)) == len(keys), f"{blueprint.names[0]} could have two arguments of one name"
        assert any(slot.required for slot in blueprint.slots)
        for slot in blueprint.slots:
            assert (slot.phrase.count("|") == 1) if slot.kind.type == "boolean" else "{}" in slot.phrase
            assert all(str(word).isalnum() for word in slot.kind.words)
    assert all(blueprint.clauses[0] != blueprint.clauses[1] for blueprint in BLUEPRINTS)


def test_there_are_thirty_tools_in_areas_of_like_ones():
    areas = Counter(blueprint.area for blueprint in BLUEPRINTS)
    assert (len(BLUEPRINTS), len(areas)) == (30, 12)
    assert min(areas.values()) >= 2, "every tool has one that it may be confused with"


def test_every_wording_fits_one_tool():
    clauses = [clause for blueprint in BLUEPRINTS for clause in blueprint.clauses]
    assert not [(a, b) for a in clauses for b in clauses if a is not b and a in b]


def test_every_tool_has_two_names_and_arguments_that_are_described():
    for blueprint in BLUEPRINTS:
        assert len(blueprint.names) == len(set(blueprint.topics)) == 2
        assert blueprint.description.endswith(".")
        for slot in blueprint.slots:
            assert len(slot.keys) == 2 and slot.description[0].isupper()
            assert all(key.replace("_", "a").isalpha() and key.islower() for key in slot.keys)


def test_both_vocabularies_have_an_argument_for_every_tool():
    assert all(any(slot.kind.words for slot in blueprint.slots) for blueprint in BLUEPRINTS)
