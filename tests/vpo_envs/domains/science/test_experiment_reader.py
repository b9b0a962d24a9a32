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
    "text",
    [
        *("experiment: S = about {0} umol/L", "experiment: S is roughly {0} umol/L", "experiment: S = ~{0}"),
        *("experiment: S = {0} umol/L (approx.)", "experiment: approximately {0} umol/L"),
        *(
            "experiment: {0}",
            "**Next experiment:** set to {0}",
            "experiment: at about {0}",
            '{{"experiment": {0}}}',
        ),
        *(
            "The next experiment should be at {0} umol/L.",
            "The best experiment is {0} umol/L, which is cheap.",
        ),
        "I suggest that the next experiment be run at around {0} umol/L.",
    ],
)
def test_rounded_and_bare_values_are_read(saturation, text):
    problem = saturation.truth.problem
    text = text.format(f"{problem.dials[0].settings[4]:.9f}")
    proposal = read_answer(problem, f"v = V\n{text}")
    assert proposal.settings == (4,), proposal.experiment_error


@pytest.mark.parametrize(
    "text",
    ["experiment: cost = {0}", "The experiment should not be at {0} umol/L.", "experiment: {0} or {1}"]
    + ["The last experiment was at {0} umol/L.", "The experiment is {0} credits", "experiment: v = {0}"],
)
def test_other_values_are_no_experiment(saturation, text):
    problem = saturation.truth.problem
    text = text.format(*(f"{problem.dials[0].settings[i]:.9f}" for i in (4, 1)))
    assert read_answer(problem, f"v = V\n{text}").settings is None


# Of each setting: the value, a thousandth of it, and a fifth.
WORDINGS = (
    *("S = {0} umol/L ✅", "S = {0} 🎉", "S = {0} umol/L!", "S = {0} umol/L<|im_end|>", "S = {0}</s>"),
    *(
        "S = {0}<end_of_turn>\n<|endoftext|>",
        "S = {0} umol/L\n[/INST]",
        "S = {0} umol/L<｜end▁of▁sentence｜>",
    ),
    *(
        "S = 5 × {2} umol/L",
        "S = 5*{2} = {0} umol/L",
        "S = 5({2})",
        "S = 5 x {2} umol/L",
        "S = {2} umol/L * 5",
    ),
    *("S = 5 × ({2} umol/L)", "S = {0} umol/L (= 5 * {2} umol/L, cheap)", "S = {0} umol/L [5 × {2} umol/L]"),
    *("S = {0} umol/L, i.e. 5*{2} = {0} umol/L", "S = {0} umol/L (cost = 1 + 4*0.2 = 1.8 credits)"),
    *("Measure v at S = {0} umol/L", "substrate concentration S = {0} umol/L", "Let S = {0}", "at S = {0}"),
    *("To save credits, choose S = {0} umol/L, cost = 1.8 credits", "the concentration S of {0} umol/L"),
    *(
        "S is {0} umol/L",
        "S should be {0}",
        "S is set to {0}",
        "choose S as {0} umol/L; v of 3 umol/L/s is expected",
        "S → {0}",
    ),
    *("S (concentration) = {0} umol/L", "S (mmol/L) = {1}", "S [mmol/L]: {1}", "S = [{0}] umol/L"),
    *("S = {0} umol/L to tell the laws apart", "S = {0} to tell the laws apart", "S = **{0}** umol/L"),
    *("S = {0} umol/L would tell most", "S = {0} umol/L – cheap and telling", "S = {0} umol/L: telling"),
    *(
        "S = {0} umol per L",
        "S = {1} mol per cubic metre",
        "S = {0} micromoles per liter",
        "S = `{0}` umol/L",
    ),
    *("{0} umol/L", "5*{2} umol/L", "at {0} umol/L", "measure at a concentration of {0} umol/L"),
    *("concentration = {0} umol/L", "set the concentration to {0} umol/L", "(S = {0} umol/L)", "{{S: {0}}}"),
    *('{{"S": "{0} umol/L"}}', '{{"S": {1}, "unit": "mmol/L"}}', "<S = {0} umol/L>", "S = <{0}> umol/L"),
    *(
        '\n```json\n{{"S": {{"value": {1}, "unit": "mmol/L"}}}}\n```',
        "S = <{0} umol/L>",
        "S ~ {0}",
        "S := {0}",
    ),
)
WORDINGS += (
    *("S = {0} umol/L → cost = 1 + 4*0.2 = 1.8 credits", "S = {0} umol/L -> cost: 1.8 credits"),
    *(
        "S = {0} umol/L — cost = 1 + 0.8 = 1.8",
        "S = {0} umol/L - cost = 1.8 credits",
        "S = {0} → total cost = 1.8",
    ),
    *(
        "S = {0} umol/L => expected v = 3 umol/L/s",
        "S = {0} umol/L | cost = 1.8",
        "S → {0} umol/L → cost = 1.8",
    ),
)
LABELS = (
    *("<experiment>S = {0} umol/L</experiment>", "<next_experiment>\nS = {0} umol/L\n</next_experiment>"),
    *("**Next experiment** – S = {0} umol/L", "Experiment — S = {0}", "Next experiment → S = {0}", "S = {0}"),
    *("The next experiment is S = {0}.", "Experiment 1: S = {0} umol/L", "&lt;experiment&gt;S = {0} umol/L"),
    *("✅ experiment: S = {0} umol/L", '{{"v": "V", "experiment": {{"S": {1}, "unit": "mmol/L"}}}}'),
    '{{"law": "v = V", "next_experiment": ["S = {0} umol/L"]}}',
)


