"""Log-probabilities in chunks against the plain computation, values and gradients."""

import checkpoints
import pytest
import torch
from torch import nn
from transformers import AutoModelForCausalLM, Gemma2Config, GraniteConfig

from vpo_agent import Policy
from vpo_agent.models import token_logprobs
from vpo_agent.models.sampling import gather_logprobs


def drawn(bias=False, tokens=37, vocabulary=50, width=8, dtype=torch.float64):
    torch.manual_seed(0)
    head = nn.Linear(width, vocabulary, bias=bias).to(dtype)
    hidden = torch.randn(1, tokens, width, dtype=dtype, requires_grad=True)
    return head, hidden, torch.randint(vocabulary, (1, tokens)), torch.randn(1, tokens)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(token_logprobs, "MOST_LOGITS", 500)  # ten rows of 50; the last chunk is a part


@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.0])
@pytest.mark.parametrize("bias", [False, True])
def test_values_and_gradients_are_those_of_the_whole_matrix(temperature, bias):
    results = []
    for chunked in (True, False):
        head, hidden, ids, gradient = drawn(bias, dtype=torch.float32)
        if chunked:
            found = token_logprobs.head_logprobs(head, hidden, ids, temperature, torch.float32)
        else:
            found = gather_logprobs(head(hidden), ids, temperature)
        found.backward(gradient)
        results.append([found.detach(), hidden.grad, *(p.grad for p in head.parameters())])
    assert len(results[0]) == 3 + bias
    for ours, plain in zip(*results):
        torch.testing.assert_close(ours, plain, rtol=1e-5, atol=1e-6)


def test_frozen_weights_get_no_gradient_and_inputs_do():
    head, hidden, ids, gradient = drawn(dtype=torch.float32)
    head.requires_grad_(False)
    token_logprobs.head_logprobs(head, hidden, ids, 1.0, torch.float32).backward(gradient)
    assert head.weight.grad is None and hidden.grad.abs().sum() > 0


def test_bfloat16_gradients_are_summed_in_float32():
    head, hidden, ids, gradient = drawn(tokens=400, dtype=torch.float32)
    exact = torch.autograd.grad(
        token_logprobs.head_logprobs(head, hidden, ids, 1.0, torch.float32), head.weight, torch.ones(1, 400)
    )[0]
    found = torch.autograd.grad(
        token_logprobs.head_logprobs(head, hidden, ids, 1.0, torch.bfloat16), head.weight, torch.ones(1, 400)
    )[0]
    assert found.dtype == torch.float32
    assert (found - exact).norm() < 0.01 * exact.norm()


def test_the_backward_pass_holds_one_chunk(monkeypatch):
    monkeypatch.setattr(token_logprobs, "MOST_LOGITS", 20 * 1000)
    head, hidden, ids, gradient = drawn(tokens=400, vocabulary=1000, dtype=torch.float32)
    found = token_logprobs.head_logprobs(head, hidden, ids, 1.0, torch.float32)
    with torch.profiler.profile(profile_memory=True) as profile:
        found.backward(gradient)
    largest = max(event.cpu_memory_usage for event in profile.events() if event.cpu_memory_usage > 0)
    assert largest < 4 * 4 * 20 * 1000  # all logits would be 400 x 1000 floats


def saved(config, folder):
    words = checkpoints.tokenizer()
    torch.manual_seed(0)
    shape = {**checkpoints.SHAPE, "num_key_value_heads": 2, "vocab_size": len(words)}
    model = AutoModelForCausalLM.from_config(config(**shape, eos_token_id=None, pad_token_id=None))
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("name", ["llama", "qwen3", "gpt2"])
@pytest.mark.parametrize("attention", ["prefix", "padded"])
def test_a_policy_takes_chunks_where_the_head_is_plain(tmp_path, monkeypatch, name, attention):
    folder = checkpoints.save(name, tmp_path)
    prompts, ids = [[1, 2, 3, 4], [5, 6]], torch.arange(24).view(2, 3, 4)
    results = []
    for most in (10**9, 500):
        monkeypatch.setattr(token_logprobs, "MOST_LOGITS", most)
        policy = Policy.from_pretrained(folder, dtype="float32", attention=attention)
        found = policy.token_logprobs(prompts, ids, 0.8)
        found.sum().backward()
        assert policy.plain_head is (None if most == 10**9 else True)
        results.append([found.detach(), *(p.grad for p in policy.model.parameters())])
    for ours, plain in zip(*results):
        torch.testing.assert_close(ours, plain, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("config", [Gemma2Config, GraniteConfig])
def test_scaled_and_capped_logits_are_computed_whole(tmp_path, config):
    def made(**shape):
        extra = {"logits_scaling": 4.0} if config is GraniteConfig else {"head_dim": 16}
        return config(**shape, **extra)

    policy = Policy.from_pretrained(saved(made, tmp_path), dtype="float32", attention="padded")
    prompts, ids = [[1, 2, 3, 4]], torch.arange(24).view(1, 3, 8)
    with torch.no_grad():
        found = policy.token_logprobs(prompts, ids)
        row = torch.tensor([[1, 2, 3, 4, *range(8)]])
        plain = gather_logprobs(policy.model(row).logits[:, 3:-1], row[:, 4:], 1.0)
    assert policy.plain_head is False
    torch.testing.assert_close(found[:, 0], plain, rtol=1e-4, atol=1e-5)
