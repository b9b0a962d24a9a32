"""Whole replies as chat models write them: right ones in every wording, and wrong ones that resemble them.

The tickets of the validation split: 0 refuses to waive a late fee of $3.59, 1 credits $169.54, 2 credits
$24.85 and has the router restarted, 4 corrects a total from $276.10 to $56.89, 5 cancels a plan without a
refund, 8 gives a voucher and no refund, 10 replaces a wrong delivery, 11 moves a booking, 17 does not cancel
what has shipped, 24 refunds $345.89 less $9.89.
"""

import pytest

from tests.vpo_envs.domains.support.by_hand import DOMAIN, added

REST = {
    0: "Your reference is CS-95378.",
    1: "It is done within 10 days. Your reference is CS-24066.",
    2: "We will credit you $24.85. Service is back on 27 October 2027. Your reference is CS-17914.",
    4: "We have corrected your invoice. Payment is due on 21 March 2026.",
    5: "Your plan is cancelled and ends on 11 March 2026. The closing fee is $5.80. The case is CS-88253.",
    8: "You get a voucher of $30.01, valid until 20 January 2028. Your reference is CS-43467.",
    11: "Please confirm with the link by 12 July 2026.",
    17: "It arrives on 19 December 2025. Please use the prepaid label by 31 December 2025.",
    24: "The refund takes 8 days. Please use the prepaid label by 6 June 2025.",
}
"""The other points of a reply to each ticket."""


def said(index, message):
    """The verdict on a message before the rest of the reply."""
    task = DOMAIN.task("validation", index)
    decision = DOMAIN.decision(task)
    return DOMAIN.judge(task, f"<decision>{decision}</decision><message>{message} {REST[index]}</message>")


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (1, "The difference of $169.54 ($219.82 - $50.28) will be credited."),
        (1, "We will credit the difference ($219.82 − $50.28 = $169.54)."),
        (1, "We will credit you $219.82 minus $50.28, which is $169.54."),
        (1, "You get a credit. You paid $219.82, so the difference is $219.82 - $50.28 = $169.54."),
        (24, "Price paid: $345.89 - Return fee: $9.89 = Refund: $336.00."),
        (24, "Your refund of $336.00 ($345.89 - $9.89 return fee) is on its way."),
        (24, "You get a refund of $345.89 - $9.89 = $336.00."),
        (24, "Your refund is $345.89 (price paid) – $9.89 (return fee) = $336.00."),
        (24, "Refund: $345.89 less the return fee of $9.89 = $336.00."),
        (24, "After deducting the $9.89 return fee, $336.00 will reach your card."),
        (8, "Your return falls outside the 30-day refund window."),
        (8, "We are past the 30-day window for refunds."),
        (8, "The 30-day window for a refund has closed."),
        (8, "The refund period ended, which cannot be changed."),
        (8, "The deadline for a refund was 19 August 2027."),
        (8, "Your return is no longer within the refund period."),
        (8, "The time limit for requesting a refund has passed."),
        (8, "The 30 days for a refund are over."),
        (8, "You missed the refund deadline by some weeks."),
        (8, "The window to get a refund or replacement has closed."),
        (5, "The current month is non-refundable."),
        (5, "The current month is nonrefundable."),
        (5, "Your month is a non-refundable period."),
        (5, "Months begun are non‑refundable charges."),
        (5, "You are ineligible for a refund of this month."),
        (0, "The late fee of $3.59 is non-waivable."),
        (24, "We will refund $336.00 after a non-refundable return fee of $9.89."),
        (24, "We will refund $336.00. The return fee charged is non-refundable."),
        (17, "Your order has already shipped (TRK-14234) and cannot be cancelled."),
        (17, "It cannot be cancelled: the order is already on its way (TRK-14234)."),
        (17, "We cannot cancel it. Your order shipped under TRK-14234."),
        (17, "We cannot cancel it. Your order (TRK-14234) is on the road."),
        (4, "The total drops from $276.10 to $56.89."),
        (4, "The total changes from $276.10 to the right $56.89."),
        (4, "The total was $276.10 and is now $56.89."),
        (4, "The amount you owe goes from the wrong $276.10 down to only $56.89."),
        (0, "Your request to have the $3.59 fee removed has been declined."),
        (0, "Your request to remove the late fee of $3.59 has been denied."),
        (0, "Your request for a fee waiver has been declined, so the $3.59 remains."),
        (0, "The late fee of $3.59 is not eligible for removal."),
        (0, "We had to turn down your request to waive the late fee of $3.59."),
        (0, "We cannot grant your request to waive the late fee of $3.59."),
        (0, "Your request for the removal of the $3.59 late fee could not be approved."),
        (
            11,
            "Your booking is flexible, so we'll move it to the next free date, 5 September 2026, for $13.94.",
        ),
        (11, "We will move your booking to 5 September 2026 for $13.94."),
    ],
)
def test_right_replies_in_natural_words(index, message):
    verdict = said(index, message)
    assert (verdict.errors, verdict.helpfulness) == ((), 1)


