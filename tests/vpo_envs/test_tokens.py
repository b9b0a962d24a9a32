"""The token-level view writes, ends and scores answers as the text environment would."""

import warnings

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs import PoolStatistics, Scalarize, SetReward, TokenView
from vpo_envs.tokens import DEFAULT_VOCABULARY


@pytest.fixture(scope="module")
def view(make_env):
    """A token view of the scalarised toy environment."""

    def make(vocabulary=DEFAULT_VOCABULARY, prompt_length=40, answer_length=6, **kwargs):
        env = gym.wrappers.OrderEnforcing(make_env(**kwargs))
        return TokenView(Scalarize(env), vocabulary, prompt_length, answer_length)

    return make


def write(env, text, end=True):
    """Writes the text token by token and returns the last outcome."""
    outcomes = [env.step(np.int64(id)) for id in env.encode(text)]
    if end:
        outcomes.append(env.step(0))
    assert all(outcome[1:4] == (0.0, False, False) for outcome in outcomes[:-1])
    return outcomes[-1]


def test_an_answer_written_in_tokens_earns_what_the_text_earns(view):
    env = view()
    env.reset(seed=0)
    _, reward, terminated, truncated, info = write(env, "2 3")
    assert reward == pytest.approx(0.25 * 0.2 + 0.75 * 0.3) and type(reward) is float
    assert (terminated, truncated, info["answer"]) == (True, False, "2 3")
    assert info["reward_vector"] == pytest.approx([0.2, 0.3])


def test_an_answer_ends_at_its_length(view):
    env = view(answer_length=3)
    env.reset(seed=0)
    _, reward, terminated, _, info = write(env, "2 3", end=False)
    assert terminated and info["answer"] == "2 3" and reward > 0


def test_an_answer_may_be_empty(view):
    env = view()
    env.reset(seed=0)
    assert write(env, "")[1:3] == (0.0, True)


def test_the_observation_is_the_prompts_end_and_the_answer_so_far(view):
    env = view(prompt_length=40, answer_length=6)
    prompt, _ = env.unwrapped.reset(seed=0)
    observation, _ = env.reset(seed=0)
    assert observation.shape == (46,) and observation in env.observation_space
    assert env.decode(observation[:40][observation[:40] > 0]) == prompt
    observation = write(env, "12 3", end=False)[0]
    assert env.decode(observation[40:44]) == "12 3" and (observation[44:] == 0).all()
    short = view(prompt_length=5)
    assert short.decode(short.reset(seed=0)[0][:5]) == prompt[-5:]


def test_a_prompt_that_is_cut_is_warned_of_once():
    view = TokenView(Scalarize(gym.make("vpo/Maze-v0")))
    with pytest.warns(UserWarning, match=r"the last 256 are shown: give TokenView\(prompt_length="):
        view.reset(seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        view.reset(seed=1)
        TokenView(Scalarize(gym.make("vpo/Maze-v0")), prompt_length=8).reset(seed=0)  # as asked for


def test_a_new_episode_starts_with_an_empty_answer(view):
    env = view()
    env.reset(seed=0)
    write(env, "2 3")
    assert (env.reset()[0][40:] == 0).all()
    assert write(env, "0 1")[4]["answer"] == "0 1"


@given(st.text(alphabet=st.sampled_from(DEFAULT_VOCABULARY)))
def test_encoding_of_known_characters_loses_nothing(view, text):
    env = view()
    assert env.decode(env.encode(text)) == text


@given(st.text())
def test_encoding_skips_what_it_does_not_know(view, text):
    env = view()
    assert env.decode(env.encode(text)) == "".join(c for c in text if c in DEFAULT_VOCABULARY)


def test_encoding_takes_the_longest_match(view):
    env = view(vocabulary=("a", "ab", "abc", "b", " "))
    assert env.encode("abcab a b?abab") == [3, 2, 5, 1, 5, 4, 2, 2]


def test_words_can_be_tokens(view):
    env = view(vocabulary=("2", "3", " "))
    assert env.action_space.n == 4 and env.observation_space.nvec.tolist() == [4] * 46
    env.reset(seed=0)
    assert [env.step(action)[1] for action in (1, 3, 2, 0)][-1] > 0


def test_stepping_before_a_reset_or_past_the_end_is_an_error(view):
    env = view()
    with pytest.raises(ResetNeeded, match="reset"):
        env.step(1)
    env.reset(seed=0)
    env.step(0)
    for action in (0, 1):
        with pytest.raises(ResetNeeded, match="reset"):
            env.step(action)


@pytest.mark.parametrize("action", [-1, 98, 1.5, "a", None])
def test_an_action_outside_the_space_is_named(view, action):
    env = view()
    env.reset(seed=0)
    with pytest.raises(ValueError, match="is not in Discrete"):
        env.step(action)


@pytest.mark.parametrize("vocabulary", [(), ("a", "a"), ("a", "")])
def test_a_bad_vocabulary_is_named(view, vocabulary):
    with pytest.raises(ValueError, match="vocabulary must hold distinct, non-empty strings"):
        view(vocabulary=vocabulary)


@pytest.mark.parametrize("lengths", [{"prompt_length": 0}, {"answer_length": 0}])
def test_a_bad_length_is_named(view, lengths):
    with pytest.raises(ValueError, match="must be >= 1"):
        view(**lengths)


def test_the_shortest_view_has_one_token_of_each(view):
    env = view(prompt_length=1, answer_length=1)
    assert env.reset(seed=0)[0].shape == (2,)
    assert write(env, "7", end=False)[4]["answer"] == "7"


def test_several_candidates_cannot_be_written(view):
    with pytest.raises(ValueError, match="num_candidates=1"):
        view(num_candidates=2)


def test_several_turns_cannot_be_written(view):
    env = view(max_turns=2)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="max_turns=1"):
        env.step(0)


def test_other_wrappers_go_below(make_env):
    env = TokenView(SetReward(PoolStatistics(make_env())))
    env.reset(seed=0)
    info = write(env, "2 3")[4]
    assert len(info["pool"]["rewards"]) == 1 and info["answer"] == "2 3"


def test_vector_rewards_are_refused():
    view = TokenView(gym.make("vpo/MazeSmall-v0"))
    view.reset(seed=0)
    with pytest.raises(ValueError, match=r"pays vectors of shape \(4,\); wrap it in Scalarize first"):
        view.step(0)
