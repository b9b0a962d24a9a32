"""Transformers sequence classifiers as scorers of an objective.

A reward model, a sentiment or a politeness classifier rates (prompt, answer) pairs. Its rating, mapped to
[0, 1], is a score for any domain with the argument `scorers`. The unmapped rating serves to choose from a
pool. torch and transformers are imported only when a scorer is created.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vpo_agent.common.parsing import replace_surrogates
from vpo_envs.task import Task

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel, PreTrainedTokenizerBase


NO_LIMIT = 2**31 - 1  # tokens: tokenizers without a maximum name a number beyond what they can count


class ClassifierScorer:
    """A scorer of answers by a sequence classifier.

    With one output, the score is its sigmoid (a reward model's rating). With several, it is the softmax
    probability of `label`. Overlong pairs lose the end of the longer text.

    Args:
        model: A sequence classifier; set to evaluation mode and not trained. Its configuration gets the
            tokenizer's padding token.
        tokenizer: The model's tokenizer. Without a padding token that the model knows, a copy pads with
            another special token.
        label: Index or name of the output among several; None: the last one.
        with_prompt: Whether the classifier reads the prompt before the answer, or only the answer.
        temperature: Divisor of the outputs before sigmoid or softmax, positive; larger values keep scores
            from saturating.
        batch_size: Answers per forward pass, at least 1.
        max_length: Maximum number of tokens of a pair; None: the model's maximum.

    Raises:
        ValueError: If an argument is out of range, the model has no such label, or no token can pad.

    Example:
        >>> scorer = ClassifierScorer.from_pretrained("path/or/hub-id")          # doctest: +SKIP
        >>> env = gym.make("vpo/Support-v0", scorers={"empathy": scorer})        # doctest: +SKIP
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        label: int | str | None = None,
        with_prompt: bool = True,
        temperature: float = 1.0,
        batch_size: int = 32,
        max_length: int | None = None,
    ) -> None:
        if not temperature > 0:
            raise ValueError(f"temperature={temperature} must be positive")
        room = _room(model, tokenizer)
        max_length = room if max_length is None else max_length
        if batch_size < 1 or not 8 <= max_length <= room:
            raise ValueError(
                f"batch_size={batch_size} must be >= 1, max_length={max_length} lie in 8..{room}"
            )
        self.model = model.eval()
        self.tokenizer = _padded(model, tokenizer)
        self.label = _label_index(model.config, label)
        self.with_prompt = with_prompt
        self.temperature = temperature
        self.batch_size = batch_size
        self.max_length = max_length

    @classmethod
    def from_pretrained(
        cls, name: str | PathLike[str], *, device: str = "cpu", **settings: Any
    ) -> ClassifierScorer:
        """Loads model and tokenizer from a folder or a hub id.

        Args:
            name: Folder or hub id of a sequence classifier.
            device: Device of the model.
            **settings: Arguments of `ClassifierScorer`.

        Raises:
            ValueError: If the model cannot be loaded, or an argument is out of range.
        """
        from safetensors import SafetensorError
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        from vpo_agent.models.hub_names import check_reachable

        try:
            if not Path(name).exists():
                check_reachable(str(name))
            model = AutoModelForSequenceClassification.from_pretrained(name).to(device)
            tokenizer = AutoTokenizer.from_pretrained(name)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise ValueError(
                f"scorer {str(name)!r} could not be loaded: give the folder of a sequence classifier and its "
                f"tokenizer, or its name on the hub (needs the network) ({error})"
            ) from error
        return cls(model, tokenizer, **settings)

    def __call__(self, task: Task, answer: str) -> float:
        """Returns the score of one answer, in [0, 1]."""
        return float(self.score_many([task], [answer])[0])

    def score_many(self, tasks: Sequence[Task], answers: Sequence[str]) -> NDArray[np.float64]:
        """Returns the scores of n answers to their tasks, shape (n,), every value in [0, 1]."""
        return np.asarray(expit(self.rate_many([task.prompt for task in tasks], answers))).round(4)

    def rate_many(self, prompts: Sequence[str], answers: Sequence[str]) -> NDArray[np.float64]:
        """Returns unbounded ratings of n answers to their prompts, shape (n,): the log odds of the scores.

        Ratings also distinguish answers whose scores are all 1.0. Padding is masked, so a rating depends on
        its batch only by numerical error, which rounding removes.
        """
        texts = [replace_surrogates(answer) for answer in answers]
        asked = [replace_surrogates(prompt) for prompt in prompts]
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]) + len(asked[i]))
        ratings = np.zeros(len(texts))
        for start in range(0, len(order), self.batch_size):
            rows = order[start : start + self.batch_size]
            ratings[rows] = self._batch([asked[i] for i in rows], [texts[i] for i in rows])
        return ratings.round(4)

    def _batch(self, prompts: list[str], answers: list[str]) -> NDArray[np.float64]:
        import torch

        texts = (prompts, answers) if self.with_prompt else (answers,)
        inputs = self.tokenizer(
            *texts, padding=True, truncation="longest_first", max_length=self.max_length, return_tensors="pt"
        )
        with torch.inference_mode():
            outputs = self.model(**inputs.to(self.model.device)).logits.double() / self.temperature
        if outputs.shape[1] == 1:
            return np.asarray(outputs[:, 0].cpu())
        others = [i for i in range(outputs.shape[1]) if i != self.label]
        return np.asarray((outputs[:, self.label] - outputs[:, others].logsumexp(-1)).cpu())


def _room(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """Returns the maximum number of tokens of the model."""
    longest = min(tokenizer.model_max_length, NO_LIMIT)
    positions = getattr(model.config, "max_position_embeddings", None) or longest
    # Models like RoBERTa number positions from the padding token's id on.
    padding = getattr(getattr(model.base_model, "embeddings", None), "padding_idx", None)
    return min(longest, positions - (0 if padding is None else padding + 1))


def _padded(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> PreTrainedTokenizerBase:
    """Returns a tokenizer that pads, and tells the model with which token.

    Classifiers made of decoders read the last token that is no padding, so texts must not end with it.
    """
    config = model.config.get_text_config()
    known = getattr(config, "vocab_size", None) or NO_LIMIT
    if tokenizer.pad_token_id is None or tokenizer.pad_token_id >= known:
        ends = tokenizer("a")["input_ids"][-1:]
        names = [f"{kind}_token" for kind in ("eos", "bos", "unk", "sep", "cls")]
        ids = {name: getattr(tokenizer, f"{name}_id", None) for name in names}
        fit = [name for name, id in ids.items() if id is not None and id < known and id not in ends]
        if not fit:
            raise ValueError("scorer: its tokenizer has no padding token; set tokenizer.pad_token")
        tokenizer = copy.deepcopy(tokenizer)
        tokenizer.pad_token = getattr(tokenizer, fit[0])
    config.pad_token_id = tokenizer.pad_token_id
    return tokenizer


def _label_index(config: PretrainedConfig, label: int | str | None) -> int:
    names = {name: index for index, name in config.id2label.items()}
    last = int(config.num_labels) - 1
    index = last if label is None else names.get(label, label)
    if not isinstance(index, int) or not 0 <= index <= last:
        raise ValueError(f"label={label!r} is not one of {', '.join(map(repr, names))}")
    return index
