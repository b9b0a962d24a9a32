"""Answers to EntityChain in the dress of chat models, right and wrong, and the rules one by one."""

import pytest
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.domains.entity_chain import EntityChainDomain
from vpo_envs.domains.entity_chain.chain import Chain
from vpo_envs.domains.entity_chain.reading import clean, matches, read
from vpo_envs.domains.worlds.trails import Hop

NAMES = ("Ada_Brook", "Stone & Hale", "The Hythe", "Oule", "Mount Tarn")
MASKS = ("Person A", "Company B", "City C", "River D", "Mountain E")
BACK = ("Oland", *reversed(NAMES))
STEPS = tuple(map(Hop, BACK, range(1, 6), BACK[1:]))
CHAIN = Chain(("A story.",), MASKS, STEPS, told=STEPS, records=("A record.",))
DOMAIN = EntityChainDomain()
TASK = DOMAIN.make_task(CHAIN)

DRESSES = [
    "<entity_A>{a}</entity_A>\n<entity_B>{b}</entity_B>",
    "<entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "<ENTITY_A> {a} </ENTITY_A> <Entity_b>{b}</Entity_b>",
    "<entity_B>{b}</entity_B>\n<entity_A>{a}</entity_A>",
    "<entity_A>{a}</entity_A> (Person A)\n<entity_B>{b}</entity_B> (Company B)",
    "- <entity_A>{a}</entity_A>\n- <entity_B>{b}</entity_B>\n\nThese follow from the records.",
    "```xml\n<entity_A>{a}</entity_A>\n<entity_B>{b}</entity_B>\n```",
    "<entity_A>**{a}**</entity_A><entity_B>`{b}`</entity_B>",
    "<entity_A>“{a}”</entity_A><entity_B>{b}.</entity_B>",
    "<entity_A>Person A: {a}</entity_A><entity_B>Company B = {b}</entity_B>",
    "<entity_A>**Person A:** {a}</entity_A><entity_B>_Company B_: **{b}**</entity_B>",
    "<entity_A>Person A is {a}</entity_A><entity_B>B: {b}</entity_B>",
    "<entity_A>{a} (Person A)</entity_A><entity_B>{b} (Company B)</entity_B>",
    "<entity_A>{a} <entity_B>{b}",
    "<entity_A>{a}</entity_A>\n<entity_B>{b}",
    "<entity_A>...</entity_A><entity_B>...</entity_B>\n<entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "<entity_A>{a}</entity_A><entity_B>{b}</entity_B> in the form <entity_A>...</entity_A>",
    "<entity_A>name of Person A</entity_A> <entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "<think><entity_A>Oland</entity_A>?</think><entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "E is Tarn, so...</think>\n<entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "Draft: <entity_A>O</entity_A> <entity_D>x</entity_D>\n<entity_A>{a}</entity_A><entity_B>{b}</entity_B>",
    "Person A: {a}\nCompany B: {b}",
    "A: {a}\nB: {b}",
    "**A:** {a}\n**B:** {b}",
    "- **Person A**: {a}\n- **Company B**: {b}",
    "* **Person A (a poet):** {a}\n* **Company B:** {b}",
    "1. Person A = {a}\n2. Company B = {b}",
    "entity_A = {a}\nentity_B = {b}",
    "Entity A: {a}\nEntity B: {b}",
    "`entity_A`: `{a}`\n`entity_B`: `{b}`",
    '{{"entity_A": "{a}", "entity_B": "{b}"}}',
    'Here you are:\n```json\n{{\n  "A": "{a}",\n  "B": "{b}"\n}}\n```',
    "A – {a}\nB — {b}",
    "┌──────┬──────┐\n│ Mask │ Name │\n├──────┼──────┤\n│ A    │ {a}  │\n│ B    │ {b}  │\n└──────┴──────┘",
    "+---+---+\n| entity_A | entity_B |\n+---+---+\n| {a} | {b} |\n+---+---+",
    "```csv\nmask,reason,name\nPerson A,it wrote books,{a}\nCompany B,it made ships,{b}\n```",
    "entity_A,entity_B\n{a},{b}",
    '```toml\n[[entities]]\nmask = "A"\nname = "{a}"\n\n[[entities]]\nmask = "B"\nname = "{b}"\n```',
    '[entity_A]\nname = "{a}"\n\n[entity_B]\nname = "{b}"',
    '<entity_A value="{a}"/>\n<entity_B name="{b}"></entity_B>',
    '<entity id="A" name="{a}"/>\n<entity id="B" name="{b}"/>',
    "<entity_A><![CDATA[{a}]]></entity_A><entity_B><![CDATA[{b}]]></entity_B>",
    "\\begin{{itemize}}\n\\item Person A: {a}\n\\item[Company B] {b}\n\\end{{itemize}}",
    "[A] {a}\n[B] {b}",
    "[A → {a}]\n[B → {b}]",
    "[Country C] governs [Company B] here.\n\nA: {a}\nB: {b}",
    "[Person A]: {a}\n[Company B]: {b}",
    "[entity_A]{a}[/entity_A] [entity_B]{b}[/entity_B]",
    "Person A ⇒ {a}\nCompany B ≡ {b}",
    '"{{\\"entity_A\\": \\"{a}\\", \\"entity_B\\": \\"{b}\\"}}"',
    "Person A → {a}; Company B → {b}",
    "A: {a} | B: {b}",
    "| Mask | Name |\n|---|---|\n| A | {a} |\n| B | {b} |",
    "(A) {a}\n(B) {b}",
    "A) {a}\nB) {b}",
    "A. {a}\nB. {b}",
    "Final answer: A = {a}, B = {b}",
    "Person A is {a}.\nCompany B is {b}.",
    "<answer>\nA: {a}\nB: {b}\n</answer>",
    "- **Person A**: {a} – taught by the head of B\n- **Company B**: {b}, which the last record names",
    "A: {a}\nB: {b}\nC: unknown\nD: N/A\nE: ?",
    "<entity_A>{a}</entity_A><entity_B>{b}</entity_B><entity_C>unknown</entity_C><entity_D>?</entity_D>",
    r"$A = \text{{{a}}}$" + "\n" + r"$B = \text{{{b}}}$",
    "River D is fed by snow.\nCompany B is based in City C.\n\nPerson A: {a}\nCompany B: {b}",
    "<entity_A>{a}</entity_A><entity_B>{b}</entity_B>\n\nI left out <entity_C>, <entity_D> and <entity_E>.",
    "<entity_A>{a}</entity_A><entity_B>{b}</entity_B>\n(Only <entity_A> and <entity_B> are counted.)",
    "<entity_A>{a}</entity_A><entity_B>{b}</entity_B>\n<entity_C> and <entity_D> stay open.",
    "<entity_A>{a}</entity_A><entity_B>{b}</entity_B>\n\nI could not find <entity_C>'s name.",
    "<entity_A>{a}</entity_A><entity_B>{b}</entity_B>\n- `<entity_C>`: a city\n- **<entity_D>** is a river",
    "I leave <entity_C> open, as it is unclear.\n<entity_A>{a}</entity_A>\n<entity_B>{b}</entity_B>",
    "<entity_A>{a}\n<entity_B>{b}\n\nI left out <entity_C> and <entity_D>.",
    "<entity_A> {a}\n<entity_B> {b}",
    "<entity_A>{a}<entity_A>\n<entity_B>{b}<entity_B>",
    "<entity_A>: {a}\n<entity_B>: {b}",
    "A: {a}\nB: {b}\n\nI left out <entity_C>, <entity_D> and <entity_E>.",
    "<entity_A>{a}。</entity_A><entity_B>{b}！</entity_B>",
    "A：{a}，B：{b}。",
    "Person A is {a}, and Company B is {b}.",
    "So Person A is {a} and Company B is {b}.",
    "Person A is {a}. Company B is {b}.",
    "Person A is {a}. It follows from the records. Company B is {b}, whose head taught Person A.",
    "Therefore, **Person A** is **{a}**, while **Company B** must be *{b}*.",
    "The answer is that Person A is {a} and that Company B is {b}.",
    "The name of Person A is {a}, and the name of Company B is {b}.",
    "Person A refers to {a} and Company B refers to {b}.",
    "Person A = {a} and Company B = {b}",
    "The answer is A: {a} and B: {b}.",
    "The final names are Person A: {a}; Company B: {b}.",
    "Person A:\n{a}\n\nCompany B:\n{b}",
    "| Letter | Entity | Reason |\n|---|---|---|\n| A | {a} | taught |\n| B | {b} | headed |",
    "| A | Person | {a} |\n| B | Company | {b} |",
    "| Mask | Kind | Why | Name |\n|--|--|--|--|\n| A | Person | art | {a} |\n| B | Company | led | {b} |",
    "| # | Mask | Name | Record |\n|--|--|--|--|\n| 1 | Person A | {a} | 7 |\n| 2 | Company B | {b} | 4 |",
    "| Name | Mask |\n|---|---|\n| {a} | `A` |\n| {b} | `B` |",
    "| Person A | Company B | City C |\n|---|---|---|\n| {a} | {b} | unknown |",
    "| **A** (Person) | **{a}** | taught |\n|---|---|---|\n| **B** (Company) | **{b}** | headed |",
    "| <entity_A> | {a} | taught |\n| <entity_B> | {b} | headed |",
    '[{{"entity": "A", "name": "{a}"}}, {{"entity": "B", "name": "{b}"}}]',
    "[{{'entity': 'A', 'name': '{a}'}}, {{'entity': 'B', 'name': '{b}'}},]",
    '```json\n{{"A": {{"why": "taught", "name": "{a}"}}, "B": {{"name": "{b}"}}, "C": null}}\n```',
    '{{"answers": [{{"mask": "Person A", "value": "{a}"}}, {{"mask": "Company B", "value": "{b}"}}]}}',
    '[["A", "{a}"], ["B", "{b}"]]',
    # Marks, blanks and notes.
    "✅ Person A: {a}\n✅ Company B: {b}",
    "🔹 **Person A** → {a}\n🔹 **Company B** → {b}",
    "1\ufe0f\u20e3 Person A: {a}\n2\ufe0f\u20e3 Company B: {b}",
    "- [x] Person A: {a}\n- [x] Company B: {b}",
    "Person\u00a0A: {a}\n**Company\u202fB**: {b}",
    "\ufeff<entity_A>\ufeff{a}</entity_A>\u200b\n<entity_B>{b}\u200b</entity_B>",
    "Person A: {a}[^1]\nCompany B: {b}[^2]\n\n[^1]: Record 7.\n[^2]: Record 4.",
    "<entity_A>{a}[^1]</entity_A>\n<entity_B>{b}</entity_B>\n\n[^1]: Record 7.",
    # XML, HTML and LaTeX.
    '<entity_A type="person">{a}</entity_A>\n<entity_B type="company">{b}</entity_B>',
    '<entities>\n<entity id="A">{a}</entity>\n<entity id="B">{b}</entity>\n</entities>',
    '<entity name="Person A">{a}</entity>\n<entity name="Company B">{b}</entity>',
    "<entity><id>A</id><name>{a}</name></entity>\n<entity><id>B</id>\n  <name>{b}</name>\n</entity>",
    "<Person_A>{a}</Person_A>\n<company_b>{b}</company_b>",
    "<A>{a}</A>\n<B>{b}</B>",
    "<entity_A><b>{a}</b></entity_A>\n<entity_B>\n  <name>{b}</name>\n</entity_B>",
    "<ul>\n<li><b>Person A:</b> {a}</li>\n<li>Company B: {b}</li>\n</ul>",
    "Person A: {a}<br>Company B: {b}",
    "<table>\n<tr><th>Entity</th><th>Name</th></tr>\n<tr><td>A</td><td>{a}</td></tr>\n"
    "<tr><td>B</td><td>{b}</td></tr>\n</table>",
    "\\[\\begin{{split}}\n\\text{{Person A}} &= \\text{{{a}}} \\\\\nB &= \\text{{{b}}}\n\\end{{split}}\\]",
    # YAML, lines of values, calls and JSON.
    "```yaml\n- entity: A\n  name: {a}\n- entity: B\n  name: {b}\n```",
    "entities:\n  - name: '{a}'\n    mask: Person A\n  - name: {b}\n    mask: Company B",
    "entity_A:\n  type: person\n  name: {a}\nentity_B:\n  type: company\n  name: {b}",
    "entity_A: {a}  # Person A\nentity_B: {b}  # Company B",
    "```csv\nentity,name\nA,{a}\nentity_B,{b}\n```",
    'Answer(entity_A="{a}", entity_B="{b}")',
    '{{"entity": "A", "name": "{a}"}}\n{{"entity": "B", "name": "{b}"}}',
    '```json\n{{\n  "entity_A": "{a}", // Person A\n  "entity_B": "{b}" // Company B\n}}\n```',
    '["Person A: {a}", "Company B: {b}"]',
    '{{"reasoning": "Person A is taught by the head of B", "answer": "Person A: {a}\\nCompany B: {b}"}}',
    '{{"answer": ["entity_A: {a}", "entity_B: {b}"]}}',
    '{{"answer": "{{\\"entity_A\\": \\"{a}\\", \\"entity_B\\": \\"{b}\\"}}"}}',
    '{{"role": "assistant", "content": "{{\\"A\\": \\"{a}\\", \\"B\\": \\"{b}\\"}}"}}',
    '<tool_call>\n{{"name": "submit", "arguments": {{"entity_A": "{a}", "entity_B": "{b}"}}}}\n</tool_call>',
    # Drafts before.
    '{{"A": "Oland", "B": "Oule"}}\n\nNo, the corrected answer:\n\n{{"A": "{a}", "B": "{b}"}}',
    '[{{"entity": "A", "name": "O"}}]\n\nBetter:\n\n[{{"entity": "A", "name": "{a}"}}, ["B", "{b}"]]',
    '{{"D": "Oland"}}\n\n{{"A": "{a}", "B": "{b}"}}\n\nThese are {{"two": "names"}}.',
    "<A>Oland</A>\n<entity_A>{a}</entity_A>\n<entity_B>{b}</entity_B>",
]


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("names", [("Ada Brook", "Stone & Hale"), ("Ada_Brook", "Stone and Hale")])
def test_right_names_score_alike_in_every_dress(dress, names):
    answer = dress.format(a=names[0], b=names[1])
    assert DOMAIN.score_batch([TASK], [answer])[0].tolist() == [1, 1, 0, 0, 0]
    assert DOMAIN.score(TASK, answer) == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    "dress",
    [
        "A is {a} and B is {b}.",
        "Person A is the person {a}, so Company B is the company {b}.",
        "The two entities are Person A ({a}) and Company B ({b}).",
        "City C: The Hythe\nMountain E: Oule\n\nSo Person A is {a}, and\nCompany B is most likely {b}.",
        "Person A: {a}\nCompany B: {b}\n\nPerson A is Company B's head. Company B (The Hale) is known.",
        "### Person A\n{a}\n\n### Company B\n{b}",
        "## Entity A\n\n**{a}**\n\n## Entity B:\n\n**{b}**\n",
        "**Person A**\n{a}\n\n**Company B:**\n\n{b}",
        "Person A ({a}) → Company B ({b})",
        "Person A ({a}) → Company B ({b}) → Oland",
        "### Person A\nOland\n\nNo:\n\n### Person A\n{a}\n\n### Company B\n{b}",
    ],
)
def test_capitals_tell_names_in_prose_and_under_headings(dress):
    assert DOMAIN.score(TASK, dress.format(a="Ada Brook", b="Stone & Hale")) == [1, 1, 0, 0, 0]
    assert DOMAIN.score(TASK, dress.format(a="Ada Brook", b="The Hythe")) == [0.5, 0, 0, 0, 0]
    assert max(DOMAIN.score(TASK, dress.format(a="Ada Stone", b="Hale"))) == 0


