"""The sampler against transformers' own forward pass and `generate`."""

import numpy as np
import pytest
import torch
import toys
from scipy.stats import chi2_contingency, chisquare

from vpo_agent.generation import padded, sampler
from vpo_agent.generation.sampler import sample
from vpo_agent.models.sampling import Sampling

NAMES = list(toys.CONFIGS)
both_ways = pytest.mark.parametrize("attention", ["prefix", "padded"])
all_models = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def policies():
    """One policy per architecture and kind of attention, and the plain model with the same weights."""
    made = {(name, way): toys.policy(name, way) for name in NAMES for way in ("prefix", "padded")}
    plain = {name: toys.model(name) for name in NAMES}
    return made, plain


@torch.no_grad()
def full_pass(model, prompt, completion, temperature=1.0):
    """Log-probabilities of one completion from one unpadded pass over all of it."""
    logits = model(input_ids=torch.tensor([[*prompt, *completion]])).logits[0]
    return (
        (logits / temperature)
        .log_softmax(-1)[len(prompt) - 1 : -1]
        .gather(-1, torch.tensor(completion)[:, None])[:, 0]
    )


def rows(drawn):
    """(prompt number, tokens, log-probabilities) of every completion, without padding."""
    for i in range(drawn.ids.shape[0]):
        for ids, mask, logprobs in zip(drawn.ids[i], drawn.mask[i], drawn.logprobs[i]):
            yield i, ids[mask].tolist(), logprobs[mask]


@all_models
@both_ways
@pytest.mark.parametrize("temperature, top_p", [(1.5, 1.0), (2.0, 0.95)])
def test_logprobs_equal_a_full_forward_pass(policies, name, attention, temperature, top_p):
    made, plain = policies
    drawn = sample(made[name, attention], toys.PROMPTS, 5, Sampling(20, temperature, top_p), seed=3)
    assert len(set(drawn.mask.sum(-1).flatten().tolist())) > 1, "all completions are of one length"
    for i, ids, logprobs in rows(drawn):
        expected = full_pass(plain[name], toys.PROMPTS[i], ids, temperature)
        torch.testing.assert_close(logprobs, expected, atol=2e-5, rtol=1e-4)


@all_models
@both_ways
def test_greedy_output_is_that_of_generate(policies, name, attention):
    made, plain = policies
    drawn = sample(made[name, attention], toys.PROMPTS, 2, Sampling(16, temperature=0.0), seed=0)
    expected = []
    for prompt in toys.PROMPTS:
        ids = torch.tensor([prompt])
        output = plain[name].generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=16
        )
        expected += [output[0, len(prompt) :].tolist()] * 2
    assert [ids for _, ids, _ in rows(drawn)] == expected


@both_ways
def test_samples_are_distributed_like_those_of_generate(policies, attention):
    made, plain = policies
    prompt, n = toys.PROMPTS[0], 3000
    ours = sample(made["qwen3-gqa", attention], [prompt], n, Sampling(2, 1.5, 0.8), seed=0).ids[0]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        ids = torch.tensor([prompt])
        theirs = plain["qwen3-gqa"].generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=True,
            temperature=1.5,
            top_p=0.8,
            top_k=0,
            max_new_tokens=2,
            num_return_sequences=n,
        )[:, len(prompt) :]
    codes = [(tokens[:, 0] * toys.VOCABULARY + tokens[:, 1]).numpy() for tokens in (ours, theirs)]
    counts = np.stack([np.bincount(code, minlength=toys.VOCABULARY**2) for code in codes])
    often = counts.sum(axis=0) >= 10
    table = np.column_stack([counts[:, often], counts[:, ~often].sum(axis=1)])
    assert often.sum() > 20, "too few different pairs to tell distributions apart"
    assert chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue > 0.01


@both_ways
def test_samples_follow_the_model_s_own_chances(policies, attention):
    made, plain = policies
    prompt, n = toys.PROMPTS[1], 5000
    with torch.no_grad():
        logits = plain["llama"](input_ids=torch.tensor([prompt])).logits[0, -1].double()
    for temperature in (2.0, 4.0):
        drawn = sample(made["llama", attention], [prompt], n, Sampling(1, temperature), seed=1)
        counts = drawn.ids[0, :, 0].bincount(minlength=toys.VOCABULARY).numpy()
        expected = (logits / temperature).softmax(-1).numpy() * n
        often = expected >= 5
        assert often.sum() > 5
        merged = np.where(often, np.arange(len(often)), often.argmin())  # the rare ones together
        observed, predicted = (np.bincount(merged, values) for values in (counts, expected))
        assert chisquare(observed[predicted > 0], predicted[predicted > 0]).pvalue > 0.01


@all_models
@both_ways
def test_the_same_seed_gives_the_same_completions(policies, name, attention):
    policy = policies[0][name, attention]
    first, again, other = (sample(policy, toys.PROMPTS, 4, Sampling(10), seed) for seed in (7, 7, 8))
    assert torch.equal(first.ids, again.ids) and torch.equal(first.logprobs, again.logprobs)
    assert not torch.equal(first.ids[..., :1], other.ids[..., :1])


@all_models
@both_ways
def test_completions_do_not_depend_on_their_company(policies, name, attention):
    policy = policies[0][name, attention]
    first, second, third = toys.PROMPTS

    def of_first(prompts, n=4):
        drawn = sample(policy, prompts, n, Sampling(14), seed=5)
        return [ids for i, ids, _ in rows(drawn) if i == 0][:4]

    alone = of_first([first])
    assert of_first([first, second]) == alone
    assert of_first([first, third, second, second]) == alone
    assert of_first([first], n=9) == alone


