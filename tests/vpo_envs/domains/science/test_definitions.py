"""Names that an answer gives a meaning are written out in its law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.science.definitions import MAX_DEFINITIONS, definitions
from vpo_envs.domains.science.expression import evaluate
from vpo_envs.domains.science.formula import parse_formula
from vpo_envs.domains.science.reader import read_answer


@pytest.mark.parametrize(
    "answer",
    [
        "v = a*V*S/(S + b*K), with a = 2 and b = 3",
        "v = a*V*S/(S + b*K) where a = 2, b = 3.",
        "v = a*V*S/(S + b*K) (a = 2, b = 3)",
        "v = a*V*S/(S + b*K)\nwhere `a ≈ 2` and `b ≈ 3` are fitted",
        "v = a*V*S/(S + b*K)\nwith:\n- **a** = 2\n- **b** = 3 (dimensionless)",
        "a = 2\nb = 3\nv = a*V*S/(S + b*K)",
        "v = α*V*S/(S + β*K)\nα = 2, β = 3",
        r"$v = \alpha V \frac{S}{S + \beta K}$ with $\alpha = 2$, $\beta = 3$",
        "v = A*V*S/(S + B*K)\nParameters: A = 2; B = 3",
        "v = vmax*S/(S + Km), where vmax = 2*V and Km = 3*K",
        "Let u = S + 3*K. Then v = 2*V*S/u.",
        "a = 9\nv = a*V*S/(S + 3*K)\nNo: a = 2",
    ],
)
@pytest.mark.parametrize("form", ["@\nexperiment: S = 2*K", "experiment: S = 2*K\n@"])
def test_names_are_written_out(saturation, answer, form):
    found = read_answer(saturation.truth.problem, form.replace("@", answer))
    assert found.law is not None, found.law_error
    assert evaluate(found.law, {"V": 2.0, "S": 3.0, "K": 5.0}) == pytest.approx(2 * 2 * 3 / (3 + 3 * 5))
    assert found.settings is not None


@pytest.mark.parametrize(
    "answer",
    [
        "v = a*V*S/(S + b*K)",
        "v = a*V*S/(S + b*K), with a = 2",
        "v = a*V*S/(S + b*K), with a = 2 and b = 3 mol",
        "v = a*V*S/(S + b*K), with a = b and b = a",
        "v = a*V*S/(S + b*K), with a = 2 or 3 and b = 3",
        "v = a*V*S/(S + b*K), with a = 2 to 4, b = 3",
        "v = a*V*S/(S + b*K), with a > 2 and b < 3",
    ],
)
def test_names_without_one_meaning_are_refused(saturation, answer):
    assert read_answer(saturation.truth.problem, answer).law is None


def test_names_of_the_task_keep_their_meaning(saturation):
    problem = saturation.truth.problem
    assert read_answer(problem, "v = V*S/(S + K), where K = 3 and V = 2").law == parse_formula(
        "V*S/(S + K)", "VSK"
    )
    assert read_answer(problem, "v = exp(S/K), where exp = 3").law == parse_formula("exp(S/K)", "SK")


def test_a_law_with_its_meanings_is_as_short_as_any(saturation):
    long = " + ".join(["V*S/(S + K)"] * 8)
    answer = f"a = {long}\nv = {' + '.join(['a'] * 40)}"
    assert read_answer(saturation.truth.problem, answer).law is None


def test_the_number_of_definitions_is_bounded():
    assert len(definitions([f"a{n} = {n}" for n in range(99)], ["v"])) == MAX_DEFINITIONS


@given(st.lists(st.text(alphabet="ab=12.*( ),\nwith") | st.text(), max_size=4))
def test_any_lines_are_taken(lines):
    assert isinstance(definitions(lines, ["v", "a"]), dict)
