"""Answers in the dress of chat models: right ones score as the plain one, wrong ones do not."""

import time

import pytest

from vpo_envs.domains.science.formula import parse_formula
from vpo_envs.domains.science.latex import from_latex
from vpo_envs.domains.science.reader import read_answer


@pytest.fixture(scope="module")
def domain(enzyme):
    """The domain of the task."""
    return enzyme


@pytest.fixture(scope="module")
def task(saturation):
    """A task that hides V*S/(S + K)."""
    return saturation


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
    "v = @ \\times 10^{0} V S/(S + K)\nExperiment:\nS = #s umol/L",
    '{\n  "law": "v = @*V*S/(S + K)",\n  "experiment": "S = #s umol/L"\n}',
    "<law>v = @*V*S/(S+K)</law>\n<experiment>experiment: S = #s umol/L</experiment>",
    "v = <formula>\nexperiment: S = <value> umol/L\n\nv = @ V S/(K + S)\nexperiment: S = #s umol/L",
    "The final law is $v = @\\frac{V S}{S + K}$, which saturates.\nexperiment: set S to #s umol/L",
    "v = @ V*S/(S + K) (Michaelis-Menten)\nexperiment: S = #k K = #s umol/L",
    "v =\n  @*V*S/(S + K)\nexperiment: S = #s umol/L\n\n- v ≈ V*S/K for small S\n- v = V as S grows",
    "v = @×10⁰·V·S/(S + K) umol/L/s.\nNext experiment: S = #s µM",
    "Formula: $v = @ \\, V \\left[ \\frac{S}{K + S} \\right]$.\n\nexperiment : $S$ = $#s$ umol/L",
    "v = @*V*S/(S + K)\nexperiment: S = #s umol/L\n\nCheck:\nv = 3 umol/L/s\nv(0) = 0",
    "\\begin{equation}\nv = @V\\left(\\frac{S}{S + K}\\right)\n\\end{equation}\nexperiment: S = #s",
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
    plain_answer = dressed(DRESSES[0], "1.05", settings)
    text = dressed(dress, "1.05", settings)
    scores = domain.score_batch([task, task], [text, plain_answer])
    proposal = read_answer(task.truth.problem, text)
    assert scores[0] == pytest.approx(scores[1], abs=0.02), proposal
    assert scores[1].min() > 0.2 and scores[1].sum() > 2.5


@pytest.mark.parametrize("dress", DRESSES)
def test_wrong_answers_in_the_same_dress_do_not(domain, task, settings, dress):
    right = domain.score_batch([task], [dressed(dress, "1.05", settings)])[0]
    wrong = domain.score_batch([task], [dressed(dress, "3.7", settings)])[0]
    assert wrong.sum() == 0 and right.sum() > 2.5
    if "#k*K" not in dress and "#k K" not in dress:
        off = {name: f"{9 * float(value):g}" for name, value in settings.items()}
        assert domain.score_batch([task], [dressed(dress, "1.05", off)])[0, 3] == 0


def test_spellings_of_one_answer_share_a_key(domain, task, settings):
    keys = {domain.answer_key(task, dressed(dress, "1.05", settings)) for dress in DRESSES}
    assert len(keys) == 1
    other = dressed(DRESSES[0], "1.06", settings)
    assert domain.answer_key(task, other) not in keys
    assert domain.answer_key(task, "no law here") == ""
    assert domain.answer_key(task, "v = S*V/(K + S)") != next(iter(keys))


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
        ("<think>v = 2*V", None),
    ],
)
def test_the_last_complete_law_counts(task, answer, law):
    found = read_answer(task.truth.problem, answer).law
    assert found == (None if law is None else parse_formula(law, "VSK"))


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
def test_the_last_complete_experiment_counts(task, texts, place):
    problem = task.truth.problem
    text = texts.format(*(f"{value:.6g}" for value in problem.dials[0].settings))
    settings = read_answer(problem, f"v = V\n{text}").settings
    assert settings == (None if place is None else (place,))


WORST = (
    *(
        "P" + " " * 19900 + "x=",
        "v" + " " * 19900 + "=",
        "v(" * 9900,
        "v=" * 9900,
        "v = " * 4900,
        "=" * 19900,
    ),
    *("v = " + "(" * 19000, "v = " + "{" * 19000, "v = $" + "\\frac{" * 2800, "$" + "{" * 9900 + "}" * 9900),
    *(
        "experiment: " * 1600,
        "experiment:\n" * 1600,
        "experiment" + " " * 19900,
        "experiment: S = " + "," * 9000,
    ),
    *("S = 1,\n" * 2800, "S = 1 s\n" * 2400, "v = V and\n" * 1900, "v = V.   " * 2200, "v = V" + ". " * 9000),
    *(
        "v = V*S/(S + K) for " * 950,
        "law: " * 3900,
        "law: x\n" * 2800,
        "v = (V)(" * 2400,
        "v = V(S(K(" * 1900,
    ),
    *("v = VSVSVSVSVSVS\n" * 1100, "v = " + "VS" * 9000, "v = " + "V " * 9000, "`" * 19900, "> " * 9900),
    *("v =\n" * 4900, "\\" * 9900, "$\\mu" * 4900, "v = sin " * 2400, "⁻" * 19900, "v = V⁻¹" * 2500),
    *("<think>" * 2800, "v = 1" + "0" * 19000, "v = " + "-" * 19000, "v = 2^" * 3000, "v = V — " * 2400),
)


@pytest.mark.parametrize("answer", WORST, ids=range(len(WORST)))
def test_the_worst_texts_take_linear_time(domain, task, answer):
    """Twenty times the text takes at most about twenty times as long, and little altogether."""
    assert len(answer) <= 20_000

    def seconds(text):
        start = time.process_time()
        domain.score(task, text)
        domain.feedback(task, text)
        return time.process_time() - start

    seconds(answer)
    assert min(seconds(answer) for _ in range(3)) < 0.3  # milliseconds on an idle machine


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{a}{b}", "((a)/(b))"),
        (r"\dfrac12 x", "((1)/(2)) x"),
        (r"\frac{\frac{a}{b}}{c}", "((((a)/(b)))/(c))"),
        (r"\sqrt{x}", " sqrt(x)"),
        (r"\sqrt[3]{x}", "(x)^(1/3)"),
        (r"e^{-t/\tau}", "e^(-t/tau)"),
        (r"D_{0}", "D_0"),
        (r"D_{\text{0}}", "D_0"),
        (r"2\cdot x\times y", "2* x* y"),
        (r"\mathrm{exp}\left(x\right)", "exp (x )"),
        (r"k\ln x", "k ln x"),
        (r"a \\ b", "a \n b"),
        (r"\mu\text{mol}", "umol"),
        (r"\mu mol", "umol"),
        (r"\boxed{x = 1", "x = 1"),
        (r"\frac{a}{b", "((a)/((b))"),
        (r"x}", "x"),
        (r"\tag{1} x", " x"),
    ],
)
def test_latex_becomes_plain(latex, text):
    assert from_latex(latex) == text
