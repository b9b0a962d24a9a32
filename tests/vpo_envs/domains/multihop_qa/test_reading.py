"""Answers to MultiHopQA in the dress of chat models, right and wrong, and the rules one by one."""

import pytest
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.multihop_qa import MultiHopQADomain
from vpo_envs.domains.multihop_qa.question import Paragraph, Question
from vpo_envs.domains.multihop_qa.reading import read
from vpo_envs.domains.worlds.trails import Hop

SUPPORT = (3, 7, 2)
TITLES = ("Ane", "Bor", "Skelmer's Map", "Dunn", "Etta Voss", "Fyl", "Gil Orme", "Hult")
STEPS = tuple(map(Hop, ("Skelmer's Map", "Gil Orme", "Bor"), SUPPORT, ("Gil Orme", "Bor", "Old Selmor’s")))
QUESTION = Question(
    "Where?",
    tuple(Paragraph(title, f"{title} is something.") for title in TITLES),
    STEPS,
    ("Old Selmor", "Selmoria"),
    told=STEPS,
)
DOMAIN = MultiHopQADomain()
TASK = DOMAIN.make_task(QUESTION)

DRESSES = [
    "<support>{a}, {b}</support><answer>{x}</answer>",
    "<SUPPORT>{a}, {b}</SUPPORT>\n<Answer>{x}</Answer>",
    "<support>[{a}], [{b}]</support>\n<answer>{x}.</answer>",
    "<support>[{a}][{b}]</support><answer>**{x}**</answer>",
    "<support>paragraphs {a} and {b}</support><answer>“{x}”</answer>",
    "<support>Paragraph {a}, Paragraph {b}</support><answer>\n{x}\n</answer>",
    "<support>\n- [{a}] The Map (1953)\n- [{b}] Gil Orme, born in 1870\n</support>\n<answer>{x}</answer>",
    "<support>1. Paragraph {a}\n2. Paragraph {b}</support><answer>Answer: {x}</answer>",
    "<support>1. {a}\n2. {b}</support><answer>`{x}`</answer>",
    "<support>Step 1: {a}; step 2: {b}</support><answer>The answer is {x}.</answer>",
    "<support>¶{a} & ¶{b}</support><answer>*{x}*</answer>",
    "<support>#{a}, #{b}</support><answer>{x}</answer> I hope this helps!",
    '<support>["{a}", "{b}"]</support><answer>"{x}"</answer>',
    "<support>{a} – {b}</support><answer>{x}</answer>",
    "<answer>{x}</answer>\n<support>{a}; {b}</support>",
    "<answer>{x} [{a}]</answer><support>{a}, {b}</support>",
    "<answer><support>{a}, {b}</support>{x}</answer>",
    "<think>Is it <answer>Dunn</answer>? No.</think><support>{a}, {b}</support><answer>{x}</answer>",
    "The map leads to paragraph 5.\n</think>\n\n<support>{a},{b}</support> <answer>{x}</answer>",
    "Draft: <support>1</support><answer>Dunn</answer>\nNo: <support>{a}, {b}</support><answer>{x}</answer>",
    "Form: <support>...</support><answer>...</answer>\n<support>{a}, {b}</support><answer>{x}</answer>",
    "<support>{a}, {b}</support><answer>{x}</answer> as <support>...</support><answer>your answer</answer>",
    "```\n<support>{a}, {b}</support>\n<answer>{x}</answer>\n```",
    "```xml\n<support>{a}, {b}</support>\n<answer>{x}\n```",
    "<support>{a}, {b}</support><answer>{x}",
    "<support>{a}, {b}\n<answer>{x}</answer>",
    r"<support>{a}, {b}</support><answer>$\boxed{{\text{{{x}}}}}$</answer>",
    "**Support:** [{a}], [{b}]\n\n**Answer:** {x}",
    "Supporting paragraphs: {a}, {b}\nFinal answer: **{x}**",
    "Paragraph 5 names Etta Voss, who was born in 1870.\n\nCitations: {a} and {b}.\n\nThe answer is {x}.",
    "Based on paragraphs {a} and {b}, the answer is **{x}**.",
    '{{"support": [{a}, {b}], "answer": "{x}"}}',
    'Sure!\n```json\n{{"support": ["{a}", "{b}"], "answer": "{x}"}}\n```',
    "<support>{a}</support>, <support>{b}</support>\n<answer>{x}</answer>",
    "Answer: {x}\n<support>{a}, {b}</support>",
    "Support: {a}, {b}\n<answer>{x}</answer>",
    "Support:\n{a}, {b}\n\nAnswer:\n{x}",
    "**Supporting paragraphs:**\n- Paragraph {a}\n- Paragraph {b}\n\n**Short answer:** {x}",
    "### Final Answer\n{x}\n\n### Citations\n[{a}], [{b}]",
    "Answer: {x}\nCitations: {a}, {b}\n\nExplanation: the answer is found by following the map.",
    "I cite paragraphs {a} and {b}. The answer is {x}.",
    "{x} [{a}], [{b}]",
    "{x} (paragraphs {a} and {b})",
    "<support>{a}, {b}</support>\n{x}",
    "Evidence: {a}, {b}\n{x}",
    "Sources: [{a}] [{b}]\n\nAnswer:\n\n{x}",
    r"Paragraphs {a} and {b}" + "\n" + r"$\boxed{{\text{{{x}}}}}$",
    "<support>{a}, {b}</support>\n<answer>{x}<answer>",
    "<support>{a}, {b}<support>\n<answer>{x}</answer>",
    "**<support>{a}, {b}<support>**\n**<answer>{x}<answer>**",
    "<answer>{x}<answer><support>{a}, {b}<support>\n\nI hope this helps!",
    "Draft: <answer>Dunn <answer>\n{x}</answer><support>{a}, {b}</support>",
    "<supports>{a}, {b}</supports>\n<answers>{x}</answers>",
    "<supporting_paragraphs>{a}, {b}</supporting_paragraphs>\n<final_answer>{x}</final_answer>",
    "&lt;citations&gt;{a}, {b}&lt;/citations&gt;\n&lt;answer&gt;{x}&lt;/answer&gt;",
    "<answer>\n<support>{a}, {b}</support>\n<final_answer>{x}</final_answer>\n</answer>",
    "| Support | Answer |\n|---|---|\n| {a}, {b} | {x} |",
    "| **Final answer** | **Supporting paragraphs** |\n|:--|:--|\n| **{x}** | [{a}], [{b}] |",
    "| Support | {a}, {b} |\n| Answer | {x} |",
    "| Answer | {x} |\n|---|---|\n| Support | {a}, {b} |",
    "| Field | Value |\n|---|---|\n| Support | {a}, {b} |\n| Answer | {x} |",
    "| Step | Paragraph |\n|---|---|\n| 1 | 5 |\n\nSupport: {a}, {b}\nAnswer: {x}",
    '{{"support": [{a}, {b}], "answer": ["{x}"]}}',
    "```python\n{{'support': [{a}, {b}], 'answer': \"{x}\",}}\n```",
    '{{"support": [{{"paragraph": {a}}}, {{"paragraph": {b}}}], "answer": "{x}"}}',
    '```json\n{{"answer": "{x}", "support": [{{"hop": 1, "id": {a}}}, {{"hop": 2, "id": {b}}}]}}\n```',
    '{{"support": {{"step 1": {a}, "step 2": {b}}}, "answer": "{x}"}}',
    '{{"result": {{"support": ["Paragraph {a}", "Paragraph {b}"], "answer": "{x}"}}}}',
    '{{"answer": "Dunn"}} No: {{"support": [[{a}], [{b}]], "answer": "{x}"}}',
    "Answer: {x} (Support: {a}, {b})",
    "Answer: {x} [support: {a}, {b}]",
    "Answer: {x} – citations: {a}, {b}.",
    "Answer: {x} | Support: {a}, {b}",
    "Answer: {x} ({a}, {b})",
    "The answer is {x}, supported by paragraphs {a} and {b}.",
    "The answer is {x} (based on {a} and {b}).",
    "Citations: {a}, {b}. Answer: {x}",
    "Citations: {a}, {b}. The answer is {x}.",
    "**Support:** {a}, {b} **Answer:** {x}",
    "**Answer:** {x} **Support:** {a}, {b}",
    "Support {a}, {b}. Answer: {x}",
    "{x} (Support: {a}, {b})",
    "<answer>{x} (sources: {a}, {b})</answer>",
    "<answer>{x}</answer> (Support: {a}, {b})",
    "Answer: {x}\n(Support: {a}, {b})",
    "Answer = {x}, Support = {a}, {b}",
    "Support | Answer\n---|---\n{a}, {b} | {x}",
    "<support>{a}, {b}<support> <answer>{x}<answer>.",
    "<cited_paragraphs>{a}, {b}</cited_paragraphs><answer>{x}</answer>",
    '{{"short_answer": "{x}", "supporting_paragraphs": {{"{a}": "the map", "{b}": "born there"}}}}',
    '```json\n{{"support": [{a}, {b}], "answer": "{x}"}}\n```\nIt is the same in {{all}} paragraphs.',
    "<support>{a}, {b}</support><answer>「{x}」</answer>",
    "Support：{a}，{b}\nAnswer：{x}。",
    "<support>{a}、{b}</support><answer>{x}。</answer>",
    "## Support\r\n\r\n{a}, {b}\r\n\r\n## Answer\r\n\r\n{x}\r\n",
    "\ufeffsupport: {a}, {b}\nanswer: {x}",
    "<support>\u200b{a},\u00a0{b}</support><answer>\u200b{x}</answer>",
    "**Support** – {a}, {b}\n**Answer** – {x}",
    "Support → {a}, {b}\nAnswer → {x}",
    "Support -> {a}, {b}\nFinal answer -> {x}",
    "Support - {a}, {b}\nAnswer - {x}",
    "Answer: {x} 【{a}】【{b}】",
    "**Answer:** {x} 【{a}†source】【{b}†source】",
    "Answer: {x}[^{a}][^{b}]",
    "{x}[^1][^2]\n\n[^1]: Paragraph {a}\n[^2]: [{b}] Gil Orme",
    "Answer: {x} <ref>{a}</ref><ref>{b}</ref>",
    "Answer: {x} <sup>{a}</sup><sup>{b}</sup>",
    "support: [{a}, {b}]\nanswer: |\n  {x}",
    "```yaml\nsupport:\n  - {a}\n  - {b}\nanswer: >-\n  {x}\n```",
    "```yaml\nsupport:\n  - paragraph: {a}\n  - paragraph: {b}\nanswer: {x}\n```",
    "```python\nsupport: list[int] = [{a}, {b}]\nanswer: str = '{x}'\n```",
    'Support: {a}, {b}\nfinal_answer("{x}")',
    "Support:\n- [x] {a}\n- [x] {b}\n\nAnswer: {x}",
    "Support:\n- Paragraph {a}: born in 1870\n- Paragraph {b}: not paragraph 5\n\nAnswer: {x}",
    "### Support\n1. [{a}] The Map (1953)\n2. [{b}] Gil Orme\n\n### Answer\n{x}",
    "Support\n-------\n{a}, {b}\n\nAnswer\n------\n{x}",
    "Support\n: {a}, {b}\n\nAnswer\n: {x}",
    "<support type='final' n=2>{a}, {b}</support>\n<answer lang=\"en\">{x}</answer>",
    "<support>{a}, {b}</support><answer><b>{x}</b></answer>",
    "<answer>\n  <support>{a}, {b}</support>\n  <text>{x}</text>\n</answer>",
    "<support>{a}, {b}</support><answer>[{x}](https://example.org/wiki)</answer>",
    "<evidence>{a}, {b}</evidence>\n<result>{x}</result>",
    "<references>\n- Paragraph {a}\n- Paragraph {b}\n</references>\n<response>\n{x}\n</response>",
    "<evidence>Paragraph 5, 1953</evidence><support>{a}, {b}</support><answer>{x}</answer>",
    "<response>\nSupport: {a}, {b}\nAnswer: {x}\n</response>",
    "<ul>\n<li><b>Support:</b> {a}, {b}</li>\n<li><b>Answer:</b> {x}</li>\n</ul>",
    "<dl>\n<dt>Support</dt><dd>{a}, {b}</dd>\n<dt>Answer</dt><dd>{x}</dd>\n</dl>",
    r"\textbf{{Support:}} {a}, {b}" + "\n\n" + r"\textbf{{Answer:}} {x}",
    '{{"support": [{a}, {b}], // the map\n "answer": "{x}" # in full\n}}',
    '{{"support": [{a}, {b}]}}\n{{"answer": "{x}"}}',
    '{{"support": [{a}, {b}], "answer": {{"name": "{x}"}}}}',
    '{{"answer": {{"text": "{x}", "support": [{a}, {b}]}}}}',
    '{{"support": [{a}, {b}], "result": "{x}"}}',
    '{{"response": "{x}", "references": [{a}, {b}]}}',
    '{{"candidates": [{{"support": [5], "answer": "Dunn"}}, {{"support": [{a}, {b}], "answer": "{x}"}}]}}',
    '{{"role": "assistant", "content": "Support: {a}, {b}\\nAnswer: {x}"}}',
    '{{"name": "submit", "arguments": "{{\\"support\\": [{a}, {b}], \\"answer\\": \\"{x}\\"}}"}}',
    "┌─────────┬──────────┐\n│ Support │ Answer   │\n├─────────┼──────────┤\n│ {a}, {b} │ {x} │\n"
    "└─────────┴──────────┘",
    "+---------+--------+\n| Support | Answer |\n+---------+--------+\n| {a}, {b} | {x} |\n"
    "+---------+--------+",
    " Support | Answer\n---------+--------\n {a}, {b} | {x}",
    '```csv\nsupport,answer\n"{a}, {b}",{x}\n```',
    'Field,Value\nSupport,"{a}, {b}"\nAnswer,{x}',
    "Support\tAnswer\n{a}, {b}\t{x}",
    "\\begin{{tabular}}{{ll}}\n\\hline\nSupport & Answer \\\\ \\hline\n{a}, {b} & {x} \\\\\n\\end{{tabular}}",
    "<table><tr><th>Support</th><th>Answer</th></tr><tr><td>{a}, {b}</td><td>{x}</td></tr></table>",
    '```toml\n[answer]\nsupport = [{a}, {b}]\ntext = "{x}"\n```',
    '```toml\nanswer = "{x}"\n\n[[support]]\nparagraph = {a}\n\n[[support]]\nparagraph = {b}\n```',
    '<support value="{a}, {b}"/>\n<answer value="{x}"/>',
    '<citation id="{a}"/><citation id="{b}"/>\n<answer>{x}</answer>',
    '<support><paragraph id="{a}"/><paragraph id="{b}"/></support><answer>{x}</answer>',
    '<citation id="{a}">The map of 1953</citation>\n<citation id="{b}">born in 1870</citation>\n'
    "<answer>{x}</answer>",
    "<support><item>{a}</item><item>{b}</item></support><answer>{x}</answer>",
    "<support><![CDATA[{a}, {b}]]></support><answer><![CDATA[{x}]]></answer>",
    "<support>\n{a}\ufe0f\u20e3, {b}\ufe0f\u20e3\n</support><answer>{x}</answer>",
    "## Support\n{a}\ufe0f\u20e3 {b}\ufe0f\u20e3\n## Answer\n{x}",
    "Support:\n- {a}\ufe0f\u20e3\n- {b}\ufe0f\u20e3\n\nAnswer: {x}",
    "1\ufe0f\u20e3 Support: {a}, {b}\n2\ufe0f\u20e3 Answer: {x}",
    "\\boxed{{Dunn}}? No.\n\nSupport: {a}, {b}\n\\boxed{{{x}}}",
    "Answer: \\boxed{{Dunn}}\n\nOn reflection:\n\n\\boxed{{{x}}}\n\nSupport: {a}, {b}",
    r"\textbf{{Support}}: {a}, {b}" + "\n\n" + r"\textbf{{Answer}}: {x}",
    '"{{\\"support\\": [{a}, {b}], \\"answer\\": \\"{x}\\"}}"',
    '{{\\"support\\": [{a}, {b}], \\"answer\\": \\"{x}\\"}}',
]


