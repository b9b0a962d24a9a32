"""A bandit with shared tokens, in which expectations over groups of rollouts are exact."""

from itertools import combinations, product

import numpy as np

from vpo_agent.training.advantages import answer_losses


def best_of(rewards, weights, k):
    """Expected maximum of all k-subsets of answers (n, d), averaged over the weights (K, d)."""
    values = rewards.astype(float) @ weights.T
    return np.mean([values[list(pool)].max(axis=0).mean() for pool in combinations(range(len(values)), k)])


class Bandit:
    """Rollouts of two answers, each one of three arms, after one of two shared tokens; exact expectations.

    Args:
        influence: How much the odds of the second answer depend on the first one.
    """

    g, m, k = 2, 2, 2
    rewards = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.6]])
    weights = np.array([[[0.8, 0.2], [0.3, 0.7]]])

    def __init__(self, influence=0.0):
        rng = np.random.default_rng(3)
        self.shared = rng.normal(size=2)
        self.arms = 3 * rng.normal(size=(2, 2, 3))  # (answer, token, arm)
        self.pull = influence * rng.normal(size=(3, 3))  # of the first answer on the second

    def chains(self):
        """Every rollout, its probability, and the gradients of the log-probability of its parts."""
        first = np.exp(self.shared) / np.exp(self.shared).sum()
        for token in range(2):
            for pair in product(range(3), repeat=2):
                logits = self.arms[0, token], self.arms[1, token] + self.pull[pair[0]]
                odds = [np.exp(each) / np.exp(each).sum() for each in logits]
                slopes = np.zeros((2, 2, 3))
                for slope, arm, chances in zip(slopes, pair, odds):
                    slope[token] = np.eye(3)[arm] - chances
                probability = first[token] * odds[0][pair[0]] * odds[1][pair[1]]
                yield pair, probability, np.eye(2)[token] - first, slopes

    def expected(self, value):
        """The expectation of a function of a group's rewards (G, m, d) and its rollouts."""
        total = 0.0
        for group in product(list(self.chains()), repeat=self.g):
            rewards = np.stack([self.rewards[list(pair)] for pair, *_ in group])
            total = total + np.prod([p for _, p, *_ in group]) * value(rewards, group)
        return total

    def slope(self, parameters, missing, step=1e-5):
        """The derivatives of the expected best of k of the group without some answers, by differences."""

        def best(rewards, _):
            return best_of(np.delete(rewards.reshape(-1, 2), missing, axis=0), self.weights[0], self.k)

        found = np.zeros_like(parameters)
        for place in np.ndindex(parameters.shape):
            middle = parameters[place]
            sides = []
            for side in (1, -1):
                parameters[place] = middle + side * step
                sides.append(self.expected(best))
            parameters[place] = middle
            found[place] = (sides[0] - sides[1]) / (2 * step)
        return found

    def estimate(self, part, later):
        """The expectation of the sum of a part's advantages, unscaled, times its gradients."""
        n = self.g * self.m

        def of_group(rewards, group):
            losses = answer_losses(rewards[None], self.weights, self.k, later)[0, :, part]
            own = losses * self.k / (n - self.k)
            slopes = [shared if part == 0 else arms[part - 1] for *_, shared, arms in group]
            return np.tensordot(own, slopes, 1)

        return self.expected(of_group)

    def bias(self, part, later, missing):
        """The largest error of the estimate of a gradient, which must not be zero itself."""
        parameters = self.arms if part else self.shared
        slope = self.slope(parameters, missing)
        exact = slope[part - 1] if part else slope
        assert np.abs(exact).max() > 1e-4
        return np.abs(self.estimate(part, later) - exact).max()
