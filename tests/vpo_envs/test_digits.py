"""Digits of other scripts, alone and in answers."""

import gymnasium as gym
import pytest

import vpo_envs  # noqa: F401
from vpo_envs.digits import plain_digits

SCRIPTS = {"arabic": 0x0660, "persian": 0x06F0, "devanagari": 0x0966, "wide": 0xFF10, "bold": 0x1D7CE}


def in_script(text, zero):
    return "".join(chr(zero + int(mark)) if mark.isdigit() else mark for mark in text)


@pytest.mark.parametrize("zero", SCRIPTS.values(), ids=SCRIPTS)
def test_every_digit_has_its_value(zero):
    assert plain_digits(in_script("0123456789 x", zero)) == "0123456789 x"


def test_what_is_no_decimal_digit_stays():
    assert plain_digits("x\u00b2 \u00bd \u2460 \u0399 \u4e09") == "x\u00b2 \u00bd \u2460 \u0399 \u4e09"
    assert plain_digits("\u0661\u066c\u0660\u0660\u0660\u066b\u0665") == "1,000.5"


@pytest.mark.parametrize("zero", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("id", ["vpo/MultiHopQA-v0", "vpo/Maze-v0", "vpo/Science-v0"])
def test_answers_in_any_digits_score_alike(id, zero):
    domain = gym.make(id).unwrapped.domain
    task = domain.task("test", 1)
    answer = domain.best_answers(task)[0]
    assert domain.score(task, in_script(answer, zero)) == pytest.approx(domain.score(task, answer))
