"""Answers in many forms: in the dress of chat models, right ones score as the plain one, wrong ones not."""

import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains.science.answers import write_answer
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
    "{'law': 'v = @*V*S/(S + K)', 'experiment': {'S': '#s umol/L'},}",
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
    "v [umol/L/s] = @*V*S/(S + K) ✅\nexperiment: Measure v at S = #s umol/L ✅<|im_end|>",
    "v(S; V, K) = @*V*S/(S + K)<|eot_id|>\n<experiment>S = #s umol per L</experiment>",
    '{"v": "@*V*S/(S + K)", "experiment": {"S": #milli, "unit": "mmol/L"}}</s>',
    "*v* = @ *V* *S*/(*S* + *K*)\n**Next experiment** – S = 1*#s umol/L = #s umol/L",
    "v = <@*V*S/(S + K)>\nexperiment: S = <#s> umol/L to tell the laws apart",
    "$v = \\underbrace{@V}_{\\text{limit}}\\,\\frac{S}{S + K}$\nexperiment: #s umol/L",
    "v_{\\text{}} = @V\\frac{S}{S+K}\n\nexperiment: S = #s umol/L; it tells the laws apart.",
    "$$\\begin{aligned}\nv &= @*V*S/(S + K)\n\\end{aligned}$$\nexperiment: S = #s umol/L",
    "v ＝ @*V*S/（S + K）\nexperiment：S ＝ #s umol/L",
    "Law：v = @*V*S/(S + K)\n\n## Experiment\n\n- **S**: #s umol/L\n\nThis tells the laws apart.",
    "1. Law\n\nv = @*V*S/(S + K)[^1]\n\n2. Next experiment\n\nS = #s umol/L[^2]\n\n[^1]: It saturates.",
    "| Law | Experiment |\n|---|---|\n| v = @*V*S/(S + K) | S = #s umol/L |",
    "| **Next experiment** | **Best law** |\n|:--|:--|\n| `S = #s umol/L` | `v = @*V*S/(S + K)` |",
    "v = @*V*S/(S + K)\nexperiment: S = #s umol L^‑1",
    "```yaml\nlaw: v = @*V*S/(S + K)\nexperiment:\n  S:\n    value: #s\n    unit: umol/L\n```",
    "<law>@*V*S/(S + K)</law>\n<experiment>S = #s umol/L</experiment>",
    '{"answer": "v = @*V*S/(S + K)\\nexperiment: S = #s umol/L"}',
    '{"answer": ["v = @*V*S/(S + K)", "experiment: S = #s umol/L"]}',
    '"{\\"law\\": \\"v = @*V*S/(S + K)\\", \\"experiment\\": \\"S = #s umol/L\\"}"',
    '{\\"law\\": \\"v = @*V*S/(S + K)\\", \\"experiment\\": \\"S = #s umol/L\\"}',
    "v = @*V*S/(S + K)\n\n[experiment]\nS = #s",
    "[reasoning]\n# v is so\n\nv = @*V*S/(S + K)\nexperiment: S = #s umol/L",
    "v = @*V*S/(S + K)\nexperiment: S = #s umol/L\n\n"
    "\\begin{aligned}\nv &= 6 \\\\ &= \\text{ so in the experiment}\n\\end{aligned}",
    "┌─────┬────────────┐\n│ Law │ Experiment │\n├─────┼────────────┤\n"
    "│ v = @*V*S/(S + K) │ S = #s umol/L │\n└─────┴────────────┘",
    "+------+-------+\n| Part | Value |\n+------+-------+\n| law | @*V*S/(S + K) |\n"
    "| experiment | S = #s umol/L |\n+------+-------+",
    "```csv\nlaw,experiment\nv = @*V*S/(S + K),S = #s umol/L\n```",
    "\\begin{tabular}{ll}\nLaw & Experiment \\\\ \\hline\n$v = @\\frac{VS}{S + K}$ & $S = #s$ \\\\\n"
    "\\end{tabular}",
    '```toml\nlaw = "v = @*V*S/(S + K)"\n\n[experiment]\nS = "#s umol/L"\n```',
    '<law value="v = @*V*S/(S + K)"/>\n<experiment S="#s umol/L"/>',
    "Law\n: v = @*V*S/(S + K)\n\nExperiment\n: S = #s umol/L",
    "<answer><best_law id='1'>@*V*S/(S + K)</best_law>\n<experiment n=1>S = #s umol/L</experiment></answer>",
    '{"law": "v = @*V*S/(S + K)"}\n{"experiment": "S = #s umol/L"}',
    '{"name": "submit", "arguments": "{\\"law\\": \\"v = @*V*S/(S + K)\\", \\"experiment\\": \\"S = #s\\"}"}',
    "```python\ndef v(S):\n    # saturates\n    return @*V*S/(S + K)\n```\nexperiment: S = #s umol/L",
    "v = lambda S: @*V*S/(S + K)\nexperiment: S = #s umol/L",
    'Answer(law="v = @*V*S/(S + K)", experiment="S = #s umol/L")',
    "```python\nAnswer(\n    experiment={'S': '#s umol/L'},\n    law='v = @*V*S/(S + K)',\n)\n```",
    'formula = "@*V*S/(S + K)"\nexperiment = "S = #s umol/L"',
    "<table>\n<tr><td>Law</td><td>v = @*V*S/(S + K)</td></tr>\n"
    "<tr><td>Experiment</td><td>S = #s umol/L</td></tr>\n</table>",
    "<dl><dt>Law</dt><dd>v = @*V*S/(S + K)</dd><dt>Experiment</dt><dd>S = #s umol/L</dd></dl>",
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


