"""Domain: tasks by split and index, batches of scores, the front, and loud errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vpo_envs.fixed import Fixed
from vpo_envs import Domain, Objective, Task, VectorRewardEnv
from vpo_envs.splits import SPLITS

# Tasks


def test_a_task_is_a_pure_function_of_split_and_index(shares):
    for split in SPLITS:
        task, again = shares.task(split, 17), type(shares)().task(split, 17)
        assert task == again and task.truth == again.truth
        assert (task.split, task.index, task.id) == (split, 17, f"{split}/17")


def test_a_task_does_not_depend_on_global_randomness(shares):
    np.random.seed(0)
    task = shares.task("train", 3)
    np.random.seed(1)
    assert shares.task("train", 3) == task


def test_tasks_are_seeded_with_the_seed_sequence_of_split_and_index(shares):
    for number, split in enumerate(SPLITS):
        rng = np.random.default_rng(np.random.SeedSequence([number, 5]))
        assert shares.task(split, 5).prompt == shares.sample_task(rng).prompt


def test_splits_and_neighbours_share_nothing(shares):
    prompts = {shares.task(split, index).prompt for split in SPLITS for index in range(300)}
    # Sequences that differ in one 32-bit word: index 2^32 + i must not be index i of anything.
    prompts |= {shares.task(split, 2**32 + index).prompt for split in SPLITS for index in range(100)}
    assert len(prompts) == 3 * 400


def test_an_index_may_be_a_numpy_integer_and_huge(shares):
    assert shares.task("test", np.int64(4)) == shares.task("test", 4)
    assert shares.task("test", 10**40).id == f"test/{10**40}"


def test_a_sampler_that_returns_no_task_is_named():
    class Texts(Fixed):
        def sample_task(self, rng):
            return "a prompt"

    with pytest.raises(TypeError, match=r"Texts.sample_task returned 'a prompt', not a Task"):
        Texts().task("train", 0)


def test_the_fixed_scalarization_is_normalised(shares):
    assert shares.weights.tolist() == [0.25, 0.75]
    assert shares.objective_names == ("left", "right")


# Scoring


def test_score_batch_is_pairwise(shares):
    tasks = [shares.task("train", i) for i in range(3)]
    rewards = shares.score_batch(tasks, ["1 2", "nonsense", "0 5"])
    assert rewards.dtype == np.float32
    assert rewards == pytest.approx(np.array([[0.1, 0.2], [0, 0], [0, 0.5]]))
    assert shares.score_batch([], []).shape == (0, 2)


@given(st.text())
def test_any_string_scores(text):
    assert Fixed().score_batch([Task("p")], [text]).tolist() == [[0.5, 1.0]]


def test_an_answer_beyond_the_limit_scores_zero_unread():
    domain = Fixed()
    at_limit, beyond = "x" * domain.max_answer_length, "x" * (domain.max_answer_length + 1)
    rewards = domain.score_batch([Task("p")] * 3, [beyond, at_limit, beyond])
    assert rewards.tolist() == [[0, 0], [0.5, 1], [0, 0]]
    assert domain.read == [at_limit]


def test_lengths_must_match():
    with pytest.raises(ValueError, match="2 tasks for 1 answers"):
        Fixed().score_batch([Task("p")] * 2, ["a"])


@pytest.mark.parametrize("answer", [None, 3, b"bytes", ["a"], np.array("a"), {"text": "a"}])
def test_an_answer_that_is_no_string_is_an_error(answer):
    with pytest.raises(TypeError, match="an answer is a str, not"):
        Fixed().score_batch([Task("p")], [answer])


@pytest.mark.parametrize(
    "score, problem",
    [
        ((float("nan"), 0.5), r"Fixed.score returned \[nan +0.5\] for 'an answer'.*\[0, 1\]"),
        ((float("inf"), 0.5), r"\[inf +0.5\]"),
        ((-0.1, 0.5), r"\[-0.1 +0.5\]"),
        ((0.5, 1.01), r"\[0.5 +1.01\]"),
        ((None, 0.5), r"\[nan +0.5\]"),
        ((0.5,), r"it must return 2 numbers, one for each of x, y"),
        ((0.5, 0.5, 0.5), r"it must return 2 numbers, one for each of x, y"),
        (0.5, r"it must return 2 numbers, one for each of x, y"),
        (None, r"it must return 2 numbers, one for each of x, y"),
        ([[0.5, 0.5]], r"it must return 2 numbers, one for each of x, y"),
        ((), r"it must return 2 numbers, one for each of x, y"),
    ],
)
def test_a_bug_in_a_scorer_is_an_exception(score, problem):
    with pytest.raises(ValueError, match=problem):
        Fixed(score).score_batch([Task("p")], ["an answer"])


def test_the_culprit_of_a_batch_is_named():
    class Picky(Fixed):
        def score(self, task, answer):
            return (2.0, 0.0) if answer == "culprit" else (1.0, 0.0)

    with pytest.raises(ValueError, match="for 'culprit'"):
        Picky().score_batch([Task("p")] * 3, ["a", "culprit", "b"])


def test_rounding_in_the_last_place_is_no_bug():
    assert Fixed((1 + 1e-12, 0.1 + 0.2)).score_batch([Task("p")], ["a"])[0, 0] == 1
    assert Fixed(np.array([True, False])).score_batch([Task("p")], ["a"]).tolist() == [[1, 0]]


@pytest.mark.parametrize("wrap", [list, np.array, tuple])
def test_a_batched_scorer_may_return_any_array(wrap):
    class Batched(Fixed):
        def score_many(self, tasks, answers):
            return wrap([[0.25, len(answer) / 10] for answer in answers])

    rewards = Batched().score_batch([Task("p")] * 2, ["a", "bb"])
    assert rewards.dtype == np.float32 and rewards[:, 0].tolist() == [0.25, 0.25]


# The front


def test_the_front_is_derived_from_the_best_answers(shares):
    task = next(task for i in range(99) if (task := shares.task("train", i)).truth == 8)
    front = shares.pareto_front(task)
    assert front.tolist() == np.array([[i / 10, (8 - i) / 10] for i in range(9)], np.float32).tolist()


def test_the_front_drops_repetitions_and_dominated_answers(shares):
    class Sloppy(type(shares)):
        def best_answers(self, task):
            return ["1 1", "2 4", "2 4", "02 4", "4 2"]

    domain = Sloppy()
    front = domain.pareto_front(domain.task("train", 0))
    assert front.tolist() == np.array([[0.2, 0.4], [0.4, 0.2]], np.float32).tolist()


def test_an_unknown_front_is_none():
    assert Fixed().pareto_front(Task("p")) is None


class Weighted(Domain):
    def __init__(self, *weights):
        self.objectives = tuple(Objective(f"o{i}", weight=weight) for i, weight in enumerate(weights))

    def sample_task(self, rng):
        return Task("go")

    def score(self, task, answer):
        return [1.0] * len(self.objectives)


def test_weights_that_are_all_0_are_refused():
    with pytest.raises(ValueError, match="must be at least 0, and one above 0"):
        VectorRewardEnv(Weighted(0, 0))


@pytest.mark.parametrize("scores", [("0.5", "0.5"), {"x": 1.0, "y": 0.0}, "ab", (0.5, "x"), (0.5, [1.0])])
def test_scores_that_are_no_numbers_are_errors(scores):
    class Wordy(Domain):
        objectives = (Objective("x"), Objective("y"))

        def sample_task(self, rng):
            return Task("go")

        def score(self, task, answer):
            return scores

    with pytest.raises((ValueError, TypeError), match="Wordy.score returned .* must return 2 numbers"):
        Wordy().score_batch([Task("go")], ["answer"])


# Pools


def test_weights_below_one_in_sum_are_normalised():
    class Light(Fixed):
        objectives = (Objective("x", weight=0.1), Objective("y", weight=0.3))

    np.testing.assert_allclose(Light().weights, [0.25, 0.75])


def test_a_pool_is_described_by_its_scores_and_answers(shares):
    rewards = np.array([[0.1, 0.2], [0.0, 0.4]])
    assert shares.describe_pool(["1 2", "0 4"], rewards) == [
        "Candidate 1: left=0.10 right=0.20\n1 2",
        "Candidate 2: left=0.00 right=0.40\n0 4",
    ]


def test_the_prompt_of_a_later_turn_is_the_task_the_pool_and_the_feedback(shares):
    task = shares.task("test", 0)
    assert shares.turn_prompt(task, "full", [], np.zeros((0, 2))) == task.prompt
    later = shares.turn_prompt(task, "full", ["0 4"], np.array([[0.0, 0.4]]))
    assert later == (
        f"{task.prompt}\nCandidate 1: left=0.00 right=0.40\n0 4\nFeedback: no points on the left"
    )
