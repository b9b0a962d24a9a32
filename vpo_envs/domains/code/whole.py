"""Whole programs, and the excerpts of them that explanations show."""

from __future__ import annotations

import ast
from collections.abc import Iterator

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
WRITERS = frozenset(["print", "pprint", "stdout", "write", "writelines", "exec", "eval", "open"])
"""Names that a program needs to put something out."""


def is_program(tree: ast.Module) -> bool:
    r"""Returns whether code puts something out when it runs: it calls something outside its definitions.

    Example:
        >>> is_program(ast.parse("def f(): print(1)")), is_program(ast.parse("n = int(input())"))
        (False, False)
        >>> is_program(ast.parse("def f(): print(1)\nif __name__ == '__main__': f()"))
        True
    """
    names = (node.attr if isinstance(node, ast.Attribute) else node.id for node in _names(tree))
    return any(isinstance(node, ast.Call) for node in _run(tree)) and not WRITERS.isdisjoint(names)


def is_excerpt(tree: ast.Module, missing: set[str], program: ast.Module) -> bool:
    """Returns whether code shows a part of an earlier program, or an example of its use: it needs its names.

    Args:
        tree: The code.
        missing: Names that it uses and does not define.
        program: The program.
    """
    starred = any(isinstance(node, ast.alias) and node.name == "*" for node in ast.walk(tree))
    return not starred and not missing.isdisjoint(_given(program))


def goes_on(tree: ast.Module, missing: set[str], program: ast.Module) -> bool:
    r"""Returns whether code goes on with an earlier program: it does nothing but ask what that does not ask.

    Example:
        >>> program = ast.parse("problem = input()\nif problem == 'add': print(1)")
        >>> goes_on(ast.parse("if problem == 'halve': print(2)"), {"problem"}, program)
        True
        >>> goes_on(ast.parse("if problem == 'add': print(1)"), {"problem"}, program)
        False
    """
    asked = {ast.dump(node.test) for node in ast.walk(program) if isinstance(node, ast.If)}
    passive = (*DEFINITIONS, ast.Import, ast.ImportFrom)
    return all(
        isinstance(node, ast.If)
        and ast.dump(node.test) not in asked
        and any(one.id in missing for one in _names(node.test) if isinstance(one, ast.Name))
        for node in tree.body
        if not isinstance(node, passive)
    )


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes of code outside functions and classes."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, DEFINITIONS)]


def _names(tree: ast.AST) -> Iterator[ast.Name | ast.Attribute]:
    return (node for node in ast.walk(tree) if isinstance(node, (ast.Name, ast.Attribute)))


def _given(tree: ast.Module) -> set[str]:
    """Returns the names that code gives anywhere: variables, functions and classes, but no imports."""
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    given = {node.name for node in ast.walk(tree) if isinstance(node, definitions)}
    given |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return given | {node.id for node in stored if isinstance(node.ctx, ast.Store)}
