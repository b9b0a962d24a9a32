"""The problem families: references agree, mistakes show, and no solution is best in everything."""

import copy
import hashlib
import pickle

import numpy as np
import pytest

from vpo_envs.domains.code import CodeDomain
from vpo_envs.domains.code.families import CONTENTS, FAMILIES, FOLDER, SUBJECTS
from vpo_envs.domains.code.family import HIDDEN
from vpo_envs.domains.code.scoring import Scorer
from vpo_envs.metrics import pareto_mask
from vpo_envs.scalarization import spread_weights
from vpo_envs.splits import SPLITS

SEEDS = range(3)


def problems(name):
    return [FAMILIES[name].draw(np.random.default_rng([seed, 11])) for seed in SEEDS]


def run_natively(problem, source, cases):
    """Results of trusted code run here; the sandbox has its own tests."""
    namespace = {}
    exec(source, namespace)
    results = []
    for case in cases:
        arguments = copy.deepcopy(case.arguments)
        try:
            results.append(namespace[problem.family.name](*arguments))
        except Exception as error:
            results.append(error)
        assert arguments == case.arguments, "the solution changes its input"
    return results


@pytest.mark.parametrize("name", FAMILIES)
def test_references_agree_to_the_type_and_mistakes_are_noticed(name):
    for problem in problems(name):
        expected = [repr(case.expected) for case in problem.hidden]
        assert len(expected) == HIDDEN and len(set(expected)) >= 3
        for source in problem.references:
            cases = problem.examples + problem.hidden
            results = run_natively(problem, source, cases)
            assert [repr(result) for result in results] == [repr(case.expected) for case in cases], source
        for source in problem.flawed:
            assert [repr(x) for x in run_natively(problem, source, problem.hidden)] != expected, source


@pytest.mark.parametrize("name", FAMILIES)
def test_the_tables_are_complete(name):
    family = FAMILIES[name]
    assert len(family.references) >= 3 and len(family.edges) >= 4
    for right, wrong in family.slips:
        assert right != wrong and any(right in reference for reference in family.references), right
    for parameter in family.parameters:  # part of the task, and of every solution
        assert f"${parameter}" in family.task
        assert all(f"${parameter}" in reference for reference in family.references), parameter
    assert all(reference.count(f"def {name}(") == 1 for reference in family.references)
    assert sorted(family.growing) == list(family.growing)


def test_problems_are_those_of_the_first_release():
    """A changed digest means that tasks change under the same indices: results no longer compare."""
    digest = hashlib.sha256()
    for name, family in FAMILIES.items():
        parameters = {key: list(values) for key, values in family.parameters.items()}
        texts = family.signature, family.returns, family.task, parameters, family.edges
        digest.update(repr((name, *texts, family.references, family.slips, family.growing)).encode())
        for problem in problems(name):
            drawn = problem.parameters, problem.seed, problem.references, problem.flawed
            cases = problem.examples, problem.hidden, problem.cases([5, 9], 3)
            digest.update(repr((*drawn, *cases)).encode())
    assert digest.hexdigest() == "76292724ca967f2f1832dadaad09cc861065f39ecd9ee1b1264dd5b9e4c2a607"


def test_every_file_is_listed_and_the_guide_names_all_sections():
    listed = {f"{subject}/{name}.md" for subject, names in CONTENTS.items() for name in names.split()}
    assert listed == {str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*.md")}
    guide = (FOLDER / "README.md").read_text("utf-8")
    assert all(f"| {section} |" in guide for section in ("Parameters", "Inputs", "Edge cases", "Sizes"))


@pytest.mark.parametrize("name", FAMILIES)
def test_families_and_problems_pickle(name):
    family = FAMILIES[name]
    sent = pickle.loads(pickle.dumps(family))
    assert sent == family and sent is not family
    problem = problems(name)[0]
    assert pickle.loads(pickle.dumps(problem)).hidden == problem.hidden


def test_there_are_enough_families_and_tasks():
    assert len(FAMILIES) >= 30 and len(SUBJECTS) >= 10
    assert sum(len(families) for families in SUBJECTS.values()) == len(FAMILIES)
    assert sum(family.size for family in FAMILIES.values()) >= 10**6


def test_splits_share_no_problem():
    domain = CodeDomain()
    drawn = [
        [(task.truth.family.name, *task.truth.parameters.values()) for task in tasks]
        for tasks in ([domain.task(split, index) for index in range(300)] for split in SPLITS)
    ]
    keys = [key for split in drawn for key in split]
    # By chance alone: 900 draws among millions of settings, very unequally spread over 51 families.
    assert len(set(keys)) >= len(keys) - 5
    assert len({key[0] for key in drawn[0]}) == len(FAMILIES)


@pytest.fixture(scope="module")
def scored():
    """A problem of each family with the rewards of its references and of its flawed solutions."""
    drawn = [problems(name)[0] for name in FAMILIES]
    pairs = [(problem, source) for problem in drawn for source in problem.references + problem.flawed]
    rewards = iter(Scorer().score(*zip(*pairs)).astype(float))
    return [
        (
            problem,
            *(np.array([next(rewards) for _ in sources]) for sources in (problem.references, problem.flawed)),
        )
        for problem in drawn
    ]


@pytest.fixture(scope="module")
def fronts(scored):
    return [(problem, references) for problem, references, _ in scored]


def test_no_mistake_pays(scored):
    for problem, references, flawed in scored:
        covered = (flawed[:, None] <= references[None] + 1e-6).all(axis=-1).any(axis=1)
        assert covered.all(), (problem, np.array(problem.flawed)[~covered])


def test_every_reference_is_right_in_the_sandbox_and_the_best_of_each_kind_gets_full_marks(fronts):
    for problem, rewards in fronts:
        assert (rewards[:, 0] == 1).all(), problem
        np.testing.assert_allclose(rewards.max(axis=0), 1)
        assert (rewards > 0).all(), "a reference is refused"


def test_fronts_hold_three_points_and_nothing_is_best_for_nearly_everyone(fronts):
    weights = spread_weights(512, 4)
    points = [len(np.unique(rewards[pareto_mask(rewards)], axis=0)) for _, rewards in fronts]
    assert np.mean(np.array(points) >= 3) >= 0.9
    for problem, rewards in fronts:
        best = (weights @ rewards.T).argmax(axis=1)
        assert np.bincount(best).max() / len(weights) <= 0.8, problem


def test_objectives_spread(fronts):
    spread = np.array([rewards.max(axis=0) - rewards.min(axis=0) for _, rewards in fronts])
    assert (spread[:, 1:].mean(axis=0) > 0.3).all()
    for first in range(1, 4):
        for second in range(first + 1, 4):
            together = np.mean([np.corrcoef(r[:, first], r[:, second])[0, 1] for _, r in fronts])
            assert together < 0.5, "two objectives say the same"
