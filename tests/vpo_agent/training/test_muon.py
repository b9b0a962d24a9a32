import pytest
import torch

from vpo_agent.training.muon import ITERATIONS, Muon, orthogonal


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


def test_matrices_of_one_shape_move_together_as_they_do_alone():
    alone, together = matrices((16, 48), (16, 48)), matrices((16, 48), (16, 48))
    optimizers = Muon(alone, lr=0.02), Muon(together, lr=0.02)
    generator = torch.Generator().manual_seed(3)
    for _ in range(3):
        for mine, other in zip(alone, together):
            mine.grad = torch.randn(mine.shape, generator=generator)
            other.grad = mine.grad.clone()
        optimizers[0].step()
        with torch.no_grad():
            optimizers[1]._move(together, **optimizers[1].param_groups[0])
    for mine, other in zip(alone, together):
        torch.testing.assert_close(mine, other)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="on a GPU matrices of one shape move together")
def test_steps_on_a_gpu_are_those_on_a_cpu_up_to_the_rounding_of_bfloat16():
    shapes = (16, 48), (16, 48), (32, 32)
    here, there = matrices(*shapes), [torch.nn.Parameter(p.detach().cuda()) for p in matrices(*shapes)]
    starts = [p.detach().clone() for p in here]
    for mine, other in zip(here, there):
        mine.grad = torch.randn(mine.shape, generator=torch.Generator().manual_seed(4))
        other.grad = mine.grad.cuda()
    for parameters in (here, there):
        Muon(parameters, lr=0.02).step()
    for mine, other, start in zip(here, there, starts):
        assert torch.dist(mine, other.cpu()) < 0.02 * torch.dist(mine, start)


def test_matrices_without_a_gradient_stay():
    moved, still = matrices((4, 4), (4, 4))
    before = still.detach().clone()
    moved.grad = torch.ones(4, 4)
    Muon([moved, still], lr=0.1).step()
    assert torch.equal(still, before)


def test_vectors_are_refused():
    with pytest.raises(ValueError, match="is not a matrix"):
        Muon([torch.nn.Parameter(torch.ones(3))], lr=0.1)