@pytest.mark.parametrize("dress", DRESSES)
def test_wrong_names_score_low_in_every_dress(dress):
    assert DOMAIN.score_batch([TASK], [dress.format(a="Ada Stone", b="Hale")])[0].max() == 0
    half = DOMAIN.score_batch([TASK], [dress.format(a="Ada Brook", b="The Hythe")])[0]
    assert half.tolist() == [0.5, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "not sure",
        "I don’t know",
        "could not be determined from the records",
        "left out",
        "(unknown)",
        "[unknown company]",
        "*Omitted*",
        "Company B: unresolved",
        "not given, as only two names count",
    ],
)
def test_words_without_a_name_displace_none(text):
    answer = "<entity_A>Ada Brook</entity_A><entity_C>The Hythe</entity_C>"
    assert DOMAIN.score(TASK, f"{answer}<entity_B>{text}</entity_B>") == [1, 0, 1, 0, 0]
    assert DOMAIN.score(TASK, f"A: Ada Brook\nC: The Hythe\nB: {text}") == [1, 0, 1, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "<entity_B>not sure, perhaps Oule</entity_B>",
        "<entity_B>not Stone & Hale</entity_B>",
        "<entity_B>Stone & Hale or unknown</entity_B>",
        "<entity_B>Oule (unknown)</entity_B>",
        "<entity_B>Oule",
        "(<entity_B>Oule)",
    ],
)
def test_names_that_are_wrong_or_in_doubt_cost(text):
    answer = "<entity_A>Ada Brook</entity_A><entity_C>The Hythe</entity_C>"
    assert DOMAIN.score(TASK, f"{answer}\n{text}") == [0, 0, 0.5, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "Person A is either Ada Brook or Ben Stone.",
        "Person A is not Ada Brook.",
        "| A | Ada Brook or Ben Stone |",
        "| A | Ben Stone | Ada Brook |",
        '{"A": ["Ada Brook", "Ben Stone"]}',
        "The teacher of Person A is Company B, which Ada Brook leads.",
        "I know <entity_A> and Ada Brook.",
        "Person A (Ada Brook) or Person A (Ben Stone)",
        "Person A (Ben Stone), or perhaps Person A (Ada Brook)",
        "Person A (Ben Stone) / Person A (Ada Brook)",
        "Person A is Ada Brook or Person A is Ben Stone.",
        "A: Ada Brook\nor A: Ben Stone",
        "[Person A] leads [Company B] Ada Brook",
        "Either Person A is Ada Brook or City C is The Hythe.",
        "| A | Ada Brook | Ben Stone |\n| C | The Hythe | Oland |",
        "A | Ada Brook | Ben Stone",
        "| Mask | First | Second |\n|---|---|---|\n| A | Ada Brook | Ben Stone |",
        "| Mask | Name | Other name |\n|---|---|---|\n| A | Ada Brook | Ben Stone |",
        '[["A", "Ada Brook", "Ben Stone"]]',
        "### Person A\n\nAda Brook or Ben Stone",
        "### Person A\n\nAda Brook leads it.",
        "- entity: A\n  name: Ada Brook\n  other name: Ben Stone",
        "A,Ada Brook,Ben Stone",
        "A\tAda Brook\tBen Stone",
        "[A] Ada Brook or Ben Stone",
        "[A, B] = [Ada Brook, Ben Stone]",
        '<entity_A value="Ada Brook" text="Ben Stone"/>',
        "entity_A,entity_B\nAda Brook,Stone & Hale\nBen Stone,Oule",
        'A: ["Ada Brook", "Ben Stone"]',
        '{"reasoning": "Person A: Ada Brook", "answer": "unknown"}',
        "<entity id='A'>Ada Brook or Ben Stone</entity>",
        "Person A (a poet) → Ada Brook (poet) or Ben Stone",
    ],
)
def test_alternatives_and_mentions_earn_nothing(text):
    assert max(DOMAIN.score(TASK, text)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "It is false that Person A is Ada Brook.",
        "I doubt that Person A is Ada Brook.",
        "I do not think that Person A is Ada Brook or that City C is The Hythe.",
        "I do not think Person A is Ada Brook or that City C is The Hythe.",
        "It is not the case that Person A is Ada Brook, and that City C is The Hythe.",
        "It is false, I believe, that Person A is Ada Brook.",
        "It can’t be that Person A is Ada Brook and City C is The Hythe.",
        "I reject the idea that Person A = Ada Brook.",
        "It is unlikely that the name of Person A is Ada Brook.",
        "Wrong: Person A is Ada Brook, City C is The Hythe.",
        "If A is Ada Brook, I am surprised.",
        "Not A: Ada Brook",
        "Person A is Ada Brook, which is wrong.",
        "Person A is Ada Brook, but I doubt it.",
        "Person A: Ada Brook. That is not true.",
    ],
)
def test_denied_and_doubted_names_earn_nothing(text):
    assert max(DOMAIN.score(TASK, text)) == 0
    assert DOMAIN.answer_key(TASK, text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Since B is not in the records, Person A is {a} and City C is {c}.",
        "As nobody else fits, we find that Person A is {a} and that City C is {c}.",
        "I could not resolve the others, so Person A is {a} and City C is {c}.",
        "I do not know River D. Person A is {a}. City C is {c}.",
        "I have not resolved the rest: A: {a}, C: {c}",
        "There is no doubt that Person A is {a} and that City C is {c}.",
        "I doubt that Person A is Ben Stone, but Person A is {a} and City C is {c}.",
        "A: {a}, since it is not Ben Stone\nC: {c}, as no other city fits",
        "Person A is not Ben Stone. Person A is {a}, and City C is {c}.",
        "| A | {a} | Taught by the head of B |\n| C | {c} | Record 7 |",
    ],
)
def test_denial_of_something_else_costs_nothing(text):
    assert DOMAIN.score(TASK, text.format(a="Ada Brook", c="The Hythe")) == [1, 0, 1, 0, 0]


