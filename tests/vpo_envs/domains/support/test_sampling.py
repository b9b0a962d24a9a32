"""Drawing tickets: how many there are, what goes together, and values that no two roles share."""

import re
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vpo_envs.domains.support.variants import DOMAIN, DOMAINS, HARD, NIGHTLY, SMALL
from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.kinds import KINDS, Kind, Outcome
from vpo_envs.domains.support.sampling import DATE_RANGES, Sampler
from vpo_envs.domains.support.voice import FEELINGS


def test_two_requests_contradict_each_other_in_no_ticket():
    for index in range(200):
        ticket = HARD.task("train", index).truth
        granted = {point.name for point in ticket.points if point.name in ACTIONS and point.granted}
        assert granted.isdisjoint(ticket.forbidden)
        assert len(ticket.kind.split()) == 2


def test_there_are_more_than_a_million_tickets_even_in_the_small_variant():
    # By the birthday bound a million tickets would show a repetition among 2,500 with 96% probability.
    tickets = [SMALL.task(split, index).compact for split in ("train", "test") for index in range(1250)]
    assert len(set(tickets)) == len(tickets)


def test_feelings_go_with_the_story():
    for index in range(400):
        ticket = DOMAIN.task("train", index).truth
        assert ticket.feeling not in KINDS[ticket.kind].unlikely
    for kind in KINDS.values():
        assert set(kind.unlikely) < set(FEELINGS), kind.name


@pytest.mark.skipif(not NIGHTLY, reason="takes minutes of a machine: make nightly")
@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_test_tasks_never_occur_in_training(domain):
    def form(task):
        return task.prompt.partition("\n\nWrite two parts")[0]

    test = {form(domain.task("test", index)) for index in range(2000)}
    assert len(test) == 2000
    assert all(form(domain.task("train", index)) not in test for index in range(20_000))


def sampler(**changes):
    settings = {"kinds": tuple(KINDS), "points": (3, 6), "distractors": 2, "simple": False, "requests": 1}
    return Sampler(**{**settings, **changes})


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.integers(1, 2))
def test_no_two_values_of_a_ticket_can_be_mistaken_for_each_other(seed, simple, requests):
    draft = sampler(simple=simple, requests=requests, distractors=3).draw(np.random.default_rng(seed))
    drawn = {id(entry): entry for request in draft.requests for entry in request.entries.values()}
    entries = [draft.today, *drawn.values()]
    entries += [entry for order, _, price in draft.earlier for entry in (order, price)]
    known = draft.ticket.known
    for kind in known:
        truths = [entry.truths for entry in entries if entry.value.kind == kind]
        assert sum(map(len, truths)) == len(frozenset().union(*truths)), "no truth is shared"
        assert frozenset().union(*truths) == known[kind]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_a_difference_is_worked_out_to_the_cent(seed, simple):
    draft = sampler(kinds=["return", "price"], simple=simple).draw(np.random.default_rng(seed))
    (request,) = draft.requests
    if request.outcome.difference:
        result, minuend, subtrahend = (
            round(100 * float(request.entries[role].text.lstrip("$"))) for role in request.outcome.difference
        )
        assert result == minuend - subtrahend and result > 0


@pytest.mark.parametrize("bounds", [(1, 1), (2, 3), (6, 6)])
def test_decisions_are_never_left_out_and_a_figure_is_told(bounds):
    rng = np.random.default_rng(0)
    for _ in range(25):
        draft = sampler(points=bounds).draw(rng)
        (request,) = draft.requests
        tells = request.outcome.tell
        decisions = {text for text in tells if text.removeprefix("no ") in ACTIONS}
        names = [
            point.name if point.granted or point.name not in ACTIONS else f"no {point.name}"
            for point in request.points
        ]
        assert decisions <= set(names) <= set(tells)
        others = len(tells) - len(decisions)
        least, most = (min(max(bound - len(decisions), 1), others) for bound in bounds)
        assert least <= len(names) - len(decisions) <= most
        if any(text in ROLES for text in tells):
            assert any(name in ROLES for name in names)


