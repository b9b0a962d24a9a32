import os
import signal
import subprocess
import sys
import warnings

import evaluate_served
import numpy as np
import pytest
import toys
from fake_server import Fake, body

from vpo_agent import evaluate
from vpo_agent.integrations.endpoint import Endpoint
from vpo_agent.integrations.endpoint_agent import EndpointAgent
from vpo_agent.models.sampling import Sampling
from vpo_agent.search import search

SIDES = ("left", "right", "both")


def side(request, handler):
    """An answer that depends on the seed alone."""
    return SIDES[request["seed"] % 3]


def expected(server):
    """Worth of what was asked for, by the seeds that were seen, in no order."""
    return sorted(list(toys.TradeOff.worth[SIDES[request["seed"] % 3]]) for request in server.seen)


def agent(server, domain=None, turns=1, **settings):
    env = toys.make_env(domain or toys.TradeOff(), max_turns=turns)
    return EndpointAgent(Endpoint(server.url, "m", concurrency=8), env, **settings)


def test_evaluate_takes_a_served_model():
    with Fake(side) as server:
        served = agent(server)
        found = evaluate(served, tasks=5, pool=6)
    assert found.rewards.shape == (5, 6, 2) and len(found.fronts) == 5
    np.testing.assert_allclose(sorted(found.rewards.reshape(-1, 2).tolist()), expected(server), rtol=1e-6)
    for answers, rewards in zip(found.answers, found.rewards):
        np.testing.assert_allclose(rewards, [toys.TradeOff.worth[answer] for answer in answers])
    assert found.summary()["best@3"] > 0
    assert found.tokens == 30 * 3
    usage = served.usage
    assert (usage.completions, usage.cut, usage.prompt_tokens, usage.completion_tokens) == (30, 0, 210, 90)
    assert usage.models == {"fake-1"}


def test_several_answers_in_one_completion():
    with Fake(lambda *_: "<candidate_1>left</candidate_1><candidate_2>right</candidate_2>") as server:
        found = evaluate(agent(server, num_candidates=2), tasks=3, pool=3, temperature=0.0)
    assert found.answers == [["left", "right", "left"]] * 3 and len(server.seen) == 6
    assert server.seen[0]["messages"][0]["content"].endswith("<candidates_2>")


def test_longer_evaluations_ask_for_what_is_new_only():
    with Fake(side) as server:
        served = agent(server)
        first = evaluate(served, tasks=3, pool=2)
        longer = evaluate(served, tasks=4, pool=5)
        assert len(server.seen) == 4 * 5
        assert [answers[:2] for answers in longer.answers[:3]] == first.answers
        evaluate(served, tasks=3, pool=2, seed=1)
        evaluate(served, tasks=3, pool=2, temperature=0.5)
        assert len(server.seen) == 4 * 5 + 6 + 6


def test_searches_of_more_tasks_ask_for_what_is_new_only(tmp_path):
    with Fake(side) as server:
        served = agent(server)
        first = search(served, budget=4, tasks=3)
        longer = search(served, budget=6, tasks=5)
        assert len(server.seen) == 5 * 6
        assert [pool.answers[:4] for pool in longer.pools[:3]] == [pool.answers for pool in first.pools]
        assert len({request["seed"] for request in server.seen}) == 5 * 6
        found = tmp_path / "found.json"
        search(served, budget=4, tasks=3, path=found)
        other = EndpointAgent(
            Endpoint(server.url, "m", fields={"min_p": 0.1}), toys.make_env(toys.TradeOff())
        )
        with pytest.raises(ValueError, match="weights="):
            search(other, budget=4, tasks=3, path=found)


def test_later_turns_show_answers_and_feedback_of_their_own_episode():
    def corrects(request, handler):
        told = request["messages"][0]["content"]
        asked = told.split("say ")[1].split("\n")[0]
        wrong = next(word for word in toys.WORDS if word != asked)
        return asked if "Feedback: wrong" in told else wrong

    with Fake(corrects) as server:
        served = agent(server, toys.Repeat(), turns=2)
        tasks = served.source.first(4)
        rollouts = served.rollouts(tasks, 3, Sampling(8, temperature=0.0), seed=0)
    assert rollouts.rewards.tolist() == [[[[0, 1], [1, 1]]] * 3] * 4
    assert [len(turn) for turn in rollouts.completions] == [12, 12] and rollouts.tokens == 72
    assert (rollouts.well_formed, rollouts.repeated, rollouts.terminated) == (1.0, 0.0, 1.0)


@pytest.mark.parametrize(
    "content", [None, "", "no tags", "<candidate_1>", "<think>all of it", "\ud800", "x" * 10**5]
)
def test_any_content_is_an_answer_worth_nothing(content):
    with Fake(lambda *_: body(content)) as server:
        found = evaluate(agent(server), tasks=2, pool=2, temperature=0.0)
    assert found.answers == [[content.strip() if content else ""] * 2] * 2 and not found.rewards.any()


