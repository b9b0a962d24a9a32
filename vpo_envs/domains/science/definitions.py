"""Names that an answer gives to numbers and parts of its law: `with a = 4.3`, `let u = c/(0.61*K)`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from vpo_envs.domains.science.expression import FUNCTIONS, Expr, substitute, to_text
from vpo_envs.domains.science.formula import ALIASES, CONSTANTS, FormulaError, parse_formula, parse_leading
from vpo_envs.domains.science.spelling import unmarked

MAX_DEFINITIONS = 16
"""Definitions that are tried, from the last."""
MAX_LENGTH = 120
"""Characters of one at most."""

_DEFINITION = re.compile(
    r"(?<![A-Za-z0-9_.^/+])(?<![^*]\*)([A-Za-z][A-Za-z0-9_]{0,11})[ *_`$]{0,4}(?::=|[=≈:])(?!=)"
)
_END = re.compile(
    r"[,;]|\.(?:\s|$)|\s(?:and|with|where|then|so|is|are|as|for|from|the|which|both|being|such)\b|[→⇒]|\s\("
)


def definitions(lines: Sequence[str], taken: Collection[str]) -> dict[str, Expr]:
    """Returns what the names mean that are no names of the task, the last definition of each.

    Args:
        lines: The lines of an answer.
        taken: The names that the task gives a meaning.

    Example:
        >>> definitions(["F = a*x, with a = 2 and x = 3"], ["F", "x"])
        {'a': Number(value=Fraction(2, 1))}
    """
    known: dict[str, Expr] = {}
    names = [name for name in taken if name not in CONSTANTS]
    tried = 0
    for line in reversed(lines):
        for match in reversed(list(_DEFINITION.finditer(line))):
            name = match[1]
            if name in known or name in taken or _has_meaning(name):
                continue
            if tried == MAX_DEFINITIONS:
                return known
            tried += 1
            try:
                value, rest = parse_leading(_value(line[match.end() :][:MAX_LENGTH]), names)
            except FormulaError:
                continue
            if rest in ("", ")"):
                known[name] = value
    return known


def written_out(expr: Expr, known: Mapping[str, Expr], names: Collection[str]) -> Expr:
    """Returns a formula with what its names mean in place of them.

    Raises:
        FormulaError: If the whole exceeds a limit of formulas.
    """
    return parse_formula(to_text(substitute(expr, known)), names)


def _has_meaning(name: str) -> bool:
    return name in CONSTANTS or ALIASES.get(name.lower(), name.lower()) in FUNCTIONS or name == "e"


def _value(text: str) -> str:
    """Returns the formula at the beginning of a text."""
    return unmarked(_END.split(text, maxsplit=1)[0].replace("$", " ").replace("`", " "))
