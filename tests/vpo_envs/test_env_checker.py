"""The conformance checks pass what is right, and name what is wrong."""

import itertools
import time

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs import Domain, Objective, Task, VectorRewardEnv, check_domain, check_env
from vpo_envs.env_checker import HOSTILE_ANSWERS, ConformanceError, hostile_answers

counter = itertools.count()


class Sound(Domain):
    """Passes every check; the broken domains below each change one thing."""

    objectives = (Objective("a"), Objective("b"))

    def sample_task(self, rng):
        return Task(f"Write a or b, case {rng.integers(10**9)}.", rng.random(), compact="a or b")

    def score(self, task, answer):
        return float("a" in answer), float("a" not in answer and "b" in answer)

    def demonstrations(self, task, rng):
        return ["a", "b", "ab"[rng.integers(2)]]

    def best_answers(self, task):
        return ["a", "b"]


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


def stateful(self, task, answer):
    self.calls = getattr(self, "calls", 0) + 1
    return 1 / self.calls, 0.0


def sleepy(self, task, answer):
    time.sleep(1.1 * (answer == " "))
    return 1.0, 1.0


def never_twice(*arguments):
    return str(next(counter))


RGB = ("ansi", "rgb_array")


# Domains


def test_a_sound_domain_passes(shares):
    check_domain(Sound)
    check_domain(Sound(), tasks=2, hostile=0)
    check_domain(shares)


def test_the_optional_parts_are_optional():
    class Bare(Sound):
        def demonstrations(self, task, rng):
            return ()

        def best_answers(self, task):
            return None

    check_domain(Bare)


