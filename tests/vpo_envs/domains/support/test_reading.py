"""Messages as sentences and clauses."""

import pytest

from vpo_envs.domains.support.reading import read_message


def clauses(text):
    return [clause for sentence in read_message(text).sentences for clause in sentence.clauses]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("We refund you, but the fee stays.", ["we refund you", "but the fee stays"]),
        ("We refund you and we waive the fee.", ["we refund you", "and we waive the fee"]),
        ("We refund and replace it.", ["we refund and replace it"]),
        ("Unfortunately, we cannot.", ["unfortunately we cannot"]),
        ("The fee, $3.59, stays.", ["the fee <money> stays"]),
        ("Refund: not possible.", ["refund not possible"]),
        ("This is what we do: a refund.", ["this is what we do", "a refund"]),
        (
            "Instead of a voucher we refund you.",
            ["instead of a voucher", "we refund you"],
        ),
    ],
)
def test_where_clauses_end(text, parts):
    found = [" ".join(w if w[0] != "<" else "<money>" for w in c.words) for c in clauses(text)]
    assert found == parts


LETTER = """Subject: your order

Dear Ms Marsh,

thank you for writing. We refund $20.

Kind regards,
The Bluecrest Team"""


def test_layout_is_free():
    message = read_message(LETTER)
    assert message.greeted == "Ms Marsh"
    free = [sentence.free for sentence in message.sentences]
    assert free == [True, True, False, False, True, True]
    assert sum(sentence.length for sentence in message.sentences if not sentence.free) == 4 + 3
    assert [list(sentence.values) for sentence in message.sentences][3] == [2]
    assert message.sentences[3].next is message.sentences[4]


def test_marks_of_lists_and_emphasis_are_not_words():
    (one, two) = read_message("- **We** refund you.\n2. `We` _waive_ the fee.").sentences
    assert one.words == ["we", "refund", "you"] and two.words == ["we", "waive", "the", "fee"]


@pytest.mark.parametrize(
    ("text", "telegram"),
    [
        ("Cancel no refund. Ends 19 May fee $10.67. Understand confused contact.", True),
        ("We cancel it. It ends on 19 May. No refund, fee $10.67.", False),
        ("Any questions, just ask.", False),
        ("Dear Anna,\nrefund granted $20.\nKind regards", True),
    ],
)
def test_a_telegram_has_few_sentences(text, telegram):
    assert read_message(text).is_telegram == telegram


def test_a_clause_is_found_by_the_position_of_its_words():
    (sentence,) = read_message("We refund you, but the fee stays.").sentences
    assert [sentence.clause_at(i).start for i in range(len(sentence.words))] == [0, 0, 0, 0, 4, 4, 4, 4]


@pytest.mark.parametrize(
    ("line", "greeted"),
    [("Hello there Anna,", "Anna"), ("Hi!", " "), ("Good morning Mr Bell", "Mr Bell"), ("We help you.", "")],
)
def test_names_in_greetings(line, greeted):
    assert read_message(f"{line}\nWe refund you.").greeted == greeted
