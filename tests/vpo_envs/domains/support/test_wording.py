"""The prompts of a ticket by hand: story, records, policy, the form of the reply, and the compact prompt."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.vpo_envs.domains.support.by_hand import ticket
from tests.vpo_envs.domains.support.variants import DOMAIN, HARD
from vpo_envs.domains.support.contexts import PROFILES
from vpo_envs.domains.support.kinds import Outcome
from vpo_envs.domains.support.sampling import Draft, Request
from vpo_envs.domains.support.ticket import Entry, Point
from vpo_envs.domains.support.voice import COMPANIES, FEELINGS
from vpo_envs.domains.support.wording import compact_prompt, instructions, ticket_text

ENTRIES = {
    "paid": Entry.of("$60.00"),
    "fee": Entry.of("$5.00"),
    "amount": Entry.of("$55.00"),
    "by": Entry.of("3 March 2026"),
}
RETURN = Request(
    "My {item} for {paid} is wrong.",
    Outcome(
        ("Paid {paid}.", "Send it by {by}."),
        ("Less a fee of {fee}.",),
        ("refund", "amount", "by", "photo"),
        ("voucher",),
        difference=("amount", "paid", "fee"),
    ),
    "kettle",
    ENTRIES,
    tuple(map(Point, ("refund", "amount", "by", "photo"))),
)
CANCEL = Request(
    "Stop order {order}.",
    Outcome(("Order {order} is packed.",), ("Packed orders stay.",), ("no cancel", "order"), ("cancel",)),
    "tent",
    {"order": Entry.of("ORD-11111")},
    (Point("cancel", False), Point("order")),
)


def draft(*requests: Request, earlier=(), **changes) -> Draft:
    points = tuple(point for request in requests for point in request.points)
    truth = ticket(points=points, today=date(2026, 2, 10), feeling="angry", context="loyal", **changes).truth
    return Draft(truth, requests, Entry.of("10 February 2026"), earlier)


EARLIER = (
    (Entry.of("ORD-22222"), "tent", Entry.of("$70.00")),
    (Entry.of("ORD-33333"), "mirror", Entry.of("$80.00")),
)


def text(drawn: Draft, seed: int = 0, worked_out: bool = False) -> tuple[list[str], str]:
    written, company = ticket_text(drawn, np.random.default_rng(seed), worked_out)
    return written.split("\n"), company


def test_a_ticket_line_by_line():
    lines, company = text(draft(RETURN, earlier=EARLIER, at_fault=True))
    assert company in COMPANIES
    assert lines[:3] == [
        f"You answer customers of {company}. Today is 10 February 2026.",
        "Decide this ticket as policy says and write the reply: helpful, brief and kind.",
        "",
    ]
    assert lines[3] in [f"From Dana Novak ({profile}):" for profile in PROFILES["loyal"]]
    assert lines[4].startswith('"') and lines[4].endswith('"')
    assert lines[5:] == [
        "",
        "Records:",
        "- Paid $60.00.",
        "- Send it by 3 March 2026.",
        "- Earlier order ORD-22222: tent, $70.00.",
        "- Earlier order ORD-33333: mirror, $80.00.",
        "Policy:",
        "- Less a fee of $5.00.",
        "- Never promise a voucher.",
        "- Never promise a cancellation.",
        "- We are at fault here: apologise.",
    ]


def test_letters_tell_story_and_feeling_in_either_order():
    seen = set()
    for seed in range(60):
        letter = text(draft(RETURN), seed)[0][4].strip('"')
        story = "My kettle for $60.00 is wrong."
        greeting, _, rest = letter.partition(", ")
        assert greeting in ("Hello", "Hi", "Good morning", "To whom it may concern", "Hello there")
        feeling = rest.replace(story, "").strip()
        assert feeling in FEELINGS["angry"]
        seen.add((rest.startswith(story), feeling))
    assert len(seen) == 6, "both orders, three ways to say the feeling"


def test_a_second_request_comes_last():
    lines, _ = text(draft(RETURN, CANCEL, at_fault=False))
    assert lines[4].endswith(' And one more thing. Stop order ORD-11111."')
    assert "- Order ORD-11111 is packed." in lines[:11] and "- Packed orders stay." in lines
    assert lines[-1] == "- We are not at fault here."


@pytest.mark.parametrize(("worked_out", "shown"), [(True, 1), (False, 0)])
def test_amounts_are_worked_out_on_request(worked_out, shown):
    lines, _ = text(draft(RETURN, CANCEL), worked_out=worked_out)
    assert lines.count("- The difference comes to $55.00.") == shown


def test_the_form_lists_the_fields_of_the_decision():
    form = instructions(draft(RETURN)).split("\n")
    start = form.index("The decision has these fields:") + 1
    assert form[start : start + 5] == [
        '- "refund": "granted" or "refused" (our decision on a refund)',
        '- "amount": how much they get',
        '- "by": by when they must act',
        '- "photo": "required" (the customer has to send a photo)',
        "",
    ]


def test_the_form_tells_two_requests_apart():
    form = instructions(draft(RETURN, CANCEL)).split("\n")
    start = form.index("The decision has these fields:") + 1
    assert form[start] == "For the first request:"
    assert form[start + 5 : start + 9] == [
        "For the second request:",
        '- "cancel": "granted" or "refused" (our decision on a cancellation)',
        '- "order": the order number',
        "",
    ]


@pytest.mark.parametrize(("at_fault", "words"), [(True, 14 * (4 + 3)), (False, 14 * (4 + 2))])
def test_the_form_states_the_patience_of_the_customer(at_fault, words):
    assert f"patience ends after {words} words" in instructions(draft(RETURN, at_fault=at_fault))


def test_the_compact_prompt_in_parts():
    """The table of values is shuffled; the rest is not."""
    tables = set()
    for seed in range(30):
        prompt = compact_prompt(draft(RETURN, CANCEL, earlier=EARLIER), np.random.default_rng(seed))
        head, _, rest = prompt.partition(" know ")
        table, _, tell = rest.partition(" tell ")
        assert head == "double loyal angry fault yes may refund never voucher cancel"
        assert tell == "refund amount by photo cancel order"
        entries = ["paid $60.00", "fee $5.00", "amount $55.00", "by 3 March", "order ORD-11111"]
        entries += ["order ORD-22222 paid $70.00", "order ORD-33333 paid $80.00"]
        assert sorted(table.split()) == sorted(" ".join(entries).split())
        assert all(entry in table for entry in entries)
        tables.add(table)
    assert len(tables) > 25


def test_the_compact_prompt_of_a_refusal():
    drawn = draft(replace(CANCEL, entries={**CANCEL.entries, "item": Entry.of("5 days")}), at_fault=False)
    assert compact_prompt(drawn, np.random.default_rng(0)) == (
        "double loyal angry fault no may nothing never voucher cancel know order ORD-11111 tell cancel order"
    )


@pytest.mark.parametrize("domain", [DOMAIN, HARD], ids=["Support", "SupportHard"])
def test_every_fact_of_the_prompt_may_be_repeated_and_every_point_is_asked_for(domain):
    for index in range(100):
        task = domain.task("train", index)
        ticket, _, form = task.prompt.partition("\n\nWrite two parts")
        errors = domain.judge(task, f"<message>{ticket}</message>").errors
        assert not [error for error in errors if "states a wrong" in error], task.prompt
        for point in task.truth.points:
            assert f'- "{point.name}": ' in form and point.label in form
        names = [point.name for point in task.truth.points]
        assert len(set(names)) == len(names)


def test_the_prompt_states_every_rule_that_costs_points():
    task = DOMAIN.task("train", 0)
    form = task.prompt.partition("\n\nWrite two parts")[2]
    for rule in (
        "full sentences", "passwords or card numbers", "taking the message back",
        f"{14 * task.truth.size} words",
        "repeated sentence halves", "acknowledges how the customer feels", "at least half", "another name",
        "You may think", "count half", "policy does not allow", "one wrong fact",
    ):  # fmt: skip
        assert rule in form, rule
    example = form.partition("Example")[2]
    assert "<decision>" in example and DOMAIN.score(task, example) == (0, 0, 0), "another ticket's"


def test_what_the_customer_wrote_may_be_quoted():
    task = next(t for t in (DOMAIN.task("train", i) for i in range(200)) if "eleven years" in t.prompt)
    best = DOMAIN.best_answers(task)[-1]
    thanks = best.replace("<message>", "<message>Thank you for eleven years as our customer. ")
    assert DOMAIN.judge(task, thanks).errors == ()
