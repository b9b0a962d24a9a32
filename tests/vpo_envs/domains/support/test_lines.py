"""Facts line by line: lists and labels in any case and with any mark, and the last lines of a letter."""

import pytest

from tests.vpo_envs.domains.support.by_hand import DOMAIN, best

PLAN = DOMAIN.task("test", 0)  # a cancellation is granted, a refund refused; ends on 19 May, fee $10.67
MISSING = DOMAIN.task("test", 1)  # a search under CS-13419
LABELS = ("cancel: granted", "refund: refused", "ends: 19 May 2025", "fee: $10.67")
CLAUSES = (
    "we have cancelled your plan",
    "we cannot offer a refund",
    "it ends on 19 May 2025",
    "the fee is $10.67",
)


def letter(body):
    return best(
        PLAN, f"I understand that you are confused.\n\n{body}\n\nPlease contact us if you need more help."
    )


def items(mark, lines):
    return "\n".join(mark.format(i) + line for i, line in enumerate(lines, 1))


@pytest.mark.parametrize(
    "body",
    [
        *(items(mark, lines) for mark in ("- ", "* ", "• ", "{}. ", "{}) ") for lines in (LABELS, CLAUSES)),
        items("", LABELS),
        items("", [f"**{line}".replace(":", ":**") for line in LABELS]),
        items("- ", [line.replace(":", " –") for line in LABELS]),
        items("- ", [line.replace(":", " =") for line in LABELS]),
        "Here is what happens:\n" + items("- ", LABELS),
        ", ".join(LABELS),
        " | ".join(LABELS),
        ", ".join(LABELS[:3]) + " and " + LABELS[3] + ".",
        ", ".join(LABELS).capitalize() + ".",
    ],
)
def test_lines_in_lower_case_are_read_one_by_one(body):
    scores = DOMAIN.score(PLAN, letter(body))
    assert (scores[0], scores[2]) == (1, 1) and scores[1] > 0.65
    for wrong in (
        body.replace("refused", "granted").replace("cannot", "can"),
        body.replace("10.67", "10.76"),
    ):
        assert DOMAIN.score(PLAN, letter(wrong)) == (0, 0, 0)


def test_a_wrapped_line_goes_on():
    body = (
        "We have cancelled your plan. We cannot give\na refund for it. "
        "It ends on 19 May 2025, and\nthe fee is\n$10.67."
    )
    assert DOMAIN.score(PLAN, letter(body))[0] == 1


@pytest.mark.parametrize("line", ["Reference: {}", "- **Reference:** {}", "Ref: {}", "Case: {}", "Case {}"])
@pytest.mark.parametrize("end", ["", "\n\nKind regards,\nAnna Silva", "\n\nThe Support Team"])
def test_a_fact_on_a_last_line_is_no_name(line, end):
    message = DOMAIN.best_answers(MISSING)[-1].partition("<message>")[2].removesuffix("</message>")
    body = message.replace("Your reference number is CS-13419. ", "")
    scores = [
        DOMAIN.score(MISSING, best(MISSING, f"{body}\n\n{line.format(code)}{end}"))
        for code in ("CS-13419", "CS-13418")
    ]
    assert scores[0][0] == scores[0][2] == 1 and scores[0][1] > 0.65
    assert scores[1] == (0, 0, 0)
