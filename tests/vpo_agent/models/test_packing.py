"""Packed completions: every token once, and the same log-probabilities and gradients as one row each."""

import pytest
import torch
import toys
from hypothesis import given, settings
from hypothesis import strategies as st

from vpo_agent.generation.rollout import Segment
from vpo_agent.models.packing import pack
from vpo_agent.training.trainer import OptimizerConfig, Trainer

LENGTHS = torch.tensor([[1, 7, 3, 2], [4, 4, 1, 6], [2, 2, 7, 5]])


def completions(length=7):
    return torch.randint(
        2, toys.VOCABULARY, (*LENGTHS.shape, length), generator=torch.Generator().manual_seed(0)
    )


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.integers(1, 30), min_size=3, max_size=3), min_size=1, max_size=4))
def test_every_token_has_one_slot(counts):
    lengths = torch.tensor(counts)
    ids = torch.arange(lengths.numel() * 30).view(*lengths.shape, 30)
    mask = torch.arange(30) < lengths[..., None]
    packing = pack(lengths, 30)
    assert torch.equal(packing.unpacked(packing.packed(ids), ids.shape), ids * mask)
    assert int((packing.owners > 0).sum()) == int(lengths.sum()) == len(packing.slots)
    assert packing.owners.numel() <= len(counts) * 3 * int(lengths.max())


def test_typical_lengths_need_little_padding():
    generator = torch.Generator().manual_seed(0)
    lengths = torch.randint(20, 65, (4, 12), generator=generator)
    assert pack(lengths, 64).owners.numel() < 1.12 * int(lengths.sum())  # without the prompts


@pytest.mark.parametrize("dtype, recomputed", [("float32", False), ("float32", True), ("bfloat16", False)])
def test_packed_rows_give_the_same_values_and_gradients(dtype, recomputed):
    ids, mask = completions(), torch.arange(7) < LENGTHS[..., None]
    slope = torch.linspace(-1, 1, ids.numel()).view(ids.shape)
    values, gradients = [], []
    for lengths in (None, LENGTHS):
        policy = toys.policy("wide heads", dtype=dtype)
        assert policy.packs and not toys.policy("llama").packs
        if recomputed and lengths is not None:
            policy.checkpoint_gradients()
        logprobs = policy.token_logprobs(toys.PROMPTS, ids, 0.7, lengths)
        assert logprobs.shape == ids.shape
        (logprobs * mask * slope).sum().backward()
        values.append(logprobs[mask].detach())
        gradients.append([p.grad for p in policy.model.parameters()])
    near = dict(atol=2e-5, rtol=1e-4) if dtype == "float32" else dict(atol=0.1, rtol=0.05)
    torch.testing.assert_close(*values, **near)
    if dtype == "float32":
        for packed, plain in zip(*gradients):
            torch.testing.assert_close(packed, plain, atol=1e-5 * float(plain.abs().max()) + 1e-6, rtol=1e-3)


@pytest.mark.parametrize("tokens", [10_000, 12])
def test_an_update_is_that_of_padded_rows(tokens):
    ids, mask = completions(), torch.arange(7) < LENGTHS[..., None]
    segments = [
        Segment(prompt, own, known, torch.full(own.shape, -3.0), torch.arange(4) + 4 * i)
        for i, (prompt, own, known) in enumerate(zip(toys.PROMPTS, ids, mask))
    ]
    weights, statistics = [], []
    for attention in ("prefix", "padded"):
        policy = toys.policy("wide heads", attention)
        config = OptimizerConfig(
            learning_rate=1e-2, mini_batches=1, max_tokens_per_micro_batch=tokens, max_grad_norm=1e9
        )
        trainer = Trainer(policy, config, toys.policy("wide heads", attention, seed=1))
        trainer.optimizer = torch.optim.SGD(trainer.parameters, lr=1e-2)  # AdamW would magnify rounding
        if attention == "prefix" and tokens == 12:
            batches = list(trainer._micro_batches(segments))
            assert len(batches) > len(segments)
            kept = sum(len(part.ids) for batch in batches for part in batch)
            assert kept == LENGTHS.numel()
        statistics.append(trainer.update(segments, torch.linspace(-1, 1, 12), 4, 1.0))
        weights.append([p.detach().clone() for p in policy.model.parameters()])
    for name, value in statistics[0].items():
        assert value == pytest.approx(statistics[1][name], rel=1e-3, abs=1e-5), name
    for packed, padded in zip(*weights):
        torch.testing.assert_close(packed, padded, atol=2e-5, rtol=1e-3)
