"""Answers in the dress of chat models, written before the readers were looked at, in all eight domains.

`tests/data/dressed_answers.jsonl` holds for each task a plain answer, right ones in the dress of chat models
and wrong ones in the same dress. Files of their own test each reader in more detail.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs  # noqa: F401  # registers the environments
from vpo_envs.domains.support.agreement import matches, read_labelled

DATA = Path(__file__).parents[2] / "data"
ROWS = [json.loads(line) for line in (DATA / "dressed_answers.jsonl").read_text("utf-8").splitlines()]
PLAIN = {(row["env"], row["task"]): row["answer"] for row in ROWS if row["verdict"] == "plain"}
RIGHT = [row for row in ROWS if row["verdict"] == "right"]
WRONG = [row for row in ROWS if row["verdict"] == "wrong"]


@cache
def domain_of(env):
    return gym.make(env).unwrapped.domain


@cache
def score(env, task, answer):
    domain = domain_of(env)
    split, index = task.split("/")
    return domain.score_batch([domain.task(split, int(index))], [answer])[0]


def name(row):
    return f"{row['env']}-{row['dress']}"


def test_every_domain_has_thirty_answers():
    right, wrong = (Counter(row["env"] for row in rows) for rows in (RIGHT, WRONG))
    assert len(right) == len(wrong) == 8
    assert min(right.values()) >= 15 and min(wrong.values()) >= 15


@pytest.mark.parametrize("row", RIGHT, ids=name)
def test_right_answers_score_as_the_plain_one(row):
    plain = score(row["env"], row["task"], PLAIN[row["env"], row["task"]])
    assert score(row["env"], row["task"], row["answer"]) == pytest.approx(plain, abs=0.02)


@pytest.mark.parametrize("row", WRONG, ids=name)
def test_wrong_answers_score_lower(row):
    weights = domain_of(row["env"]).weights
    plain = score(row["env"], row["task"], PLAIN[row["env"], row["task"]])
    assert score(row["env"], row["task"], row["answer"]) @ weights < plain @ weights - 0.02


def test_fresh_replies_of_support_are_judged_as_a_person_does():
    rows = read_labelled(DATA / "support_replies_fresh.jsonl")
    agree = matches(domain_of("vpo/Support-v0"), rows)
    assert len(rows) == 40 and agree.mean() >= 0.95
    assert np.all(agree.mean(axis=0) >= 0.9)
