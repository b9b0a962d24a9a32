"""Fixtures of the agents' tests."""

import shutil

import gymnasium as gym
import huggingface_hub.constants
import pytest
import torch
from fake_hub import FakeHub
from hypothesis import settings
from transformers import AutoTokenizer

import vpo_envs

torch.set_num_threads(1)

settings.register_profile("agent", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("agent")


@pytest.fixture(scope="session", autouse=True)
def trade_off():
    """`toys.TradeOff`, whose answers `left`, `right` and `both` are worth (1, 0), (0, 1) and (.6, .6)."""
    vpo_envs.register("test/TradeOff-v0", "toys:TradeOff", prompt_style="compact")
    yield "test/TradeOff-v0"
    del gym.registry["test/TradeOff-v0"]


@pytest.fixture(scope="session")
def chat_policy_folder(trade_off_policy_folder, tmp_path_factory):
    """The same model with a chat template, as instructed models have one."""
    folder = tmp_path_factory.mktemp("chat") / "model"
    shutil.copytree(trade_off_policy_folder, folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = "{{ messages[0]['content'] }}"
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A stand-in of the hub, which the real client talks to."""
    with FakeHub() as server:
        constants = huggingface_hub.constants
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.url + "/{repo_id}/resolve/{revision}/{filename}"
        )
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        yield server
