"""Decisions in tables, elements and lists, as lines."""

import pytest

from vpo_envs.domains.support.fields import read_fields
from vpo_envs.domains.support.forms import as_lines, element_as_fields

FIELDS = {"refund": "granted", "amount": "$5"}


@pytest.mark.parametrize(
    "text",
    [
        "| Refund | Amount |\n|---|---|\n| granted | $5 |",
        '<refund value="granted"/><amount value="$5"/>',
        '<field name="refund" value="granted"/>\n<field name="amount" value="$5"></field>',
        "<field><name>refund</name><value>granted</value></field><field><name>amount</name><value>$5</value></field>",
        "- refund\n  - granted\n- amount\n  - $5",
        "**Refund**\n\ngranted\n\n**Amount**\n\n$5",
        "refund=granted amount=$5",
        "refund is granted\namount is $5",
        "refund (granted)\namount ($5)",
    ],
)
def test_fields_are_read(text):
    assert read_fields(text) == FIELDS


@pytest.mark.parametrize("text", ["", "We refund you.", "| a | b |", '<a name="x"/>', "## Refund\n"])
def test_other_texts_stay(text):
    assert as_lines(text) == element_as_fields(text) == text
