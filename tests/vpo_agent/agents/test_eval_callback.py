"""Evaluation during training: measured in time, the best kept, mistakes named before the first step."""

import json
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import toys

from vpo_agent import VPO, EvalCallback, evaluate
from vpo_agent.agents.callbacks import FunctionCallback
from vpo_agent.agents.checkpoint import read_state
from vpo_envs import Domain

STEP = 2 * 4 * 2


@pytest.fixture(scope="module")
def make(make):
    return partial(make, num_candidates=2, prompts_per_step=2)


def test_evaluations_are_recorded_and_the_best_is_kept(make, tmp_path):
    records = []
    agent = make(learning_rate=1e-3)
    evaluation = EvalCallback(every=2, folder=tmp_path, tasks=6, pool=4)

    def look(agent):
        names = {key: value for key, value in agent.logger.name_to_value.items() if key.startswith("eval/")}
        records.append((agent.num_updates, names))

    agent.learn(8 * STEP, [evaluation, FunctionCallback(look)])
    assert [n for n, names in records if names] == [2, 4, 6, 8]
    values = [names["eval/expected_best"] for _, names in records if names]
    assert evaluation.best == max(values)
    best = read_state(tmp_path / "best")["num_updates"]
    assert best == 2 * (1 + int(np.argmax(values)))
    # What was measured is that agent, on the validation split.
    loaded = VPO.load(tmp_path / "best", toys.make_env(toys.Repeat()))
    measured = evaluate(loaded, split="validation", tasks=6, pool=4)
    assert measured.summary()["expected_best"] == pytest.approx(max(values))
    assert measured.tasks[0] == "validation/0"


def test_the_best_of_an_interrupted_run_is_not_forgotten(make, tmp_path):
    settings = dict(every=1, folder=tmp_path, tasks=4, pool=4)
    agent = make(learning_rate=0.0)
    agent.learn(STEP, EvalCallback(**settings))
    assert read_state(tmp_path / "best")["num_updates"] == 1
    resumed = EvalCallback(**settings)
    agent.learn(STEP, resumed, reset_num_timesteps=False)  # nothing learnt: no better
    assert read_state(tmp_path / "best")["num_updates"] == 1
    assert resumed.best == pytest.approx(
        evaluate(agent, split="validation", tasks=4, pool=4).summary()["expected_best"]
    )
    # A run that starts anew in the same folder does not compare itself with an old one.
    make(learning_rate=0.0, seed=1).learn(STEP, fresh := EvalCallback(**settings))
    assert read_state(tmp_path / "best")["config"]["seed"] == 1 and fresh.best > 0


def test_evaluation_does_not_change_training(make):
    plain = make().learn(3 * STEP)
    measured = make().learn(3 * STEP, EvalCallback(every=1, tasks=3, pool=2))
    pairs = zip(plain.policy.model.parameters(), measured.policy.model.parameters())
    assert all((a == b).all() for a, b in pairs)


def test_of_a_regret_the_lowest_is_the_best(make, tmp_path, monkeypatch):
    regrets = iter((0.3, 0.1, 0.5))
    measured = lambda *_, **__: SimpleNamespace(summary=lambda: {"regret": next(regrets)})  # noqa: E731
    monkeypatch.setattr("vpo_agent.agents.eval_callback.evaluate", measured)
    make().learn(3 * STEP, EvalCallback(every=1, folder=tmp_path, metric="regret", tasks=2, pool=2))
    assert read_state(tmp_path / "best")["num_updates"] == 2
    assert json.loads((tmp_path / "best.json").read_text()) == {"regret": 0.1}


@pytest.mark.parametrize("text", ["", "[]", '{"expected_best": "high"}', '{"expected'])
def test_a_damaged_best_value_is_named(make, tmp_path, text):
    agent = make().learn(STEP)
    (tmp_path / "best.json").write_text(text)
    with pytest.raises(ValueError, match=r"best\.json is damaged .*|best\.json is damaged: .* delete it"):
        agent.learn(STEP, EvalCallback(1, tmp_path, tasks=2, pool=2), reset_num_timesteps=False)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"every": 0}, ValueError, "every=0 must be at least 1"),
        ({"every": 2.5}, ValueError, "every=2.5 must be a whole number"),
        ({"tasks": 0}, ValueError, "tasks=0 must be at least 1"),
        ({"pool": -1}, ValueError, "pool=-1 must be at least 1"),
        ({"temprature": 0.5}, TypeError, "unknown setting 'temprature'; did you mean 'temperature'"),
        ({"temperature": -1}, ValueError, "temperature=-1 must be at least 0"),
        ({"every": toys.Poem(), "eval_freq": 10}, TypeError, "in place of Stable-Baselines3's eval_env"),
        ({"n_eval_episodes": 5}, TypeError, "in place of Stable-Baselines3's eval_env"),
        ({"metric": "best@30", "pool": 4}, ValueError, "'best@30' is not measured; there are best@1, best@3"),
        ({"metric": "regret", "fronts": False}, ValueError, "metric='regret' is not measured"),
    ],
)
def test_wrong_arguments_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        EvalCallback(**arguments)


class Frontless(toys.Repeat):
    """Knows no best answers."""

    best_answers = Domain.best_answers


@pytest.mark.parametrize(
    ("env", "arguments", "message"),
    [
        (toys.Poem(), {}, "needs an environment made from a Domain"),
        (None, {"split": "tets"}, "tets"),
        (toys.make_env(Frontless()), {"metric": "regret"}, "does not know the true fronts"),
        (toys.make_env(toys.TradeOff()), {"metric": "pass@3"}, "no task has a perfect answer"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_the_first_step(make, env, arguments, message):
    agent = make(env=env)
    with pytest.raises(ValueError, match=message):
        agent.learn(STEP, EvalCallback(**{"tasks": 2, "pool": 4, **arguments}))
    assert agent.num_updates == 0


def test_the_default_metric_needs_no_fronts(make):
    agent = make(env=toys.make_env(Frontless()))
    agent.learn(STEP, EvalCallback(1, tasks=2, pool=4))
    assert agent.num_updates == 1
