import signal
import subprocess
import sys
import time
from pathlib import Path

import killed_search
import numpy as np
import pytest
import toys
from searches import fill

from baselines import GRPO, GoalConditioned
from vpo_agent import VPO, Policy
from vpo_agent.generation.rollout import Rollouts
from vpo_agent.search.evolution import EvolutionSearch
from vpo_agent.tasks.source import task_source
from vpo_envs import Domain, Objective, Task

SCRIPT = Path(killed_search.__file__)


class Ladder(Domain):
    """Rungs 0 to 9; the reward is the rung, and its complement, so that every rung is on the front."""

    objectives = (Objective("high"), Objective("low"))

    def sample_task(self, rng):
        return Task("Climb.", None, "climb")

    def score(self, task, answer):
        rung = int(answer) if answer in set("0123456789") else None
        return (0, 0) if rung is None else (rung / 9, (9 - rung) / 18)


class Climber(GRPO):
    """Writes 0 without parents, else the rung above the highest that the prompt shows."""

    def rollouts(self, tasks, group_size, sampling, seed, *, source=None, turns=None):
        source = source or self.source
        prompts = source.prompts(tasks)
        shown = [[line for line in prompt.splitlines() if line.isdigit()] for prompt in prompts]
        answers = [str(min(9, 1 + max(map(int, rungs)))) if rungs else "0" for rungs in shown]
        return Rollouts(
            tasks=tasks,
            rewards=np.repeat(source.score(tasks, answers)[:, None, None], group_size, axis=1),
            answers=[[(answer,)] * group_size for answer in answers],
            segments=[],
        )


@pytest.fixture
def climber():
    return Climber(toys.small_policy(toys.Repeat()), toys.make_env(Ladder()))


def repeater(folder, kind=VPO, **settings):
    settings = {"num_candidates": 2, "max_new_tokens": 12, **settings}
    return kind(Policy.from_pretrained(folder, dtype="float32"), toys.make_env(toys.Repeat()), **settings)


def same(left, right):
    return all(
        a.answers == b.answers and (a.rewards == b.rewards).all() and (a.tokens == b.tokens).all()
        for a, b in zip(left, right, strict=True)
    )


@pytest.mark.parametrize("selection", ["archive", "lexicase"])
def test_every_generation_builds_on_the_ones_before(climber, selection):
    """Prompts that show all parents climb a rung a generation; plain prompts never leave the ground."""
    task = climber.source.first(1)
    how = {"population": 2, "parents": 10, "selection": selection}
    (pool,) = EvolutionSearch(fresh=0, **how).search(
        climber, climber.source, task, 12, sampling=climber.sampling, seed=0
    )
    assert pool.answers == list("001122334455")
    (pool,) = EvolutionSearch(fresh=0.5, **how).search(
        climber, climber.source, task, 12, sampling=climber.sampling, seed=0
    )
    assert pool.answers == list("000102030405")
    (pool,) = EvolutionSearch(fresh=1, **how).search(
        climber, climber.source, task, 12, sampling=climber.sampling, seed=0
    )
    assert pool.answers == list("000000000000")


