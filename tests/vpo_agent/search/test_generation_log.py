"""The log of generations: what it keeps, and up to where a damaged one is read."""

import json

import pytest

from vpo_agent.common.lock import InUseError
from vpo_agent.search.generation_log import GenerationLog

SEARCH = {"seed": 3, "budget": 8}
GENERATIONS = [{"answers": [f"a{i}"], "rewards": [[i / 8]]} for i in range(4)]


@pytest.fixture
def log(tmp_path):
    written = GenerationLog(tmp_path, SEARCH)
    for generation in GENERATIONS:
        written.append(generation)
    return written


def test_generations_are_read_as_they_were_written(log, tmp_path):
    again = GenerationLog(tmp_path, SEARCH)
    assert (log.length, again.length) == (4, 0)
    assert again.read() == GENERATIONS and again.length == 4
    again.append({"answers": ["new"]})
    assert GenerationLog(tmp_path, SEARCH).read() == [*GENERATIONS, {"answers": ["new"]}]


def test_every_search_has_a_folder_and_a_note_of_its_own(log, tmp_path):
    assert json.loads((log.folder / "search.json").read_text()) == SEARCH
    assert sorted(file.name for file in log.folder.glob("gen*")) == [
        f"generation-0000{i}.json" for i in range(4)
    ]
    assert GenerationLog(tmp_path, dict(reversed(SEARCH.items()))).folder == log.folder
    other = GenerationLog(tmp_path, {**SEARCH, "seed": 4})
    assert other.folder != log.folder and other.read() == []
    assert len(list(tmp_path.iterdir())) == 2 and len(log.folder.name) == 12


def overwrite(text):
    return lambda content: text


@pytest.mark.parametrize(
    "damage",
    [
        overwrite("{"),
        overwrite("[]"),
        overwrite("[" * 100_000),
        lambda content: content.replace("0.25", "0.75"),
        lambda content: content[: len(content) // 2],
    ],
    ids=["half", "list", "deep", "digit", "cut"],
)
def test_a_damaged_generation_and_those_made_from_it_are_forgotten(log, tmp_path, damage):
    file = log.folder / "generation-00002.json"
    assert "0.25" in file.read_text()
    file.write_text(damage(file.read_text()))
    again = GenerationLog(tmp_path, SEARCH)
    with pytest.warns(UserWarning, match=r"generation-00002\.json is damaged.* later ones are sampled again"):
        assert again.read() == GENERATIONS[:2]
    assert again.length == 2
    assert sorted(file.name for file in log.folder.glob("gen*")) == [
        f"generation-0000{i}.json" for i in range(2)
    ]
    again.append(GENERATIONS[2])
    assert GenerationLog(tmp_path, SEARCH).read() == GENERATIONS[:3]


def test_a_missing_generation_ends_what_is_read(log, tmp_path):
    (log.folder / "generation-00001.json").unlink()
    assert GenerationLog(tmp_path, SEARCH).read() == GENERATIONS[:1]


def test_without_a_folder_nothing_is_kept_and_generations_are_counted():
    log = GenerationLog(None, SEARCH)
    with log.locked():
        log.append(GENERATIONS[0])
        log.append(GENERATIONS[1])
    assert (log.folder, log.length) == (None, 2)
    assert log.read() == [] and log.length == 0


def test_one_writer_at_a_time(log, tmp_path):
    again = GenerationLog(tmp_path, SEARCH)
    with log.locked(), pytest.raises(InUseError, match="is in use by process"), again.locked():
        pass
    with again.locked(), GenerationLog(tmp_path, {**SEARCH, "seed": 4}).locked():
        pass  # other searches in the folder go on beside this one


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot be written"):
        GenerationLog(tmp_path / "file", SEARCH)
