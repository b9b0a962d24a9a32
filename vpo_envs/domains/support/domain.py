"""`vpo/Support-v0`: answers to customers, where help, brevity and empathy pull apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vpo_envs.domain import Domain
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
from vpo_envs.task import Objective, Reward, Task

Scorer = Callable[[Task, str], float]
"""A replacement for an objective's scorer: (task, answer) -> a number in [0, 1]. A scorer that also has
`score_many(tasks, answers) -> n numbers` is called once per batch."""

MOST_POINTS = 6


class SupportDomain(Domain):
    """Customer service: a ticket, the records, the policy; decide the case and write the reply.

    Sixteen kinds of ticket (returns, delays, damaged, wrong and missing goods, warranty, double charges,
    late fees, price drops, wrong invoices, outages, cancellations, locked accounts, subscriptions,
    bookings, data deletion) in 26 outcomes: policy may grant what the customer wants, or refuse it and
    offer something else. A complete reply tells decisions, amounts, dates, durations, codes and steps;
    some amounts have to be worked out. The customer shows or names one of eight feelings and comes from
    one of six contexts. The prompt holds the ticket, the records, the policy, the fields of the decision,
    every rule of scoring, and an example of the form for another ticket.

    **Answer.** Two parts, as in a help desk: the decision for the records and the message to the customer.

        <decision>{"refund": "granted", "amount": "$42.50", "takes": "5 days"}</decision>
        <message>I am sorry for our mistake. We will refund you $42.50. It takes up to 5 days.</message>

    **Reading.** Thought is removed; the last decision and the last message count. The decision may be
    JSON in its tag, in a fence or bare, tags or lines of `field: value`, or an object that holds the
    message as well; keys in any case. It is compared by value: "$42.50", "42.5 dollars" and "USD 42.50",
    or "3 March", "March 3rd" and "2026-03-03" are the same. Without `<message>`, the rest of the reply is
    the message. Markdown, lists, subject lines, greetings and sign-offs are read through.

    A fact is *told* if a sentence of the message holds it near a word of its own: a decision in a clause
    that grants or refuses as policy does, a figure beside a word for its role, a step with its thing and
    its deed. The customer's own words and the policy may be quoted.

    **Objectives**, for P fields, M empathic moves due and m made:

    - `helpfulness`: the mean credit of the fields: 1 if the decision has the field right and the message
      tells it, 1/2 if the decision leaves it out, 0 if the message does. Half of that where the message
      consists of notes without sentences, or tells at least half of its fields in rows of keywords. 0 if
      anything is wrong in either part: a wrong value, a promise
      that policy does not allow or speak of ("we also send you a free car"), a refusal of what it
      grants, a request for passwords or card numbers, a message that takes itself back ("just kidding").
    - `brevity`: max(0, 1 - ((L - 8) / (14 (P + M) - 8))^2) / 2^r. L adds up max(words, 8 k) over the
      sentences, k the facts and moves that a sentence is the first to make; r counts repeated sentences.
      Decision, greeting and sign-off are free.
    - `empathy`: m / M by the rubric: acknowledge the feeling, apologize where at fault, offer further help
      or contact, each in a sentence. 0 for notes, insults, and another name than the customer's.

    **The gate.** Brevity and empathy are 0 unless nothing is wrong and the message tells at least half of
    the fields, a decision and a figure among them; they count half without any decision in the first part.
    So no reply that is the same for all tickets earns more than a few per cent.

    **The front.** Every fact and every move takes the customer at least 8 words, so the three pull apart;
    `best_answers` attains the true front, and the module `scoring` says why nothing beats it.

    **Contexts.** `contexts` names weightings (hurried, upset, expert ...); `satisfaction` applies the one
    of a ticket's customer.

    **Scorers** are replaceable: any callable, a transformers classifier
    (`vpo_agent.integrations.reward_model`), or a judge behind an endpoint
    (`vpo_agent.integrations.judge`) with `RUBRICS` or your own. 421 replies labelled by hand are in
    `tests/data/support_replies.jsonl` and `support_replies_fresh.jsonl`; the built-in scorers agree with
    98% of the labels, and with 97% of those kept back while the reader was written.

    **Compact style**, for tiny models: a language of its own with its own scorer. The prompt is one line,
    a reply a row of items: `cancel no refund . ends 19 May fee $10 understand angry contact us`. The same
    formulas hold; notes are what it consists of, and there is no decision beside them.

    **Difficulty.** `vpo/SupportEasy-v0`: two or three fields, no earlier orders, no arithmetic;
    `vpo/SupportHard-v0`: two requests in one ticket, seven to eleven fields, four earlier orders.

    | mean over 24 test tickets | easy | default | hard | small |
    |---|---|---|---|---|
    | best of 217 task-blind replies | .04 | .07 | .03 | .03 |
    | best set of eight of them (best by weighting) | .15 | .20 | .08 | .14 |
    | best copy of parts of the prompt | .24 | .25 | .25 | .29 |
    | one demonstration | .24 | .26 | .25 | .06 |
    | the best of thirty (by weighting) | .71 | .75 | .82 | .68 |
    | best reply | 1 | 1 | 1 | 1 |

    Shares of the best reply's mean over the three objectives; "by weighting" is E_w[best] over 64
    weightings, as a share of the true front's.

    Source: procedural, written for this suite; reward vectors as in arXiv 2605.22817.

    Args:
        kinds: Names of the kinds to draw from, all by default.
        min_points: Fewest fields of a request, 2 to 6; decisions and one figure are never left out.
        max_points: Most fields of a request, `min_points` to 6.
        distractors: Earlier orders in the records that answer nothing, 0 to 4.
        requests: Requests in one ticket, 1 or 2.
        arithmetic: Whether some amounts have to be worked out; else the records state them.
        simple_values: Whole dollars below 100 and two-digit codes, a closed vocabulary for tiny models.
        reply_style: `prose` for two parts, `compact` for the language of tiny models.
        scorers: Replacements for objectives by name, see `Scorer`. With one in place the true front is
            unknown.

    Raises:
        ValueError: If an argument is out of range.
        TypeError: If a scorer is not callable.

    Example:
        >>> domain = SupportDomain(kinds=["double"])
        >>> task = domain.task("test", 0)
        >>> reply = domain.best_answers(task)[-1]
        >>> [round(value, 2) for value in domain.score(task, reply)]
        [1.0, 0.72, 1.0]
        >>> domain.score(task, reply.replace("</message>", " You also get a voucher.</message>"))
        (0.0, 0.0, 0.0)
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
        """Returns helpfulness, brevity and empathy."""
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
        notes = verdict.telegram or verdict.notes
        parts += ["The message consists of notes, not of sentences."] if notes else []
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