@pytest.mark.parametrize(
    ("population", "fresh", "plain"), [(1, 0.25, 5), (1, 0.5, 10), (2, 0.25, 10), (3, 0, 0)]
)
def test_small_generations_keep_their_share_of_plain_prompts(climber, population, fresh, plain):
    search = EvolutionSearch(population=population, fresh=fresh, parents=40)
    generations = 20 * (2 if population == 2 else 1)
    budget = population * (1 + generations // population)
    (pool,) = fill(search, climber, climber.source.first(1), budget, seed=0)
    assert pool.answers[population:].count("0") == plain


@pytest.mark.parametrize(("kind", "m"), [(VPO, 2), (GRPO, 1), (GoalConditioned, 1)])
def test_budgets_are_kept_whatever_the_agent(repeat_policy_folder, kind, m):
    agent = repeater(repeat_policy_folder, kind, num_candidates=m)
    tasks = agent.source.first(2)
    told = []
    search = EvolutionSearch(population=8)
    pools = search.search(
        agent, agent.source, tasks, 21, sampling=agent.sampling, seed=3, on_answers=told.append
    )
    assert told == [16, 32, 42]
    for task, pool in zip(tasks, pools):
        assert pool.task == task.id
        assert len(pool.answers) == 21 and pool.rewards.shape == (21, 2) and pool.rollouts == -(-21 // m)
        assert (pool.rewards == agent.source.score([task] * 21, pool.answers)).all()
        assert (np.diff(pool.tokens) >= 0).all() and pool.tokens[0] > 0
    assert same(pools, fill(search, agent, tasks, 21, seed=3))
    assert not same(pools, fill(search, agent, tasks, 21, seed=4))


def test_a_search_ends_with_a_task_that_needs_no_more(repeat_policy_folder, tmp_path):
    agent = repeater(repeat_policy_folder)
    tasks, told = agent.source.first(3), []
    full = fill(EvolutionSearch(population=8), agent, tasks, 24, seed=3)

    def until(task, rewards):
        return task == tasks[1] and len(rewards) >= 16

    ending = EvolutionSearch(population=8, folder=tmp_path)
    pools = fill(ending, agent, tasks, 24, seed=3, until=until, on_answers=told.append)
    assert [len(pool.answers) for pool in pools] == [24, 16, 24]
    assert told == [3 * 8, 24 + 2 * 16, 3 * 24]
    for pool, other in zip(pools, full):
        assert pool.answers == other.answers[: len(pool.answers)]
        assert (pool.rewards == other.rewards[: len(pool.answers)]).all()
    max(tmp_path.glob("*/generation-*.json")).unlink()
    assert same(pools, fill(ending, agent, tasks, 24, seed=3, until=until))
    # A search of the full budget does not continue from these files, which lack a task.
    assert same(full, fill(ending, agent, tasks, 24, seed=3))


def test_searches_that_end_otherwise_do_not_mix(repeat_policy_folder, tmp_path):
    agent = repeater(repeat_policy_folder)
    tasks = agent.source.first(3)

    def ends_with(number, folder):
        search = EvolutionSearch(population=8, folder=folder)
        return fill(search, agent, tasks, 24, seed=3, until=lambda task, _: task == tasks[number])

    ends_with(1, tmp_path)
    assert same(ends_with(2, None), ends_with(2, tmp_path))


def test_a_search_ends_with_its_last_task(climber):
    search = EvolutionSearch(population=2, fresh=0, parents=10)
    tasks = climber.source.first(2)
    pools = fill(search, climber, tasks, 40, seed=0, until=lambda task, found: found[:, 0].max() > 0.3)
    assert [pool.answers for pool in pools] == [list("00112233")] * 2


def test_the_agent_is_left_as_it_was(repeat_policy_folder):
    agent = repeater(repeat_policy_folder)
    before = dict(vars(agent))
    fill(EvolutionSearch(population=4), agent, agent.source.first(1), 8, seed=0)
    assert vars(agent) == before


def test_failures_are_no_parents():
    """An untrained policy that writes nothing is asked again without parents."""
    agent = VPO(toys.small_policy(toys.Repeat()), toys.make_env(toys.Repeat()), max_new_tokens=1)
    for selection in ("archive", "lexicase"):
        search = EvolutionSearch(population=6, selection=selection)
        (pool,) = search.search(
            agent, agent.source, agent.source.first(1), 12, sampling=agent.sampling, seed=0
        )
        assert pool.answers == [""] * 12 and not pool.rewards.any()


def test_any_environment_can_be_searched_without_parents_alone():
    policy = toys.small_policy(toys.Repeat())
    agent = VPO(policy, toys.Poem(), max_new_tokens=4)
    agent.source = task_source(toys.Poem())
    (pool,) = EvolutionSearch(population=6, fresh=1).search(
        agent, agent.source, [5], 12, sampling=agent.sampling, seed=0
    )
    assert pool.task == "seed/5" and len(pool.answers) == 12


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"population": 0}, "population=0 must be at least 1"),
        ({"parents": 0}, "parents=0 must be at least 1"),
        ({"capacity": -1}, "capacity=-1 must be at least 1"),
        ({"fresh": 1.5}, r"fresh=1.5 must lie in \[0, 1\]"),
        ({"selection": "roulette"}, "selection='roulette' is not one of archive, lexicase"),
    ],
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        EvolutionSearch(**settings)


def test_a_folder_keeps_every_generation_of_every_search(climber, tmp_path):
    search = EvolutionSearch(population=2, folder=tmp_path)
    pools = search.search(
        climber, climber.source, climber.source.first(2), 6, sampling=climber.sampling, seed=0
    )
    written = sorted(tmp_path.glob("*/generation-*.json"))
    assert [file.name for file in written] == [f"generation-0000{i}.json" for i in range(3)]
    times = [file.stat().st_mtime_ns for file in written]
    assert same(
        pools,
        fill(search, climber, climber.source.first(2), 6, seed=0),
    )
    assert [file.stat().st_mtime_ns for file in written] == times
    fill(search, climber, climber.source.first(2), 6, seed=1)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.slow
def test_a_killed_search_goes_on_to_the_same_pools(repeat_policy_folder, tmp_path):
    command = [sys.executable, str(SCRIPT), str(repeat_policy_folder), str(tmp_path), str(tmp_path / "r.npz")]
    process = subprocess.Popen(command)
    while process.poll() is None and not list(tmp_path.glob("*/generation-00009.json")):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "the search had ended"
    subprocess.run(command, check=True)
    resumed = np.load(tmp_path / "r.npz")
    for name, values in killed_search.search(repeat_policy_folder).items():
        assert (values == resumed[name]).all()
