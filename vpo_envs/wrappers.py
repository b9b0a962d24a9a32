"""Wrappers that turn vector rewards into scalars over the pool, and that record pools.

`Scalarize`, `RandomScalarization` and `SetReward` are one idea: the value of a pool is
`mean_w max_{y in pool} w . r(y)`, and the reward of a step is the increase of that value. Over an episode the
sum telescopes to the value of the whole pool; with one turn and one answer it is `w . r`.
"""

from __future__ import annotations

from typing import Any, SupportsFloat

import gymnasium as gym
import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs import metrics
from vpo_envs.scalarization import Weights, check_alpha, check_weights, sample_weights


class PoolValue(gym.Wrapper[Any, Any, Any, Any], gym.utils.RecordConstructorArgs):
    """Base of the scalarizing wrappers: the reward of a step is the increase of the value of the pool.

    Subclasses implement `draw_weights`, called at every reset. The reward is a Python float, as
    Stable-Baselines3 demands; the vector or matrix is kept in `info["reward_vector"]`.

    Args:
        env: An environment with reward vectors (d,) or matrices (m, d) and a `reward_space`.
        **arguments: The subclass's own, recorded in `spec`.

    Raises:
        ValueError: If the rewards of the environment are scalars already.
    """

    def __init__(self, env: gym.Env[Any, Any], **arguments: Any) -> None:
        gym.utils.RecordConstructorArgs.__init__(self, **arguments)
        gym.Wrapper.__init__(self, env)
        self.dimension = reward_dimension(env)
        self.reward_space = gym.spaces.Box(0.0, 1.0, (), np.float64)
        self.current_weights: Weights = np.zeros((0, self.dimension))
        self._best: NDArray[np.float64] = np.zeros(0)

    def draw_weights(self) -> Weights:
        """Returns the weightings of the coming episode, shape (K, d)."""
        raise NotImplementedError

    def spawn_generator(self) -> np.random.Generator:
        """Returns a child of the environment's seeded generator.

        The parent, which draws the tasks, does not advance: under one seed every wrapper sees the same
        tasks.
        """
        return self.env.unwrapped.np_random.spawn(1)[0]

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Resets the environment, then draws the weightings, which are put in `info["weights"]`."""
        observation, info = self.env.reset(seed=seed, options=options)
        self.current_weights = self.draw_weights()
        # Rewards are at least 0, so an empty pool is worth 0.
        self._best = np.zeros(len(self.current_weights))
        return observation, {**info, "weights": self.current_weights.copy()}

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Steps; the reward is the increase of `mean_w max_{y in pool} w . r(y)`."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        vectors = np.array(reward, float).reshape(-1, self.dimension)
        best = np.maximum(self._best, (vectors @ self.current_weights.T).max(axis=0))
        gain = float(best.mean() - self._best.mean())
        self._best = best
        return observation, gain, terminated, truncated, {**info, "reward_vector": np.array(reward)}


class Scalarize(PoolValue):
    """The fixed scalar `w . r`.

    Args:
        env: An environment with vector rewards.
        weights: A point on the simplex, shape (d,); default: the domain's fixed scalarization `w*`.

    Raises:
        ValueError: If the weights are not a point on the simplex.
    """

    def __init__(self, env: gym.Env[Any, Any], weights: ArrayLike | None = None) -> None:
        super().__init__(env, weights=weights)
        if weights is None:
            weights = env.get_wrapper_attr("weights")
        self.weights = check_weights(np.ravel(weights), self.dimension)

    def draw_weights(self) -> Weights:
        """Returns the same single weighting every time."""
        return self.weights[None]


class RandomScalarization(PoolValue):
    """The scalar `w . r` with `w ~ Dir(alpha)` drawn at every reset.

    Args:
        env: An environment with vector rewards.
        alpha: Concentration of the Dirichlet distribution, positive.
        in_prompt: Write the weights into the prompt (goal conditioning).
    """

    def __init__(self, env: gym.Env[Any, Any], alpha: float = 1.0, in_prompt: bool = False) -> None:
        super().__init__(env, alpha=alpha, in_prompt=in_prompt)
        self.alpha = check_alpha(alpha)
        self.in_prompt = in_prompt

    def draw_weights(self) -> Weights:
        """Draws one weighting."""
        return sample_weights(self.spawn_generator(), 1, self.dimension, self.alpha)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Resets, draws the weights and, if asked, writes them into the prompt."""
        prompt, info = super().reset(seed=seed, options=options)
        return self._with_weights(prompt), info

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Steps; the prompt of a further turn shows the weights too."""
        prompt, *rest = super().step(action)
        return (self._with_weights(prompt), *rest)  # type: ignore[return-value]

    def _with_weights(self, prompt: str) -> str:
        if not self.in_prompt:
            return prompt
        names = self.env.get_wrapper_attr("objective_names")
        return prompt + f"\n{describe_weights(names, self.current_weights[0])}"


class SetReward(PoolValue):
    """The set score of VPO (arXiv 2605.22817): `E_{w ~ Dir(alpha)}[max_{y in S} w . r(y)]`.

    Args:
        env: An environment with vector rewards, usually with `num_candidates > 1`.
        alpha: Concentration of the Dirichlet distribution, positive.
        n_weights: Weightings drawn at every reset to estimate the expectation.
    """

    def __init__(self, env: gym.Env[Any, Any], alpha: float = 1.0, n_weights: int = 100) -> None:
        super().__init__(env, alpha=alpha, n_weights=n_weights)
        if n_weights < 1:
            raise ValueError(f"n_weights={n_weights} must be at least 1")
        self.alpha = check_alpha(alpha)
        self.n_weights = n_weights

    def draw_weights(self) -> Weights:
        """Draws `n_weights` weightings."""
        return sample_weights(self.spawn_generator(), self.n_weights, self.dimension, self.alpha)


def describe_weights(names: tuple[str, ...], weights: ArrayLike) -> str:
    """Returns the line of a prompt that names the weights: `Weights: gold 0.70, diamond 0.30`."""
    parts = (f"{name} {weight:.2f}" for name, weight in zip(names, np.asarray(weights, float)))
    return "Weights: " + ", ".join(parts)


def reward_dimension(env: gym.Env[Any, Any]) -> int:
    """Returns the number of objectives d of an environment with vector rewards.

    Raises:
        ValueError: If its rewards are scalars.
    """
    shape = env.get_wrapper_attr("reward_space").shape
    if not shape:
        raise ValueError(f"env={env} has scalar rewards; wrap the environment with the vector rewards")
    return int(shape[-1])


class PoolStatistics(gym.Wrapper[Any, Any, Any, Any], gym.utils.RecordConstructorArgs):
    """Summaries of the pools of episodes, in `info["pool"]` of their last steps.

    Keys: `rewards` (n, d) of the answers given, `best` (under the fixed scalarization), `diversity`,
    `hypervolume` (up to 31 objectives). Apply it below the scalarizing wrappers, where rewards are vectors.

    Args:
        env: An environment with vector rewards and a fixed scalarization `weights`.

    Raises:
        ValueError: If the rewards of the environment are scalars already.
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        gym.utils.RecordConstructorArgs.__init__(self)
        gym.Wrapper.__init__(self, env)
        self.dimension = reward_dimension(env)
        self.weights = check_weights(env.get_wrapper_attr("weights"), self.dimension)
        self._pool: list[NDArray[np.float64]] = []

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Resets and empties the pool."""
        self._pool = []
        return self.env.reset(seed=seed, options=options)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Steps and records; the last step of an episode carries the summary."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        # The rows of a matrix beyond the candidates given are padding, not answers.
        given = 1 if isinstance(action, str) else len(action)
        self._pool.append(np.array(reward, float).reshape(-1, self.dimension)[:given])
        if terminated or truncated:
            pool = np.concatenate(self._pool)
            summary: dict[str, Any] = {
                "rewards": pool,
                "best": float((pool @ self.weights).max(initial=0.0)),
                "diversity": metrics.diversity(pool),
            }
            if self.dimension <= metrics.HYPERVOLUME_OBJECTIVES:
                summary["hypervolume"] = metrics.hypervolume(pool)
            info = {**info, "pool": summary}
        return observation, reward, terminated, truncated, info
