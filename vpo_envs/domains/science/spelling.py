"""Common spellings brought to one: typographic signs, LaTeX, and the marks of Markdown around a line.

Only the characters of the table are replaced. Look-alikes from other scripts stay, and the parsers
refuse them.
"""

from __future__ import annotations

import html
import re
from contextlib import suppress
from typing import Any

from vpo_envs.domains.science.latex import from_latex
from vpo_envs.literals import read_value, value_end
from vpo_envs.reading import PICTURES, fenced, final_or_last, is_placeholder

_SIGNS = {
    "".join(PICTURES): " ",
    "⬅⬆⬇⭐⭕": " ",
    "·⋅∙∗×•✕✖\u2062": "*",
    "➕": "+",
    "−–➖": "-",
    "÷∕⁄➗": "/",
    "≃≅≒": "≈",
    "≡": "=",
    "≔": ":=",
    "∼": "~",
    "\u00a0\u2009\u202f\u2061\t\r": " ",
    "\u200b\u2060\ufeff": "",
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
    "“”„": '"',
    "‘’": "'",
}
_TABLE = str.maketrans({sign: plain for signs, plain in _SIGNS.items() for sign in signs})
_SUPERSCRIPT = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_DIGITS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "+-01234567890123456789")
_LATEX = re.compile(r"[\\$]|[\^_]\{")
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
    (re.compile(r"<sub>([^<>\n]{1,60})</sub>", re.IGNORECASE), r"_\1"),
    (re.compile(r"<sup>([^<>\n]{1,60})</sup>", re.IGNORECASE), r"^(\1)"),
)
_LONE_BACKSLASH = re.compile(r"(?<!\\)\\(?=(?!n|u[0-9a-f]{4})[A-Za-z]{2}|[,;:!(){}\[\] %])")
"""The beginning of a LaTeX command in JSON, where it should be doubled."""
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
    if _LATEX.search(text):
        text = "\n".join(from_latex(line) if _LATEX.search(line) else line for line in text.split("\n"))
    return _EPSILON.sub("eps", text)


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


def json_as_lines(text: str) -> str:
    r"""Returns the fields of an answer that is a JSON object, or holds one, as lines.

    An object without an experiment is only a part of the answer, whose place its fields take. Any other text
    stays as it is.

    Example:
        >>> json_as_lines('{"law": "v = 2*x", "experiment": {"x": "3 m"}}')
        'law: v = 2*x\nexperiment: x = 3 m'
        >>> json_as_lines('experiment: {"x": {"value": 3, "unit": "m"}}')
        'experiment: x: 3 m'
    """
    blocks = [block for block in fenced(text) if block.lstrip().startswith("{")]
    source = blocks[-1] if blocks else text[text.find("{") : text.rfind("}") + 1]
    try:
        found = _decoded(_LONE_BACKSLASH.sub(r"\\\\", source))
        fields = _answer_in(found) or found
        if not isinstance(fields, dict):
            return text
        lines = [f"{key.replace('_', ' ')}: {_settings(value)}" for key, value in fields.items()]
    except (ValueError, RecursionError):
        return text
    if _is_answer(fields):
        return "\n".join(lines)
    before, _, after = text.rpartition(source)
    inline = before.rpartition("\n")[2].strip()
    return f"{before}{(', ' if inline else chr(10)).join(lines)}{after}"


def _decoded(source: str) -> Any:
    """Returns the value of a JSON text, or the list of the objects that stand in it one after another."""
    with suppress(ValueError):
        return read_value(source, repeated_keys=True)
    objects = []
    place = source.find("{")
    with suppress(ValueError):
        while place >= 0 and (end := value_end(source, place)):
            objects.append(read_value(source[place:end], repeated_keys=True))
            place = source.find("{", end)
    return objects


def _answer_in(value: object) -> dict[str, Any] | None:
    """Returns the object that is the answer: one named as final, else the outermost, else the last."""
    if isinstance(value, list):
        return next(filter(None, map(_answer_in, reversed(value))), None)
    if not isinstance(value, dict):
        return None
    inner = {key: found for key, item in value.items() if (found := _answer_in(item))}
    return final_or_last({**inner, "": value} if _is_answer(value) else inner)


def _is_answer(value: object) -> bool:
    return isinstance(value, dict) and any(
        "experiment" in key.lower() and isinstance(item, (str, dict, list)) and not is_placeholder(str(item))
        for key, item in value.items()
    )


def _settings(value: object) -> str:
    """Returns a field's value as text: an experiment's settings may be an object of their own, or a list."""
    if isinstance(value, dict):
        if "value" in value:
            return f"{value['value']} {value.get('unit', '')}".strip()
        return ", ".join(f"{name} = {_settings(setting)}" for name, setting in value.items())
    if isinstance(value, list):
        return ", ".join(map(_settings, value))
    return str(value) if isinstance(value, (str, int, float)) else ""