@pytest.mark.parametrize(
    "members, problem",
    [
        # What it declares.
        ({"objectives": ()}, r"objectives is empty"),
        ({"objectives": (Objective("a"), Objective("a"))}, r"repeats a name: \('a', 'a'\)"),
        ({"objectives": (Objective("a", weight=-1), Objective("b", weight=2))}, r"weights \[-1, 2\] must be"),
        ({"objectives": (Objective("a", weight=0), Objective("b", weight=0))}, r"must be >= 0, not all 0"),
        # How it samples.
        (
            {"sample_task": lambda self, rng: "a text"},
            r"train/0: .*sample_task returned 'a text', not a Task",
        ),
        ({"sample_task": lambda self, rng: Task("")}, r"the prompt is no text"),
        ({"sample_task": lambda self, rng: Task(3)}, r"the prompt is no text"),
        ({"sample_task": lambda self, rng: Task(never_twice(), compact=None)}, r"compact prompt is no text"),
        ({"sample_task": lambda self, rng: Task(never_twice())}, r"a second call gives another task"),
        (
            {"sample_task": lambda self, rng: Task("always the same")},
            r"train/1: the prompt is that of train/0",
        ),
        ({"sample_task": lambda self, rng: Task(f"{rng.integers(12)}")}, r"draw more from rng"),
        ({"sample_task": lambda self, rng: rng.no_such_law()}, r"train/0: raised AttributeError"),
        # How it scores.
        (
            {"score": lambda self, task, answer: (0.5, float("nan"))},
            r"raised ValueError.*returned \[0.5 +nan\]",
        ),
        ({"score": lambda self, task, answer: (0.5, len(answer))}, r"every value must lie in \[0, 1\]"),
        ({"score": lambda self, task, answer: 1.0}, r"score returned shape"),
        ({"score": lambda self, task, answer: (float(answer), 0.0)}, r"raised ValueError.*could not convert"),
        ({"score": lambda self, task, answer: (answer.encode() == b"a", 1.0)}, r"raised UnicodeEncodeError"),
        (
            {"score": lambda self, task, answer: (next(counter) % 7 / 7, 0.0)},
            r"must be a function of task and answer",
        ),
        ({"score": stateful}, r"' scores \[.*\] in a batch and \[.*\] alone"),
        (
            {
                "sample_task": lambda self, rng: Task(f"{rng.integers(10**9)}", truth=[1]),
                "score": lambda self, task, answer: (1 / len(task.truth), task.truth.append(answer) is None),
            },
            r"in a batch and \[.*\] alone",
        ),
        (
            {
                "sample_task": lambda self, rng: Task(f"{rng.integers(10**9)}", truth=next(counter)),
                "score": lambda self, task, answer: (task.truth % 97 / 97, 0.0),
            },
            r"on the task drawn afresh",
        ),
        (
            {"score_many": lambda self, tasks, answers: [[i / len(answers), 0] for i in range(len(answers))]},
            r"in a batch",
        ),
        ({"score_many": lambda self, tasks, answers: np.zeros((1, 2))}, r"score returned shape \(1, 2\)"),
        ({"score": sleepy}, r"scoring ' ' took 1.\d s; bound its cost"),
        # What it demonstrates.
        ({"demonstrations": lambda self, task, rng: ["c", ""]}, r"no demonstration scores at all"),
        ({"demonstrations": lambda self, task, rng: ["a", never_twice()]}, r"demonstrations differ"),
        ({"demonstrations": lambda self, task, rng: "ab"}, r"demonstrations: 'ab' is no list of str"),
        (
            {"demonstrations": lambda self, task, rng: ["a", 3]},
            r"demonstrations: \['a', 3\] is no list of str",
        ),
        ({"demonstrations": lambda self, task, rng: None}, r"demonstrations: None is no list of str"),
        # Its front.
        ({"best_answers": lambda self, task: ["a"]}, r"'b' scores \[0. 1.\], which no point of pareto_front"),
        ({"best_answers": lambda self, task: ["c"]}, r"'a' scores .*which no point of pareto_front reaches"),
        ({"best_answers": lambda self, task: []}, r"pareto_front has shape \(0, 2\)"),
        ({"best_answers": lambda self, task: "ab"}, r"best_answers: 'ab' is no list of str"),
        ({"pareto_front": lambda self, task: np.array([1.0, 1.0])}, r"pareto_front has shape \(2,\)"),
        ({"pareto_front": lambda self, task: np.ones((1, 3))}, r"pareto_front has shape \(1, 3\)"),
        (
            {"pareto_front": lambda self, task: np.array([[1, 1], [1, 0]], np.float32)},
            r"pareto_front holds dominated points",
        ),
        ({"pareto_front": lambda self, task: np.ones((1, 2))}, r"best_answers miss the points \[\[1. 1.\]\]"),
        # What it says and shows.
        ({"feedback": lambda self, task, answer: None}, r"feedback is None, not a str"),
        ({"feedback": never_twice}, r"feedback on 'a' differs twice"),
        ({"feedback": lambda self, task, answer: answer[0]}, r"raised IndexError"),
        ({"render": lambda self, *arguments: None}, r"render\('ansi'\) gave NoneType"),
        ({"render_modes": RGB, "render": lambda self, *arguments: "text"}, r"render\('rgb_array'\) gave str"),
    ],
)
def test_a_broken_domain_is_caught_and_the_problem_named(members, problem):
    with pytest.raises(ConformanceError, match=problem) as error:
        check_domain(type("Broken", (Sound,), members))
    assert str(error.value).startswith("Broken")


@pytest.mark.parametrize(
    "shape, dtype, legal",
    [
        ((4, 5, 3), np.uint8, True),
        ((4, 5), np.uint8, False),
        ((4, 5, 4), np.uint8, False),
        ((4, 5, 3), float, False),
    ],
)
def test_a_picture_is_three_bytes_a_pixel(shape, dtype, legal):
    def render(self, task, answers, rewards, mode):
        return "text" if mode == "ansi" else np.zeros(shape, dtype)

    domain = type("Painter", (Sound,), {"render_modes": ("ansi", "rgb_array"), "render": render})
    if legal:
        check_domain(domain)
    else:
        with pytest.raises(ConformanceError, match=r"render\('rgb_array'\) gave ndarray"):
            check_domain(domain)


def test_the_error_names_the_task_and_keeps_its_cause():
    class Rare(Sound):
        def score(self, task, answer):
            return 1 / (task.id != "test/2"), 0.5

    with pytest.raises(ConformanceError, match="Rare task test/2: raised ZeroDivisionError") as error:
        check_domain(Rare)
    assert isinstance(error.value.__cause__, ZeroDivisionError)


# Hostile strings


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


# Environments


@pytest.mark.parametrize(
    "kwargs", [{}, {"num_candidates": 3}, {"max_turns": 3}, {"num_candidates": 2, "max_turns": 2}]
)
def test_sound_environments_pass(make_env, kwargs):
    check_env(make_env(**kwargs))
    check_env(VectorRewardEnv(Sound(), **kwargs))
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