def test_the_order_of_prompts_only_orders_the_result(policies):
    # Prompts are sorted by length inside; each must get its own completions back.
    policy, plain = policies[0]["llama", "prefix"], policies[1]["llama"]
    for prompts in (toys.PROMPTS, toys.PROMPTS[::-1]):
        for i, ids, logprobs in rows(sample(policy, prompts, 2, Sampling(4), seed=0)):
            torch.testing.assert_close(logprobs, full_pass(plain, prompts[i], ids), atol=2e-5, rtol=1e-4)


def test_many_rows_are_sampled_in_chunks(policies):
    policy = policies[0]["gpt2", "prefix"]
    whole = sample(policy, toys.PROMPTS, 4, Sampling(8), seed=2)
    for most in (4, 3, 1):
        chunked = sample(policy, toys.PROMPTS, 4, Sampling(8, rows=most), seed=2)
        assert torch.equal(whole.ids, chunked.ids) and torch.equal(whole.mask, chunked.mask)


@pytest.mark.parametrize("attention", ["prefix", "padded"])
def test_no_more_rows_than_allowed_are_sampled_at_once(policies, attention, monkeypatch):
    policy, sizes = policies[0]["gpt2", attention], []
    module = padded if attention == "padded" else sampler
    decode = module.sample_chunk
    monkeypatch.setattr(
        module, "sample_chunk", lambda *given: sizes.append(given[2].shape[:2].numel()) or decode(*given)
    )
    sample(policy, toys.PROMPTS, 5, Sampling(4, rows=2), seed=2)
    assert max(sizes) == 2 and sum(sizes) == 5 * len(toys.PROMPTS)


@all_models
def test_finished_rows_cost_nothing_and_change_nothing(policies, monkeypatch, name):
    policy = policies[0][name, "prefix"]
    fed = []
    hook = policy.model.register_forward_pre_hook(
        lambda module, args, kwargs: fed.append(len(kwargs["input_ids"])), with_kwargs=True
    )
    try:
        costs = []
        drawn = []
        for threshold in (0.0, 0.8, 1.0):  # never, as shipped, as soon as any prompt's rows allow
            fed.clear()
            monkeypatch.setattr(sampler, "COMPACT_BELOW", threshold)
            drawn.append(sample(policy, toys.PROMPTS, 8, Sampling(60, temperature=3.0), seed=4))
            costs.append(sum(fed[1:]))  # the first pass reads the prompts
    finally:
        hook.remove()
    for other in drawn[1:]:
        assert torch.equal(drawn[0].ids, other.ids) and torch.equal(drawn[0].mask, other.mask)
        torch.testing.assert_close(drawn[0].logprobs, other.logprobs, atol=2e-5, rtol=1e-4)
    tokens = int(drawn[0].mask.sum())
    assert tokens < 0.7 * costs[0], "completions are too alike in length to save anything"
    assert costs[1] < costs[0] and costs[2] <= costs[1]
    assert costs[2] >= tokens


@both_ways
def test_completions_end_with_eos_or_at_the_bound(policies, attention):
    drawn = sample(policies[0]["gpt2", attention], toys.PROMPTS, 8, Sampling(20), seed=6)
    ended = 0
    for ids, mask, logprobs in zip(
        drawn.ids.flatten(0, 1), drawn.mask.flatten(0, 1), drawn.logprobs.flatten(0, 1)
    ):
        n = int(mask.sum())
        assert mask[:n].all() and n >= 1  # no holes
        assert toys.EOS not in ids[: n - 1].tolist()
        assert ids[n - 1] == toys.EOS or n == 20
        assert (ids[n:] == toys.PAD).all() and not logprobs[n:].any()
        assert (logprobs[:n] < 0).all()
        ended += int(ids[n - 1] == toys.EOS)
    assert 0 < ended < 24
    assert drawn.ids.shape[-1] == int(drawn.mask.sum(-1).max())


@all_models
def test_trainer_and_sampler_agree_in_float32(policies, name):
    policy = policies[0][name, "prefix"]
    drawn = sample(policy, toys.PROMPTS, 6, Sampling(12, temperature=0.8), seed=0)
    with torch.no_grad():
        trained = policy.token_logprobs(toys.PROMPTS, drawn.ids, temperature=0.8)
    torch.testing.assert_close(trained[drawn.mask], drawn.logprobs[drawn.mask], atol=2e-5, rtol=1e-4)


@all_models
@both_ways
def test_trainer_and_sampler_agree_in_bfloat16(policies, name, attention):
    policy = toys.policy(name, attention, dtype="bfloat16")
    drawn = sample(policy, toys.PROMPTS, 16, Sampling(12), seed=0)
    with torch.no_grad():
        trained = policy.token_logprobs(toys.PROMPTS, drawn.ids)
        exact = policies[0][name, attention].token_logprobs(toys.PROMPTS, drawn.ids)
    gap = (trained - drawn.logprobs)[drawn.mask]
    rounding = (exact - drawn.logprobs)[drawn.mask]
    # Both round alike, so that ratios start near 1: closer to one another than to float32, without bias.
    assert gap.abs().mean() < 0.6 * rounding.abs().mean()
    assert gap.mean().abs() < 0.01


def test_global_random_state_is_not_touched(policies):
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    sample(policies[0]["llama", "prefix"], toys.PROMPTS, 2, Sampling(4), seed=0)
    assert torch.equal(before[0], torch.random.get_rng_state())
    assert (before[1] == np.random.get_state()[1]).all()


@pytest.mark.parametrize("prompts, n", [([], 2), ([[3, 4]], 0)])
def test_nothing_to_sample_is_refused(policies, prompts, n):
    with pytest.raises(ValueError, match="must be at least 1"):
        sample(policies[0]["llama", "prefix"], prompts, n, Sampling(4), seed=0)
