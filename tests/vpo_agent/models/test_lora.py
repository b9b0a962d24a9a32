"""Checkpoints on disk, loaded and trained as a user would."""

import checkpoints
import numpy as np
import pytest
import torch
import toys
from transformers import AutoModelForCausalLM

from vpo_agent import VPO, CheckpointError, Policy
from vpo_agent.generation.sampler import sample
from vpo_agent.models.reference import BaseReference
from vpo_agent.models.sampling import Sampling

NAMES = ("qwen3", "llama", "gpt2")
SETTINGS = dict(num_candidates=2, group_size=4, prompts_per_step=2, max_new_tokens=8, learning_rate=1e-3)
STEP = 2 * 4 * 2
every_architecture = pytest.mark.parametrize("name", NAMES)
both_ways = pytest.mark.parametrize("attention", ["prefix", "padded"])


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return {name: checkpoints.save(name, tmp_path_factory.mktemp(name)) for name in NAMES}


class Pushed(VPO):
    """Learns whatever models with random weights write, which earns nothing."""

    def advantages(self, rewards, weights):
        return np.linspace(-1, 1, rewards.shape[0] * rewards.shape[1]).reshape(rewards.shape[:2])


def agent(folder, **kwargs):
    return Pushed(folder, toys.make_env(toys.Repeat()), **{"dtype": "float32", **SETTINGS, **kwargs})


def trained(policy):
    return {name: p for name, p in policy.model.named_parameters() if p.requires_grad}


def completions(policy, rows=3, length=6):
    ids = torch.randint(256, (2, rows, length), generator=torch.Generator().manual_seed(1))
    return [policy.encode_prompt("say red"), policy.encode_prompt("say blue and gold")], ids


# What is read and written.


@every_architecture
def test_completions_stop_at_every_stop_of_the_model(folders, name):
    policy = Policy.from_pretrained(folders[name], dtype="float32")
    end, text = policy.tokenizer.convert_tokens_to_ids(["<|im_end|>", "<|endoftext|>"])
    assert policy.stop_ids == (end, text)
    assert policy.encode_completions(["red"])[0][-1] == end
    assert policy.decode([*policy.encode_completions(["red"])[0], text]) == "red"
    for stop in (end, text):
        with torch.no_grad():  # a head that writes one token and nothing else
            head = policy.model.get_output_embeddings()
            head.weight.zero_()
            head.bias = torch.nn.Parameter(torch.zeros_like(head.weight[:, 0]))
            head.bias[stop] = 50.0
        drawn = sample(policy, [policy.encode_prompt("say red")], 3, Sampling(5), seed=0)
        assert drawn.ids.tolist() == [[[stop]] * 3]


# Gradient checkpointing.


@every_architecture
@both_ways
@pytest.mark.parametrize("lora_rank", [0, 4])
def test_recomputing_changes_no_gradient(folders, name, attention, lora_rank):
    gradients = []
    for recompute in (False, True):
        policy = Policy.from_pretrained(
            folders[name], dtype="float32", attention=attention, lora_rank=lora_rank
        )
        if recompute:
            policy.checkpoint_gradients()
        prompts, ids = completions(policy)
        calls = []
        inner = next(m for n, m in policy.model.named_modules() if n.endswith(".mlp"))
        inner.register_forward_pre_hook(lambda *_, calls=calls: calls.append(1))
        policy.token_logprobs(prompts, ids).sum().backward()
        assert len(calls) == (2 if attention == "prefix" else 1) * (1 + recompute)
        assert not any(module.training for module in policy.model.modules())
        gradients.append({n: p.grad for n, p in trained(policy).items()})
    for key, gradient in gradients[0].items():
        torch.testing.assert_close(gradients[1][key], gradient, atol=1e-6, rtol=1e-4)


# Adapters.


@every_architecture
@both_ways
def test_only_adapters_are_trained(folders, name, attention):
    policy = Policy.from_pretrained(folders[name], dtype="bfloat16", attention=attention, lora_rank=4)
    assert policy.attention == attention
    parameters = trained(policy)
    assert all("lora_" in key and p.dtype == torch.float32 for key, p in parameters.items())
    assert {p.dtype for p in policy.model.parameters() if not p.requires_grad} == {torch.bfloat16}
    plain = Policy.from_pretrained(folders[name], dtype="float32", attention=attention)
    prompts, ids = completions(policy)
    # Rounded frequencies would turn far positions elsewhere than the model that is loaded again.
    buffers = dict(plain.model.named_buffers())
    assert all(torch.equal(b, buffers[key]) for key, b in policy.model.named_buffers())
    # New adapters change nothing.
    torch.testing.assert_close(
        policy.token_logprobs(prompts, ids), plain.token_logprobs(prompts, ids), atol=0.1, rtol=0.02
    )


@every_architecture
def test_training_adapters_leaves_the_weights_and_the_reference_alone(folders, name):
    learner = agent(folders[name], lora_rank=4, gradient_checkpointing=True, kl_coef=0.1)
    frozen = {n: p.clone() for n, p in learner.policy.model.named_parameters() if not p.requires_grad}
    prompts, ids = completions(learner.policy)
    before = learner.policy.token_logprobs(prompts, ids).detach()
    penalties = []
    learner.learn(3 * STEP, lambda agent: penalties.append(agent.logger.name_to_value["train/kl"]))
    assert isinstance(learner.reference, BaseReference)
    now = dict(learner.policy.model.named_parameters())
    assert all(torch.equal(p, now[n]) for n, p in frozen.items())
    assert torch.equal(learner.reference.token_logprobs(prompts, ids), before)
    assert not torch.equal(learner.policy.token_logprobs(prompts, ids), before)
    assert 0 <= penalties[0] < penalties[-1]
    assert all(p.requires_grad for n, p in now.items() if ".default." in n)


