"""Masked chains from invented worlds, read back from the prose of their records."""

from collections import defaultdict

import numpy as np
import pytest

from vpo_envs.domains.entity_chain.chain import Chain
from vpo_envs.domains.entity_chain.generate import sample_chain
from vpo_envs.domains.worlds.schema import RELATIONS


def readings(chain: Chain) -> list[tuple[str, str, str]]:
    """All facts of the records, as (subject, relation, object), read back from the prose."""
    facts = []
    for record in chain.records:
        subject = record.partition(" is a")[0]
        for text in record.split(". ")[1:]:
            for relation in RELATIONS:
                for sentence in relation.sentences:
                    before, after = sentence.replace("{s}", subject).split("{o}")
                    text = text.rstrip(".")
                    if text.startswith(before) and text.endswith(after.rstrip(".")):
                        end = len(text) - len(after.rstrip("."))
                        facts.append((subject, relation.name, text[len(before) : end]))
    return facts


def constraints(chain: Chain) -> list[tuple[str, str, str]]:
    """The story's facts with masks in place, as (subject, relation, object)."""
    facts = []
    for text in chain.narrative:
        for relation in RELATIONS:
            for sentence in relation.sentences:
                for mask in chain.masks:
                    before, after = sentence.replace("{s}", mask).split("{o}")
                    if text.startswith(before) and text.endswith(after) and before + after != text:
                        facts.append((mask, relation.name, text[len(before) : len(text) - len(after)]))
    return facts


@pytest.mark.parametrize("decoys", [0, 1, 2, 3])
def test_the_records_fit_exactly_one_reading_of_the_story(decoys):
    """Works backwards over the written prose; every step has a single fitting entity."""
    for seed in range(8):
        chain = sample_chain(np.random.default_rng(seed), 5, decoys, 4, 3, 0, None)
        known = defaultdict(set)
        for subject, relation, object in readings(chain):
            known[relation, object].add(subject)
        resolved: dict[str, str] = {}
        links = constraints(chain)
        assert len(links) == (10 if decoys else 5)
        for mask, truth in reversed(list(zip(chain.masks, chain.entities))):
            own = [(relation, resolved.get(object, object)) for m, relation, object in links if m == mask]
            candidates = [known[fact] for fact in own]
            assert set.intersection(*candidates) == {truth}
            if decoys >= 2:
                assert min(map(len, candidates)) > 1, "neither the link nor the clue is enough alone"
            resolved[mask] = truth


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_depth_and_numbers_of_records(depth):
    chain = sample_chain(np.random.default_rng(0), depth, 2, 4, 3, 0, None)
    assert len(chain.entities) == len(chain.masks) == depth
    assert len(chain.records) == depth * 3 + 4
    for step in chain.steps:
        link = [told for told in chain.told if told.key == step.key]
        assert step in link and len(link) > 1, "a decoy fits the link as well"


def test_echoes_lengthen_records_and_state_no_fact():
    plain, long = (sample_chain(np.random.default_rng(0), 5, 2, 4, 3, echoes, None) for echoes in (0, 3))
    assert [len(text.split(". ")) + 3 for text in plain.records] == [len(t.split(". ")) for t in long.records]
    assert len(readings(long)) == len(readings(plain)) == len(long.told)


@pytest.mark.parametrize("decoys", [2, 3, 4])
def test_clues_alone_lead_along_a_false_chain(decoys):
    """An entity that fits only the clue is linked to one that fits only the next clue."""
    for seed in range(8):
        chain = sample_chain(np.random.default_rng(seed), 4, decoys, 0, 2, 0, None)
        known, linked = defaultdict(set), {}
        for subject, relation, object in readings(chain):
            known[relation, object].add(subject)
            linked[subject, relation] = object
        story = constraints(chain)
        false: list[set[str]] = []
        for mask, truth in zip(chain.masks, chain.entities):
            (clue,) = [(r, o) for m, r, o in story if m == mask and o in _named(chain)]
            false.append(known[clue] - {truth})
            assert len(false[-1]) == decoys // 2
        links = [
            next(r for m, r, o in story if m == mask and o == after)
            for mask, after in zip(chain.masks, chain.masks[1:])
        ]
        for layer, relation in enumerate(links):
            assert {linked[name, relation] for name in false[layer]} <= false[layer + 1]


