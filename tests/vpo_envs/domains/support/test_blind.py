"""Task-blind replies earn next to nothing: constants, sets of constants, copies of the prompt."""

import itertools
import json
import re

import gymnasium as gym
import numpy as np
import pytest

from tests.vpo_envs.blind import constant_share, oracle, set_share, tasks_of
from vpo_envs import scalarize
from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.kinds import KINDS
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.ticket import Point
from vpo_envs.domains.support.values import KINDS as VALUES
from vpo_envs.domains.support.values import tokenize
from vpo_envs.domains.support.voice import FEELINGS

VARIANTS = ["vpo/Support-v0", "vpo/SupportEasy-v0", "vpo/SupportHard-v0", "vpo/SupportSmall-v0"]
KIND = "I understand how you feel. I am sorry for our mistake. Let me know if you need more help."
GUESSES = {"takes": "5 days", "lasts": "6 hours", "off": "15%", "fee": "$9.99", "amount": "$42.00"}


def domain_of(id):
    return gym.make(id).unwrapped.domain


def prose(points, values=(), kind=True):
    """A reply that decides and says these things on any ticket."""
    fields, sentences = {}, []
    for point in points:
        if point.name in ACTIONS:
            fields[point.name] = "granted" if point.granted else "refused"
            sentences.append((ACTIONS[point.name].grant if point.granted else ACTIONS[point.name].deny)[0])
        elif point.name in STEPS:
            fields[point.name] = "required"
            sentences.append(STEPS[point.name].prose[0])
        elif point.name in values:
            fields[point.name] = GUESSES[point.name]
            sentences.append(ROLES[point.name].prose[0].format(GUESSES[point.name]))
    decision = re.sub("'", '"', str(fields))
    message = " ".join([*([KIND] if kind else []), *sentences])
    return f"<decision>{decision}</decision><message>{message}</message>"


def compact(points, values=(), kind=True):
    parts = []
    for point in points:
        if point.name in ACTIONS:
            parts.append(point.name if point.granted else f"no {point.name} .")
        elif point.name in STEPS:
            parts.append(STEPS[point.name].compact)
        elif point.name in values:
            parts.append(f"{point.name} {GUESSES[point.name].replace('.99', '')}")
    return " ".join([*parts, *(["understand angry sorry contact us"] if kind else [])])


def outcomes():
    for kind in KINDS.values():
        for outcome in kind.outcomes:
            yield [Point.parse(text) for text in outcome.tell]


def constants(id):
    """Every outcome's decisions and steps, with guessed figures and without, kind or curt; best replies of
    other tickets; sympathy, keywords, empty forms."""
    domain = domain_of(id)
    write = compact if "Small" in id else prose
    texts = [
        write(points, values, kind)
        for points in outcomes()
        for values in ((), tuple(GUESSES), ("takes",))
        for kind in (True, False)
    ]
    for first, second in itertools.combinations(list(outcomes())[::3], 2):
        texts.append(write([*first, *second], (), True))
    for name in ACTIONS:
        texts += [write([Point(name, granted)], (), True) for granted in (True, False)]
    texts += [best for i in range(12) for best in domain.best_answers(domain.task("train", i))[::3]]
    texts += [
        "", KIND, "no", "granted", "{}", "<decision>{}</decision><message></message>",
        f"<decision></decision><message>{KIND}</message>",
        " ".join(ACTIONS), " ".join(f"no {name} ." for name in ACTIONS), " ".join(FEELINGS),
        f"{KIND} {' '.join(action.deny[0] for action in ACTIONS.values())}",
        f"{KIND} {' '.join(action.grant[0] for action in ACTIONS.values())}",
        f"{KIND} {' '.join(step.prose[0] for step in STEPS.values())}",
        f"<decision>{dict.fromkeys(ACTIONS, 'refused')!s}</decision>{KIND} We cannot do that.",
        f"<decision>{dict.fromkeys(ACTIONS, 'granted')!s}</decision>{KIND} We will do that.",
        " ".join(f"understand {feeling}" for feeling in FEELINGS) + " sorry contact us",
    ]  # fmt: skip
    return list(dict.fromkeys(texts))


