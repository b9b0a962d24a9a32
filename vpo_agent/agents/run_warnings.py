"""Warnings about a run that learns nothing, or something other than what was asked."""

from __future__ import annotations

import warnings

from vpo_agent.agents.callbacks import Callback, Learner
from vpo_agent.agents.config import AgentConfig
from vpo_agent.common import distributed

PATIENCE = 10
"""Steps in a row without a signal, before a run is worth a warning."""
SHORT = 3
"""Steps of the shortest run that is worth one."""

SCORELESS = (
    "so nothing is learned; the log shows whether answers are in form (rollout/well_formed) and end by "
    "themselves (rollout/termination_rate). Remedies: a warm start on demonstrations (warm_start_steps), a "
    "larger max_new_tokens, an easier environment, a stronger model; `vpo play` shows what an answer must "
    "look like"
)


class RunWarning(UserWarning):
    """The warning about a run that learns nothing, or something other than what was asked."""


class SignalMonitor(Callback):
    """A callback that warns once if nothing scores, or no group has a signal, for ten steps in a row.

    A shorter run in which nothing scored is worth a warning at its end.
    """

    def __init__(self) -> None:
        self._steps = self._scoreless = self._silent = 0
        self._warned: set[str] = set()

    def on_step(self, agent: Learner) -> bool:
        """Counts the steps without a reward and those without a signal."""
        self._steps += 1
        log = agent.logger.name_to_value
        scored = any(log.get(f"rollout/{name}", 0.0) > 0 for name in agent.source.objective_names)
        signal = log.get("train/frac_reward_zero_std", 0.0) < 1  # agents with a critic log none
        self._scoreless = 0 if scored else self._scoreless + 1
        self._silent = 0 if signal else self._silent + 1
        if self._scoreless == PATIENCE:
            self._warn("score", f"no answer has scored for {PATIENCE} steps in a row, {SCORELESS}")
        elif self._silent == PATIENCE:
            self._warn(
                "signal",
                f"no group has had a signal for {PATIENCE} steps in a row: all "
                "rollouts of a task score alike, so nothing is learned. Remedies: a larger group_size, a "
                "higher temperature, tasks that are neither solved always nor never",
            )
        return True

    def on_training_end(self, agent: Learner) -> None:
        """Warns of a short run in which nothing scored."""
        if SHORT <= self._steps == self._scoreless < PATIENCE:
            self._warn("score", f"no answer has scored in the {self._steps} steps of this run, {SCORELESS}")

    def _warn(self, about: str, message: str) -> None:
        if about not in self._warned and distributed.is_main():
            self._warned.add(about)
            warnings.warn(message, RunWarning, stacklevel=2)


def warn_of_bias(top_p: float) -> None:
    """Warns of training with nucleus sampling, whose gradient is biased.

    Completions come from the nucleus, log-probabilities from the whole distribution. The expected gradient
    of the log-probability is then not zero, so tokens inside the nucleus gain probability without a reward.
    """
    if top_p < 1:
        warnings.warn(
            f"top_p={top_p} in training biases the gradient: samples come from the nucleus, "
            "log-probabilities from the whole distribution, so that likely tokens gain probability whatever "
            "they earn, and entropy falls. Train with top_p=1.0; predict and evaluate take top_p=",
            RunWarning,
            stacklevel=3,
        )


def warn_of_restart(schedule: str, ended: float, goes_on: float) -> None:
    """Warns that a finished run goes on at a higher learning rate than it ended with.

    Args:
        schedule: Name of the schedule.
        ended: Learning rate of the last step.
        goes_on: Learning rate of the next step.
    """
    if goes_on > ended:
        warnings.warn(
            f"schedule={schedule!r} was planned for the steps that are done and ended at a learning rate of "
            f"{ended:.2g}; the run goes on at {goes_on:.2g}, unlike one that was planned as long as this at "
            "once. Take schedule='constant' for runs that are extended",
            RunWarning,
            stacklevel=3,
        )


def warn_of_settings(config: AgentConfig, done: int, planned: int, before: int, turns: int) -> None:
    """Warns of settings that bias a run which begins or goes on.

    Args:
        config: Settings of the agent.
        done: Timesteps done.
        planned: Timesteps at the end of the run.
        before: Timesteps planned for an earlier run that goes on; 0: there was none.
        turns: Turns per episode.
    """
    warn_of_bias(config.top_p)
    if before and before <= done < planned:
        rate = config.optimizer.rate
        last = before - config.answers_per_step * turns
        warn_of_restart(config.schedule, rate(max(0, last) / before), rate(done / planned))


def warn_of_style(trained: str, style: str) -> None:
    """Warns that an agent meets prompts of another style than those of its training."""
    if trained != style:
        warnings.warn(
            f"the agent was trained on {trained} prompts and the environment shows {style} ones, which read "
            f"differently: expect poor answers. Make the environment with prompt_style={trained!r}, on the "
            f"command line --env 'ID?prompt_style={trained}'",
            RunWarning,
            stacklevel=3,
        )
