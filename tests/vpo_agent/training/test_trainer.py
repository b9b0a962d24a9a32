import dataclasses
import math

import numpy as np
import pytest
import torch
import toys

from vpo_agent.generation.rollout import Segment
from vpo_agent.generation.sampler import sample
from vpo_agent.models.sampling import Sampling
from vpo_agent.training.loss import LossConfig, policy_loss
from vpo_agent.training.trainer import OptimizerConfig, Trainer

GROUP = 4


def segments_of(policy, prompts=toys.PROMPTS, seed=0, turns=1):
    """Rollouts of the prompts; with two turns the second has a prompt of its own for each rollout."""
    drawn = sample(policy, prompts, GROUP, Sampling(9), seed)
    made = [
        Segment(prompt, drawn.ids[i], drawn.mask[i], drawn.logprobs[i], torch.arange(GROUP) + GROUP * i)
        for i, prompt in enumerate(prompts)
    ]
    if turns == 2:
        longer = [prompt + [3 + g] for prompt in prompts for g in range(GROUP)]
        drawn = sample(policy, longer, 1, Sampling(6), seed + 1)
        made += [
            Segment(prompt, drawn.ids[i], drawn.mask[i], drawn.logprobs[i], torch.tensor([i]))
            for i, prompt in enumerate(longer)
        ]
    return made


def advantages(n=None):
    return torch.linspace(-1.5, 1.5, n or len(toys.PROMPTS) * GROUP)


def gradients_of_one_step(segments, max_tokens_per_micro_batch, kl_coef=0.5, name="qwen3-gqa"):
    """Gradients before clipping, and the statistics."""
    policy, reference = toys.policy(name), toys.policy(name, seed=1)
    trainer = Trainer(
        policy,
        OptimizerConfig(
            learning_rate=0.0,
            mini_batches=1,
            max_tokens_per_micro_batch=max_tokens_per_micro_batch,
            max_grad_norm=math.inf,
            loss=LossConfig(kl_coef=kl_coef),
        ),
        reference,
    )
    statistics = trainer.update(segments, advantages(), GROUP, temperature=1.0)
    return {n: p.grad for n, p in policy.model.named_parameters()}, statistics


@pytest.mark.filterwarnings("ignore:the loss of 1 rollouts")  # every sum is one too large here
@pytest.mark.parametrize("kl_coef", [0.0, 0.5])
def test_a_process_without_groups_sends_what_the_others_send(monkeypatch, kl_coef):
    """Found by reading: it sent no statistics, and the others waited for them."""
    sent = []

    def reduced(values):
        sent.append(tuple(values.shape))
        return values + 1

    monkeypatch.setattr("vpo_agent.common.distributed.all_reduce", reduced)
    _, statistics = gradients_of_one_step(segments_of(toys.policy("qwen3-gqa")), 10**6, kl_coef)
    full = sent.copy()
    sent.clear()
    _, empty = gradients_of_one_step([], 10**6, kl_coef)
    assert sent == full and list(empty) == list(statistics)


@pytest.mark.parametrize("turns", [1, 2])
def test_the_token_mean_is_exact_whatever_the_micro_batches(turns):
    segments = segments_of(toys.policy("qwen3-gqa"), turns=turns)
    whole, statistics = gradients_of_one_step(segments, 10**6)
    for max_tokens_per_micro_batch in (1, 60, 150):
        parts, others = gradients_of_one_step(segments, max_tokens_per_micro_batch)
        for name, gradient in parts.items():
            torch.testing.assert_close(gradient, whole[name], atol=1e-6, rtol=1e-4)
        assert others == pytest.approx(statistics, rel=1e-4, abs=1e-6)


