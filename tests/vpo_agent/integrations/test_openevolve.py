import asyncio
import json

import numpy as np
import pytest
import toys
from hypothesis import given
from hypothesis import strategies as st
from searches import fill

pytest.importorskip("openevolve")

from openevolve.utils.code_utils import parse_full_rewrite

from baselines import GRPO
from vpo_agent.integrations.endpoint import Endpoint
from vpo_agent.integrations.endpoint_agent import EndpointAgent
from vpo_agent.integrations.openevolve import OpenEvolveError, OpenEvolveSearch, configure
from vpo_agent.integrations.openevolve_worker import LOG, WRITER, Client, Session, to_program
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.search import search as search_for
from vpo_agent.search.generation_log import NOTE
from vpo_agent.search.strategies import make_strategy
from vpo_agent.tasks.source import task_source

STEPS = {"vpo/MazeSmall-v0": 20, "vpo/ScienceSmall-v0": 15, "vpo/CodeSmall-v0": 25}


def beginner(env, steps, **settings):
    """A model that can just about write an answer."""
    policy = tiny_policy(task_source(env), width=64, layers=2, heads=2, dtype="float32")
    agent = GRPO(policy, env, temperature=0.5, warm_start_steps=steps, **settings)
    agent.warm_start()
    return agent


@given(st.text())
def test_any_answer_comes_through_openevolve_as_it_was(answer):
    program = to_program(answer)
    assert len(program.splitlines()) == 1
    assert json.loads(parse_full_rewrite(program, "text")) == answer


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


@pytest.fixture
def session(tmp_path):
    """A task of the maze with two answers so far, as the search prepares it."""
    agent = beginner("vpo/MazeSmall-v0", steps=0, num_candidates=2, max_new_tokens=2)
    agent.policy.save_pretrained(tmp_path / WRITER)
    (task,) = agent.source.first(1)
    folder = tmp_path / "task"
    folder.mkdir()
    note = {
        "task": [task.split, task.index],
        "objectives": list(agent.source.objective_names),
        "weights": agent.source.weights.tolist(),
        "stream": 2**55,
        "settings": {"fresh": 0.0, "database": {}},
        "sampling": {"max_new_tokens": 2},
        "writer": {
            "agent": "baselines.algorithms.grpo:GRPO",
            "config": {"num_candidates": 2, "max_new_tokens": 2},
            "env": agent.source.spec.to_json(),
            "device": "cpu",
            "dtype": "float32",
            "attention": "prefix",
        },
    }
    (folder / NOTE).write_text(json.dumps(note))
    answers = [agent.source.domain.best_answers(task)[0], "a1"]
    rewards = agent.source.score([task] * 2, answers).tolist()
    (folder / LOG).write_text(json.dumps({"answers": answers, "rewards": rewards, "tokens": 9}) + "\n")
    return Session(folder)


def test_the_evaluator_gives_every_objective_and_the_fixed_scalar(session):
    (reward,) = session.source.score([session.task], [session.best()])
    assert session.score(session.best()) == {
        **dict(zip(session.note["objectives"], reward.tolist())),
        "combined_score": pytest.approx(float(reward @ session.source.weights)),
    }
    assert session.score("no route")["combined_score"] == 0


def test_prompts_show_the_programs_that_openevolve_picked(session):
    """The model reads them in the order they came, worded as a further turn."""
    asked = []

    class Listener(GRPO):
        def rollouts(self, tasks, *rest, source, **options):
            asked.extend(source.prompts(tasks))
            return super().rollouts(tasks, *rest, source=source, **options)

    session.writer.__class__ = Listener
    best, other = session.rewards
    shown = [to_program(text) for text in (other, best, "never seen")]
    session.write([json.loads(line) for line in shown])
    pool = np.array([session.rewards[best], session.rewards[other]])
    assert asked == [session.source.turn_prompt(session.task, [best, other], pool)]


def test_answers_of_a_chain_take_turns(session, monkeypatch):
    client = Client(str(session.folder))
    monkeypatch.setattr("vpo_agent.integrations.openevolve_worker.session", lambda folder: session)
    for expected in (2, 2, 3, 3):  # rollouts, with the one before
        program = asyncio.run(client.generate_with_context("", [{"role": "user", "content": "\n\n"}]))
        assert json.loads(program) == "" and session.rollouts == expected
    assert session.answers == 6 and len((session.folder / LOG).read_text().splitlines()) == 3


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