@pytest.mark.parametrize("dress", DRESSES)
def test_a_right_answer_scores_alike_in_every_dress(dress):
    plain = DOMAIN.score(TASK, DRESSES[0].format(a=3, b=7, x="Old Selmor"))
    assert plain == [1, 1, 0, pytest.approx(2 / 3), 1]
    assert DOMAIN.score_batch([TASK], [dress.format(a=3, b=7, x="Old Selmor")])[0] == pytest.approx(
        plain, abs=0.02
    )
    assert DOMAIN.score(TASK, dress.format(a=3, b=7, x="Old Selmor")) == pytest.approx(plain, abs=0.02)


@pytest.mark.parametrize("dress", DRESSES)
def test_a_wrong_answer_scores_low_in_every_dress(dress):
    assert DOMAIN.score_batch([TASK], [dress.format(a=1, b=8, x="Etta Voss")])[0].max() == 0
    half = DOMAIN.score_batch([TASK], [dress.format(a=3, b=8, x="Etta Voss")])[0]
    assert half == pytest.approx([0.25, 0, 0, 0.25 / 3, 0])


@pytest.mark.parametrize("dress", DRESSES)
def test_keys_see_through_every_dress(dress):
    plain, dressed = (d.format(a=3, b=7, x="Old Selmor") for d in (DRESSES[0], dress))
    assert DOMAIN.answer_key(TASK, dressed) == DOMAIN.answer_key(TASK, plain) == "old selmor [3, 7]"
    assert DOMAIN.vote_key(TASK, dressed) == "old selmor"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<support>3, 7</support>",
        "<support>3, 7</support><answer></answer>",
        "<support>3, 7</support><answer> \n </answer>",
        "<support>3, 7</support></answer>Old Selmor<answer>",
        "<support>3, 7",
        "I read paragraph 3 first.\nThen paragraph 7.\nOld Selmor stands in both of them.",
        "The paragraphs do not say where it is, and I would rather not guess, but perhaps Old Selmor.",
        '{"answer": null}',
        '{"answer": ["Old Selmor"]}',
        '{"support": [3, 7], "answer": ["Old Selmor", "Dunn"]}',
        '{"support": [3, 7], "answer": {"Old Selmor": "Dunn"}}',
        "| Support | Answer |\n|---|---|\n| 3, 7 | |",
        "<support>3, 7</support><answer>...<answer>",
        "Support: 3, 7. Answer:",
        "<think>Old Selmor",
    ],
)
def test_what_is_no_answer(text):
    assert read(text, 8, 2).answer is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('{"answer": "Dunn", "final_answer": "Old Selmor"}', "Old Selmor"),
        ('{"final_answer": "Old Selmor", "answer": "Dunn"}', "Old Selmor"),
        ('{"Answer": "Dunn", "Corrected answer": "Old Selmor"}', "Old Selmor"),
        ('{"draft_answer": "Dunn", "answer": "Old Selmor"}', "Old Selmor"),
        ('{"answer": "Old Selmor", "hop_1_answer": "Dunn"}', "Old Selmor"),
        ('{"answer": "Old Selmor", "final_answer": null}', "Old Selmor"),
        ('{"answer": "Old Selmor", "final_answer": "..."}', "Old Selmor"),
        ('{"answer": "Old Selmor", "check": {"answer": "Dunn"}}', "Old Selmor"),
        ('{"draft": {"answer": "Dunn"}, "final": {"answer": "Old Selmor"}}', "Old Selmor"),
        ('{"final": {"answer": "Old Selmor"}, "draft": {"answer": "Dunn"}}', "Old Selmor"),
        ('{"first": {"answer": "Dunn"}, "second": {"answer": "Old Selmor"}}', "Old Selmor"),
        ("Answer: The Sources: A History", "The Sources: A History"),
        ("Answer: Old Selmor (1953)", "Old Selmor (1953)"),
        ("Answer: Apollo (11)", "Apollo (11)"),
        ("<answer>Old Selmor (sources of the Nile)</answer>", "Old Selmor (sources of the Nile)"),
        ("<answer>Dunn<answer>Old Selmor", "Old Selmor"),
        ("Answer: **Old Selmor**\nThis follows from \\boxed{Paragraph 3}.", "Old Selmor"),
        ("Answer: Dunn\n\n$\\boxed{\\text{Old Selmor}}$.\n\nSupport: \\boxed{3}", "Old Selmor"),
        ("Answer, then\nSupport, too\n\nAnswer: Old Selmor", "Old Selmor"),
        ("Answer: Dunn\nNo.\nAnswer: Old Selmor (Support: 3)", "Old Selmor"),
        ("| Support | Answer |\n|---|---|\n| 3 | Dunn |\n| 7 | Old Selmor |", "Old Selmor"),
    ],
)
def test_what_is_the_answer(text, answer):
    assert read(text, 8, 2).answer == answer


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ('{"support": [1], "final_support": [3, 7], "answer": "Dunn"}', (3, 7)),
        ('{"support": [3, 7], "sources": ["Part 1"], "answer": "Dunn"}', (3, 7)),
        ('{"draft": {"support": 1, "answer": "x"}, "final": {"support": 3, "answer": "y"}}', (3,)),
        ('{"final": {"support": 3, "answer": "y"}, "draft": {"support": 1, "answer": "x"}}', (3,)),
    ],
)
def test_citations_stand_beside_the_answer_that_counts(text, cited):
    assert read(text, 8, 2).cited == cited