def test_costs_that_are_not_reported():
    def forgets(request, handler):
        return body("x", usage={} if request["seed"] % 2 else {"prompt_tokens": 7, "completion_tokens": 3})

    with Fake(forgets) as server:
        served = agent(server)
        found = evaluate(served, tasks=4, pool=4, temperature=0.0)
        assert {request["seed"] % 2 for request in server.seen} == {0, 1}
    assert found.tokens is None and "best@1" in found.summary()
    assert served.usage.completion_tokens is None and served.usage.prompt_tokens is None


def test_completions_that_were_cut_off():
    def cut(request, handler):
        return {"choices": [{"message": {"content": "a"}, "finish_reason": "length"}]}

    with Fake(cut) as server:
        served = agent(server)
        rollouts = served.rollouts(served.source.first(2), 2, Sampling(1, temperature=0.0), seed=0)
    assert served.usage.cut == 4 and rollouts.terminated == 0.0 and served.usage.models == set()


def test_a_server_that_does_not_sample_is_noticed():
    with Fake(lambda *_: "the same") as server:
        with pytest.warns(UserWarning, match="3 completions of every prompt are all the same"):
            evaluate(agent(server), tasks=2, pool=3)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            evaluate(agent(server), tasks=2, pool=3, temperature=0.0)
            evaluate(agent(server), tasks=2, pool=1)


def test_predict():
    with Fake(lambda *_: "<candidate_1>red</candidate_1>") as server:
        served = agent(server, toys.Repeat(), num_candidates=2)
        assert served.predict("say red", deterministic=True, max_new_tokens=9) == (("red", ""), None)
        assert server.seen[0]["temperature"] == 0 and server.seen[0]["max_tokens"] == 9
        served.predict("say red", seed=1)
        served.predict("say red", seed=2)
        assert len({request["seed"] for request in server.seen}) == 3
        with pytest.raises(TypeError, match="prompt is a str, not int"):
            served.predict(3)


def test_any_environment_with_texts_serves():
    with Fake(lambda *_: "red blue green gold pink") as server:
        served = agent(server)
        served.set_env(toys.Poem())
        assert served.source.env_id == ""
        rollouts = served.rollouts([1, 2], 2, Sampling(8, temperature=0.0), seed=0)
    assert rollouts.rewards.tolist() == [[[[1, 1]]] * 2] * 2


def test_wrong_settings_are_refused():
    endpoint = Endpoint("http://localhost", "m")
    with pytest.raises(TypeError, match="did you mean 'num_candidates'"):
        EndpointAgent(endpoint, toys.make_env(toys.Repeat()), num_candidate=2)
    with pytest.raises(ValueError, match="vpo envs"):
        EndpointAgent(endpoint, "vpo/Nope-v0")
    for name, value in {"learning_rate": 1e-4, "kl_coef": 1e-3, "reasoning": "on", "group_size": 8}.items():
        with pytest.raises(
            ValueError, match=f"{name}={value!r} has no effect: a served model is not trained"
        ):
            EndpointAgent(endpoint, toys.make_env(toys.Repeat()), **{name: value})
    for name, value in {"num_candidates": 0, "seed": -1, "max_new_tokens": 0, "temperature": -1.0}.items():
        with pytest.raises(ValueError, match=f"{name}={value} must be at least"):
            EndpointAgent(endpoint, toys.make_env(toys.Repeat()), **{name: value})


def test_default_sampling_is_that_of_the_settings():
    endpoint = Endpoint("http://localhost", "m")
    env = toys.make_env(toys.Repeat())
    assert EndpointAgent(endpoint, env).sampling == Sampling(512)
    greedy = EndpointAgent(endpoint, env, max_new_tokens=8, temperature=0.0, top_p=0.9)
    assert greedy.sampling == Sampling(8, 0.0, 0.9)


@pytest.mark.slow
def test_a_killed_evaluation_goes_on_without_asking_again(tmp_path, monkeypatch):
    journal = tmp_path / "replies.jsonl"
    command = [sys.executable, evaluate_served.__file__]

    def kills(request, handler):
        if len(server.seen) >= 30 and child.poll() is None:
            child.kill()
            child.wait()
        return side(request, handler)

    def asked(key):
        return [
            r["seed"] for r, h in zip(server.seen, server.headers) if h["authorization"] == f"Bearer {key}"
        ]

    with Fake(kills) as server:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OPENAI_API_KEY": "first"}
        child = subprocess.Popen([*command, server.url, str(journal)], env=environment)
        assert child.wait(120) == -signal.SIGKILL
        kept = len(journal.read_text().splitlines())
        assert 30 - 4 <= kept < 60  # all but those that were under way
        monkeypatch.setenv("OPENAI_API_KEY", "second")
        again = evaluate_served.run(server.url, journal)
        assert len(asked("second")) == 60 - kept
        assert len({*asked("first"), *asked("second")}) == 60
        monkeypatch.setenv("OPENAI_API_KEY", "third")
        third = evaluate_served.run(server.url, journal)
        assert not asked("third")
    with Fake(side) as server:
        undisturbed = evaluate_served.run(server.url, tmp_path / "other.jsonl")
    assert again.answers == third.answers == undisturbed.answers