BLOCKS = (
    '{"answer": "v = @*V*S/(S + K)\\nexperiment: S = #s umol/L"}',
    '{"answer": ["v = @*V*S/(S + K)", "experiment: S = #s umol/L"]}',
    '{\\"law\\": \\"v = @*V*S/(S + K)\\", \\"experiment\\": \\"S = #s umol/L\\"}',
    "<law>@*V*S/(S + K)</law>\n<experiment>S = #s umol/L</experiment>",
    '{"law": "v = @*V*S/(S + K)"}\n{"experiment": "S = #s umol/L"}',
    'Answer(law="v = @*V*S/(S + K)", experiment="S = #s umol/L")',
    "| Law | Experiment |\n|---|---|\n| v = @*V*S/(S + K) | S = #s umol/L |",
    "## Law\nv = @*V*S/(S + K)\n\n## Experiment\n- **S**: #s umol/L",
    "def v(S):\n    return @*V*S/(S + K)\nexperiment:\n  S:\n    value: #s\n    unit: umol/L",
    "law：v = @*V*S/(S + K)\nexperiment：S = #s umol/L",
    'law = "v = @*V*S/(S + K)"\nexperiment = {"S": "#s umol/L"}',
    '{"role": "assistant", "content": "{\\"law\\": \\"v = @*V*S/(S + K)\\", \\"experiment\\": \\"S=#s\\"}"}',
)


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("between", ["\n\nWait, no. Better:\n\n", "\n\n---\n\nFinal answer:\n\n", "\n\n"])
def test_of_a_draft_and_a_final_answer_the_final_counts(task, settings, block, between):
    draft = dressed(block, "3.7", {name: f"{float(value) / 2:g}" for name, value in settings.items()})
    final = dressed(block, "1.05", settings)
    for first, last in ((draft, final), (final, draft)):
        assert read_answer(task.truth.problem, first + between + last) == read_answer(
            task.truth.problem, last
        )


def test_equations_that_cannot_be_read_leave_no_draft(task, settings):
    draft = dressed(DRESSES[0], "1.05", settings)
    for law in ("3.7\\frac{VS}{S+Q}", "\\mathcal{F}(S)"):
        block = f"\\begin{{aligned}}\nv &= {law} \\\\\n\\text{{experiment: }} S &= 2\n\\end{{aligned}}"
        assert read_answer(task.truth.problem, f"{draft}\n\nFinal:\n{block}").law is None
        assert read_answer(task.truth.problem, f"{block}\n\nFinal:\n{draft}").law is not None


DRAFT = '{"law": "v = V*S", "experiment": "S = 1 umol/L"}'


@pytest.mark.parametrize(
    "text",
    [
        '{"draft": @, "final": #}',
        '{"final": #, "draft": @}',
        '{"first": @, "second": #}',
        '{"result": {"draft": @, "final_answer": #}}',
        '{"draft": @, "law": "v = V", "experiment": "S = 2*K"}',
        '{"law": "v = V*S", "experiment": "S = 1", "final": #}',
        '{"law": "v = V", "experiment": "S = 2*K", "alternatives": [@]}',
        '{"answers": [@, #]}',
        "[@, #]",
        "@\n#",
        "Draft: @\nFinal: #",
        "```json\n@\n```\nBetter:\n```json\n#\n```",
        '{"answer": #, "notes": {"experiment_cost": 1.8}}',
        '{"answer": #, "form": {"law": "...", "experiment": "..."}}',
    ],
)
def test_the_last_complete_answer_in_json_counts(task, text):
    problem = task.truth.problem
    final = '{"law": "v = V", "experiment": "S = 2*K"}'
    expected = read_answer(problem, "v = V\nexperiment: S = 2*K")
    assert read_answer(problem, text.replace("@", DRAFT).replace("#", final)) == expected


