"""Search by the real OpenEvolve, and what it refuses."""

import json

import pytest
import toys
from searches import fill

pytest.importorskip("openevolve")

from baselines import GRPO
from tests.vpo_agent.integrations.beginner import beginner
from vpo_agent.integrations.endpoint import Endpoint
from vpo_agent.integrations.endpoint_agent import EndpointAgent
from vpo_agent.integrations.openevolve import OpenEvolveError, OpenEvolveSearch, configure
from vpo_agent.integrations.openevolve_worker import LOG
from vpo_agent.search import search as search_for
from vpo_agent.search.strategies import make_strategy

STEPS = {"vpo/MazeSmall-v0": 20, "vpo/ScienceSmall-v0": 15, "vpo/CodeSmall-v0": 25}


def test_several_processes_are_refused(monkeypatch):
    agent = beginner("vpo/MazeSmall-v0", steps=0, max_new_tokens=2)
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(ValueError, match="runs in one process; start it without torchrun"):
        OpenEvolveSearch().search(
            agent, agent.source, agent.source.first(1), 2, sampling=agent.sampling, seed=0
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    "env",
    [pytest.param(env, marks=() if env == "vpo/MazeSmall-v0" else pytest.mark.nightly) for env in STEPS],
)
def test_the_real_openevolve_evolves_answers(env, tmp_path):
    agent = beginner(env, STEPS[env])
    task = agent.source.first(1)[0]
    search = OpenEvolveSearch(folder=tmp_path, database={"num_islands": 2, "migration_interval": 2})
    told = []
    (pool,) = search.search(
        agent, agent.source, [task], 12, sampling=agent.sampling, seed=0, on_answers=told.append
    )
    assert told == [12] and pool.task == task.id
    assert len(pool.answers) == pool.rollouts == 12 and any(pool.answers)
    assert (pool.rewards == agent.source.score([task] * 12, pool.answers)).all()
    (written,) = tmp_path.glob("*/output/best/best_program_info.json")
    best = json.loads(written.read_text())["metrics"]
    names = [*agent.source.objective_names, "combined_score"]
    assert list(best) == names  # what MAP-Elites has seen
    assert best["combined_score"] == pytest.approx((pool.rewards @ agent.source.weights).max(), abs=1e-6)
    (log,) = tmp_path.glob(f"*/{LOG}")
    before = log.stat().st_mtime_ns
    (again,) = fill(search, agent, [task], 12, seed=0)
    assert again.answers == pool.answers and log.stat().st_mtime_ns == before


def test_what_cannot_be_searched_is_said():
    assert isinstance(make_strategy("openevolve"), OpenEvolveSearch)
    with pytest.raises(ValueError, match=r"fresh=2 must lie in \[0, 1\]"):
        OpenEvolveSearch(fresh=2)
    agent = GRPO(toys.small_policy(toys.Repeat()), toys.make_env(toys.Repeat()))
    with pytest.raises(ValueError, match="cannot be made again in OpenEvolve's processes"):
        OpenEvolveSearch().search(
            agent, agent.source, agent.source.first(1), 2, sampling=agent.sampling, seed=0
        )


def test_seeds_are_small_enough_for_openevolve(session, tmp_path):
    assert configure(session, tmp_path).random_seed == 2**55 % 2**32
    session.note["stream"] += 7
    assert configure(session, tmp_path).random_seed == 7


def test_served_models_are_refused():
    agent = EndpointAgent(Endpoint("http://localhost", "m"), "vpo/MazeSmall-v0")
    with pytest.raises(ValueError, match="m at http://localhost/v1 is a served model.*strategy='evolution'"):
        OpenEvolveSearch().search(
            agent, agent.source, agent.source.first(1), 2, sampling=agent.sampling, seed=0
        )


@pytest.mark.slow
def test_it_keeps_its_pools_in_a_file(tmp_path):
    agent = beginner("vpo/MazeSmall-v0", steps=0, max_new_tokens=2)
    how = dict(strategy="openevolve", budget=2, tasks=2, path=tmp_path / "found.json")
    first = search_for(agent, **how)
    assert first.used["answers"] == 4
    assert [pool.answers for pool in search_for(agent, **how).pools] == [pool.answers for pool in first.pools]


@pytest.mark.slow
def test_a_failure_says_what_openevolve_printed():
    agent = beginner("vpo/MazeSmall-v0", steps=0, max_new_tokens=2)
    search = OpenEvolveSearch(database={"num_isles": 2})
    with pytest.raises(OpenEvolveError, match=r"(?s)code 1 after 1 of 4 answers.*num_isles"):
        fill(search, agent, agent.source.first(1), 4, seed=0)