@pytest.mark.parametrize("dress", DRESSES)
def test_keys_see_through_every_dress(dress):
    if "(Person A)</" in dress:
        pytest.skip("a note in parentheses may be part of a name")
    key = DOMAIN.answer_key(TASK, dress.format(a="Ada Brook", b="Stone & Hale"))
    assert key == "A: ada brook, B: stone and hale"
    assert key == DOMAIN.vote_key(TASK, dress.format(a="ada_brook", b="The Stone &amp; Hale"))


@pytest.mark.parametrize(
    ("name", "gold", "right"),
    [
        ("Jane Doe", "Jane_Doe_(director)", True),
        ("jane_doe_(Director)", "Jane_Doe_(director)", True),
        ("Jane Doe (poet)", "Jane_Doe_(director)", False),
        ("Jane Doe (poet)", "Jane Doe", True),
        ("Jane", "Jane_Doe_(director)", False),
        ("director", "Jane_Doe_(director)", False),
        ("(director)", "Jane_Doe_(director)", False),
        ("The Jane Doe.", "Jane Doe", True),
        ("Franco–Prussian War", "Franco-Prussian_War", True),
        ("Saint-Malo", "Saint–Malo", True),
        ("D’Arcy Hill", "D'Arcy_Hill", True),
        ("Holt &amp; Sons", "Holt & Sons", True),
        ("Holt and Sons", "Holt_&_Sons", True),
        ("Holt", "Holt & Sons", False),
        ("Ada Brook or Ben Stone", "Ada_Brook", False),
        ("Kurt Go\u0308del", "Kurt_G\u00f6del", True),
        ("Kurt_G\u00f6del", "Kurt_Go\u0308del", True),
        ("Kurt Godel", "Kurt_G\u00f6del", False),
        ("Beyonc%C3%A9", "Beyonc\u00e9", True),
        ("Jane_Doe_%28director%29", "Jane_Doe_(director)", True),
        ("Jane_Doe_%28poet%29", "Jane_Doe_(director)", False),
        ("100% Wool", "100%_Wool", True),
        ("D&#39;Arcy Hill", "D'Arcy_Hill", True),
        ("", "Ada_Brook", False),
    ],
)
def test_names_match(name, gold, right):
    assert matches(name, gold) is right


