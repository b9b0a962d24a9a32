"""The check of environments passes what is right, and names what is wrong."""

import itertools
import threading

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs import VectorRewardEnv, check_env, from_rows
from vpo_envs.env_checker import ConformanceError

counter = itertools.count()


class Plain(gym.Env):
    """A sound environment without a domain."""

    observation_space = action_space = gym.spaces.Text(10)
    reward_space = gym.spaces.Box(0, 1, (2,), np.float32)
    rewards = np.array([0.5, 0.25], np.float32)
    turns, turn = 1, 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.turn = 0
        return f"case{self.np_random.integers(10**6)}", {}

    def step(self, action):
        self.turn += 1
        return f"turn{self.turn}", self.pay(action), self.turn == self.turns, False, {}

    def pay(self, action):
        return np.array([0.5, len(action) / 10], np.float32)


def forgetful(self, action):
    """A step that counts on from the episode before."""
    self.turns_ever = getattr(self, "turns_ever", 0) + 1
    return f"turn{self.turns_ever}", self.pay(action), self.turns_ever % 3 == 0, False, {}


def whimsical(self, action):
    """A step that ends every episode at once but the second."""
    self.steps_ever = getattr(self, "steps_ever", 0) + 1
    return "more", self.pay(action), self.steps_ever != 2, False, {}


def table_row(self, action):
    return self.rewards


def buffered(self, action):
    self.rewards[:] = len(action) / 10
    return self.rewards


def never_twice(*arguments):
    return str(next(counter))


@pytest.mark.parametrize(
    "kwargs", [{}, {"num_candidates": 3}, {"max_turns": 3}, {"num_candidates": 2, "max_turns": 2}]
)
def test_sound_environments_pass(make_env, kwargs):
    check_env(make_env(**kwargs))
    check_env(Plain())


@pytest.mark.parametrize("turns", [2, 7, 1000])
def test_plain_environments_of_several_turns_pass(turns):
    check_env(type("Turns", (Plain,), {"turns": turns})())


@pytest.mark.parametrize(
    "members, problem",
    [
        ({"reward_space": gym.spaces.Discrete(2)}, r"reward_space=Discrete\(2\) is no Box"),
        ({"reward_space": gym.spaces.Box(0, 1, ())}, r"is no Box \(d,\)"),
        ({"reward_space": gym.spaces.Box(-1, 1, (2,))}, r"is not within \[0, 1\]"),
        ({"action_space": gym.spaces.Discrete(2)}, r"the action .*\d.* is no text"),
        (
            {"reset": lambda self, seed=None, options=None: (np.zeros(2), {})},
            r"observation array.* is not a str",
        ),
        (
            {"reset": lambda self, seed=None, options=None: ("far too long", {})},
            r"'far too long' is not in Text",
        ),
        (
            {"reset": lambda self, seed=None, options=None: (never_twice(), {})},
            r"give different observations",
        ),
        ({"reset": lambda self, seed=None, options=None: ("go", {"n": never_twice()})}, r"differ in info"),
        ({"reset": lambda self, seed=None, options=None: ("go", None)}, r"the info None is not a dict"),
        ({"step": forgetful}, r"give different observations"),
        ({"step": whimsical}, r"the same seed and actions end at different steps"),
        (
            {"step": lambda self, action: (1, self.pay(action), True, False, {})},
            r"the observation 1 is not a str",
        ),
        ({"step": lambda self, action: ("x" * 11, self.pay(action), True, False, {})}, r"is not in Text"),
        (
            {"step": lambda self, action: ("x", self.pay(action), 1, False, {})},
            r"terminated, truncated: \[1, False\]",
        ),
        (
            {"step": lambda self, action: ("x", self.pay(action), True, None, {})},
            r"truncated: \[True, None\]",
        ),
        (
            {"step": lambda self, action: ("x", self.pay(action), True, False, [])},
            r"the info \[\] is not a dict",
        ),
        ({"pay": lambda self, action: 0.5}, r"the reward 0.5 is not in reward_space"),
        ({"pay": lambda self, action: None}, r"the reward None is not in reward_space"),
        ({"pay": lambda self, action: [0.5, 0.5]}, r"the reward \[0.5, 0.5\] is not in reward_space"),
        ({"pay": lambda self, action: np.ones(3, np.float32)}, r"is not in reward_space"),
        ({"pay": lambda self, action: np.array([0.5, 1.5], np.float32)}, r"is not in reward_space"),
        ({"pay": lambda self, action: np.full(2, np.nan, np.float32)}, r"is not in reward_space"),
        ({"pay": table_row}, r"two steps hand out the same reward array; copy it"),
        ({"pay": buffered}, r"two steps hand out the same reward array; copy it"),
        (
            {"pay": lambda self, action: np.full(2, next(counter) % 7 / 7, np.float32)},
            r"give different rewards",
        ),
    ],
)
def test_a_broken_environment_is_caught_and_the_problem_named(members, problem):
    with pytest.raises(ConformanceError, match=problem):
        check_env(type("Broken", (Plain,), members)())


