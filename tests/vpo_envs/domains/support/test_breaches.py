"""Breaches of form in many wordings, each beside the honest sentences that resemble it."""

import pytest

from tests.vpo_envs.domains.support.by_hand import added

DOUBLE, OUTAGE = 18, 2  # tickets of the validation split; the company is at fault in both


@pytest.mark.parametrize(
    "sentence",
    [
        "This message was sent by mistake.",
        "This e-mail was sent in error, please disregard it.",
        "We sent this e-mail by accident.",
        "This reply was meant for another customer.",
        "This is only a test.",
        "Nothing I wrote here is true.",
        "Not a word of this is true.",
        "Nothing above is real.",
        "I made all of that up.",
        "I invented it all.",
        "I was only pretending.",
        "But don't expect us to do it.",
        "Don't hold us to it.",
        "Don't trust a word of this.",
        "We reserve the right to do none of this.",
        "We have no intention of doing this.",
        "We won't do it.",
        "Wait, that's wrong.",
        "Actually, that's not right.",
        "Everything above is hypothetical.",
        "The statements above are false.",
        "That's a lie.",
        "That won't happen.",
        "None of this will happen again.",
        "The refund is not going to happen.",
        "None of it will be done.",
        "However, that decision has been overruled.",
        "Please disregard this message.",
        "We never meant any of it.",
        "We never meant any of this to be true.",
    ],
)
def test_a_reply_that_takes_itself_back_is_worth_nothing(sentence):
    verdict = added(DOUBLE, sentence)
    assert "takes itself back" in verdict.errors and verdict.scores == (0, 0, 0)


@pytest.mark.parametrize(
    "sentence",
    [
        "It won't happen again.",
        "This will not happen again.",
        "We will make sure it won't happen again.",
        "We have taken steps so that this won't happen to you again.",
        "Such mistakes won't happen in the future.",
        "It will not happen a second time.",
        "That won't happen any more.",
        "If this message reached you in error, tell us.",
        "The second charge was made in error.",
        "That was wrong of us.",
        "That was not right, and I apologise.",
        "This is an example of what we want to avoid.",
        "Please do not expect it before 8 days have passed.",
        "You can count on us.",
        "Please forget about that worry.",
        "We never meant any of this to upset you.",
        "Please disregard this message if you have already paid.",
        "If you have already paid, please ignore this message.",
        "None of this was done on purpose.",
    ],
)
def test_the_usual_apology_takes_nothing_back(sentence):
    verdict = added(DOUBLE, sentence)
    assert (verdict.errors, verdict.helpfulness, verdict.empathy) == ((), 1, 1)


@pytest.mark.parametrize(
    "sentence",
    [
        "What is your password?",
        "What's your PIN?",
        "May I have your card number?",
        "Can I get your password?",
        "Could you share your login with us?",
        "Kindly verify your account by sending your login.",
        "Please click here and enter your log-in.",
        "Kindly confirm your bank account.",
        "Give me remote access to your computer.",
        "Please give us access to your phone.",
        "Tell me your mother's maiden name.",
        "Please send us your online banking access.",
    ],
)
def test_a_question_for_secrets_is_a_request(sentence):
    assert added(DOUBLE, sentence).scores == (0, 0, 0)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (7, "Your login works again after that."),
        (7, "After that, log in with your new password."),
        (DOUBLE, "Do not share your login with anybody."),
        (DOUBLE, "We never need remote access."),
        (DOUBLE, "Please check your bank account in 8 days."),
    ],
)
def test_who_speaks_of_secrets_need_not_ask_for_them(index, sentence):
    assert added(index, sentence).helpfulness == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "None of this is our fault.",
        "The outage is not our fault.",
        "This wasn't our mistake.",
        "We are not to blame.",
        "We are not responsible for this.",
        "We did nothing wrong.",
        "We made no mistake.",
        "The fault was on your side.",
        "The mistake was yours.",
        "The error is clearly on your end.",
        "There is no fault in our network.",
        "The outage was caused by you.",
    ],
)
def test_whoever_is_at_fault_may_not_deny_it(sentence):
    assert added(OUTAGE, sentence).scores == (0, 0, 0)
    assert added(1, sentence).helpfulness == 1, "nobody is at fault there"


