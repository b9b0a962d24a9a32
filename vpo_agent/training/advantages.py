"""Advantage estimators: rewards of a group of rollouts in, one number per rollout out.

Pure functions. Shapes: rewards (P, G, m, d) for P groups of G rollouts with m answers each; weights
(P, K, d), one set of weightings per group, shared by its rollouts; scores and advantages (P, G).
"""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs.metrics import max_at_k_weights

Array = NDArray[np.float64]
EPSILON = 1e-6


def utilities(rewards: ArrayLike, weights: ArrayLike, anytime: bool = False) -> Array:
    """What each rollout's set offers under each weighting, shape (P, G, K).

    The best answer, `max_y w . r(y)`; or `anytime` the expected best of j answers drawn from the set,
    averaged over j = 1..m, in which every answer counts.

    Args:
        rewards: Shape (P, G, m, d).
        weights: Shape (P, K, d).
        anytime: Which of the two.

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
    """Expected share of each rollout in pools of k rollouts, averaged over the weightings.

    With `u_g(w) = max_{y in S_g} w . r(y)` and i the ascending rank of rollout g under w among G,

        score_g = mean_w [C(i-1, k-1) u_(i)(w) + sum_{j>i} C(j-2, k-2) u_(j)(w)] / C(G-1, k-1),

    which is the mean over w of the expected maximum of u(w) over a uniformly random k-subset of the
    group that contains g. k = 1 is the set score of VPO (arXiv 2605.22817); with one answer per
    rollout and one fixed weighting it is the max@k gradient weight of arXiv 2510.23393 up to the
    factor k/G, and with k = 1 besides, the plain score of GRPO.

    Args:
        rewards: Shape (P, G, m, d).
        weights: Shape (P, K, d).
        k: Pool size, 1..G.
        anytime: What a rollout's set offers, see `utilities`.

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
    # Non-negative floats sort like their bit patterns, so the rollout's number rides in the lowest
    # bits: one sort of integers instead of an indirect one, exact to 1e-13 for up to 512 rollouts.
    # Adding a constant to all utilities adds it to all credits, so they may as well be shifted above 0.
    lowest = offered.min()
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
    return np.asarray(totals.reshape(prompts, groups) / weightings + lowest)


def group_normalize(scores: ArrayLike) -> Array:
    """`(s - mean) / (std + 1e-6)` over each group, population std; 0 where std < 1e-6 (GRPO)."""
    scores = np.asarray(scores, float)
    spread = scores.std(axis=1, keepdims=True)
    centred = scores - scores.mean(axis=1, keepdims=True)
    return np.where(spread < EPSILON, 0.0, centred / (spread + EPSILON))


def _credit_matrix(n: int, k: int) -> Array:
    """What the j-th smallest utility (row) pays to rank i (column), shape (n, n).

    C(i-1, k-1) / C(n-1, k-1) on the diagonal, C(j-2, k-2) / C(n-1, k-1) below it.
    """
    total = comb(n - 1, k - 1)
    own = [comb(i - 1, k - 1) / total for i in range(1, n + 1)]
    above = [comb(j - 2, k - 2) / total if j >= 2 else 0.0 for j in range(1, n + 1)]
    return np.tril(np.broadcast_to(np.array(above)[:, None], (n, n)), -1) + np.diag(own)