@pytest.mark.parametrize(
    "members",
    [
        {"objective_names": ("wit", "truth")},
        {"objective_names": ["wit", "truth"], "weights": [0.7, 0.3]},
        {"weights": np.array([0, 1])},
    ],
)
def test_names_and_weights_of_objectives_are_optional(members):
    check_env(type("Named", (Plain,), members)())


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"objective_names": ("wit",)}, r"objective_names=\('wit',\) must be 2 different texts"),
        ({"objective_names": ("wit", "wit")}, r"must be 2 different texts"),
        ({"objective_names": ("wit", 2)}, r"must be 2 different texts"),
        ({"objective_names": "ab"}, r"must be 2 different texts"),
        ({"objective_names": None}, r"must be 2 different texts"),
        ({"weights": [0.7, 0.7]}, r"weights=\[0.7, 0.7\] must be non-negative and sum to 1; divide by"),
        ({"weights": [1.5, -0.5]}, r"must be non-negative and sum to 1"),
        ({"weights": [np.nan, 1.0]}, r"must be non-negative and sum to 1"),
        ({"weights": [np.inf, 0.0]}, r"must be non-negative and sum to 1"),
        ({"weights": [1.0]}, r"weights=\[1.0\] must have 2 entries"),
        ({"weights": None}, r"weights=None must have 2 entries"),
        ({"weights": ["a", "b"]}, r"could not convert"),
        ({"weights": [[0.5, 0.5]]}, r"must be one weighting, of shape \(2,\)"),
    ],
)
def test_wrong_names_and_weights_of_objectives_are_caught(members, problem):
    with pytest.raises(ConformanceError, match=f"^Broken: .*{problem}"):
        check_env(type("Broken", (Plain,), members)())


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"step": lambda self, action: (5, self.pay(action), True, False, {})}, "return a text from reset"),
        ({"pay": lambda self, action: 0.5}, r"return a NumPy array of shape \(2,\) and dtype float32"),
        (
            {"pay": lambda self, action: np.full(2, next(counter) % 7 / 7, np.float32)},
            "different rewards; take every random number from self.np_random",
        ),
        (
            {"reset": lambda self, seed=None, options=None: "go"},
            "reset returned 'go'; return the observation",
        ),
        ({"step": lambda self, action: ("x", True)}, r"step returned \('x', True\); return observation, rew"),
    ],
)
def test_messages_begin_with_the_class_and_end_with_the_remedy(members, message):
    with pytest.raises(ConformanceError, match=f"^Broken: .*{message}"):
        check_env(type("Broken", (Plain,), members)())


