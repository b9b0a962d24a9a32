"""Muon: an optimizer with momentum and orthogonalized steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5
BATCH = 2**26  # matrix entries updated together; bounds memory


class Muon(torch.optim.Optimizer):
    """Muon (K. Jordan, 2024, https://kellerjordan.github.io/posts/muon) for the matrices inside a model.

    `torch.optim.Muon` iterates in bfloat16. On a CPU without bfloat16 instructions, its step takes 17 to 20
    times as long (522 to 626 ms against 31; `benchmarks/muon.py`, three runs on one core of an AMD EPYC).
    This implementation uses bfloat16 on accelerators only.

    Args:
        params: Matrices.
        lr: Step size; the root mean square of a step is about 0.2 times it, as for AdamW.
        momentum: Decay of the gradients' running mean, in [0, 1).
        weight_decay: Decoupled weight decay, at least 0.

    Raises:
        ValueError: If a parameter is not a matrix.

    Example:
        >>> matrix = torch.nn.Parameter(torch.eye(2))
        >>> optimizer = Muon([matrix], lr=0.1)
        >>> matrix.grad = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
        >>> optimizer.step()
        >>> bool((matrix.diagonal() < 1).all())
        True
    """

    def __init__(
        self, params: Iterable[Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0.01
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        for group in self.param_groups:
            for p in group["params"]:
                if p.ndim != 2:
                    raise ValueError(f"params: shape {tuple(p.shape)} is not a matrix; give it to AdamW")

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]  # no closures
        """Updates every matrix that has a gradient."""
        for group in self.param_groups:
            alike: dict[Any, list[Tensor]] = defaultdict(list)
            for p in group["params"]:
                if p.grad is not None:
                    # On a GPU, launching a small product takes longer than computing it.
                    alike[p if p.device.type == "cpu" else (p.shape, p.dtype, p.device)].append(p)
            for parameters in alike.values():
                some = max(1, BATCH // parameters[0].numel())
                for first in range(0, len(parameters), some):
                    self._move(parameters[first : first + some], **group)

    def _move(
        self, parameters: list[Tensor], lr: float, momentum: float, weight_decay: float, **_: Any
    ) -> None:
        """Takes a step for matrices of one shape."""
        ahead = []
        for p in parameters:
            state, gradient = self.state[p], p.grad
            assert gradient is not None
            if not state:
                state["mean"] = torch.zeros_like(gradient)
            mean = state["mean"].lerp_(gradient, 1 - momentum)
            ahead.append(gradient.lerp(mean, momentum))  # Nesterov momentum
        turned = orthogonal(ahead[0])[None] if len(ahead) == 1 else orthogonal(torch.stack(ahead))
        for p, direction in zip(parameters, turned):
            p.mul_(1 - lr * weight_decay)
            p.add_(direction.to(p.dtype), alpha=-0.2 * max(p.shape) ** 0.5 * lr)


def orthogonal(matrix: Tensor) -> Tensor:
    """Orthogonalizes a matrix approximately by a quintic Newton-Schulz iteration.

    Args:
        matrix: Shape (n, m), or a batch of shape (b, n, m).

    Returns:
        A tensor of the same shape and singular vectors, with most singular values between 0.7 and 1.2;
        float32 on a CPU, else bfloat16.
    """
    a, b, c = COEFFICIENTS
    add = torch.addmm if matrix.ndim == 2 else torch.baddbmm
    x = matrix.to(torch.float32 if matrix.device.type == "cpu" else torch.bfloat16)
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    x = x / x.norm(dim=(-2, -1), keepdim=True).clamp(min=1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.mT
        x = add(x, add(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x
