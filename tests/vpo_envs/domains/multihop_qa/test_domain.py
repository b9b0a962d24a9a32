"""Multi-hop questions: objectives, demonstrations, the front, feedback, drawing, knobs."""

import gymnasium as gym
import numpy as np
import pytest

from tests.vpo_envs.domains.multihop_qa.by_hand import DOMAIN, TASK, question, score
from vpo_envs.domains.multihop_qa import MultiHopQADomain


def test_objectives_and_weights():
    assert DOMAIN.objective_names == ("hop_1", "hop_2", "hop_3", "hop_4", "answer_f1")
    assert DOMAIN.weights.tolist() == pytest.approx([1 / 7, 1 / 7, 1 / 7, 1 / 7, 3 / 7])


# Demonstrations, front, feedback, drawing


def test_demonstrations_go_astray_at_some_step():
    """At each step with chance .55, so one in 11 (three hops) or 24 (four) is flawless."""
    right, started, total = 0, 0, 0
    for index in range(150):
        task = DOMAIN.task("train", index)
        pool = DOMAIN.demonstrations(task, np.random.default_rng(index))
        assert len(pool) == 4
        rows = DOMAIN.score_batch([task] * 4, pool)
        right += (rows[:, 4] == 1).sum()
        started += (rows[:, 0] > 0).sum()
        total += 4
    assert 0.03 < right / total < 0.15
    assert 0.40 < started / total < 0.70


def test_quality_weakens_demonstrations_to_the_form_alone():
    worth = []
    for quality in (0.0, 0.5, 1.0):
        rewards = []
        for index in range(100):
            task = DOMAIN.task("train", index)
            pool = DOMAIN.demonstrations(task, np.random.default_rng(index), quality=quality)
            assert all(text.startswith("<support>") and text.endswith("</answer>") for text in pool)
            rewards.append(DOMAIN.score_batch([task] * 4, pool) @ DOMAIN.weights)
        worth.append(np.mean(rewards))
    assert 1.5 * worth[0] < worth[1] < worth[2] / 1.5


@pytest.mark.parametrize(("limit", "points"), [(1, 4), (2, 6), (3, 4), (4, 1), (9, 1)])
def test_the_front_holds_every_choice_of_citations(limit, points):
    domain = MultiHopQADomain(min_hops=4, max_citations=limit)
    front = domain.pareto_front(domain.task("test", 0))
    assert len(front) == points
    assert (front[:, 4] == 1).all() and (front[:, :4].sum(axis=1) == min(limit, 4)).all()


def test_no_choice_of_citations_and_answer_beats_the_front():
    domain = MultiHopQADomain(max_hops=3, distractors=2)
    task = domain.task("test", 0)
    front = domain.pareto_front(task)
    answers = [
        f"<support>{a} {b} {c}</support><answer>{answer}</answer>"
        for answer in (*task.truth.answers, *(step.value for step in task.truth.steps))
        for a in range(1, 6)
        for b in range(1, 6)
        for c in range(1, 6)
    ]
    rewards = domain.score_batch([task] * len(answers), answers)
    assert {tuple(row) for row in front.tolist()} <= {tuple(row) for row in rewards.tolist()}
    assert ((rewards[:, None] <= front[None]).all(-1)).any(axis=1).all()


def test_feedback_judges_without_telling():
    assert DOMAIN.feedback(TASK, "<support>3</support>") == "There is no answer in <answer>...</answer>."
    assert DOMAIN.feedback(TASK, "<support>3, 5</support><answer>Selmor</answer>") == (
        "Counted citations: 3, 5; of these, 3 state a step. Steps without citation: 2. "
        "The answer is partly right."
    )
    assert "none state a step. Steps without citation: 3. The answer is wrong." in DOMAIN.feedback(
        TASK, "<answer>Brask</answer>"
    )
    flood = "<support>999 0 3</support><answer>x</answer>"
    assert "Counted citations: 999, 0, 3; of these, 3 state" in DOMAIN.feedback(TASK, flood)
    full = DOMAIN.feedback(TASK, "<support>2 3 7</support><answer>Selmoria</answer>")
    assert full.endswith("Steps without citation: 0. The answer is right.")


def test_render_shows_the_chain_and_the_pool():
    env = gym.make("vpo/MultiHopQA-v0", render_mode="ansi", num_candidates=2)
    env.reset(options={"index": 0})
    truth = env.unwrapped.task.truth
    env.step(("<answer>first</answer>", "<answer>second</answer>"))
    drawn = env.render()
    for _, number, bridge in truth.steps:
        assert f"[{number}] {truth.paragraphs[number - 1].title} -> {bridge}" in drawn
    assert drawn.count("*[") == len(truth.support)
    assert "Candidate 2: hop_1=0.00" in drawn and "<answer>second</answer>" in drawn


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"min_hops": 0}, "min_hops=0 must lie between 1 and 4"),
        ({"max_hops": 5}, "max_hops=5 must lie between 3 and 4"),
        ({"echoes": 6}, "echoes=6 must lie between 0 and 5"),
        ({"paper": True, "max_citations": 2}, "paper=True fixes max_citations"),
        ({"min_hops": 3, "max_hops": 2}, "max_hops=2 must lie between 3 and 4"),
        ({"max_citations": 0}, "max_citations=0 must lie between 1 and 20"),
    ],
)
def test_bad_knobs_are_named(knobs, message):
    with pytest.raises(ValueError, match=message):
        MultiHopQADomain(**knobs)


@pytest.mark.parametrize(
    "text", ["Cannot be determined", "Unknown", "N/A", "I don't know", "None", "(not given)"]
)
def test_words_that_give_no_answer_are_none(text):
    assert score(f"<support>3, 7</support><answer>{text}</answer>") == [0, 0, 0, 0, 0]
    asked = DOMAIN.make_task(question(answers=("no",)))
    assert score("<support>3, 7</support><answer>No</answer>", asked)[1] == 1
