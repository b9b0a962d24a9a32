"""Searches with small trained policies."""

import numpy as np
import pytest
import toys

from vpo_agent import VPO, Policy
from vpo_agent.search import ByWeights, RefinementSearch, SamplingSearch, SearchResult, make_strategy
from vpo_agent.search.sampling import tokens_of_turns


@pytest.fixture(scope="module")
def agent(trade_off_policy_folder):
    policy = Policy.from_pretrained(trade_off_policy_folder, dtype="float32")
    return VPO(policy, toys.make_env(toys.TradeOff()), num_candidates=2, max_new_tokens=16)


def same(first, second):
    return [pool.answers for pool in first.pools] == [pool.answers for pool in second.pools]


def test_sampling_fills_pools_and_chooses(agent):
    result = agent.search(budget=9, tasks=3)
    assert [pool.task for pool in result.pools] == ["test/0", "test/1", "test/2"]
    domain = toys.TradeOff()
    for i, pool in enumerate(result.pools):
        assert len(pool.answers) == 9 and pool.rollouts == 5  # of two answers each
        assert (pool.rewards == domain.score_batch([domain.task("test", i)] * 9, pool.answers)).all()
        assert len(set(pool.answers) & set(domain.worth)) > 1  # the policy knows what it does
        assert (np.diff(pool.tokens)[::2] == 0).all()  # both answers of a completion came at once
        assert (np.diff(pool.tokens)[1::2] > 0).all()
        scalars = pool.rewards.mean(axis=1)
        assert scalars[result.chosen[i]] == scalars.max()
    assert result.used == {
        "answers": 27,
        "tokens": sum(pool.tokens[-1] for pool in result.pools),
        "rollouts": 15,
    }
    assert result.run["strategy"] == "sampling" and result.run["budget"] == 9


def test_tokens_by_hand(agent):
    pool = agent.search(budget=3, tasks=1, max_new_tokens=1).pools[0]
    assert pool.tokens.tolist() == [1, 1, 2] and pool.rollouts == 2
    assert pool.answers == ["", "", ""] and not pool.rewards.any()  # one token is no answer


def test_seeds(agent):
    first, again, other = (agent.search(budget=4, tasks=2, seed=seed) for seed in (1, 1, 2))
    assert same(first, again) and not same(first, other)


def test_pools_of_many_rounds_hold_no_repetitions_of_a_round(agent, monkeypatch):
    monkeypatch.setattr("vpo_agent.search.sampling.COMPLETIONS", 4)
    counts = []
    result = agent.search(budget=11, tasks=2, temperature=3.0, on_answers=counts.append)
    assert counts == [0, 8, 16, 22]
    answers = result.pools[0].answers
    assert answers[:4] != answers[4:8]


def test_the_agent_is_left_as_it_was(agent):
    source, config = agent.source, agent.config
    env = toys.make_env(toys.TradeOff(), max_turns=2, split="train")
    agent.search(env, strategy="refinement", budget=2, tasks=1, temperature=0.5)
    assert agent.source is source and agent.config is config and source.max_turns == 1


def test_tasks_of_ones_own_and_of_other_splits(agent):
    task = toys.TradeOff().task("validation", 7)
    assert agent.search(budget=2, tasks=[task]).pools[0].task == "validation/7"
    assert agent.search(budget=2, tasks=1, split="train").pools[0].task == "train/0"


@pytest.fixture(scope="module")
def refiner(repeat_policy_folder):
    """Trained for a moment on two turns, so that later prompts are no news."""
    policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
    env = toys.make_env(toys.Repeat(), max_turns=2)
    agent = VPO(policy, env, num_candidates=2, group_size=4, prompts_per_step=8, max_new_tokens=24)
    return agent.learn(3 * agent.config.answers_per_step * 2)


class Watched(VPO):
    def rollouts(self, *arguments, **keywords):
        self.seen.append(super().rollouts(*arguments, **keywords))
        return self.seen[-1]


