"""Refinement as episodes of several turns; with real policies in `test_run.py`."""

import pytest
import toys
from searches import fill

from tests.vpo_agent.search.by_hand import SOURCE, Scribe, places
from vpo_agent.search import RefinementSearch
from vpo_agent.tasks.source import EnvTasks


@pytest.mark.parametrize("turns", [1, 0, True, 2.5, "3"])
def test_a_wrong_number_of_turns_is_named(turns):
    with pytest.raises(ValueError, match=f"turns={turns!r} must be an integer of at least 2; one"):
        RefinementSearch(turns)


def test_episodes_have_four_turns_unless_told_otherwise():
    assert RefinementSearch() == RefinementSearch(turns=4) != RefinementSearch(turns=2)
    scribe, counts = Scribe(), []
    (pool,) = fill(RefinementSearch(), scribe, SOURCE.first(1), 10, seed=0, on_answers=counts.append)
    assert scribe.calls == [(1, 2, 4), (1, 1, 2)] and counts == [8, 10]
    assert places(pool) == [f"{turn}.{g}.0" for g in (0, 1) for turn in range(4)] + ["0.0.0", "1.0.0"]
    assert pool.rollouts == 3


def test_a_task_that_needs_no_more_answers_ends():
    first, second = SOURCE.first(2)
    pools = fill(
        RefinementSearch(), Scribe(), [first, second], 300, seed=0, until=lambda task, found: task == first
    )
    assert [len(pool.answers) for pool in pools] == [128, 300]


def test_the_shortest_episode_has_two_turns():
    scribe = Scribe(num_candidates=3)
    fill(RefinementSearch(turns=2), scribe, SOURCE.first(2), 6, seed=0)
    assert scribe.calls == [(2, 1, 2)]


def test_later_turns_need_a_domain_that_makes_their_prompts():
    source = EnvTasks(toys.Poem())
    with pytest.raises(ValueError, match="further turns need an environment made from a Domain"):
        fill(RefinementSearch(), Scribe(source), [5], 4, seed=0)