def copies(task, style):
    """Returns replies of a policy that understands nothing but where things stand in the prompt."""
    text = task.text(style)
    if style == "compact":
        head, _, rest = text.partition(" know ")
        table, _, tell = rest.partition(" tell ")
        may = head.partition(" may ")[2].partition(" never ")[0]
        kind = "understand " + head.split()[2] + " sorry contact us"
        yield from (text, rest, table, tell, f"{may} {tell}", f"know {table}", head)
        yield f"{table} {kind}"
        return
    ticket, _, form = text.partition("\n\nWrite two parts")
    records = ticket.partition("Records:\n")[2]
    policy = records.partition("Policy:\n")[2]
    names = re.findall(r'^- "(\w+)"', form, re.MULTILINE)
    example = form.partition("Example")[2]
    for message in (ticket, records, policy, records.replace("- ", ""), form, example, text):
        yield message
        yield f"<message>{message}</message>"
        for status in ("granted", "refused"):
            decision = str(dict.fromkeys(names, status)).replace("'", '"')
            yield f"<decision>{decision}</decision><message>{message}</message>"
            yield f"<decision>{decision}</decision><message>{message} {KIND}</message>"


@pytest.mark.parametrize("id", VARIANTS)
def test_constants_earn_little(id):
    domain, texts = domain_of(id), constants(id)
    assert len(texts) > 200
    tasks = tasks_of(domain, 24)
    assert constant_share(domain, tasks, texts) <= 0.15
    assert set_share(domain, tasks, texts) <= 0.30


@pytest.mark.parametrize("id", VARIANTS)
def test_copying_the_prompt_earns_little(id):
    domain = domain_of(id)
    style = gym.make(id).unwrapped.prompt_style
    tasks = tasks_of(domain, 24)
    rewards = []
    for task in tasks:
        texts = list(copies(task, style))
        rewards.append(scalarize(domain.score_batch([task] * len(texts), texts), domain.weights))
    assert np.mean(rewards, axis=0).max() / oracle(domain, tasks)[0] <= 0.40


_FIGURE = re.compile(r"\$[\d,.]*\d|\d{1,2} [A-Z][a-z]+ \d{4}|\d+ (?:days|hours)|\d+%|[A-Z]{2,4}-\d+")
_LISTS = {
    "money": "In your order the cost is now {}.",
    "date": "The dates until, by and before are {}.",
    "span": "It is within {}.",
    "share": "You get {} off.",
    "code": "It is {}.",
}


def listing(task, hedge):
    """A reply that hedges every decision and lists every figure of the records."""
    records = task.prompt.partition("Records:\n")[2].partition("\n\nWrite two parts")[0]
    fields = re.findall(r'^- "(\w+)"', task.prompt, re.MULTILINE)
    said = [
        hedge.format(re.sub(r"^We (?:will )?|\.$", "", ACTIONS[name].grant[0]))
        for name in fields
        if name in ACTIONS
    ]
    said += [STEPS[name].prose[0] for name in fields if name in STEPS]
    figures = dict.fromkeys(_FIGURE.findall(records))
    for kind in VALUES:
        own = [text for text in figures if [v.kind for v in tokenize(text).values.values()] == [kind]]
        said += [_LISTS[kind].format(" and ".join(own))] if own else []
    decision = {name: "required" for name in fields if name in STEPS}
    return f"<decision>{json.dumps(decision)}</decision><message>{' '.join(said)} {KIND}</message>"


@pytest.mark.parametrize("id", VARIANTS[:3])
@pytest.mark.parametrize(
    "hedge", ["We only {} where policy allows it.", "We would love to {}, yet it depends."]
)
def test_hedging_and_listing_the_records_earns_little(id, hedge):
    domain = domain_of(id)
    tasks = tasks_of(domain, 40)
    rewards = domain.score_batch(tasks, [listing(task, hedge) for task in tasks])
    assert scalarize(rewards, domain.weights).mean() <= 0.15
