"""A Pareto archive of bounded size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import moocore
import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_agent.common.settings import check_at_least

Item = TypeVar("Item")
BATCH = 256  # vectors added at once; bounds memory


class ParetoArchive(Generic[Item]):
    """A set of items with nondominated reward vectors; of equal vectors only the first is kept.

    An archive above its capacity is thinned to three quarters of it, so that not every insertion needs
    thinning. The best vector under the weights is kept, then repeatedly the vector farthest from all kept
    ones (Gonzalez 1985: the largest gap is at most twice the optimum). Distances are L1, as in
    `metrics.diversity`.

    Args:
        weights: Preference weights of the vector that is always kept, shape (d,).
        capacity: Maximum number of items, at least 1.

    Attributes:
        rewards: Reward vectors, shape (len(archive), d), oldest first.
        items: Items of the reward vectors.

    Raises:
        ValueError: If the capacity is below 1.

    Example:
        >>> archive = ParetoArchive([0.5, 0.5])
        >>> archive.add([[0.2, 0.0], [1.0, 0.0], [0.0, 0.9]], ["weak", "left", "right"])
        >>> archive.items
        ['left', 'right']
    """

    def __init__(self, weights: ArrayLike, capacity: int = 64) -> None:
        check_at_least({"capacity": capacity}, capacity=1)
        self.weights = np.asarray(weights, float)
        self.capacity = capacity
        self.rewards: NDArray[np.float64] = np.zeros((0, len(self.weights)))
        self.items: list[Item] = []

    def __len__(self) -> int:
        return len(self.items)

    def add(self, rewards: ArrayLike, items: Sequence[Item]) -> None:
        """Adds a batch of items and removes dominated ones.

        Args:
            rewards: Reward vectors, shape (n, d).
            items: The n items of the vectors.

        Raises:
            ValueError: If the shapes do not match.
        """
        rewards = np.asarray(rewards, float)
        if rewards.shape != (len(items), len(self.weights)):
            raise ValueError(
                f"rewards have shape {rewards.shape}, and must have ({len(items)}, {len(self.weights)}): "
                "items and objectives"
            )
        for start in range(0, len(rewards), BATCH):
            self._add(rewards[start : start + BATCH], items[start : start + BATCH])

    def _add(self, rewards: NDArray[np.float64], items: Sequence[Item]) -> None:
        # Most vectors offered to a good archive are no better than a member; this check is fast.
        if (self.rewards[:, None] >= rewards).all(axis=-1).any(axis=0).all():
            return
        together = np.concatenate([self.rewards, rewards])
        kept = np.flatnonzero(moocore.is_nondominated(together, maximise=True))
        if len(kept) > self.capacity:
            front = together[kept]
            best = int((front @ self.weights).argmax())
            kept = kept[farthest(front, best, self.capacity - self.capacity // 4)]
        everything = [*self.items, *items]
        self.rewards = together[kept]
        self.items = [everything[i] for i in kept]


def farthest(points: NDArray[np.float64], first: int, n: int) -> NDArray[np.intp]:
    """Selects `n` points far apart: `first`, then repeatedly the point farthest from all selected ones.

    Args:
        points: Points, shape (N, d).
        first: Index of the first point.
        n: Number of points, at most N.

    Returns:
        Indices in ascending order, shape (n,).

    Example:
        >>> farthest(np.array([[0.0], [0.1], [0.5], [1.0]]), first=0, n=3).tolist()
        [0, 2, 3]
    """
    chosen = [first]
    gaps = np.abs(points - points[first]).sum(axis=1)
    while len(chosen) < n:
        chosen.append(int(gaps.argmax()))
        gaps = np.minimum(gaps, np.abs(points - points[chosen[-1]]).sum(axis=1))
    return np.sort(chosen)
