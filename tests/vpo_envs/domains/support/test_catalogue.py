"""Actions and roles of the catalogue: short wordings that the reader understands."""

import pytest

from tests.vpo_envs.domains.support.variants import DOMAIN, HARD
from vpo_envs.domains.support import lexicon
from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.clauses import Polarity
from vpo_envs.domains.support.kinds import KINDS
from vpo_envs.domains.support.reading import read_message
from vpo_envs.domains.support.scoring import WORDS_PER_POINT
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.voice import MOVES

VALUES = {"money": "$42.50", "date": "3 March", "span": "5 days", "share": "15%", "code": "CS-22222"}


def mentions(name: str, text: str) -> bool:
    return bool(lexicon.ACTION_WORDS[name].search(text) or lexicon.LIFTS_IT.search(text))


def test_a_name_stands_for_one_thing():
    names = [*ACTIONS, *ROLES, *STEPS]
    assert len(set(names)) == len(names) and all(name.isalpha() and name.islower() for name in names)
    labels = [action.noun for action in ACTIONS.values()] + [role.label for role in ROLES.values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", ACTIONS)
def test_promises_mention_their_action_and_affirm_it(name):
    action = ACTIONS[name]
    assert len(action.grant[0].split()) <= WORDS_PER_POINT
    for text in action.grant:
        (sentence,) = read_message(text).sentences
        assert mentions(name, sentence.text) and sentence.is_prose and not sentence.values
        assert {clause.polarity for clause in sentence.clauses} == {Polarity.AFFIRMED}


REFUSED = sorted(
    text.removeprefix("no ")
    for text in {text for kind in KINDS.values() for outcome in kind.outcomes for text in outcome.tell}
    if text.startswith("no ")
)


@pytest.mark.parametrize("name", ACTIONS)
def test_what_is_denied_is_mentioned(name):
    """A reply may refuse what no ticket of today refuses."""
    for text in ACTIONS[name].deny:
        (sentence,) = read_message(text).sentences
        assert mentions(name, sentence.text)


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_mention_their_action_and_deny_it(name):
    action = ACTIONS[name]
    assert len(action.deny[0].split()) <= WORDS_PER_POINT
    for text in action.deny:
        (sentence,) = read_message(text).sentences
        assert mentions(name, sentence.text) and sentence.is_prose and not sentence.values
        refusal = lexicon.REFUSALS.get(name)
        assert sentence.clauses[0].denied or (refusal and refusal.search(sentence.text))


@pytest.mark.parametrize("name", ROLES)
def test_sentences_state_a_value_of_the_kind_of_their_role_beside_a_cue(name):
    role = ROLES[name]
    assert len(role.prose[0].replace("{}", "x").split()) <= WORDS_PER_POINT
    for text in role.prose:
        assert text.count("{}") == 1
        (sentence,) = read_message(text.format(VALUES[role.kind])).sentences
        (value,) = sentence.values.values()
        assert value.kind == role.kind and sentence.is_prose
        assert role.cues.search(sentence.text), text


@pytest.mark.parametrize(
    ("role", "text", "strong", "cue"),
    [
        ("amount", "the refund", True, True),
        ("amount", "the total", False, True),
        ("total", "the total", True, True),
        ("by", "until then", False, True),
        ("by", "the deadline", True, True),
        ("ordered", "you ordered it", True, True),
        ("ordered", "your next order", False, False),
        ("takes", "up to", True, True),
        ("takes", "within", False, True),
        ("ref", "the code", False, True),
        ("order", "the code", False, False),
    ],
)
def test_strong_words_and_weaker_ones(role, text, strong, cue):
    assert (bool(ROLES[role].strong.search(text)), bool(ROLES[role].cues.search(text))) == (strong, cue)


@pytest.mark.parametrize("name", ROLES)
def test_strong_words_are_cues(name):
    sentences = [text.format("x").lower().rstrip(".") for role in ROLES.values() for text in role.prose]
    assert all(ROLES[name].cues.search(text) for text in sentences if ROLES[name].strong.search(text))


@pytest.mark.parametrize("domain", [DOMAIN, HARD], ids=["Support", "SupportHard"])
def test_every_paraphrase_of_the_catalogue_conveys_its_point_and_breaks_nothing(domain):
    for index in range(200):
        task = domain.task("train", index)
        for i, point in enumerate(task.truth.points):
            for text in _paraphrases(task.truth, point):
                verdict = domain.judge(task, text)
                assert verdict.told[i] and not verdict.errors, (text, verdict)
        for move, (_, texts) in MOVES.items():
            for text in texts:
                made = domain.judge(task, text.format(task.truth.feeling)).moves
                assert made == ((move,) if move in task.truth.moves else ()), text


def _paraphrases(ticket, point):
    if point.name in ACTIONS:
        return ACTIONS[point.name].grant if point.granted else ACTIONS[point.name].deny
    if point.name in STEPS:
        return STEPS[point.name].prose
    return [text.format(ticket.entries[point.name].text) for text in ROLES[point.name].prose]
