"""CodeTests: knobs, fronts, splits, drawing."""

import copy
import pickle

import gymnasium as gym
import numpy as np
import pytest

from tests.vpo_envs.blind import constant_share, set_share
from tests.vpo_envs.domains.code_tests.by_hand import HALVES
from vpo_envs.domains.code_tests import CodeTestsDomain
from vpo_envs.metrics import pareto_mask
from vpo_envs.splits import SPLITS

DOMAIN = CodeTestsDomain()


def test_knobs():
    domain = CodeTestsDomain(families=["add_bonus"], problems=1, tests=3, program_share=0)
    task = domain.task("train", 0)
    assert len(task.truth.tests) == 3 and task.truth.budget is None
    assert domain.score(task, domain.best_answers(task)[0]) == [1] * 16
    assert domain.score(task, "def add_bonus(values): return -1") == [0] * 16
    shares = [DOMAIN.task("train", i).truth.functions == () for i in range(60)]
    assert 15 < sum(shares) < 45
    assert CodeTestsDomain(paper=True).task("test", 0).truth.budget is None
    for arguments, message in (
        ({"tests": 17}, r"tests=17 must lie between 4 and 16"),
        ({"tests": 3}, r"tests=3 must lie between 4 and 16"),
        ({"problems": 7}, r"problems=7 must lie between 1 and 6"),
        ({"problems": 2, "families": ["life"]}, r"problems=2 must lie between 1 and 1"),
        ({"affordable": 4}, r"affordable=4 must lie between 1 and 3"),
        ({"program_share": 1.5}, r"program_share=1.5 must lie between 0 and 1"),
        ({"program_share": float("nan")}, r"program_share=nan"),
        ({"families": ["nope"]}, r"families=\['nope'\] must be one or more of add_bonus"),
        ({"answer_style": "terse"}, r"answer_style='terse' is not one of full, compact"),
        ({"checker": "mild"}, r"checker='mild' is not one of exact, official, paper"),
        ({"cutoff": "May 1"}, r"cutoff='May 1' must be a date as YYYY-MM-DD"),
        ({"paper": True, "checker": "exact"}, r"paper=True sets both"),
        ({"fuel": 0}, r"fuel=0 must lie between 1 and"),
    ):
        with pytest.raises(ValueError, match=message):
            CodeTestsDomain(**arguments)
    with pytest.raises(TypeError, match="tests='all' must be an integer"):
        CodeTestsDomain(tests="all")


IDS = ["vpo/CodeTestsEasy-v0", "vpo/CodeTests-v0", "vpo/CodeTestsHard-v0", "vpo/CodeTestsSmall-v0"]


@pytest.mark.parametrize("id", IDS)
def test_fronts_have_three_points_and_no_answer_is_best_for_all(id):
    domain = gym.make(id).unwrapped.domain
    tasks = [domain.task("test", index) for index in range(25)]
    fronts = [domain.pareto_front(task) for task in tasks]
    assert np.mean([len(front) >= 3 for front in fronts]) >= 0.8
    assert not any(front.all(axis=1).any() for front in fronts), "everything together is too long"
    assert all(pareto_mask(front).all() for front in fronts)


@pytest.mark.parametrize("id", IDS)
def test_best_answers_attain_the_front_in_the_sandbox(id):
    domain = gym.make(id).unwrapped.domain
    tasks = [domain.task("test", index) for index in range(3)]
    for task in tasks:
        answers = domain.best_answers(task)
        rewards = domain.score_batch([task] * len(answers), answers)
        np.testing.assert_array_equal(
            np.unique(rewards, axis=0), np.unique(domain.pareto_front(task), axis=0)
        )


@pytest.mark.parametrize("id", IDS)
def test_blind_answers_earn_little(id):
    domain = gym.make(id).unwrapped.domain
    tasks = [domain.task("test", index) for index in range(8)]
    names = [family.name for family in domain.families]
    texts = [
        form.format(names=" = ".join(names), value=value)
        for value in ("0", "1", "-1", "[]", "''", "5", "{}[0]".format("a"), "len(a[0])", "sum(a[0])", "10")
        for form in ("{names} = lambda *a: {value}", "a = [*open(0)]\nprint({value})")
    ]
    texts += ["\n".join(f"def {name}(*a): return 0" for name in names), "print(0)", "input()\nprint(input())"]
    assert constant_share(domain, tasks, texts) <= 0.15
    assert set_share(domain, tasks, texts) <= 0.3
    best = np.mean([domain.pareto_front(task).mean(axis=1).max() for task in tasks])
    assert domain.score_batch(tasks, [task.prompt for task in tasks]).mean() <= 0.1 * best


def test_problems_of_the_splits_never_meet():
    domain = CodeTestsDomain()
    seen = {
        split: {
            (problem.family.name, *problem.parameters.values())
            for index in range(150)
            for problem in domain.task(split, index).truth.generated.problems
        }
        for split in SPLITS
    }
    assert all(len(settings) > 300 for settings in seen.values())
    assert seen["train"].isdisjoint(seen["test"] | seen["validation"])
    assert seen["test"].isdisjoint(seen["validation"])


def test_drawing_shows_what_each_answer_passes_and_what_the_pool_does():
    task = DOMAIN.make_task(HALVES)
    answers = ["def half(n): return n / 2", "def half(n): return -2"]
    drawn = DOMAIN.render(task, answers, DOMAIN.score_batch([task] * 2, answers), "ansi")
    assert "Candidate 1   ##..\nCandidate 2   ...#\nPool          ##.#\n" in drawn
    assert DOMAIN.render(task, [], np.zeros((0, 16), np.float32), "ansi").startswith("Halve.")


@pytest.mark.parametrize("copied", [lambda task: pickle.loads(pickle.dumps(task)), copy.deepcopy])
def test_tasks_can_be_sent_elsewhere(copied):
    task = DOMAIN.task("test", 1)
    sent = copied(task)
    assert sent.prompt == task.prompt and sent.truth.tests == task.truth.tests
    assert DOMAIN.score(sent, DOMAIN.best_answers(task)[0]) == DOMAIN.score(
        task, DOMAIN.best_answers(task)[0]
    )
