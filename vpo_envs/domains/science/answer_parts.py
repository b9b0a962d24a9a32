"""The parts of an answer: lines that may hold a law, texts that may hold an experiment, and marks of both."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vpo_envs.domains.science.problem import Problem
from vpo_envs.domains.science.refusals import refuses
from vpo_envs.domains.science.spelling import unmarked

MAX_EXPERIMENT_LENGTH = 300
MAX_ATTEMPTS = 24
"""Lines that are tried as a law, from the last; as many as an experiment."""
MAX_SIDES = 4

TAG = re.compile(r"^<[A-Za-z_]{1,20}>")
REMARK = re.compile(
    r";|,(?![0-9])|—| -- |\s#|//|→|⇒|</|\.\s+(?=[A-Z][a-z])"
    r"|\s(?P<word>where|with|for|when|if|at|as|near|is|since|because|which|that|so|giving|gives"
    r"|to(?!\s*[0-9.]))\b"
)
EQUALS = re.compile(r"(?:(?<![<>!=:])=(?!=)|≈)")
_MARKER = re.compile(
    r"<(?:\w{1,12}[ _-])?experiment>|experiment(?: [0-9]{1,2})?[ *_`\"']{0,4}[:|]"
    r"|^[^=:]{0,30}?experiment[*_`\"']{0,3} {1,2}(?:=|[-—→] )",
    re.IGNORECASE | re.ASCII,
)
"""The label of the experiment, also as a tag, as the head of a table's row, or before a dash."""
_HEADING = re.compile(
    r"[ \t>#*_`0-9.)]{0,10}(?:(?:my|the|next|best|chosen|proposed|suggested|recommended) ){0,2}experiment"
    r"[ \t*_`]{0,4}",
    re.IGNORECASE,
)
"""A label that is a line of its own; lines that look like one may be no label, so it counts less."""
_MENTION = re.compile(r"\bexperiment\b", re.IGNORECASE)
_TOLD = re.compile(
    r"(?: (?:i|we|should|will|would|must|can|could|best|propose|suggest|recommend|be|is|run|done|set|made"
    r"|kept|performed|carried|out)\b){0,6} (?:at|is|be|to) "
    r"(?:(?:about|around|approximately|approx\.?|roughly|circa|ca\.?|nearly|near|exactly) )?[.0-9]",
    re.IGNORECASE,
)
"""Words behind `experiment` that lead to its value."""
_SIGN = re.compile(r"[=≈:]")
_FENCE = re.compile(r"\s*(?:```+|~~~+)\w*\s*")


def joined_lines(text: str) -> list[str]:
    """Returns the lines, without blank ones and fences, each with the lines in which it goes on.

    A line goes on after `=`; and where it is a law with an open bracket, or with `+`, `-` or `/` at its end,
    unless the next line has a sign of its own.
    """
    lines: list[str] = []
    unfinished = broken = False
    for line in text.split("\n"):
        if _FENCE.fullmatch(line) or not (bare := unmarked(line)):
            continue
        if unfinished or (broken and not _SIGN.search(bare)):
            lines[-1] = f"{lines[-1]} {bare}"
        else:
            lines.append(line)
        law = lines[-1] if len(lines[-1]) < MAX_EXPERIMENT_LENGTH else ""
        unfinished = law != "" and bare.endswith(("=", "≈"))
        broken = "=" in law and (law.count("(") > law.count(")") or law.rstrip().endswith(("+", "-", "/")))
    return lines


def law_and_experiment_texts(problem: Problem, lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Returns lines that may hold a law, and texts that may hold an experiment, both in order."""
    laws: list[str] = []
    labelled: list[str] = []
    bare: list[str] = []
    for number, line in enumerate(lines):
        marks = list(_MARKER.finditer(line))
        starts = [mark.start() for mark in marks] + [len(line)]
        ends = [0] + [mark.end() for mark in marks]
        laws.append(line[: starts[0]])
        for before, mark, following in zip(ends, marks, starts[1:]):
            if refuses(line[before : mark.end() - 1]):
                continue
            content = line[mark.end() : following]
            labelled.append(content if unmarked(content) else _below(problem, lines, number))
        if _HEADING.fullmatch(line):
            bare.append(_below(problem, lines, number))
        if not marks and len(line) <= MAX_EXPERIMENT_LENGTH:
            start = unmarked(line)
            mention = _MENTION.search(start)
            if "=" not in line and not (mention and _TOLD.match(start, mention.end())):
                continue
            if mention and refuses(start[: mention.end()]):
                continue
            if mention or start.startswith(problem.inputs):
                bare.append(start[mention.end() :] if mention else start)
    return laws, labelled or bare


def _below(problem: Problem, lines: Sequence[str], number: int) -> str:
    """Returns the settings in the lines below a label, one for each input."""
    return ", ".join(unmarked(line) for line in lines[number + 1 :][: len(problem.inputs)])
