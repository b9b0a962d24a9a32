"""The file of an unlock experiment: what it tells, and what it refuses."""

import json

import numpy as np
import pytest

from baselines.unlock import UnlockFile, load
from baselines.unlock.experiment import UNLOCK
from tests.baselines.unlock.by_hand import file
from vpo_agent.common.integrity import seal


def test_answers_until_solved_are_listed_by_seed_and_task():
    results = UnlockFile.model_validate(file())
    inf = np.inf
    assert results.labels == ["A", "B"] and results.budget == 100
    assert results.solved_at("A").tolist() == [[1, 40, inf], [inf, 100, inf]]
    assert results.solved_at("B").tolist() == [[50, inf, inf], [10, inf, inf]]


def test_tasks_that_one_agent_alone_solves():
    results = UnlockFile.model_validate(file())
    assert results.ever("A") == ["test/2", "test/5"] and results.ever("B") == ["test/2"]
    assert results.only("A") == ["test/5"] and results.only("B") == []


def test_a_task_that_two_of_three_agents_solve_is_nobody_s_alone():
    runs = [
        {"label": label, "seed": 0, "solved_at": solved, "tokens": 0}
        for label, solved in (("C", [5, None, 1]), ("A", [5, 5, None]), ("B", [None, 5, None]))
    ]
    results = UnlockFile.model_validate(file(runs=runs))
    assert results.labels == ["C", "A", "B"]
    assert [results.only(label) for label in "ABC"] == [[], [], ["test/7"]]
    assert results.ever("A") == ["test/2", "test/5"]


def screening(length=9):
    ends = {"A": [1, None, 4], "B": [None, 2, None]}
    return [{**run, "solved_at": (ends[run["label"]] * 3)[:length]} for run in file()["runs"]]


def test_the_screening_is_of_all_tasks():
    results = UnlockFile.model_validate(file(screening=screening()))
    assert results.screened_at("B").tolist() == [[np.inf, 2, np.inf] * 3] * 2
    assert UnlockFile.model_validate(file()).screening == []


def test_some_agents_may_have_screened_alone():
    experiment = {**file()["experiment"], "screen_with": ["Start"]}
    start = [{"label": "Start", "seed": seed, "solved_at": [None] * 9, "tokens": 1} for seed in (0, 1)]
    results = UnlockFile.model_validate(file(experiment=experiment, screening=start))
    assert results.screeners == ["Start"] and results.labels == ["A", "B"]
    assert results.screened_at("Start").shape == (2, 9)
    for wrong in (start[:1], screening(), [*start, screening()[0]]):
        with pytest.raises(ValueError, match="the screening is not of the same runs and tasks"):
            UnlockFile.model_validate(file(experiment=experiment, screening=wrong))


@pytest.mark.parametrize(("hard", "unsolved", "screened"), [(3, 3, 3), (3, 3, 9), (3, 9, 9)])
def test_hard_tasks_may_be_all_unsolved_or_all_screened_ones(hard, unsolved, screened):
    assert len(UnlockFile.model_validate(file(unsolved=unsolved, screened=screened)).hard) == hard


def run(**changes):
    return [{**file()["runs"][0], **changes}, *file()["runs"][1:]]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema_version": 2}, "schema_version=2, and this version reads 1"),
        ({"hard": ["test/2"]}, "do not share seeds and tasks"),
        ({"unsolved": 2}, "3 hard of 2 unsolved of 9 tasks"),
        ({"runs": file()["runs"][:3]}, "do not share seeds and tasks"),
        ({"runs": []}, "runs"),
        ({"surprise": 1}, "surprise"),
        ({"screening": file()["runs"]}, "the screening is not of the same runs and tasks"),
    ],
)
def test_files_of_other_shapes_are_refused(tmp_path, changes, message):
    path = tmp_path / UNLOCK
    path.write_text(json.dumps(file(**changes)))
    with pytest.raises(ValueError, match=message):
        load(path)
    path.write_text("{")
    with pytest.raises(ValueError, match="is not the file of an unlock experiment"):
        load(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema_version": None}, "schema_version=None, and this version reads 1"),
        ({"unsolved": 10}, "3 hard of 10 unsolved of 9 tasks"),
        ({"hard": []}, "hard"),
        ({"runs": run(seed=5)}, "the runs do not share seeds and tasks"),
        ({"runs": run(solved_at=[1, 2])}, "the runs do not share seeds and tasks"),
        ({"runs": run(solved_at=[0, 2, 3])}, "greater than or equal to 1"),
        ({"runs": run(tokens=-1)}, "greater than or equal to 0"),
        ({"screening": screening(8)}, "the screening is not of the same runs and tasks"),
        ({"screening": screening()[1:]}, "the screening is not of the same runs and tasks"),
        ({"screening": screening()[::-1]}, "the screening is not of the same runs and tasks"),
    ],
)
def test_what_does_not_fit_together_is_named(tmp_path, changes, message):
    path = tmp_path / UNLOCK
    path.write_text(json.dumps(file(**changes)))
    with pytest.raises(ValueError, match=rf"(?s)unlock\.json is not the file of an unlock.*{message}"):
        load(path)


def test_a_file_is_read_with_its_checksum_or_without_one(tmp_path):
    path = tmp_path / UNLOCK
    path.write_text(json.dumps(seal(file())))
    assert load(path) == UnlockFile.model_validate(file())
    path.write_text(path.read_text().replace('"tokens": 7', '"tokens": 6'))
    with pytest.raises(
        ValueError, match="is damaged: its SHA-256 .* give the command that made it once more"
    ):
        load(path)
    path.write_text(json.dumps(file()))
    assert load(path).runs[0].tokens == 7
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.json")