@pytest.mark.parametrize(
    "text", ["...", "name", "name of Person A", "Person A", " _ ", "the", "[…]", "**", "Person A:"]
)
def test_forms_are_no_names(text):
    assert clean(text, "A", "Person A") == ""


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Ada Brook (or Jane Hollis)", False),
        ("Ada Brook (perhaps)", False),
        ("Ada Brook (not certain)", False),
        ("Ada Brook (not Jane Hollis)", False),
        ("Ada Brook (poet)", True),
        ("Ada Brook (not to be confused with Jane Hollis)", True),
        ("Ada Brook (Orlando)", True),
    ],
)
def test_a_doubt_in_brackets_takes_a_name_back(name, kept):
    assert clean(name, "A", "Person A") == (name if kept else "")


def test_the_last_name_of_every_letter_counts():
    text = "<entity_D>x</entity_D> <entity_A>1</entity_A><entity_B>2</entity_B><entity_D>3</entity_D>"
    assert read(text, MASKS, 5) == {"A": "1", "B": "2", "D": "3"}
    assert read(text, MASKS, 2) == {"B": "2", "D": "3"}, "the last ones count"
    assert read(text, MASKS[:2], 5) == {"A": "1", "B": "2"}, "only letters of the chain are names"
    corrected = "<entity_A>1</entity_A><entity_B>2</entity_B> No, B is <entity_B>3</entity_B>"
    assert read(corrected, MASKS, 2) == {"A": "1", "B": "3"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ada Brook, Stone & Hale",
        "A is the one who was taught by somebody.",
        "a: Ada Brook",
        "The person: Ada Brook",
        "<entity_F>Ada Brook</entity_F>",
        "<entity_>Ada Brook</entity_>",
        "<entity_A></entity_A>",
        "<entity_A> \n <entity_B>",
        "<think>A: Ada Brook",
    ],
)
def test_what_names_nobody(text):
    assert read(text, MASKS, 5) == {}