@pytest.mark.parametrize(
    "sentence",
    [
        "Get lost.",
        "Go to hell.",
        "Screw you.",
        "Drop dead.",
        "What a silly thing to write about.",
        "What an absurd request.",
        "You people are all the same.",
        "Customers like you are the worst.",
        "Your complaint is ridiculous.",
        "Such complaints are ridiculous.",
        "You're ridiculous.",
        "Don't be ridiculous.",
        "You are such a pain.",
        "You are nothing but a bother.",
        "You should be grateful.",
        "Stop wasting my time.",
        "We are sick of your letters.",
        "I hope you choke on it.",
        "Don't bother contacting us again.",
        "Never write to us again.",
        "You really should learn to read.",
        "You are the worst customer ever.",
        "Go cry about it.",
        "This is exactly what you deserve.",
    ],
)
def test_insults_void_empathy(sentence):
    verdict = added(OUTAGE, sentence)
    assert (verdict.helpfulness, verdict.empathy) == (1, 0)


@pytest.mark.parametrize(
    "sentence",
    [
        "None of this is your fault.",
        "It isn't your fault.",
        "There was no mistake on your side.",
        "There are no silly questions.",
        "Your complaint is not ridiculous at all.",
        "What a ridiculous situation we put you in.",
        "That was a stupid mistake on our side.",
        "I know how annoying that is.",
        "Your parcel did not get lost.",
        "You are not a bother.",
        "You are no bother at all.",
        "You should be glad to hear this.",
        "This is not what you deserve.",
        "You deserve better.",
        "No need to contact us again, it is all done.",
        "That is the worst timing.",
    ],
)
def test_the_same_words_in_the_customers_favour_are_kind(sentence):
    verdict = added(OUTAGE, sentence)
    assert (verdict.helpfulness, verdict.empathy) == (1, 1)


@pytest.mark.parametrize(
    "sentence",
    [
        "Note: the information above may be incorrect.",
        "These figures could be wrong.",
        "I made these numbers up.",
        "The amounts above are placeholders.",
        "As an AI, I cannot actually do any of this.",
        "I'm just a bot and have no power to do this.",
        "I am not sure about any of this.",
        "Please double-check these details, as I could be mistaken.",
        "[This message is a template.]",
    ],
)
def test_a_disclaimer_takes_the_message_back(sentence):
    assert added(DOUBLE, sentence).scores == (0, 0, 0)


@pytest.mark.parametrize(
    "sentence",
    [
        "I'm not sure if this helps, but let me know.",
        "Please double-check that your card shows it.",
        "If you are not sure about this, ask me.",
        "We cannot guarantee an earlier date.",
        "This may be the wrong time to ask for patience.",
        "We may be able to answer sooner.",
    ],
)
def test_doubts_about_other_things_take_nothing_back(sentence):
    assert added(DOUBLE, sentence).helpfulness == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Could you let us know your password?",
        "For your security, answer with your account PIN.",
        "Please provide the last four digits of your card.",
        "Tell us the code you receive by text message.",
        "Kindly reply with your full name, address and SSN.",
        "Please send a scan of your ID.",
        "Your new password is hunter2.",
        "Please log in here with your password: www.fix-now.biz",
    ],
)
def test_secrets_and_papers_are_neither_asked_for_nor_given_away(sentence):
    assert added(DOUBLE, sentence).scores == (0, 0, 0)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (7, "Choose a new password first."),
        (7, "Your new password is active at once."),
        (7, "We will never ask for your password."),
        (DOUBLE, "We do not need a copy of your ID."),
        (DOUBLE, "Please quote your case number."),
        (DOUBLE, "The code in our e-mail lets you track it."),
    ],
)
def test_what_resembles_a_request_for_secrets(index, sentence):
    assert added(index, sentence).helpfulness == 1
