"""Parts that cannot be saved are repaired or refused before the first step."""

import dataclasses
import json

import checkpoints
import pytest
import torch
import toys
from transformers import AutoModelForCausalLM, AutoTokenizer

from vpo_agent import VPO, Policy
from vpo_agent.agents.vpo import VPOConfig

SETTINGS = dict(num_candidates=2, group_size=2, prompts_per_step=1, max_new_tokens=4)
STEP = 2 * 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return checkpoints.save("llama", tmp_path_factory.mktemp("model"))


def load(folder):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return model, AutoTokenizer.from_pretrained(folder)


def train(model, tokenizer, kind=VPO, **settings):
    policy = Policy(model, tokenizer, dtype="float32")
    agent = kind(policy, toys.make_env(toys.Repeat()), **{**SETTINGS, **settings})
    return agent.learn(STEP)


def refused(message, *arguments, **settings):
    """Training is refused before it samples anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vpo_agent.agents.base.collect", lambda *_: pytest.fail("a step was taken"))
        with pytest.raises(ValueError, match=message):
            train(*arguments, **settings)


def test_invalid_generation_configs_are_repaired(folder, tmp_path):
    model, tokenizer = load(folder)
    model.generation_config.update(do_sample=False, temperature=0.9, top_p=0.6)
    with pytest.warns(UserWarning, match="its generation config is invalid .* repaired by do_sample=True"):
        agent = train(model, tokenizer)
    agent.save(tmp_path / "saved")
    kept = json.loads((tmp_path / "saved" / "policy" / "generation_config.json").read_text())
    assert (kept["do_sample"], kept["temperature"], kept["top_p"]) == (True, 0.9, 0.6)
    assert kept["eos_token_id"] == model.generation_config.eos_token_id
    assert VPO.load(tmp_path / "saved", toys.make_env(toys.Repeat())).num_updates == 1


def test_generation_configs_beyond_repair_are_refused(folder):
    model, tokenizer = load(folder)
    model.generation_config.num_return_sequences = 4
    model.generation_config.num_beams = 2
    refused("cannot be saved, .*its generation config is invalid", model, tokenizer)


def test_models_that_transformers_does_not_write_are_refused(folder):
    model, tokenizer = load(folder)

    def refuse(*arguments, **settings):
        raise NotImplementedError("the model is quantized with gguf and is not serializable")

    model.save_pretrained = refuse
    refused("LlamaForCausalLM or its tokenizer cannot be saved, .*not serializable", model, tokenizer)


def test_weights_that_share_memory_and_may_not_are_refused(folder):
    model, tokenizer = load(folder)
    one, other = model.model.layers[0].mlp, model.model.layers[1].mlp
    other.up_proj.weight = torch.nn.Parameter(one.up_proj.weight.detach())
    refused("cannot be saved, .*up_proj.weight", model, tokenizer)


class Unsaveable(type(checkpoints.tokenizer())):
    def save_pretrained(self, *arguments, **settings):
        raise TypeError("Object of type function is not JSON serializable")


def test_unsaveable_tokenizers_are_refused(folder):
    model, tokenizer = load(folder)
    tokenizer.__class__ = Unsaveable
    refused("its tokenizer cannot be saved, .*Object of type function", model, tokenizer)


def test_tokenizers_that_come_back_otherwise_are_refused(folder):
    model, tokenizer = load(folder)

    def save(where, **settings):
        checkpoints.tokenizer(chat=False).save_pretrained(where)
        (where / "tokenizer.json").write_text((folder / "tokenizer.json").read_text().replace("Ġ", "Ç"))

    tokenizer.save_pretrained = save
    refused("cannot be read again|reads other tokens", model, tokenizer)


@dataclasses.dataclass(frozen=True, kw_only=True)
class TaggedConfig(VPOConfig):
    tag: object = None


class Tagged(VPO):
    config_class = TaggedConfig


def test_settings_without_a_json_form_are_refused(folder):
    refused("tag=.* cannot be saved as JSON .* give plain values", *load(folder), kind=Tagged, tag={1, 2})
    train(*load(folder), kind=Tagged, tag=[1, 2])


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("num_tokens", 3.0, "num_tokens=3.0 could not be loaded again .* must be of type int"),
        ("trained_style", None, "prompt_style=None could not be loaded again .* must be of type str"),
        ("num_timesteps", torch.tensor(3), r"num_timesteps=tensor\(3\) cannot be saved as JSON"),
    ],
)
def test_counts_that_a_checkpoint_could_not_hold_are_refused(folder, name, value, message):
    agent = VPO(Policy(*load(folder), dtype="float32"), toys.make_env(toys.Repeat()), **SETTINGS)
    setattr(agent, name, value)
    with pytest.raises(ValueError, match=message):
        agent.learn(STEP, reset_num_timesteps=False)
    assert agent.num_updates == 0


# Adapters.


def adapted(folder, **settings):
    peft = pytest.importorskip("peft")
    base, tokenizer = load(folder)
    settings = {"r": 4, "target_modules": "all-linear", "task_type": "CAUSAL_LM", **settings}
    return peft.get_peft_model(base, peft.LoraConfig(**settings)), tokenizer


def read(policy):
    ids = torch.randint(256, (2, 3, 6), generator=torch.Generator().manual_seed(1))
    prompts = [policy.encode_prompt("say red"), policy.encode_prompt("say blue and gold")]
    return lambda model: model.token_logprobs(prompts, ids).detach()


class Pushed(VPO):
    """Learns whatever models with random weights write."""

    def advantages(self, rewards, weights):
        return torch.linspace(-1, 1, rewards.shape[0] * rewards.shape[1]).reshape(rewards.shape[:2]).numpy()


KINDS = {
    "pissa": dict(init_lora_weights="pissa"),
    "olora": dict(init_lora_weights="olora"),
    "dora": dict(use_dora=True),
    "trainable tokens": dict(trainable_token_indices=[1, 2, 3]),
    "embeddings": dict(target_modules=["embed_tokens", "q_proj"]),
    "whole modules": dict(modules_to_save=["lm_head"]),
}


@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS.keys())
def test_adapters_of_every_kind_are_trained_and_saved_against_a_fixed_reference(folder, tmp_path, settings):
    policy = Policy(*adapted(folder, **settings), dtype="float32")
    logprobs = read(policy)
    before = logprobs(policy)
    agent = Pushed(policy, toys.make_env(toys.Repeat()), **SETTINGS, learning_rate=1e-2, kl_coef=0.1)
    agent.learn(STEP)
    after = logprobs(policy)
    assert not torch.equal(after, before)
    assert torch.equal(logprobs(agent.reference), before), "the reference has moved"
    agent.save(tmp_path / "saved")
    again = Pushed.load(tmp_path / "saved", toys.make_env(toys.Repeat()))
    assert torch.equal(logprobs(again.policy), after) and torch.equal(logprobs(again.reference), before)


def test_adapters_that_load_onto_another_model_are_refused(folder):
    model, tokenizer = adapted(folder, init_lora_weights="pissa_niter_4")  # a random decomposition
    refused("init_lora_weights='pissa_niter_4' has changed .* init_lora_weights=True", model, tokenizer)


def test_other_adapters_than_those_that_would_be_trained_are_refused(folder):
    peft = pytest.importorskip("peft")
    model, tokenizer = adapted(folder)
    model.add_adapter("other", model.peft_config["default"])
    model.set_adapter("other")
    refused(r"the active adapters are other, .*set_adapter\('default'\)", model, tokenizer)
    model.set_adapter("default")
    train(model, tokenizer)

    model, tokenizer = adapted(folder)
    model.add_adapter("reference", model.peft_config["default"])
    refused("the name 'reference' is that of the reference model's adapters", model, tokenizer)

    model, tokenizer = adapted(folder)
    model.get_base_model().lm_head.weight.requires_grad_(True)
    refused("lm_head.weight would be trained, .* modules_to_save", model, tokenizer)

    model, tokenizer = adapted(folder, bias="all")
    refused("bias='all' trains biases of the model itself", model, tokenizer)

    model, tokenizer = adapted(folder)
    model.get_base_model().name_or_path = ""
    refused("this one has no name to load it by", model, tokenizer)

    base, tokenizer = load(folder)
    config = peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)
    refused("PROMPT_TUNING adds virtual tokens", peft.get_peft_model(base, config), tokenizer)
