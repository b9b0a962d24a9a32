"""Answers in the dress of chat models: right ones score as the plain one, wrong ones do not."""

import time

import pytest

from vpo_envs.domains.science import ScienceDomain
from vpo_envs.domains.science.formula import parse_formula
from vpo_envs.domains.science.latex import from_latex
from vpo_envs.domains.science.reader import _MARKER, _REMARK, read_answer
from vpo_envs.domains.science.spelling import plain


@pytest.fixture(scope="module")
def domain():
    """A domain whose hidden laws have no coefficients, so that a task can be written down by hand."""
    return ScienceDomain(families=["enzyme"], coefficients=0)


@pytest.fixture(scope="module")
def task(domain):
    """A task that hides V*S/(S + K)."""
    law = parse_formula("V*S/(S + K)", "VSK")
    return next(task for i in range(200) if (task := domain.task("train", i)).truth.problem.law == law)


@pytest.fixture(scope="module")
def settings(task):
    """The best setting as a number: in the prompt's unit, and in multiples of K."""
    problem = task.truth.problem
    value = float(problem.dials[0].settings[problem.best_settings[0]])
    return {"s": f"{value:g}", "k": f"{value / problem.constants['K']:.4g}", "milli": f"{value / 1000:g}"}


# Every dress holds the law (once with its amplitude or another number wrong) and the setting.
DRESSES = (
    "v = @V*S/(S + K)\nexperiment: S = #s umol/L",
    "$$v = @\\,V\\,\\frac{S}{S + K}$$\nexperiment: S = #s umol/L",
    "\\[ v = \\frac{@ V S}{K + S} \\]\nexperiment: $S = #s\\ \\mu\\text{mol/L}$",
    "\\(v = @ V \\cdot \\dfrac{S}{S + K}\\)\n\nexperiment: \\(S = #s \\, \\mathrm{\\mu mol\\,L^{-1}}\\)",
    "**Law:** $v = @\\times V \\times \\frac{S}{\\left(S + K\\right)}$\n**Experiment:** S = #s µmol/L",
    "\\boxed{v = @ V \\frac{S}{K + S}}\nexperiment: S = #s",
    "\\boxed{\\begin{aligned} v &= @V\\tfrac{S}{S+K} \\\\ \\text{experiment: } S &= #s \\end{aligned}}",
    "```\nv = @*V*S/(S + K)\nexperiment: S = #s umol/L\n```",
    "```python\nv = @ * V * S / (S + K)  # saturates\n```\nexperiment: S = #s umol/L.",
    "Law: v = @ V S / (S + K)\nexperiment: S = #k*K",
    "1. **v** = @·V·S/(S + K)\n2. **experiment:** S = #s µmol L⁻¹",
    "> `v = @V*S/(S+K)` [umol/L/s]\n> `experiment: S = #s umol/L`",
    "v(S) = @ V S/(S + K), where K is the half-saturation constant.\nexperiment: S = #s umol/L (near K)",
    "v ≈ @ V × S ÷ (S + K)\nexperiment: S ≈ #s umol/L",
    "v = V*S\n\nThat has the wrong units. Better:\n\nv = @V[S/(S + K)]\nexperiment: S = #s umol/L",
    "<think>v = V*S/K\nexperiment: S = 1</think>v = @*V*S/(K + S)\nexperiment: S = #milli mmol/L",
    "The data saturate.\n\n### Final answer\nv = @VS/(S + K)\n\n### Experiment\n- S = #s umol/L",
    "v = @ V S (S + K)^{-1}\nExperiment:\nS = #s umol/L",
    '{\n  "law": "v = @*V*S/(S + K)",\n  "experiment": "S = #s umol/L"\n}',
    "<law>v = @*V*S/(S+K)</law>\n<experiment>experiment: S = #s umol/L</experiment>",
    "v = <formula>\nexperiment: S = <value> umol/L\n\nv = @ V/(1 + K/S)\nexperiment: S = #s umol/L",
    "The final law is $v = @\\frac{V S}{S + K}$, which saturates.\nexperiment: set S to #s umol/L",
    "v = @ V*S/(S + K) (Michaelis-Menten)\nexperiment: S = #k K = #s umol/L",
    "v =\n  @*V*S/(S + K)\nexperiment: S = #s umol/L\n\n- v ≈ V*S/K for small S\n- v = V as S grows",
    "v = @·V·S·(S + K)⁻¹ umol/L/s.\nNext experiment: S = #s µM",
    "Formula: $v = @ \\, V \\left[ \\frac{S}{K + S} \\right]$.\n\nexperiment : $S$ = $#s$ umol/L",
    "v = @*V*S/(S + K)\nexperiment: S = #s umol/L\n\nCheck:\nv = 3 umol/L/s\nv(0) = 0",
    "\\begin{equation}\nv = @V\\left(1 - \\frac{K}{S + K}\\right)\n\\end{equation}\nexperiment: S = #s",
    "| v = @*V*S/(S + K) |\n| experiment: S = #s umol/L |",
    "v_{\\text{}} = @V\\frac{S}{S+K}\n\nexperiment: S = #s umol/L; it tells the laws apart.",
)


def dressed(dress, amplitude, settings):
    text = dress.replace("@", amplitude)
    for name, value in settings.items():
        text = text.replace(f"#{name}", value)
    return text


@pytest.mark.parametrize("dress", DRESSES)
def test_right_answers_score_as_the_plain_one(domain, task, settings, dress):
    plain_answer = dressed(DRESSES[0], "1.1", settings)
    text = dressed(dress, "1.1", settings)
    scores = domain.score_batch([task, task], [text, plain_answer])
    proposal = read_answer(task.truth.problem, text)
    assert scores[0] == pytest.approx(scores[1], abs=0.1), proposal
    # Forms with another number of nodes earn another parsimony; all else is the same to .02.
    assert scores[0, [0, 1, 3]] == pytest.approx(scores[1, [0, 1, 3]], abs=0.02), proposal


@pytest.mark.parametrize("dress", DRESSES)
def test_wrong_answers_in_the_same_dress_do_not(domain, task, settings, dress):
    right = domain.score_batch([task], [dressed(dress, "1.1", settings)])[0]
    wrong = domain.score_batch([task], [dressed(dress, "3.7", settings)])[0]
    assert wrong.sum() < 0.5 < right.sum() - 2
    if "#k*K" not in dress and "#k K" not in dress:
        off = {name: f"{9 * float(value):g}" for name, value in settings.items()}
        assert domain.score_batch([task], [dressed(dress, "1.1", off)])[0, 3] == 0


