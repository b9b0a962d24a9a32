"""A ticket by hand, the reply that says everything, and the verdicts on replies to it."""

import json

from vpo_envs.domains.support import SupportDomain
from vpo_envs.domains.support.scoring import PATIENCE
from vpo_envs.domains.support.ticket import Entry, Point, Ticket
from vpo_envs.task import Task

DOMAIN = SupportDomain()
NAMES = ("refund", "amount", "takes", "arrives", "ref", "photo")


def ticket(**changes) -> Task:
    """A refund of $42.50 is due; $60.00 was paid on 1 February 2026 for ORD-11111. Vouchers are forbidden."""
    entries = {
        "amount": Entry.of("$42.50"),
        "takes": Entry.of("5 days"),
        "arrives": Entry.of("3 March 2026"),
        "ref": Entry.of("CS-22222"),
        "paid": Entry.of("$60.00"),
        "ordered": Entry.of("1 February 2026"),
        "order": Entry.of("ORD-11111"),
    }
    known: dict[str, frozenset] = {}
    for entry in entries.values():
        known[entry.value.kind] = known.get(entry.value.kind, frozenset()) | entry.truths
    fields = {
        "kind": "double",
        "customer": "Dana Novak",
        "context": "everyday",
        "feeling": "worried",
        "at_fault": True,
        "points": tuple(Point(name) for name in NAMES),
        "forbidden": ("voucher", "cancel"),
        "entries": entries,
        "known": known,
        "item": "desk lamp",
        "company": "Bluecrest",
    }
    return Task("the prompt", Ticket(**{**fields, **changes}))


TASK = ticket()
FULL = (
    "We will refund you. You will get $42.50 back. It takes up to 5 days. It arrives on 3 March. "
    "Your reference number is CS-22222. Please send us a photo."
)


def reply(message, task=TASK, **fields):
    """A message beside the right decision, with other fields in it where given."""
    decision = json.loads(DOMAIN.decision(task)) | fields
    return f"<decision>{json.dumps(decision)}</decision><message>{message}</message>"


def best(task, message):
    """A message beside the right decision on any ticket."""
    return f"<decision>{DOMAIN.decision(task)}</decision><message>{message}</message>"


def judge(message, task=TASK, **fields):
    return DOMAIN.judge(task, reply(message, task, **fields))


def added(index: int, sentence: str):
    """The verdict on the best reply to a ticket of the validation split, with a sentence added."""
    task = DOMAIN.task("validation", index)
    return DOMAIN.judge(task, DOMAIN.best_answers(task)[-1].replace("</message>", f" {sentence}</message>"))


def told(message: str, task: Task = TASK) -> set[str]:
    verdict = judge(message, task)
    return {point.name for point, hit in zip(task.truth.points, verdict.told) if hit}


def score(message: str, task: Task = TASK) -> tuple[float, ...]:
    return DOMAIN.score(task, reply(message, task))


def brevity(load, task=TASK):
    limit = PATIENCE * task.truth.size
    return max(0, 1 - ((load - 8) / (limit - 8)) ** 2)
