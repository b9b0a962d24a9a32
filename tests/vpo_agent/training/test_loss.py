import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vpo_agent.training.loss import LossConfig, policy_loss

NO_KL = LossConfig(clip=0.2, dual_clip=3.0, kl_coef=0.0)
EVERYWHERE = torch.tensor([True])


def one(ratio, advantage, config=NO_KL, reference=None):
    """Loss of a single token, and its gradient with respect to the log-probability."""
    logprob = torch.tensor([math.log(ratio) - 1.0], requires_grad=True)
    reference = None if reference is None else torch.tensor([reference - 1.0])
    loss, statistics = policy_loss(
        logprob, torch.tensor([-1.0]), torch.tensor([advantage]), EVERYWHERE, config, reference
    )
    loss.backward()
    return loss.item(), logprob.grad.item(), {name: value.item() for name, value in statistics.items()}


@pytest.mark.parametrize(
    "ratio, advantage, loss, gradient",
    [
        (1.0, 2.0, -2.0, -2.0),  # on policy: the plain policy gradient
        (1.1, 2.0, -2.2, -2.2),  # within the trust region
        (1.5, 2.0, -2.4, 0.0),  # clipped at 1.2: nothing more to gain
        (0.5, 2.0, -1.0, -1.0),  # fell although it was good: not clipped
        (1.0, -1.0, 1.0, 1.0),
        (0.5, -1.0, 0.8, 0.0),  # clipped at 0.8: punished enough
        (1.5, -1.0, 1.5, 1.5),  # rose although it was bad: not clipped
        (5.0, -1.0, 3.0, 0.0),  # dual clip
        (5.0, 1.0, -1.2, 0.0),  # which is for negative advantages only
        (7.0, 0.0, 0.0, 0.0),
    ],
)
def test_clipped_surrogate_by_hand(ratio, advantage, loss, gradient):
    value, slope, _ = one(ratio, advantage)
    assert value == pytest.approx(loss, abs=1e-5)
    assert slope == pytest.approx(gradient, abs=1e-5)


def test_kl_is_the_k3_estimate():
    config = LossConfig(kl_coef=0.5)
    # ref - logp = ln 2: 2 - ln 2 - 1; its slope in logp is 1 - 2.
    value, slope, statistics = one(1.0, 0.0, config, reference=math.log(2))
    assert statistics["kl"] == pytest.approx(1 - math.log(2), abs=1e-6)
    assert value == pytest.approx(0.5 * (1 - math.log(2)), abs=1e-6)
    assert slope == pytest.approx(0.5 * (1 - 2), abs=1e-6)
    assert one(1.0, 0.0, config, reference=0.0)[0] == pytest.approx(0.0, abs=1e-7)
    assert "kl" not in one(1.0, 1.0, NO_KL, reference=2.0)[2]


def test_the_loss_is_a_sum_over_counted_tokens():
    logprobs = torch.tensor([[0.0, -1.0, -2.0], [-1.0, -1.0, -50.0]], requires_grad=True)
    mask = torch.tensor([[True, True, False], [True, False, False]])
    advantages = torch.tensor([[2.0], [-1.0]])
    old = torch.tensor([[0.0, -1.0, 7.0], [-1.0, 3.0, 0.0]])
    loss, statistics = policy_loss(logprobs, old, advantages, mask, NO_KL)
    loss.backward()
    assert loss.item() == pytest.approx(-2.0 - 2.0 + 1.0)
    assert logprobs.grad.tolist() == [[-2.0, -2.0, 0.0], [1.0, 0.0, 0.0]]
    assert float(statistics["clip_fraction"]) == 0 and float(statistics["ratio_gap"]) == 0


def test_statistics_by_hand():
    ratios = torch.tensor([1.0, 1.5, 0.5])
    advantages = torch.tensor([1.0, 1.0, -1.0])
    _, statistics = policy_loss(
        ratios.log(), torch.zeros(3), advantages, torch.ones(3, dtype=torch.bool), NO_KL
    )
    assert float(statistics["clip_fraction"]) == 2
    assert float(statistics["ratio_gap"]) == pytest.approx(1.0)


extreme = st.floats(-200, 0)