WORST = [
    "<entity_a>", "<entity_A>x", "<entity_A>x</entity_A>", "</entity_A>", "<entity_", "A: ", "A: x\n", "A:",
    ",A:x", "{", "}", "|", "| A ", "Person A is ", "\n- **A", "(", "( A", "A. ", "A) ", '"', "a ", "ab", "*",
    "\n", "1. A: x\n", "; ", "&amp;", "_", "_(", "<entity_A>(", "<entity_A>name of Person A</entity_A>",
    "<entity_A>\\text{", "A = \\text{x}\n", "Person ", "<entity_A> and ", "| A | x |\n", "and the ",
    " is A is ", "| A | B |\n|---|---|\n", "Person A (", ". A: ", "[", '{"A":', '{"A": {', '["A", ', "%C3",
    "not ", " or A is ", "not that A: x ", "| A | X | Y |\n", "wrong: ", "false: A: X, ", "no doubt ",
    "e\u0301", "\u0323\u0301", "['", '["A: x"] ', "[{", "- a: x\n", "- A:\n a: x\n", "### A\nX\n", "**A**\n",
    "A (X) → ", "A,X\n", "f(A=", '<entity id="A">', "<entity><id>A</id>", "<A>", "<A>x</A>", "\\text{x",
    "[^1]", "</dt> ", " \\\\", '{"A": "x"}\n',
]  # fmt: skip


@pytest.mark.parametrize("unit", WORST)
def test_long_answers_cost_little(unit):
    for text in (unit * (20_000 // len(unit)), "<entity_A>" + unit * (19_000 // len(unit))):
        assert cpu_seconds(lambda text=text: (DOMAIN.score(TASK, text), DOMAIN.answer_key(TASK, text))) < 1.0


@given(st.text(alphabet=st.sampled_from('<>/entity_ABCab:=|(){}*"\n ,;-&.is'), max_size=200))
def test_any_text_is_read(text):
    named = read(text, MASKS, 2)
    assert len(named) <= 2 and set(named) <= set("ABCDE") and all(named.values())
