"""Common spellings brought to one: typographic signs, LaTeX, and the marks of Markdown around a line.

Only the characters of the table are replaced. Look-alikes from other scripts stay, and the parsers
refuse them.
"""

from __future__ import annotations

import json
import re

from vpo_envs.domains.science.latex import from_latex
from vpo_envs.reading import fenced

_SIGNS = {
    "·⋅∙∗×•": "*",
    "−–": "-",
    "÷∕⁄": "/",
    "≃≅≒": "≈",
    "\u00a0\u2009\u202f\t\r": " ",
    "µμ": "u",
    "ΩΩ": "ohm",
    "√": "sqrt",
    "π": "pi",
    "ε": "eps",
    "η": "eta",
    "ρ": "rho",
    "σ": "sigma",
    "τ": "tau",
    "“”„": '"',
    "‘’": "'",
}
_TABLE = str.maketrans({sign: plain for signs, plain in _SIGNS.items() for sign in signs})
_SUPERSCRIPT = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_DIGITS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "+-01234567890123456789")
_LATEX = re.compile(r"[\\$]|[\^_]\{")
_BULLET = re.compile(r"^[ \t]*[•·∙][ \t]", re.MULTILINE)

_OPENING = " \t>#-+|*_`$\"'"
_CLOSING = " \t\r*_`$.;,|\"'"


def plain(text: str) -> str:
    r"""Returns a text with typographic signs as a keyboard has them and LaTeX in plain spelling.

    Takes linear time.

    Example:
        >>> plain("τ·(1 − x²)"), plain("µmol m⁻² s⁻¹"), plain(r"$\frac{1}{2}\,x$").strip()
        ('tau*(1 - x^(2))', 'umol m^(-2) s^(-1)', '((1)/(2)) x')
    """
    if not text.isascii():
        text = _BULLET.sub("- ", text)
        text = _SUPERSCRIPT.sub(lambda match: f"^({match[0].translate(_DIGITS)})", text)
        text = text.translate(_TABLE).translate(_DIGITS)
    if not _LATEX.search(text):
        return text
    return "\n".join(from_latex(line) if _LATEX.search(line) else line for line in text.split("\n"))


def unmarked(line: str) -> str:
    """Returns a line without list marks, emphasis, code marks, quotes and closing punctuation.

    Example:
        >>> unmarked("- **v = 2*x**."), unmarked("> `v = 2*x`")
        ('v = 2*x', 'v = 2*x')
    """
    return line.lstrip(_OPENING).rstrip(_CLOSING)


def json_as_lines(text: str) -> str:
    r"""Returns the fields of an answer that is a JSON object, or holds one in a fence, as lines.

    Any other text stays as it is.

    Example:
        >>> json_as_lines('{"law": "v = 2*x", "experiment": {"x": "3 m"}}')
        'law: v = 2*x\nexperiment: x = 3 m'
    """
    objects = [block for block in [text, *fenced(text)] if block.lstrip().startswith("{")]
    if not objects:
        return text
    try:
        fields = json.loads(objects[-1], strict=False)
    except (ValueError, RecursionError):
        return text
    return "\n".join(f"{key}: {_settings(value)}" for key, value in fields.items())


def _settings(value: object) -> str:
    """A field's value as text: settings of an experiment may be an object of their own."""
    if isinstance(value, dict):
        return ", ".join(f"{name} = {setting}" for name, setting in value.items())
    return str(value) if isinstance(value, (str, int, float)) else ""
