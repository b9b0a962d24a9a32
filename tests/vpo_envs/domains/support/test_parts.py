"""Replies are cut into decisions, messages and the rest."""

import pytest

from vpo_envs.domains.support.decision import split_reply
from vpo_envs.domains.support.parts import as_letter, complete, parts_of, undressed

FEE = {"fee": "$5"}


def kinds(text):
    return [(part.kind, part.text.strip()) for part in parts_of(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("Hello.", [("", "Hello.")]),
        ("A <decision>B</decision> C", [("", "A"), ("decision", "B"), ("", "C")]),
        ("<decision>A<message>B</message></decision>C", [("decision", "A"), ("message", "B"), ("", "C")]),
        ("<message>Message: A</message>\nMessage: B", [("message", "Message: A"), ("", "Message: B")]),
        ("Decision: we refund you.", [("", "we refund you.")]),
        ("My final message:\n{'fee': '$5'}\nHello.", [("decision", "{'fee': '$5'}"), ("", "Hello.")]),
        ("Decision:\nfee: $5\n\nDear Ann,", [("decision", "fee: $5"), ("", "Dear Ann,")]),
        ("```\nfee: $5\n```\nHello.", [("", "```"), ("decision", "fee: $5"), ("", "```\nHello.")]),
        ("```\nDear Ann,\nFee: $5\n```", [("", "```\nDear Ann,\nFee: $5\n```")]),
        ("Decision: fee: $5\nReply: '''Hi.'''", [("decision", "fee: $5"), ("message", "Hi.")]),
    ],
)
def test_a_reply_is_cut_into_its_parts(text, parts):
    assert kinds(text) == parts


def test_parts_that_are_open_or_empty_are_not_complete():
    parts = parts_of("<message>...</message><message>A</message><message>B")
    assert [parts[place].text for place in complete(parts, "message")] == ["A"]
    assert complete(parts[2:], "message") == [0]
    assert complete(parts, "decision") == []


@pytest.mark.parametrize(
    ("text", "fields", "message"),
    [
        ('{"fee": "$4"}\nA.\n\nNo:\n\n{"fee": "$5"}\nB.', FEE, "B."),
        ('{"fee": "$4"}\nA.\n{"fee": "$5"}', FEE, "A."),
        ('{"fee": "$5"}\nA.\n{"off": "5%"}', {"fee": "$5", "off": "5%"}, "A."),
        ("<decision>fee: $4</decision>A.<decision>fee 5</decision>B.", {}, "A.\nB."),
        ("fee: $4\nMessage: A.\nfee: $5\nMessage: B.", FEE, "B."),
        (
            "## Decision\nfee: $5\n\nDear Ann,\nFee is $6, ref (so) is.",
            FEE,
            "Dear Ann,\nFee is $6, ref (so) is.",
        ),
        ("## Decision\nfee: $5\n\n**Fee**\nWe ask for $6.", FEE, "**Fee**\nWe ask for $6."),
        ("<decision>as above</decision>{'fee': '$5'}<message>A.</message>", FEE, "A."),
    ],
)
def test_the_last_parts_count(text, fields, message):
    assert split_reply(text) == (fields, message)


def test_a_message_is_undressed():
    assert undressed("Message:\n```\n<reply>A < B</reply>\n```") == "A < B"
    assert as_letter("<ul class='x'><li>A</li></ul>B\\nC<x>") == "A\n\nB\nC<x>"
