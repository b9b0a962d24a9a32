"""Common spellings brought to one: typographic signs, and the marks that Markdown puts around a line.

Only the characters of the table are replaced. Look-alikes from other scripts stay what they are, and
the parsers refuse them.
"""

from __future__ import annotations

import re

_SIGNS = {
    "·⋅∙∗×": "*",
    "−–": "-",
    "÷∕⁄": "/",
    "\u00a0\u2009\u202f": " ",
    "µμ": "u",
    "ΩΩ": "ohm",
    "√": "sqrt",
    "π": "pi",
    "ε": "eps",
    "η": "eta",
    "ρ": "rho",
    "σ": "sigma",
    "τ": "tau",
}
_TABLE = str.maketrans({sign: plain for signs, plain in _SIGNS.items() for sign in signs})
_SUPERSCRIPT = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_DIGITS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")

_OPENING = " \t>#-•*_`$"
_CLOSING = " \t\r*_`$.;,"


def plain(text: str) -> str:
    """Typographic signs as a keyboard has them; linear time.

    Example:
        >>> plain("τ·(1 − x²)"), plain("µmol m⁻² s⁻¹")
        ('tau*(1 - x^(2))', 'umol m^(-2) s^(-1)')
    """
    if text.isascii():
        return text
    text = _SUPERSCRIPT.sub(lambda match: f"^({match[0].translate(_DIGITS)})", text)
    return text.translate(_TABLE)


def unmarked(line: str) -> str:
    """A line without list marks, emphasis, code marks, dollar signs and closing punctuation.

    Example:
        >>> unmarked("- **v = 2*x**."), unmarked("> `v = 2*x`")
        ('v = 2*x', 'v = 2*x')
    """
    return line.lstrip(_OPENING).rstrip(_CLOSING)
