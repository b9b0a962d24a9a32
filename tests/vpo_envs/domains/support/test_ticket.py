"""The truth of a ticket: entries, points, and what follows from the records."""

from datetime import date, timedelta

import pytest

from tests.vpo_envs.domains.support.by_hand import ticket
from vpo_envs.domains.support.ticket import Entry, Point


@pytest.mark.parametrize(
    ("text", "short", "day", "length"),
    [
        ("3 March 2026", "3 March", date(2026, 3, 3), timedelta()),
        ("$42.50", "$42.50", None, timedelta()),
        ("5 days", "5 days", None, timedelta(days=5)),
        ("12 hours", "12 hours", None, timedelta(hours=12)),
        ("15%", "15%", None, timedelta()),
        ("CS-22222", "CS-22222", None, timedelta()),
    ],
)
def test_entries(text, short, day, length):
    entry = Entry.of(text)
    assert (entry.text, entry.short, entry.day, entry.length) == (text, short, day, length)
    assert entry.truths == entry.value.truths()


def test_a_date_without_a_year_is_no_day():
    assert Entry.of("3 March").day is None


@pytest.mark.parametrize(
    ("today", "name"),
    [
        (date(2026, 3, 2), {"tomorrow"}),
        (date(2026, 3, 1), {"day after tomorrow"}),
        (date(2026, 3, 3), set()),
        (date(2025, 3, 2), set()),
    ],
)
def test_a_date_may_be_told_from_today(today, name):
    assert Entry.of("3 March 2026", today).truths == {(3, 3, 2026), (3, 3, 0)} | name
    assert Entry.of("$3", today).truths == Entry.of("$3").truths


@pytest.mark.parametrize("text", ["soon", "$1 or $2"])
def test_an_entry_states_one_value(text):
    with pytest.raises(ValueError, match="values, not one"):
        Entry.of(text)


@pytest.mark.parametrize(
    ("text", "point", "label"),
    [
        ("refund", Point("refund", True), "our decision on a refund"),
        ("no refund", Point("refund", False), "our decision on a refund"),
        ("amount", Point("amount"), "how much they get"),
        ("photo", Point("photo"), "to send a photo"),
    ],
)
def test_points_and_their_labels(text, point, label):
    assert Point.parse(text) == point and point.label == label


def test_decisions_are_granted_or_refused():
    points = tuple(map(Point.parse, ("no refund", "voucher", "amount", "photo", "no cancel")))
    mixed = ticket(points=points).truth
    assert (mixed.granted, mixed.refused) == ({"voucher"}, {"refund", "cancel"})


def test_sums_and_differences_of_two_amounts_of_one_currency():
    entries = {
        "paid": Entry.of("$60"),
        "amount": Entry.of("$42.50"),
        "fee": Entry.of("\u20ac5"),
        "by": Entry.of("5 days"),
    }
    dollars = {12000.0, 8500.0, 10250.0, 1750.0, -1750.0, 0.0}
    assert ticket(entries=entries).truth.sums == {("usd", c) for c in dollars} | {
        ("eur", 1000.0),
        ("eur", 0.0),
    }


def test_days_that_follow_from_the_records():
    """It takes 5 days from the 10th of February; 30 days from order and delivery end in March."""
    entries = {
        "takes": Entry.of("5 days"),
        "window": Entry.of("30 days"),
        "ordered": Entry.of("1 February 2026"),
        "delivered": Entry.of("6 February 2026"),
        "by": Entry.of("20 February 2026"),
    }
    truth = ticket(entries=entries, today=date(2026, 2, 10)).truth
    days = {(2, 9), (2, 15), (3, 3), (3, 8)}
    assert truth.other_days == {(*day, year) for day in days for year in (2026, 0)}
    assert truth.days == {
        "ordered": date(2026, 2, 1),
        "delivered": date(2026, 2, 6),
        "by": date(2026, 2, 20),
    }
    assert truth.roles_within(240) == ["by"] and truth.roles_within(96) == ["delivered"]
    assert truth.roles_within(97) == []
    bare = ticket(entries={"takes": Entry.of("5 days")}, today=date(2026, 2, 10)).truth
    assert bare.other_days == {(2, 9, 2026), (2, 9, 0), (2, 15, 2026), (2, 15, 0)}
    alone = ticket(entries={"ordered": entries["ordered"]}, today=date(2026, 2, 10)).truth
    assert alone.other_days == {(2, 9, 2026), (2, 9, 0)}


def test_without_a_date_of_the_reply_nothing_follows():
    truth = ticket(today=None).truth
    assert truth.other_days == frozenset() and truth.roles_within(0) == []


@pytest.mark.parametrize(
    ("at_fault", "moves"), [(True, ("acknowledge", "apologise", "offer")), (False, ("acknowledge", "offer"))]
)
def test_an_apology_is_due_where_we_are_at_fault(at_fault, moves):
    truth = ticket(at_fault=at_fault).truth
    assert truth.moves == moves and truth.size == 6 + len(moves)
