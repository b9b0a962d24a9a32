"""Goal conditioning: one policy for all preference weights, which the prompt states."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from baselines.algorithms.random_weighting import RandomWeighting, RandomWeightingConfig
from vpo_agent.generation.rollout import Rollouts, collect
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.goal_conditioning import TAGS, GoalTask, GoalTaskSource
from vpo_agent.tasks.seeding import Seed, child
from vpo_agent.tasks.source import TaskSource
from vpo_envs.scalarization import Weights, check_weights, sample_weights

POOLS = ("drawn", "fixed")


@dataclass(frozen=True, kw_only=True)
class GoalConditionedConfig(RandomWeightingConfig):
    """Settings of goal conditioning beside those of random weighting.

    Attributes:
        pools: Weights of the rollouts of an evaluated pool. `drawn`: each rollout has its own weights
            from the training distribution, so that the pool covers the front. `fixed`: every rollout has
            the fixed scalarization `w*`.
    """

    pools: str = "drawn"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.pools not in POOLS:
            raise ValueError(f"pools={self.pools!r} must be one of {', '.join(POOLS)}")


class GoalConditioned(RandomWeighting):
    """Policy conditioned on preference weights (arXiv 1809.07803) through the prompt.

    A rollout scores `w . r` with one `w ~ Dir(alpha)` per prompt and step, and the prompt states `w`.
    With one objective this is GRPO with one constant line in each prompt.
    """

    config_class = GoalConditionedConfig
    config: GoalConditionedConfig
    goal_conditioned = True

    def rollouts(
        self,
        tasks: Sequence[Any],
        group_size: int,
        sampling: Sampling,
        seed: Seed,
        *,
        source: TaskSource | None = None,
        turns: int | None = None,
        weights: Weights | None = None,
    ) -> Rollouts:
        """Samples completions of prompts that state the weights.

        Training uses the group's weights, evaluation those of the setting `pools`.
        """
        asked = GoalTaskSource(source or self.source, self.policy.has_tokens(TAGS))
        write = partial(collect, self.policy, asked, answer_format=self.config.answer_format, turns=turns)
        if weights is not None:
            goals = [GoalTask(task, w[0]) for task, w in zip(tasks, weights)]
            found = write(goals, group_size=group_size, sampling=sampling, seed=seed)
            return dataclasses.replace(found, tasks=list(tasks))
        if isinstance(seed, Sequence):
            own = np.concatenate([self._pool_weights(group_size, one) for one in seed])
            seed = [child(one, rollout) for one in seed for rollout in range(group_size)]
        else:
            own = self._pool_weights(len(tasks) * group_size, seed)
        goals = [GoalTask(tasks[i // group_size], weights) for i, weights in enumerate(own)]
        found = write(goals, group_size=1, sampling=sampling, seed=seed)
        return dataclasses.replace(
            found,
            tasks=list(tasks),
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
        """Returns candidates for one prompt under given weights.

        Args:
            prompt: The environment's observation.
            weights: Preference weights, a point on the simplex, shape (d,); default: the fixed
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
            prompt = GoalTaskSource(self.source, self.policy.has_tokens(TAGS)).word(prompt, chosen)
        return super().predict(prompt, deterministic=deterministic, seed=seed, **sampling)

    def _pool_weights(self, n: int, seed: int) -> Weights:
        d = len(self.source.weights)
        if self.config.pools == "fixed":
            return np.broadcast_to(self.source.weights, (n, d))
        return sample_weights(np.random.default_rng([seed, n]), n, d, self.config.alpha)

    def _check_format(self) -> None:
        super()._check_format()
        asked = GoalTaskSource(self.source, self.policy.has_tokens(TAGS))
        line = asked.word("", self.source.weights)
        read = self.policy.decode(self.policy.encode_completions([line])[0])
        if read.strip() != line.strip():
            raise ValueError(
                f"policy: its tokenizer makes {read!r} of the weights {line!r}, so they would not be seen; "
                'give a policy="tiny" made by this version, or a model whose tokenizer can write them'
            )
