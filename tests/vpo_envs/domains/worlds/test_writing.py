"""Facts, records and questions in prose, written out by hand."""

import numpy as np
import pytest

from vpo_envs.domains.worlds.names import Entity
from vpo_envs.domains.worlds.schema import RELATIONS
from vpo_envs.domains.worlds.world import Fact
from vpo_envs.domains.worlds.writing import capitalised, paragraph, paragraphs, question, sentence

BY_NAME = {relation.name: relation for relation in RELATIONS}
TARN = Entity("city", "tarn", "Old Tarn")
ADA = Entity("person", "ada")
HILL = [Fact(Entity("mountain", "Mel"), BY_NAME["climber"], ADA)]
TOWN = [Fact(TARN, BY_NAME["founder"], ADA), Fact(TARN, BY_NAME["land"], Entity("country", "Oland"))]
BIRTH = [Fact(ADA, BY_NAME["birthplace"], TARN)]


@pytest.mark.parametrize(
    ("name", "written"),
    [("ada", "Ada"), ("Ada", "Ada"), ("the silent harbour", "The silent harbour"), ("x", "X"), ("", "")],
)
def test_names_are_capitalised(name, written):
    assert capitalised(name) == written


def test_a_fact_has_two_wordings():
    assert sentence(BY_NAME["birthplace"], "ada", "tarn") == "Ada was born in Tarn."
    assert sentence(BY_NAME["birthplace"], "ada", "tarn", 1) == "Ada is a native of Tarn."


def test_all_facts_of_a_subject_follow_its_kind():
    written = {paragraph(TOWN, np.random.default_rng(seed)) for seed in range(40)}
    assert written == {
        f"Tarn is a city. {first} {second}"
        for first in ("Tarn was founded by Ada.", "The first settlers of Tarn were led by Ada.")
        for second in ("Tarn lies in Oland.", "Tarn belongs to Oland.")
    }
    birth = paragraph(BIRTH, np.random.default_rng(0))
    assert birth.startswith("Ada is a person. Ada ") and birth.endswith(" Tarn (also called Old Tarn).")


ECHOES = {
    "{} is often named beside {}.",
    "Guides mention {} and {} together.",
    "A stamp shows {} and {}.",
}


def test_echoes_name_two_subjects():
    """With three subjects, each paragraph may have up to two mentions of the others."""
    told, names = [TOWN, HILL, BIRTH], ["Tarn", "Mel", "Ada"]
    seen = set()
    for seed in range(40):
        for echoes, number in ((1, 1), (2, 2), (5, 2)):
            rng, same = np.random.default_rng(seed), np.random.default_rng(seed)
            texts = paragraphs(told, rng, echoes)
            for name, text, facts in zip(names, texts, [paragraph(facts, same) for facts in told]):
                assert text.startswith(facts + " ")
                endings = text.removeprefix(facts + " ").removesuffix(".").split(". ")
                others = [other for other in names if other != name]
                written = {echo.format(name, other): (echo, other) for echo in ECHOES for other in others}
                found = [written[f"{ending}."] for ending in endings]
                assert len(found) == len({other for _, other in found}) == number
                seen |= set(found)
    assert seen == {(echo, name) for echo in ECHOES for name in names}


def test_without_echoes_records_are_written_one_by_one():
    rng, same = np.random.default_rng(0), np.random.default_rng(0)
    assert paragraphs([TOWN, HILL], rng, 0) == [paragraph(TOWN, same), paragraph(HILL, same)]
    assert rng.bit_generator.state == same.bit_generator.state, "nothing else is drawn"
    assert paragraphs([HILL], np.random.default_rng(0), 3) == [paragraph(HILL, np.random.default_rng(0))]


@pytest.mark.parametrize(
    ("start", "path", "text"),
    [
        ("mel", ["climber"], "Who is the first person to climb Mel?"),
        ("The Oak", ["author", "birthplace"], "What is the birthplace of the author of The Oak?"),
        (
            "ada",
            ["birthplace", "founder"],
            "Who is the founder of the birthplace of Ada?",
        ),
    ],
)
def test_questions_nest_descriptions(start, path, text):
    assert question(start, [BY_NAME[name] for name in path]) == text
