"""Facts in notes, beside sentences and alone."""

import pytest

from tests.vpo_envs.domains.support.by_hand import DOMAIN, best

KIND = "I understand that you are confused, please contact us if you need more help"
ROWS = ("cancel granted", "refund refused", "ends 19 May 2025", "fee $10.67")


@pytest.mark.parametrize("joint", [" ", ". ", ", ", "; "])
def test_keywords_beside_a_real_sentence_count_half(joint):
    task = DOMAIN.task("test", 0)
    for message in (joint.join([*ROWS, KIND]), f"{KIND}. {joint.join(ROWS)}"):
        assert DOMAIN.score(task, best(task, message))[0] <= 0.5


@pytest.mark.parametrize(
    "message",
    [
        f"{KIND}. We cancel it. It ends on 19 May. No refund, fee $10.67.",
        f"{KIND}. We have cancelled your plan as of 19 May 2025, fee: $10.67, no refund.",
        f"{KIND}.\n- Cancellation: granted\n- Refund: refused\n- Ends: 19 May 2025\n- Fee: $10.67",
    ],
)
def test_fragments_of_sentences_and_labelled_lines_are_no_notes(message):
    task = DOMAIN.task("test", 0)
    assert DOMAIN.score(task, best(task, message))[0] == 1
