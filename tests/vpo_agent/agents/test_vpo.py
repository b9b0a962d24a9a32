"""Credit per answer: reductions, checkpoints, adapters, both samplers and later turns."""

import numpy as np
import pytest
import torch
import toys

from vpo_agent import VPO, AnswerVPO, Policy, PoolVPO
from vpo_agent.agents.vpo import AnswerVPOConfig, VPOConfig

SETTINGS = dict(prompts_per_step=2, group_size=6, max_new_tokens=14, learning_rate=1e-3, warm_start_steps=0)


def make(kind, folder, attention="auto", max_turns=1, **settings):
    policy = Policy.from_pretrained(folder, dtype="float32", attention=attention)
    env = toys.make_env(toys.Repeat(), max_turns=max_turns)
    return kind(policy, env, **{**SETTINGS, **settings})


def weights(agent):
    return torch.cat([p.detach().flatten() for p in agent.policy.model.parameters()])


def test_with_one_answer_it_is_pool_vpo_to_the_bit(repeat_policy_folder):
    start = weights(make(PoolVPO, repeat_policy_folder, pool_size=3))
    pool, answer = (
        weights(make(kind, repeat_policy_folder, num_candidates=1, pool_size=3).learn(3 * 12))
        for kind in (PoolVPO, AnswerVPO)
    )
    assert torch.equal(pool, answer) and not torch.equal(pool, start)


def test_the_setting_is_the_agent(repeat_policy_folder):
    settings = dict(num_candidates=2, pool_size=4)
    named = make(AnswerVPO, repeat_policy_folder, **settings).learn(24)
    setting = make(VPO, repeat_policy_folder, credit="answer", **settings).learn(24)
    rollout = make(VPO, repeat_policy_folder, **settings).learn(24)
    assert torch.equal(weights(named), weights(setting))
    assert not torch.equal(weights(named), weights(rollout))


@pytest.mark.slow
def test_saturated_pools_do_not_garble_later_answers(trade_off_policy_folder):
    """In full pools nearly all later answers have less credit than the mean of the whole group."""
    policy = Policy.from_pretrained(trade_off_policy_folder, dtype="float32")
    settings = {**SETTINGS, "prompts_per_step": 8, "mini_batches": 4, "num_candidates": 2, "pool_size": 4}
    agent = AnswerVPO(policy, toys.make_env(toys.TradeOff()), **settings)
    shares = []
    agent.learn(30 * 8 * 12, lambda agent: shares.append(agent.logger.name_to_value["rollout/well_formed"]))
    assert np.mean(shares[-5:]) > 0.85


def test_training_goes_on_from_a_checkpoint_to_the_bit(repeat_policy_folder, tmp_path):
    straight = make(AnswerVPO, repeat_policy_folder, num_candidates=2).learn(4 * 24)
    half = make(AnswerVPO, repeat_policy_folder, num_candidates=2)
    half.learn(2 * 24).save(tmp_path / "half")
    again = AnswerVPO.load(tmp_path / "half", toys.make_env(toys.Repeat()))
    assert (again.config.credit, again.config.used_pool_size) == ("answer", 8)
    again.learn(2 * 24, reset_num_timesteps=False)
    assert torch.equal(weights(straight), weights(again))


@pytest.mark.parametrize("settings", [dict(attention="padded"), dict(attention="prefix"), dict(lora_rank=2)])
def test_both_samplers_and_adapters_train(settings, repeat_policy_folder):
    if "lora_rank" in settings:
        pytest.importorskip("peft")
    agent = make(AnswerVPO, repeat_policy_folder, num_candidates=2, **settings)
    before = weights(agent)
    seen = []
    agent.learn(24, lambda agent: seen.append(agent.logger.name_to_value["train/grad_norm"]))
    assert seen[0] > 0 and not torch.equal(before, weights(agent))


def test_answers_of_all_turns_share_the_pools(repeat_policy_folder):
    agent = make(AnswerVPO, repeat_policy_folder, max_turns=2, num_candidates=2)
    shapes = []

    def look(agent):
        rewards = agent.last_rollouts.rewards
        drawn = agent.draw_weights(np.random.default_rng(0), 2)
        shapes.append((rewards.shape, agent.advantages(rewards, drawn).shape))
        assert {segment.turn for segment in agent.last_rollouts.segments} == {0, 1}

    agent.learn(48, look)
    assert shapes == [((2, 6, 4, 2), (2, 6, 5))]


def test_default_pools():
    assert VPOConfig().used_pool_size == 1
    assert VPOConfig(credit="answer").used_pool_size == 8 == AnswerVPOConfig().used_pool_size
    assert VPOConfig(credit="answer", num_candidates=1, group_size=24).used_pool_size == 8  # as PoolVPO
    assert VPOConfig(credit="answer", num_candidates=1, group_size=2).used_pool_size == 1


@pytest.mark.parametrize(
    "settings, message",
    [
        (dict(credit="token"), "credit='token' must be one of rollout, answer"),
        (
            dict(credit="answer", pool_size=22),
            r"pool_size=22 must lie between 1 and \(group_size - 1\) \* num_candidates = 21",
        ),
        (dict(pool_size=8), "pool_size=8 must lie between 1 and group_size - 1 = 7"),
        (dict(later_credit=1.5), r"later_credit=1.5 must lie in \[0, 1\]"),
        (dict(credit="answer", anytime=True), "anytime=True weighs the answers of a set"),
    ],
)
def test_wrong_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        VPOConfig(**settings)