@pytest.mark.parametrize("text", [*(f"experiment: {wording}" for wording in WORDINGS), *LABELS])
def test_wordings_of_the_experiment_are_read(saturation, text):
    problem = saturation.truth.problem
    value = problem.dials[0].settings[4]
    text = text.format(*(f"{value * factor:.9f}" for factor in (1, 1e-3, 0.2)))
    proposal = read_answer(problem, f"v = V\n{text}")
    assert proposal.settings == (4,), proposal.experiment_error
    assert proposal.law is not None


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
        ("experiment: S = ٣", "from 185 to 3700 umol/L, not to 3"),
        ("experiment: S = ✅", "incomplete"),
        ("experiment: S = <value> umol/L", "no place"),
        ("experiment: <S = value>", "unknown name"),
        ("experiment: S = 1e3*1e6 umol/L", "can be set from"),
        ("experiment: S = 5*2 mol", "not in mol"),
        ("experiment: S = 5*2 parsec wide", "not a unit"),
        ("experiment: S = 1*2 umol/L = 7*K", "can be set from"),
        ("experiment: S = 1 to 90 umol/L", "not a unit"),
        ("experiment: S from 1 to 90 umol/L", "each once"),
        ("experiment: S = 1 or 90 umol/L", "not a unit"),
        ("experiment: S = 1 - 90 umol/L", "can be set from"),
        ("experiment: S >= 9 umol/L", "each once"),
        ("experiment: k S = 9 umol/L", "each once"),
        ("experiment: ½ S = 9 umol/L", "each once"),
        ("experiment: s = 9 umol/L", "each once"),
        ("experiment: Sx = 9 umol/L", "each once"),
        ("experiment: 9", "each once"),
        ("experiment: 3*3", "each once"),
        ("experiment: 9 kg", "each once"),
        ("experiment: choose S = 9 umol/L, or S = 1 umol/L", "each once"),
        ("experiment: S = 9 umol/L, v = 3 umol/L/s", "each once"),
        ("In the next experiment S can be set to multiples of 9 umol/L, up to 90 umol/L.", "each once"),
        ("experiment: S = " + "9" * 400, "more than 300 characters"),
    ],
)
def test_an_impossible_experiment_costs_only_the_feasibility(enzyme, saturation, experiment, message):
    text = f"v = V*S/(S + K)\n{experiment}"
    assert enzyme.score(saturation, text) == (1.0, 1.0, 0.5, 0.0)
    assert message in read_answer(saturation.truth.problem, text).experiment_error


# Of each setting: the value and a fifth.
REFUSED = (
    *(
        "experiment: do not set S to {0} umol/L",
        "experiment: don’t choose S = {0}",
        "experiment: not S = {0}",
    ),
    *("I would avoid the experiment with S = {0} umol/L.", "Avoid this experiment: S = {0} umol/L"),
    *("Do not run the next experiment at S = {0}.", "experiment: I would not work with S = {0} umol/L"),
    *(
        "experiment: never measure at {0} umol/L",
        "experiment: anything but S = {0}",
        "S = {0} in no experiment",
    ),
    *("experiment: S = {0} umol/L should not be used", "experiment: S = {0} umol/L is to be avoided"),
    *("experiment: S should not be set to {0}", "experiment: instead of S = {0}, nothing"),
)
SEVERAL = (
    *(
        "{0} umol/L, {1} umol/L",
        "{1} umol/L; {0} umol/L",
        "S = {0} umol/L, {1} umol/L",
        "S = {0} umol/L, {1}",
    ),
    *("S between {0} umol/L and {1} umol/L", "set S between {0} and {1} umol/L"),
    *("S = {0} umol/L and {1} umol/L", "S = {0} umol/L, or {1} umol/L", "S = {0} umol/L (or {1} umol/L)"),
    *(
        "{0} umol/L (alternatively {1} umol/L)",
        "S = {0} umol/L. Or {1} umol/L",
        "S = {0} umol/L [{1} umol/L]",
    ),
    "measure at {0} umol/L, then at {1} umol/L",
)
MEANT = (
    *("S = {0} umol/L, not {1} umol/L", "S = {0} umol/L (not {1} umol/L)", "not S = {1}, but S = {0}"),
    *("S = {0} umol/L, do not set S to {1}", "To avoid waste, set S to {0}", "to avoid waste set S = {0}"),
    *(
        "S = {0} umol/L to avoid waste",
        "S = {0} umol/L, which was not tested",
        "S = {0} is not cheap, but tells",
    ),
    *("as it was not measured so far, S = {0}", "measure where there are not many data with S = {0}"),
    *("S = {0} umol/L, 5*{1} umol/L", "5*{1} umol/L, {0} umol/L", "S = {0} umol/L (5*{1} umol/L)"),
    *("S = {0} umol/L, five times the scale of {1} umol/L", "S = {0} umol/L (setting 5)"),
    *("{0} umol/L, not measured so far", "S = {0} umol/L, v near 3 umol/L/s, cost of 2 credits"),
)