BLOCKS = [
    "Support: {a}, {b}\nAnswer: {x}",
    "Support:\n- {a}\n- {b}\n\nAnswer: {x}",
    "## Support\n{a}, {b}\n## Answer\n{x}",
    "## Support\n\n- Paragraph {a}\n\n- Paragraph {b}\n\n## Answer\n\n**{x}**",
    "Support:\n- Paragraph {a}: the map\n- Paragraph {b}: the man\n\nAnswer: {x}",
    "support:\n  - {a}\n  - {b}\nanswer: {x}",
    "support:\n  - paragraph: {a}\n  - paragraph: {b}\nanswer: |\n  {x}",
    'Answer(support=[{a}, {b}], answer="{x}")',
    '{{support: [{a}, {b}], answer: "{x}"}}',
    '{{"support": [{a}, {b}]}}\n{{"answer": "{x}"}}',
    "<evidence>{a}, {b}</evidence>\n<result>{x}</result>",
]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("between", ["\n\nWait, no. Better:\n\n", "\n\n---\n\nFinal answer:\n\n", "\n\n"])
def test_of_a_draft_and_a_final_answer_the_final_counts(block, between):
    right, wrong = block.format(a=3, b=7, x="Old Selmor"), block.format(a=1, b=5, x="Etta Voss")
    assert DOMAIN.score(TASK, right + between + wrong) == [0] * 5
    assert DOMAIN.score(TASK, wrong + between + right) == pytest.approx(DOMAIN.score(TASK, right))
    assert DOMAIN.score(TASK, right) == [1, 1, 0, pytest.approx(2 / 3), 1]


