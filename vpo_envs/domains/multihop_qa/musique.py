"""MuSiQue (Trivedi et al. 2022, arXiv 2108.00573) in its published schema.

The files `musique_ans_v1.0_{train,dev}.jsonl` and the hub copies (`dgslibisey/MuSiQue`,
`bdsaglam/musique`) have one object per question: `question`, `answer`, `answer_aliases`,
`paragraphs` (`idx`, `title`, `paragraph_text`, `is_supporting`) and `question_decomposition`, one
step per hop (`question`, `answer`, `paragraph_support_idx`). There is no labelled test split, so `dev`
serves as test, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from vpo_envs.datasets import Row, RowError, require, require_records, require_texts
from vpo_envs.domains.multihop_qa.question import MOST_HOPS, Paragraph, Question
from vpo_envs.domains.worlds.answers import normalize
from vpo_envs.domains.worlds.trails import Hop


def parse_question(row: Row, index: int) -> Question:
    """Reads one row.

    Raises:
        RowError: If the row does not have the schema, or is not answerable.
    """
    if row.get("answerable") is False:
        raise RowError(index, "answerable", "is False; use the answerable questions (musique_ans files)")
    text = require(row, index, "question", str)
    answer = require(row, index, "answer", str)
    if not normalize(answer):
        raise RowError(index, "answer", f"{answer!r} is empty once articles and punctuation are dropped")
    aliases = [] if row.get("answer_aliases") is None else require_texts(row, index, "answer_aliases")
    numbers, paragraphs = {}, []
    for position, record in enumerate(require_records(row, index, "paragraphs")):
        inside = f"paragraphs[{position}]"
        idx = require(record, index, "idx", int, inside)
        if idx in numbers:
            raise RowError(index, f"{inside}.idx", f"{idx} is the idx of an earlier paragraph too")
        numbers[idx] = position + 1
        paragraphs.append(
            Paragraph(
                require(record, index, "title", str, inside),
                require(record, index, "paragraph_text", str, inside),
            )
        )
    steps = require_records(row, index, "question_decomposition")
    if not 1 <= len(steps) <= MOST_HOPS:
        raise RowError(index, "question_decomposition", f"has {len(steps)} steps, not 1 to {MOST_HOPS}")
    trail: list[Hop] = []
    for position, step in enumerate(steps):
        inside = f"question_decomposition[{position}]"
        idx = require(step, index, "paragraph_support_idx", int, inside)
        if idx not in numbers:
            raise RowError(index, f"{inside}.paragraph_support_idx", f"{idx} is the idx of no paragraph")
        subject = trail[-1].value if trail else paragraphs[numbers[idx] - 1].title
        trail.append(Hop(subject, numbers[idx], require(step, index, "answer", str, inside)))
    return Question(
        text=text,
        paragraphs=tuple(paragraphs),
        steps=tuple(trail),
        answers=(answer, *aliases),
        told=(*trail, *_dead_ends(paragraphs)),
        indices=tuple(numbers),
    )


def _dead_ends(paragraphs: Sequence[Paragraph]) -> list[Hop]:
    """Returns for each paragraph a step whose answer is its title; its facts are unknown."""
    return [Hop(paragraph.title, n, paragraph.title) for n, paragraph in enumerate(paragraphs, start=1)]
