"""Clauses: what each affirms, denies or only reports, and what turns against it."""

import re

import pytest

from vpo_envs.domains.support.clauses import Clause, Phrase, Polarity
from vpo_envs.domains.support.reading import read_message

AFFIRMED, DENIED, REPORTED = Polarity


def clauses(text: str) -> list[Clause]:
    return [clause for sentence in read_message(text).sentences for clause in sentence.clauses]


def clause(text: str, before: str = "", asks: bool = False) -> Clause:
    """A clause, behind another one if there is one."""
    return Clause(text.split(), 0, clause(before) if before else None, asks)


@pytest.mark.parametrize(
    ("text", "polarities"),
    [
        ("We refund you.", [AFFIRMED]),
        ("We cannot refund you.", [DENIED]),
        ("No refund, voucher or credit.", [DENIED, DENIED]),
        ("We cannot refund you, but we send a new one.", [DENIED, AFFIRMED]),
        ("You asked for a refund.", [REPORTED]),
        ("Would you like a refund?", [REPORTED]),
        ("We would love to refund you, but we cannot.", [DENIED, DENIED]),
    ],
)
def test_what_clauses_affirm(text, polarities):
    assert [clause.polarity for clause in clauses(text)] == polarities


def test_actions_that_a_clause_mentions():
    (fee,) = clauses("We cancel the late fee.")
    assert fee.actions == {"waive"}, "who cancels a fee waives it"
    (kept,) = clauses("We can offer nothing beyond the credit.")
    assert kept.denied and kept.excepted == kept.actions == {"credit"}
    (made,) = clauses("We send a new blender or another lamp.")
    assert made.new_things >= {"blender", "lamp"}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("this month is non refundable", "this month is not refundable"),
        ("it is a nonrefundable charge", "it is a not refundable charge"),
        ("the month non refundable", "the month not refundable"),
        ("minus a non refundable fee", "minus a  fee"),
        ("there is a non refundable fee", "there is a  fee"),
        ("nonsense is unavailable", "nonsense is unavailable"),
    ],
)
def test_a_prefix_denies_like_not_unless_a_noun_follows(text, read):
    assert clause(text).text == read
    assert (clause(text).polarity == DENIED) == ("not" in read or "unavailable" in read)


@pytest.mark.parametrize(
    ("text", "actions", "lapsed"),
    [
        ("the refund window has closed", set(), {"refund"}),
        ("you are outside the window for refunds", set(), {"refund"}),
        ("it is not within the refund period", set(), {"refund"}),
        ("the refund window has not closed", set(), set()),
        ("you are within the refund window", set(), set()),
        ("after the refund window we refund you", {"refund"}, {"refund"}),
        ("we refund you", {"refund"}, set()),
    ],
)
def test_a_time_for_an_action_is_no_promise_and_its_end_a_refusal(text, actions, lapsed):
    assert (clause(text).actions, clause(text).lapsed) == (actions, lapsed)


def test_patterns_are_sought_in_phrases():
    phrase = Phrase("a late fee")
    late, fees = re.compile(r"\blate\b"), re.compile(r"\bfees\b")
    assert [phrase.holds(late), phrase.holds(fees), phrase.holds(late)] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("voucher or credit", True),
        ("and a voucher", True),
        ("we refund you", False),  # a subject
        ("is fine", False),  # a verb
        ("please wait", False),  # a request
        ("or wait please", True),
        ("but no voucher", False),
    ],
)
def test_fragments_have_no_verb_of_their_own(text, fragment):
    assert clause(text, before="we send it").fragment == fragment
    assert not clause(text).fragment, "nothing stands before it"


def test_a_fragment_is_denied_with_the_clause_before_it():
    assert clause("voucher or credit", before="no refund").polarity == DENIED
    assert clause("voucher or credit", before="a refund").polarity == AFFIRMED
    assert clause("we send it", before="no refund").polarity == AFFIRMED


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("the fee stays", AFFIRMED),
        ("no problem we refund you", AFFIRMED),
        ("not only a refund", AFFIRMED),
        ("we cannot refund you", DENIED),
        ("you asked for no refund", DENIED),  # denials count in reports, too
        ("the policy covers repairs", REPORTED),
        ("under our policy we will refund you", AFFIRMED),  # a decision on the case at hand
        ("if you qualify we will refund you", REPORTED),
        ("your request is approved", AFFIRMED),
        ("we only repair it", REPORTED),
        ("you pay only <money>", AFFIRMED),  # a measure
        ("we would be glad to refund you", AFFIRMED),
    ],
)
def test_what_a_clause_alone_affirms(text, polarity):
    assert clause(text).polarity == polarity
    assert clause(text, asks=True).polarity == (DENIED if polarity == DENIED else REPORTED)


@pytest.mark.parametrize(
    ("text", "asked", "limited"),
    [
        ("you asked for a refund", True, False),
        ("your request is approved", False, False),
        ("we refund you", False, False),
        ("we only repair it", False, True),
        ("only <money> is due", False, False),
    ],
)
def test_requests_that_are_recalled_and_limits(text, asked, limited):
    assert (clause(text).asked, clause(text).limited) == (asked, limited)


@pytest.mark.parametrize(
    ("text", "actions", "excepted"),
    [
        ("we cancel the order", {"cancel"}, set()),
        ("we delete your data", {"delete"}, set()),
        ("we delete the late fee", {"waive"}, set()),
        ("we cancel the late fee and cancel the order", {"waive", "cancel"}, set()),
        ("no refund other than the voucher", {"refund", "voucher"}, {"voucher"}),
        ("we cannot refund you any further", {"refund"}, {"refund"}),
        ("thank you", set(), set()),
    ],
)
def test_actions_and_those_that_a_denial_leaves_as_they_are(text, actions, excepted):
    assert (clause(text).actions, clause(text).excepted) == (actions, excepted)


@pytest.mark.parametrize(
    ("text", "may_turn"),
    [
        ("we would like to refund you", True),
        ("we do waive first fees", True),
        ("we refund you", False),  # the case at hand
        ("we cannot waive fees", False),
    ],
)
def test_wishes_and_rules_may_turn(text, may_turn):
    assert clause(text).may_turn == may_turn


WISH = "We would love to refund you"


@pytest.mark.parametrize(
    ("text", "polarity", "barred"),
    [
        (f"{WISH}.", AFFIRMED, False),
        (f"{WISH}, but we cannot.", DENIED, False),
        (f"{WISH}. Unfortunately, we cannot.", DENIED, False),
        (f"{WISH}, but it is too late.", DENIED, True),
        (f"{WISH}, but the sale has ended.", REPORTED, True),  # a reason
        (f"{WISH}, but we send a voucher.", REPORTED, True),  # another action in its place
        (f"{WISH}, but we are closed, and we cannot refund you.", DENIED, True),
        (f"{WISH}, but please sign the form.", AFFIRMED, False),
        (f"{WISH}, but send us the form.", AFFIRMED, False),
        ("We do waive first fees, but not second ones.", REPORTED, False),
        ("We do waive first fees, but we cannot.", AFFIRMED, False),
        ("We refund you, but not the fee.", AFFIRMED, False),
    ],
)
def test_what_a_later_clause_turns_against(text, polarity, barred):
    first = clauses(text)[0]
    assert (first.polarity, first.barred) == (polarity, barred)


def test_nothing_turns_without_a_clause_after_it():
    wish = clause("we would love to refund you")
    wish.turn([])
    assert (wish.polarity, wish.barred) == (AFFIRMED, False)
