"""Wording of the full prompts."""

from __future__ import annotations

from vpo_envs.domains.multihop_qa.question import Question
from vpo_envs.domains.worlds.writing import capitalised

INSTRUCTIONS = """\
Answer the question from the numbered paragraphs below. Several steps lead to the answer. Each step is \
stated in one paragraph; the other paragraphs do not help.

{paragraphs}

Question: {question}

Work out the steps one after another before you answer. Then end with {limit} that state a step, and \
with the answer to the question: a name or a few words, not a sentence.

- {counted}
- Each cited paragraph that states no step makes the others worth less.
- The answer is compared word by word, so every extra word costs. Beside a wrong answer, citations are \
worth half; without an answer they are worth nothing.
- If you give more than one answer, the last one counts.

The form of the end, shown for another question:
<support>{numbers}</support>
<answer>Wychbury</answer>"""

PAPER = """\
Answer the question below, which takes several steps of reasoning, from the paragraphs. Find out which \
paragraphs support the answer.

{paragraphs}

Question: {question}

Think first about which paragraphs matter. Then write the numbers of the supporting paragraphs, separated \
by commas, and the answer, in this form:
<support>3, 7, 12</support>
<answer>your answer</answer>"""


def full(question: Question, most: int) -> str:
    """Returns the prompt that states our rules.

    Args:
        question: The question.
        most: Distinct citations that count.
    """
    titled = capitalised if question.compact else str
    paragraphs = "\n\n".join(
        f"[{number}] {titled(paragraph.title)}\n{paragraph.text}"
        for number, paragraph in enumerate(question.paragraphs, start=1)
    )
    if most == 1:
        limit, counted = "the number of one paragraph", "Only the first number counts."
    else:
        limit = f"the numbers of at most {most} paragraphs"
        counted = f"Only the first {most} different numbers count."
    return INSTRUCTIONS.format(
        paragraphs=paragraphs,
        question=question.text,
        limit=limit,
        counted=counted,
        numbers="3" if most == 1 else "3, 7",
    )


def paper(question: Question) -> str:
    """Returns a prompt with what the authors' prompt holds, in our words; numbers are the data set's."""
    paragraphs = "\n".join(
        f"[{question.shown(number)}] (Title: {paragraph.title}) {paragraph.text}"
        for number, paragraph in enumerate(question.paragraphs, start=1)
    )
    return PAPER.format(paragraphs=paragraphs, question=question.text)