def test_refinement_shows_earlier_answers_with_feedback(refiner):
    watched = Watched(refiner.policy, toys.make_env(toys.Repeat()), num_candidates=2, max_new_tokens=24)
    watched.seen = []
    result = watched.search(strategy=RefinementSearch(turns=3), budget=10, tasks=2)
    (rollouts,) = watched.seen
    domain = toys.Repeat()
    for i, pool in enumerate(result.pools):
        assert pool.rollouts == 2 and len(pool.answers) == 10  # the second episode is cut short
        task = domain.task("test", i)
        shown = domain.turn_prompt(task, "compact", pool.answers[:4], pool.rewards[:4])
        assert rollouts.prompts[2 * i] == shown
        assert shown.startswith(task.compact) and "Feedback: " in shown
        spent = tokens_of_turns(rollouts, 3)[i]
        assert pool.tokens.tolist() == spent.ravel().cumsum().repeat(2).tolist()[:10]
        assert spent.sum() == sum(s.mask.sum() for s in rollouts.segments if s.rollouts[0] // 2 == i)


def test_a_search_goes_on_where_it_was_interrupted(agent, tmp_path, monkeypatch):
    monkeypatch.setattr("vpo_agent.search.searching.BATCH", 2)
    whole = agent.search(budget=4, tasks=5, path=tmp_path / "whole.json")

    def interrupt(answers):
        if answers > 8:
            raise KeyboardInterrupt

    path, counts = tmp_path / "folder" / "part.json", []
    with pytest.raises(KeyboardInterrupt):
        agent.search(budget=4, tasks=5, path=path, on_answers=interrupt)
    assert len(SearchResult.from_json(path).pools) == 2
    resumed = agent.search(budget=4, tasks=5, path=path, on_answers=counts.append)
    assert counts == [8, 16, 20] and same(whole, resumed)
    assert path.read_text() == (tmp_path / "whole.json").read_text()
    # Another choice draws nothing anew, more tasks only what is missing.
    counts.clear()
    left = agent.search(budget=4, tasks=5, path=path, choose=[1, 0], on_answers=counts.append)
    assert counts == [20] and same(whole, left) and left.choice == "weights 1, 0"
    assert SearchResult.from_json(path).chosen == left.chosen
    agent.search(budget=4, tasks=6, path=path, on_answers=counts.append)
    assert counts == [20, 20, 24]


def test_files_of_other_searches_are_refused(agent, tmp_path):
    path = tmp_path / "result.json"
    agent.search(budget=2, tasks=3, path=path)
    before = path.read_text()
    for other, message in (
        (dict(budget=3), r"budget=3 \(was 2\); choose another file"),
        (dict(seed=1), r"seed=1 \(was 0\)"),
        (dict(strategy="refinement"), r"strategy='refinement' \(was 'sampling'\)"),
        (dict(temperature=0.7), "sampling="),
        (dict(tasks=2), "answers to test/2, which this search leaves out"),
        (dict(split="train"), "answers to test/0, test/1, test/2, which"),
    ):
        with pytest.raises(ValueError, match=message):
            agent.search(**{"budget": 2, "tasks": 3, "path": path, **other})
    assert path.read_text() == before


def test_plain_gymnasium_environments_are_searched_in_one_turn(repeat_policy_folder):
    policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
    agent = VPO(policy, toys.Poem(), num_candidates=1, max_new_tokens=8)
    result = agent.search(budget=3, tasks=2)
    assert all(pool.task.startswith("seed/") and len(pool.answers) == 3 for pool in result.pools)
    with pytest.raises(ValueError, match="further turns need an environment made from a Domain"):
        agent.search(strategy="refinement", tasks=1)
    with pytest.raises(ValueError, match="context='hurried' is unknown.*none; give weights"):
        agent.search(choose="hurried")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (dict(budget=0), ValueError, "budget=0 must be at least 1"),
        (dict(tasks=0), ValueError, "tasks=0 must be at least one"),
        (dict(tasks=[toys.TradeOff().task("test", 3)] * 2), ValueError, "test/3 more than once"),
        (dict(split="dev"), ValueError, "split='dev'"),
        (dict(strategy="magic"), ValueError, "strategy='magic' is not one of sampling, refinement"),
        (dict(choose="magic"), ValueError, "context='magic' is unknown"),
        (dict(choose=[0.5, 0.6]), ValueError, "sum to 1"),
        (dict(heat=2), TypeError, "heat"),
    ],
)
def test_wrong_arguments_are_named(agent, arguments, error, message):
    with pytest.raises(error, match=message):
        agent.search(**arguments)


def test_strategies_by_name():
    assert make_strategy("sampling") == SamplingSearch()
    assert make_strategy("refinement", {"turns": 3}) == RefinementSearch(3)
    assert make_strategy(RefinementSearch(5)).turns == 5
    with pytest.raises(TypeError, match="refinement has no setting 'rounds'; it has turns"):
        make_strategy("refinement", {"rounds": 3})
    for turns in (1, True, 2.5):
        with pytest.raises(ValueError, match=f"turns={turns} must be an integer of at least 2"):
            RefinementSearch(turns)


def test_choices_are_described(agent):
    assert agent.search(budget=2, tasks=1).choice == "scalar"
    assert agent.search(budget=2, tasks=1, choose=ByWeights((0.25, 0.75))).choice == "weights 0.25, 0.75"
