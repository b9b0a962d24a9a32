"""Reader of problem families: one Markdown file each, described in README.md of this folder.

Code blocks are parsed and looked at, never executed: values are literals, or calls of the functions in
`CHOICES` (values of parameters), `vpo_envs.domains.code.inputs.GENERATORS` (inputs) and `LISTS` (edge cases).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

from vpo_envs.domains.code.family import GROWING, Family
from vpo_envs.domains.code.inputs import GENERATORS

SECTIONS = ("Parameters", "Inputs", "Edge cases", "Sizes", "Solutions", "Mistakes")
SIGNATURE = re.compile(r"def (\w+)\(([^()]*)\) -> ([^:()]+): \.\.\.")
FENCE = "```"


def subsets(letters: str, size: int) -> tuple[str, ...]:
    """Returns all choices of `size` letters, in order.

    Example:
        >>> subsets("abc", 2)
        ('ab', 'ac', 'bc')
    """
    return tuple(map("".join, combinations(letters, size)))


def orders(letters: str) -> tuple[str, ...]:
    """Returns all orders of the letters.

    Example:
        >>> orders("abc")[:3]
        ('abc', 'acb', 'bac')
    """
    return tuple(map("".join, permutations(letters)))


CHOICES: dict[str, Callable[..., Any]] = {"range": range, "subsets": subsets, "orders": orders, "each": tuple}

LISTS: dict[str, Callable[..., Any]] = {"list": list, "range": range}


class FamilyError(ValueError):
    """A family's file cannot be read; the message names the file and the section."""


def read_family(path: Path) -> Family:
    """Reads a family.

    Args:
        path: A Markdown file named after the function.

    Raises:
        FamilyError: If it does not have the form that README.md describes.
    """
    try:
        return parse_family(path.stem, path.read_text("utf-8"))
    except (ValueError, SyntaxError) as error:
        raise FamilyError(f"{path}: {error}") from error


def parse_family(name: str, text: str) -> Family:
    """Returns the family that a text describes.

    Args:
        name: Name of the function.
        text: The content of the file.

    Raises:
        ValueError: If the text has another form; the message names the section.
        SyntaxError: If one of the blocks that are read as Python is none.
    """
    title, prose, blocks = _split(text)
    unknown = [section for section in blocks if section and section not in SECTIONS]
    if unknown:
        raise ValueError(f"there is no section {unknown[0]!r}; the sections are {', '.join(SECTIONS)}")
    for section in ("", *SECTIONS):
        if section != "Sizes" and not blocks.get(section):
            raise ValueError(f"section {section or 'title'!r} has no code block")
    signature = SIGNATURE.fullmatch(blocks[""][0].strip())
    if signature is None:
        raise ValueError("the first block must be a signature: def name(argument: type) -> type: ...")
    if not title == signature[1] == name:
        raise ValueError(
            f"file {name!r}, title {title!r} and function {signature[1]!r} must be the same name"
        )
    inputs = _assignments(blocks, "Inputs", GENERATORS)
    arguments = re.findall(r"\b(\w+): ", signature[2])
    if list(inputs) != arguments:
        raise ValueError(f"section 'Inputs' must give {', '.join(arguments)} in this order")
    return Family(
        name=name,
        signature=signature[2],
        returns=signature[3],
        task=prose,
        parameters=_assignments(blocks, "Parameters", CHOICES),
        arguments=tuple(inputs.values()),
        edges=tuple(_edges(blocks, name)),
        references=tuple(blocks["Solutions"]),
        slips=tuple(_slips(blocks)),
        growing=_sizes(blocks),
    )


def _split(text: str) -> tuple[str, str, dict[str, list[str]]]:
    """Returns title, prose below the title, and the code blocks of each section."""
    title, section = "", ""
    prose: list[str] = []
    blocks: dict[str, list[str]] = {"": []}
    lines = iter(text.split("\n"))
    for line in lines:
        if line.startswith(FENCE):
            blocks[section].append("".join(f"{code}\n" for code in _until_fence(lines)))
        elif line.startswith("# "):
            title = line[2:].strip()
        elif line.startswith("## "):
            section = line[3:].strip()
            blocks.setdefault(section, [])
        elif not section and line.strip():
            prose.append(line.strip())
    return title, " ".join(prose), blocks


def _until_fence(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith(FENCE):
            return
        yield line
    raise ValueError("a code block has no end")


def _assignments(
    blocks: Mapping[str, list[str]], section: str, functions: Mapping[str, Callable[..., Any]]
) -> dict[str, Any]:
    """Returns the values of lines `name = value`."""
    values = {}
    for node in ast.parse(blocks[section][0]).body:
        if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
            raise ValueError(f"section {section!r} holds {ast.unparse(node)!r}, not name = value")
        values[node.targets[0].id] = _value(node.value, section, functions)
    return values


def _value(node: ast.expr, section: str, functions: Mapping[str, Callable[..., Any]]) -> Any:
    """Returns a literal, or the result of one of the functions on literals."""
    try:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            arguments = [_value(argument, section, functions) for argument in node.args]
            options = {str(option.arg): ast.literal_eval(option.value) for option in node.keywords}
            return functions[node.func.id](*arguments, **options)
        return ast.literal_eval(node)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"section {section!r}: {ast.unparse(node)} is neither a literal nor a call of one of "
            f"{', '.join(functions)} ({type(error).__name__}: {error})"
        ) from error


def _edges(blocks: Mapping[str, list[str]], name: str) -> Iterator[tuple[Any, ...]]:
    for node in ast.parse(blocks["Edge cases"][0]).body:
        call = node.value if isinstance(node, ast.Expr) else None
        if not (isinstance(call, ast.Call) and ast.unparse(call.func) == name and not call.keywords):
            raise ValueError(f"section 'Edge cases' holds {ast.unparse(node)!r}, not a call {name}(...)")
        yield tuple(_value(argument, "Edge cases", LISTS) for argument in call.args)


def _slips(blocks: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    for node in ast.parse(blocks["Mistakes"][0]).body:
        match node:
            case ast.Expr(ast.BinOp(ast.Constant(str(right)), ast.RShift(), ast.Constant(str(wrong)))):
                yield right, wrong
            case _:
                raise ValueError(f"section 'Mistakes' holds {ast.unparse(node)!r}, not 'right' >> 'wrong'")


def _sizes(blocks: Mapping[str, list[str]]) -> tuple[int, ...]:
    if not blocks.get("Sizes"):
        return GROWING
    sizes = ast.literal_eval(blocks["Sizes"][0].strip())
    if not (isinstance(sizes, tuple) and all(type(size) is int for size in sizes)):
        raise ValueError("section 'Sizes' must hold integers separated by commas")
    return sizes
