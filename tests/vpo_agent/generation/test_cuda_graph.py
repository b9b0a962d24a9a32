"""Decoding in place, as it is recorded on a GPU, against decoding step by step."""

import warnings

import pytest
import torch
import toys

from vpo_agent.generation import cuda_graph, sampler
from vpo_agent.generation.sampler import sample
from vpo_agent.models.policy import Policy
from vpo_agent.models.sampling import Sampling

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="recordings are made on a GPU")


def same(ours, theirs, atol=2e-5):
    assert torch.equal(ours.ids, theirs.ids) and torch.equal(ours.mask, theirs.mask)
    torch.testing.assert_close(ours.logprobs, theirs.logprobs, atol=atol, rtol=1e-4)


@pytest.mark.parametrize("name", list(toys.CONFIGS))
@pytest.mark.parametrize("window, look", [(64, 8), (3, 2), (1, 1), (7, 50)])
@pytest.mark.parametrize("how", [Sampling(30, 3.0), Sampling(30, 1.5, 0.9), Sampling(9, 0.0)], ids=str)
def test_it_writes_what_the_plain_loop_writes(monkeypatch, name, window, look, how):
    policy = toys.policy(name, "prefix")
    plain = sample(policy, toys.PROMPTS, 6, how, seed=4)
    monkeypatch.setattr(cuda_graph, "WINDOW", window)
    monkeypatch.setattr(cuda_graph, "LOOK_EVERY", look)
    monkeypatch.setattr(sampler, "sample_chunk", cuda_graph.sample_chunk)
    same(sample(policy, toys.PROMPTS, 6, how, seed=4), plain)


def test_finished_rows_are_dropped(monkeypatch):
    policy, fed = toys.policy("llama", "prefix"), []
    policy.model.register_forward_pre_hook(
        lambda module, args, kwargs: fed.append(len(kwargs["input_ids"])), with_kwargs=True
    )
    monkeypatch.setattr(sampler, "sample_chunk", cuda_graph.sample_chunk)
    drawn = sample(policy, toys.PROMPTS, 8, Sampling(60, temperature=3.0), seed=4)
    assert fed[1] == 24 and min(fed[1:]) <= 12
    assert len(fed) - 1 < drawn.mask.sum(-1).max() + cuda_graph.LOOK_EVERY


@needs_gpu
@pytest.mark.parametrize("name", list(toys.CONFIGS))
@pytest.mark.parametrize("window", [64, 5])
def test_a_recording_plays_what_was_recorded(monkeypatch, name, window):
    policy = Policy(toys.model(name), toys.tokenizer(), device="cuda", dtype="float32", attention="prefix")
    monkeypatch.setattr(cuda_graph, "WINDOW", window)
    calls = []
    policy.model.register_forward_pre_hook(lambda *_: calls.append(1))
    for how in (Sampling(40, 3.0), Sampling(40, 1.5, 0.9), Sampling(40, 0.0)):
        calls.clear()
        played = sample(policy, toys.PROMPTS, 6, how, seed=4)
        assert len(calls) < 20, "every step was launched by Python"
        with monkeypatch.context() as patch:
            patch.setattr(cuda_graph, "record", lambda step: step)
            same(played, sample(policy, toys.PROMPTS, 6, how, seed=4))
    assert torch.isfinite(policy.token_logprobs(toys.PROMPTS, played.ids)).all()


@needs_gpu
def test_what_cannot_be_recorded_is_run_and_others_are_recorded_still():
    policies = [
        Policy(toys.model("llama"), toys.tokenizer(), device="cuda", dtype="float32", attention="prefix")
        for _ in range(2)
    ]
    waiting, good = policies
    expected = sample(waiting, toys.PROMPTS, 4, Sampling(12), seed=1)
    calls = []
    waiting.model.register_forward_pre_hook(
        lambda module, args, kwargs: kwargs["input_ids"].sum().item() and None, with_kwargs=True
    )
    with pytest.warns(UserWarning, match="cannot be recorded"):
        same(sample(waiting, toys.PROMPTS, 4, Sampling(12), seed=1), expected)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # told once
        same(sample(waiting, toys.PROMPTS, 4, Sampling(12), seed=1), expected)
        good.model.register_forward_pre_hook(lambda *_: calls.append(1))
        same(sample(good, toys.PROMPTS, 4, Sampling(12), seed=1), expected)
    assert len(calls) < 8
