"""Labelled lines, blocks of citations, tables, and answers that stand alone."""

import pytest

from vpo_envs.domains.multihop_qa.lines import from_lines, support_lines, table_citations


@pytest.mark.parametrize(
    ("text", "support"),
    [
        ("", None),
        ("Rome", None),
        ("Support: 3, 7", " 3, 7"),
        ("Support:\n3\n\n7\nRome\n9", "3; 7"),
        ("Support: 1\nSupport: 3", " 3"),
        ("Support:\n1\nSupport:\n3", "3"),
        ("Support: 3\nEvidence:\nthe map", " 3"),
        ("- paragraph: 3\n- paragraph: 7", " 3;  7"),
        ("Support: 3\n- Paragraph 7: not 9", " 3; [7]"),
        ("Support: 3\nParagraph 7 says so", " 3"),
        ("Paragraph 3: the map", None),
        ("Support is 3", None),
        ("Support - 3", " 3"),
    ],
)
def test_the_last_block_of_citations_counts(text, support):
    assert support_lines(text) == support


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Answer: Rome", " Rome"),
        ("Answer – Rome", " Rome"),
        ("The answer – so it seems – lies in Rome, or in another town that they all know well", None),
        ("Answer:\nRome", "Rome"),
        ("Answer: >-\n  Rome", "  Rome"),
        ("Answer:\nSo the answer is Rome", "Rome"),
        ('Final answer:\nAnswer(answer="Rome")', '"Rome")'),
        ("final_answer('Rome')", " Rome"),
        ("Answer: Rome, as stated", " Rome"),
        ("Rome", "Rome"),
        ("| Answer |  Rome |", " Rome"),
    ],
)
def test_the_last_labelled_line_is_the_answer(text, answer):
    assert from_lines(text, None)[1] == answer


def test_citations_in_tags_count_before_those_in_lines():
    assert from_lines("Support: 3\nRome", "7") == ("7", "Rome")


@pytest.mark.parametrize(
    ("text", "support"),
    [
        ("| Step | Paragraph |\n|---|---|\n| 1 | 3 |\n| 2 | 7 |", "3; 7"),
        ("| Step | Fact | Source |\n|:--|--|--:|\n| 1 | born in 1953 | [3] |\n| 2 | led | [7] |", "[3]; [7]"),
        ("| Step | Paragraph # | Answer |\n|---|---|---|\n| 1 | 3 | Dunn |\n| 2 | 7 | Rome |", "3; 7"),
        (
            "| Paragraph |  Fact |\n|---|---|\n| 3 | a |\n\nNo:\n\n| Source | Why |\n|---|---|\n| 7 | b |",
            "7",
        ),
        ("| Step | Fact |\n|---|---|\n| 1 | 3 |", None),
    ],
)
def test_a_column_for_paragraphs_holds_citations(text, support):
    assert table_citations(text) == support
    assert from_lines(f"{text}\n\nAnswer: Rome", None)[0] == support
    assert from_lines(f"Support: 5\n\n{text}\n\nAnswer: Rome", None)[0] == " 5"
