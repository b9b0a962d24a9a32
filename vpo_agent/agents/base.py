"""The agent interface: learn, predict, save, load. An agent combines a configuration and an estimator."""

from __future__ import annotations

import dataclasses
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar, get_args

import gymnasium as gym
import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.logger import Logger

from vpo_agent.agents import checkpoint
from vpo_agent.agents.callbacks import Callback, CallbackList, MaybeCallback, ProgressBar, as_callback
from vpo_agent.agents.config import AgentConfig, resolve_defaults
from vpo_agent.agents.dynamic_sampling import has_signal, joined, selected
from vpo_agent.agents.hub import HubMixin
from vpo_agent.agents.rollout_metrics import rollout_statistics
from vpo_agent.agents.saved_env import env_from_json, env_to_json
from vpo_agent.agents.trial import check_saving
from vpo_agent.agents.watch import SignalMonitor, checked, warn_of_bias, warn_of_restart, warn_of_style
from vpo_agent.common import distributed
from vpo_agent.common.logger import configure, forget_after
from vpo_agent.common.progress import progress_track
from vpo_agent.generation.rollout import Rollouts, collect
from vpo_agent.generation.sampler import sample
from vpo_agent.generation.spans import with_spans
from vpo_agent.models.policy import Policy
from vpo_agent.models.reference import BaseReference, reference_of
from vpo_agent.models.sampling import Sampling
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.models.warm_starts import TINY_WARM, load_start
from vpo_agent.tasks.seeding import Seed
from vpo_agent.tasks.source import TaskSource, make_env, task_source
from vpo_agent.training.advantages import group_normalize
from vpo_agent.training.sft import warm_start
from vpo_agent.training.trainer import Trainer
from vpo_agent.training.weightings import with_task_weights
from vpo_envs.scalarization import Weights