def test_today_is_within_three_years_and_dates_lie_where_they_should():
    rng = np.random.default_rng(1)
    for _ in range(40):
        draft = sampler().draw(rng)
        today = draft.ticket.today
        assert date(2025, 1, 1) <= today < date(2027, 12, 31) + timedelta(days=1)
        assert draft.today.day == today
        (request,) = draft.requests
        for role, entry in request.entries.items():
            if ROLES[role].kind == "date":
                low, high = request.outcome.ranges.get(role) or DATE_RANGES[role]
                assert low <= (entry.day - today).days < high, role


@pytest.mark.parametrize(
    ("simple", "code", "money"), [(False, r"(CS|TRK|ORD)-\d{5}", r"\$\d+\.\d\d"), (True, r"K\d\d", r"\$\d+")]
)
def test_simple_tickets_have_whole_dollars_and_short_codes(simple, code, money):
    rng = np.random.default_rng(2)
    seen = set()
    for _ in range(25):
        draft = sampler(simple=simple).draw(rng)
        for role, entry in draft.requests[0].entries.items():
            form = {"code": code, "money": money}.get(ROLES[role].kind)
            if form:
                assert re.fullmatch(form, entry.text), entry
                seen.add(ROLES[role].kind)
        assert len(draft.earlier) == 2
    assert seen == {"code", "money"}


def test_a_draw_follows_its_seed():
    one, same, other = (sampler(requests=2).draw(np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert one == same != other


REFUND = Outcome((), (), ("refund", "amount"), ("voucher",))


@pytest.mark.parametrize(
    ("second", "together"),
    [
        (Outcome((), (), ("no cancel", "order"), ("cancel",)), True),
        (Outcome((), (), ("refund", "takes"), ()), False),  # the same action
        (Outcome((), (), ("voucher", "worth"), ()), False),  # forbidden by the first
        (Outcome((), (), ("no refund", "ref"), ("refund",)), False),  # granted by the first
        (Outcome((), (), ("cancel", "by"), ("refund",)), False),  # forbids what the first grants
        (Outcome((), (), ("cancel", "by"), ("voucher",)), True),  # both forbid it
        (Outcome((), (), ("cancel", "fee"), (), difference=("fee", "paid", "total")), False),  # a second sum
        (Outcome((), (), ("cancel", "amount"), ()), True),
    ],
)
def test_two_requests_go_together_by_hand(second, together, monkeypatch):
    kinds = {name: Kind(name, False, ("Help.",), (one,)) for name, one in (("a", REFUND), ("b", second))}
    monkeypatch.setattr("vpo_envs.domains.support.sampling.KINDS", kinds)
    found = Sampler(["a", "b"], (1, 6), 0, False, requests=1)
    assert [kind.name for kind, _ in found.partners["a", 0] if kind.name == "b"] == ["b"] * together


def test_kinds_that_do_not_go_together_are_named():
    with pytest.raises(ValueError, match=r"kinds=\['double'\]: no two of them go together"):
        sampler(kinds=["double"], requests=2)
    assert sampler(kinds=["double"]).draw(np.random.default_rng(0)).ticket.kind == "double"


def test_of_a_role_in_both_requests_the_value_that_is_asked_for_counts():
    """The other one is no wrong statement either."""
    rng = np.random.default_rng(5)
    shared = 0
    for _ in range(60):
        draft = sampler(requests=2).draw(rng)
        first, second = draft.requests
        for role in first.entries.keys() & second.entries.keys():
            shared += 1
            asked = any(point.name == role for point in second.points)
            chosen, other = (second, first) if asked else (first, second)
            assert draft.ticket.entries[role] is chosen.entries[role]
            assert draft.ticket.also[role] == other.entries[role].truths
        assert set(draft.ticket.also) == first.entries.keys() & second.entries.keys()
    assert shared > 9
