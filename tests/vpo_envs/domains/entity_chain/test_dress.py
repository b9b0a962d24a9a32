"""Right names score in any dress, wrong ones in none."""

import pytest

from tests.vpo_envs.domains.entity_chain.dresses import DOMAIN, DRESSES, TASK


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


@pytest.mark.parametrize("dress", DRESSES)
def test_keys_see_through_every_dress(dress):
    if "(Person A)</" in dress:
        pytest.skip("a note in parentheses may be part of a name")
    key = DOMAIN.answer_key(TASK, dress.format(a="Ada Brook", b="Stone & Hale"))
    assert key == "A: ada brook, B: stone and hale"
    assert key == DOMAIN.vote_key(TASK, dress.format(a="ada_brook", b="The Stone &amp; Hale"))
