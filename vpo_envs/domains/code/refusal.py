"""Code that hides what it does: no readability, no maintainability.

What a metric cannot see it must not reward. Refused are code made from texts (`exec`, `eval`, `compile`),
names looked up by text (`getattr`, `globals`, `vars` ...), attributes that begin with an underscore, frames,
modules that solutions do not need, star imports, annotations that are no types, and texts and names long
enough to hold a program. Such code still runs, and
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
    "get_type_hints", "ForwardRef", "evaluate_forward_ref", "get_field",
    "singledispatch", "singledispatchmethod",  # they evaluate annotations that are texts
})  # fmt: skip
HIDING_ATTRIBUTES = HIDING_NAMES - {"compile"} | {  # re.compile
    "annotationlib", "bltns", "inspect", "types",  # modules inside the above
    "gi_frame", "gi_code", "cr_frame", "cr_code", "ag_frame", "ag_code",
}  # fmt: skip
LONGEST_TEXT = 120
LONGEST_NAME = 60

TYPES = (
    ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.BinOp, ast.BitOr, ast.Load,
    ast.UnaryOp, ast.USub,
)  # fmt: skip
"""Nodes that annotations, which no metric sees, are made of."""


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
    fields = dict(ast.iter_fields(node))
    for annotation in filter(None, (fields.get("annotation"), fields.get("returns"))):
        if not all(isinstance(part, TYPES) for part in ast.walk(annotation)):
            return "an annotation is no type"
    if not isinstance(node, ast.Constant):
        longest = max((len(value) for value in fields.values() if isinstance(value, str)), default=0)
        if longest > LONGEST_NAME:
            return f"a name has {longest} characters"
    if isinstance(node, ast.Name):
        return f"it uses {node.id}" if node.id in HIDING_NAMES or node.id.startswith("__") else None
    if isinstance(node, ast.Attribute):
        return _reason_of_attributes([node.attr])
    if isinstance(node, ast.MatchClass):
        return _reason_of_attributes(node.kwd_attrs)
    if isinstance(node, ast.Import):
        return _reason_of_modules([alias.name for alias in node.names])
    if isinstance(node, ast.ImportFrom):
        names = [alias.name for alias in node.names]
        hiding = HIDING_NAMES | HIDING_ATTRIBUTES | {"*"}
        found = next((name for name in names if name in hiding or name.startswith("_")), None)
        return f"it imports {found}" if found else _reason_of_modules([node.module or "."])
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        return f"a text has {len(node.value)} characters" if len(node.value) > LONGEST_TEXT else None
    return None


def _reason_of_attributes(names: list[str]) -> str | None:
    hiding = next((name for name in names if name.startswith("_") or name in HIDING_ATTRIBUTES), None)
    return None if hiding is None else f"it uses .{hiding}"


def _reason_of_modules(names: list[str]) -> str | None:
    unknown = next((name for name in names if name.split(".")[0] not in MODULES), None)
    return None if unknown is None else f"it imports {unknown}"