def test_spellings_of_one_answer_share_a_key(domain, task, settings):
    keys = {domain.answer_key(task, dressed(dress, "1.05", settings)) for dress in DRESSES}
    assert len(keys) == 1
    other = dressed(DRESSES[0], "1.06", settings)
    assert domain.answer_key(task, other) not in keys
    assert domain.answer_key(task, "no law here") == ""
    assert domain.answer_key(task, "v = S*V/(K + S)") != next(iter(keys))


def test_an_answer_is_read_in_many_forms(enzyme, saturation):
    problem = saturation.truth.problem
    law, best = problem.law, problem.best_settings
    value = problem.dials[0].settings[best[0]]
    ratio = value / problem.constants["K"]
    for text in (
        f"v = V*S/(S + K)\nexperiment: S = {value} umol/L",
        f"v=V*S/(S+K)\nExperiment: S={value}",
        f"v = V * S / ( S + K ) experiment: S = {ratio:.6f} * K",
        "Let me think: v = k*S is wrong.\nv = S\n`v = V*S/(S + K)`\n"
        f"experiment : S = {value / 1000:.9f} mmol/L.\nDone.",
        f"experiment: S = 1\nexperiment: S = {value:.6g}\nv = V*S/(S + K)",
        f"v = V*S/(S + K)\r\nexperiment: S = {value * 1e-6:.12f} mol/L\r\n",
    ):
        proposal = read_answer(problem, text)
        assert (proposal.law, proposal.settings) == (law, best), (text, proposal)
    for compact in (False, True):
        assert read_answer(problem, write_answer(problem, law, best, compact=compact)).settings == best


@pytest.mark.parametrize(
    "answer", ["", "V*S/(S + K)", "w = V*S", "v == V*S", "v = \nexperiment: S = 2*K", "V = v"]
)
def test_without_a_law_nothing_is_earned(enzyme, saturation, answer):
    assert enzyme.score(saturation, answer) == (0.0, 0.0, 0.0, 0.0)


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
    *("<" * 19900, "<|" * 9900, "*a* " * 4900, "q [" * 6600, "v(S," * 4900, "✅" * 19900, "&lt;" * 4900),
    *("v [umol/L/s] = x\n" * 1100, "\\underbrace{a}_" * 1100, "_{a}b" * 3900, '{"a":' * 3900, '{"a\\' * 4900),
    *('{"experiment": "x"}' * 1000, '{"a": {"experiment": "x"}, ' * 700, "not experiment: " * 1200),
    *(
        "not " * 4900 + "experiment: S = 1",
        "do not S = 1 experiment\n" * 800,
        "experiment: at 1 umol/L, " * 700,
    ),
    *("experiment: S = 1 a b c d e f g h\n" * 550, ("experiment: S = 1 (" + "=" * 270 + "\n") * 60),
    *(
        "experiment: a 1 mol kg, " * 800,
        "S = 1 experiment\n" * 1100,
        "S = 1 mol x 1 x 1\n" * 1100,
        "&#" + "9" * 19000 + ";",
    ),
    *('A(law="x", ' * 1800, "A(law='" * 2800, 'A(law="x" () ' * 1300, "f(experiment={'S': " * 1000),
    *("| law | experiment |\n|---|---|\n" * 600, "<law>" * 3900, "<law>x" * 3300, "<law a=1>" * 2200),
    *("def v(S):\n return " * 1000, "def v(" * 3300, "v = lambda " * 1800, "S:\n value: 1\n unit: s\n" * 800),
    *("## experiment\n" * 1400, "experiment\nS = 1\n" * 1100, "&=" * 9900, "</td><td>" * 2200, "[^1]" * 4900),
    *('{"law": "x"}\n{"experiment": "x"}\n' * 550, '{"output": ' * 1800, "：" * 19900),
    *(
        "so v = " * 2800,
        "The law is v = x. " * 1050,
        "Wait. So v = x\n" * 1300,
        "v = a*V, a = 1\n" * 1250,
        "a = b, " * 2700,
    ),
    *(
        "v = V (a = " * 1700,
        "experiment: S = 1\n" + "for S:\nv = V\n" * 1400,
        "experiment: S = 1" + " → a b" * 3000,
    ),
    *("<think>" * 2800, "v = 1" + "0" * 19000, "v = " + "-" * 19000, "v = 2^" * 3000, "v = V — " * 2400),
)


@pytest.mark.parametrize("answer", WORST, ids=range(len(WORST)))
def test_the_worst_texts_take_little_time(domain, task, answer):
    assert len(answer) <= 20_000
    assert cpu_seconds(lambda: (domain.score(task, answer), domain.feedback(task, answer))) < 0.3
