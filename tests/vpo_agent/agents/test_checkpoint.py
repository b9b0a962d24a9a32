"""Saving and loading: to the bit, atomically, and with clear errors where it cannot be done."""

import json
import os
import resource
import shutil
import signal
import sys

import gymnasium as gym
import pytest
import torch
import toys
from safetensors.torch import load_file

import vpo_envs
from baselines import GRPO, MaxAtK, MultiRLVR
from vpo_agent import VPO, CheckpointError, Policy, PoolVPO
from vpo_agent.agents.checkpoint import read_state
from vpo_agent.common.atomic_io import UnwritableError
from vpo_agent.common.integrity import seal
from vpo_envs.cache import sha256_of

SETTINGS = dict(prompts_per_step=4, group_size=4, learning_rate=1e-3, max_new_tokens=12, warm_start_steps=0)
AGENTS = {
    "VPO": (VPO, dict(num_candidates=2, schedule="linear")),
    "PoolVPO": (PoolVPO, dict(pool_size=2, weighting="spread")),
    "GRPO": (GRPO, dict(kl_coef=0.0)),
    "MultiRLVR": (MultiRLVR, dict(num_candidates=2, reduction="mean", weight_decay=0.1)),
    "MaxAtK": (MaxAtK, dict(k=3, schedule="cosine", warmup=0.2)),
}


@pytest.fixture(scope="module")
def make(repeat_policy_folder):
    def build(kind=VPO, attention="auto", dtype="float32", env=None, **settings):
        policy = Policy.from_pretrained(repeat_policy_folder, dtype=dtype, attention=attention)
        return kind(policy, env or toys.make_env(toys.Repeat()), **{**SETTINGS, **settings})

    return build


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
    agent = VPO(toys.small_policy(env.unwrapped.domain), env, **SETTINGS)
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


def test_folders_that_are_no_checkpoints_are_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("missing", "empty"):
        with pytest.raises(CheckpointError, match=r"is no checkpoint: it has no agent.json; agent.save"):
            VPO.load(tmp_path / name, toys.make_env(toys.Repeat()))


def test_other_files_are_not_overwritten(make, tmp_path):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("years of work")
    (tmp_path / "file").write_text("more work")
    for path in (folder, tmp_path / "file"):
        with pytest.raises(CheckpointError, match="holds other files; choose a new folder"):
            make().save(path)
    assert (folder / "chapter.txt").read_text() == "years of work"
    assert (tmp_path / "file").read_text() == "more work"
    make().save(tmp_path / "new" / "deep")  # missing folders are made
    make().save(tmp_path / "new" / "deep")  # and checkpoints replaced
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["deep"]


@pytest.fixture(scope="module")
def saved(make, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "agent"
    make(num_candidates=2).learn(64).save(folder)
    return folder


FILES = (
    "agent.json",
    "optimizer.safetensors",
    "policy/model.safetensors",
    "policy/config.json",
    "policy/tokenizer.json",
    "policy/tokenizer_config.json",
    "reference/model.safetensors",
)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["truncate", "empty", "delete", "zeros", "letters"])
def test_damaged_checkpoints_are_refused(saved, tmp_path, name, damage):
    folder = tmp_path / "agent"
    shutil.copytree(saved, folder)
    file = folder / name
    content = file.read_bytes()
    if damage == "truncate":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "delete":
        file.unlink()
    else:
        file.write_bytes((b"\0" if damage == "zeros" else b"x") * len(content))
    with pytest.raises(CheckpointError, match=r"use an earlier checkpoint|is no checkpoint"):
        VPO.load(folder, toys.make_env(toys.Repeat()))


@pytest.mark.parametrize("text", ["[]", "{}", '"agent"', '{"agent": "VPO"}', '{"format": 999}'])
def test_other_descriptions_are_refused(saved, tmp_path, text):
    folder = tmp_path / "agent"
    shutil.copytree(saved, folder)
    (folder / "agent.json").write_text(text)
    with pytest.raises(CheckpointError, match="is not of format 2; load it with the version of vpo"):
        VPO.load(folder, toys.make_env(toys.Repeat()))


def test_weights_of_another_model_are_refused(saved, tmp_path):
    folder = tmp_path / "agent"
    shutil.copytree(saved, folder)
    other = toys.small_policy(toys.Repeat(), width=32)
    other.save_pretrained(folder / "policy")
    state = json.loads((folder / "agent.json").read_text())
    del state["sha256"]
    state["files"] = {name: sha256_of(folder / name) for name in state["files"]}
    (folder / "agent.json").write_text(json.dumps(seal(state)))
    with pytest.raises(CheckpointError, match="optimizer.safetensors belongs to another model"):
        VPO.load(folder, toys.make_env(toys.Repeat()))


