"""The experiment in an answer: common spellings are read, and the last that can be done counts."""

import pytest

from vpo_envs.domains.science import ScienceDomain
from vpo_envs.domains.science.answers import write_answer
from vpo_envs.domains.science.reader import read_answer


@pytest.mark.parametrize(
    "text",
    [
        *("experiment: S = {0} umol/L", "Experiment : S={0}", "**experiment:** S = {0} µmol/L."),
        *("**Experiment**: **S** = {0} umol L^-1", "experiment: S = {0} µmol L⁻¹", "experiment: S = {0} uM"),
        *("experiment: S = {1} mM", "experiment: S = {1} mmol l-1", "next experiment: S = {2}×10^3 nmol/L"),
        *("experiment: S = {3}*10**-3 mol.L-1", "experiment: S = {1} mol/m3", "experiment: `S = {0}`"),
    ],
)
def test_common_spellings_of_the_experiment_are_read(saturation, text):
    problem = saturation.truth.problem
    value = problem.dials[0].settings[4]
    text = text.format(*(f"{value * factor:.9f}" for factor in (1, 1e-3, 1, 1e-3)))
    proposal = read_answer(problem, f"v = V\n{text}")
    assert proposal.settings == (4,), proposal.experiment_error


@pytest.mark.parametrize(
    ("experiment", "message"),
    [
        ("", "each once"),
        ("experiment: S", "incomplete"),
        ("experiment: K = 3", "each once"),
        ("experiment: S = 3, S = 4", "each once"),
        ("experiment: S = 3, v = 4", "each once"),
        ("experiment: S = -3", "can be set from"),
        ("experiment: S = 0", "can be set from"),
        ("experiment: S = 1e9", "can be set from"),
        ("experiment: S = 3 s", "not in s"),
        ("experiment: S = 3 parsec", "not a unit"),
        ("experiment: S = 3*V", "is not"),
        ("experiment: S = 3*S", "unknown name 'S'"),
        ("experiment: S = K/0", "can be set from"),
        ("experiment: S = ٣", "no place"),
        ("experiment: S = " + "9" * 400, "more than 300 characters"),
    ],
)
def test_an_impossible_experiment_costs_only_the_feasibility(enzyme, saturation, experiment, message):
    text = f"v = V*S/(S + K)\n{experiment}"
    assert enzyme.score(saturation, text) == (1.0, 1.0, 0.5, 0.0)
    assert message in read_answer(saturation.truth.problem, text).experiment_error


def test_two_inputs_are_both_set():
    domain = ScienceDomain(families=["beam"])
    task = domain.task("train", 0)
    problem = task.truth.problem
    text = write_answer(problem, problem.law, problem.best_settings, compact=False)
    assert domain.score(task, text)[3] == 1.0
    assert domain.score(task, text.rsplit(",", 1)[0])[3] == 0.0


@pytest.mark.parametrize(
    ("texts", "place"),
    [
        ("experiment: S = {0}\nexperiment: S = {1}", 1),
        ("experiment: S = {0}\nexperiment: S = <value> umol/L", 0),
        ("experiment: S = {0}\nexperiment: S =", 0),
        ("experiment: S = {0}\nexperiment: S = 1e9", None),
        ("experiment: S = {0}\nexperiment: S = 3 s", None),
        ("experiment: S = {0} = {1}", None),
        ("S = {1} umol/L", 1),
        ("experiment: S: {1} umol/L (twice the last one)", 1),
        ("experiment: measure at S = {1}, which costs little", 1),
    ],
)
def test_the_last_complete_experiment_counts(saturation, texts, place):
    problem = saturation.truth.problem
    text = texts.format(*(f"{value:.6g}" for value in problem.dials[0].settings))
    settings = read_answer(problem, f"v = V\n{text}").settings
    assert settings == (None if place is None else (place,))
