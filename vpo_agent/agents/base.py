"""The agent interface: learn, predict, save, load. An agent combines a configuration and an estimator."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import gymnasium as gym
import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.logger import Logger

from vpo_agent.agents import saved_agent
from vpo_agent.agents.callbacks import CallbackList, MaybeCallback, ProgressBar, as_callback
from vpo_agent.agents.config import AgentConfig, resolve_defaults
from vpo_agent.agents.hub import HubMixin
from vpo_agent.agents.return_check import checked
from vpo_agent.agents.run_warnings import SignalMonitor, warn_of_settings, warn_of_style
from vpo_agent.agents.save_check import check_saving
from vpo_agent.agents.starting_policy import check_format, prepare, starting_policy
from vpo_agent.agents.step import Step, take_step
from vpo_agent.common import distributed
from vpo_agent.common.logger import configure, forget_lost
from vpo_agent.common.progress import progress_track
from vpo_agent.common.settings import whole_number
from vpo_agent.generation.rollout import Rollouts, collect
from vpo_agent.generation.sampler import sample
from vpo_agent.models.names import TINY
from vpo_agent.models.policy import Policy
from vpo_agent.models.reference import BaseReference, reference_of
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.seeding import Seed, stream
from vpo_agent.tasks.source import TaskSource, check_candidates, make_env, task_source
from vpo_agent.training.advantages import group_normalize
from vpo_agent.training.sft import warm_start
from vpo_agent.training.trainer import Trainer
from vpo_envs.scalarization import Weights

Self = TypeVar("Self", bound="Agent")


class Agent(HubMixin, ABC):
    """The base class of agents, which train a language model on vector rewards.

    A subclass sets `config_class`, implements `score` and, where needed, overrides `draw_weights` and
    `advantages`. Sampling, updates, checkpoints and evaluation are shared by all agents.

    Args:
        policy: A `Policy`, a model's folder or hub name, a GGUF file, `"smollm2"`, `"tiny"` for a small model
            built for the environment's domain, or `"tiny-warm"` for such a model that comes warm-started with
            the package (`vpo_agent.models.warm_starts`).
        env: An environment with text observations, text actions and vector rewards, or its id, which may
            be followed by knobs: `vpo/Maze-v0?size=5`.
        device: `auto`, or a torch device.
        dtype: Precision of forward passes; `auto` is bfloat16 where the hardware computes in it.
        verbose: 1 to log to the terminal, 0 for no output.
        tensorboard_log: Folder of TensorBoard's event files; None: none are written.
        **settings: Fields of the agent's configuration.

    Attributes:
        last_rollouts: Rollouts of the last training step; None before the first.

    Raises:
        TypeError: If a setting is unknown.
        ValueError: If a value is out of range, the policy cannot be loaded, or the environment was made for
            another number of candidates.
    """

    config_class: ClassVar[type[AgentConfig]] = AgentConfig
    goal_conditioned: ClassVar[bool] = False
    """True for agents whose prompts show preference weights (`vpo_agent.tasks.goal_conditioning`)."""

    def __init__(
        self,
        policy: Policy | str | Path,
        env: gym.Env[Any, Any] | str,
        *,
        device: str | torch.device = "auto",
        dtype: str | torch.dtype = "auto",
        verbose: int = 0,
        tensorboard_log: str | Path | None = None,
        **settings: Any,
    ) -> None:
        self.config = self.config_class.from_settings(settings)
        self.env = make_env(env)
        check_candidates(self.env, self.config.num_candidates)
        self.source: TaskSource = task_source(self.env)
        self.trained_style = self.source.style
        self.num_timesteps = 0
        self.num_updates = 0
        self.num_tokens = 0
        self.planned_timesteps = 0
        self.warm_started = False
        self.policy = starting_policy(
            policy, self.source, self.config, self.goal_conditioned, device=device, dtype=dtype
        )
        prepare(self.policy, self.config)
        self._check_format()
        self.config = self._resolve_defaults(self.config, fresh=policy == TINY)
        self.reference: Policy | BaseReference | None = None
        self._trainer: Any = None
        formats = [*(["stdout"] if verbose else []), *(["tensorboard"] if tensorboard_log else [])]
        self.logger: Logger = configure(tensorboard_log, formats)
        self.last_rollouts: Rollouts | None = None
        self._can_be_saved = False

    # Defined by each algorithm.

    @abstractmethod
    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns rollout scores (P, G) from rewards (P, G, m, d) and weights (P, K, d)."""

    def advantages(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns advantages (P, G); by default the rollout scores, normalized over each group.

        An agent whose tokens differ in credit returns (P, G, 1 + M), see `answer_advantages`.
        """
        scores = self.score(rewards, weights)
        return group_normalize(checked(self, "score", scores, dict(zip("PG", rewards.shape))))

    def draw_weights(self, rng: np.random.Generator, groups: int) -> Weights:
        """Draws the weightings (groups, K, d) of a step; by default the fixed scalarization, K = 1."""
        return np.broadcast_to(self.source.weights, (groups, 1, len(self.source.weights)))

    # Training.

    def learn(
        self: Self,
        total_timesteps: int,
        callback: MaybeCallback = None,
        *,
        log_interval: int = 1,
        progress_bar: bool = False,
        reset_num_timesteps: bool = True,
    ) -> Self:
        """Trains the policy; one timestep is one answer sampled and scored.

        Args:
            total_timesteps: Answers to sample, rounded up to whole steps.
            callback: A callback, a list of callbacks, or a function of the agent called after each step. A
                function of two arguments gets `{"self": agent}` and `{}`, as in Stable-Baselines3.
            log_interval: Steps between two log entries.
            progress_bar: Whether to show progress in the terminal.
            reset_num_timesteps: Whether to count from 0. False continues an earlier call, for example an
                interrupted one whose agent was loaded from a checkpoint.

        Returns:
            The agent itself.

        Raises:
            ValueError: If a number is not whole or out of range, or a method of the agent returns an array
                of another shape or values that are not finite.
            TypeError: If the callback is of another kind.

        Warns:
            RunWarning: If the run learns nothing for ten steps, `top_p` is below 1, or a schedule that had
                ended goes on.
        """
        total_timesteps = whole_number("total_timesteps", total_timesteps, least=0)
        log_interval = whole_number("log_interval", log_interval, least=1)
        if reset_num_timesteps:
            self.num_timesteps = 0
        before, planned = self.planned_timesteps, self.num_timesteps + total_timesteps
        shown = [ProgressBar(planned)] if progress_bar and distributed.is_main() else []
        # The user's come last: they may clear the log entries of the step.
        callbacks = CallbackList([SignalMonitor(), *shown, as_callback(callback)])
        warn_of_settings(self.config, self.num_timesteps, planned, before, self.source.max_turns)
        self.planned_timesteps = planned
        self._check_saving()
        self.warm_start(progress_bar=progress_bar, path=callbacks.warm_start_path)
        if self.num_updates and distributed.is_main():
            # steps that were lost after the checkpoint
            forget_lost(self.logger, self.num_updates, self.num_timesteps)
        trainer = self.make_trainer()
        callbacks.on_training_start(self)
        try:
            going = True
            while going and self.num_timesteps < planned:
                self._count(self._step(trainer, self.num_timesteps / planned))
                going = callbacks.on_step(self)
                if self.num_updates % log_interval == 0 and self.logger.name_to_value:
                    self.logger.dump(self.num_timesteps)
                callbacks.on_logged(self)
        finally:
            callbacks.on_training_end(self)
        return self

    def warm_start(
        self, steps: int | None = None, *, progress_bar: bool = False, path: str | Path | None = None
    ) -> None:
        """Runs the SFT warm start on demonstrations, at most once; `learn` calls it automatically.

        Args:
            steps: Optimizer steps; None: the configuration's `warm_start_steps`.
            progress_bar: Whether to show progress in the terminal.
            path: File of the state, written every minute, from which an interrupted warm start resumes
                to the bit; None: none is written.
        """
        steps = self.config.warm_start_steps if steps is None else steps
        if self.warm_started or not steps:
            return
        self._check_saving()
        with progress_track("warm start", steps, progress_bar) as advance:
            warm_start(
                self.policy,
                self.source,
                steps=steps,
                sizes=sorted({1, self.config.num_candidates}),
                show_weights=self.goal_conditioned,
                max_tokens=self.config.max_tokens_per_micro_batch,
                seed=int(stream(self.config.seed, self.num_updates, "warm_start").integers(2**31)),
                on_step=advance,
                path=path,
            )
        self.warm_started = True

    def _step(self, trainer: Any, progress: float) -> Step:
        """Takes a training step after the given share of the run."""
        return take_step(self, trainer, progress)

    def _count(self, step: Step) -> None:
        """Counts a step and records it in the log."""
        self.num_timesteps += step.answers
        self.num_updates += 1
        self.num_tokens += step.rollouts.tokens or 0
        self.last_rollouts = step.rollouts
        step.log(self.logger, self.source, timesteps=self.num_timesteps, updates=self.num_updates)

    # Generation.

    def predict(
        self, prompt: str, *, deterministic: bool = False, seed: int | None = None, **sampling: Any
    ) -> tuple[tuple[str, ...], None]:
        """Samples the candidates for one prompt.

        Args:
            prompt: The environment's observation; the instruction to write candidates is added to it.
            deterministic: Whether to decode greedily.
            seed: Seed of sampling; None: the configuration's.
            **sampling: `temperature`, `top_p`, `max_new_tokens` in place of the training settings.

        Returns:
            A tuple of `num_candidates` answers, with empty strings for missing ones, and None (there is
            no recurrent state).

        Raises:
            TypeError: If the prompt is not a string, or there is no such argument.
        """
        if not isinstance(prompt, str):
            raise TypeError(f"prompt is a str, not {type(prompt).__name__}")
        if deterministic:
            sampling["temperature"] = 0.0
        how = self.config.sampling.changed(("deterministic", "seed"), **sampling)
        asked = self.config.answer_format.instruct(prompt, self.source.style)
        ids = self.policy.encode_prompt(asked, how.max_new_tokens)
        drawn = sample(self.policy, [ids], 1, how, self.config.seed if seed is None else seed)
        text = self.policy.opened_thought + self.policy.decode(drawn.ids[0, 0][drawn.mask[0, 0]].tolist())
        return tuple(answer or "" for answer in self.config.answer_format.parse(text)), None

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
        """Samples and scores `group_size` rollouts of each task; see `Generator.rollouts` for the arguments.

        A training step gives its `weights` (P, K, d), for agents whose prompts show them.
        """
        answer_format = self.config.answer_format
        return collect(
            self.policy, source or self.source, tasks, answer_format, group_size, sampling, seed, turns
        )

    def set_env(self, env: gym.Env[Any, Any] | str) -> None:
        """Replaces the environment by another one with the same objectives.

        Raises:
            ValueError: If the objectives differ, or the number of candidates.

        Warns:
            RunWarning: If the environment shows prompts of another style than those of the training.
        """
        env = make_env(env)
        check_candidates(env, self.config.num_candidates)
        source = task_source(env)
        if source.objective_names != self.source.objective_names:
            raise ValueError(
                f"this agent trains on the objectives {self.source.objective_names}, the environment has "
                f"{source.objective_names}; give an environment of the same domain"
            )
        warn_of_style(self.trained_style, source.style)
        self.env, self.source = env, source

    def get_env(self) -> gym.Env[Any, Any]:
        """Returns the environment of the training."""
        return self.env

    @property
    def gradient_steps(self) -> int:
        """Number of optimizer steps in training, without those of the warm start."""
        return self.num_updates * min(self.config.mini_batches, self.config.prompts_per_step)

    @property
    def num_candidates(self) -> int:
        """Answers per rollout, m."""
        return self.config.num_candidates

    @property
    def sampling(self) -> Sampling:
        """Sampling settings of training."""
        return self.config.sampling

    def describe(self) -> dict[str, Any]:
        """Returns all that determines the answers: class, hash of the weights, settings of prompts."""
        return {
            "agent": type(self).__name__,
            "weights": self.policy.digest(),
            "trained": {"seed": self.config.seed, "updates": self.num_updates},
            "config": self.config.prompt_settings(),
        }

    def set_logger(self, logger: Logger) -> None:
        """Replaces the logger, see `vpo_agent.common.logger.configure`."""
        self.logger = logger

    # Checkpoints.

    def save(self, path: str | Path) -> None:
        """Saves weights, reference model, optimizer and counters to a folder, atomically.

        In distributed training the main process writes and all others wait.

        Raises:
            CheckpointError: If the folder holds other files.
            UnwritableError: If the checkpoint cannot be written; the old one is kept.
        """
        saved_agent.save(self, path, self._trainer)

    def make_trainer(self) -> Any:
        """Returns the trainer, created on first use: the reference model is taken after the warm start."""
        if self._trainer is None:
            if self.config.kl_coef and self.reference is None:
                self.reference = reference_of(self.policy)
            self._trainer = Trainer(self.policy, self.config.optimizer, self.reference)
        return self._trainer

    def _check_saving(self) -> None:
        """Saves once before the first step: what cannot be saved fails now and not after the work."""
        if not self._can_be_saved:
            check_saving(
                saved_agent.describe(self, self._trainer is not None), self.policy, self.config_class
            )
            self._can_be_saved = True

    @classmethod
    def load(
        cls: type[Self],
        path: str | Path | None,
        env: gym.Env[Any, Any] | str | None = None,
        *,
        device: str | torch.device = "auto",
        dtype: str | torch.dtype | None = None,
        verbose: int = 0,
    ) -> Self:
        """Loads an agent; resumed training is bitwise identical (on CPU, with the same thread count).

        Args:
            path: A folder written by `save`.
            env: An environment of the same domain; None: the environment of the training.
            device: See the class.
            dtype: See the class; None: the dtype of the training.
            verbose: See the class.

        Raises:
            CheckpointError: If the folder is not a checkpoint, is damaged, or holds an agent of another
                class or domain; or `path` is None, as `latest_checkpoint` returns where there is none.
        """
        return saved_agent.load(cls, path, env, device=device, dtype=dtype, verbose=verbose)

    # Internals.

    def _check_format(self) -> None:
        """Checks that the policy can write what this agent asks for."""
        check_format(self.policy, self.config)

    def _resolve_defaults(self, config: AgentConfig, fresh: bool) -> AgentConfig:
        """Returns the configuration without None; `fresh` is True for a policy with random weights."""
        return resolve_defaults(config, self.policy, self.source, fresh)