def killed_at(event: int, action) -> bool:
    """Runs an action in a fork that is killed at its n-th operation on files; whether it was."""
    child = os.fork()
    if child == 0:
        count = 0

        def watch(name, args):
            nonlocal count
            if name in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"):
                if count == event:
                    os.kill(os.getpid(), signal.SIGKILL)
                count += 1

        sys.addaudithook(watch)
        try:
            action()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("replaces", [True, False])
def test_a_save_killed_anywhere_leaves_the_old_or_the_new(make, tmp_path, replaces):
    agent = make(num_candidates=2)
    path = tmp_path / "agent"
    parameters = list(agent.policy.model.parameters())

    def save(value):
        """Weights and counter say the same, so that a mixture of two saves would show."""
        agent.num_updates = value
        with torch.no_grad():
            for parameter in parameters:
                parameter.fill_(value)
        agent.save(path)

    found = []
    for event in range(1000):
        if replaces and found[-1:] != [1]:
            save(1)
        if not killed_at(event, lambda: save(2)):
            break
        if not replaces and not path.exists():
            with pytest.raises(CheckpointError, match="is no checkpoint"):
                read_state(path)
            found.append(None)
            continue
        found.append(read_state(path)["num_updates"])
        loaded = VPO.load(path, toys.make_env(toys.Repeat()))
        assert all((p == found[-1]).all() for p in loaded.policy.model.parameters())
    assert len(found) > 15
    # First the old ones, then the new.
    old = 1 if replaces else None
    assert found == [old] * found.count(old) + [2] * found.count(2) and 2 in found
    save(3)
    assert [file.name for file in tmp_path.iterdir()] == ["agent"], "leftovers were not cleared away"
    assert read_state(path)["num_updates"] == 3


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


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_one_flipped_bit_is_noticed_and_the_file_named(saved, tmp_path, name, place):
    folder = tmp_path / "agent"
    shutil.copytree(saved, folder)
    content = bytearray((folder / name).read_bytes())
    content[int(place * len(content))] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(CheckpointError, match=rf"agent/{name} is .*(an earlier checkpoint|that wrote it)"):
        read_state(folder)


def test_a_full_disk_keeps_the_old_checkpoint(make, tmp_path):
    agent = make(num_candidates=2)
    agent.save(tmp_path / "agent")
    before = read_state(tmp_path / "agent")
    agent.learn(32)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(UnwritableError, match=r"agent cannot be written .* before is unchanged"):
            agent.save(tmp_path / "agent")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert [path.name for path in tmp_path.iterdir()] == ["agent"]
    assert read_state(tmp_path / "agent") == before
    agent.save(tmp_path / "agent")  # space was freed
    assert read_state(tmp_path / "agent")["num_updates"] == 1


@pytest.mark.parametrize(
    "change",
    [{"num_updates": "9"}, {"config": None}, {"files": []}, {"warm_started": 0}, {"env": {}}],
    ids=str,
)
def test_descriptions_of_other_types_are_refused(saved, tmp_path, change):
    folder = tmp_path / "agent"
    shutil.copytree(saved, folder)
    state = json.loads((folder / "agent.json").read_text())
    del state["sha256"]
    (folder / "agent.json").write_text(json.dumps(seal({**state, **change})))
    with pytest.raises(CheckpointError, match=rf"{next(iter(change))} missing or of another type"):
        VPO.load(folder, toys.make_env(toys.Repeat()))


NAMED = ("policy/config.json", "policy/tokenizer_config.json", "reference/config.json")


@pytest.mark.parametrize("name", NAMED)
def test_models_that_name_code_of_their_own_are_refused(saved, tmp_path, name):
    folder = tmp_path / "agent"
    shutil.copytree(saved, folder)
    config = json.loads((folder / name).read_text())
    kind = "AutoTokenizer" if "tokenizer" in name else "AutoModelForCausalLM"
    (folder / name).write_text(json.dumps({**config, "auto_map": {kind: "spring.Trap"}}))
    code = f"open({str(tmp_path / 'SPRUNG')!r}, 'w')\nclass Trap: pass\n"
    (folder / name).with_name("spring.py").write_text(code)
    state = json.loads((folder / "agent.json").read_text())
    del state["sha256"]
    state["files"][name] = sha256_of(folder / name)
    (folder / "agent.json").write_text(json.dumps(seal(state)))
    with pytest.raises(CheckpointError, match=r"names code to be run \(auto_map\)"):
        VPO.load(folder, toys.make_env(toys.Repeat()))
    assert not (tmp_path / "SPRUNG").exists()