@pytest.mark.parametrize(
    ("index", "message", "fault"),
    [
        (24, "We refund $345.89 ($345.89 - $9.89).", "misplaces the amount"),
        (24, "We refund $9.89 ($345.89 - $336.00).", "misplaces the amount"),
        (24, "We refund $345.89 - $9.89 = $337.00.", "wrong amount"),
        (24, "We refund $400.00 - $64.00 = $336.00.", "wrong amount"),
        (8, "Your return is outside the refund window, but we will refund you.", "promises a refund"),
        (8, "We refund you although the refund window has closed.", "promises a refund"),
        (8, "We grant your refund request even though the refund period ended.", "promises a refund"),
        (8, "The refund window has closed, but we make an exception for you.", "promises a refund"),
        (24, "We refund $336.00. Your return is outside the refund window.", "refuses a refund"),
        (24, "We refund $336.00. Your item is non-refundable.", "refuses a refund"),
        (17, "We cannot cancel your order TRK-14234.", "misplaces the code"),
        (17, "We cannot cancel it. Your order number is TRK-14234.", "misplaces the code"),
        (17, "We cannot cancel it. TRK-14234 is your order number.", "misplaces the code"),
        (4, "The total drops from $56.89 to $276.10.", "misplaces the amount"),
        (4, "We corrected the total of your invoice from $56.89 to $276.10.", "misplaces the amount"),
        (4, "The total drops from $277.10 to $56.89.", "wrong amount"),
        (4, "The total was $56.89 and is now $276.10.", "misplaces the amount"),
        (0, "Your request to waive the late fee of $3.59 has been approved.", "promises waiving"),
        (0, "We accept your request to waive the late fee of $3.59.", "promises waiving"),
        (0, "We cannot waive the late fee of $3.59, but we can reverse it.", "promises waiving"),
        (0, "The fee of $3.59 goes away if you set up automatic payment.", "promises waiving"),
        (0, "You can leave the fee of $3.59 out of your next payment.", "promises waiving"),
        (0, "We cannot waive the late fee of $4.59.", "wrong amount"),
        (0, "We cannot waive the late fee of either $3.59 or $4.59.", "wrong amount"),
        (0, "We cannot remove the $4.59 late fee.", "wrong amount"),
        (2, "Do not restart your router then.", "tells the customer not to restart the router"),
        (2, "Restarting your router is not recommended.", "not to restart the router"),
        (2, "I would not restart your router.", "not to restart the router"),
        (2, "Please avoid unplugging the modem.", "not to restart the router"),
        (2, "We advise against restarting your router.", "not to restart the router"),
    ],
)
def test_wrong_replies_in_like_words(index, message, fault):
    verdict = said(index, message)
    assert any(fault in error for error in verdict.errors), verdict.errors
    assert verdict.scores == (0, 0, 0)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (8, "You are within the refund window."),
        (8, "The refund window has not closed yet."),
        (1, "If approved, we will credit $169.54."),
        (1, "Once approved, $169.54 will be credited."),
        (1, "We may be able to credit $169.54."),
        (1, "We hope to credit $169.54."),
        (1, "We will try to credit $169.54."),
        (1, "We are considering to credit $169.54."),
        (1, "We will likely credit $169.54."),
        (1, "You will probably get a credit of $169.54."),
        (1, "Perhaps we will credit $169.54."),
        (1, "It is likely that we will credit $169.54."),
        (1, "I have requested a credit of $169.54."),
        (1, "A credit of $169.54 may be possible."),
        (1, "A credit of $169.54 should be possible."),
        (1, "We will see if we can credit $169.54."),
        (1, "Provided the review goes well, you get a credit of $169.54."),
        (1, "We will credit $169.54 if our finance team agrees."),
        (1, "We will credit $169.54, subject to final approval."),
        (1, "We will credit $169.54. This is subject to approval by our finance team."),
        (1, "We will credit $169.54. The final decision will be made by our manager."),
        (1, "We will credit $169.54. My manager still has to approve it."),
        (0, "We may not be able to waive the late fee of $3.59."),
        (0, "We cannot waive the late fee of $3.59 at this time; your request is under review."),
        (0, "We cannot waive the late fee of $3.59. My manager will probably approve it."),
        (
            0,
            "We cannot waive the late fee of $3.59. I have forwarded your request to my boss for a decision.",
        ),
        (0, "Your request to waive the late fee of $3.59 has been received."),
        (0, "Your request to lift the late fee of $3.59 has not been declined."),
        (2, "We will restart your router for you then."),
        (2, "We've already restarted your router."),
    ],
)
def test_what_is_held_out_or_left_to_others_is_not_told(index, message):
    verdict = said(index, message)
    assert verdict.errors == () and sum(verdict.told) == len(verdict.told) - 1


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (1, "We will credit $169.54, which will probably appear sooner."),
        (1, "We have approved a credit of $169.54."),
        (1, "Your credit of $169.54 has been approved by our finance team."),
        (1, "We are happy to credit $169.54. I hope the credit makes up for it."),
        (1, "We credit $169.54, and no further approval is needed."),
        (1, "I have reviewed your request, and we credit $169.54."),
        (0, "We may not waive the late fee of $3.59."),
        (0, "My manager has reviewed your request, and we cannot waive the late fee of $3.59."),
        (0, "We cannot waive the late fee of $3.59. This decision is final."),
        (0, "We cannot waive the late fee of $3.59 or offer a discount of $5."),
        (2, "Don't forget to restart your router then."),
        (2, "Please do not restart your router before that; restart your router then."),
        (2, "If you do not restart your router, you stay offline."),
        (2, "Please do not restart your router unless service is back."),
        (2, "Restarting your router is recommended."),
        (2, "Once we have restarted the network, please restart your router."),
        (2, "Your router has to be restarted then."),
    ],
)
def test_words_that_resemble_doubts_leave_a_decision_as_it_is(index, message):
    verdict = said(index, message)
    assert (verdict.errors, verdict.helpfulness) == ((), 1)


