r"""Code in a patch, with numbers or marks of quotation before its lines, or held in another text.

The text that holds it is that of a shell (`cat << EOF`) or of YAML (`code: |`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

PATCH_HEAD = re.compile(
    r"(?:diff |index |new file|--- |\+\+\+ |@@ |@@$|\*\*\* (?:Begin|End|Add|Update)|\\ No newline)"
)
NUMBER = re.compile(r"[ \t]{0,8}([0-9]{1,4})(?:[ ]?[|:│]|\.|\)|\t|(?=[ ]|$))")
QUOTE_MARK = re.compile(r">(?!>) ?")
HEREDOC = re.compile(
    r"^[ \t$]{0,8}(?:cat|tee|python3?)\b[^\n#]{0,100}<<-?[ ]?[\"']?([A-Za-z_]{1,20})[\"']?[^\n]{0,60}\n",
    re.MULTILINE,
)
YAML = re.compile(r"^([ \t]{0,8})[\w-]{1,20}:[ ]?\|[-+]?[ \t]{0,8}\n", re.MULTILINE)


def listings(source: str) -> Iterator[str]:
    r"""Yields the code that a text may be without what stands before its lines, or that it holds.

    Example:
        >>> list(listings("--- /dev/null\n+++ b/f.py\n@@ -0,0 +1,2 @@\n+def f():\n+    return 1"))
        ['def f():\n    return 1']
        >>> list(listings("1  def f():\n2      return 1")), list(listings("> x = 1\n> y = 2"))
        (['def f():\n    return 1'], ['x = 1\ny = 2'])
        >>> list(listings("cat > f.py << 'EOF'\nx = 1\nEOF")), list(listings("code: |\n  x = 1"))
        (['x = 1'], ['x = 1'])
    """
    lines = source.strip("\n").split("\n")
    written = [line for line in lines if line.strip()]
    if any(line[0] == "+" for line in written):
        yield from _patched(lines)
    if len(written) > 1 and all(map(QUOTE_MARK.match, written)):
        yield "\n".join(QUOTE_MARK.sub("", line, count=1) for line in lines)
    numbers = [NUMBER.match(line) for line in written]
    if len(written) > 1 and [number and int(number[1]) for number in numbers] == [
        *range(1, len(numbers) + 1)
    ]:
        yield dedent("\n".join(line[number.end() :] for line, number in zip(written, numbers) if number))
    for begin in [*HEREDOC.finditer(source)][-1:]:
        yield f"{source[begin.end() :]}\n".partition(f"\n{begin[1]}\n")[0]
    for begin in [*YAML.finditer(source)][-1:]:
        yield _indented(source[begin.end() :], len(begin[1]))


def _patched(lines: list[str]) -> Iterator[str]:
    """Yields what a patch leaves: the lines that it adds or shows."""
    body = [line for line in lines if not PATCH_HEAD.match(line)]
    if all(line[:1] in ("+", "-", " ", "") for line in body):
        yield dedent("\n".join(line[1:] for line in body if line[:1] != "-"))


def _indented(text: str, least: int) -> str:
    """Returns the lines that are indented by more than so many blanks, up to the first that is not."""
    kept: list[str] = []
    for line in text.split("\n"):
        if line.strip() and len(line) - len(line.lstrip()) <= least:
            break
        kept.append(line)
    return dedent("\n".join(kept)).strip("\n")
