"""Names in XML, HTML and LaTeX as tags and lines."""

import pytest

from vpo_envs.domains.entity_chain.markup import plain_markup


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<entity id='A'>Ada</entity>", "<entity_A>Ada</entity_A>"),
        ('<entity name="Person A">Ada</entity>', "<entity_A>Ada</entity_A>"),
        ('<entity kind="Person A">Ada</entity>', '<entity kind="Person A">Ada</entity>'),
        ("<entity><mask>Person A</mask><value>Ada</value></entity>", "<entity_A>Ada</entity_A>"),
        (
            "<Person_A>Ada</Person_A> <person_a>Ada</person_a>",
            "<entity_A>Ada</entity_A> <entity_a>Ada</entity_a>",
        ),
        ("<A>Ada</A> <a>Ada</a>", "<entity_A>Ada</entity_A> <a>Ada</a>"),
        ("<A>Ada</B> <NAME>Ada</NAME>", "<A>Ada</B> <NAME>Ada</NAME>"),
        ("<dt>A</dt> <dd>Ada</dd>", "A: Ada"),
        ("<tr><td>A</td><td>Ada</td></tr>", "A | Ada"),
        ("<b>A</b>: Ada<sup>1</sup>[^2]", "A: Ada"),
        (r"\textbf{A} &= \mathrm{Ada} \\ ", "A = Ada"),
        (r"\text{A {x}} a\\b", r"\text{A {x}} a\\b"),
    ],
)
def test_markup(text, plain):
    assert plain_markup(text).strip() == plain.strip()