def test_a_label_without_numbers_below_it_takes_no_citations_away():
    text = "Support: 3, 7\nAnswer: Old Selmor\n\nEvidence:\nThe map says so.\n\nSources: none"
    assert read(text, 8, 2) == ((3, 7), "Old Selmor")


def test_typographic_quotes_and_dashes_are_an_option_beside_squad():
    question = Question("?", QUESTION.paragraphs, STEPS, ("Selmor's 1914-18", "1950–60"), told=STEPS)
    lenient, strict = MultiHopQADomain(), MultiHopQADomain(typography=False)
    for text in ("Selmor’s 1914–18", "Selmor's 1914-18", "1950-60", "1950–60"):
        assert lenient.score(lenient.make_task(question), f"<answer>{text}</answer>")[4] == 1
    scores = [
        strict.score(strict.make_task(question), f"<answer>{text}</answer>")[4]
        for text in ("Selmor’s 1914–18", "Selmor's 1914-18", "1950-60", "1950–60")
    ]
    assert scores == [0, 1, 0, 1]


WORST = [
    "<answer>", "<support>", "[", "[3", "[3]", "]", "3-", "3 ", "3, ", "3 and ", "paragraph ",
    "paragraphs 3, ", "P", "#", "1. 3\n", "step 1 ", "Answer: ", "the answer is ", "Support: ",
    "\\boxed{", "\\boxed{\\text{", "{", '{"answer":', "}", "(paragraph ", "(", " ", "\n", "*",
    "**Answer:**\n", "`", ", as ", "Sources: [", "- ", "> ", "9", "¶", "¶¶ nos.", "\\text{",
    ", because ", "1-8, ", "Answer\n", "Paragraph 3\n", "</support> <support>",
    "<answer>x<answer>", "<answer>\n", "<support>1<support>\n", "| Answer | x |\n", '{"support":[', "}{",
    '{"final": {"answer":', '{"a": {"answer": 1}, ',
    "| Answer | Support |\n|---|---|\n", "Answer: x Support: 2\n", "supporting ", "(2, 17", "(Support: 2",
    "。", "[^1]: Paragraph 3\n", "【3†", "[^3]", "<b>", "<b ", "<sup>3</sup>", "[x](https://",
    'final_answer("', "<evidence>3", "<result>x", "- paragraph: 3\n", "- [3] x\n", '{"a":1}',
    '{"answer": {"answer": ',
    '{"answer": [{', '{"name": "', "Support -", "Answer → ", "\ufeff", "\r\n", "- [x] ", "x: int = ",
]  # fmt: skip


