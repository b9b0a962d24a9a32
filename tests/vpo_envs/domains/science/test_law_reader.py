"""The law in an answer: common spellings are read, look-alikes refused, and the last complete one counts."""

import pytest

from vpo_envs.domains.science import ScienceDomain
from vpo_envs.domains.science.expression import evaluate
from vpo_envs.domains.science.formula import parse_formula
from vpo_envs.domains.science.reader import read_answer


@pytest.mark.parametrize(
    "line",
    [
        "v = V*S/(S + K)",
        "**v = V*S/(S + K)**",
        "**v** = V*S/(S + K)",
        "v(S) = V*S/(S + K)",
        "v (S) = V*S / (S + K)",
        "Law: v = V*S/(S + K)",
        "**Final law:** `v = V*S/(S + K)`",
        "- v = V*S/(S + K).",
        "2. $v = V*S/(S + K)$",
        "> v = V·S/(S + K)",
        "v = V×S÷(S + K)",
        "v = V*S/(S − −K)",
        "v = V*S / (S + K)",
        "v = V*S¹/(S + K)",
        "v = V*S/(S + K) umol/L/s",
        "v = V*S/(S + K) [µmol L⁻¹ s⁻¹]",
        "`v = V*S/(S + K)` (umol/(L*s))",
        "v = V*S/(S + K) in umol L^-1 s^-1.",
        "v = V*S/(S + K), where K is the half-saturation constant.",
        "v = V*S/(S + K) for all S",
        "v [umol/L/s] = V*S/(S + K)",
        "**v (µmol L⁻¹ s⁻¹)** = V*S/(S + K)",
        "v(S) [umol/(L*s)] = V*S/(S + K)",
        "v (in umol/L/s) = V*S/(S + K)",
        "v in umol/L/s = V*S/(S + K)",
        "v/(umol/L/s) = V*S/(S + K)",
        r"$v\,[\mathrm{\mu mol\,L^{-1}\,s^{-1}}] = \frac{V S}{S + K}$",
        "v(S, V, K) = V*S/(S + K)",
        "v(S; V, K) = V*S/(S + K)",
        "The law is `v(S | V, K) = V*S/(S + K)`.",
        "v := V*S/(S + K)",
        "v ≔ V*S/(S + K)",
        "v: V*S/(S + K)",
        "v [umol/L/s]: V*S/(S + K)",
        "v, umol/L/s = V*S/(S + K)",
        "v = V*S/(S + K)!",
        "<b>v</b> = <i>V</i> <i>S</i>/(<i>S</i> + <i>K</i>)",
        "v &asymp; V&middot;S/(S + K)",
        "v ~ V*S/(S + K)",
        "v = V*S/(S + K) ✅",
        "**v = V*S/(S + K)** ✔️ 🎉",
        "➡️ v = V ✖️ S ➗ (S ➕ K) ⭐",
        "v = V*S/(S + K)<|im_end|>",
        "v = V*S/(S + K)</s>",
        "v = V*S/(S + K)<br>",
        "v = <V*S/(S + K)>",
        "<v = V*S/(S + K)>",
        "*v* = *V* *S*/(*S* + *K*)",
        "**v** = **V** **S** / (**S** + **K**)",
        "v = exp\u2061(0)\u2062V\u2062S/(S + K)",
        r"v = V\*S/(S + K)",
        "v = V*S/(S + K) to be tested",
        '{"v": "V*S/(S + K)", "experiment": {"S": "1 umol/L"}}',
        '{"v(S)": "V*S/(S + K)", "experiment": {"S [umol/L]": 1}}',
        r'{"law": "$v = \frac{V\cdot S}{S + K}$", "experiment": {"S": 1}}',
        r'{"law": "$v = \\frac{V\\cdot S}{S + K}$", "experiment": {"S": 1}}',
        '{"answer": {"final_law": "V*S/(S + K)", "next_experiment": {"S": 1}}}',
    ],
)
def test_common_spellings_of_the_law_are_read(enzyme, saturation, line):
    problem = saturation.truth.problem
    law = read_answer(problem, f"So we get:\n{line}\nexperiment: S = 2*K").law
    assert law is not None
    assert evaluate(law, {"V": 2.0, "S": 3.0, "K": 5.0}) == pytest.approx(6 / 8)
    assert enzyme.score(saturation, line)[:2] == (1.0, 1.0)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("v = V*S/(S + K) mmol/L/s", "is out of place; the law is in umol/L/s"),
        ("v = V*S/(S + K) furlongs", "'furlongs' is out of place"),
        ("v = V*S/(S + K) [", "out of place"),
        ("v = V*S/(S + К)", "no place"),  # Cyrillic
        ("ν = V*S/(S + K)", "no line that starts"),  # a Greek nu
        ("v(0) = 0", "no line that starts"),
        ("v = 0,5*V*S/(S + K)", "out of place"),
        ("v = V*S/(S + K) = V/2", "no place"),
        ("v [mmol/L/s] = V*S/(S + K)", "no line that starts"),
        ("v (umol/L) = V*S/(S + K)", "no line that starts"),
        ("v/V = S/(S + K)", "no line that starts"),
        ("v(S/K) = V*S/(S + K)", "no line that starts"),
        ("v(S, x) = V*S/(S + K)", "no line that starts"),
        ("v(S = 3) = V*S/(S + K)", "no line that starts"),
        ("v <= V*S/(S + K)", "no line that starts"),
        ("v ✅ V*S/(S + K)", "no line that starts"),
        ("V: V*S/(S + K)", "no line that starts"),
        ("v [mmol/L/s]: V*S/(S + K)", "no line that starts"),
        ("v(0): V*S/(S + K)", "no line that starts"),
        (r"$v = V\log_{10}(S)$", "out of place"),
        ("v = V ✅ (S ➕", "out of place"),
        ("v = <formula>", "no place"),
        ("<v = formula>", "unknown name"),
        ("v = V*S³⁰⁰⁰⁰⁰⁰⁰⁰⁰⁰⁰⁰⁰⁰⁰⁰/(S + K)", "too long"),
    ],
)
def test_what_only_looks_like_a_law_is_refused(saturation, line, message):
    proposal = read_answer(saturation.truth.problem, line)
    assert (proposal.law is None) == (message is not None)
    assert (message or "") in proposal.law_error


