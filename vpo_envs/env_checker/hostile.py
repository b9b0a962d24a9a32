"""Strings that have broken scorers, and generators of more of them."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence

import numpy as np

HOSTILE_ANSWERS = (
    "",
    " ",
    "\n\n\t",
    "\x00\x01\x7f",
    "\ud800",
    "é" * 50,
    "🙂👩‍👩‍👧",
    "\u202eevil\u200b",
    "𝐔𝐏 ＵＰ",
    "None",
    "null",
    "nan",
    "inf",
    "-1e999",
    "9" * 400,
    "9**9**9",
    "(" * 2000,
    "[" * 2000 + "]" * 2000,
    "{" * 500,
    '{"a":' * 300,
    "a" * 19_999,
    "a " * 9_000,
    "x" * 200_000,
    "<answer_1></answer_1>",
    "<answer_1><answer_1><answer_2></answer_1>",
    "</answer>" * 200,
    "<think>" * 100,
    "<tool_call>{</tool_call>",
    "__import__('os').system('echo hi')",
    "%s%s%n{0.__class__}",
    "\\" * 300,
    "'" * 300 + '"' * 300,
    "--1" * 500,
    "1e1e1e",
)


def hostile_answers(rng: np.random.Generator, n: int, seeds: Sequence[str] = ()) -> Iterator[str]:
    """Yields `n` strings made to break a scorer: `HOSTILE_ANSWERS`, noise, and damaged good answers.

    Args:
        rng: Source of randomness.
        n: How many.
        seeds: Good answers to damage, for example demonstrations.
    """
    alphabet = [*string.printable, "é", "\u200b", "½", "٣", "<", ">", "/", "🙂", "\ud83d"]
    for i in range(n):
        if i < len(HOSTILE_ANSWERS):
            yield HOSTILE_ANSWERS[i]
        elif not seeds or rng.random() < 0.3:
            yield "".join(rng.choice(alphabet, size=rng.integers(1, 200)))
        else:
            yield _damaged(rng, seeds[int(rng.integers(len(seeds)))], alphabet)


def _damaged(rng: np.random.Generator, text: str, alphabet: Sequence[str]) -> str:
    """Cuts, repeats, inserts or shuffles a part of the text, one to four times."""
    for _ in range(rng.integers(1, 5)):
        start, stop = sorted(int(i) for i in rng.integers(0, len(text) + 1, size=2))
        part = text[start:stop]
        kind = rng.integers(4)
        if kind == 0:
            part = ""
        elif kind == 1:
            part = part * int(rng.integers(2, 6))
        elif kind == 2:
            part += str(rng.choice(alphabet))
        else:
            part = "".join(rng.permutation(list(part))) if part else part
        text = (text[:start] + part + text[stop:])[:5000]
    return text
