"""Facts that a message conveys in any wording, and what voids it: errors, and promises against policy."""

import pytest

from tests.vpo_envs.domains.support.by_hand import DOMAIN, FULL, NAMES, added, judge, score, ticket, told
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
        ("We could not refund you after all.", "refuses a refund"),
        ("You need not send anything.", "spares the customer to send a photo"),
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
        "You don't need to do anything to get the refund.",
        "No further action is needed for the refund to arrive.",
        "As a gesture of goodwill, we refund you.",
        "The next free date is 3 March.",
        "I am sorry that you could not get a refund earlier.",
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


# Promises and refusals on tickets of the validation split: 0 and 5 refuse to waive a fee, 3 waives one,
# 8 refuses a refund and 9 does while a search is open, 1 and 2 grant a credit, 17 refuses a cancellation,
# 18 and 29 grant a refund, 19 a replacement, 20 refuses a repair and 38 grants one, 110 refuses deletion.


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (0, "I would love to waive it, but our policy does not allow that."),
        (3, "I'd love to extend the date, but I can't."),
        (4, "We'd like to offer a discount, but we can't."),
        (4, "We would be delighted to extend it; unfortunately, that is not possible."),
        (5, "As much as I'd like to waive the fee, I am unable to."),
        (5, "Although I'd gladly waive it, the rules don't allow that."),
        (8, "I'd love to give you your money back, but the return window has passed."),
        (8, "We'd be more than happy to refund you, but it has been over 30 days."),
        (8, "While we would love to refund you, the 30 days have passed."),
        (8, "I'd love to refund you. Unfortunately, I can't."),
        (9, "I'd love to send you a new one, but the search must finish first."),
        (17, "We'd love to cancel it, but it has already shipped."),
        (18, "I would love to add a voucher, but I can't."),
        (20, "I wanted to repair it for you, but the warranty ended on 18 July 2025."),
        (38, "We'd be happy to exchange it, but we repair under warranty."),
        (0, "I'd love to waive it if I could."),
        (0, "I know you were hoping for the fee to be removed."),
        (0, "We do waive a first late fee, but not later ones."),
    ],
)
def test_a_wish_that_is_turned_down_promises_nothing(index, sentence):
    verdict = added(index, sentence)
    assert (verdict.errors, verdict.helpfulness) == ((), 1)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (0, "We'd be happy to waive it."),
        (0, "We'd love to help, and we will waive it."),
        (0, "We'd love to waive it, so we will."),
        (0, "We'd be happy to waive it, but it takes a moment."),
        (0, "We'd be glad to waive it, but only this once."),
        (0, "We'd love to waive it, but first tell us your name."),
        (0, "We'd love to waive it, and there is nothing we cannot do."),
        (8, "I would be glad to refund you, but not today."),
        (8, "We'd love to refund you, but keep it to yourself."),
        (8, "We'd be happy to refund you. We can't send it by cheque."),
        (8, "We refund the price, but not the shipping."),
        (18, "We'd love to refund you, but we can't."),  # policy grants it
    ],
)
def test_a_wish_that_stands_is_a_promise(index, sentence):
    assert added(index, sentence).scores == (0, 0, 0)


def test_a_wish_turned_down_tells_the_refusal_where_policy_refuses():
    for message in ("We'd love to refund you, but we can't.", "We'd love to refund you, but it is late."):
        assert told(message, DENIED) == {"refund"} and judge(message, DENIED).errors == ()
    assert told("We'd love to refund you, but first we need a photo.") == {"refund", "photo"}


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (19, "The replacement costs you nothing."),
        (19, "You won't pay anything for the replacement."),
        (38, "The repair won't cost you a cent."),
        (17, "The return is free for you."),
        (4, "No fee is charged."),
        (4, "There is no fee for the correction."),
        (3, "Without automatic payment, we cannot waive the fee."),
        (29, "We can't refund you without the photo."),
        (2, "We cannot give you a refund, cancellation or compensation beyond the credit."),
        (2, "No further credit is possible."),
        (2, "We can't offer more than the credit."),
        (7, "If the link has expired, we can send you another."),
        (3, "Until then, the fee stays on your bill."),
        (3, "Please don't skip the autopay step."),
        (0, "The fee must be paid by 2 December 2027."),
        (0, "It will not be waived."),
        (110, "Your data is not gone yet."),
        (1, "You bought a new pair of headphones."),
    ],
)
def test_no_cost_and_conditions_refuse_nothing(index, sentence):
    verdict = added(index, sentence)
    assert (verdict.errors, verdict.helpfulness) == ((), 1)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (0, "The late fee costs you nothing."),
        (5, "No fee is charged."),
        (5, "We won't charge the fee."),
        (24, "The return is free for you."),
        (3, "Without a doubt, we cannot waive the fee."),
        (29, "We can't refund you, with or without the photo."),
        (38, "It will never be repaired."),
        (2, "You will not be credited."),
        (2, "Besides, we can't credit you."),
        (7, "We'll give you another phone."),
        (0, "As a courtesy, we will remove it."),
        (0, "It has been removed."),
        (0, "You can ignore the fee."),
        (0, "There's no need to pay the fee."),
        (0, "Don't worry about paying it."),
        (0, "You don't owe us the fee."),
        (0, "The fee is gone."),
        (1, "We send you a new pair of headphones."),
        (3, "You don't need autopay."),
        (3, "Autopay is optional."),
        (3, "You can do without autopay."),
        (3, "The fee stays, though."),
        (3, "You must pay the fee anyway."),
        (110, "Your data is gone."),
        (110, "We no longer hold your data."),
        (18, "We will pay your rent."),
        (18, "Your next order is on us."),
        (18, "We double it."),
    ],
)
def test_promises_and_refusals_in_other_words_void(index, sentence):
    assert added(index, sentence).scores == (0, 0, 0)


