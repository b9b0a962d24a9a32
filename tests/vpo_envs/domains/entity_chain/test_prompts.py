"""The wording of full prompts, by a chain by hand."""

from dataclasses import replace

import pytest

from vpo_envs.domains.entity_chain.chain import Chain
from vpo_envs.domains.entity_chain.prompts import full, paper
from vpo_envs.domains.worlds.trails import Hop

STEPS = (Hop("Oland", 1, "Tarn"), Hop("Tarn", 2, "Oule"), Hop("Oule", 3, "Ada"))
BY_HEART = Chain(
    ("City B was founded by Person A.", "City B lies in Oland."),
    ("Person A", "City B", "River C"),
    STEPS,
    STEPS,
)
WORLD = replace(BY_HEART, records=("Oule is a city.", "Tarn is a river."))


@pytest.mark.parametrize(
    ("most", "limit", "counted", "names"),
    [
        (
            1,
            "the names of one of the masked entities.",
            "- Only one name counts, the last if there are more. Each",
            1,
        ),
        (
            2,
            "the names of at most 2 of the masked entities.",
            "- Only 2 names count, the last if there are more. Each",
            2,
        ),
        (3, "the names of the masked entities.", "- Each", 2),
        (5, "the names of the masked entities.", "- Each", 2),
    ],
)
def test_the_limit_is_stated_where_it_is_below_the_depth(most, limit, counted, names):
    prompt = full(WORLD, most)
    assert f"Then end with {limit}\n" in prompt
    assert f"\n{counted} wrong name makes the right ones worth less" in prompt
    assert prompt.count("Only ") == (2 if most < 3 else 1)  # "Only the last one is named."
    assert prompt.count("</entity_") == names


def test_the_prompt_with_records():
    prompt = full(WORLD, 3)
    assert (
        "link by link. The records tell what is known about the world:\n\n- Oule is a city.\n- Tarn" in prompt
    )
    assert "\nStory:\nCity B was founded by Person A.\nCity B lies in Oland.\n" in prompt
    assert ": <entity_A> for Person A, <entity_B> for City B, <entity_C> for River C.\n" in prompt
    assert "- Write names in full, as the records do.\n" in prompt
    assert prompt.endswith("another story:\n<entity_A>Jane Hollis</entity_A>\n<entity_C>Wychbury</entity_C>")


def test_the_prompt_without_records():
    prompt = full(BY_HEART, 3)
    assert "link by link. You know enough about the world to do so.\n" in prompt
    assert "title of its English Wikipedia article, with underscores" in prompt and "records" not in prompt
    assert prompt.endswith("another story:\n<entity_A>Jane_Hollis</entity_A>\n<entity_C>Wychbury</entity_C>")
    one = replace(BY_HEART, masks=("Person A",), steps=STEPS[:1])
    assert full(one, 1).count("Only ") == full(one, 1).count("</entity_") == 1


def test_the_prompt_of_the_paper():
    prompt = paper(BY_HEART)
    assert "\nStory:\nCity B was founded by Person A.\nCity B lies in Oland.\n" in prompt
    assert "in the order of the story: Person A, City B, River C.\n" in prompt
    assert prompt.endswith(
        "\n<entity_A>...</entity_A> (Person A)\n<entity_B>...</entity_B> (City B)"
        "\n<entity_C>...</entity_C> (River C)"
    )


@pytest.mark.parametrize("write", [lambda chain: full(chain, 3), paper])
def test_no_prompt_names_what_is_masked(write):
    assert not any(name in write(BY_HEART) for name in BY_HEART.entities)
