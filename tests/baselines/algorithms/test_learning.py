"""Baselines trained on tasks whose best behaviour is known."""

from collections import Counter

import pytest
import toys

from baselines import GDPO, GRPO, GoalConditioned, MaxAtK, MaxRL, MultiRLVR, RandomWeighting
from vpo_agent import Policy, evaluate

SETTINGS = dict(prompts_per_step=8, learning_rate=1e-3, mini_batches=4, warm_start_steps=0)


def start(kind, folder, domain, **settings):
    policy = Policy.from_pretrained(folder, dtype="float32")
    return kind(policy, toys.make_env(domain), **SETTINGS, **settings)


def learn(agent, steps):
    return agent.learn(agent.config.answers_per_step * steps)


@pytest.mark.parametrize(
    "kind, settings",
    [
        (GRPO, {}),
        (MultiRLVR, dict(num_candidates=2)),
        (MaxAtK, dict(pool_size=2)),
        (MaxAtK, dict(pool_size=2, centring="leave_two_out")),
        (RandomWeighting, {}),
        (GoalConditioned, {}),
        (GDPO, {}),
        (MaxRL, {}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "-".join(map(str, value.values())),
)
def test_a_trivial_task_is_solved(kind, settings, repeat_policy_folder):
    agent = start(kind, repeat_policy_folder, toys.Repeat(), **settings)
    assert toys.share_right(agent) < 0.6
    toys.learn_until_solved(agent, steps=80)
    assert toys.share_right(agent) > 0.9


@pytest.mark.parametrize("kind, settings", [(GRPO, {}), (MaxAtK, dict(pool_size=3))], ids=["GRPO", "MaxAtK"])
def test_fixed_scalars_end_with_the_compromise(kind, settings, trade_off_policy_folder):
    # w* = (.5, .5): left and right are worth .5, both .6, and no pool of them is worth more.
    agent = start(kind, trade_off_policy_folder, toys.TradeOff(), **settings)

    def share():
        pools = evaluate(agent, tasks=16, pool=8).answers
        return Counter(text for pool in pools for text in pool)["both"] / (16 * 8)

    assert share() < 0.6
    learn(agent, 30)
    assert share() > 0.9


def test_the_sum_pays_for_the_compromise_in_every_set(trade_off_policy_folder):
    # {both, left} earns .6 + .5, {left, right} only 1, a repeated answer nothing.
    agent = start(MultiRLVR, trade_off_policy_folder, toys.TradeOff(), num_candidates=2, group_size=16)
    learn(agent, 30)
    sets = evaluate(agent, tasks=64, pool=2).answers
    assert sum("both" in texts and ("left" in texts or "right" in texts) for texts in sets) > 0.8 * 64