@given(extreme, extreme, extreme, st.floats(-10, 10))
def test_extreme_ratios_stay_finite(new, old, reference, advantage):
    logprob = torch.tensor([new], requires_grad=True)
    loss, statistics = policy_loss(
        logprob,
        torch.tensor([old]),
        torch.tensor([advantage]),
        EVERYWHERE,
        LossConfig(),
        torch.tensor([reference]),
    )
    loss.backward()
    assert loss.isfinite() and logprob.grad.isfinite().all()
    assert all(value.isfinite() for value in statistics.values())


def test_garbage_at_padding_does_not_spread():
    logprobs = torch.tensor([-1.0, -math.inf], requires_grad=True)
    padding = torch.tensor([True, False])
    loss, statistics = policy_loss(
        logprobs,
        torch.tensor([-1.0, 0.0]),
        torch.tensor([1.0, math.nan]).nan_to_num(),
        padding,
        LossConfig(),
        torch.tensor([-1.0, math.inf]),
    )
    loss.backward()
    assert loss.item() == pytest.approx(-1.0) and logprobs.grad.tolist() == [-1.0, 0.0]
    assert all(value.isfinite() for value in statistics.values())


@given(st.floats(0.01, 10), st.floats(-5, 5))
def test_the_loss_of_bad_tokens_is_bounded(ratio, advantage):
    loss = one(ratio, advantage)[0]
    if advantage < 0:
        assert 0 <= loss <= 3.0 * -advantage + 1e-4
    else:
        assert -1.2 * advantage - 1e-4 <= loss <= 0


def test_defaults_are_those_of_the_documentation():
    assert LossConfig() == LossConfig(clip=0.2, dual_clip=3.0, kl_coef=0.001)


@pytest.mark.parametrize(("gap", "divergence"), [(30.0, math.exp(20) - 21), (-30.0, math.exp(-20) + 19)])
def test_logarithms_of_ratios_are_cut_at_twenty(gap, divergence):
    """k3 is exp(x) - x - 1, and the ratio gap |exp(x) - 1|, each with x cut to [-20, 20]."""
    _, statistics = policy_loss(
        torch.tensor([-40.0]),
        torch.tensor([-40.0 - gap]),
        torch.tensor([1.0]),
        EVERYWHERE,
        LossConfig(),
        torch.tensor([-40.0 + gap]),
    )
    assert float(statistics["kl"]) == pytest.approx(divergence)
    assert float(statistics["ratio_gap"]) == pytest.approx(abs(math.exp(math.copysign(20, gap)) - 1))


def test_the_entropy_bonus_by_hand():
    config = LossConfig(kl_coef=0.0, entropy_coef=0.5)
    logprob = torch.tensor([-3.0], requires_grad=True)
    loss, statistics = policy_loss(logprob, torch.tensor([-3.0]), torch.tensor([0.0]), EVERYWHERE, config)
    loss.backward()
    # The estimate is -logp = 3; its slope is -(logp + 1) = 2.
    assert loss.item() == pytest.approx(-1.5) and float(statistics["entropy"]) == pytest.approx(3.0)
    assert logprob.grad.item() == pytest.approx(-1.0)
    assert float(one(1.0, 0.0)[2]["entropy"]) == pytest.approx(1.0)  # logged without the bonus, too


def test_the_gradient_of_the_entropy_bonus_is_unbiased():
    """Summed over the tokens that the sampling policy may draw, also when it is an older one."""
    logits = torch.tensor([0.3, -1.0, 0.8, 0.1], requires_grad=True)
    older = torch.tensor([0.1, -0.7, 1.0, 0.0]).log_softmax(0)
    logprobs = logits.log_softmax(0)
    config = LossConfig(kl_coef=0.0, entropy_coef=1.0)
    nothing = torch.zeros(1)
    expected = sum(
        older[i].exp() * policy_loss(logprobs[i : i + 1], older[i : i + 1], nothing, EVERYWHERE, config)[0]
        for i in range(4)
    )
    entropy = -(logprobs.exp() * logprobs).sum()
    (found,) = torch.autograd.grad(-expected, logits, retain_graph=True)
    (exact,) = torch.autograd.grad(entropy, logits)
    torch.testing.assert_close(found, exact)
    assert expected.item() == pytest.approx(-entropy.item())
