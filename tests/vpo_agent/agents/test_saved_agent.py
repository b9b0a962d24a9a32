"""Agents saved and loaded go on to the bit; those of another class or domain are refused."""

import gymnasium as gym
import pytest
import torch
import toys
from safetensors.torch import load_file

import vpo_envs
from baselines import GRPO, MaxAtK, MultiRLVR
from vpo_agent import VPO, CheckpointError, PoolVPO
from vpo_agent.agents.checkpoint import read_state

AGENTS = {
    "VPO": (VPO, dict(num_candidates=2, schedule="linear")),
    "PoolVPO": (PoolVPO, dict(pool_size=2, weighting="spread")),
    "GRPO": (GRPO, dict(kl_coef=0.0)),
    "MultiRLVR": (MultiRLVR, dict(num_candidates=2, reduction="mean", weight_decay=0.1)),
    "MaxAtK": (MaxAtK, dict(pool_size=3, schedule="cosine", warmup=0.2)),
}


def everything(folder):
    """All tensors of a checkpoint by file and name, and its description."""
    tensors = {
        (file.relative_to(folder).as_posix(), name): tensor
        for file in folder.rglob("*.safetensors")
        for name, tensor in load_file(file).items()
    }
    return tensors, read_state(folder)


def assert_same(first, second):
    (left, left_state), (right, right_state) = everything(first), everything(second)
    assert left_state == right_state
    assert left.keys() == right.keys()
    for key, tensor in left.items():
        assert tensor.dtype == right[key].dtype and torch.equal(tensor, right[key]), key


@pytest.mark.parametrize("kind, settings", AGENTS.values(), ids=AGENTS.keys())
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_an_interrupted_run_ends_with_the_same_weights_to_the_bit(make, tmp_path, kind, settings, dtype):
    total = 4 * 16 * settings.get("num_candidates", 1)
    alone = make(kind, dtype=dtype, **settings).learn(total)
    alone.save(tmp_path / "alone")
    stopped = make(kind, dtype=dtype, **settings)
    stopped.learn(total, lambda agent: agent.num_updates < 2)
    assert stopped.num_updates == 2
    stopped.save(tmp_path / "half")
    resumed = kind.load(tmp_path / "half", toys.make_env(toys.Repeat()))
    assert resumed.policy.dtype == getattr(torch, dtype)
    resumed.learn(total - resumed.num_timesteps, reset_num_timesteps=False)
    resumed.save(tmp_path / "resumed")
    assert_same(tmp_path / "alone", tmp_path / "resumed")
    assert any(name.startswith("optimizer") for name, _ in everything(tmp_path / "alone")[0])


def test_the_saved_agent_goes_on_as_if_nothing_had_happened(make, tmp_path):
    agent = make(num_candidates=2).learn(64)
    agent.save(tmp_path / "saved")
    loaded = VPO.load(tmp_path / "saved", toys.make_env(toys.Repeat()))
    assert loaded.predict("say red", seed=3) == agent.predict("say red", seed=3)
    assert loaded.config == agent.config
    assert (loaded.num_timesteps, loaded.num_updates) == (agent.num_timesteps, agent.num_updates)
    assert loaded.warm_started == agent.warm_started


def test_the_kind_of_attention_is_kept(make, tmp_path):
    make(attention="padded").save(tmp_path / "padded")
    assert VPO.load(tmp_path / "padded", toys.make_env(toys.Repeat())).policy.attention == "padded"


def test_precision_can_be_chosen_anew(make, tmp_path):
    make(dtype="bfloat16").save(tmp_path / "saved")
    loaded = VPO.load(tmp_path / "saved", toys.make_env(toys.Repeat()), dtype="float32")
    assert loaded.policy.dtype == torch.float32


def test_a_fresh_agent_gets_its_warm_start_after_loading(make, tmp_path):
    make(warm_start_steps=3).save(tmp_path / "fresh")
    alone = make(warm_start_steps=3).learn(64)
    loaded = VPO.load(tmp_path / "fresh", toys.make_env(toys.Repeat())).learn(64)
    for a, b in ((alone.policy, loaded.policy), (alone.reference, loaded.reference)):
        assert all(torch.equal(x, y) for x, y in zip(a.model.parameters(), b.model.parameters()))


def test_environments_are_made_again_with_their_arguments(make, tmp_path):
    env = gym.make("vpo/MazeSmall-v0", gold=2, lava=2, split="validation")
    agent = VPO(
        toys.small_policy(env.unwrapped.domain), env, warm_start_steps=0, max_new_tokens=12, group_size=4
    )
    agent.save(tmp_path / "saved")
    loaded = VPO.load(tmp_path / "saved")
    assert loaded.source.env_id == "vpo/MazeSmall-v0" and loaded.source.split == "validation"
    assert loaded.source.first(3) == agent.source.first(3)


def test_environments_without_an_id_must_be_given_again(make, tmp_path):
    make().save(tmp_path / "saved")
    with pytest.raises(CheckpointError, match=r"cannot be made again .* give it: load\(path, env\)"):
        VPO.load(tmp_path / "saved")


def test_another_kind_of_agent_is_refused(make, tmp_path):
    make(GRPO).save(tmp_path / "saved")
    with pytest.raises(CheckpointError, match=r"holds a GRPO agent; load it with GRPO.load"):
        VPO.load(tmp_path / "saved", toys.make_env(toys.Repeat()))


def test_another_domain_is_refused(make, tmp_path):
    make().save(tmp_path / "saved")
    with pytest.raises(CheckpointError, match=r"trained on the objectives \['right', 'word'\].*same domain"):
        VPO.load(tmp_path / "saved", toys.make_env(toys.TradeOff()))


def test_registered_toy_domains_survive_a_round_trip(make, tmp_path):
    vpo_envs.register("toys/Repeat-v0", "toys:Repeat", prompt_style="compact")
    try:
        make(env=gym.make("toys/Repeat-v0")).save(tmp_path / "saved")
        assert type(VPO.load(tmp_path / "saved").source.domain).__name__ == "Repeat"
    finally:
        gym.registry.pop("toys/Repeat-v0")
    # A checkpoint imports nothing by itself.
    with pytest.raises(CheckpointError, match=r"'toys/Repeat-v0' is not registered here: import the module"):
        VPO.load(tmp_path / "saved")
