"""EUREQA's published schema: splits as in the paper, rows as chains, and rows that are refused."""

import json
from pathlib import Path

import pytest

from vpo_envs.datasets import RowError
from vpo_envs.domains.entity_chain import EntityChainDomain
from vpo_envs.domains.entity_chain.eureqa import chain_reader, parse_chain, read_chain_rows
from vpo_envs.domains.worlds.trails import Hop

EUREQA = Path(__file__).parents[3] / "data" / "eureqa.json"


def published(folder: Path, normal: int = 4, hard: int = 7) -> Path:
    """A folder laid out like the published set, with rows that can be told apart."""
    row = json.loads(EUREQA.read_text(encoding="utf-8"))[0]
    for name, rows in (("questions_normal_5", normal), ("questions_hard_5", hard), ("questions_hard_1", 2)):
        table = [{**row, "question": [f"{name} {i}"]} for i in range(rows)]
        (folder / f"{name}.json").write_text(json.dumps(table))
    return folder


def test_the_published_splits_are_mixed_as_in_the_paper(tmp_path):
    source = published(tmp_path)
    train = [chain.narrative[0] for chain in EntityChainDomain().read_examples(source, "train")]
    test = [chain.narrative[0] for chain in EntityChainDomain().read_examples(source, "test")]
    assert train[:4] == [f"questions_normal_5 {i}" for i in range(4)]
    assert len(train) == 4 + 3 and len(test) == 4
    assert {*train[4:], *test} == {f"questions_hard_5 {i}" for i in range(7)}
    shallow = EntityChainDomain().read_examples(source / "questions_hard_1.json", "test")
    assert [chain.narrative[0] for chain in shallow] == ["questions_hard_1 0", "questions_hard_1 1"]
    with pytest.raises(ValueError, match=r"has no split 'validation'; it has: test, train"):
        EntityChainDomain().read_examples(source, "validation")


def test_the_halves_are_those_of_the_datasets_package(tmp_path):
    """The authors shuffle with the `datasets` package and seed 0; ours needs only numpy."""
    datasets = pytest.importorskip("datasets")
    rows = EntityChainDomain().read_examples(published(tmp_path, hard=101), "test")
    table = datasets.Dataset.from_list([{"i": i} for i in range(101)]).shuffle(seed=0)
    assert [chain.narrative[0] for chain in rows] == [f"questions_hard_5 {i}" for i in table["i"]][50:]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"question": None}, r"row 4, field 'question': is missing; expected list or str"),
        ({"question": 3}, r"row 4, field 'question': must be list or str, not int"),
        ({"question": ["a", 1]}, r"row 4, field 'question\[1\]': must be str, not int"),
        ({"entities": "Ada"}, r"row 4, field 'entities': must be list, not str"),
        ({"entities": ["Ada", ""]}, r"row 4, field 'entities\[1\]': '' is empty once normalised"),
        ({"entities": ["Ada"]}, r"row 4, field 'entities': has 1 names"),
        ({"entity_masks": ["Person A"]}, r"row 4, field 'entity_masks': has 1 masks for 5 masked entities"),
        ({"entity_masks": [None] * 6}, r"row 4, field 'entity_masks\[0\]': must be str, not NoneType"),
    ],
)
def test_a_wrong_schema_names_row_and_field(change, message):
    row = json.loads(EUREQA.read_text(encoding="utf-8"))[0]
    with pytest.raises(RowError, match=message):
        parse_chain({**row, **change}, 4)


def test_a_story_may_be_one_text():
    row = json.loads(EUREQA.read_text(encoding="utf-8"))[0]
    assert parse_chain({**row, "question": "All in one."}, 0).narrative == ("All in one.",)


def row(entities: list[str], masks: int) -> dict:
    return {
        "question": ["A story."],
        "entities": entities,
        "entity_masks": [f"Thing {i}" for i in range(masks)],
    }


def test_a_row_by_hand():
    """The last entity is named; steps lead back from it to the first."""
    chain = parse_chain(row(["Ada", "Ben", "Cal"], 3), 0)
    assert chain.narrative == ("A story.",) and chain.masks == ("Thing 0", "Thing 1")
    assert chain.steps == (Hop("Cal", 1, "Ben"), Hop("Ben", 2, "Ada"))
    assert chain.entities == ("Ada", "Ben") and (chain.records, chain.compact) == ((), "")
    assert chain.told == (*chain.steps, Hop("Cal", 1, "unknown"), Hop("Ben", 2, "unknown"))


@pytest.mark.parametrize(
    ("entities", "masks", "depth"),
    [("BC", 1, 1), ("BCD", 2, 2), ("BCDEFG", 5, 5), ("BCDEFG", 6, 5), ("BCDEFGH", 6, 5)],
)
def test_at_most_five_entities_are_masked_and_the_next_one_is_named(entities, masks, depth):
    chain = parse_chain(row(list(entities), masks), 0)
    assert chain.entities == tuple(entities[:depth]) and len(chain.masks) == depth
    assert chain.steps[0] == Hop(entities[depth], 1, entities[depth - 1])


def test_one_mask_too_few_is_refused():
    with pytest.raises(RowError, match=r"row 2, field 'entity_masks': has 1 masks for 2 masked entities"):
        parse_chain(row(list("BCD"), 1), 2)


def test_only_deep_chains_are_read_where_a_depth_is_asked_for():
    deep, shallow = row(list("BCDEFG"), 6), row(list("BCDEF"), 5)
    assert chain_reader(5)(deep, 0) == parse_chain(deep, 0)
    assert chain_reader(None)(shallow, 0) == chain_reader(4)(shallow, 0) == parse_chain(shallow, 0)
    with pytest.raises(RowError, match=r"row 7, field 'entities': has 4 masked ones; paper=True needs 5"):
        chain_reader(5)(shallow, 7)


def test_the_two_files_of_depth_five_are_enough(tmp_path):
    source = published(tmp_path)
    (source / "questions_hard_1.json").unlink()
    assert [len(read_chain_rows(source, split)) for split in ("train", "test")] == [4 + 3, 4]


def test_files_beside_the_published_ones_are_read_as_they_are_split(tmp_path):
    source = published(tmp_path)
    for name in ("questions_normal_5", "questions_hard_5"):
        other = tmp_path / name
        other.mkdir()
        (other / "train.json").write_text((tmp_path / f"{name}.json").read_text())
        assert read_chain_rows(other, "train") == json.loads((source / f"{name}.json").read_text())
