"""The parts of an answer, how much of it is read, and its key."""

import random

import numpy as np
import pytest

from tests.vpo_envs.domains.tool_use.dresses import (
    DOMAIN,
    DRESSES,
    RIGHT,
    RLLA,
    TASK,
    WRONG,
    block,
    lines,
    plain,
)
from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call, write_json
from vpo_envs.domains.tool_use.reading import cut, read_answer, sent


@pytest.mark.parametrize(
    ("budget", "kept"),
    [
        (None, "<think> a-b </think> <tool_call> f k_1 = v ; g"),
        (0, ""),
        (1, "<think> "),
        (3, "<think> a-b "),
        (4, "<think> a-b </think> "),
        (6, "<think> a-b </think> <tool_call> f "),
        (7, "<think> a-b </think> <tool_call> f k_1 = "),
        (8, "<think> a-b </think> <tool_call> f k_1 = v ; "),
        (9, "<think> a-b </think> <tool_call> f k_1 = v ; g"),
    ],
)
def test_only_so_many_words_are_read(budget, kept):
    assert cut("<think> a-b </think> <tool_call> f k_1 = v ; g", budget) == kept


@pytest.mark.parametrize(
    ("entries", "arrived"),
    [
        (0, ()),
        (1, (Call("f"),)),
        (2, (Call("f", {"a": None}),)),
        (3, (Call("f", {"a": 1}),)),
        (4, (Call("f", {"a": 1, "b": None}),)),
        (5, (Call("f", {"a": 1, "b": None}), None)),
        (6, (Call("f", {"a": 1, "b": None}), None, Call("g"))),
        (8, (Call("f", {"a": 1, "b": None}), None, Call("g", {"c": "two words"}))),
        (99, (Call("f", {"a": 1, "b": None}), None, Call("g", {"c": "two words"}))),
    ],
)
def test_only_so_many_entries_are_sent(entries, arrived):
    calls = [Call("f", {"a": 1, "b": None}), None, Call("g", {"c": "two words"})]
    assert sent(calls, entries) == arrived


def test_an_answer_in_parts():
    answer = read_answer(f"<think>a</think> Gladly. {block(write_json(Call('f')))} Bye.", 9, short=False)
    assert answer == (True, True, True, False, (Call("f"),), 0, "Gladly.   Bye.")
    assert not answer.blank
    assert read_answer("<think>a</think> <response> </response>", 9, short=False).blank


def test_thought_does_not_count_as_length():
    long = f"<think>{'hm ' * 20_000}</think>"
    for domain in (DOMAIN, ToolUseDomain(dataset=RLLA, paper=True)):
        assert domain.score_batch([TASK], [long + block(lines(RIGHT))]).tolist() == [[1, 1, 1, 1]]
        assert domain.score_batch([TASK], [block(lines(RIGHT)) + " hm" * 20_000]).tolist() == [[0, 0, 0, 0]]


def test_long_thoughts_between_blocks_do_not_count_as_length():
    first, second = map(write_json, RIGHT)
    for length, expected in ((2_000, (1, 1, 1, 1)), (20_000, (1, 2 / 3, 1 / 2, 1 / 2))):
        between = f"<think>{'Hm. ' * length}</think>"
        answer = f"{between}{block(first)}{between}{block(second)}"
        assert DOMAIN.score_batch([TASK], [answer])[0] == pytest.approx(expected)


def test_one_key_for_one_answer():
    key = DOMAIN.answer_key
    plain_key = key(TASK, plain(RIGHT))
    for dress, write in DRESSES.items():
        assert key(TASK, write(RIGHT)) == plain_key, dress
        assert key(TASK, write(WRONG)) != plain_key
    shouted = [RIGHT[0], Call("send_sms", {"text": "THE  LUNCH is ready", "person": "ann berg"})]
    assert key(TASK, plain(shouted)) == plain_key
    assert key(TASK, block(lines(RIGHT))) != plain_key, "without a thought it earns less"
    assert DOMAIN.vote_key(TASK, block(lines(RIGHT))) == DOMAIN.vote_key(TASK, plain(RIGHT))
    assert key(TASK, "<think>hm") == key(TASK, " ") == ""
    assert key(TASK, "<think>a</think>I  Cannot.") == key(TASK, "<think>b</think>i cannot.")


@pytest.mark.parametrize(
    "domain", [ToolUseDomain(), ToolUseDomain(3, 2, 0, 2, vocabulary="closed", budget=9)]
)
def test_answers_of_one_key_have_one_reward(domain):
    rng = np.random.default_rng(0)
    scramble = random.Random(0)
    for index in range(20):
        task = domain.task("test", index)
        answers = [text for _ in range(3) for text in domain.demonstrations(task, rng)]
        answers += [" ".join(scramble.sample(text.split(), len(text.split()))) for text in answers[:6]]
        rewards = {}
        for text in answers:
            reward = tuple(domain.score(task, text))
            assert rewards.setdefault(domain.answer_key(task, text), reward) == pytest.approx(reward)
