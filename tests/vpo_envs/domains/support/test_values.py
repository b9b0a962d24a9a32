"""Values in free wording, by value."""

import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains.support.values import Value, read_value, tokenize

SAME = {
    ("money", ("usd", 2485.0)): ["$24.85", "24.85 USD", "USD 24.85", "US$24.85", "24.85 dollars", "24.85"],
    ("money", ("usd", 102450.0)): ["$1,024.50", "1024.50 dollars", "USD 1,024.5"],
    ("money", ("usd", 5030.0)): ["fifty dollars and thirty cents", "50 dollars 30 cents", "$50.30"],
    ("money", ("eur", 4250.0)): ["€42.50", "42.5 euros", "EUR 42.50"],
    ("date", (10, 27, 0)): ["27 October", "October 27th", "Oct 27", "the 27th of October", "oct. 27"],
    ("date", (10, 27, 2027)): ["27 October 2027", "2027-10-27", "October 27, 2027", "10/27/2027"],
    ("span", 120.0): ["5 days", "five days", "3 to 5 business days", "3-5 days", "5 more days"],
    ("span", 336.0): ["two weeks", "14 days", "2 weeks"],
    ("span", 12.0): ["12 hours", "half a day", "twelve hours"],
    ("share", 15.0): ["15%", "15 percent", "fifteen per cent", "15 %"],
    ("code", "cs22222"): ["CS-22222", "cs22222"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "key", "text"), [(*k, t) for k, texts in SAME.items() for t in texts])
def test_spellings_of_one_value(kind, key, text):
    value = read_value(text)
    assert value.kind == kind and key in value.keys


@pytest.mark.parametrize(
    "text", ["one day we will laugh", "10 days ago", "1 2 3", "in May", "may I", "a week"]
)
def test_no_values(text):
    assert not tokenize(text).values


def test_idioms_count_where_a_length_is_meant():
    assert read_value("within a week").keys == (168.0,)
    assert read_value("it takes one day").keys == (24.0,)


def test_bare_numbers_are_not_strict():
    assert [read_value(text).strict for text in ("$2.10", "2.10", "CS-4711", "4711", "100%")] == [
        True, False, True, False, False,
    ]  # fmt: skip


def test_truths_leave_out_the_year_and_the_letters():
    assert read_value("3 March 2026").truths() == {(3, 3, 2026), (3, 3, 0)}
    assert read_value("CS-22222").truths() == {"cs22222", "22222"}
    assert Value("code", ("k17",)).truths() == {"k17"}


def test_a_full_stop_after_a_month_ends_the_sentence():
    assert tokenize("before 27 February. No need").words == ["before", "<date>", ".", "no", "need"]
    assert tokenize("Ref. CS-22222, no. 12345").words == ["ref.", "<code>", ",", "no.", "<code>"]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("$60 - $18", "-"),
        ("$60−$18", "-"),
        ("$60 minus the return fee of $18", "-"),
        ("$60 less $18", "-"),
        ("$60 + $18", "+"),
        ("$60 plus your $18", "+"),
        ("$60 = $18", "="),
        ("$60 and $18", ""),
        ("no less than $18", ""),
        ("$60, $18", ""),
    ],
)
def test_signs_before_amounts(text, sign):
    values = tokenize(text).values
    assert values[max(values)].sign == sign


@pytest.mark.parametrize("text", ["", "$1 and $2"])
def test_what_states_not_one_value_is_an_error(text):
    with pytest.raises(ValueError, match="values, not one"):
        read_value(text)


@pytest.mark.parametrize(
    "unit",
    ["1,", "one ", "1 to ", "3 may ", "a'", "half a ", "twenty ", "1.", "us$", "may the ", "(", "1-", "\n a"]
    + ["one hundred and ", "hundred-", "no.", "in a ", "3rd of ", "<money> ", "\u00a0", "9"]
    + ["$1 - ", "less ", "$1 minus the fee of "],
)
def test_reading_is_linear_in_the_length(unit):
    def seconds(length):
        return cpu_seconds(lambda: tokenize((unit * length)[:length]))

    assert seconds(24_000) < 16 * seconds(3_000) + 0.1
