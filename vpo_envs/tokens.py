"""The token-level view of text environments, for learners of numbers alone."""

from __future__ import annotations

import string
import warnings
from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

PROMPT_LENGTH = 256
DEFAULT_VOCABULARY = (*string.digits, *string.ascii_letters, *string.punctuation, " ", "\n")


class TokenView(gym.Wrapper[Any, Any, Any, Any], gym.utils.RecordConstructorArgs):
    """A text environment whose answers are written token by token, as by Stable-Baselines3's PPO.

    Observation: ids of the prompt's last `prompt_length` tokens and of the answer so far, padded
    with 0 on the right of each part. Action: the next token; action 0 ends the answer, which is
    also ended at `answer_length` tokens. Steps before the end earn 0; the last one earns the
    reward of the wrapped environment, so wrap that in `Scalarize` first.

    Args:
        env: An environment with text observations, text actions (`num_candidates=1`), one turn and
            scalar rewards.
        vocabulary: Strings of the actions; default: printable ASCII characters. Prompts are read
            greedily with the longest match; characters without a match are skipped.
        prompt_length: Prompt tokens shown, the last ones. None: 256, with a warning if a prompt has more.
        answer_length: Most tokens in an answer.

    Raises:
        ValueError: If the vocabulary is empty, repeats or holds an empty string, a length is below 1,
            an action of the environment is not one text.
    """

    def __init__(
        self,
        env: gym.Env[str, str],
        vocabulary: Sequence[str] = DEFAULT_VOCABULARY,
        prompt_length: int | None = None,
        answer_length: int = 64,
    ) -> None:
        gym.utils.RecordConstructorArgs.__init__(
            self, vocabulary=vocabulary, prompt_length=prompt_length, answer_length=answer_length
        )
        gym.Wrapper.__init__(self, env)
        self._warns = prompt_length is None
        prompt_length = PROMPT_LENGTH if prompt_length is None else prompt_length
        if not isinstance(env.action_space, gym.spaces.Text):
            raise ValueError(f"env has the actions {env.action_space}, not one text; use num_candidates=1")
        self.vocabulary = tuple(vocabulary)
        if not vocabulary or len(set(vocabulary)) != len(vocabulary) or "" in self.vocabulary:
            raise ValueError("vocabulary must hold distinct, non-empty strings, at least one")
        if prompt_length < 1 or answer_length < 1:
            raise ValueError(f"prompt_length={prompt_length} and answer_length={answer_length} must be >= 1")
        self.prompt_length = prompt_length
        self.answer_length = answer_length
        self._ids = {text: i for i, text in enumerate(self.vocabulary, start=1)}
        self._longest = max(map(len, self.vocabulary))
        size = len(self.vocabulary) + 1
        self.action_space = gym.spaces.Discrete(size)
        self.observation_space = gym.spaces.MultiDiscrete(np.full(prompt_length + answer_length, size))
        self._prompt: list[int] = []
        self._answer: list[int] = []
        self._open = False

    def encode(self, text: str) -> list[int]:
        """Returns ids (1 and up) of the longest matches from the left."""
        ids, position = [], 0
        while position < len(text):
            for width in range(self._longest, 0, -1):
                id = self._ids.get(text[position : position + width])
                if id is not None:
                    ids.append(id)
                    break
            position += width
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """Returns the text of ids of 1 and up."""
        return "".join(self.vocabulary[id - 1] for id in ids)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Starts a task with an empty answer."""
        prompt, info = self.env.reset(seed=seed, options=options)
        ids = self.encode(prompt)
        if self._warns and len(ids) > self.prompt_length:
            self._warns = False
            warnings.warn(
                f"the prompt has {len(ids)} tokens, and the last {self.prompt_length} are shown: give "
                f"TokenView(prompt_length={len(ids)}) or prompt_style='compact'",
                stacklevel=2,
            )
        self._prompt = ids[-self.prompt_length :]
        self._answer = []
        self._open = True
        return self._observation(), info

    def step(self, action: int | np.int64) -> tuple[NDArray[np.int64], Any, bool, bool, dict[str, Any]]:
        """Appends a token, or ends the answer and scores it.

        Raises:
            ResetNeeded: If no answer is being written.
            ValueError: If the action is not in the action space, the environment has more turns than
                one, or it pays vectors.
        """
        if not self._open:
            raise ResetNeeded("call env.reset() before env.step(): no answer is being written")
        if action not in self.action_space:
            raise ValueError(f"action={action!r} is not in {self.action_space}")
        if action != 0:
            self._answer.append(int(action))
            if len(self._answer) < self.answer_length:
                return self._observation(), 0.0, False, False, {}
        self._open = False
        reward: Any
        _, reward, terminated, truncated, info = self.env.step(self.decode(self._answer))
        if not (terminated or truncated):
            raise ValueError("TokenView needs an environment of one turn; make it with max_turns=1")
        if np.ndim(reward):
            raise ValueError(f"env pays vectors of shape {np.shape(reward)}; wrap it in Scalarize first")
        info = {**info, "answer": self.decode(self._answer)}
        return self._observation(), reward, terminated, truncated, info

    def _observation(self) -> NDArray[np.int64]:
        ids = np.zeros(self.prompt_length + self.answer_length, np.int64)
        ids[: len(self._prompt)] = self._prompt
        ids[self.prompt_length : self.prompt_length + len(self._answer)] = self._answer
        return ids