@pytest.mark.parametrize(("warm_start_steps", "dtype"), [(0, "float32"), (2, "float32"), (0, "bfloat16")])
def test_runs_with_adapters_resume_to_the_bit(folders, tmp_path, warm_start_steps, dtype):
    options = dict(lora_rank=4, kl_coef=0.1, warm_start_steps=warm_start_steps, dtype=dtype)
    whole = agent(folders["qwen3"], **options).learn(4 * STEP)
    agent(folders["qwen3"], **options).learn(2 * STEP).save(tmp_path / "half")
    size = sum(file.stat().st_size for file in (tmp_path / "half" / "policy").glob("*.safetensors"))
    assert size < 0.5 * sum(file.stat().st_size for file in folders["qwen3"].glob("*.safetensors"))
    assert (tmp_path / "half" / "reference").exists() == bool(warm_start_steps)
    resumed = Pushed.load(tmp_path / "half", toys.make_env(toys.Repeat()))
    resumed.learn(2 * STEP, reset_num_timesteps=False)
    prompts, ids = completions(whole.policy)
    for name, parameter in trained(whole.policy).items():
        assert torch.equal(parameter, trained(resumed.policy)[name])
    for a, b in ((whole.reference, resumed.reference), (whole.policy, resumed.policy)):
        assert torch.equal(a.token_logprobs(prompts, ids), b.token_logprobs(prompts, ids))


def test_adapters_load_in_peft_and_peft_models_are_taken(folders, tmp_path):
    peft = pytest.importorskip("peft")
    learner = agent(folders["llama"], lora_rank=2).learn(STEP)
    learner.policy.save_pretrained(tmp_path / "adapters")
    base = AutoModelForCausalLM.from_pretrained(folders["llama"], dtype=torch.float32)
    theirs = peft.PeftModel.from_pretrained(base, tmp_path / "adapters", is_trainable=True)
    prompts, ids = completions(learner.policy)
    policy = Policy(theirs, checkpoints.tokenizer(), dtype="float32")
    expected = learner.policy.token_logprobs(prompts, ids)
    torch.testing.assert_close(policy.token_logprobs(prompts, ids), expected, atol=1e-6, rtol=1e-5)
    # Adapters that have been trained are the reference's, too.
    further = Pushed(policy, toys.make_env(toys.Repeat()), **SETTINGS).learn(2 * STEP)
    torch.testing.assert_close(further.reference.token_logprobs(prompts, ids), expected, atol=1e-6, rtol=1e-5)
    assert not torch.allclose(policy.token_logprobs(prompts, ids), expected, atol=1e-6)


def test_peft_models_that_could_not_be_trained_are_refused(folders, tmp_path):
    peft = pytest.importorskip("peft")
    agent(folders["llama"], lora_rank=2).policy.save_pretrained(tmp_path / "adapters")
    for how, message in (
        ({}, r"are frozen; .*is_trainable=True"),
        ({"is_trainable": True, "adapter_name": "mine"}, "are called mine; .*adapter_name='default'"),
    ):
        base = AutoModelForCausalLM.from_pretrained(folders["llama"], dtype=torch.float32)
        theirs = peft.PeftModel.from_pretrained(base, tmp_path / "adapters", **how)
        with pytest.raises(ValueError, match=message):
            Policy(theirs, checkpoints.tokenizer(), dtype="float32")


def test_the_seed_decides_new_adapters(folders):
    def outer(seed):
        policy = Policy.from_pretrained(folders["llama"], lora_rank=2, seed=seed)
        return torch.cat([p.flatten() for p in trained(policy).values()])

    state = torch.random.get_rng_state()
    assert torch.equal(outer(3), outer(3)) and not torch.equal(outer(3), outer(4))
    assert torch.equal(state, torch.random.get_rng_state())


def test_adapters_are_refused_where_they_could_not_be_loaded_again(folders, tmp_path):
    with pytest.raises(ValueError, match=r"lora_rank=4: .* save it with save_pretrained and give its folder"):
        agent(toys.small_policy(toys.Repeat()), lora_rank=4)
    learner = agent(folders["llama"], lora_rank=4)
    with pytest.raises(ValueError, match=r"lora_rank=2: the policy has adapters of rank 4"):
        agent(learner.policy, lora_rank=2)
    with pytest.raises(ValueError, match=r"lora_alpha=3: the policy has adapters with alpha=8"):
        agent(learner.policy, lora_rank=4, lora_alpha=3)
    with pytest.raises(ValueError, match="lora_rank=-1 must be"):
        agent(folders["llama"], lora_rank=-1)
    with pytest.raises(ValueError, match="lora_alpha=8 needs adapters; set lora_rank"):
        agent(folders["llama"], lora_alpha=8)
    learner.save(tmp_path / "saved")
    config = tmp_path / "saved" / "policy" / "adapter_config.json"
    config.write_text(config.read_text().replace(str(folders["llama"]), str(tmp_path / "moved away")))
    with pytest.raises(CheckpointError, match="is damaged"):
        Pushed.load(tmp_path / "saved", toys.make_env(toys.Repeat()))