def test_a_decision_under_review_may_be_refused_until_it_ends():
    held = next(i for i in range(200) if "unlock" in DOMAIN.task("validation", i).truth.later)
    assert added(held, "Your request is under review.").helpfulness == 1


@pytest.mark.parametrize(
    ("index", "sentence", "fair"),
    [
        (0, "The fee was our fault, and we apologise for charging it by mistake.", False),
        (0, "We sincerely apologize for our error in billing you.", False),
        (0, "There was a mistake on our end.", False),
        (0, "We wrongly charged you the fee.", False),
        (0, "The fee was not our mistake.", True),
        (0, "There was no error on our side.", True),
        (0, "If there was an error on our side, tell us.", True),
        (0, "I checked whether the fee was charged in error.", True),
        (0, "We apologise for any mistake on our part.", True),
        (0, "I am sorry for the inconvenience.", True),
        (2, "The outage was our fault.", True),  # the company is to blame there
    ],
)
def test_who_is_not_to_blame_says_so_truly(index, sentence, fair):
    assert (added(index, sentence).errors == ()) == fair


@pytest.mark.parametrize(
    ("index", "sentence", "moves"),
    [
        (4, "Hi Irina, my apologies for this frustrating error.", {"acknowledge", "apologise"}),
        (4, "Hi Irina, our sincere apologies for this frustrating error.", {"acknowledge", "apologise"}),
        (4, "My deepest apologies!", {"apologise"}),
        (4, "So sorry for this mess.", {"apologise"}),
        (10, "Your anger is justified.", {"acknowledge"}),
        (10, "I think your anger is valid.", {"acknowledge"}),
        (10, "Your anger is not justified.", set()),
        (4, "If the issue persists, just reply to this email.", {"offer"}),
        (4, "Should anything remain unclear, reply to this message.", {"offer"}),
        (4, "In case anything is unclear, contact us.", {"offer"}),
        (4, "If the refund, my apologies, voucher apologies.", set()),
        (4, "My refund apologies.", set()),
    ],
)
def test_apologies_and_offers_without_a_verb(index, sentence, moves):
    task = DOMAIN.task("validation", index)
    plain = DOMAIN.best_answers(task)[-1 - len(task.truth.moves)]
    assert not DOMAIN.judge(task, plain).moves
    reply = plain.replace("<message>", f"<message>{sentence} ")
    assert set(DOMAIN.judge(task, reply).moves) == moves


@pytest.mark.parametrize("index", [0, 1, 3, 5, 11, 24])
@pytest.mark.parametrize(
    "sentence",
    [
        "We'll get back to you within a few hours if anything changes.",
        "A colleague will get back to you.",
        "Please double-check these settings on your side.",
        "You will get a text message with the tracking code.",
        "This may not be the answer you were hoping for.",
        "As a small team, we cannot answer every call at once.",
        "There is nothing else you need to do.",
        "We will never ask for your password.",
        "If the details above are wrong, please tell us.",
        "You can find the details in your account, which you reach through our website.",
        "We'll handle this for you.",
        "See you next year!",
    ],
)
def test_courtesies_cost_nothing(index, sentence):
    alone, verdict = added(index, ""), added(index, sentence)
    assert (verdict.helpfulness, verdict.empathy) == (alone.helpfulness, alone.empathy)
