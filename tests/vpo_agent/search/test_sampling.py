"""Independent episodes until a budget of answers, with a generator that names what it was asked for."""

import numpy as np
import pytest
import toys
from hypothesis import given
from hypothesis import strategies as st
from searches import fill

from tests.vpo_agent.search.by_hand import SOURCE, Scribe, places
from vpo_agent.generation.rollout import Completion, Rollouts
from vpo_agent.search import SamplingSearch
from vpo_agent.search.sampling import play, rounds_to, tokens_of_turns
from vpo_agent.tasks.source import EnvTasks


@pytest.mark.parametrize(
    ("completions", "turns", "rounds"),
    [
        (1, 1, [(1, 1)]),
        (32, 1, [(32, 1)]),
        (33, 1, [(32, 1), (1, 1)]),
        (64, 2, [(32, 2)]),
        (65, 2, [(32, 2), (1, 1)]),
        (3, 4, [(1, 3)]),
    ],
)
def test_rounds_by_hand(completions, turns, rounds):
    assert rounds_to(completions, turns) == rounds


@given(st.integers(1, 500), st.integers(1, 9))
def test_rounds_hold_all_completions_and_only_the_last_is_short(completions, turns):
    rounds = rounds_to(completions, turns)
    assert sum(size * length for size, length in rounds) == completions
    assert all(1 <= size <= 32 for size, _ in rounds)
    assert all(length == turns for _, length in rounds[:-1]) and 1 <= rounds[-1][1] <= turns


def test_a_pool_ends_within_a_completion_whose_tokens_count_in_full():
    scribe = Scribe(num_candidates=2)
    (pool,) = fill(SamplingSearch(), scribe, SOURCE.first(1), 5, seed=0)
    assert places(pool) == ["0.0.0", "0.0.1", "0.1.0", "0.1.1", "0.2.0"]
    assert pool.tokens.tolist() == [1, 1, 3, 3, 6] and pool.rollouts == 3  # of 1, 2 and 3 tokens
    assert scribe.calls == [(1, 3, 1)]


def test_turns_of_an_episode_come_one_after_another():
    scribe, counts = Scribe(num_candidates=2), []
    how = {"turns": 2, "sampling": scribe.sampling, "seed": 0, "on_answers": counts.append}
    (pool,) = play(scribe, SOURCE, SOURCE.first(1), 10, **how)
    assert counts == [8, 10]
    assert scribe.calls == [(1, 2, 2), (1, 1, 1)]  # the third episode has the one turn that is left
    first, second = (f"0.{g}.0 0.{g}.1 1.{g}.0 1.{g}.1".split() for g in (0, 1))
    assert places(pool) == [*first, *second, "0.0.0", "0.0.1"]
    assert pool.tokens.tolist() == [1, 1, 2, 2, 4, 4, 6, 6, 7, 7] and pool.rollouts == 3


def test_the_turns_of_the_environment_are_not_those_of_sampling():
    source = type(SOURCE)(SOURCE.domain, "test", max_turns=3)
    scribe = Scribe(source)
    fill(SamplingSearch(), scribe, source.first(1), 2, seed=0)
    assert scribe.calls == [(1, 2, 1)]


def test_at_most_256_completions_are_sampled_in_parallel():
    scribe, counts = Scribe(), []
    pools = fill(SamplingSearch(), scribe, SOURCE.first(10), 100, seed=0, on_answers=counts.append)
    sizes = (32, 32, 32, 4)
    assert scribe.calls == [(tasks, size, 1) for tasks in (8, 2) for size in sizes]
    assert counts == [8 * 32, 8 * 64, 8 * 96, 8 * 100, *(800 + 2 * k for k in (32, 64, 96, 100))]
    assert [pool.task for pool in pools] == [f"test/{i}" for i in range(10)]
    assert all(len(pool.answers) == 100 for pool in pools)


def test_a_task_that_needs_no_more_answers_gives_its_place_to_the_next():
    tasks, whole, scribe, counts = SOURCE.first(10), Scribe(), Scribe(), []
    full = fill(SamplingSearch(), whole, tasks, 100, seed=0)

    def until(task, rewards):
        return task in tasks[:3] and len(rewards) >= 64

    pools = fill(SamplingSearch(), scribe, tasks, 100, seed=0, on_answers=counts.append, until=until)
    assert [len(pool.answers) for pool in pools] == [64] * 3 + [100] * 7
    for pool, other in zip(pools, full):
        assert pool.answers == other.answers[: len(pool.answers)]
        assert pool.tokens.tolist() == other.tokens[: len(pool.answers)].tolist()
    # Five of the first eight go on beside the last two, which are two rounds behind.
    assert scribe.calls == [(8, 32, 1), (8, 32, 1), (7, 32, 1), (5, 4, 1), (2, 32, 1), (2, 32, 1), (2, 4, 1)]
    assert counts == [256, 300 + 5 * 64, 300 + 5 * 96 + 2 * 32, 800 + 2 * 64, 800 + 2 * 96, 1000]


def test_answers_that_exceed_the_budget_are_not_counted():
    counts = []
    fill(SamplingSearch(), Scribe(num_candidates=3), SOURCE.first(2), 4, seed=0, on_answers=counts.append)
    assert counts == [8]


def test_a_pool_depends_on_seed_and_task_and_no_round_repeats_another():
    tasks = SOURCE.first(3)
    whole = fill(SamplingSearch(), Scribe(), tasks, 40, seed=1)
    (alone,) = fill(SamplingSearch(), Scribe(), tasks[2:], 40, seed=1)
    assert alone.answers == whole[2].answers
    seeds = [{answer.split()[1] for answer in pool.answers} for pool in whole]
    assert all(len(own) == 2 for own in seeds) and len(set.union(*seeds)) == 6  # one a task and round
    (other,) = fill(SamplingSearch(), Scribe(), tasks[2:], 40, seed=2)
    assert {answer.split()[1] for answer in other.answers}.isdisjoint(set.union(*seeds))


def test_several_turns_need_a_domain():
    source = EnvTasks(toys.Poem())
    scribe = Scribe(source)
    with pytest.raises(ValueError, match="further turns need an environment made from a Domain"):
        play(scribe, source, [5], 2, turns=2, sampling=scribe.sampling, seed=0)
    (pool,) = play(scribe, source, [5], 2, turns=1, sampling=scribe.sampling, seed=0)
    assert pool.task == "seed/5"


def test_tokens_are_listed_by_task_rollout_and_turn():
    counts = [[1, 2, 3, 4, 5, 6], [10, 20, None, 40, 50, 60]]
    rollouts = Rollouts(
        tasks=SOURCE.first(2),
        rewards=np.zeros((2, 3, 2, 2), np.float32),
        answers=[[("", "")] * 3] * 2,
        segments=[],
        completions=[[Completion("", count, True) for count in turn] for turn in counts],
    )
    assert tokens_of_turns(rollouts).tolist() == [[[1, 10], [2, 20], [3, 0]], [[4, 40], [5, 50], [6, 60]]]
    rollouts.completions = []
    assert tokens_of_turns(rollouts).tolist() == [[[0], [0], [0]]] * 2
