"""LaTeX brought to the plain spelling that the formula parser reads.

Only the notation of short formulas and units is known: fractions, roots, powers, subscripts, functions,
Greek letters, products, and the commands that set type. Unknown commands become their names, which the
parser then refuses. Groups are followed with a stack of bounded depth, so the time is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_DEPTH = 30

_BLOCK = re.compile(r"\\begin\{((?:aligned|align|gathered|gather|cases|split)\*?)\}")

_EXPERIMENT = re.compile(r"(?:^|\\\\)[\s&]{0,9}(?:\\\w{4,9}\{)?\s?(?:\w{1,12} )?experiment", re.IGNORECASE)
"""The beginning of a row for the experiment."""

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.?|[{}]|[^\\{}]+", re.DOTALL)
_ROOT = re.compile(r"\s*\[\s*([0-9]{1,2})\s*\]")

FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac"})
STYLES = frozenset(
    (
        *("boxed", "fbox", "mbox", "text", "textbf", "textit", "textrm", "textsf", "texttt", "mathrm"),
        *("mathbf", "mathit", "mathsf", "mathtt", "operatorname", "boldsymbol", "bm", "emph", "underline"),
        *("ce", "hat", "widehat"),
    )
)
"""Commands that set their argument in some type."""
BRACES = frozenset({"underbrace", "overbrace"})
"""Commands with one argument, after which a remark may follow as a subscript or an exponent."""
REMARKED = frozenset({"textcolor", "colorbox", "overset", "underset", "stackrel"})
"""Commands with two arguments, of which the first is a remark."""
DROPPED = frozenset({"begin", "end", "tag", "label", "hspace", "vspace", "color"})
"""Commands that vanish with their argument."""
PAIRS = FRACTIONS | REMARKED
WAITING = PAIRS | STYLES | DROPPED | BRACES | {"sqrt"}
"""Commands with arguments."""
BLANKS = frozenset(
    (
        *("left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr"),
        *("displaystyle", "textstyle", "quad", "qquad", "nonumber", "notag", "limits", "rm", "bf", "it"),
    )
)
"""Commands that leave a blank."""
SIGNS = {
    **dict.fromkeys(("cdot", "times", "ast", "bullet"), "*"),
    "div": "/",
    **dict.fromkeys(("approx", "simeq", "cong", "doteq"), "≈"),
    **dict.fromkeys(("equiv", "triangleq"), "="),
    "coloneqq": ":=",
    "sim": "~",
    **{sign: sign for sign in "*^+-=/"},  # escaped for Markdown
    "Omega": " ohm",
    "%": "%",
    "{": "(",
    "}": ")",
    "lbrack": "[",
    "rbrack": "]",
    "\\": "\n",
    "_": "_",
    "!": "",
}


def last_block(text: str, symbol: str) -> str:
    r"""Returns the last block of equations if it is a whole answer, behind which none follows; else the text.

    Args:
        text: Any string.
        symbol: The left side of the law; beside it an answer has an experiment.

    Example:
        >>> last_block(r"v = x \begin{cases} v = y \\ \text{experiment: } x = 1 \end{cases}", "v")
        ' v = y \\\\ \\text{experiment: } x = 1 '
    """
    begins = list(_BLOCK.finditer(text))
    if not begins:
        return text
    end = text.find(f"\\end{{{begins[-1][1]}}}", begins[-1].end())
    content = text[begins[-1].end() : end if end >= 0 else len(text)]
    law = any(row.lstrip(" \t\n&").startswith(symbol) for row in content.split("\\\\"))
    follows = end >= 0 and ("=" in text[end:] or "experiment" in text[end:].lower())
    return content if law and _EXPERIMENT.search(content) and not follows else text


@dataclass
class _Group:
    """The text of an open group, the commands in it that wait for arguments, and what has just ended."""

    text: list[str] = field(default_factory=list)
    waiting: list[tuple[str, list[str]]] = field(default_factory=list)
    ended: str = ""

    def put(self, text: str) -> None:
        """Adds text, as an argument where a command waits for one."""
        while self.waiting:
            name, arguments = self.waiting[-1]
            arguments.append(text)
            if name in PAIRS and len(arguments) < 2:
                return
            self.waiting.pop()
            text = _applied(name, arguments)
            self.ended = name
        if text[:1].isalpha() and self.last.isalnum():
            text = f" {text}"
        self.text.append(text)

    @property
    def last(self) -> str:
        """The last character; empty at the start and after a prefix, such as that of micro."""
        return self.text[-1][-1:] if self.text else ""


def from_latex(text: str) -> str:
    r"""Returns a text with its LaTeX in plain spelling; `\\` becomes a line break.

    Args:
        text: Any string.

    Example:
        >>> from_latex(r"$q = 2.4\,Q\,\ln\left(1 + \frac{c}{K_{0}}\right)$").strip()
        'q = 2.4 Q ln (1 + ((c)/(K_0)) )'
    """
    stack = [_Group()]
    for token in _TOKEN.findall(text.replace("$", " ")):
        group = stack[-1]
        if token == "{" and len(stack) <= MAX_DEPTH:
            stack.append(_Group())
        elif token == "}" and len(stack) > 1:
            stack.pop()
            _close(stack[-1], "".join(group.text))
        elif token[0] == "\\":
            _command(group, token[1:].rstrip("*") or token[1:])
        elif token not in "{}":
            _plain(group, token.replace("&", " ").replace("~", " "))
    while len(stack) > 1:
        content = "".join(stack.pop().text)
        styled = stack[-1].waiting and stack[-1].waiting[-1][0] in STYLES
        stack[-1].put(content if styled else f"({content}")
    return "".join(stack[0].text)


def _command(group: _Group, name: str) -> None:
    group.ended = ""
    if name in WAITING:
        group.waiting.append((name, []))
    elif name in BLANKS:
        if not group.waiting:
            group.text.append(" ")
    elif name in SIGNS:
        group.text.append(SIGNS[name])
    elif name == "mu":
        group.text += ["u", ""]  # what follows, as in `\mu\text{mol}`, is joined to it
    elif name.isalpha():
        group.put(name.removeprefix("var"))  # `\varrho`
    else:
        group.text.append(" ")  # `\,`, `\;`, `\(`, `\[` ...


def _plain(group: _Group, text: str) -> None:
    r"""Adds plain text; commands that wait take single characters of it, as in `\frac12`."""
    if group.ended in BRACES and text.lstrip()[:1] in ("_", "^"):
        text = text.lstrip()[1:]
        group.waiting.append(("label", []))
    elif group.ended == "_" and text[:1].isalpha():
        text = f" {text}"
    group.ended = ""
    while group.waiting:
        name, arguments = group.waiting[-1]
        root = _ROOT.match(text) if name == "sqrt" and not arguments else None
        if root:
            group.waiting[-1] = (f"sqrt{root[1]}", arguments)
            text = text[root.end() :]
        text = text.lstrip()
        if not text or (root and not text):
            return
        group.put(text[0])
        text = text[1:]
    if len(group.text) > 1 and group.text[-2:] == ["u", ""]:
        text = text.lstrip(" ")
    if text:
        group.text.append(text)


def _close(group: _Group, content: str) -> None:
    """Adds a closed group: as an argument, an exponent, a subscript or a bracket."""
    if group.waiting:
        group.put(content)
    elif group.last == "_":
        group.text.append("".join(content.split()))
        group.ended = "_"
    elif content.strip().isalpha() and group.last != "^":
        group.text.append(f" {content.strip()} ")
    elif content.strip():  # braces around a mere sign, as in `4{.}3`, keep blanks away
        group.text.append(f"({content})" if any(map(str.isalnum, content)) else content)


def _applied(name: str, arguments: list[str]) -> str:
    if name in DROPPED:
        return ""
    if name in STYLES or name in REMARKED:
        return arguments[-1]
    if name in BRACES:
        return f"({arguments[0]})"
    if name == "sqrt":
        return f" sqrt({arguments[0]})"
    if name.startswith("sqrt"):
        return f"({arguments[0]})^(1/{name[4:]})"
    return f"(({arguments[0]})/({arguments[1]}))"
