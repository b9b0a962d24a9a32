"""`vpo/Support-v0`: answering customers, where help, brevity and empathy pull apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs.core import Domain, Objective, Reward, Task
from vpo_envs.domains.support.contexts import CONTEXTS
from vpo_envs.domains.support.kinds import KINDS
from vpo_envs.domains.support.replies import REPLY_STYLES, best_replies, demonstrations
from vpo_envs.domains.support.sampling import Sampler
from vpo_envs.domains.support.scoring import Verdict, judge
from vpo_envs.domains.support.ticket import Ticket
from vpo_envs.domains.support.wording import compact_prompt, full_prompt

Scorer = Callable[[Task, str], float]
"""A replacement for an objective's scorer: (task, answer) -> a number in [0, 1]. A scorer that also has
`score_many(tasks, answers) -> n numbers` is called once per batch."""

MOST_POINTS = 6


class SupportDomain(Domain):
    """Customer service: a ticket, what the records say, what policy allows; write the reply.

    Sixteen kinds of ticket (returns, delays, damaged, wrong and missing goods, warranty, double charges,
    late fees, price drops, wrong invoices, outages, cancellations, locked accounts, subscriptions,
    bookings, data deletion) in 26 outcomes: policy may grant what the customer wants, or refuse it and
    offer something else. A complete reply tells decisions, amounts, dates, durations, codes and steps;
    some amounts have to be worked out from the records. The customer shows or names one of eight
    feelings and comes from one of six contexts.

    **Prompt** (shortened):

        You answer customers of Bluecrest. Today is 7 November 2027. ...
        "Hello, I was charged twice for order ORD-32430! I am furious."
        Records:
        - A second charge of $42.50 was taken by our mistake. Case CS-95378. ...
        Policy:
        - Charges taken by mistake are refunded within 5 days.
        - Never promise compensation.
        The customer needs to know:
        - our decision on a refund
        - how much they get ...

    The compact prompt is a line of at most 60 tokens: `double loyal angry fault yes may refund never
    compensate voucher know amount $42 takes 5 days ref K17 ... tell refund amount ref`.

    **Answer**: the reply, in any wording. The compact wording `refund amount $42 ref K17 understand angry
    sorry contact us` is read by the same rules.

    **Objectives**:

    - `helpfulness`: share of the required points conveyed, recognised by value ("$42.50", "42.50
      dollars", "USD 42.5"; "3 March", "March 3rd", "2026-03-03") and with respect for negation, rules,
      conditions and questions; 0 if the reply promises what policy forbids, in one of the many wordings
      that are known, denies what it grants, or states a wrong fact.
    - `brevity`: max(0, 1 - ((L - 8) / (12 (P + M) - 8))^2) with L = max(words, 8 per point or move made),
      P points and M moves due; 0 where helpfulness is 0.
    - `empathy`: share of the moves due that are made: acknowledge the feeling, apologise where at fault,
      offer the next step, each once; 0 where helpfulness is 0.

    Every point and every move costs the customer time, so the three pull apart; `best_answers` attains
    the true front, and the module `scoring` says why nothing beats it.

    **Contexts**: `contexts` names weightings (hurried, upset, expert ...); `satisfaction` applies the one
    of a ticket's customer.

    Source: procedural, written for this suite; reward vectors as in arXiv 2605.22817.

    Args:
        kinds: Names of the kinds to draw from, all by default.
        min_points: Fewest points a complete reply makes, 2 to 6; decisions are never left out.
        max_points: Most points, `min_points` to 6.
        distractors: Earlier orders in the records that answer nothing, 0 to 4.
        simple_values: Whole dollars below 100 and two-digit codes, a closed vocabulary for tiny models.
        reply_style: Wording of demonstrations and best answers: `prose` or `compact`.
        scorers: Replacements for objectives by name, see `Scorer`. With one in place the true front is
            unknown.

    Raises:
        ValueError: If an argument is out of range.
        TypeError: If a scorer is not callable.

    Example:
        >>> domain = SupportDomain(kinds=["double"])
        >>> task = domain.task("test", 0)
        >>> domain.score(task, "We will refund you.")[0] > 0
        True
        >>> domain.score(task, "We will refund you and give you a voucher.")
        (0.0, 0.0, 0.0)
    """

    objectives = (
        Objective("helpfulness", "required facts and steps conveyed, none wrong, nothing forbidden promised"),
        Objective("brevity", "no longer than what is told needs"),
        Objective("empathy", "acknowledges the feeling, apologises where at fault, offers the next step"),
    )
    max_answer_length = 5_000  # some 800 words; patience ends after a hundred
    contexts: ClassVar[dict[str, tuple[float, float, float]]] = CONTEXTS

    def __init__(
        self,
        *,
        kinds: Sequence[str] | None = None,
        min_points: int = 3,
        max_points: int = MOST_POINTS,
        distractors: int = 2,
        simple_values: bool = False,
        reply_style: str = "prose",
        scorers: Mapping[str, Scorer] | None = None,
    ) -> None:
        names = tuple(KINDS) if kinds is None else tuple(kinds)
        unknown = [name for name in names if name not in KINDS]
        if unknown or not names:
            raise ValueError(f"kinds={kinds!r} must be one or more of {', '.join(KINDS)}")
        if not 2 <= min_points <= max_points <= MOST_POINTS:
            raise ValueError(
                f"min_points={min_points}, max_points={max_points}: must be 2 <= min <= max <= {MOST_POINTS}"
            )
        if not 0 <= distractors <= 4:
            raise ValueError(f"distractors={distractors} must lie between 0 and 4")
        if reply_style not in REPLY_STYLES:
            raise ValueError(f"reply_style={reply_style!r} is not one of {', '.join(REPLY_STYLES)}")
        self.scorers = dict(scorers or {})
        for name, scorer in self.scorers.items():
            if name not in self.objective_names:
                raise ValueError(f"scorers has {name!r}; objectives are {', '.join(self.objective_names)}")
            if not callable(scorer):
                raise TypeError(f"scorers[{name!r}] must be a callable (task, answer) -> float")
        self.reply_style = reply_style
        self._sampler = Sampler(names, (min_points, max_points), distractors, simple_values)

    def sample_task(self, rng: np.random.Generator) -> Task:
        """Draws a ticket and writes both prompts."""
        draft = self._sampler.draw(rng)
        prompt, compact = full_prompt(draft, rng), compact_prompt(draft, rng)
        return Task(prompt=prompt, truth=draft.ticket, compact=compact)

    def judge(self, task: Task, answer: str) -> Verdict:
        """What the built-in scorers find in a reply: points conveyed, errors, moves, words."""
        ticket: Ticket = task.truth
        return judge(ticket, answer)

    def score(self, task: Task, answer: str) -> tuple[float, ...]:
        """Helpfulness, brevity and empathy."""
        return tuple(float(value) for value in self._score_columns([task], [answer])[0])

    def score_many(self, tasks: Sequence[Task], answers: Sequence[str]) -> Reward:
        """Scores many replies; a replaced scorer sees the whole batch."""
        return self._score_columns(tasks, answers).astype(np.float32)

    def _score_columns(self, tasks: Sequence[Task], answers: Sequence[str]) -> NDArray[np.float64]:
        rewards = np.zeros((len(answers), len(self.objectives)))
        if len(self.scorers) < len(self.objectives):
            for row, task, answer in zip(rewards, tasks, answers):
                row[:] = judge(task.truth, answer).scores
        for name, scorer in self.scorers.items():
            rewards[:, self.objective_names.index(name)] = _apply(name, scorer, tasks, answers)
        return rewards

    def demonstrations(self, task: Task, rng: np.random.Generator) -> list[str]:
        """True replies of any completeness, a padded one and a flawed one."""
        return demonstrations(task.truth, self.reply_style, rng)

    def best_answers(self, task: Task) -> list[str] | None:
        """A shortest reply for every number of points and moves; None with a replaced scorer."""
        return None if self.scorers else best_replies(task.truth, self.reply_style)

    def satisfaction(self, task: Task, rewards: ArrayLike) -> NDArray[np.float64]:
        """How content the ticket's customer is: rewards (..., 3) under the weights of their context."""
        return np.asarray(np.asarray(rewards, float) @ np.array(self.contexts[task.truth.context]))

    def feedback(self, task: Task, answer: str) -> str:
        """What is missing or wrong, without the values themselves."""
        verdict = self.judge(task, answer)
        missing = [p.label for p, told in zip(verdict.ticket.points, verdict.conveyed) if not told]
        unmet = [move for move in verdict.ticket.moves if move not in verdict.moves]
        parts = [f"Wrong: the reply {error}." for error in verdict.errors]
        parts += [f"Not told: {'; '.join(missing)}."] if missing else []
        parts += ["A phrase dismisses the customer."] if verdict.rude else []
        parts += [f"Not done: {', '.join(unmet)}."] if unmet else []
        return " ".join([*parts, f"Length: {verdict.words} words."])


def _apply(name: str, scorer: Any, tasks: Sequence[Task], answers: Sequence[str]) -> NDArray[np.float64]:
    many = getattr(scorer, "score_many", None)
    found = many(tasks, answers) if many else [scorer(task, answer) for task, answer in zip(tasks, answers)]
    scores = np.asarray(found, float)
    if scores.shape != (len(answers),):
        raise ValueError(
            f"scorers[{name!r}] returned shape {scores.shape} for {len(answers)} answers; give one each"
        )
    if not ((scores >= 0) & (scores <= 1)).all():
        raise ValueError(f"scorers[{name!r}] returned {scores}; map its scores to [0, 1], e.g. by a sigmoid")
    return scores
