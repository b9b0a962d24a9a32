"""Numbers that a text cites, and those that stand beside an answer."""

import pytest

from vpo_envs.domains.multihop_qa.citations import NOTE, citations, citations_beside


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("3-5", [3, 4, 5]),
        ("paragraphs 3–5", [3, 4, 5]),
        ("3 to 5", [3, 4, 5]),
        ("[3-5], [7]", [3, 4, 5, 7]),
        ("[3]-[5]", [3, 5]),  # two citations and a dash
        ("3 - 7", [3, 7]),
        ("7-3", [7, 3]),
        ("3-99", [3, 99]),  # there are not so many
        ("[3] and [7]; also paragraph 2.", [3, 7, 2]),
        ("03 007", [3, 7]),
        ("37", [37]),
        ("-3", [3]),
        ("٣", []),
        ("0", [0]),
        ("", []),
        ("none", []),
        ("3 3 7 3", [3, 7]),
        ("3. 7. 2.", [3, 7, 2]),
        ("1. 3\n2. 7", [3, 7]),
        ("1. 3\n3. 7", [1, 3, 7]),  # no list
        ("3 (hop 1), 7 (hop 2)", [3, 7]),
        ("para. 3, para. 7", [3, 7]),
        ("published in 1953: 3", [3]),
        ("３，７", [3, 7]),
        # Denied ones.
        ("4, 7 (not 3)", [4, 7]),
        ("4 and 7, not paragraphs 3 or 5", [4, 7]),
        ("[4], [7]; [3] is irrelevant", [4, 7]),
        ("paragraphs 4 and 7 (paragraph 3 only mentions the name)", [4, 7]),
        ("4 and 7 (paragraph 3 doesn’t help)", [4, 7]),
        ("4, 7, instead of [3]", [4, 7]),
        ("4 and 7. 3 and 5 are not needed.", [4, 7]),
        ("4, 7; not used: 3", [4, 7]),
        ("4 only", [4]),
        ("not sure: 4 and 7", [4, 7]),
        ("4 and 7 are relevant", [4, 7]),
        ("without doubt 4, 7", [4, 7]),
        # How many there are.
        ("2 steps: 4, 7", [4, 7]),
        ("3 supporting paragraphs: 4, 7, 9", [4, 7, 9]),
    ],
)
def test_citations(text, cited):
    assert citations(text, 9) == cited


@pytest.mark.parametrize(
    ("line", "cited"),
    [
        ("In 1953, Rome [3], [7].", "[3]; [7]"),
        ("Rome (paragraphs 3 and 7)", "paragraphs 3 and 7"),
        ("Rome (3, 7)", " (3, 7)"),
        ("Rome, in 1953", None),
        ("Paris [3]", None),
    ],
)
def test_marked_citations_stand_beside_the_answer(line, cited):
    assert citations_beside(f"Rome [5]?\n{line}" if cited else line, "Rome") == cited


def test_notes_are_no_words_of_an_answer():
    assert [NOTE.sub("", f"Rome{note}") for note in (" [3][7]", " (see paragraph 3)", " (3, 7)")] == [
        "Rome"
    ] * 3
    assert NOTE.sub("", "Apollo (11)") == "Apollo (11)"