@pytest.mark.parametrize("text", [*REFUSED, *(f"experiment: {text}" for text in SEVERAL)])
def test_a_refused_setting_and_several_settings_are_none(saturation, text):
    problem = saturation.truth.problem
    value = problem.dials[0].settings[4]
    answer = f"v = V\n{text.format(f'{value:.9f}', f'{value / 5:.9f}')}"
    assert read_answer(problem, answer).settings is None


@pytest.mark.parametrize("text", MEANT)
@pytest.mark.parametrize("before", ["", "I will not repeat the data. ", "Do not waste credits: "])
def test_refusal_of_something_else_costs_nothing(saturation, before, text):
    problem = saturation.truth.problem
    value = problem.dials[0].settings[4]
    answer = f"v = V\n{before}experiment: {text.format(f'{value:.9f}', f'{value / 5:.9f}')}"
    proposal = read_answer(problem, answer)
    assert proposal.settings == (4,), proposal.experiment_error


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
        ("experiment: S = {1} umol/L\nExperiment: 1", 1),
        ("experiment: S = {1} umol/L\nExperiment: 3 s", 1),
        ("<experiment>S = {1} umol/L</experiment>\nThe experiment costs 1 + 0.8 = 1.8 credits.", 1),
        ("experiment: 2*{0} umol/L = {1} umol/L", 1),
        ("experiment: 2*{0} umol/L = {0} umol/L", None),
        ("experiment: S = {0} → S = {1}", None),
        ("experiment: S = {0} - {1} = 3", None),
    ],
)
def test_the_last_complete_experiment_counts(saturation, texts, place):
    problem = saturation.truth.problem
    text = texts.format(*(f"{value:.6g}" for value in problem.dials[0].settings))
    settings = read_answer(problem, f"v = V\n{text}").settings
    assert settings == (None if place is None else (place,))


@pytest.mark.parametrize(
    ("experiment", "power"),
    [
        ("Measure y at F = {0} N and l = {1} m", 1.0),
        ("F = 1*{0} N (= {0} N); l = {1} m to tell the laws apart", 1.0),
        ("a force F of {0} N with a length l of {1} m", 1.0),
        ("{0} N, {1} m", 1.0),
        ("force = {0} N, length = {1} m", 1.0),
        ('{{"F": "{0} N", "l": "{1} m"}}', 1.0),
        ('{{"F": {{"value": {0}, "unit": "N"}}, "l": {{"value": {1}, "unit": "m"}}}}', 1.0),
        ("<F = {0} N, l = {1} m>", 1.0),
        ("{0}, {1}", 0.0),
        ("{1} m, {0} N", 0.0),
        ("F = {0} N, {1} m", 0.0),
        ("F = {0} N, l = {1} m, h = 1 m", 0.0),
        ("{0} N, {1} m (= {1} m)", 1.0),
        ("{0} N, {1} m, 9 N", 0.0),
        ("F = {0} N, l = {1} m, or 0.01 m", 0.0),
        ("do not choose F = {0} N and l = {1} m", 0.0),
        ("F = l = {1} m", 0.0),
    ],
)
def test_two_inputs_are_read_in_many_wordings(experiment, power):
    domain = ScienceDomain(families=["beam"])
    task = domain.task("train", 0)
    problem = task.truth.problem
    law = write_answer(problem, problem.law, None, compact=False)
    best = (f"{dial.settings[i]:.9g}" for dial, i in zip(problem.dials, problem.best_settings))
    assert domain.score(task, f"{law}\nexperiment: {experiment.format(*best)}")[3] == power
