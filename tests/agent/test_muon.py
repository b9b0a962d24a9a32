import pytest
import torch

from vpo_agent.muon import ITERATIONS, Muon, orthogonal


def matrices(*shapes):
    generator = torch.Generator().manual_seed(0)
    return [torch.nn.Parameter(torch.randn(shape, generator=generator)) for shape in shapes]


@pytest.mark.parametrize("shape", [(32, 32), (96, 32), (32, 96)])
def test_singular_values_go_to_about_one_and_singular_vectors_stay(shape):
    generator = torch.Generator().manual_seed(1)
    left, values, right = torch.linalg.svd(torch.randn(shape, generator=generator), full_matrices=False)
    values = torch.linspace(1.0, 0.1, len(values))
    turned = left.T @ orthogonal((left * values) @ right) @ right.T
    assert torch.dist(turned, torch.diag(turned.diagonal())) < 1e-3
    assert turned.diagonal().min() > 0.6 and turned.diagonal().max() < 1.3


def test_one_by_one_matrices_follow_the_quintic_by_hand():
    value = 1.0  # 5 divided by its norm
    for _ in range(ITERATIONS):
        value = 3.4445 * value - 4.7750 * value**3 + 2.0315 * value**5
    assert orthogonal(torch.tensor([[5.0]])).item() == pytest.approx(value, rel=1e-5)


def test_steps_are_those_of_torch_up_to_the_rounding_of_bfloat16():
    shapes = (16, 16), (48, 16), (16, 48)
    ours, theirs = matrices(*shapes), matrices(*shapes)
    starts = [p.detach().clone() for p in ours]
    optimizers = (
        Muon(ours, lr=0.02),
        torch.optim.Muon(theirs, lr=0.02, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"),
    )
    generator = torch.Generator().manual_seed(2)
    for _ in range(4):
        for mine, other in zip(ours, theirs):
            mine.grad = torch.randn(mine.shape, generator=generator)
            other.grad = mine.grad.clone()
        for optimizer in optimizers:
            optimizer.step()
    for mine, other, start in zip(ours, theirs, starts):
        assert torch.dist(mine, other) < 0.02 * torch.dist(other, start)


def test_matrices_without_a_gradient_stay():
    moved, still = matrices((4, 4), (4, 4))
    before = still.detach().clone()
    moved.grad = torch.ones(4, 4)
    Muon([moved, still], lr=0.1).step()
    assert torch.equal(still, before)


def test_vectors_are_refused():
    with pytest.raises(ValueError, match="is no matrix"):
        Muon([torch.nn.Parameter(torch.ones(3))], lr=0.1)
