"""Code in few words, for tiny models: tokens between single spaces, one space of indentation a level.

It is ordinary Python all the same: `total = total + values [ i ]` needs no translation to run.
"""

from __future__ import annotations

import io
import tokenize

UNWRITTEN = (tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER)


def in_style(source: str, style: str) -> str:
    """Returns code as an answer: in the `compact` style, or in a fenced block (`full`)."""
    return compact(source) if style == "compact" else f"```python\n{source}\n```"


def compact(source: str) -> str:
    r"""Writes code with single spaces between its tokens.

    Args:
        source: Correct Python without f-strings and without texts of several lines.

    Example:
        >>> print(compact("def add(a, b):\n    # now\n    return a+b"))
        def add ( a , b ) :
         return a + b
    """
    lines: list[str] = []
    words: list[str] = []
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NEWLINE:
            lines.append(" " * depth + " ".join(words))
            words = []
        elif token.type in (tokenize.INDENT, tokenize.DEDENT):
            depth += 1 if token.type == tokenize.INDENT else -1
        elif token.type not in UNWRITTEN:
            words.append(token.string)
    return "\n".join(lines)
