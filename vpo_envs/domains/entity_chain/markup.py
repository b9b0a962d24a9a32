"""Names in XML, HTML and LaTeX, rewritten as the tags and lines that the reader of names understands."""

from __future__ import annotations

import re

from vpo_envs.domains.entity_chain.chain import LETTERS

MASK = rf"(?:[A-Za-z]{{2,12}}[ _])?([{LETTERS}]|(?<=_)[{LETTERS.lower()}])"
FIELD = r"(?:id|letter|mask|label|key)"

REWRITTEN = tuple(
    (re.compile(pattern, re.MULTILINE), text)
    for pattern, text in (
        (r"<sup>[^<]{0,9}</sup>|</?(?:b|strong|i|em|u|code|span)>", ""),
        # Elements that have a mask as an attribute, as a child or as their own name.
        (rf"<entity (?:{FIELD}|name)=[\"']?{MASK}[\"']? ?>([^<]*)</entity>", r"<entity_\1>\2</entity_\1>"),
        (
            rf"<entity (?:{FIELD}|name)=[\"']?{MASK}[\"']? (?:name|value)=\"([^\"<>]{{0,200}})\" ?/ ?>",
            r"<entity_\1>\2</entity_\1>",
        ),
        (r"\[(/?entity_[A-Ea-e])\]", r"<\1>"),
        (
            rf"<entity>\s{{0,9}}<{FIELD}>{MASK}</{FIELD}>\s{{0,9}}<(name|value)>([^<]*)</\2>\s{{0,9}}</entity>",
            r"<entity_\1>\3</entity_\1>",
        ),
        (rf"<({MASK})>([^<]*)</\1>", r"<entity_\2>\3</entity_\2>"),
        # Elements of HTML, as what Markdown has for them.
        (r"</dt>\s{0,9}<dd>", ": "),
        (r"</t[dh]>\s{0,9}<t[dh]>", " | "),
        (r"</?(?:br|p|li|[uod]l|d[td]|tr|t[dh]|table|thead|tbody) ?/?>", "\n"),
        (r"</?(?:name|value)>", ""),
        # Footnotes of Markdown, and LaTeX.
        (r"\[\^[\w-]{1,20}\]:?", ""),
        (r"\\(?:text(?:bf|it)?|mathrm|mathbf)\s?\{([^{}\n]{0,200})\}", r"\1"),
        (r"&=", "="),
        (r"[ \t]{0,9}\\\\[ \t]{0,9}$", ""),
    )
)


def plain_markup(text: str) -> str:
    r"""Returns a text with names as tags or lines, and without emphasis and footnotes.

    Args:
        text: Any string.

    Example:
        >>> plain_markup('<entity id="A"><b>Oule</b></entity> <City_B>Tarn[^1]</City_B>')
        '<entity_A>Oule</entity_A> <entity_B>Tarn</entity_B>'
        >>> plain_markup("<li>River A: Oule</li>"), plain_markup(r"\text{City B} &= \text{Tarn} \\")
        ('\nRiver A: Oule\n', 'City B = Tarn')
    """
    for pattern, plain in REWRITTEN:
        text = pattern.sub(plain, text)
    return text