def test_entities_of_html_are_characters():
    assert read("<support>3</support><answer>Holt &amp; Sons</answer>", 9, 2).answer == "Holt & Sons"


@pytest.mark.parametrize("unit", WORST)
def test_long_answers_cost_little(unit):
    for text in (
        unit * (20_000 // len(unit)),
        "<support>" + unit * (19_000 // len(unit)) + "</support><answer>x",
    ):
        assert cpu_seconds(lambda text=text: (DOMAIN.score(TASK, text), DOMAIN.answer_key(TASK, text))) < 1.0


@given(st.text(alphabet=st.sampled_from('[]()<>/answersupport 0379,-–¶#{}":.\n\\boxed*¶'), max_size=200))
def test_any_text_is_read(text):
    found = read(text, 9, 2)
    assert len(found.cited) <= 2 and len(set(found.cited)) == len(found.cited)
    assert found.answer is None or found.answer


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("- <support>3</support>\n- <support>7</support>\n<answer>Rome</answer>", (3, 7)),
        ("In Oule <support>3</support>, in Selm <support>7</support>.\n<answer>Rome</answer>", (3, 7)),
        ("<support>3</support>: Oule\n<support>[7]</support>: Selm\n<answer>Rome</answer>", (3, 7)),
        (
            "<support>2</support><answer>x</answer> <support>3</support> <support>7</support>"
            "<answer>y</answer>",
            (3, 7),
        ),
        ("<support>2</support> Wait, that is wrong. <support>3</support><answer>Rome</answer>", (3,)),
        ("<support>2, 5</support> or <support>3</support><answer>Rome</answer>", (3,)),
    ],
)
def test_citations_with_a_tag_each(text, cited):
    assert read(text, 8, 4).cited == cited


@pytest.mark.parametrize(
    ("below", "answer"),
    [
        ("Wait, that is wrong. The correct answer is Rome.", "Rome"),
        ("**Final answer:** Rome", "Rome"),
        ("The final answer is **Rome** because paragraph 3 says so.", "Rome"),
        ("The final answer is supported by paragraphs 2 and 17.", "Oslo"),
        ("The correct answer is in paragraph 3.", "Oslo"),
        ("This is correct.", "Oslo"),
    ],
)
def test_an_answer_in_words_below_the_tags_is_the_last_one(below, answer):
    assert read(f"<support>3</support><answer>Oslo</answer>\n\n{below}", 8, 4).answer == answer


def test_an_answer_that_is_left_open_ends_with_its_line():
    assert read("<answer>Rome\n\nThe steps are: paragraph 2, then 3.", 8, 4).answer == "Rome"
    assert read("<answer>\nRome", 8, 4).answer == "Rome"
