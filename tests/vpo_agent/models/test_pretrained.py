"""Models, adapters and tokenizers from wherever they are: folders, subfolders, revisions, private places."""

import json
from types import SimpleNamespace

import checkpoints
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from vpo_agent import VPO, Policy
from vpo_agent.models import hub_names, lora, pretrained

TOKEN = "hf_secret"
IDS = torch.tensor([[[5, 6, 7]]])
PROMPT = [[8, 9, 10]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return checkpoints.save("llama", tmp_path_factory.mktemp("llama"), num_hidden_layers=1)


@pytest.fixture
def peft_folder(folder, tmp_path):
    """Adapters as peft writes them, without a tokenizer; they change the model's outputs."""
    peft = pytest.importorskip("peft")
    base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    config = peft.LoraConfig(r=2, target_modules="all-linear", task_type="CAUSAL_LM", init_lora_weights=False)
    peft.get_peft_model(base, config).save_pretrained(tmp_path / "adapter")
    assert not list((tmp_path / "adapter").glob("tokenizer*"))
    return tmp_path / "adapter"


@pytest.fixture
def asked(monkeypatch, folder):
    """Names and places that transformers is asked for, instead of which it loads `folder`."""
    found = []
    monkeypatch.setattr(hub_names, "check_reachable", lambda *_, **__: None)
    monkeypatch.setattr(lora, "is_adapter", lambda *_, **__: False)
    for kind in (AutoModelForCausalLM, AutoTokenizer):

        def note(name, *, original=kind.from_pretrained, **kwargs):
            found.append((name, hub_names.place(kwargs)))
            return original(folder, **{key: kwargs[key] for key in kwargs if key not in hub_names.PLACE})

        monkeypatch.setattr(pretrained, kind.__name__, SimpleNamespace(from_pretrained=note))
    return found


def load(name, **kwargs):
    return Policy.from_pretrained(name, device="cpu", dtype="float32", **kwargs)


def test_adapters_without_a_tokenizer_get_that_of_their_model(folder, peft_folder):
    policy, base = load(peft_folder), load(folder)
    assert policy.encode_prompt("say red") == base.encode_prompt("say red")
    assert policy.stop_ids == base.stop_ids
    assert not torch.allclose(policy.token_logprobs(PROMPT, IDS), base.token_logprobs(PROMPT, IDS))


def test_adapters_with_a_tokenizer_keep_it(peft_folder):
    words = checkpoints.tokenizer()
    words.chat_template = "red {{ messages[0].content }}"
    words.save_pretrained(peft_folder)
    assert load(peft_folder).encode_prompt("blue") == words("red blue")["input_ids"]


def test_a_subfolder_is_part_of_a_folder_s_name(folder, tmp_path):
    agent = VPO(load(folder), "vpo/MazeSmall-v0", max_new_tokens=4)
    agent.save(tmp_path / "agent")
    policy = load(tmp_path / "agent", subfolder="policy", lora_rank=2)
    assert policy.model.name_or_path == str(tmp_path / "agent" / "policy")
    with pytest.raises(ValueError, match="is the folder of an agent; give the model in it, .*agent/policy"):
        load(tmp_path / "agent")
    policy.save_pretrained(tmp_path / "adapted")
    assert load(tmp_path / "adapted").encode_prompt("say red") == agent.policy.encode_prompt("say red")


def test_the_folder_of_an_agent_with_adapters_is_told(folder, tmp_path):
    VPO(load(folder, lora_rank=2), "vpo/MazeSmall-v0", max_new_tokens=4).save(tmp_path / "agent")
    with pytest.raises(ValueError, match="is the folder of an agent; give the model in it, .*agent/policy"):
        load(tmp_path / "agent")


def test_the_tokenizer_is_where_the_model_is(asked):
    place = dict(revision="v2", token=TOKEN, cache_dir="c", local_files_only=True, force_download=True)
    assert load("me/model", **place).model.name_or_path == "me/model"
    assert asked == [("me/model", place)] * 2
    with pytest.raises(ValueError, match="has no name to load it by; save it with save_pretrained"):
        load("me/agent", subfolder="policy", lora_rank=2)
    assert asked[2:] == [("me/agent", {"subfolder": "policy"})] * 2


def test_adapters_and_their_model_have_revisions_of_their_own(folder, peft_folder):
    place = {"revision": "v2", "token": TOKEN}
    assert lora.base_of(str(peft_folder), place) == (str(folder), {"token": TOKEN})
    config = peft_folder / "adapter_config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"revision": "v1"}))
    assert lora.base_of(str(peft_folder), place) == (str(folder), {"token": TOKEN, "revision": "v1"})


def test_new_adapters_record_the_revision_of_their_model(asked):
    policy = load("me/base", revision="v1", lora_rank=2)
    assert policy.adapters.peft_config["default"].revision == "v1"


def test_a_model_for_adapters_is_loaded_frozen_in_the_precision_of_forward_passes(folder):
    policy = Policy.from_pretrained(folder, device="cpu", dtype="bfloat16", lora_rank=2)
    found = {(weight.requires_grad, weight.dtype) for weight in policy.model.parameters()}
    assert found == {(True, torch.float32), (False, torch.bfloat16)}


def test_a_frozen_model_is_evaluated_but_not_trained(folder):
    model = AutoModelForCausalLM.from_pretrained(folder).requires_grad_(False)
    policy = Policy(model, checkpoints.tokenizer(), device="cpu", dtype="float32")
    agent = VPO(policy, "vpo/MazeSmall-v0", max_new_tokens=4, group_size=2, prompts_per_step=1, pool_size=1)
    agent.predict("say red")
    for steps in (0, 1):
        with pytest.raises(ValueError, match="all of its weights are frozen; call model.requires_grad_"):
            VPO(policy, "vpo/MazeSmall-v0", max_new_tokens=4, warm_start_steps=steps).learn(1)