def test_the_update_is_the_gradient_of_the_token_mean():
    segments = segments_of(toys.policy("qwen3-gqa"))
    got, statistics = gradients_of_one_step(segments, 10**6)
    # The same from one dense pass per group, added up over tokens and divided once.
    policy, reference = (toys.policy("qwen3-gqa", "padded", seed=seed) for seed in (0, 1))
    total, tokens, kl = 0.0, 0, 0.0
    for segment in segments:
        logprobs, anchors = (
            p.token_logprobs([segment.prompt], segment.ids[None])[0] for p in (policy, reference)
        )
        credit = advantages()[segment.rollouts][:, None]
        loss, sums = policy_loss(
            logprobs, segment.logprobs, credit, segment.mask, LossConfig(kl_coef=0.5), anchors.detach()
        )
        total, tokens, kl = total + loss, tokens + int(segment.mask.sum()), kl + float(sums["kl"])
    (total / tokens).backward()
    for name, parameter in policy.model.named_parameters():
        torch.testing.assert_close(got[name], parameter.grad, atol=2e-6, rtol=1e-3)
    assert statistics["loss"] == pytest.approx(total.item() / tokens, rel=1e-4)
    assert statistics["kl"] == pytest.approx(kl / tokens, rel=1e-3) and kl > 0
    norm = math.sqrt(sum(float(p.grad.square().sum()) for p in policy.model.parameters()))
    assert statistics["grad_norm"] == pytest.approx(norm, rel=1e-3)


def test_on_policy_ratios_are_one():
    _, statistics = gradients_of_one_step(segments_of(toys.policy("qwen3-gqa")), 10**6)
    assert statistics["ratio_gap"] < 1e-4 and statistics["clip_fraction"] == 0


@pytest.mark.parametrize("attention", ["prefix", "padded"])
def test_micro_batches_hold_everything_once_within_the_bound(attention):
    policy = toys.policy("llama", attention)
    trainer = Trainer(policy, OptimizerConfig(max_tokens_per_micro_batch=120))
    segments = segments_of(policy, turns=2)
    batches = list(trainer._micro_batches(segments))
    rows = lambda parts: sorted(  # noqa: E731
        (s.prompt, int(rollout), ids[mask].tolist())
        for s in parts
        for rollout, ids, mask in zip(s.rollouts, s.ids, s.mask)
    )
    assert rows(s for batch in batches for s in batch) == rows(segments)
    assert len(batches) > 3
    for batch in batches:
        assert len({len(s.ids) for s in batch}) == 1
        prompt = max(len(s.prompt) for s in batch)
        length = max(int(s.mask.any(0).sum()) for s in batch)
        rows = len(batch[0].ids)
        cost = len(batch) * (prompt + rows * length if attention == "prefix" else rows * (prompt + length))
        assert cost <= 120 or (len(batch) == 1 and rows == 1)


