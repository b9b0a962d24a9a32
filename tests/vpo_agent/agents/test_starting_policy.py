"""Policies by name: those that cannot be loaded are refused, as are tokenizers that cannot write answers."""

import pytest
import toys

from vpo_agent import VPO, Policy


def test_wrong_models_devices_and_environments_are_refused():
    env = toys.make_env(toys.Repeat())
    with pytest.raises(ValueError, match="policy='no-org/no-model' could not be loaded: give a folder"):
        VPO("no-org/no-model", env)
    with pytest.raises(ValueError, match="device='banana' is not available here"):
        VPO("tiny", env, device="banana")
    with pytest.raises(ValueError, match="dtype='int4' must be"):
        VPO("tiny", env, dtype="int4")
    with pytest.raises(ValueError, match="env='vpo/Nothing-v0' cannot be made: .*lists the ids"):
        VPO("tiny", "vpo/Nothing-v0")
    with pytest.raises(TypeError, match="must be a Gymnasium environment"):
        VPO("tiny", toys.Repeat())


def test_more_candidates_than_the_tokenizer_knows_are_refused(repeat_policy_folder):
    policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
    with pytest.raises(ValueError, match="num_candidates=9 is too many for this policy: its tokenizer makes"):
        VPO(policy, toys.make_env(toys.Repeat()), num_candidates=9)
    agent = VPO("tiny", toys.make_env(toys.Repeat()), num_candidates=9)
    ids = agent.policy.encode_completions([agent.config.answer_format.format([""] * 9)])[0]
    assert len(ids) == 2 * 9 + 1


def test_a_policy_is_taken_as_it_is_and_set_up_for_its_prompts():
    policy = toys.small_policy(toys.Repeat())
    agent = VPO(policy, toys.make_env(toys.Repeat()), truncate_prompts=True, reasoning="off")
    assert agent.policy is policy
    assert policy.truncate_prompts and policy.reasoning == "off"


def test_tiny_policies_depend_on_the_seed_alone():
    first, again, other = (VPO("tiny", toys.make_env(toys.Repeat()), seed=seed) for seed in (0, 0, 1))
    assert first.policy.digest() == again.policy.digest() != other.policy.digest()
