"""Entry points for OpenEvolve: answers as programs, the session of a task, and the model's client."""

import asyncio
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from baselines import GRPO
from vpo_agent.integrations import openevolve_worker as worker
from vpo_agent.integrations.openevolve_worker import LOG, Client, Session, to_program


@given(st.text())
def test_any_answer_comes_through_openevolve_as_it_was(answer):
    code_utils = pytest.importorskip("openevolve.utils.code_utils")
    program = to_program(answer)
    assert len(program.splitlines()) == 1
    assert json.loads(code_utils.parse_full_rewrite(program, "text")) == answer


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


def test_a_session_goes_on_from_its_log(session):
    """The rewards of an answer are those of its first time."""
    lines = [
        {"answers": ["a1", "new"], "rewards": [[0.25] * 4, [0.125] * 4], "tokens": 1},
        {"answers": [], "rewards": [], "tokens": 0},
    ]
    with open(session.folder / LOG, "a") as log:
        log.writelines(json.dumps(line) + "\n" for line in lines)
    again = Session(str(session.folder))
    assert (again.rollouts, again.answers) == (3, 4)
    assert list(again.rewards) == [*session.rewards, "new"]
    assert again.rewards["a1"].tolist() == session.rewards["a1"].tolist()
    assert again.score("new") == {**dict.fromkeys(again.note["objectives"], 0.125), "combined_score": 0.125}
    assert again.best() == next(iter(session.rewards)), "the domain's best answer"


def test_what_is_asked_for_depends_on_the_parents_and_the_share_of_fresh_starts(session, monkeypatch):
    asked = []

    def draw(generator, source, sampling, request, seed):
        asked.append((request.answers, seed))
        assert sampling.max_new_tokens == 2
        return {"answers": ["x"], "rewards": [[0.0] * 4], "tokens": 1}

    monkeypatch.setattr(worker, "draw", draw)
    best, other = session.rewards
    for parents in ([other], [], ["never seen"], [other, best]):
        assert session.write(parents) == "x"
    session.note["settings"]["fresh"] = 1.0
    session.write([best])
    assert [list(answers) for answers, _ in asked] == [[other], [], [], [best, other], []]
    assert len({seed for _, seed in asked}) == 5
    assert Session(session.folder).rollouts == session.rollouts == 6
    session.rollouts = 1
    session.write([other])
    assert asked[-1][1] == asked[0][1], "a rollout's seed follows from its number"


def test_client_and_evaluator_share_the_session_of_a_folder(session, tmp_path):
    folder = str(session.folder)
    assert worker.session(folder) is worker.session(folder)
    client = worker.connect(folder, config=None)
    assert (client.folder, client.model) == (folder, "policy")
    best = session.best()
    (tmp_path / "program.txt").write_text(to_program(best))
    assert worker.evaluate(folder, str(tmp_path / "program.txt")) == session.score(best)
