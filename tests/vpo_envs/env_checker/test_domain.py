"""The conformance checks pass what is right, and name what is wrong."""

import itertools
import time

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs import Domain, Objective, Task, check_domain, from_rows
from vpo_envs.env_checker import ConformanceError, ConformanceWarning

counter = itertools.count()


class Unstable:
    """A truth that a copy does not share."""

    value = 1.0

    def __reduce__(self):
        return _half, ()


def _half():
    copy = Unstable()
    copy.value = 0.5
    return copy


class Sound(Domain):
    """Passes every check; the broken domains below each change one thing."""

    objectives = (Objective("a"), Objective("b"))

    def sample_task(self, rng):
        case = rng.integers(10**9)
        return Task(f"Write {case} and a or b.", str(case), compact=f"{case} a b")

    def score(self, task, answer):
        number, _, letter = answer.partition(" ")
        known = 1.0 if number == task.truth else 0.25
        return known * ("a" in letter), known * ("a" not in letter and "b" in letter)

    def demonstrations(self, task, rng):
        return [f"{task.truth} a", f"{task.truth} b", f"0 {'ab'[rng.integers(2)]}"]

    def best_answers(self, task):
        return [f"{task.truth} a", f"{task.truth} b"]


def stateful(self, task, answer):
    self.calls = getattr(self, "calls", 0) + 1
    return 1 / self.calls, 0.0


def sleepy(self, task, answer):
    time.sleep(1.1 * (answer == " "))
    return 1.0, 1.0


def never_twice(*arguments):
    return str(next(counter))


UNKNOWN = {"best_answers": lambda self, task: None}
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


@pytest.mark.parametrize("wrong", ["vpo/MazeSmall-v0", gym.make("vpo/MazeSmall-v0")], ids=str)
def test_an_environment_and_an_id_are_no_domains(wrong):
    with pytest.raises(TypeError, match="is no domain; that of an id is gym.make"):
        check_domain(wrong)


