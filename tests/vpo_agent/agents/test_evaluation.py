import numpy as np
import pytest
import toys

from vpo_agent import VPO, Policy, evaluate
from vpo_agent.agents.evaluation import Evaluation, measure_names
from vpo_envs import metrics
from vpo_envs.scalarization import spread_weights


@pytest.fixture(scope="module")
def agent(trade_off_policy_folder):
    policy = Policy.from_pretrained(trade_off_policy_folder, dtype="float32")
    return VPO(policy, toys.make_env(toys.TradeOff()), num_candidates=2, max_new_tokens=16)


@pytest.fixture(scope="module")
def evaluation(agent):
    return evaluate(agent, tasks=5, pool=7)


def test_shapes(evaluation):
    assert evaluation.rewards.shape == (5, 7, 2)
    assert [len(texts) for texts in evaluation.answers] == [7] * 5
    assert evaluation.tasks == [f"test/{i}" for i in range(5)]
    assert len(evaluation.fronts) == 5 and evaluation.tokens > 0
    assert evaluation.weights.tolist() == [0.5, 0.5]


def test_rewards_are_those_of_the_answers(evaluation):
    domain = toys.TradeOff()
    for rewards, answers in zip(evaluation.rewards, evaluation.answers):
        tasks = [domain.task("test", 0)] * 7
        assert (domain.score_batch(tasks, answers) == rewards).all()


def test_measures_agree_with_the_metrics(evaluation):
    measured = evaluation.per_task()
    assert sorted(measured) == sorted(
        [
            *("best@1", "best@3", "expected_best", "diversity", "diversity_nonzero"),
            *("front_share", "hypervolume_ratio", "regret", "regret_scalar"),
        ]
    )
    assert all(values.shape == (5,) for values in measured.values())
    weightings = spread_weights(512, 2)
    for i, pool in enumerate(evaluation.rewards):
        front = toys.TradeOff().pareto_front(toys.TradeOff().task("test", i))
        np.testing.assert_allclose(sorted(front.tolist()), [[0, 1], [0.6, 0.6], [1, 0]], rtol=1e-6)
        scalars = pool.mean(axis=1)
        expected = {
            "best@1": scalars.mean(),
            "best@3": metrics.best_at_k(scalars, 3),
            "expected_best": metrics.expected_best(pool, weightings),
            "diversity": metrics.diversity(pool),
            "diversity_nonzero": metrics.diversity(pool, nonzero_only=True),
            "front_share": metrics.front_share(pool, front),
            "hypervolume_ratio": metrics.hypervolume_ratio(pool, front),
            "regret": metrics.regret(pool, front, weightings),
            "regret_scalar": 0.6 - scalars.max(),
        }
        assert {name: float(v[i]) for name, v in measured.items()} == pytest.approx(
            {name: float(v) for name, v in expected.items()}, abs=1e-6
        )
    # The front shows that no answer is perfect: a row of zeros would say nothing.
    assert list(measured) == measure_names(evaluation.rewards.shape[1], fronts=True, perfect=False)
    summary = evaluation.summary()
    assert summary == pytest.approx({name: values.mean() for name, values in measured.items()})


def test_measures_by_hand():
    rewards = np.array([[[1, 0], [0, 1], [0, 0]], [[1, 1], [0, 0], [0, 0]]], np.float32)
    fronts = [np.array([[1, 0], [0, 1]]), np.array([[1, 1]])]
    evaluation = Evaluation(
        rewards, [["l", "r", ""], ["both", "", ""]], fronts, np.array([0.5, 0.5]), 9, ["a", "b"]
    )
    measured = evaluation.per_task(budgets=(1, 2, 30))
    np.testing.assert_allclose(measured["best@1"], [1 / 3, 1 / 3])
    np.testing.assert_allclose(measured["best@2"], [0.5, 2 / 3])  # 2 of 3 pairs hold the one that scores
    np.testing.assert_allclose(measured["pass@2"], [0, 2 / 3])
    np.testing.assert_allclose(measured["expected_best"], [0.75, 1], atol=1e-3)
    np.testing.assert_allclose(measured["diversity"], [4 / 3, 4 / 3])
    np.testing.assert_allclose(measured["diversity_nonzero"], [2, 0])
    np.testing.assert_allclose(measured["front_share"], [1, 1])
    np.testing.assert_allclose(measured["regret"], [0, 0], atol=1e-9)
    np.testing.assert_allclose(measured["regret_scalar"], [0, 0])
    assert "best@30" not in measured
    assert list(measured) == ["best@1", "best@2", "pass@2", *measure_names(3, fronts=True)[3:]]


def test_seeds_and_splits(agent):
    first, again, other = (evaluate(agent, tasks=3, pool=4, seed=seed) for seed in (0, 0, 1))
    assert first.answers == again.answers != other.answers
    assert evaluate(agent, split="train", tasks=1, pool=1).tasks == ["train/0"]


def test_sampling_can_differ_from_training(agent):
    greedy = evaluate(agent, tasks=3, pool=6, temperature=0.0)
    assert all(len({tuple(texts[i : i + 2]) for i in (0, 2, 4)}) == 1 for texts in greedy.answers)
    assert evaluate(agent, tasks=2, pool=2, max_new_tokens=1).tokens == 2
    assert agent.config.temperature == 1.0


def test_fronts_are_optional(agent):
    evaluation = evaluate(agent, tasks=2, pool=4, fronts=False)
    assert evaluation.fronts is None and "regret" not in evaluation.summary()
    assert list(evaluation.summary()) == measure_names(4, fronts=False)


class Unknown(toys.TradeOff):
    def best_answers(self, task):
        return None


def test_unknown_fronts_are_left_out(trade_off_policy_folder):
    policy = Policy.from_pretrained(trade_off_policy_folder, dtype="float32")
    agent = VPO(policy, toys.make_env(Unknown()), max_new_tokens=8)
    evaluation = evaluate(agent, tasks=2, pool=4)
    assert evaluation.fronts is None and "regret" not in evaluation.summary()
    assert list(evaluation.summary()) == measure_names(4, fronts=False)


def test_wrong_arguments_are_refused(agent, repeat_policy_folder):
    for arguments in (dict(tasks=0), dict(pool=0)):
        with pytest.raises(ValueError, match="must be at least 1"):
            evaluate(agent, **arguments)
    with pytest.raises(ValueError, match="split='dev' is not one of train, validation, test"):
        evaluate(agent, split="dev")
    with pytest.raises(ValueError, match="temperature=-1 must be at least 0"):
        evaluate(agent, tasks=1, pool=1, temperature=-1)
    plain = VPO(Policy.from_pretrained(repeat_policy_folder), toys.Poem(), max_new_tokens=8)
    with pytest.raises(ValueError, match="evaluate needs an environment made from a Domain"):
        evaluate(plain)


def test_tasks_of_a_data_set_are_not_counted_twice(agent, monkeypatch):
    monkeypatch.setattr(type(agent.source.domain), "size", lambda self, split: 3)
    assert len(evaluate(agent, tasks=3, pool=2).tasks) == 3
    with pytest.raises(ValueError, match="tasks=4: split 'test' of the data set has 3"):
        evaluate(agent, tasks=4, pool=2)


def test_a_path_is_no_agent():
    with pytest.raises(TypeError, match="generator='runs/a' is no agent; load it first"):
        evaluate("runs/a")
