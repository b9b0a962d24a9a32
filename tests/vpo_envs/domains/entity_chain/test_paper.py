"""EntityChain as the authors of arXiv 2605.22817 read and score EUREQA; values worked out by hand."""

from pathlib import Path

import numpy as np
import pytest

from vpo_envs.datasets import RowError
from vpo_envs.domains.entity_chain import EntityChainDomain

EUREQA = Path(__file__).parents[3] / "data" / "eureqa.json"
DOMAIN = EntityChainDomain(paper=True)
NAMES = ("Ada_Brook", "Ben_Stone", "The_Hythe", "Oule", "Mount_Tarn:_North")
CHAIN = EntityChainDomain().read_examples(EUREQA, "test")[0]
TASK = DOMAIN.make_task(CHAIN)


def score(answer: str) -> list[float]:
    return DOMAIN.score_batch([TASK], [answer])[0].tolist()


def test_the_chain_is_that_of_the_file():
    assert CHAIN.entities == NAMES
    assert "Mountain E is the highest peak of Oland." in TASK.prompt
    assert "<entity_C>...</entity_C> (City C)" in TASK.prompt and "Person A, Person B, City C" in TASK.prompt


@pytest.mark.parametrize(
    ("answer", "rewards"),
    [
        ("".join(f"<entity_{x}>{name}</entity_{x}>" for x, name in zip("ABCDE", NAMES)), [1, 1, 1, 1, 1]),
        ("<entity_A>ada brook!</entity_A>", [1, 0, 0, 0, 0]),
        ("<ENTITY_A> the Ada_Brook </entity_a>", [1, 0, 0, 0, 0]),
        ("<entity_A>Ada Brook</entity_A><entity_B>nobody</entity_B>", [1, 0, 0, 0, 0]),  # wrong ones are free
        ("<entity_A>x</entity_A><entity_A>Ada Brook</entity_A>", [0, 0, 0, 0, 0]),  # the first counts
        ("<entity_A></entity_A><entity_A>Ada Brook</entity_A>", [0, 0, 0, 0, 0]),  # even an empty one
        ("<think><entity_A>x</entity_A></think><entity_A>Ada Brook</entity_A>", [0, 0, 0, 0, 0]),
        ("<entity_A>Ada Brook", [0, 0, 0, 0, 0]),  # closing tags are required
        ("<entity_A>Ada Brook<entity_B>Ben Stone</entity_B>", [0, 1, 0, 0, 0]),
        ("<entity_A>Ada Brook (poet)</entity_A>", [0, 0, 0, 0, 0]),
        ("<entity_C>Hythe</entity_C><entity_E>Mount Tarn North</entity_E>", [0, 0, 1, 0, 1]),
        ("A: Ada Brook", [0, 0, 0, 0, 0]),
        ("", [0, 0, 0, 0, 0]),
    ],
)
def test_scores_by_hand(answer, rewards):
    assert score(answer) == rewards


def test_repetitions_are_judged_by_reward_vector():
    first, second = (DOMAIN.answer_key(TASK, f"<entity_B>{x}</entity_B>") for x in ("x", "y"))
    assert first == second != DOMAIN.answer_key(TASK, "<entity_A>Ada Brook</entity_A>")
    assert DOMAIN.answer_key(TASK, "none") == ""


def test_one_answer_attains_everything():
    assert DOMAIN.pareto_front(TASK).tolist() == [[1.0] * 5]
    pool = DOMAIN.demonstrations(TASK, np.random.default_rng(0))
    assert DOMAIN.score_batch([TASK] * 4, pool).max() == 1


def test_short_chains_are_refused():
    with pytest.raises(RowError, match=r"row 1, field 'entities': has 2 masked ones; paper=True needs 5"):
        EntityChainDomain(dataset=EUREQA, paper=True).task("test", 0)


def test_feedback_names_the_letters():
    assert DOMAIN.feedback(TASK, "<entity_A>Ada Brook</entity_A><entity_B>x</entity_B>") == (
        "Right: A. Wrong: B. Not named: C, D, E."
    )


@pytest.mark.parametrize("unit", ["<entity_A>", "</entity_A>", "<entity_A>x</entity_A>", "<entity_"])
def test_any_length_is_read(unit):
    assert len(score(unit * (20_000 // len(unit)))) == 5
