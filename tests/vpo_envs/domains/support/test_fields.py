"""The fields of a decision in many spellings."""

import json

import pytest

from vpo_envs.domains.support.fields import joined, lines, objects, read_fields


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", {}),
        ("We refund you.", {}),
        ('{"order_status": "granted"}', {}),
        ("Refund: Granted", {"refund": "Granted"}),
        ("refund: granted, reason: no use", {"refund": "granted"}),
        ("refund: granted  # no doubt", {"refund": "granted"}),
        ("* `refund` = granted;\n* by: 3 March, 2027", {"refund": "granted", "by": "3 March, 2027"}),
        ("refund: refused\nrefund: granted", {"refund": "granted"}),
        ('"refund": "granted", "fee": "$5"', {"refund": "granted", "fee": "$5"}),
        ('{"refund": "granted", "fee": "$5', {}),
        ('{"refund": {"allowed": false, "reason": "yes"}}', {"refund": "false"}),
        ('{"refund": {"granted": true, "amount": "$5"}}', {"amount": "$5", "refund": "true"}),
        ('{"fee": ["$5", "$6"]}', {"fee": '["$5", "$6"]'}),
        ('{"action": "refund", "decision": "granted"}', {"refund": "granted"}),
        ('{"action": "refund", "status": "approved", "fee": "$5"}', {"refund": "approved", "fee": "$5"}),
        ('{"refund": "refused"} no: {"refund": "granted"}', {"refund": "granted"}),
        ('<field name="refund">granted</field><fee>$5</fee>', {"refund": "granted", "fee": "$5"}),
    ],
)  # fmt: skip
def test_fields_are_read(text, fields):
    assert read_fields(text) == fields


def test_an_object_is_found_with_its_place():
    text = 'a {"refund": {"value": "granted"}} b {"message": {"subject": "Hi", "body": "Yes."}} {"x": 1}'
    first, second = objects(text)
    assert text[first.start : first.end] == '{"refund": {"value": "granted"}}'
    assert second.fields == {"message": "Subject: Hi\n\nYes."}


def test_deep_values_are_not_read():
    for value in (json.loads("[" * 900 + "]" * 900), "{" * 900 + "}" * 900):
        assert isinstance(read_fields(json.dumps({"refund": value})), dict)
    nested = '{"a":' * 20 + '{"refund": "granted"}' + "}" * 20
    assert read_fields(nested) == {"refund": "granted"}  # the innermost object by itself


def test_lines_are_found_with_their_places():
    text = "Fields: refund: granted\nfee: $5\n\nWe refund you."
    assert [text[found.start : found.end] for found in lines(text)] == ["fee: $5"]


def test_fields_of_several_decisions_are_joined_but_for_drafts():
    assert joined([]) == ({}, 0)
    assert joined([{"fee": "1"}, {"off": "2"}]) == ({"fee": "1", "off": "2"}, 0)
    assert joined([{"ref": "1"}, {"fee": "1", "off": "1"}, {"off": "2"}]) == ({"off": "2"}, 2)


@pytest.mark.parametrize(("length", "read"), [(2999, True), (3000, True), (3001, False)])
def test_an_object_has_a_longest_length(length, read):
    text = '{"refund": "granted"}'
    text = text[:-1] + " " * (length - len(text)) + "}"
    assert len(text) == length and bool(objects(text)) == read


def test_a_brace_without_its_opener_is_no_object():
    assert objects("}") == objects("a } } b") == []


def test_a_value_ends_before_the_next_field():
    assert [found.fields for found in lines("refund: granted (fee: $5)")] == [
        {"refund": "granted"},
        {"fee": "$5"},
    ]