@pytest.mark.parametrize(
    ("members", "call"),
    [
        ({"step": lambda self, action: {}["x"]}, r"step\('.*'\) raised KeyError\('x'\)"),
        ({"reset": lambda self, seed=None, options=None: {}["x"]}, r"reset\(seed=0\) raised KeyError\('x'\)"),
        ({"reset": lambda self: ("go", {})}, r"reset\(seed=0\) raised TypeError\(.*'seed'.*\)"),
    ],
)
def test_an_environment_that_raises_is_named_with_file_and_line(members, call):
    line = next(iter(members.values())).__code__.co_firstlineno
    with pytest.raises(ConformanceError, match=rf"^Broken: {call} \(.*test_env.py, line {line}\)$") as error:
        check_env(type("Broken", (Plain,), members)())
    assert isinstance(error.value.__cause__, (KeyError, TypeError))


def nan(completion):
    return float("nan")


def test_a_domain_behind_an_environment_is_named_with_its_task():
    rows = [{"prompt": str(n)} for n in range(10)]
    with pytest.raises(ConformanceError, match=r"^RowsDomain: step\(.*\) on task train/\d+ raised") as error:
        check_env(VectorRewardEnv(from_rows(rows, nan, ["one"])))
    assert "every value must lie in [0, 1]" in str(error.value)
    assert str(error.value).endswith(f" ({__file__}, line {nan.__code__.co_firstlineno})")


def test_a_task_that_is_none_is_named_where_it_is_drawn(shares):
    class Taskless(type(shares)):
        def sample_task(self, rng):
            return "a text"

    with pytest.raises(ConformanceError, match=r"^Taskless: sample_task at reset\(seed=0\) .*") as error:
        check_env(VectorRewardEnv(Taskless()))
    assert str(error.value).endswith(f" ({__file__}, line {Taskless.sample_task.__code__.co_firstlineno})")


def test_an_environment_whose_episodes_do_not_end_is_caught():
    with pytest.raises(ConformanceError, match=r"^Endless: .* after 10,000 steps; .*max_turns.*max_episode_"):
        check_env(type("Endless", (Plain,), {"turns": -1})())
    check_env(gym.wrappers.TimeLimit(type("Endless", (Plain,), {"turns": -1})(), 100))


def test_an_environment_without_a_reward_space_is_caught():
    with pytest.raises(ConformanceError, match="has no reward_space; set a Box"):
        check_env(gym.make("CartPole-v1"))


def test_later_turns_are_checked_too():
    class Late(Plain):
        turns = 3

        def step(self, action):
            observation, *rest = super().step(action)
            return (observation if self.turn < 3 else 3, *rest)

    with pytest.raises(ConformanceError, match="the observation 3 is not a str"):
        check_env(Late())


def test_an_environment_that_cannot_be_pickled_is_caught():
    """Case: ToolUse environments could not be sent to workers."""

    class Locked(Plain):
        def __init__(self):
            self.lock = threading.Lock()

    with pytest.raises(ConformanceError, match="cannot be pickled, for other processes: TypeError.*lock"):
        check_env(Locked())


def test_a_pickled_environment_must_play_the_same():
    class Forgetful(Plain):
        scale = 1.0

        def pay(self, action):
            return np.full(2, self.scale / 2, np.float32)

        def __getstate__(self):
            return {**self.__dict__, "scale": 0.5}

    with pytest.raises(ConformanceError, match="a pickled copy .* plays the same episode differently"):
        check_env(Forgetful())


def test_scorers_that_are_lambdas_pass():
    rows = [{"prompt": str(n)} for n in range(10)]
    check_env(VectorRewardEnv(from_rows(rows, lambda completion: 1.0, ["one"])))


@pytest.mark.parametrize("wrong", ["vpo/MazeSmall-v0", 3])
def test_what_is_no_environment_is_refused(wrong):
    with pytest.raises(TypeError, match="is no environment: check_env"):
        check_env(wrong)


def test_at_least_one_step_is_tried():
    with pytest.raises(ValueError, match="steps=0 must be at least 1"):
        check_env(gym.make("vpo/MazeSmall-v0"), steps=0)