def _named(chain: Chain) -> set[str]:
    """Objects of the story that are no masks, without the end of the chain."""
    return {object for _, _, object in constraints(chain)} - {*chain.masks, chain.steps[0].key}


def test_decoys_fit_link_or_clue_in_turns():
    for decoys, (fit_link, fit_clue) in ((1, (1, 0)), (2, (1, 1)), (3, (2, 1)), (4, (2, 2))):
        chain = sample_chain(np.random.default_rng(0), 1, decoys, 0, 2, 0, None)
        (truth,) = chain.entities
        known = defaultdict(set)
        for subject, relation, object in readings(chain):
            known[relation, object].add(subject)
        facts = {object: known[relation, object] - {truth} for _, relation, object in constraints(chain)}
        assert len(facts.pop(chain.steps[0].key)) == fit_link
        assert [len(others) for others in facts.values()] == [fit_clue]
        assert len(chain.records) == 1 + decoys


def test_steps_back_say_where_their_facts_stand():
    chain = sample_chain(np.random.default_rng(3), 5, 1, 3, 2, 0, None)
    assert set(chain.steps) <= set(chain.told) and len(chain.steps) == 5
    for step, before in zip(chain.steps[1:], chain.steps):
        assert step.key == before.value
    for step in chain.told:
        record = chain.records[step.number - 1]
        assert record.startswith(f"{step.value} is a") and step.key in record
    assert len(chain.told) == len(readings(chain)) == 2 * len(chain.records)
    assert chain.compact == "" and not any(step.value in chain.narrative for step in chain.told)


def test_the_story_names_what_is_known_and_masks_by_kind_and_letter():
    plain = sample_chain(np.random.default_rng(0), 3, 0, 0, 1, 0, None)
    assert len(plain.narrative) == 3 and plain.steps[0].key in plain.narrative[-1]
    for sentence, (one, other) in zip(plain.narrative, zip(plain.masks, plain.masks[1:])):
        assert one in sentence and other in sentence
    kinds = {record.partition(" is a")[0]: record.split(".")[0].split()[-1] for record in plain.records}
    for mask, letter, name in zip(plain.masks, "ABC", plain.entities):
        assert mask == f"{kinds[name].title()} {letter}"


def test_the_compact_form_by_its_grammar():
    """`object: number subject relation` for every fact, then letters with clues and links, then the end."""
    for decoys in (0, 1):
        chain = sample_chain(np.random.default_rng(0), 2, decoys, 2, 1 + decoys, 0, 40)
        facts, _, asked = chain.compact.partition(" ? ")
        words, names = facts.split(), {relation.name for relation in RELATIONS}
        quadruples = list(zip(words[::4], words[1::4], words[2::4], words[3::4]))
        assert [(o.rstrip(":"), int(n), s) for o, n, s, _ in quadruples] == [
            (step.key, step.number, step.value) for step in chain.told
        ]
        assert all(relation in names for *_, relation in quadruples)
        told = {(subject, relation): object.rstrip(":") for object, _, subject, relation in quadruples}
        *asked, end = asked.split()
        assert end == chain.steps[0].key and asked[0] == "A" and asked[len(asked) // 2] == "B"
        first, second = chain.entities
        if decoys:
            _, clue, value, link, _, clue_b, value_b, link_b = asked
            assert told[first, clue] == value and told[second, clue_b] == value_b
        else:
            _, link, _, link_b = asked
        assert told[first, link] == second and told[second, link_b] == end