@pytest.mark.parametrize("parts, sizes", [(1, [3]), (2, [1, 2]), (3, [1, 1, 1]), (8, [1, 1, 1])])
def test_mini_batches_keep_groups_and_turns_together(parts, sizes):
    policy = toys.policy("llama")
    trainer = Trainer(policy, OptimizerConfig(mini_batches=parts))
    batches = list(trainer._mini_batches(segments_of(policy, turns=2), GROUP, 3))
    groups = [{int(row) // GROUP for s in batch for row in s.rollouts} for batch in batches]
    assert [len(group) for group in groups] == sizes
    assert set().union(*groups) == {0, 1, 2} and sum(sizes) == 3
    assert all(len(batch) == n * (1 + GROUP) for batch, n in zip(batches, sizes))


def test_good_completions_become_likelier_and_bad_ones_rarer():
    policy = toys.policy("gpt2")
    segments = segments_of(policy)
    good = advantages() > 0

    def mean_logprobs():
        with torch.no_grad():
            sums = [(policy.token_logprobs([s.prompt], s.ids[None])[0] * s.mask).sum(-1) for s in segments]
        return torch.cat(sums)

    before = mean_logprobs()
    trainer = Trainer(policy, OptimizerConfig(learning_rate=1e-4, loss=LossConfig(kl_coef=0.0)))
    for _ in range(3):
        trainer.update(segments, advantages(), GROUP, 1.0)
    change = mean_logprobs() - before
    assert change[good].mean() > 0 > change[~good].mean()


def test_gradients_are_clipped():
    policy = toys.policy("llama")
    trainer = Trainer(policy, OptimizerConfig(learning_rate=0.0, max_grad_norm=0.01, mini_batches=1))
    statistics = trainer.update(segments_of(policy), advantages(), GROUP, 1.0)
    norm = math.sqrt(sum(float(p.grad.square().sum()) for p in policy.model.parameters()))
    assert norm == pytest.approx(0.01, rel=1e-3) and statistics["grad_norm"] > 0.01


def test_learning_rate_schedules():
    rates = lambda **kw: [OptimizerConfig(learning_rate=2.0, **kw).rate(p) for p in (0, 0.1, 0.5, 1)]  # noqa: E731
    assert rates() == [2, 2, 2, 2]
    assert rates(schedule="linear") == pytest.approx([2, 1.8, 1, 0])
    assert rates(schedule="cosine") == pytest.approx([2, 1 + math.cos(0.1 * math.pi), 1, 0])
    assert rates(warmup=0.2) == pytest.approx([0, 1, 2, 2])
    assert rates(warmup=0.5, schedule="linear") == pytest.approx([0, 0.4, 2, 0])  # no jump at the peak
    assert rates(warmup=1.0, schedule="cosine")[:3] == pytest.approx([0, 0.2, 1])
    assert OptimizerConfig(learning_rate=2.0, schedule="linear").rate(1.5) == 0


def test_the_rate_of_the_schedule_is_used():
    policy = toys.policy("llama")
    trainer = Trainer(policy, OptimizerConfig(learning_rate=1.0, schedule="linear"))
    assert trainer.update(segments_of(policy), advantages(), GROUP, 1.0, progress=0.75)[
        "learning_rate"
    ] == pytest.approx(0.25)
    assert trainer.optimizer.param_groups[0]["lr"] == pytest.approx(0.25)


def test_frozen_parameters_stay():
    policy = toys.policy("llama")
    frozen = policy.model.get_input_embeddings().weight.requires_grad_(False)
    before = frozen.clone()
    Trainer(policy, OptimizerConfig(learning_rate=0.1)).update(segments_of(policy), advantages(), GROUP, 1.0)
    assert torch.equal(frozen, before)


@pytest.mark.parametrize(
    "name, value",
    [
        ("schedule", "step"),
        ("learning_rate", -1.0),
        ("learning_rate", float("nan")),
        ("weight_decay", -0.1),
        ("max_grad_norm", -1.0),
        ("mini_batches", 0),
        ("max_tokens_per_micro_batch", 0),
        ("warmup", 1.5),
    ],
)
def test_wrong_settings_are_refused(name, value):
    with pytest.raises(ValueError, match=f"{name}="):
        OptimizerConfig(**{name: value})


def test_weights_move_the_same_way_every_time():
    states = []
    for _ in range(2):
        policy = toys.policy("llama")
        trainer = Trainer(policy, OptimizerConfig(learning_rate=1e-3))
        trainer.update(segments_of(policy), advantages(), GROUP, 1.0)
        states.append(np.concatenate([p.detach().numpy().ravel() for p in policy.model.parameters()]))
    assert (states[0] == states[1]).all()


@pytest.mark.parametrize("max_tokens_per_micro_batch", [1, 10**6])
def test_a_rollout_with_nan_leaves_the_others_alone_and_is_reported(max_tokens_per_micro_batch, monkeypatch):
    """Such a rollout counts as one with an advantage of 0."""
    broken, silent = segments_of(toys.policy("qwen3-gqa")), advantages()
    broken[1].logprobs[2] = math.nan
    silent[GROUP + 2] = 0.0
    with pytest.warns(RuntimeWarning, match="the loss of 1 rollouts is not finite: they are left out"):
        got, statistics = gradients_of_one_step(broken, max_tokens_per_micro_batch, kl_coef=0.0)
    assert statistics["nonfinite_rollouts"] == 1 and math.isfinite(statistics["loss"])
    monkeypatch.setitem(globals(), "advantages", lambda: silent)
    whole = segments_of(toys.policy("qwen3-gqa"))
    expected, statistics = gradients_of_one_step(whole, max_tokens_per_micro_batch, kl_coef=0.0)
    assert "nonfinite_rollouts" not in statistics
    for name, gradient in expected.items():
        torch.testing.assert_close(got[name], gradient, atol=1e-6, rtol=1e-4)


def unmoved(segments, message, hook=None):
    """Statistics of an update that warns and moves no parameter."""
    policy = toys.policy("qwen3-gqa")
    trainer = Trainer(policy, OptimizerConfig(learning_rate=1e-2, loss=LossConfig(kl_coef=0.0)))
    before = [p.detach().clone() for p in trainer.parameters]
    if hook:
        trainer.parameters[0].register_hook(hook)
    with pytest.warns(RuntimeWarning, match=message):
        statistics = trainer.update(segments, advantages(), GROUP, 1.0)
    assert all(torch.equal(a, b) for a, b in zip(before, trainer.parameters))
    return statistics


def test_a_gradient_that_is_not_finite_moves_nothing():
    segments = segments_of(toys.policy("qwen3-gqa"))
    message = "the norm of the gradient is nan: this optimiser step is left out"
    statistics = unmoved(segments, message, lambda gradient: gradient * math.nan)
    assert not math.isfinite(statistics["grad_norm"])


def test_an_update_of_nan_alone_moves_nothing():
    segments = segments_of(toys.policy("qwen3-gqa"))
    for segment in segments:
        segment.logprobs[:] = math.nan
    statistics = unmoved(segments, f"the loss of {len(segments) * GROUP} rollouts is not finite")
    assert statistics["loss"] == 0


def with_spans(segments, answers=2):
    """Segments whose tokens belong to nobody, to the first answer, to the second, in turn."""
    return [
        dataclasses.replace(s, spans=(torch.arange(s.ids.shape[1]) * (answers + 1) // 9).expand(s.ids.shape))
        for s in segments
    ]


@pytest.mark.parametrize("attention", ["prefix", "padded"])
def test_every_answer_has_its_own_advantage(attention):
    segments = with_spans(segments_of(toys.policy("qwen3-gqa"), turns=2))
    own = torch.randn(len(toys.PROMPTS) * GROUP, 3, generator=torch.Generator().manual_seed(0))
    found = []
    for max_tokens in (10**6, 60):
        policy = toys.policy("qwen3-gqa", attention)
        config = OptimizerConfig(
            learning_rate=0.0,
            mini_batches=1,
            max_grad_norm=math.inf,
            max_tokens_per_micro_batch=max_tokens,
            loss=LossConfig(kl_coef=0.0),
        )
        Trainer(policy, config).update(segments, own, GROUP, 1.0)
        found.append({name: p.grad for name, p in policy.model.named_parameters()})
    # The same, token by token.
    policy = toys.policy("qwen3-gqa", "padded")
    total, tokens = 0.0, 0
    for s in segments:
        logprobs = policy.token_logprobs([s.prompt], s.ids[None])[0]
        credit = torch.zeros_like(logprobs)
        for row, token in np.ndindex(*s.ids.shape):
            credit[row, token] = own[s.rollouts[row], s.spans[row, token]]
        loss, _ = policy_loss(logprobs, s.logprobs, credit, s.mask, LossConfig(kl_coef=0.0))
        total, tokens = total + loss, tokens + int(s.mask.sum())
    (total / tokens).backward()
    for gradients in found:
        for name, parameter in policy.model.named_parameters():
            torch.testing.assert_close(gradients[name], parameter.grad, atol=2e-6, rtol=1e-3)


def test_equal_advantages_of_all_answers_are_those_of_rollouts_to_the_bit():
    segments = segments_of(toys.policy("llama"))
    weights = []
    for given, values in (
        (segments, advantages()),
        (with_spans(segments), advantages()[:, None].expand(-1, 3)),
    ):
        policy = toys.policy("llama")
        Trainer(policy, OptimizerConfig(learning_rate=1e-3)).update(given, values, GROUP, 1.0)
        weights.append(torch.cat([p.detach().flatten() for p in policy.model.parameters()]))
    assert torch.equal(*weights)


def test_advantages_of_answers_without_spans_are_refused():
    policy = toys.policy("llama")
    with pytest.raises(ValueError, match="advantages of single answers need segments with spans"):
        Trainer(policy, OptimizerConfig()).update(segments_of(policy), torch.zeros(12, 3), GROUP, 1.0)
