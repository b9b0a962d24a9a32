"""Names under headings, in YAML, in chains and in calls as lines with a letter and a name."""

import pytest

from vpo_envs.domains.entity_chain.layout import rewrite_layout


def listed(row):
    return [", ".join(f"{cell.head}={cell.text}" for cell in row)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("## Person A\n\nAda Brook\n", "Person A: Ada Brook\n"),
        ("**2. Person A (a poet):**\n*Ada Brook*", "Person A: *Ada Brook*"),
        ("## Person A\nShe is taught by B.", "## Person A\nShe is taught by B."),
        ("## Person A\ntaught by B", "## Person A\ntaught by B"),
        ("## Person A\n- **Name:** Ada", "## Person A\n- **Name:** Ada"),
        ("Person A\nAda Brook", "Person A\nAda Brook"),
        ("- entity: A\n  name: 'Ada'\nrest", "entity=A, name=Ada\nrest"),
        ("entity_A:\n  name: Ada\nentity_B: Oule", "=A, name=Ada\nentity_B: Oule"),
        ("- A: Ada", "A=Ada"),
        ("Person A (Ada) -> City B (Oule) => Tarn", "A: Ada\nB: Oule"),
        ("Person A (a poet) → Ada", "Person A (a poet) → Ada"),
        ("So Person A (Ada) → City B (Oule)", "So Person A (Ada) → City B (Oule)"),
        ('A,"Ada"\nentity_B,Oule', "A: Ada\nB: Oule"),
        ("entity_A,entity_B\nA, Ada", "entity_A,entity_B\nA, Ada"),
        ('f(entity_a="Ada", B="Oule")', '\nentity_a="Ada", B="Oule")'),
        ("A(B == 1)", "A(B == 1)"),
    ],
)
def test_layouts(text, lines):
    assert rewrite_layout(text, listed) == lines


def test_records_without_names_stay():
    assert rewrite_layout("- entity: A\n  why: taught", lambda row: []) == "- entity: A\n  why: taught"
    assert rewrite_layout("- entity: A\n  why: taught", lambda row: None) == "- entity: A\n  why: taught"
