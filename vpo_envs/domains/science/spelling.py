"""Common spellings brought to one: typographic signs, LaTeX, and the marks of Markdown around a line.

Only the characters of the table are replaced. Look-alikes from other scripts stay, and the parsers
refuse them.
"""

from __future__ import annotations

import html
import re

from vpo_envs.domains.science.expression import FUNCTIONS
from vpo_envs.domains.science.latex import from_latex
from vpo_envs.reading import PICTURES

_SIGNS = {
    "".join(PICTURES): " ",
    "⬅⬆⬇⭐⭕": " ",
    "·⋅∙∗×•✕✖\u2062": "*",
    "➕": "+",
    "−–‐‑‒➖": "-",
    "÷∕⁄➗": "/",
    "≃≅≒": "≈",
    "≡": "=",
    "≔": ":=",
    "∼": "~",
    "\u00a0\u2009\u202f\u2061\t\r": " ",
    "\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff": "",
    "µμ": "u",
    "ΩΩ": "ohm",
    "√": "sqrt",
    "㏑": "ln",
    "ₑ": "_e",
    "π": "pi",
    "εϵ": "eps",
    "η": "eta",
    "ρϱ": "rho",
    "σς": "sigma",
    "τ": "tau",
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "κ": "kappa",
    "λ": "lambda",
    "：": ":",
    "＝": "=",
    "，": ",",
    "；": ";",
    "（": "(",
    "）": ")",
    "“”„": '"',
    "‘’": "'",
}
_TABLE = str.maketrans({sign: plain for signs, plain in _SIGNS.items() for sign in signs})
_SUPERSCRIPT = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_DIGITS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "+-01234567890123456789")
_LATEX = re.compile(r"[\\$]|[\^_]\{")
_BRACES = re.compile(rf"\b({'|'.join(FUNCTIONS)})\{{([^{{}}\n]{{1,200}})\}}")
_EPSILON = re.compile(r"(?<![A-Za-z])(?:var)?epsilon(?![A-Za-z])")
_STOP = re.compile(
    r"<(?:[|｜][^<>\s]{1,40}|[^<>\s]{1,40}[|｜])>|</?s>|<(?:eos|bos|pad|unk|(?:start|end)_of_turn)>|\[/?INST\]",
    re.IGNORECASE,
)
"""Special tokens, most of which end a turn."""
_EMPHASIS = re.compile(
    r"([\w)\]] {1,3})?(?<![\w)\]*\\])(\*{1,3})([^\W_](?:\.?[^\W_]){0,11})\2(?![A-Za-z0-9(\[*])"
)
"""A word in italics or bold, and the operand before it, with which a star may mean a product."""
_COPIED = re.compile(r"<(?!/)([^<>\"\n]{1,300})>")
_FILLED_IN = re.compile(r"[=*^(+]|^\s*[0-9.]")
"""The content of brackets of the answer's form, such as `<value>`, that have been kept."""
_ENTITY = re.compile(r"&#?[0-9A-Za-z]{1,10};")
_HTML = (
    (re.compile(r"<br ?/?>", re.IGNORECASE), "\n"),
    (re.compile(r"</?(?:i|b|em|strong|code|var)>", re.IGNORECASE), ""),
    (re.compile(r"</t[dh]>\s{0,9}<t[dh]>", re.IGNORECASE), ": "),
    (re.compile(r"</?(?:table|thead|tbody|tr|td|th|p|div|ul|ol|li|dl|dt|dd)>", re.IGNORECASE), "\n"),
    (re.compile(r"<sub>([^<>\n]{1,60})</sub>", re.IGNORECASE), r"_\1"),
    (re.compile(r"<sup>([^<>\n]{1,60})</sup>", re.IGNORECASE), r"^(\1)"),
)
_ALIGNED = re.compile(r"&(?=[ \t]{0,3}[=≈:])|(?<=[=≈:])&")
"""The mark of LaTeX at which equations below one another are aligned."""
_FOOTNOTE = re.compile(r"\[\^[0-9A-Za-z]{1,4}\]")
_BULLET = re.compile(r"^[ \t]*[•·∙][ \t]", re.MULTILINE)

_OPENING = " \t>#-+|*_`$\"'"
_CLOSING = " \t\r*_`$.;,!|\"'"


def plain(text: str) -> str:
    r"""Returns a text with typographic signs as a keyboard has them and LaTeX in plain spelling.

    Takes linear time.

    Example:
        >>> plain("τ·(1 − x²)"), plain("µmol m⁻² s⁻¹"), plain(r"$\frac{1}{2}\,x$").strip()
        ('tau*(1 - x^(2))', 'umol m^(-2) s^(-1)', '((1)/(2)) x')
    """
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if "<" in text:
        for tag, sign in _HTML:
            text = tag.sub(sign, text)
        text = _COPIED.sub(lambda match: match[1] if _FILLED_IN.search(match[1]) else match[0], text)
    text = _EMPHASIS.sub(lambda match: f"{match[1]}*{match[3]}" if match[1] else match[3], text)
    if not text.isascii():
        text = _BULLET.sub("- ", text)
        text = _SUPERSCRIPT.sub(lambda match: f"^({match[0].translate(_DIGITS)})", text)
        text = text.translate(_TABLE).translate(_DIGITS)
    text = _FOOTNOTE.sub("", _ALIGNED.sub(" ", text))
    if _LATEX.search(text):
        text = "\n".join(from_latex(line) if _LATEX.search(line) else line for line in text.split("\n"))
    return _EPSILON.sub("eps", _BRACES.sub(r"\1(\2)", text))


def without_special_tokens(text: str) -> str:
    r"""Returns a text with line breaks in place of the tokens that chat templates and servers leave.

    Example:
        >>> without_special_tokens("v = 2*x<|im_end|>")
        'v = 2*x\n'
    """
    return _STOP.sub("\n", text)


def unmarked(line: str) -> str:
    """Returns a line without list marks, emphasis, code marks, quotes and closing punctuation.

    Example:
        >>> unmarked("- **v = 2*x**."), unmarked("> `v = 2*x`")
        ('v = 2*x', 'v = 2*x')
    """
    return line.lstrip(_OPENING).rstrip(_CLOSING)
