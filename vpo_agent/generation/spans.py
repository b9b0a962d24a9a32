"""Spans of answers in completions: the tokens of each candidate, for any tokenizer."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

import torch

from vpo_agent.generation.rollout import Segment
from vpo_agent.models.language_model import LanguageModel
from vpo_agent.tasks.answer_format import AnswerFormat


def with_spans(
    policy: LanguageModel, segments: Sequence[Segment], answer_format: AnswerFormat
) -> list[Segment]:
    """Returns the segments with `Segment.spans`.

    A token belongs to the span (`AnswerFormat.spans`) in which its first character stands; tokens without
    text, such as EOS, belong to the last span.

    Args:
        policy: The model that sampled the segments.
        segments: Segments of one step.
        answer_format: Format of the candidates in a completion.
    """
    pieces: dict[int, str] = {}
    found = []
    for segment in segments:
        spans = torch.zeros(segment.ids.shape, dtype=torch.long)
        for row, ids, kept in zip(spans, segment.ids, segment.mask):
            tokens = ids[kept].tolist()
            text = policy.decode(tokens)
            opened = len(policy.opened_thought)
            spans_of_text = answer_format.spans(policy.opened_thought + text)
            starts = tokens_before(policy, tokens, text, [at - opened for at, _ in spans_of_text], pieces)
            for start, (_, number) in zip(starts, spans_of_text):
                row[start:] = number and segment.turn * answer_format.size + number
        found.append(dataclasses.replace(segment, spans=spans))
    return found


def tokens_before(
    policy: LanguageModel,
    tokens: Sequence[int],
    text: str,
    positions: Sequence[int],
    pieces: dict[int, str] | None = None,
) -> list[int]:
    """Returns the number of tokens whose first character stands before each position of a text.

    This is the smallest n for which the first n tokens decode to all characters before the position. Where
    the texts of single tokens add up to the whole text, their lengths give n. Other tokenizers, which
    strip spaces or divide characters among tokens, need about log2(number of tokens) decodings.

    Args:
        policy: The model that sampled the tokens.
        tokens: Token ids of a completion.
        text: The decoded completion.
        positions: Positions of characters in the text.
        pieces: Texts of single tokens decoded so far; extended by this call.
    """
    pieces = {} if pieces is None else pieces
    for token in set(tokens) - pieces.keys():
        pieces[token] = policy.decode([token])
    single = [pieces[token] for token in tokens]
    if "".join(single) == text:
        lengths = [0, *accumulate(map(len, single))]
        return [bisect_left(lengths, position) for position in positions]

    def first(position: int) -> int:
        start = text[: max(position, 0)]

        def reached(n: int) -> bool:
            return policy.decode(tokens[:n]).startswith(start)

        return bisect_left(range(len(tokens) + 1), True, key=reached)

    return [first(position) for position in positions]
