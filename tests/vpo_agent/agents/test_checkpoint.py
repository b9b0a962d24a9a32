"""Checkpoint folders: written atomically, and refused with clear errors where damaged."""

import json
import os
import resource
import shutil
import signal
import sys

import pytest
import torch
import toys
from safetensors.torch import load_file, save_file

from vpo_agent import VPO, CheckpointError
from vpo_agent.agents.checkpoint import load_policy, read_state
from vpo_agent.common.atomic_io import UnwritableError
from vpo_agent.common.integrity import seal
from vpo_envs.cache import sha256_of


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


def test_a_link_keeps_leading_to_the_checkpoint(make, tmp_path):
    (tmp_path / "disk").mkdir()
    link = tmp_path / "agent"
    link.symlink_to(tmp_path / "disk", target_is_directory=True)
    agent = make()
    for updates in range(3):
        agent.num_updates = updates
        agent.save(link)
        assert link.is_symlink() and read_state(link)["num_updates"] == updates
    assert sorted(path.name for path in tmp_path.iterdir()) == ["agent", "disk"]
    (tmp_path / "disk").rename(tmp_path / ".disk.old")  # a save that was killed between its two renames
    assert read_state(link)["num_updates"] == 2


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


def test_a_device_that_is_not_there_is_no_damage(saved):
    with pytest.raises(ValueError, match=r"device='nowhere' is not available here") as error:
        load_policy(saved, device="nowhere")
    assert not isinstance(error.value, CheckpointError)
    with pytest.raises(ValueError, match="dtype='int8' must be"):
        load_policy(saved, dtype="int8")


@pytest.mark.parametrize(
    "change",
    [
        {"num_updates": "9"},
        {"config": None},
        {"files": []},
        {"warm_started": 0},
        {"env": {}},
        {"planned": None},
    ],
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


@pytest.mark.parametrize("forged", ["x.exp_avg", "exp_avg", "-1.exp_avg", "99999.exp_avg"])
def test_forged_names_of_an_optimizers_tensors_are_refused(saved, tmp_path, forged):
    folder = tmp_path / "agent"
    shutil.copytree(saved, folder)
    tensors = load_file(folder / "optimizer.safetensors")
    save_file({**tensors, forged: torch.zeros(1)}, folder / "optimizer.safetensors")
    state = json.loads((folder / "agent.json").read_text())
    del state["sha256"]
    state["files"]["optimizer.safetensors"] = sha256_of(folder / "optimizer.safetensors")
    (folder / "agent.json").write_text(json.dumps(seal(state)))
    with pytest.raises(CheckpointError, match="optimizer.safetensors belongs to another model"):
        VPO.load(folder, toys.make_env(toys.Repeat()))


NAMED = ("policy/config.json", "policy/tokenizer_config.json", "reference/config.json")


@pytest.mark.parametrize("spelling", ["auto_map", "auto\\u005fmap"])
@pytest.mark.parametrize("name", NAMED)
def test_models_that_name_code_of_their_own_are_refused(saved, tmp_path, name, spelling):
    folder = tmp_path / "agent"
    shutil.copytree(saved, folder)
    config = json.loads((folder / name).read_text())
    kind = "AutoTokenizer" if "tokenizer" in name else "AutoModelForCausalLM"
    text = json.dumps({**config, "auto_map": {kind: "spring.Trap"}})
    (folder / name).write_text(text.replace("auto_map", spelling))
    code = f"open({str(tmp_path / 'SPRUNG')!r}, 'w')\nclass Trap: pass\n"
    (folder / name).with_name("spring.py").write_text(code)
    state = json.loads((folder / "agent.json").read_text())
    del state["sha256"]
    state["files"][name] = sha256_of(folder / name)
    (folder / "agent.json").write_text(json.dumps(seal(state)))
    with pytest.raises(CheckpointError, match=r"names code to be run \(auto_map\)"):
        VPO.load(folder, toys.make_env(toys.Repeat()))
    assert not (tmp_path / "SPRUNG").exists()
