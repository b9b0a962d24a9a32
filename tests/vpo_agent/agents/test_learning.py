"""What the agents end with on tasks whose best behaviour is known."""

from collections import Counter

import numpy as np
import pytest
import toys

from vpo_agent import VPO, AnswerVPO, Policy, PoolVPO, evaluate
from vpo_agent.tasks.source import EnvTasks

SETTINGS = dict(prompts_per_step=8, learning_rate=1e-3, mini_batches=4, warm_start_steps=0)


def start(kind, folder, domain, **settings):
    policy = Policy.from_pretrained(folder, dtype="float32")
    return kind(policy, toys.make_env(domain), **{**SETTINGS, **settings})


def learn(agent, steps):
    return agent.learn(agent.config.answers_per_step * steps)


@pytest.mark.parametrize(
    "kind, settings",
    [
        (VPO, dict(num_candidates=2)),
        (PoolVPO, dict(pool_size=2, group_size=8)),
        (AnswerVPO, dict(num_candidates=2, pool_size=4)),
    ],
    ids=["VPO", "PoolVPO", "AnswerVPO"],
)
def test_a_trivial_task_is_solved(kind, settings, repeat_policy_folder):
    agent = start(kind, repeat_policy_folder, toys.Repeat(), **settings)
    before = toys.share_right(agent)
    assert before < 0.6
    toys.learn_until_solved(agent, steps=80)
    assert toys.share_right(agent) > 0.9


def shares(agent, tasks=64):
    """How often each set of answers is written, whatever their order."""
    pools = evaluate(agent, tasks=tasks, pool=agent.config.num_candidates).answers
    counts = Counter(frozenset(texts) - {""} for texts in pools)
    return {answers: count / tasks for answers, count in counts.items()}


@pytest.mark.slow
def test_vpo_ends_with_specialists(trade_off_policy_folder):
    # Worth of the sets: {left, right} 3/4, {left, both} .68, {both} .6.
    agent = start(VPO, trade_off_policy_folder, toys.TradeOff(), num_candidates=2, group_size=16)
    assert shares(agent).get(frozenset({"left", "right"}), 0) < 0.4
    learn(agent, 60)
    assert shares(agent)[frozenset({"left", "right"})] > 0.9


@pytest.mark.slow
def test_pool_vpo_ends_with_a_mixture_of_specialists(trade_off_policy_folder):
    agent = start(
        PoolVPO, trade_off_policy_folder, toys.TradeOff(), pool_size=4, group_size=16, weighting="spread"
    )
    learn(agent, 150)
    answers = Counter(text for pool in evaluate(agent, tasks=16, pool=64).answers for text in pool)
    total = sum(answers.values())
    assert min(answers["left"], answers["right"]) > 0.25 * total
    assert answers["left"] + answers["right"] > 0.85 * total


def test_a_plain_gymnasium_environment_trains_an_agent(repeat_policy_folder):
    env = toys.Poem()
    policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
    agent = VPO(policy, env, num_candidates=1, max_new_tokens=12, **SETTINGS)
    assert isinstance(agent.source, EnvTasks)

    tasks = agent.source.draw(np.random.default_rng(0), 32)

    def mean_reward():
        return agent.rollouts(tasks, 4, agent.config.sampling, seed=0).rewards.mean()

    before = mean_reward()
    learn(agent, 25)
    assert agent.num_timesteps == 25 * 8 * 8 and agent.num_updates == 25
    assert mean_reward() > before + 0.1
    candidates, state = agent.predict("say red")
    assert len(candidates) == 1 and state is None


def test_later_turns_are_trained_and_pooled(repeat_policy_folder):
    env = toys.make_env(toys.Repeat(), max_turns=2)
    policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
    agent = VPO(policy, env, num_candidates=1, group_size=4, seed=3, **SETTINGS)
    seen = []

    def look(agent):
        rollouts = agent.last_rollouts
        weights = agent.draw_weights(np.random.default_rng(0), 8)
        scores = agent.score(rollouts.rewards, weights)
        best = (rollouts.rewards @ weights.transpose(0, 2, 1)[:, None]).max(axis=2).mean(axis=-1)
        np.testing.assert_allclose(scores, best, rtol=1e-5)  # the better of both turns counts
        assert rollouts.rewards.shape == (8, 4, 2, 2)
        assert len(rollouts.segments) == 8 + 8 * 4
        assert all("Feedback: " in prompt for prompt in rollouts.prompts)
        seen.append(rollouts.rewards.mean())

    agent.learn(5 * 8 * 4 * 2, look)
    assert agent.num_updates == 5 and agent.num_timesteps == 5 * 8 * 4 * 2
    assert len(seen) == 5
    measured = evaluate(agent, tasks=4, pool=6)
    assert measured.rewards.shape == (4, 6, 2)
