"""Tables and JSON as lines with a letter and a name."""

import pytest

from vpo_envs.domains.entity_chain.rows import rewrite_rows

MASKS = {"A": "Person A", "B": "Company B", "C": "City C"}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("| A | Ada |", "A: Ada"),
        ("| Person A | Ada | taught |", "A: Ada"),
        ("| A | Person | Ada |", "A: Ada"),
        ("| A | person | |", ""),
        ("| entity_a | Ada |", "A: Ada"),
        ("| Ada | A |", "A: Ada"),
        ("| A | Person A | Ada |", "A: Ada"),
        ("| A | B |", ""),
        ("| A | Ada | Oule |", ""),
        ("| A | Ada | ada |", "A: Ada"),
        ("| A | Ada | Fits the clue |", "A: Ada"),
        ("| A | Ada | Record 7 | 3 |", "A: Ada"),
        ("| A | Ada | The Mount of Tarn |", ""),
        ("| Ada | Oule |", "| Ada | Oule |"),
        ("A: Ada | B: Oule", "A: Ada | B: Oule"),
        ("| A | C |\n|---|---|\n| Ada | Oule |", "A: Ada\nC: Oule"),
        ("| Mask | Reason | Name |\n|---|---|---|\n| A | taught | Ada |", "| Mask | Reason | Name |\nA: Ada"),
        ("| Mask | Reason |\n|---|---|\n| A | taught |", "| Mask | Reason |"),
        ("Before\n| A | Ada |\nafter", "Before\nA: Ada\nafter"),
        ('{"A": "Ada", "C": "Oule"}', "A: Ada\nC: Oule"),
        ('Here: {"Person A": "Ada"} Done.', "A: Ada"),
        ('[{"A": "Ada"}, {"C": "Oule"}]', "A: Ada\nC: Oule"),
        ('[{"reason": "taught", "letter": "A", "name": "Ada"}]', "A: Ada"),
        ('{"entities": {"A": {"name": "Ada", "why": "taught"}}}', "A: Ada"),
        ('{"named": {"A": "Ada"}, "left out": ["B", "C"]}', "A: Ada"),
        ('{"A": "Ada\\nBrook"}', "A: Ada Brook"),
        # The last group of values counts; values on neighbouring lines are one answer.
        ('{"A": "Ada"}\n{"C": "Oule"}', "A: Ada\nC: Oule"),
        ('{"A": "Ada", "C": "Tarn"} or rather {"C": "Oule"}', "C: Oule"),
        ('{"A": "Ada"}\n\n{"C": "Oule"} {"why": "taught"}', "C: Oule"),
        ('{"output": {"A": "Ada"}}', "A: Ada"),
        ('{"answer": "{\\"A\\": \\"Ada\\"}"}', "A: Ada"),
        # Texts in values, where they stand.
        ('Here: ["A: Ada", "C: Oule"].', "Here: \nA: Ada\nC: Oule\n."),
        ('{"why": "A: Tarn", "answer": "A: Ada"}', "\nA: Ada\n"),
        ('A: ["Ada", "Oule"]', 'A: ["Ada", "Oule"]'),
        ('{"A": "Ada"', '{"A": "Ada"'),
        ("[" * 3000 + "]" * 3000, "[" * 3000 + "]" * 3000),
    ],
)
def test_rows(text, lines):
    assert rewrite_rows(text, MASKS) == lines
