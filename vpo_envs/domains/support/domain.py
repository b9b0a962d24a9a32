"""`vpo/Support-v0`: answering customers, where help, brevity and empathy pull apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs.core import Domain, Objective, Reward, Task
from vpo_envs.domains.support.contexts import CONTEXTS
from vpo_envs.domains.support.decision import split_reply, written
from vpo_envs.domains.support.kinds import KINDS
from vpo_envs.domains.support.replies import REPLY_STYLES, best_replies, demonstrations
from vpo_envs.domains.support.sampling import Sampler
from vpo_envs.domains.support.scoring import Verdict, judge
from vpo_envs.domains.support.telegram import judge_telegram, words_of
from vpo_envs.domains.support.ticket import Ticket
from vpo_envs.domains.support.values import tokenize
from vpo_envs.domains.support.wording import compact_prompt, instructions, ticket_text

Scorer = Callable[[Task, str], float]
"""A replacement for an objective's scorer: (task, answer) -> a number in [0, 1]. A scorer that also has
`score_many(tasks, answers) -> n numbers` is called once per batch."""

MOST_POINTS = 6


class SupportDomain(Domain):
    """Customer service: a ticket, the records, the policy; decide and write the reply.

    DOCSTRING
    """

    objectives = (
        Objective(
            "helpfulness",
            "facts decided right and told in sentences, nothing wrong or promised beyond policy",
        ),
        Objective("brevity", "no more words than what is told needs"),
        Objective("empathy", "acknowledges the feeling, apologises where at fault, offers the next step"),
    )
    max_answer_length = 6_000  # some 900 words; patience ends after two hundred
    contexts: ClassVar[dict[str, tuple[float, float, float]]] = CONTEXTS

    def __init__(
        self,
        *,
        kinds: Sequence[str] | None = None,
        min_points: int = 3,
        max_points: int = MOST_POINTS,
        distractors: int = 2,
        requests: int = 1,
        arithmetic: bool = True,
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
        if requests not in (1, 2):
            raise ValueError(f"requests={requests} must be 1 or 2")
        if reply_style not in REPLY_STYLES:
            raise ValueError(f"reply_style={reply_style!r} is not one of {', '.join(REPLY_STYLES)}")
        self.scorers = dict(scorers or {})
        for name, scorer in self.scorers.items():
            if name not in self.objective_names:
                raise ValueError(f"scorers has {name!r}; objectives are {', '.join(self.objective_names)}")
            if not callable(scorer):
                raise TypeError(f"scorers[{name!r}] must be a callable (task, answer) -> float")
        self.reply_style = reply_style
        self._worked_out = not arithmetic
        self._sampler = Sampler(names, (min_points, max_points), distractors, simple_values, requests)

    def sample_task(self, rng: np.random.Generator) -> Task:
        """Draws a ticket and writes both prompts."""
        draft = self._sampler.draw(rng)
        text, company = ticket_text(draft, rng, self._worked_out)
        known = {kind: set(keys) for kind, keys in draft.ticket.known.items()}
        for value in tokenize(text).values.values():  # what stands in the prompt may be repeated
            known.setdefault(value.kind, set()).update(value.truths())
        frozen = {kind: frozenset(keys) for kind, keys in known.items()}
        ticket = replace(draft.ticket, known=frozen, company=company)
        compact = compact_prompt(draft, rng)
        return Task(prompt=f"{text}\n\n{instructions(draft)}", truth=ticket, compact=compact)

    def judge(self, task: Task, answer: str) -> Verdict:
        """Returns what the built-in scorers find in a reply: points conveyed, errors, moves, length."""
        ticket: Ticket = task.truth
        return judge_telegram(ticket, answer) if self.reply_style == "compact" else judge(ticket, answer)

    def decision(self, task: Task) -> str:
        """Returns the right decision as JSON, to go with a message in tests and labelled data."""
        return written(task.truth)

    def answer_key(self, task: Task, answer: str) -> str:
        """Returns the words and values of a reply without its dress."""
        if self.reply_style == "compact":
            return " ".join(words_of(answer))
        fields, message = split_reply(answer)
        said = tokenize(message)
        values = [f"{value.kind}{sorted(map(str, value.keys))}" for value in said.values.values()]
        words = [word for word in said.words if word not in (",", ".", "?")]
        decided = sorted(f"{name} {' '.join(tokenize(text).words)}" for name, text in fields.items())
        return " ".join([*decided, *words, *values])

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
                row[:] = self.judge(task, answer).scores
        for name, scorer in self.scorers.items():
            rewards[:, self.objective_names.index(name)] = _apply(name, scorer, tasks, answers)
        return rewards

    def demonstrations(self, task: Task, rng: np.random.Generator, quality: float = 1.0) -> list[str]:
        """Returns six replies of any completeness, some facts misread, one padded, one promising too much."""
        return demonstrations(task.truth, self.reply_style, rng, quality)

    def best_answers(self, task: Task) -> list[str] | None:
        """Returns a shortest reply for every number of points and moves; None with a replaced scorer."""
        return None if self.scorers else best_replies(task.truth, self.reply_style)

    def satisfaction(self, task: Task, rewards: ArrayLike) -> NDArray[np.float64]:
        """Returns rewards (..., 3) under the weights of the ticket's customer, shape (...)."""
        return np.asarray(np.asarray(rewards, float) @ np.array(self.contexts[task.truth.context]))

    def feedback(self, task: Task, answer: str) -> str:
        """Returns what is missing or wrong, without the values themselves."""
        verdict = self.judge(task, answer)
        points = verdict.ticket.points
        missing = [point.label for point, told in zip(points, verdict.told) if not told]
        undecided = [point.name for point, right in zip(points, verdict.decided) if not right]
        unmet = [move for move in verdict.ticket.moves if move not in verdict.moves]
        parts = [f"Wrong: the reply {error}." for error in verdict.errors]
        parts += [f"Not told: {'; '.join(missing)}."] if missing else []
        parts += [f"Missing in the decision: {', '.join(undecided)}."] if undecided else []
        parts += ["The message consists of notes, not of sentences."] if verdict.telegram else []
        parts += [f"The message {verdict.unkind}."] if verdict.unkind else []
        parts += [f"Not done: {', '.join(unmet)}."] if unmet else []
        parts += [f"Repeated sentences: {verdict.repeats}."] if verdict.repeats else []
        return " ".join([*parts, f"Length: {verdict.load} words."])


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
