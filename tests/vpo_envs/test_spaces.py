"""The text spaces hold what they say, sample it, and survive Gymnasium's space machinery."""

import json
import pickle

import gymnasium as gym
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs.spaces import FreeText, TextSet


@given(st.text())
def test_every_string_is_free_text(text):
    assert text in FreeText()


@pytest.mark.parametrize("text", ["\ud800", "\x00", "🙂" * 100, "a" * 200_000])
def test_odd_strings_are_free_text(text):
    assert text in FreeText()


@pytest.mark.parametrize("thing", [None, 3, b"ab", ["a"], ("a",)])
def test_other_things_are_not_free_text(thing):
    assert thing not in FreeText()


def test_free_text_is_bounded_in_length_alone():
    space = FreeText(3)
    assert "" in space and "äß\n" in space and "abcd" not in space
    assert all(space.sample() in space for _ in range(20))
    assert FreeText(3) == FreeText(3) != FreeText(4)


@pytest.mark.parametrize("space", [FreeText(), TextSet(3), TextSet(2, FreeText(5))])
def test_samples_belong_follow_the_seed_and_round_trip(space):
    space.seed(7)
    samples = [space.sample() for _ in range(30)]
    assert all(sample in space for sample in samples)
    assert len({repr(sample) for sample in samples}) > 20
    space.seed(7)
    assert [space.sample() for _ in range(30)] == samples
    assert space.from_jsonable(json.loads(json.dumps(space.to_jsonable(samples)))) == samples
    assert pickle.loads(pickle.dumps(space)) == space


def test_a_text_set_holds_one_to_m_texts():
    space = TextSet(2)
    assert all(given in space for given in [("a",), ("a", "b"), ["a", "b"], ("", "")])
    assert not any(given in space for given in [(), ("a", "b", "c"), "ab", ("a", 1), {"a"}, None])
    assert {len(space.sample()) for _ in range(50)} == {1, 2}
    assert TextSet(2) == TextSet(2) != TextSet(3)
    assert TextSet(2) != FreeText() and TextSet(2, FreeText(4)) != TextSet(2)


def test_a_text_set_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="max_texts=0 must be at least 1"):
        TextSet(0)


@pytest.mark.parametrize("space", [FreeText(), TextSet(3)])
def test_gymnasium_can_batch_the_spaces(space):
    batch = gym.vector.utils.batch_space(space, 2)
    batch.seed(0)
    samples = batch.sample()
    assert len(samples) == 2 and samples in batch
    assert list(gym.vector.utils.iterate(batch, samples)) == list(samples)