@pytest.mark.parametrize(
    ("answer", "law"),
    [
        ("v = V\nNo, v = 2*V\nv = 3*V", "3*V"),
        ("v = 2*V\nv = ...", "2*V"),
        ("v = 2*V\nv = <formula>", "2*V"),
        ("v = 2*V\nv = 3*V*(S +", "2*V"),
        ("v = 2*V\nexperiment: S = 3\nv = 5 umol/L/s", "2*V"),
        ("v = 2*V\nv = V*S/K for small S", "2*V"),
        ("v = 2*V for all S", "2*V"),
        ("v = 5 umol/L/s", "5"),
        ("Thus v = 2*V = 2.0*V.", "2*V"),
        ("v = 2*V = 3*V", None),
        ("law: 2*V*S/K", "2*V*S/K"),
        ("I think 2*V*S/K", None),
        ("v == 2*V", None),
        ("v ∝ V", None),
        ("v(0) = 2*V", None),
        ("v = 2,5*V", None),
        ("v = V (mmol/L/s)", None),
        ("v = V in umol/(L*s)", "V"),
        ("v = x*V", None),
        ("</think>v = 2*V", "2*V"),
        ("v = 2*V\nv = V*S/K to first order in S", "2*V"),
        ("v = 2*V\nv ~ V*S/K", "2*V"),
        ("v = 2*V\nv: V is the maximum rate", "2*V"),
        ('v = 3*V\n{"law": "2*V", "experiment": {"S": 1}}', "2*V"),
        ('v = 2*V\nexperiment: {"S": 1}', "2*V"),
        ("v = 2 *V* -3", "2*V - 3"),
        ("v = 2 * V * -3", "2*V*-3"),
        ("v = S/K *V* S", "S/K*V*S"),
        ("<think>v = 2*V", None),
        # Special cases, and laws that the answer rejects, in their labels.
        ("v = 2*V\nSmall S: v = V*S/K", "2*V"),
        ("v = 2*V\n- S → 0: v = V*S/K → 0\n- S → ∞: v = V", "2*V"),
        ("v = 2*V\nAsymptotically: v = V", "2*V"),
        ("v = 2*V\nRejected alternative: v = V*S/K", "2*V"),
        ("v = 2*V\nNot this: v = V*S/K", "2*V"),
        ("v = 3*V\nStep 2 → law: v = 2*V", "3*V"),
        ("Limiting case: v = V*S/K", "V*S/K"),
        ("v = 2*V is wrong.", None),
        ("It is false that v = 2*V", None),
        ("The law is certainly not v = 2*V", None),
        ("v = V or v = 2*V", None),
        # Units in brackets, braces, and a line that goes on.
        ("v = 2*V (in umol/(L*s))", "2*V"),
        ("v = 2*V (v in umol/L/s, S in umol/L)", "2*V"),
        ("v = V [in mmol/L/s]", None),
        ("v = 2*V*sqrt{S/K}", "2*V*sqrt(S/K)"),
        ("v = 2*V*(S -\n  K)", "2*V*(S - K)"),
    ],
)
def test_the_last_complete_law_counts(saturation, answer, law):
    found = read_answer(saturation.truth.problem, answer).law
    assert found == (None if law is None else parse_formula(law, "VSK"))


DRAFT, LAW, EXPERIMENT = "v = 3*V*(S/K)^0.5", "v = V*S/(S + K)", "experiment: S = 2*K"


