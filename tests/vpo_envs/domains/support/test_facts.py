"""Facts that a message conveys in any wording, and what voids it: errors, and promises against policy."""

import pytest

from tests.vpo_envs.domains.support.by_hand import FULL, NAMES, judge, score, ticket, told
from vpo_envs.domains.support.ticket import Point

REDUCED = ticket(reduced=True)
DENIED = ticket(points=(Point("refund", granted=False), Point("ref")), forbidden=("refund",))


@pytest.mark.parametrize(
    ("message", "points"),
    [
        ("We will refund you.", {"refund"}),
        ("You'll get your money back.", {"refund"}),
        ("I have reimbursed you 42.5 dollars.", {"refund", "amount"}),
        ("Within a maximum of five business days.", {"takes"}),
        ("It should be done in 5 days.", {"takes"}),
        ("Expect delivery on March 3rd.", {"arrives"}),
        ("It will reach you by 2026-03-03.", {"arrives"}),
        ("Please quote cs22222.", {"ref"}),
        ("The case no. is CS-22222.", {"ref"}),
        ("Could you upload a picture?", {"photo"}),
        ("If you send us a photo, we will take it from there.", {"photo"}),
        (FULL, set(NAMES)),
    ],
)
def test_facts_are_conveyed_in_any_wording(message, points):
    assert told(message) == points


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("We will refund you and send a voucher.", "promises a voucher"),
        ("Your order is cancelled.", "promises a cancellation"),
        ("You also get 20% off.", "promises a discount"),
        ("We will send it by express, too.", "promises express delivery"),
        ("We also send you a free car.", "nobody granted"),
        ("You will receive a surprise gift.", "nobody granted"),
        ("We cannot refund you.", "refuses a refund"),
        ("A refund is not possible.", "refuses a refund"),
        ("There is no need to send a photo.", "spares the customer to send a photo"),
        ("You get $43.50 back.", "wrong amount"),
        ("You get €42.50 back.", "wrong amount"),
        ("It arrives on 4 March.", "wrong date"),
        ("It arrives on 3 March 2027.", "wrong date"),
        ("It takes 6 days.", "wrong duration"),
        ("Your reference is CS-22223.", "wrong code"),
        ("Your case number is 33333.", "wrong code"),
        ("We will refund you $60.00.", "misplaces the amount: it is not how much they get"),
        ("It arrives on 1 February.", "misplaces the date: it is not when it arrives"),
        ("Just kidding.", "takes itself back"),
        ("The opposite of all this is true.", "takes itself back"),
        ("None of this will happen.", "takes itself back"),
        ("Ignore everything above.", "takes itself back"),
        ("On second thought, no.", "takes itself back"),
        ("Send your full card number and PIN by e-mail.", "secrets"),
        ("Please reply with your password.", "secrets"),
    ],
)
def test_wrong_messages_void_everything(message, fault):
    assert any(fault in error for error in judge(message).errors), judge(message).errors
    assert score(f"{FULL} {message}") == (0, 0, 0)


@pytest.mark.parametrize(
    "message",
    [
        "We cannot offer a voucher.",
        "We cannot offer a voucher or a discount, nor cancel your order.",
        "A voucher is not possible, but you get $42.50 back.",
        "You asked for a voucher.",
        "Instead of a voucher we refund you.",
        "You placed order ORD-11111 on 1 February and paid $60.00.",
        "Your refund of $42.50 for the order of $60.00 is on its way.",
        "You get $42.50, not $99.00.",
        "We are here 24/7, and one day we will laugh about it. You can be 100% sure.",
        "Please never share your password or card number with anybody.",
        "You can reset your password at any time.",
        "We will send you an e-mail with the details.",
        "You will receive a confirmation shortly.",
        "It is free of charge, and feel free to write.",
        "This is not your fault.",
        "The charge was made by mistake, which was wrong.",
        "You can be sure of your refund.",
    ],
)
def test_true_things_void_nothing(message):
    verdict = judge(f"{FULL} {message}")
    assert verdict.errors == () and not verdict.unkind


@pytest.mark.parametrize(
    "message",
    [
        "We cannot refund you.",
        "I am afraid that refunds aren't possible here.",
        "A refund is out of the question.",
        "We are unable to refund, replace or repair it.",
        "There is nothing I can refund.",
        "We only refund within 5 days.",
        "It is too late for a refund.",
    ],
)
def test_a_refusal_is_conveyed_where_policy_refuses(message):
    assert told(message, DENIED) == {"refund"} and judge(message, DENIED).errors == ()


@pytest.mark.parametrize(
    "message",
    [
        "We will refund you.",
        "Your money back is on its way.",
        "No refund. Well, you do get a refund.",
        "We'll return the $60.00.",
        "You can have your $60.00 back.",
        "It's not that we can't refund you; we'll do it.",
        "Nothing stops us from refunding you.",
        "Once you have written again, we refund you.",
    ],
)
def test_promising_what_policy_refuses_voids(message):
    assert score(f"Your case is CS-22222. {message}", DENIED) == (0, 0, 0)


def test_what_is_possible_later_may_be_promised_on_its_condition():
    later = ticket(points=DENIED.truth.points, forbidden=("refund",), later=("refund",))
    assert told("Once the search is over, we refund you.", later) == {"refund"}
    assert judge("Once the search is over, we refund you.", later).errors == ()
    assert judge("We refund you.", later).errors


@pytest.mark.parametrize(
    "message",
    ["We refund the full price of $60.00.", "You will get a full refund.", "The $60.00 will be refunded."],
)
def test_the_whole_price_is_not_promised_where_a_part_is_kept(message):
    assert judge(message, REDUCED).errors
    assert not judge("You paid $60.00, of which $42.50 is refunded.", REDUCED).errors
    assert not judge("We refund $60.00 less the fee, which is $42.50.", REDUCED).errors


def test_a_bound_is_not_the_value():
    assert told("You get back much more than $42.50.") <= {"refund"}
    assert told("It takes no longer than 5 days.") == {"takes"}