Self = TypeVar("Self", bound="Agent")
PROMPT_SETTINGS = (
    "num_candidates",
    "reasoning",
    "truncate_prompts",
)  # shared settings on which prompts depend
Stream = Literal["tasks", "weights", "sampling", "tiny", "warm_start"]


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

    Raises:
        TypeError: If a setting is unknown.
        ValueError: If a value is out of range or the policy cannot be loaded.
    """

    config_class: ClassVar[type[AgentConfig]] = AgentConfig
    goal_conditioned: ClassVar[bool] = (
        False  # whether prompts show preference weights (`vpo_agent.tasks.goal_conditioning`)
    )

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
        self.source: TaskSource = task_source(self.env)
        self.trained_style = self.source.style
        self.num_timesteps = 0
        self.num_updates = 0
        self.num_tokens = 0
        self.warm_started = False
        fresh = policy == "tiny"
        if isinstance(policy, Policy):
            self.policy = policy
        elif fresh:
            seed = int(self._stream("tiny").integers(2**31))
            m = self.config.num_candidates
            self.policy = tiny_policy(self.source, seed=seed, candidates=m, device=device, dtype=dtype)
        elif policy == TINY_WARM:
            if self.goal_conditioned:
                raise ValueError(
                    f'policy="{TINY_WARM}" saw no prompts with weights, which {type(self).__name__} needs; '
                    'give policy="tiny", which runs its own warm start'
                )
            self.policy = load_start(self.source, device=device, dtype=dtype)
        else:
            adapters = {name: getattr(self.config, name) for name in ("lora_rank", "lora_alpha", "seed")}
            self.policy = Policy.from_pretrained(policy, device=device, dtype=dtype, **adapters)
        self._prepare()
        self._check_format()
        self.config = self._resolve_defaults(self.config, fresh)
        self.reference: Policy | BaseReference | None = None
        self._trainer: Any = None
        formats = [*(["stdout"] if verbose else []), *(["tensorboard"] if tensorboard_log else [])]
        self.logger: Logger = configure(tensorboard_log, formats)
        self._last_rollouts: Rollouts | None = None
        self._planned = 0
        self._can_be_saved = False

    # Defined by each algorithm.

    @abstractmethod
    def score(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns rollout scores (P, G) from rewards (P, G, m, d) and weights (P, K, d)."""

    def advantages(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        """Returns advantages (P, G); by default the rollout scores, normalised over each group.

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
            ValueError: If an argument is out of range, or a method of the agent returns an array of another
                shape or values that are not finite.
            TypeError: If the callback is of another kind.

        Warns:
            RunWarning: If the run learns nothing for ten steps, `top_p` is below 1, or a schedule that had
                ended goes on.
        """
        if total_timesteps < 0 or log_interval < 1:
            raise ValueError(
                f"total_timesteps={total_timesteps} must be >= 0, log_interval={log_interval} >= 1"
            )
        if reset_num_timesteps:
            self.num_timesteps = 0
        callbacks: Callback = CallbackList([as_callback(callback), SignalMonitor()])
        before, self._planned = self._planned, self.num_timesteps + total_timesteps
        self._warn_of_settings(before)
        self._check_saving()
        self.warm_start(progress_bar=progress_bar, path=callbacks.warm_start_path)
        if self.num_updates and self.logger.dir and distributed.is_main():
            forget_after(self.logger.dir, self.num_updates)  # steps that were lost after the checkpoint
        trainer = self._make_trainer()
        if progress_bar and distributed.is_main():
            callbacks = CallbackList([callbacks, ProgressBar(self._planned)])
        callbacks.on_training_start(self)
        try:
            going = True
            while going and self.num_timesteps < self._planned:
                self._step(trainer)
                going = callbacks.on_step(self)
                if self.num_updates % log_interval == 0:
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
            steps: Optimiser steps; None: the configuration's `warm_start_steps`.
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
                goals=self.goal_conditioned,
                max_tokens=self.config.max_tokens_per_micro_batch,
                seed=int(self._stream("warm_start").integers(2**31)),
                on_step=advance,
                path=path,
            )
        self.warm_started = True

    def _step(self, trainer: Trainer) -> None:
        config = self.config
        streams = self._stream("tasks"), self._stream("weights"), self._stream("sampling")
        rounds, found, seconds = [], [], np.zeros(3)
        missing = config.prompts_per_step
        for _ in range(1 + config.resampling_rounds):
            clock = [time.perf_counter()]
            tasks = self.source.draw(streams[0], missing)
            seed = int(streams[2].integers(2**62))
            weights = self._checked_weights(streams[1], len(tasks))
            if config.task_weights:
                weights = with_task_weights(weights, tasks)
            rounds.append(self.rollouts(tasks, config.group_size, config.sampling, seed, weights=weights))
            clock.append(time.perf_counter())
            found.append(self._checked_advantages(rounds[-1].rewards, weights))
            clock.append(time.perf_counter())
            seconds[:2] += np.diff(clock)
            missing -= int(has_signal(found[-1]).sum())
            if not missing:
                break
        started = time.perf_counter()
        rollouts, advantages = joined(rounds), np.concatenate(found)
        segments, chosen = selected(rollouts.segments, advantages, config.prompts_per_step)
        if advantages.ndim == 3:
            segments = with_spans(self.policy, segments, config.answer_format)
        statistics = trainer.update(
            segments,
            torch.from_numpy(np.asarray(chosen, np.float32).reshape(-1, *chosen.shape[2:])),
            config.group_size,
            config.temperature,
            self.num_timesteps / self._planned,
        )
        statistics["frac_reward_zero_std"] = float((~has_signal(advantages)).mean())
        seconds[2] = time.perf_counter() - started
        self.num_timesteps += rollouts.rewards[..., 0].size
        self.num_updates += 1
        self._last_rollouts = rollouts
        self._record(rollouts, statistics, seconds)

    def _record(self, rollouts: Rollouts, statistics: dict[str, float], seconds: NDArray[np.float64]) -> None:
        answers = sum(len(texts) for group in rollouts.answers for texts in group)
        spent = dict(zip(("sampling", "advantages", "updating"), map(float, seconds)))
        counted = {"timesteps": self.num_timesteps, "updates": self.num_updates}
        groups: dict[str, dict[str, float]] = {
            "rollout": rollout_statistics(rollouts, self.source),
            "train": statistics,
            "time": {**spent, **counted, "answers_per_second": answers / float(seconds.sum())},
        }
        self.num_tokens += int(groups["rollout"]["tokens"])
        for group, values in groups.items():
            for name, value in values.items():
                self.logger.record(f"{group}/{name}", value)

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
            TypeError: If the prompt is not a string.
        """
        if not isinstance(prompt, str):
            raise TypeError(f"prompt is a str, not {type(prompt).__name__}")
        if deterministic:
            sampling["temperature"] = 0.0
        how = dataclasses.replace(self.config.sampling, **sampling)
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
        """Samples and scores `group_size` rollouts of each task, see `Generator.rollouts`.

        Args:
            tasks: P tasks of the source.
            group_size: Rollouts per task, G.
            sampling: Sampling settings.
            seed: Seed of all randomness; or one per task, so that a task's rollouts do not depend on the
                other tasks.
            source: Source of the tasks; None: the agent's own source.
            turns: Turns per episode; None: the source's `max_turns`.
            weights: Weightings (P, K, d) of a training step, for agents whose prompts show weights.
        """
        answer_format = self.config.answer_format
        return collect(
            self.policy, source or self.source, tasks, answer_format, group_size, sampling, seed, turns
        )

    def set_env(self, env: gym.Env[Any, Any] | str) -> None:
        """Replaces the environment by another one with the same objectives.

        Raises:
            ValueError: If the objectives differ.

        Warns:
            RunWarning: If the environment shows prompts of another style than those of the training.
        """
        env = make_env(env)
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
        """Number of optimiser steps in training, without those of the warm start."""
        return self.num_updates * min(self.config.mini_batches, self.config.prompts_per_step)

    @property
    def last_rollouts(self) -> Rollouts | None:
        """Rollouts of the last training step; None before the first."""
        return self._last_rollouts

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
        own = {field.name for field in dataclasses.fields(self.config)}
        own -= {field.name for field in dataclasses.fields(AgentConfig)}
        return {
            "agent": type(self).__name__,
            "weights": self.policy.digest(),
            "trained": {"seed": self.config.seed, "updates": self.num_updates},
            "config": {name: getattr(self.config, name) for name in (*PROMPT_SETTINGS, *sorted(own))},
        }

    def set_logger(self, logger: Logger) -> None:
        """Replaces the logger, see `vpo_agent.common.logger.configure`."""
        self.logger = logger

    # Checkpoints.

    def save(self, path: str | Path) -> None:
        """Saves weights, reference model, optimiser and counters to a folder, atomically.

        In distributed training the main process writes and all others wait.

        Raises:
            CheckpointError: If the folder holds other files.
            UnwritableError: If the checkpoint cannot be written; the old one is kept.
        """
        optimizer = self._trainer.optimizer if self._trainer else None
        tensors = self._trainer.tensors() if self._trainer else None
        if distributed.is_main():
            checkpoint.save(path, self._state(), self.policy, optimizer, self.reference, tensors)
        distributed.barrier()

    def _state(self) -> dict[str, Any]:
        """Returns the description of the agent in a checkpoint."""
        return {
            "agent": type(self).__name__,
            "class": f"{type(self).__module__}.{type(self).__qualname__}",
            "env": env_to_json(self.source.spec),
            "objectives": list(self.source.objective_names),
            "config": dataclasses.asdict(self.config),
            "num_timesteps": self.num_timesteps,
            "num_updates": self.num_updates,
            "num_tokens": self.num_tokens,
            "warm_started": self.warm_started,
            "planned": self._planned,
            "prompt_style": self.trained_style,
            "trained": self._trainer is not None,
            "dtype": str(self.policy.dtype).removeprefix("torch."),
            "attention": self.policy.attention,
            "torch": torch.__version__,
        }

    def _check_saving(self) -> None:
        """Saves once before the first step: what cannot be saved fails now and not after the work."""
        if not self._can_be_saved:
            check_saving(self._state(), self.policy, self.config_class)
            self._can_be_saved = True

    @classmethod
    def load(
        cls: type[Self],
        path: str | Path,
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
                class or domain.
        """
        state = checkpoint.read_state(path)
        if state["agent"] != cls.__name__:
            raise checkpoint.CheckpointError(
                f"path={str(path)!r} holds a {state['agent']} agent; load it with {state['agent']}.load"
            )
        env = env_from_json(path, state["env"]) if env is None else env
        policy = checkpoint.load_policy(
            path, device=device, dtype=dtype or state["dtype"], attention=state["attention"]
        )
        agent = cls(policy, env, verbose=verbose, **state["config"])
        if list(agent.source.objective_names) != state["objectives"]:
            raise checkpoint.CheckpointError(
                f"path={str(path)!r} was trained on the objectives {state['objectives']}, the environment "
                f"has {list(agent.source.objective_names)}; give an environment of the same domain"
            )
        agent.num_timesteps = state["num_timesteps"]
        agent.num_updates = state["num_updates"]
        agent.num_tokens = state["num_tokens"]
        agent.warm_started = state["warm_started"]
        agent._planned = state["planned"]
        agent.trained_style = state["prompt_style"]
        warn_of_style(agent.trained_style, agent.source.style)
        if state["trained"]:
            agent.reference = checkpoint.load_reference(path, policy)
            trainer = agent._make_trainer()
            checkpoint.load_optimizer(path, trainer.optimizer)
            trainer.restore(checkpoint.load_tensors(path))
        return agent

    # Internals.

    def _warn_of_settings(self, planned: int) -> None:
        """Warns of settings that bias this run; `planned` is the length of an earlier one that goes on."""
        warn_of_bias(self.config.top_p)
        done, total = self.num_timesteps, self._planned
        if planned and done >= planned and done < total:
            rate = self.config.optimizer.rate
            last = planned - self.config.answers_per_step * self.source.max_turns
            warn_of_restart(self.config.schedule, rate(max(0, last) / planned), rate(done / total))

    def _checked_weights(self, rng: np.random.Generator, groups: int) -> Weights:
        axes = {"P": groups, "K": 0, "d": len(self.source.weights)}
        return checked(self, "draw_weights", self.draw_weights(rng, groups), axes)

    def _checked_advantages(self, rewards: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
        advantages = self.advantages(rewards, weights)
        axes = dict(zip("PG", rewards.shape))
        if np.ndim(advantages) == 3:
            axes["1+m"] = 1 + rewards.shape[2]  # the rollout's shared tokens, and every candidate's own
        return checked(self, "advantages", advantages, axes)

    def _make_trainer(self) -> Any:
        """Returns the trainer, created on first use: the reference model is taken after the warm start."""
        if self._trainer is None:
            if self.config.kl_coef and self.reference is None:
                self.reference = reference_of(self.policy)
            self._trainer = Trainer(self.policy, self.config.optimizer, self.reference)
        return self._trainer

    def _stream(self, purpose: Stream) -> np.random.Generator:
        """Returns a generator that depends only on seed, step and purpose: a resume needs no stored state."""
        key = [self.config.seed, self.num_updates, get_args(Stream).index(purpose)]
        return np.random.default_rng(np.random.SeedSequence(key))

    def _prepare(self) -> None:
        config = self.config
        if config.lora_rank:
            self.policy.adapt(config.lora_rank, config.lora_alpha, config.seed)
        if config.gradient_checkpointing:
            self.policy.checkpoint_gradients()
        self.policy.truncate_prompts = config.truncate_prompts
        self.policy.reasoning = config.reasoning  # type: ignore[assignment]  # checked by the config

    def _check_format(self) -> None:
        form = self.config.answer_format.format([""] * self.config.num_candidates)
        written = self.policy.decode(self.policy.encode_completions([form])[0])
        if "".join(written.split()) != "".join(form.split()):
            raise ValueError(
                f"num_candidates={self.config.num_candidates} is too many for this policy: its tokenizer "
                f"makes {written!r} of {form!r}"
            )

    def _resolve_defaults(self, config: AgentConfig, fresh: bool) -> AgentConfig:
        return resolve_defaults(config, self.policy, self.source, fresh)
