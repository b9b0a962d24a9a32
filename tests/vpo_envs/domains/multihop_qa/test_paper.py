"""MultiHopQA as the authors of arXiv 2605.22817 read, score and split MuSiQue; values worked out by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from vpo_envs.domains.multihop_qa import MultiHopQADomain
from vpo_envs.domains.multihop_qa.paper import held_out, read
from vpo_envs.domains.multihop_qa.question import Question
from vpo_envs.domains.worlds.trails import Hop

MUSIQUE = Path(__file__).parents[3] / "data" / "musique"
DOMAIN = MultiHopQADomain(dataset=MUSIQUE, paper=True)
TASK = DOMAIN.task("train", 1)  # paragraphs 0, 2 and 3 of 0..5 state its three steps; the answer is Norland


def score(answer: str) -> list[float]:
    return DOMAIN.score_batch([TASK], [answer])[0].tolist()


def test_the_prompt_shows_the_numbers_of_the_data_set():
    assert "[0] (Title: Tarn Bridge) Tarn Bridge crosses the Oule." in TASK.prompt
    assert [TASK.truth.shown(number) for number in TASK.truth.support] == [0, 2, 3]
    assert "Only the first" not in TASK.prompt


@pytest.mark.parametrize(
    ("answer", "rewards"),
    [
        ("<support>0, 2, 3</support><answer>Norland</answer>", [1, 1, 1, 1, 1]),
        ("<support>0, 5, 4, 1</support><answer>x</answer>", [1, 0, 0, 1, 0]),  # wrong ones cost nothing
        ("<answer>wrong</answer>", [0, 0, 0, 1, 0]),  # the fourth hop is free
        ("<support>0, 2, 3</support>", [0, 0, 0, 0, 0]),
        ("<support>0, 2, 3</support><answer> </answer>", [0, 0, 0, 0, 0]),
        ("<support>0, 2, 3</support><answer>the</answer>", [1, 1, 1, 1, 0]),  # no words, but an answer
        ("<support>4, 5, 1, 9, 0, 2, 3</support><answer>x</answer>", [0, 0, 0, 1, 0]),  # four count
        ("<support>4, 4, 4, 4, 4, 0</support><answer>x</answer>", [1, 0, 0, 1, 0]),
        ("<support>[0], [2]</support><answer>x</answer>", [0, 0, 0, 1, 0]),  # nothing but digits
        ("<support>0 2 3</support><answer>x</answer>", [0, 0, 0, 1, 0]),
        ("<support> 00 ,\n2,٣ </support><answer>x</answer>", [1, 1, 1, 1, 0]),  # any decimal digits
        ("<support>²,0</support><answer>x</answer>", [1, 0, 0, 1, 0]),
        ("<SUPPORT>0</SUPPORT><ANSWER>Norland</ANSWER>", [0, 0, 0, 0, 0]),  # lower case alone
        ("<answer>x</answer> no: <answer>Norland</answer>", [0, 0, 0, 1, 0]),  # the first counts
        ("<think><answer>x</answer></think><answer>Norland</answer>", [0, 0, 0, 1, 0]),  # thought too
        ("<answer>Norland", [0, 0, 0, 0, 0]),
        ("<answer>the Norland coast.</answer>", [0, 0, 0, 1, 2 / 3]),
        ("<answer>Answer: Norland</answer>", [0, 0, 0, 1, 2 / 3]),  # no dress is taken off
    ],
)
def test_scores_by_hand(answer, rewards):
    assert score(answer) == pytest.approx(rewards)


def test_articles_are_dropped_before_punctuation():
    question = Question("?", TASK.truth.paragraphs, TASK.truth.steps, ("U.S.A.",), told=TASK.truth.steps)
    task = DOMAIN.make_task(question)
    assert DOMAIN.score(task, "<answer>US</answer>")[4] == 1
    assert DOMAIN.score(task, "<answer>USA</answer>")[4] == 0


def test_repetitions_are_judged_by_reward_vector():
    first, second = (DOMAIN.answer_key(TASK, f"<answer>{x}</answer>") for x in ("x", "y"))
    assert first == second != DOMAIN.answer_key(TASK, "<answer>Norland</answer>")
    assert DOMAIN.answer_key(TASK, "none") == ""
    assert DOMAIN.vote_key(TASK, "<answer>The x.</answer>") == "x"


def test_the_front_and_demonstrations_cite_in_the_same_numbers():
    assert DOMAIN.pareto_front(TASK).tolist() == [[1.0] * 5]
    assert DOMAIN.best_answers(TASK)[0].startswith("<support>0, 2, 3</support>")
    assert (
        max(DOMAIN.score(TASK, text)[0] for text in DOMAIN.demonstrations(TASK, np.random.default_rng(0)))
        == 1
    )


def made(hops: int, number: int) -> Question:
    steps = tuple(Hop("x", 1, f"{hops} {number}") for _ in range(hops))
    return Question(f"{hops} {number}", TASK.truth.paragraphs, steps, ("x",), told=steps)


def test_the_test_split_is_balanced_over_hops(tmp_path):
    questions = [made(2 + i % 3, i) for i in range(900)]
    drawn = held_out(questions)
    assert len(drawn) == len({question.text for question in drawn}) == 300
    assert [sum(len(q.steps) == hops for q in drawn) for hops in (2, 3, 4)] == [100, 100, 100]
    assert drawn == held_out(questions)
    assert len(held_out(questions[:9])) == 9, "as many as there are"


def test_the_test_split_is_that_of_the_datasets_package():
    datasets = pytest.importorskip("datasets")
    questions = [made(2 + i % 3, i) for i in range(660)]
    table = datasets.Dataset.from_list([{"hops": len(q.steps), "text": q.text} for q in questions])
    parts = []
    for hops in (2, 3, 4):
        bucket = table.filter(lambda row, hops=hops: row["hops"] == hops)
        parts.append(bucket.shuffle(seed=42).select(range(100)))
    theirs = datasets.concatenate_datasets(parts).shuffle(seed=42)
    assert [question.text for question in held_out(questions)] == list(theirs["text"])


def test_the_authors_knobs_work_on_invented_worlds():
    domain = MultiHopQADomain(min_hops=2, max_hops=2, paper=True)
    task = domain.task("test", 0)
    assert domain.score(task, "<answer>x</answer>") == [0, 0, 1, 1, 0]
    assert "[0] (Title: " in task.prompt and domain.pareto_front(task).tolist() == [[1.0] * 5]


def test_any_length_is_read():
    assert read("<support>" + "9," * 9000 + "</support><answer>x</answer>").cited == (9,)
    assert read("<support>" * 3000 + "</answer>" * 3000).answer is None
    assert read("<support>" + "9" * 19_000 + "</support><answer>x</answer>").cited == ()
    assert json.dumps(score("<answer>" * 2000))
