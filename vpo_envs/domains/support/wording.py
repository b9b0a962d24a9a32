"""Two prompts of a ticket: instructions for real models, a few tokens for tiny ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.contexts import PROFILES
from vpo_envs.domains.support.decision import GRANTED, REFUSED, REQUIRED
from vpo_envs.domains.support.sampling import Draft, Request
from vpo_envs.domains.support.scoring import WORDS_PER_POINT, patience
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.ticket import Point
from vpo_envs.domains.support.voice import COMPANIES, FEELINGS

_OPENINGS = ("Hello,", "Hi,", "Good morning,", "To whom it may concern,", "Hello there,")
_FORM = """\
Write two parts, first the decision for our records as JSON in <decision> tags, then the message to the \
customer in <message> tags. You may think before you write; the last decision and the last message count.

The decision has these fields:"""
_EXAMPLE = """\
Example, for another ticket (Noor, worried, asks to keep library books longer; policy allows it for a fee):
<decision>{"extend": "granted", "due": "3 April", "fee": "$2.50"}</decision>
<message>Hi Noor, I can see why you were worried. We have extended your loan. The books are now due on 3 \
April. The fee is $2.50. Just reply if you need more time.</message>"""


def ticket_text(draft: Draft, rng: np.random.Generator, worked_out: bool) -> tuple[str, str]:
    """Writes the ticket, the records and the policy.

    Args:
        draft: The ticket.
        rng: Chooses wordings.
        worked_out: Whether the records state amounts that otherwise have to be worked out.

    Returns:
        The text and the name of the company.
    """
    ticket = draft.ticket
    texts = [{role: e.text for role, e in r.entries.items()} | {"item": r.item} for r in draft.requests]
    stories = [request.story.format(**values) for request, values in zip(draft.requests, texts)]
    letter = [stories[0], str(rng.choice(FEELINGS[ticket.feeling]))]
    if rng.random() < 0.5:
        letter.reverse()
    letter += [f"And one more thing. {story}" for story in stories[1:]]
    records, rules = [], []
    for request, values in zip(draft.requests, texts):
        records += [line.format(**values) for line in request.outcome.records]
        rules += [line.format(**values) for line in request.outcome.rules]
        if worked_out and request.outcome.difference:
            records.append(f"The difference comes to {values[request.outcome.difference[0]]}.")
    records += [f"Earlier order {order.text}: {item}, {price.text}." for order, item, price in draft.earlier]
    rules += [f"Never promise {ACTIONS[name].noun}." for name in ticket.forbidden]
    company = str(rng.choice(COMPANIES))
    lines = [
        f"You answer customers of {company}. Today is {draft.today.text}.",
        "Decide this ticket as policy says and write the reply: helpful, brief and kind.",
        "",
        f"From {ticket.customer} ({rng.choice(PROFILES[ticket.context])}):",
        f'"{rng.choice(_OPENINGS)} {" ".join(letter)}"',
        "",
        "Records:",
        *(f"- {line}" for line in records),
        "Policy:",
        *(f"- {line}" for line in rules),
        "- We are at fault here: apologise." if ticket.at_fault else "- We are not at fault here.",
    ]
    return "\n".join(lines), company


def instructions(draft: Draft) -> str:
    """Writes the form of the reply, every rule of scoring and an example of another ticket."""
    return "\n".join([_FORM, *_fields(draft.requests), "", *_rules(draft), "", _EXAMPLE])


def _fields(requests: Sequence[Request]) -> list[str]:
    if len(requests) == 1:
        return [_field(point) for point in requests[0].points]
    lines = []
    for number, request in zip(("first", "second"), requests):
        lines.append(f"For the {number} request:")
        lines += [_field(point) for point in request.points]
    return lines


def _field(point: Point) -> str:
    if point.name in ACTIONS:
        return f'- "{point.name}": "{GRANTED}" or "{REFUSED}" ({point.label})'
    if point.name in STEPS:
        return f'- "{point.name}": "{REQUIRED}" (the customer has {point.label})'
    return f'- "{point.name}": {point.label}'


def _rules(draft: Draft) -> list[str]:
    return [
        "How the reply is scored:",
        "- Helpfulness: the share of the fields that the decision has right and the message tells the "
        "customer in "
        "plain words, in full sentences. Fields missing from the decision count half, and so do notes "
        "without "
        "sentences. You may leave out what you do not know, but one wrong fact, a promise that policy does "
        "not "
        "allow, a request for passwords or card numbers, or taking the message back makes the whole reply "
        "worthless.",
        f"- Brevity: the customer's patience ends after {patience(draft.ticket)} words, and every word "
        f"counts "
        f"against you. A field or a kind gesture is worth {WORDS_PER_POINT} words, a sentence that tells "
        f"nothing "
        "new is worth none. A repeated sentence halves brevity. Greeting, sign-off and decision are free.",
        "- Empathy: the message acknowledges how the customer feels, apologises if we are at fault, and "
        "offers "
        "further help or contact. Insults or another name than the customer's void it.",
        "- Brevity and empathy count only if the message tells at least half of the fields, among them one "
        "that is "
        "granted or refused and one figure if the list has any. A reply without a decision counts half in "
        "everything.",
    ]


def compact_prompt(draft: Draft, rng: np.random.Generator) -> str:
    """Writes the same ticket in few tokens: what to tell, what is allowed, and a shuffled table of values."""
    ticket = draft.ticket
    granted = [point.name for point in ticket.points if point.name in ACTIONS and point.granted]
    table = [
        f"{role} {entry.short}"
        for request in draft.requests
        for role, entry in request.entries.items()
        if role in ROLES
    ]
    table += [f"order {order.short} paid {price.short}" for order, _, price in draft.earlier]
    return " ".join(
        [
            f"{ticket.kind} {ticket.context} {ticket.feeling} fault {'yes' if ticket.at_fault else 'no'}",
            "may",
            *(granted or ["nothing"]),
            "never",
            *ticket.forbidden,
            "know",
            *(table[i] for i in rng.permutation(len(table))),
            "tell",
            *(point.name for point in ticket.points),
        ]
    )
