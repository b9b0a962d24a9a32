"""Searches with small trained policies."""

import numpy as np
import pytest
import torch
import toys

from baselines import GoalConditioned
from vpo_agent import VPO, Policy
from vpo_agent.search import (
    ByScorer,
    ByWeights,
    EvolutionSearch,
    Pool,
    RefinementSearch,
    SamplingSearch,
    SearchResult,
    search,
)
from vpo_agent.search.sampling import tokens_of_turns
from vpo_agent.tasks.source import DomainTasks


@pytest.fixture(scope="module")
def agent(trade_off_policy_folder):
    policy = Policy.from_pretrained(trade_off_policy_folder, dtype="float32")
    return VPO(policy, toys.make_env(toys.TradeOff()), num_candidates=2, max_new_tokens=16)


def same(first, second):
    return [pool.answers for pool in first.pools] == [pool.answers for pool in second.pools]


def test_sampling_fills_pools_and_chooses(agent):
    result = search(agent, budget=9, tasks=3)
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
    pool = search(agent, budget=3, tasks=1, max_new_tokens=1).pools[0]
    assert pool.tokens.tolist() == [1, 1, 2] and pool.rollouts == 2
    assert pool.answers == ["", "", ""] and not pool.rewards.any()  # one token is no answer


def test_seeds(agent):
    first, again, other = (search(agent, budget=4, tasks=2, seed=seed) for seed in (1, 1, 2))
    assert same(first, again) and not same(first, other)


def test_pools_of_many_rounds_hold_no_repetitions_of_a_round(agent, monkeypatch):
    monkeypatch.setattr("vpo_agent.search.sampling.EPISODES", 2)
    counts = []
    result = search(agent, budget=11, tasks=2, temperature=3.0, on_answers=counts.append)
    assert counts == [0, 8, 16, 22]
    answers = result.pools[0].answers
    assert answers[:4] != answers[4:8]


def test_the_agent_is_left_as_it_was(agent):
    source, config = agent.source, agent.config
    env = toys.make_env(toys.TradeOff(), max_turns=2, split="train")
    search(agent, env, strategy="refinement", budget=2, tasks=1, temperature=0.5)
    assert agent.source is source and agent.config is config and source.max_turns == 1


def test_tasks_of_ones_own_and_of_other_splits(agent):
    task = toys.TradeOff().task("validation", 7)
    assert search(agent, budget=2, tasks=[task]).pools[0].task == "validation/7"
    assert search(agent, budget=2, tasks=1, split="train").pools[0].task == "train/0"


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
    result = search(watched, strategy=RefinementSearch(turns=3), budget=10, tasks=2)
    whole, short = watched.seen  # the second episode has the two turns that are left
    domain = toys.Repeat()
    for i, pool in enumerate(result.pools):
        assert pool.rollouts == 2 and len(pool.answers) == 10
        task = domain.task("test", i)
        for rollouts, until in ((whole, 4), (short, 8)):
            first = 0 if rollouts is whole else 6
            shown = domain.turn_prompt(task, "compact", pool.answers[first:until], pool.rewards[first:until])
            assert rollouts.prompts[i] == shown
            assert shown.startswith(task.compact) and "Feedback: " in shown
        spent = np.concatenate([tokens_of_turns(rollouts)[i].ravel() for rollouts in watched.seen])
        assert pool.tokens.tolist() == spent.cumsum().repeat(2).tolist()
        assert spent.sum() == sum(
            s.mask.sum() for rollouts in watched.seen for s in rollouts.segments if s.rollouts[0] == i
        )