@pytest.mark.parametrize(
    "members, problem",
    [
        # What it declares.
        ({"objectives": ()}, r"objectives is empty"),
        ({"objectives": (Objective("a"), Objective("a"))}, r"repeats a name: \('a', 'a'\)"),
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
        (
            {"sample_task": lambda self, rng: rng.no_such_law()},
            r"sample_task raised AttributeError.*test_domain.py, line \d",
        ),
        (
            {"sample_task": lambda self, rng: Task(f"{rng.integers(10**9)}", compact="go")},
            r"train/1: the compact prompt is that of train/0",
        ),
        (
            {
                "sample_task": lambda self, rng: Task(
                    f"{rng.integers(10**9)}", compact=f"{rng.integers(2000)}"
                )
            },
            r"the compact prompt of \w+/\d+ is that of \w+/\d+, and \d+ of 600 prompts occur in two splits",
        ),
        (
            {"sample_task": lambda self, rng: Task("a " * int(rng.integers(1, 10**4)) + "a" * 9)},
            r"the full prompt of .*: test tasks occur in training; draw tasks from millions",
        ),
        (
            {"sample_task": lambda self, rng: Task(f"{rng.integers(10**9)}", lambda: 0)},
            r"the task cannot be pickled.*keep functions, open files and classes .* out of Task.truth",
        ),
        (
            {
                "sample_task": lambda self, rng: Task(f"{rng.integers(10**9)}", Unstable()),
                "demonstrations": lambda self, task, rng: (),
                "score": lambda self, task, answer: (task.truth.value, 0.0),
            },
            r"the pickled task scores the same answers differently",
        ),
        # How it scores.
        (
            {"score": lambda self, task, answer: (0.5, float("nan"))},
            r"raised ValueError.*returned \[0.5 +nan\]",
        ),
        ({"score": lambda self, task, answer: (0.5, len(answer))}, r"every value must lie in \[0, 1\]"),
        (
            {"score": lambda self, task, answer: 1.0},
            r"returned 1.0 for .* must return 2 numbers, one for each of a",
        ),
        ({"score": lambda self, task, answer: (float(answer), 0.0)}, r"raised ValueError.*could not convert"),
        ({"score": lambda self, task, answer: (answer.encode() == b"a", 1.0)}, r"raised UnicodeEncodeError"),
        (
            {"score": lambda self, task, answer: (next(counter) % 7 / 7, 0.0)},
            r"must be a function of task and answer",
        ),
        ({"score": stateful}, r" scores \[.*\] in a batch and \[.*\] alone"),
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
                "demonstrations": lambda self, task, rng: (),
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
        (
            {"score": lambda self, task, answer: (hash(answer) % 97 / 97, 0.0), **UNKNOWN},
            r"the score of '.*' differs in another process; something depends on hash\(\)",
        ),
        (
            {
                "demonstrations": lambda self, task, rng: [
                    f"{task.truth} a",
                    *map(str, {"p", "q", "r", "s", "t"}),
                ]
            },
            r"task train/0: demonstrations differs in another process",
        ),
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
        (
            {"best_answers": lambda self, task: [f"{task.truth} a"]},
            r" b' scores \[0. 1.\], which no point",
        ),
        ({"best_answers": lambda self, task: ["c"]}, r" a' scores .*which no point of pareto_front reaches"),
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
        ({"feedback": never_twice}, r"feedback on '\d+ a' differs twice"),
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

    with pytest.raises(ConformanceError, match=r"Rare task test/2: score\(.* raised ZeroDiv") as error:
        check_domain(Rare)
    assert isinstance(error.value.__cause__, ZeroDivisionError)


def test_a_scorer_that_raises_is_named_with_answer_file_and_line():
    class Raising(Sound):
        def score(self, task, answer):
            return helper(answer), 0.0

    def helper(answer):
        return 1.0 if answer.isascii() else {}["no such key"]

    line = helper.__code__.co_firstlineno + 1
    with pytest.raises(ConformanceError) as error:
        check_domain(Raising)
    assert f"raised KeyError('no such key') ({__file__}, line {line})" in str(error.value)
    assert r"score('\ud800')" in str(error.value)


@pytest.mark.parametrize("returned", [(0.5, float("nan")), (0.5,), (0.5, 2.0)])
def test_a_scorer_that_returns_the_wrong_thing_is_named_with_task_file_and_line(returned):
    class Wrong(Sound):
        def score(self, task, answer):
            return returned

    line = Wrong.score.__code__.co_firstlineno
    with pytest.raises(ConformanceError) as error:
        check_domain(Wrong)
    assert str(error.value).startswith("Wrong task train/0: score('850624225 a') raised ValueError")
    assert str(error.value).endswith(f" ({__file__}, line {line})")


def test_a_task_that_only_the_comparison_of_prompts_draws_is_named():
    class Rare(Sound):
        def sample_from_split(self, rng, split):
            return super().sample_from_split(rng, split) if rng.random() < 0.98 else {}["no such key"]

    def draws(index, split=0):
        return np.random.default_rng(np.random.SeedSequence([split, index])).random() < 0.98

    first = next(index for index in range(200) if not draws(index))
    with pytest.raises(ConformanceError, match=rf"^Rare task train/{first}: sample_task raised KeyError"):
        check_domain(Rare, tasks=0)


def test_what_raises_beside_the_tasks_is_named_with_file_and_line():
    class Unsized(Sound):
        def size(self, split):
            return {}[split]

    line = Unsized.size.__code__.co_firstlineno + 1
    with pytest.raises(ConformanceError) as error:
        check_domain(Unsized)
    assert str(error.value) == f"Unsized: raised KeyError('train') ({__file__}, line {line})"


def test_a_row_of_scores_of_another_length_for_one_answer_is_named():
    """Case: numpy's error about inhomogeneous shapes."""

    class Ragged(Sound):
        def score(self, task, answer):
            return (1.0, 0.0) if answer.isascii() else (1.0,)

    with pytest.raises(ConformanceError, match=r"Ragged.score returned \(1.0,\) for .* must return 2"):
        check_domain(Ragged)


def test_one_answer_for_all_tasks_is_warned_of():
    class Blind(Sound):
        def score(self, task, answer):
            return float("a" in answer), float("a" not in answer and "b" in answer)

    with pytest.warns(ConformanceWarning, match=r"Blind: the same answer '\d+ a' for every task earns 100%"):
        check_domain(Blind)


def test_a_finite_domain_may_have_few_tasks():
    rows = [{"prompt": f"Say {n}.", "answer": str(n)} for n in range(12)]
    check_domain(from_rows(rows, says, ["says"]))
    check_domain(from_rows({"train": rows[:6], "test": rows[6:]}, says, ["says"]))
    with pytest.raises(ConformanceError, match="test/0: the prompt is that of train/0"):
        check_domain(from_rows({"train": rows, "test": rows[:1]}, says, ["says"]))


def says(completion, answer):
    return completion == answer


def test_sound_domains_give_no_warning(recwarn):
    check_domain(Sound)
    assert not [warning for warning in recwarn if issubclass(warning.category, ConformanceWarning)]


@pytest.mark.parametrize("told", [True, False])
def test_a_scorer_that_pays_anything_is_named_without_demonstrations_too(told):
    rows = [{"prompt": f"Double {n}.", "demonstrations": ["1"] if told else None} for n in range(60)]
    domain = from_rows(rows, lambda completion: (1.0, 1.0), ["right", "short"])
    with pytest.warns(ConformanceWarning, match="the same answer .* for every task earns 100%"):
        check_domain(domain)
