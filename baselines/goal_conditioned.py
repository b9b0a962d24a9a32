"""Goal conditioning: one policy for all weightings, told in the prompt which one counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from baselines.random_weighting import RandomWeighting, RandomWeightingConfig
from vpo_agent.goals import Goal, GoalTasks
from vpo_agent.rollout import Rollouts, collect
from vpo_agent.sampling import Sampling
from vpo_agent.seeds import Seed, child
from vpo_envs.scalarization import Weights, check_weights, sample_weights

POOLS = ("drawn", "fixed")


@dataclass(frozen=True, kw_only=True)
class GoalConditionedConfig(RandomWeightingConfig):
    """Settings of goal conditioning beside those of random weighting.

    Attributes:
        pools: What a pool that is measured is asked for: `drawn`, every rollout under a weighting of
            its own from the training distribution, which is how such a policy covers a front; or
            `fixed`, all under the fixed scalarization `w*`.
    """

    pools: str = "drawn"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.pools not in POOLS:
            raise ValueError(f"pools={self.pools!r} must be one of {', '.join(POOLS)}")


class GoalConditioned(RandomWeighting):
    """One policy conditioned on weights, as in arXiv 1809.07803, here through the prompt.

    A rollout is scored `w . r` with one `w ~ Dir(alpha)` per prompt and step, and the prompt says
    which. With one objective it is GRPO, but for a line that never changes.
    """

    config_class = GoalConditionedConfig
    config: GoalConditionedConfig
    shows_goals = True

    def rollouts(
        self,
        tasks: list[Any],
        group_size: int,
        sampling: Sampling,
        seed: Seed,
        weights: Weights | None = None,
    ) -> Rollouts:
        """Completions of prompts that show the weights: in training the group's, else those of `pools`."""
        asked = GoalTasks(self.source, self.policy)
        if weights is not None:
            goals = [Goal(task, w[0]) for task, w in zip(tasks, weights)]
            found = collect(self.policy, asked, goals, self.config.chain, group_size, sampling, seed)
            return dataclasses.replace(found, tasks=tasks)
        if isinstance(seed, Sequence):
            own = np.concatenate([self._pool_weights(group_size, one) for one in seed])
            seed = [child(one, rollout) for one in seed for rollout in range(group_size)]
        else:
            own = self._pool_weights(len(tasks) * group_size, seed)
        goals = [Goal(tasks[i // group_size], weights) for i, weights in enumerate(own)]
        found = collect(self.policy, asked, goals, self.config.chain, 1, sampling, seed)
        return dataclasses.replace(
            found,
            tasks=tasks,
            rewards=found.rewards.reshape(len(tasks), group_size, *found.rewards.shape[2:]),
            answers=[
                [texts for (texts,) in found.answers[i * group_size : (i + 1) * group_size]]
                for i in range(len(tasks))
            ],
        )

    def predict(
        self,
        prompt: str,
        *,
        weights: ArrayLike | None = None,
        deterministic: bool = False,
        seed: int | None = None,
        **sampling: Any,
    ) -> tuple[tuple[str, ...], None]:
        """Candidates for one prompt under given weights.

        Args:
            prompt: What the environment shows.
            weights: What counts, a point on the simplex, shape (d,); default: the fixed
                scalarization `w*`.
            deterministic: See `Agent.predict`.
            seed: See `Agent.predict`.
            **sampling: See `Agent.predict`.

        Raises:
            ValueError: If the weights are not a point on the simplex.
        """
        chosen = self.source.weights if weights is None else weights
        chosen = check_weights(np.ravel(chosen), len(self.source.weights))
        if isinstance(prompt, str):
            prompt = GoalTasks(self.source, self.policy).word(prompt, chosen)
        return super().predict(prompt, deterministic=deterministic, seed=seed, **sampling)

    def _pool_weights(self, n: int, seed: int) -> Weights:
        d = len(self.source.weights)
        if self.config.pools == "fixed":
            return np.broadcast_to(self.source.weights, (n, d))
        return sample_weights(np.random.default_rng([seed, n]), n, d, self.config.alpha)

    def _check_format(self) -> None:
        super()._check_format()
        asked = GoalTasks(self.source, self.policy)
        line = asked.word("", self.source.weights)
        read = self.policy.decode(self.policy.encode_completions([line])[0])
        if read.strip() != line.strip():
            raise ValueError(
                f"policy: its tokenizer makes {read!r} of the weights {line!r}, so they would not be seen; "
                'give a policy="tiny" made by this version, or a model whose tokenizer can write them'
            )