@pytest.mark.parametrize(("turns", "budget"), [(4, 5), (4, 8), (2, 3), (3, 64)])
def test_refinement_draws_and_counts_no_more_than_the_budget(repeat_policy_folder, turns, budget):
    policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
    watched = Watched(policy, toys.make_env(toys.Repeat()), num_candidates=1, max_new_tokens=4)
    watched.seen = []
    result = search(watched, strategy=RefinementSearch(turns=turns), budget=budget, tasks=1)
    assert sum(rollouts.rewards[..., 0].size for rollouts in watched.seen) == budget
    assert result.used == {
        "answers": budget,
        "tokens": sum(rollouts.tokens for rollouts in watched.seen),
        "rollouts": -(-budget // turns),
    }


STRATEGIES = [
    SamplingSearch(),
    RefinementSearch(turns=2),
    EvolutionSearch(population=4),
    EvolutionSearch(population=4, selection="lexicase"),
]


@pytest.mark.parametrize("kind", [VPO, GoalConditioned])
@pytest.mark.parametrize("strategy", STRATEGIES, ids=str)
def test_a_pool_depends_on_its_task_alone(repeat_policy_folder, tmp_path, monkeypatch, strategy, kind):
    """Whatever is searched beside it, in one go or in portions, kept or not."""
    monkeypatch.setattr("vpo_agent.search.run.BATCH", 2)
    policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
    size = {"num_candidates": 2} if kind is VPO else {}
    agent = kind(policy, toys.make_env(toys.Repeat(), max_turns=2), max_new_tokens=8, **size)
    how = dict(strategy=strategy, budget=9, temperature=2.0)
    whole = search(agent, tasks=5, **how)
    search(agent, tasks=3, path=tmp_path / "grown.json", **how)
    assert same(search(agent, tasks=5, path=tmp_path / "grown.json", **how), whole)
    alone = search(agent, tasks=[DomainTasks(toys.Repeat(), "test").first(5)[4]], **how)
    assert alone.pools[0].answers == whole.pools[4].answers
    words = [tuple(pool.answers) for pool in whole.pools]
    assert len(set(words)) == 5


def test_many_tasks_are_searched_some_at_a_time(agent, monkeypatch):
    whole = search(agent, budget=4, tasks=5)
    monkeypatch.setattr("vpo_agent.search.sampling.COMPLETIONS", 4)
    counts = []
    assert same(search(agent, budget=4, tasks=5, on_answers=counts.append), whole)
    assert counts == [0, 8, 16, 20]  # of two completions each


def test_a_search_goes_on_where_it_was_interrupted(agent, tmp_path, monkeypatch):
    monkeypatch.setattr("vpo_agent.search.run.BATCH", 2)
    whole = search(agent, budget=4, tasks=5, path=tmp_path / "whole.json")

    def interrupt(answers):
        if answers > 8:
            raise KeyboardInterrupt

    path, counts = tmp_path / "folder" / "part.json", []
    with pytest.raises(KeyboardInterrupt):
        search(agent, budget=4, tasks=5, path=path, on_answers=interrupt)
    assert len(SearchResult.from_json(path).pools) == 2
    resumed = search(agent, budget=4, tasks=5, path=path, on_answers=counts.append)
    assert counts == [8, 16, 20] and same(whole, resumed)
    assert path.read_text() == (tmp_path / "whole.json").read_text()
    # Another choice draws nothing anew, more tasks only what is missing.
    counts.clear()
    left = search(agent, budget=4, tasks=5, path=path, choose=[1, 0], on_answers=counts.append)
    assert counts == [20] and same(whole, left) and left.choice == "weights 1, 0"
    assert SearchResult.from_json(path).chosen == left.chosen
    search(agent, budget=4, tasks=6, path=path, on_answers=counts.append)
    assert counts == [20, 20, 24]


def test_files_of_other_searches_are_refused(agent, tmp_path):
    path = tmp_path / "result.json"
    search(agent, budget=2, tasks=3, path=path)
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
            search(agent, **{"budget": 2, "tasks": 3, "path": path, **other})
    assert path.read_text() == before


class Listed:
    """A strategy that is no dataclass."""

    name = "listed"

    def __init__(self, words, scale=1.0):
        self.words = words
        self.scale = scale

    def search(self, generator, source, tasks, budget, *, sampling, seed, on_answers=None):
        n = len(self.words)
        return [Pool.of(task, self.words, np.full((n, 2), self.scale), [1] * n, budget=n) for task in tasks]


def test_files_are_known_by_weights_settings_and_strategies_of_all_kinds(trade_off_policy_folder, tmp_path):
    def make(kind=VPO, **settings):
        policy = Policy.from_pretrained(trade_off_policy_folder, dtype="float32")
        settings = {"num_candidates": 2, "max_new_tokens": 8, **settings}
        return kind(policy, toys.make_env(toys.TradeOff()), **settings)

    path = tmp_path / "found.json"
    how = dict(budget=2, tasks=1, path=path)
    search(make(), **how)
    search(make(learning_rate=1.0, sampling_rows=3), **how)  # nothing that an answer would show
    taught = make()
    with torch.no_grad():
        next(iter(taught.policy.model.parameters()))[-1, -1] += 1e-3
    for other, message in (
        (taught, "weights='"),
        (make(num_candidates=1), r"'num_candidates': 1.*'num_candidates': 2"),
        (make(max_new_tokens=9), "'max_new_tokens': 9"),
        (make(truncate_prompts=True), "'truncate_prompts': True"),
        (make(GoalConditioned, num_candidates=1), "agent='GoalConditioned'"),
    ):
        with pytest.raises(ValueError, match=message):
            search(other, **how)
    how["path"] = tmp_path / "listed.json"
    agent = make()
    search(agent, strategy=Listed(["a", "b"]), **how)
    assert search(agent, strategy=Listed(["a", "b"]), **how).pools[0].answers == ["a", "b"]
    for other in (Listed(["a", "c"]), Listed(["a", "b"], scale=0.5)):
        with pytest.raises(ValueError, match="settings="):
            search(agent, strategy=other, **how)


def test_where_a_strategy_keeps_its_files_makes_no_other_search(agent, tmp_path):
    how = dict(budget=2, tasks=1, path=tmp_path / "found.json")
    search(agent, strategy=EvolutionSearch(folder=tmp_path / "a"), **how)
    assert search(agent, strategy=EvolutionSearch(folder=tmp_path / "b"), **how).used["answers"] == 2


def test_what_is_drawn_is_kept_when_the_choice_fails(agent, tmp_path):
    path = tmp_path / "found.json"

    def broken(task, answer):
        raise RuntimeError("no scorer")

    with pytest.raises(RuntimeError, match="no scorer"):
        search(agent, budget=2, tasks=2, path=path, choose=ByScorer(broken))
    kept = SearchResult.from_json(path)
    assert len(kept.pools) == 2 and kept.choice == "scalar"


def test_files_are_written_when_something_was_drawn_and_at_the_end(agent, tmp_path, monkeypatch):
    monkeypatch.setattr("vpo_agent.search.run.BATCH", 2)
    writes, to_json = [], SearchResult.to_json
    monkeypatch.setattr(
        SearchResult, "to_json", lambda self, path: writes.append(len(self.pools)) or to_json(self, path)
    )
    how = dict(budget=2, path=tmp_path / "found.json")
    search(agent, tasks=5, **how)
    assert writes == [2, 4, 5, 5]
    search(agent, tasks=5, choose="knee", **how)
    assert writes[4:] == [5]


def test_plain_gymnasium_environments_are_searched_in_one_turn(repeat_policy_folder):
    policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
    agent = VPO(policy, toys.Poem(), num_candidates=1, max_new_tokens=8)
    result = search(agent, budget=3, tasks=2)
    assert all(pool.task.startswith("seed/") and len(pool.answers) == 3 for pool in result.pools)
    with pytest.raises(ValueError, match="further turns need an environment made from a Domain"):
        search(agent, strategy="refinement", tasks=1)
    with pytest.raises(ValueError, match="context='hurried' is unknown.*none; give weights"):
        search(agent, choose="hurried")


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
        (dict(heat=2), TypeError, "unknown setting 'heat'; there are max_new_tokens, temperature, top_p"),
        (dict(num_candidates=2), TypeError, "sampling: unknown setting 'num_candidates'"),
        (dict(learning_rate=0.5), TypeError, "sampling: unknown setting 'learning_rate'"),
        (dict(temperature=-1.0), ValueError, "temperature=-1.0"),
    ],
)
def test_wrong_arguments_are_named(agent, arguments, error, message):
    with pytest.raises(error, match=message):
        search(agent, **arguments)


def test_choices_are_described(agent):
    assert search(agent, budget=2, tasks=1).choice == "scalar"
    assert search(agent, budget=2, tasks=1, choose=ByWeights((0.25, 0.75))).choice == "weights 0.25, 0.75"


def test_a_search_may_draw_as_no_training_could(agent):
    greedy = search(agent, budget=4, tasks=2, temperature=0.0)
    assert greedy.run["sampling"]["temperature"] == 0
    assert all(len(set(pool.answers[::2])) == 1 for pool in greedy.pools)
    with pytest.raises(ValueError, match="temperature=nan must be at least 0"):
        search(agent, budget=2, tasks=1, temperature=float("nan"))
