"""Code that hides what it does: no readability, no maintainability.

What a metric cannot see it must not reward. Refused are code made from texts (`exec`, `eval`, `compile`),
names looked up by text (`getattr`, `globals`, `vars` ...), attributes that begin with an underscore, modules
that solutions do not need, star imports, and texts long enough to hold a program. Such code still runs, and
earns correctness and performance: the sandbox does not care.
"""

from __future__ import annotations

import ast

from vpo_envs.domains.code.halstead import is_bare

MODULES = frozenset({
    "__future__", "abc", "array", "bisect", "collections", "copy", "dataclasses", "datetime", "decimal",
    "enum", "fractions", "functools", "heapq", "itertools", "math", "numbers", "operator", "queue",
    "random", "re", "statistics", "string", "typing",
})  # fmt: skip
HIDING_NAMES = frozenset({
    "exec", "eval", "compile", "getattr", "setattr", "delattr", "globals", "locals", "vars", "open", "input",
    "breakpoint", "attrgetter", "methodcaller", "sys", "os", "modules", "builtins", "importlib", "codecs",
})  # fmt: skip
LONGEST_TEXT = 120


def refusal(tree: ast.Module) -> str | None:
    """Why the code is refused, or None if it is not.

    Example:
        >>> refusal(ast.parse("def f(x): return eval('x + 1')"))
        'it uses eval'
    """
    nodes = list(ast.walk(tree))
    docstrings = {id(node.value) for node in nodes if is_bare(node)}
    return next((reason for node in nodes if id(node) not in docstrings and (reason := _reason(node))), None)


def _reason(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return f"it uses {node.id}" if node.id in HIDING_NAMES or node.id.startswith("__") else None
    if isinstance(node, ast.Attribute):
        hidden = node.attr.startswith("_") or node.attr in HIDING_NAMES - {"compile"}  # re.compile
        return f"it uses .{node.attr}" if hidden else None
    if isinstance(node, ast.Import):
        return _reason_of_modules([alias.name for alias in node.names])
    if isinstance(node, ast.ImportFrom):
        names = [alias.name for alias in node.names]
        found = next((name for name in names if name in HIDING_NAMES | {"*"} or name.startswith("_")), None)
        return f"it imports {found}" if found else _reason_of_modules([node.module or "."])
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        return f"a text has {len(node.value)} characters" if len(node.value) > LONGEST_TEXT else None
    return None


def _reason_of_modules(names: list[str]) -> str | None:
    unknown = next((name for name in names if name.split(".")[0] not in MODULES), None)
    return None if unknown is None else f"it imports {unknown}"
