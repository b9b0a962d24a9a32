"""The empathy rubric: its moves, unkind words, names, apologies."""

import pytest

from tests.vpo_envs.domains.support.by_hand import FULL, judge, score, ticket


@pytest.mark.parametrize(
    ("message", "moves"),
    [
        ("I can see why you are worried.", {"acknowledge"}),
        ("That must be quite unsettling, I understand your concern.", {"acknowledge"}),
        ("I understand how you feel.", {"acknowledge"}),
        ("How upsetting this must be.", {"acknowledge"}),
        ("No need to be worried!", {"acknowledge"}),
        ("Please don't worry.", {"acknowledge"}),
        ("What a worrying experience.", {"acknowledge"}),
        ("I'd be worried too.", {"acknowledge"}),
        ("I can see why you are angry.", set()),  # that is not what this customer feels
        ("I am worried.", set()),
        ("worried understand", set()),
        ("Are you worried?", set()),
        ("I don't understand why you are worried.", set()),
        ("I am sorry.", {"apologise"}),
        ("Sorry!", {"apologise"}),
        ("Please accept our apologies for this.", {"apologise"}),
        ("It was our mistake.", {"apologise"}),
        ("I am sorry to hear that.", set()),
        ("Sorry?", set()),
        ("Let me know if you need anything else.", {"offer"}),
        ("I will keep you updated.", {"offer"}),
        ("Please don't hesitate to contact us.", {"offer"}),
        ("I'm here if you need me.", {"offer"}),
        ("Do not contact us again.", set()),
        ("Thank you very much for taking the time to write to our team about this matter today.", set()),
        ("Thanks for taking the trouble to contact us.", set()),
        ("Your message has been read with great care by everybody in the department concerned.", set()),
        ("We value every single message that reaches us through any of our many channels.", set()),
        ("It is always our aim to deal with all requests as thoroughly as can be done.", set()),
        ("Please contact our support team if you need further help.", {"offer"}),
        ("Is there anything else I can help you with?", {"offer"}),
        ("Can I help you with anything else?", {"offer"}),
        ("Our team is available if you need anything.", {"offer"}),
        ("We'll be here if you need us.", {"offer"}),
        ("Any questions, just ask.", {"offer"}),
        ("Our team is not here for you.", set()),
        ("There is nothing else I can help you with.", set()),
        ("Please don't contact our support team.", set()),
        ("I apologise for the wait and completely understand your concern.", {"acknowledge", "apologise"}),
        ("I'm so sorry for the worries we caused.", {"acknowledge", "apologise"}),
        ("I apologise.", {"apologise"}),
        ("I am sorry that I am worried.", {"apologise"}),
        ("I see why you are worried. Sorry! Just reply here.", {"acknowledge", "apologise", "offer"}),
    ],
)
def test_the_empathy_rubric(message, moves):
    verdict = judge(f"{FULL} {message}")
    assert set(verdict.moves) == moves
    assert verdict.empathy == pytest.approx(len(moves) / 3)


@pytest.mark.parametrize(
    "message",
    [
        "Calm down.",
        "You absolute clown.",
        "That is your own fault.",
        "We don't care.",
        "Sorry, not sorry.",
        "I am not sorry.",
        "We regret nothing.",
        "Thank you, Robert, for your patience.",
    ],
)
def test_unkind_words_void_empathy(message):
    kind = "I see why you are worried. Sorry! Just reply here."
    assert score(f"{FULL} {kind}")[2] == 1
    assert score(f"{FULL} {kind} {message}")[2] == 0
    assert score(f"{FULL} {kind} {message}")[0] == 1


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [("Dear Dana,", 1), ("Hi Ms. Novak,", 1), ("Hello,", 1), ("Dear customer,", 1), ("Dear Robert,", 0)],
)
def test_the_customer_is_called_by_name(greeting, kind):
    message = f"{greeting}\n\n{FULL} I see why you are worried. Sorry! Just reply here."
    assert score(message)[2] == kind


def test_an_apology_is_due_only_where_the_company_is_at_fault():
    blameless = ticket(at_fault=False)
    assert score(f"{FULL} Sorry!", blameless)[2] == 0
    assert score(f"{FULL} I see why you are worried. Just reply.", blameless)[2] == 1


def test_empathy_cannot_be_gamed():
    once = score(f"{FULL} I am sorry.")
    assert once[2] == pytest.approx(1 / 3)
    assert score(FULL + " I am sorry." * 10)[2] == once[2]
    assert score("I am so sorry. I see why you are worried. Let me know.") == (0, 0, 0), "no content"
    feelings = "I understand worried, angry, confused, stressed, exhausted and disappointed people."
    assert score(f"{FULL} {feelings}")[2] == 0
