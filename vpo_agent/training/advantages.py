"""Advantage estimators: pure functions, shared by the agents and the TRL and verl integrations.

Shapes: rewards (P, G, m, d) for P groups of G rollouts with m answers each; weights (P, K, d), one set of
weightings per group, shared by its rollouts; scores and advantages (P, G). An estimator combines a
rollout score (`pool_credit`, `set_score`, `max_at_k_score`, `decoupled_score`) with a baseline and a scale
(`group_normalize`, `batch_normalize`, `mean_normalize`, `leave_two_out`). `answer_advantages` gives each
answer of a rollout an advantage of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs.metrics import max_at_k_weights

Array = NDArray[np.float64]
EPSILON = 1e-6
REDUCTIONS: dict[str, Callable[..., Any]] = {"sum": np.sum, "max": np.max, "mean": np.mean}


def utilities(rewards: ArrayLike, weights: ArrayLike, anytime: bool = False) -> Array:
    """Returns the value of each rollout's set under each weighting, shape (P, G, K).

    The value is that of the best answer, `max_y w . r(y)`. With `anytime` it is the expected best of j
    answers drawn from the set, averaged over j = 1..m, so that every answer counts.

    Args:
        rewards: Shape (P, G, m, d).
        weights: Shape (P, K, d).
        anytime: Whether every answer counts, or only the best one.

    Example:
        >>> rewards = [[[[0.3], [0.9], [0.6]]]]    # best of 1, 2 and 3: 0.6, 0.8, 0.9
        >>> [utilities(rewards, [[[1.0]]], anytime).round(4).item() for anytime in (False, True)]
        [0.9, 0.7667]
    """
    rewards, weights = np.asarray(rewards, float), np.asarray(weights, float)
    columns = np.ascontiguousarray(np.swapaxes(weights, 1, 2))
    m = rewards.shape[2]
    if anytime:
        values = np.sort([rewards[:, :, answer] @ columns for answer in range(m)], axis=0)
        shares = np.mean([max_at_k_weights(m, j) for j in range(1, m + 1)], axis=0)
        return np.asarray(np.tensordot(shares, values, 1))
    best = rewards[:, :, 0] @ columns
    for answer in range(1, m):  # one answer at a time: (P, G, K) stays in the cache
        np.maximum(best, rewards[:, :, answer] @ columns, out=best)
    return np.asarray(best)


def pool_credit(rewards: ArrayLike, weights: ArrayLike, k: int = 1, anytime: bool = False) -> Array:
    """Returns the expected share of each rollout in pools of k rollouts, averaged over the weightings.

    With `u_g(w) = max_{y in S_g} w . r(y)` and i the ascending rank of rollout g under w among G,

        score_g = mean_w [C(i-1, k-1) u_(i)(w) + sum_{j>i} C(j-2, k-2) u_(j)(w)] / C(G-1, k-1).

    This is the mean over w of the expected maximum of u(w) over a uniformly random k-subset of the group
    that contains g. For k = 1 it is the set score of VPO (arXiv 2605.22817). With one answer per rollout
    and one fixed weighting, it is the max@k gradient weight of arXiv 2510.23393, up to the factor k/G.
    With k = 1 as well, it is the scalar reward that GRPO uses.

    Args:
        rewards: Shape (P, G, m, d).
        weights: Shape (P, K, d).
        k: Pool size, 1..G.
        anytime: See `utilities`.

    Returns:
        Scores, shape (P, G).

    Raises:
        ValueError: If k is not in 1..G.

    Example:
        >>> rewards = np.array([[[[1.0, 0.0]], [[0.0, 1.0]], [[0.5, 0.5]]]])    # 3 single answers
        >>> pool_credit(rewards, [[[1.0, 0.0], [0.0, 1.0]]], k=2).round(4).tolist()
        [[0.875, 0.875, 0.75]]
    """
    offered = utilities(rewards, weights, anytime)
    groups = offered.shape[1]
    if not 1 <= k <= groups:
        raise ValueError(f"pool_size={k} must lie between 1 and group_size={groups}")
    if k == 1:
        return np.asarray(offered.mean(axis=-1))
    prompts, _, weightings = offered.shape
    # Non-negative floats sort like their bit patterns. With the rollout's index in the lowest bits, one
    # sort of integers replaces an argsort; it is exact to 1e-13 for up to 512 rollouts.
    # A constant added to all utilities is added to all credits, so utilities can be shifted above 0.
    lowest = np.fmin.reduce(offered, axis=None)  # ignores NaN, which stays in its own group
    numbers = (1 << (groups - 1).bit_length()) - 1
    keys = (np.swapaxes(offered, 1, 2) - lowest).view(np.int64)
    keys = np.ascontiguousarray(keys)
    keys &= ~numbers
    keys |= np.arange(groups)
    keys.sort(axis=-1)
    credit = keys.view(np.float64) @ _credit_matrix(groups, k)
    keys &= numbers
    keys += np.arange(prompts)[:, None, None] * groups
    totals = np.bincount(keys.ravel(), credit.ravel(), prompts * groups)
    totals[totals < np.finfo(float).tiny] = 0.0  # nothing but indices, which are subnormal as floats
    return np.asarray(totals.reshape(prompts, groups) / weightings + lowest)


def answer_credit(rewards: ArrayLike, weights: ArrayLike, k: int) -> Array:
    """Returns the expected share of each answer in pools of k of the group's G * m answers.

    This is `pool_credit` with every answer as a rollout of its own.

    Args:
        rewards: Shape (P, G, m, d).
        weights: Shape (P, K, d).
        k: Answers per pool, 1..G * m.

    Returns:
        Shape (P, G, m).

    Raises:
        ValueError: If k is out of range.

    Example:
        >>> rewards = [[[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.5, 0.5]]]]    # 2 rollouts of 2 answers
        >>> answer_credit(rewards, [[[1.0, 0.0], [0.0, 1.0]]], k=2).round(4).tolist()
        [[[0.75, 0.75], [0.9167, 0.75]]]
    """
    rewards = np.asarray(rewards, float)
    p, g, m, d = rewards.shape
    return pool_credit(rewards.reshape(p, g * m, 1, d), weights, k).reshape(p, g, m)


def answer_losses(rewards: ArrayLike, weights: ArrayLike, k: int, later: float = 0.5) -> Array:
    """Returns what pools lose without an answer, and without all answers of a rollout.

    With `B_-T` the expected maximum of a random k-subset of the group's n = G * m answers without the
    answers T, averaged over the weightings, the loss is

        L_T = (n - k) / k (mean B_-T - B_-T).

    The mean is that of the same part of all rollouts: first answers are compared with first answers, since
    later ones face other odds. For one answer, `L_T` is its `answer_credit` minus the mean of the credits.
    Answer j has the loss of itself and of what follows, `(1 - later) L_{j} + later L_{j, ..., m}`.

    For every part of the rollouts, the sum of `mean B_-T - B_-T` times the gradient of the log-probability
    of the part is an unbiased estimate of the gradient of `E[B_-T]` if no answer outside T depends on it.
    This holds for T = {j, ..., m}, and for T = {j} where the answers of a rollout depend on one another only
    through the tokens before them all. So `later=1` is unbiased, and charges an answer for those that it
    leaves no room for; with `later=0` an answer's loss is free of the noise of later ones.

    Args:
        rewards: Shape (P, G, m, d).
        weights: Shape (P, K, d).
        k: Answers per pool, 1..(G - 1) * m.
        later: Weight of later answers, in [0, 1].

    Returns:
        Shape (P, G, 1 + m): all answers of the rollout first, then the m answers.

    Raises:
        ValueError: If k is not in 1..(G - 1) * m.
    """
    rewards, weights = np.asarray(rewards, float), np.asarray(weights, float)
    p, g, m, d = rewards.shape
    n = g * m
    if not 1 <= k <= n - m:
        raise ValueError(
            f"pool_size={k} must lie between 1 and {n - m}, the answers of all rollouts of a group but one"
        )
    values = np.swapaxes(rewards.reshape(p, n, d) @ np.swapaxes(weights, 1, 2), 1, 2)

    def rest(first: int) -> Array:
        """Returns `-(n - k) / k B_-T` for T the answers of a rollout from number `first`, shape (P, G)."""
        others = [np.delete(values, slice(start + first, start + m), axis=2) for start in range(0, n, m)]
        ranked = np.stack([np.sort(left, axis=2).mean(axis=1) for left in others], axis=1)
        return np.asarray(-(n - k) / k * (ranked @ max_at_k_weights(n - m + first, k)))

    shared, losses = rest(0)[..., None], answer_credit(rewards, weights, k)
    if later:
        following = np.concatenate([shared, *(rest(first)[..., None] for first in range(1, m))], axis=2)
        losses = (1 - later) * losses + later * following
    parts = np.concatenate([shared, losses], axis=2)
    return np.asarray(parts - parts.mean(axis=1, keepdims=True))


def answer_advantages(rewards: ArrayLike, weights: ArrayLike, k: int, later: float = 0.5) -> Array:
    """Returns the advantages of the answers, and those of the tokens that a rollout's answers share.

    These are `answer_losses`, divided by the root mean square over all answers of the group. With m = 1 they
    are, up to a factor, the leave-one-out gradient weights of PKPO (arXiv 2505.15201) under every weighting.

    Args:
        rewards: Shape (P, G, m, d).
        weights: Shape (P, K, d).
        k: Answers per pool, 1..(G - 1) * m.
        later: Weight of later answers in an answer's advantage, in [0, 1].

    Returns:
        Shape (P, G, 1 + m): the shared tokens first, then the m answers. All are 0 in groups without
        differences between rollouts. With m = 1 both are the normalized `pool_credit`.

    Raises:
        ValueError: If k is not in 1..(G - 1) * m.
    """
    losses = answer_losses(rewards, weights, k, later)
    if losses.shape[2] == 2:
        single = group_normalize(pool_credit(rewards, weights, k))
        return np.repeat(single[..., None], 2, axis=2)
    spread = np.sqrt((losses[..., 1:] ** 2).mean(axis=(1, 2), keepdims=True))
    return np.where(spread < EPSILON, 0.0, losses / (spread + EPSILON))


def set_score(rewards: ArrayLike, weights: ArrayLike, reduction: str = "sum") -> Array:
    """Returns the reduced scalar rewards of each rollout (Multi-RLVR, an ablation in arXiv 2605.22817).

    Args:
        rewards: Shape (P, G, m, d).
        weights: Shape (P, K, d), averaged over K; Multi-RLVR has one fixed weighting.
        reduction: A key of `REDUCTIONS`.

    Returns:
        Scores, shape (P, G).

    Raises:
        ValueError: If there is no such reduction.

    Example:
        >>> set_score([[[[0.5], [1.0]]]], [[[1.0]]], "mean").tolist()
        [[0.75]]
    """
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction={reduction!r} must be one of {', '.join(REDUCTIONS)}")
    scalars = np.einsum("pgmd,pd->pgm", np.asarray(rewards), np.asarray(weights, float).mean(axis=1))
    return np.asarray(REDUCTIONS[reduction](scalars, axis=-1))


def max_at_k_score(rewards: ArrayLike, weights: ArrayLike, k: int) -> Array:
    """Returns the unbiased max@k gradient weights (arXiv 2510.23393).

    With the scalar rewards of n rollouts sorted ascending,

        A_i = [C(i-1, k-1) r_i + sum_{j>i} C(j-2, k-2) r_j] / C(n, k).

    This is `pool_credit`, which divides by C(n-1, k-1), times k / n.

    Args:
        rewards: Shape (P, n, m, d).
        weights: Shape (P, K, d).
        k: Pool size, 1..n.

    Returns:
        Gradient weights, shape (P, n).

    Raises:
        ValueError: If k is out of range.
    """
    return pool_credit(rewards, weights, k) * (k / np.shape(rewards)[1])


def decoupled_score(rewards: ArrayLike, weights: ArrayLike) -> Array:
    """Returns the weighted sum of objectives, each normalized over its group (GDPO).

    `sum_i w_i (r_i - mean r_i) / std r_i` (arXiv 2601.05242), where r_i is the rollout's maximum of
    objective i over its answers.

    Args:
        rewards: Shape (P, G, m, d).
        weights: Shape (P, K, d), averaged over K.

    Returns:
        Scores, shape (P, G).
    """
    per_objective = group_normalize(np.asarray(rewards, float).max(axis=2))
    return np.asarray(np.einsum("pgd,pd->pg", per_objective, np.asarray(weights, float).mean(axis=1)))


def group_normalize(scores: ArrayLike) -> Array:
    """Returns `(s - mean) / (std + 1e-6)` over each group, population std; 0 where std < 1e-6 (GRPO)."""
    scores = np.asarray(scores, float)
    spread = scores.std(axis=1, keepdims=True)
    centred = scores - scores.mean(axis=1, keepdims=True)
    return np.where(spread < EPSILON, 0.0, centred / (spread + EPSILON))


def batch_normalize(scores: ArrayLike) -> Array:
    """Returns `group_normalize` with the whole batch as one group, shape (P, G).

    Groups with a score that is not finite are NaN, and left out of the batch's mean and deviation.
    """
    scores = np.asarray(scores, float)
    finite = np.isfinite(scores).all(axis=1)
    normalized = np.full_like(scores, np.nan)
    if finite.any():
        kept = scores[finite]
        normalized[finite] = group_normalize(kept.reshape(1, -1)).reshape(kept.shape)
    return normalized


def mean_normalize(scores: ArrayLike) -> Array:
    """Returns `(s - mean) / (mean + 1e-6)` over each group; 0 where the mean is 0 (arXiv 2602.02710)."""
    scores = np.asarray(scores, float)
    mean = scores.mean(axis=1, keepdims=True)
    return np.where((mean > 0) | np.isnan(mean), (scores - mean) / (mean + EPSILON), 0.0)


def leave_two_out(credit: ArrayLike, k: int) -> Array:
    """Returns max@k advantages with the leave-two-out baseline (arXiv 2606.06080).

    The signal is the improvement of answer i on k - 1 others, `mean_J max(r_i - max_J, 0)`. Its baseline
    is the mean of the other answers' signals in the group without i, so that both of every pair are left
    out. All compared pools thus have the same size. With `C_i` the credit of answer i (`pool_credit`), the
    difference is `n / (n - k) (C_i - mean C)`. It is centred in every group. For k = 1 the baseline reduces
    to the mean, up to the factor n / (n - 1).

    Args:
        credit: Expected maximum of a random k-subset that contains the answer, shape (P, n).
        k: Size of the subsets, below n.

    Returns:
        Advantages, shape (P, n), with mean zero in every group.
    """
    credit = np.asarray(credit, float)
    n = credit.shape[1]
    return n / (n - k) * (credit - credit.mean(axis=1, keepdims=True))


def _credit_matrix(n: int, k: int) -> Array:
    """Returns the credit of rank i (column) for the j-th smallest utility (row), shape (n, n).

    C(i-1, k-1) / C(n-1, k-1) on the diagonal, C(j-2, k-2) / C(n-1, k-1) below it.
    """
    total = comb(n - 1, k - 1)
    own = [comb(i - 1, k - 1) / total for i in range(1, n + 1)]
    above = [comb(j - 2, k - 2) / total if j >= 2 else 0.0 for j in range(1, n + 1)]
    return np.tril(np.broadcast_to(np.array(above)[:, None], (n, n)), -1) + np.diag(own)
