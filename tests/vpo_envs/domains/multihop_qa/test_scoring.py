"""Hops, citations and the F1 of the answer by hand."""

import pytest

from tests.vpo_envs.domains.multihop_qa.by_hand import DOMAIN, question, score
from vpo_envs.domains.multihop_qa import MultiHopQADomain


def test_a_complete_answer_gets_full_marks():
    assert score("<support>3, 7, 2</support><answer>Old Selmor</answer>") == [1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("support", "hops"),
    [
        ("3", [1, 0, 0, 1 / 3]),
        ("7", [0, 1, 0, 1 / 3]),
        ("2, 3", [1, 0, 1, 2 / 3]),
        ("2, 3, 5", [2 / 3, 0, 2 / 3, 4 / 9]),  # one of three is wrong
        ("3, 99", [1 / 2, 0, 0, 1 / 6]),
        ("8, 1", [0, 0, 0, 0]),
        ("", [0, 0, 0, 0]),
    ],
)
def test_a_hop_is_earned_by_citing_its_paragraph_and_few_others(support, hops):
    answer = f"<support>{support}</support><answer>Old Selmor</answer>"
    assert score(answer) == pytest.approx([*hops, 1.0])


@pytest.mark.parametrize(
    ("text", "worth", "f1"), [("Brask", 1 / 2, 0), ("Selmor", 5 / 6, 2 / 3), ("Selmoria", 1, 1)]
)
def test_evidence_beside_a_wrong_answer_is_worth_half(text, worth, f1):
    assert score(f"<support>3, 2</support><answer>{text}</answer>") == pytest.approx(
        [worth, 0, worth, 2 / 3 * worth, f1]
    )


def test_only_the_first_distinct_citations_count():
    def hops(support):
        return score(f"<support>{support}</support><answer>Selmoria</answer>")[:3]

    assert hops("1 4 5 8 3 7 2") == [0, 0, 0]
    assert hops("1, 2, 3, 4, 5, 6, 7, 8") == [1 / 2, 0, 1 / 2], "listing every paragraph does not pay"
    assert hops("3 3 3 3 3 7 2") == [1, 1, 1], "repetitions take no room"
    assert hops("99 98 97 96 3") == [0, 0, 0], "numbers of no paragraph take room"


@pytest.mark.parametrize(("limit", "hops"), [(1, [1, 0, 0]), (2, [1, 1, 0]), (3, [1, 1, 1])])
def test_max_citations_is_a_knob(limit, hops):
    domain = MultiHopQADomain(max_citations=limit)
    answer = "<support>3, 7, 2</support><answer>Selmoria</answer>"
    assert score(answer, domain=domain)[:3] == hops


@pytest.mark.parametrize("hops", [1, 2, 3, 4])
def test_hops_beyond_the_question_are_worth_the_mean_of_its_own(hops):
    task = DOMAIN.make_task(question(support=(3, 7, 2, 5)[:hops]))
    assert score("<answer>wrong</answer>", task) == [0.0] * 5
    one = score("<support>3</support><answer>Selmoria</answer>", task)
    assert one == pytest.approx([1] + [0] * (hops - 1) + [1 / hops] * (4 - hops) + [1])
    every = score("<support>3, 7, 2, 5</support><answer>Selmoria</answer>", task)
    assert every == pytest.approx([hops / 4] * 4 + [1])


@pytest.mark.parametrize("answer", ["", "<support>3, 7, 2</support>", "<answer> </answer>"])
def test_without_an_answer_everything_is_zero(answer):
    assert score(answer) == [0.0] * 5


@pytest.mark.parametrize(
    ("text", "f1"),
    [
        ("the OLD Selmor!", 1.0),
        ("Selmoria", 1.0),  # an accepted alias
        ("Selmor", 2 / 3),
        ("It is Old Selmor", 2 / 3),
        ("Brask", 0.0),
    ],
)
def test_answer_f1_is_the_best_over_aliases(text, f1):
    assert score(f"<answer>{text}</answer>")[4] == pytest.approx(f1)


def test_steps_in_the_same_paragraph_are_cited_at_once():
    task = DOMAIN.make_task(question(support=(3, 3, 5)))
    assert score("<support>3</support><answer>Selmoria</answer>", task) == pytest.approx([1, 1, 0, 2 / 3, 1])