@pytest.mark.parametrize(
    "words",
    [
        "Wait, that is wrong. The correct law is ",
        "Wait, that fails the limit. Corrected: ",
        "No, that does not fit. Therefore, ",
        "That was a mistake.\nSo ",
        "Actually, the better law is ",
        "On reflection the law should be ",
        "Sorry, I meant ",
        "Instead, ",
        "The final answer is ",
    ],
)
@pytest.mark.parametrize("end", ["", ".", ", which saturates.", ". It saturates."])
def test_a_sentence_that_corrects_the_law_counts(saturation, words, end):
    problem = saturation.truth.problem
    for answer in (
        f"{DRAFT}\n{EXPERIMENT}\n\n{words}{LAW}{end}",
        f"{DRAFT}\n{words}{LAW}{end}\n{EXPERIMENT}",
        f"{DRAFT}. {words}`{LAW}`{end}\n{EXPERIMENT}",
    ):
        assert read_answer(problem, answer) == read_answer(problem, f"{LAW}\n{EXPERIMENT}"), answer


@pytest.mark.parametrize(
    "words",
    [
        "I also tried ",
        "A rival law is ",
        "The simpler law would be ",
        "For small S it becomes ",
        "As S → 0, the fraction is S/K. So the law becomes ",
        "For small S the fraction is S/K. Thus, ",
        "It is wrong that ",
        "Compared with the rival ",
        "The experiment tells it apart from ",
        "One might guess ",
        "Previously: ",
    ],
)
def test_a_sentence_about_another_law_does_not(saturation, words):
    problem = saturation.truth.problem
    for answer in (f"{LAW}\n{EXPERIMENT}\n\n{words}{DRAFT}.", f"{words}{DRAFT}.\n\n{LAW}\n{EXPERIMENT}"):
        assert read_answer(problem, answer) == read_answer(problem, f"{LAW}\n{EXPERIMENT}"), answer


@pytest.mark.parametrize(
    "heading",
    [
        "For small S:",
        "**Limiting behaviour:**",
        "### Asymptotics",
        "When S ≪ K:",
        "Rivals at this point:",
        "Alternatives considered:",
        "Other candidates:",
        "Predictions of the rivals at S = 3 umol/L:",
        "I also tried:",
    ],
)
@pytest.mark.parametrize("laws", ["@", "- @\n- v = V*S/K", "v ≈ V*S/K\n@", "1. `@`\n2. `v = V*S/K`"])
def test_laws_under_a_heading_below_the_answer_are_remarks(saturation, heading, laws):
    problem = saturation.truth.problem
    plain = read_answer(problem, f"{LAW}\n{EXPERIMENT}")
    rest = f"{heading}\n{laws.replace('@', DRAFT)}"
    for label in (
        "1. **Next experiment:** S = 2*K",
        "## Experiment\n- S = 2*K",
        "<experiment>S = 2*K</experiment>",
    ):
        assert read_answer(problem, f"{LAW}\n{label}\n\n{rest}") == plain
    assert read_answer(problem, f"{LAW}\n{EXPERIMENT}\n\n{rest}") == plain
    assert read_answer(problem, f"{rest}\n\n{LAW}\n{EXPERIMENT}") == plain
    assert read_answer(problem, f"{DRAFT}\n{EXPERIMENT}\n\n{rest}\n\nFinal law:\n{LAW}") == plain


@pytest.mark.parametrize(
    "rest", ["- @ → 3.5", "@ -> 3.5 umol/L/s", "@ ⇒ v = 3.5", "- power law: @ → about 3.5"]
)
def test_laws_that_lead_to_a_value_below_the_answer_are_remarks(saturation, rest):
    answer = f"{LAW}\n{EXPERIMENT}\n\n{rest.replace('@', DRAFT)}"
    assert read_answer(saturation.truth.problem, answer).law == parse_formula("V*S/(S + K)", "VSK")


@pytest.mark.parametrize(
    "heading", ["Final:", "Corrected law after a check:", "", "Wait, no.", "Better:", "For all S:"]
)
def test_laws_under_other_headings_replace_the_answer(saturation, heading):
    answer = f"{LAW}\n{EXPERIMENT}\n\n{heading}\n{DRAFT}"
    assert read_answer(saturation.truth.problem, answer).law == parse_formula("3*V*(S/K)^0.5", "VSK")


@pytest.mark.parametrize("name", ["eps", "ε", "ϵ", "epsilon", r"$\epsilon$", r"$\varepsilon$", "*ε*"])
def test_greek_names_are_read_in_all_their_forms(name):
    problem = ScienceDomain(families=["absorption"]).task("train", 0).truth.problem
    found = read_answer(problem, f"I = I0/sqrt(1 + {name} *c*l)").law
    assert found == parse_formula("I0/sqrt(1 + eps*c*l)", problem.family.quantities)


@pytest.mark.parametrize("name", ["ε0", "epsilons", "E", r"$\varphi$", "é"])
def test_other_names_are_not(name):
    problem = ScienceDomain(families=["absorption"]).task("train", 0).truth.problem
    assert read_answer(problem, f"I = I0/sqrt(1 + {name}*c*l)").law is None


def test_a_dimensionless_output_has_its_unit_in_square_brackets_alone():
    problem = ScienceDomain(families=["island"]).task("train", 0).truth.problem
    assert read_answer(problem, "S [1] = 2*S0").law is not None
    assert read_answer(problem, "S(1) = 2*S0").law is None