@pytest.mark.parametrize(
    "sentence",
    [
        "The late fee of $3.59 stands.",
        "The late fee of $3.59 stands and we can't remove it.",
        "The late fee ($3.59) stands because this is your third late payment this year.",
        "The late fee of $3.59 will remain on your account.",
        "The late fee of $3.59 will not be removed.",
        "The fee is $3.59. We can't remove it.",
        "I can't remove it; the fee is $3.59.",
        "The $3.59 is a late fee that must stay.",
        "You will need to pay the late fee of $3.59.",
        "We have to uphold the late fee of $3.59.",
    ],
)
def test_a_fee_that_stands_is_a_refusal_in_any_order_of_words(sentence):
    task = DOMAIN.task("validation", 0)
    kind = "I understand the confusion. Let me know if you have questions."
    verdict = judge(f"{sentence} Your case number is CS-95378. {kind}", task)
    assert (verdict.errors, verdict.helpfulness, verdict.empathy) == ((), 1, 1)


def test_a_fee_that_no_longer_stands_is_no_refusal():
    fee = ticket(points=(Point("waive", granted=False), Point("ref")), forbidden=("waive",))
    assert told("The fee stands.", fee) == {"waive"}
    for message in ("The fee no longer stands.", "No fee stands.", "The fee does not apply."):
        assert told(message, fee) == set()


def test_your_money_that_we_cannot_return_is_a_refund_refused():
    assert told("We can't return your money because the 30 days are over.", DENIED) == {"refund"}


@pytest.mark.parametrize(
    "message",
    [
        "We would love to refund you, yet it depends.",
        "We wanted to refund you, but the rules decide.",
        "While we would like to refund you, we check the rules.",
        "We would gladly refund you, however, this depends.",
        "We only refund you where policy allows it.",
        "As you know, a refund is only possible under our policy.",
        "Policy decides whether we refund you or not.",
        "We could refund you, but only just.",
        "Nothing except a refund is possible.",
        "We cannot offer more than a refund.",
        "No further refund is possible.",
        "No other refund is possible.",
        "Without a photo we cannot refund you.",
        "Unless you send a photo, we cannot refund you.",
    ],
)
def test_what_leaves_a_decision_open_conveys_none(message):
    assert "refund" not in told(message) and told(message, DENIED) == set()


@pytest.mark.parametrize(
    "message",
    [
        "Under our policy we will refund you $42.50.",
        "As per our policy, you are eligible for a refund.",
        "You qualify for a refund.",
        "Your refund request has been approved.",
        "We can only refund $42.50.",
        "Since you wrote only ten days ago, we will refund you.",
        "We will refund you instead of sending a voucher.",
    ],
)
def test_a_commitment_grants_although_rules_or_requests_are_named(message):
    assert "refund" in told(message) and judge(message).errors == ()
    assert told(message, DENIED) == set() and judge(message, DENIED).errors


@pytest.mark.parametrize(
    "message",
    [
        "We would love to refund you, but we can't.",
        "We'd love to refund you, but policy does not allow it.",
        "We wanted to refund you, but it has already shipped.",
        "We can only refund you within 5 days of delivery.",
        "Your request for a refund has not been approved.",
    ],
)
def test_a_clear_reason_or_limit_refuses_and_grants_nothing(message):
    assert told(message, DENIED) == {"refund"} and "refund" not in told(message)


def test_without_a_step_that_nobody_asks_for_a_denial_is_a_refusal():
    message = "Without a photo we cannot refund you."
    assert judge(message).errors == ()
    assert judge(message, ticket(points=(Point("refund"), Point("ref")))).errors


def test_a_request_that_is_granted_cannot_be_rejected():
    assert judge("Your request has been rejected.").errors
    assert judge("Your request has been rejected.", DENIED).errors == ()


@pytest.mark.parametrize(
    ("index", "sentence", "fair"),
    [
        (19, "Sending it back costs you nothing.", True),
        (24, "Sending it back costs you nothing.", True),
        (18, "I promise you a reply.", True),
        (18, "I promise you an answer within the day.", True),
        (18, "We promise you a car.", False),
        (18, "I hope you can get some rest now.", True),
        (18, "We will double the care we take.", True),
        (18, "We will double the refund.", False),
        (38, "We are happy to cover your return shipping.", True),
        (24, "We are happy to cover your return shipping.", False),
        (38, "We are happy to cover your rent.", False),
    ],
)
def test_matters_of_course_are_no_gifts(index, sentence, fair):
    assert (added(index, sentence).errors == ()) == fair
