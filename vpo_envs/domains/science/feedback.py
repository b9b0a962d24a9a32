"""Feedback on an answer: its unreadable and unsound parts, and the misses of its law."""

from __future__ import annotations

import numpy as np

from vpo_envs.domains.science.expression import Expr
from vpo_envs.domains.science.problem import Problem
from vpo_envs.domains.science.prompts import behaviour_text
from vpo_envs.domains.science.reader import Proposal
from vpo_envs.domains.science.scoring import Ladder, measure


def describe_answer(problem: Problem, ladder: Ladder, proposal: Proposal) -> str:
    """Returns sentences on the law and the experiment; the hidden law is not given away."""
    return " ".join([*_law_notes(problem, ladder, proposal), _experiment_note(problem, proposal)])


def _law_notes(problem: Problem, ladder: Ladder, proposal: Proposal) -> list[str]:
    if proposal.law is None:
        return [f"No law could be read: {proposal.law_error}."]
    raw = measure(problem, proposal.law)
    notes = []
    if raw.dimension_error:
        notes.append(f"The units do not match: {raw.dimension_error}.")
    for behaviour, met in zip(problem.behaviours, raw.limits_met):
        if not met:
            notes.append(
                f"The law should have this limit: {behaviour_text(problem.output.symbol, behaviour)}."
            )
    for symbol in problem.inputs:
        notes += _misses(problem, proposal.law, symbol)
    if raw.complexity > ladder.complexity:
        notes.append(
            f"A law of {ladder.complexity} parts explains everything; this one has {raw.complexity}."
        )
    return notes


def _misses(problem: Problem, law: Expr, symbol: str) -> list[str]:
    """Returns how far off the law is below and above the measured range of one input."""
    with np.errstate(all="ignore"):
        ratios = problem.predict(law, problem.probed) / problem.target
    probed, measured = problem.probed[symbol], problem.measured[symbol]
    notes = []
    for side, mask in (("small", probed < measured.min()), ("large", probed > measured.max())):
        if not mask.any():
            continue
        side_ratios = ratios[mask]
        ratio = float(np.median(side_ratios)) if np.isfinite(side_ratios).all() else np.nan
        if not ratio > 0:
            notes.append(f"At {side} {symbol} the law has no positive value.")
        elif abs(ratio - 1) > 0.01:
            notes.append(f"At {side} {symbol} the law gives {ratio:.3g} times the true value.")
    return notes


def _experiment_note(problem: Problem, proposal: Proposal) -> str:
    if proposal.settings is None:
        return f"No experiment could be read: {proposal.experiment_error}."
    place = proposal.settings
    return (
        f"The experiment costs {problem.credits[place]:.2f} credits and tells the laws apart with power "
        f"{problem.power[place]:.2f}, {problem.feasibility[place]:.0%} of the best power per credit."
    )
