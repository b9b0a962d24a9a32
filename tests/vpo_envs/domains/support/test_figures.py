"""Values that follow from the records, and values that do not, on tickets of the validation split."""

import pytest

from tests.vpo_envs.domains.support.by_hand import added, told

# The tickets, with the day of the reply:
# 0: a late fee of $3.59 and a bill of $109.01.
# 1: 2 November 2026; $219.82 paid on 26 October, $50.28 now, $169.54 credited within 10 days.
# 2: 25 October 2027; $24.85 credited on a bill of $202.79, service back on 27 October.
# 4: invoiced $276.10 instead of $56.89. 6: $393.25 less $18.14 is $375.11, within 10 days of 29 September.
# 8: 21 October 2027; a voucher of $30.01; delivered on 20 July, a window of 30 days.
# 20: a discount of 25%, valid until 15 February 2026.
# 22: 14 September 2027; $25.43 of $152.18 refunded in 9 days; it arrives on 22 September.
# 24: $345.89 less $9.89 is $336.00. 29: $235.41 less $8.04 for gift wrap is $227.37.


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (1, "The difference between $219.82 and $50.28 is $169.54."),
        (1, "We will credit you $169.54 (the difference between $219.82 and $50.28)."),
        (4, "The difference is $219.21."),
        (4, "You were billed $219.21 too much."),
        (4, "That is $219.21 less than the wrong invoice."),
        (2, "After the credit, your next bill is $177.94."),
        (0, "In total you owe $112.60."),
        (24, "We refund $336.00 of the $345.89."),
        (24, "From the $345.89 we deduct a return fee of $9.89."),
        (24, "The return fee of $9.89 is not refunded."),
        (24, "The return fee is not refunded."),
        (29, "$8.04 for gift wrap is deducted."),
        (29, "We deduct $8.04 for the gift wrap."),
        (29, "The gift wrap of $8.04 is not refunded."),
        (22, "The price of $152.18 is not refunded."),
        (22, "We refund the shipping cost, not the price of $152.18."),
        (20, "As a courtesy, you get 25% off your next purchase until 15 February 2026."),
    ],
)
def test_amounts_may_be_worked_out_and_quoted(index, sentence):
    verdict = added(index, sentence)
    assert (verdict.errors, verdict.helpfulness) == ((), 1)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (1, "The difference is $170.54."),
        (1, "The difference between $219.82 and $50.28 is $170.54."),
        (1, "You get $270.10 back."),
        (2, "You get $227.64."),
        (2, "We credit you $177.94."),
        (4, "The right total is $219.21."),
        (4, "Please pay $219.21."),
        (0, "The fee is $105.42."),
        (22, "We refund $177.61."),
        (24, "We refund $345.89."),
        (24, "We can't refund the $336.00."),
        (29, "You get a gift."),
        (29, "You get a gift wrap for free."),
        (20, "You can use it until 18 July 2025."),
    ],
)
def test_a_worked_out_amount_takes_no_other_ones_place(index, sentence):
    assert added(index, sentence).scores == (0, 0, 0)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (1, "You should see it by 12 November 2026."),
        (1, "That is only seven days after your purchase."),
        (2, "Service returns in two days."),
        (2, "You will be back online in 2 days."),
        (2, "It should be back the day after tomorrow."),
        (2, "Your internet has been down since yesterday, 24 October 2027."),
        (6, "Your money should be with you by 9 October 2027."),
        (8, "The window closed on 19 August 2027."),
        (22, "It arrives in 8 days."),
    ],
)
def test_days_may_be_worked_out(index, sentence):
    verdict = added(index, sentence)
    assert (verdict.errors, verdict.helpfulness) == ((), 1)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (1, "You should see it by 13 November 2026."),
        (1, "It takes 7 days."),
        (2, "Service returns in three days."),
        (2, "It should be back tomorrow."),
        (2, "Service is back on 24 October 2027."),
        (22, "It arrives on 23 September 2027."),
        (22, "The refund takes 8 days."),
        (22, "Your refund reaches you in 8 days."),
        (8, "The voucher is valid for 92 days."),
    ],
)
def test_a_worked_out_day_takes_no_other_ones_place(index, sentence):
    assert added(index, sentence).scores == (0, 0, 0)


def test_how_often_in_a_year_is_no_duration_of_ours():
    assert added(0, "From the second late payment in a year it has to stay.").errors == ()
    assert added(1, "You get it in a year.").errors


@pytest.mark.parametrize(
    "message",
    [
        "It is CS-22222, ORD-11111 and ORD-33333.",
        "It is within 5 days and 9 days.",
        "The dates until, by and before are 1 February 2026 and 3 March 2026.",
        "In your order the cost is now $42.50 and $60.00, give or take.",
        "The amount is $42.50 or the amount is $60.00, the amount $99.00.",
    ],
)
def test_a_list_of_figures_states_none(message):
    assert told(message) == set()


@pytest.mark.parametrize(
    ("message", "points"),
    [
        ("You paid $60.00 and get $42.50 back.", {"refund", "amount"}),
        ("We refund $42.50 of the $60.00.", {"refund", "amount"}),
        ("You ordered on 1 February and it arrives on 3 March.", {"arrives"}),
        ("It arrives on 3 March instead of 1 February.", {"arrives"}),
        ("The case CS-22222 belongs to order ORD-11111.", {"ref"}),
        ("Since you wrote within 9 days, you get it in 5 days.", {"takes"}),
    ],
)
def test_of_several_figures_each_is_told_by_a_word_of_its_own(message, points):
    assert told(message) == points
