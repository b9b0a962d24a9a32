"""Escaping of texts from results files, so that labels stay labels in Markdown and in plots."""

from __future__ import annotations

import re

from vpo_agent.common.parsing import printable


def markdown(text: str) -> str:
    r"""Returns a text that Markdown shows as it is: no HTML, no links, no code, no control characters.

    Example:
        >>> print(markdown("<b>VPO</b> p < .05 [a](b) & c"))
        &lt;b>VPO&lt;/b> p < .05 [a]\(b) & c
    """
    text = re.sub(r"&(?=#|\w+;)", "&amp;", printable(text))
    text = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)
    return text.replace("](", "]\\(").replace("][", "]\\[").replace("`", "\\`")


def code_span(text: str) -> str:
    """Returns a text as inline code of Markdown, whatever backquotes it holds.

    Example:
        >>> print(code_span("a`b"), code_span("vpo bench"))
        `` a`b `` `vpo bench`
    """
    text = printable(text)
    if "`" not in text:
        return f"`{text}`"
    fence = "`" * (1 + max(len(run) for run in re.findall("`+", text)))
    return f"{fence} {text} {fence}"


def plot_text(text: str) -> str:
    r"""Returns a text that matplotlib draws as it is: dollars begin no formula, underscores hide no label.

    Example:
        >>> print(plot_text("a$b"), ascii(plot_text("_a")))
        a\$b '\u200b_a'
    """
    text = printable(text).replace("$", r"\$")
    return f"\u200b{text}" if text.startswith("_") else text
