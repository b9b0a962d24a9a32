"""Strings made to break scorers."""

import numpy as np

from vpo_envs.env_checker import HOSTILE_ANSWERS, hostile_answers


def test_hostile_answers_start_with_the_known_ones_and_follow_their_seed():
    answers = list(hostile_answers(np.random.default_rng(0), 100, ["a good answer", "b"]))
    assert answers[: len(HOSTILE_ANSWERS)] == list(HOSTILE_ANSWERS)
    assert len(answers) == 100 and len(set(answers)) > 80
    assert answers == list(hostile_answers(np.random.default_rng(0), 100, ["a good answer", "b"]))
    assert any("good" in answer and answer != "a good answer" for answer in answers), "some are damaged seeds"


def test_hostile_answers_need_no_seeds():
    answers = list(hostile_answers(np.random.default_rng(0), 60, [""]))
    assert len(answers) == 60 and all(isinstance(answer, str) for answer in answers)
    assert len(list(hostile_answers(np.random.default_rng(0), 60))) == 60
