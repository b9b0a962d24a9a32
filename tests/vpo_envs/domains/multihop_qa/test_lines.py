"""Labelled lines, blocks of citations, tables, and answers that stand alone."""

import pytest

from vpo_envs.domains.multihop_qa.lines import from_lines, support_lines


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
