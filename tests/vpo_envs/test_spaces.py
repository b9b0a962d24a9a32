"""The text spaces hold what they say, sample it, and survive Gymnasium's space machinery."""

import copy
import json
import pickle

import gymnasium as gym
import pytest
from gymnasium.vector.utils import create_shared_memory, read_from_shared_memory, write_to_shared_memory
from hypothesis import given
from hypothesis import strategies as st

import vpo_envs  # noqa: F401  (registers the ids)
from vpo_envs import spaces
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


# Memory that processes share


def test_samples_are_short_printable_and_of_every_length():
    space = FreeText(3)
    space.seed(0)
    samples = [space.sample() for _ in range(200)]
    assert {len(sample) for sample in samples} == {0, 1, 2, 3}
    long = FreeText()
    long.seed(0)
    assert max(len(long.sample()) for _ in range(500)) == spaces.SAMPLE_LENGTH
    assert TextSet(2).is_np_flattenable is False


@given(st.lists(st.text(max_size=30), min_size=1, max_size=3))
def test_shared_memory_gives_back_every_text(texts):
    space = FreeText(30)
    memory = create_shared_memory(space, len(texts))
    seen = read_from_shared_memory(space, memory, len(texts))
    assert copy.deepcopy(seen) == ("",) * len(texts)
    for index, text in enumerate(texts):
        write_to_shared_memory(space, index, "x" * 30, memory)
        write_to_shared_memory(space, index, text, memory)
    assert copy.deepcopy(seen) == tuple(texts)  # a view, as AsyncVectorEnv expects
    assert seen[0] == texts[0] and seen[:1] == (texts[0],) and len(seen) == len(texts)


def test_shared_memory_is_small_and_holds_odd_characters():
    space = FreeText()
    memory = create_shared_memory(space, 2)
    assert len(memory.get_obj()) == 2 * (spaces.LENGTH_BYTES + spaces.SHARED_BYTES)
    assert len(create_shared_memory(FreeText(30), 2).get_obj()) == 2 * (8 + 4 * 30)
    text = "\ud800 \x00 é 🙂" * 20_000
    write_to_shared_memory(space, 1, text, memory)
    write_to_shared_memory(space, 0, "a" * spaces.SHARED_BYTES, memory)
    assert read_from_shared_memory(space, memory, 2)[1] == text
    with pytest.raises(ValueError, match=r"1048577 bytes does not fit .* make it with shared_memory=False"):
        write_to_shared_memory(space, 0, "a" * (spaces.SHARED_BYTES + 1), memory)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("context", ["fork", "spawn"])
def test_the_asynchronous_vector_environment_works(shared, context):
    """Case: it asked for 4 GB an environment."""
    same_step = gym.vector.AutoresetMode.SAME_STEP
    envs = gym.vector.AsyncVectorEnv(
        [lambda: gym.make("vpo_envs:vpo/MazeSmall-v0", num_candidates=2)] * 2,
        shared_memory=shared,
        context=context,
        autoreset_mode=same_step,
    )
    try:
        single = gym.make("vpo/MazeSmall-v0", num_candidates=2)
        prompts, _ = envs.reset(seed=[3, 4])
        assert prompts == tuple(single.reset(seed=seed)[0] for seed in (3, 4))
        single.reset(seed=3)
        answers = tuple(single.unwrapped.domain.best_answers(single.unwrapped.task)[:2])
        expected = single.step(answers)[1]
        assert expected.any()
        following, rewards, terminated, _, info = envs.step((answers, ("", "")))
        assert rewards.shape == (2, 2, 4) and (rewards[0] == expected).all() and not rewards[1].any()
        assert terminated.all() and info["final_obs"].tolist() == list(prompts)
        assert following[0] != prompts[0] and following[0]
    finally:
        envs.close()
