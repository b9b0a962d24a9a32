"""Imports as a solution needs them.

An import that nothing uses must not void a right solution: the sandbox has no modules for tests (`unittest`)
and none that reach out (`subprocess`, `asyncio`), and quality does not know every module. Such an import is
left out of what runs and of what quality reads. With it go the tests for which it is there: functions and
classes that use it, and that nothing which runs uses. `import *` is written out in the names that are used.

Nothing can be hidden so: what is left out does not run.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence

from vpo_envs.domains.code.judged_code import bound_name, names_in, without_guards
from vpo_envs.domains.code.lists import listed
from vpo_envs.domains.code.reading import on_fresh_stack, parse
from vpo_envs.domains.code.refusal import bound_by
from vpo_envs.domains.code.vocabulary import ABSENT, MODULES

DYNAMIC = listed("exec eval globals locals vars modules __globals__ __dict__ __annotations__ f_globals")
"""Names and attributes with which a program may use an import without saying its name."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Import = ast.Import | ast.ImportFrom


def without_unused_imports(source: str, *names: str) -> str:
    r"""Returns code without the imports, and the tests, that could stop it and that nothing uses.

    Args:
        source: Any text.
        *names: Functions and classes that are called; without any the code runs as a script, with the blocks
            under `if __name__ == "__main__":`.

    Example:
        >>> without_unused_imports("import asyncio, math\nx = math.tau")
        'import math\nx = math.tau'
        >>> without_unused_imports("from math import *\nx = sqrt(2)")
        'from math import sqrt\nx = sqrt(2)'
    """
    return on_fresh_stack(lambda: _needed(source, names)) if "import" in source else source


def _needed(source: str, names: Sequence[str]) -> str:
    tree = parse(source)
    if tree is None or _is_dynamic(tree):
        return source
    guarded = names and "__name__" not in {name for node in ast.walk(tree) for name in bound_by(node)}
    running = (without_guards(tree) if guarded else tree).body
    tests = _tests(running, names)
    kept = [node for node in running if node not in tests]
    used = names_in(kept) | names_in(_fields(kept))
    resolved = _is_resolved(tree)
    body: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, Import):
            body += _import(node, used, resolved)
        elif node not in tests:
            body.append(node)
    try:
        return source if body == tree.body else ast.unparse(ast.Module(body, []))
    except (ValueError, RecursionError):  # numbers and nesting that nobody writes
        return source


def _fields(nodes: Iterable[ast.stmt]) -> Iterator[ast.expr]:
    """Yields the annotations of fields, which `dataclass` evaluates; nothing evaluates others."""
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.ClassDef):
                yield from (field.annotation for field in part.body if isinstance(field, ast.AnnAssign))


def _is_dynamic(tree: ast.Module) -> bool:
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return not DYNAMIC.isdisjoint(names_in([tree]) | attributes)


def _tests(running: Sequence[ast.stmt], names: Sequence[str]) -> set[Definition]:
    """Returns definitions that nothing else uses, with a doubtful import or another such definition."""
    users: dict[str, list[Definition]] = {}
    for node in running:
        if isinstance(node, Definition):
            for name in names_in([node]):
                users.setdefault(name, []).append(node)
    imports = (node for node in running if isinstance(node, Import))
    doubtful = [bound_name(alias) for node in imports for alias in _doubtful(node)]
    tests: set[Definition] = set()
    while doubtful:
        found = users.pop(doubtful.pop(), [])
        doubtful += [node.name for node in found if node not in tests]
        tests.update(found)
    named: dict[str, list[Definition]] = {}
    for node in tests:
        named.setdefault(node.name, []).append(node)
    waiting: list[ast.stmt] = [node for node in running if node not in tests]
    waiting += [node for name in names for node in named.pop(name, ())]
    while waiting:
        for name in names_in([waiting.pop()]) & named.keys():
            waiting += named.pop(name)
    return {node for same in named.values() for node in same}


def _import(node: Import, used: set[str], resolved: bool) -> Iterator[Import]:
    """Yields an import without the names that are doubtful and unused; itself if it has none."""
    doubtful = _doubtful(node)
    kept = [alias for alias in node.names if alias not in doubtful or bound_name(alias) in used]
    if resolved and (starred := _starred(node)) is not None:
        kept = [ast.alias(name) for name in sorted(used & starred)]
    if kept == node.names:
        yield node
    elif kept and isinstance(node, ast.Import):
        yield ast.Import(kept)
    elif kept and isinstance(node, ast.ImportFrom):
        yield ast.ImportFrom(node.module, kept, node.level)


def _doubtful(node: Import) -> set[ast.alias]:
    """Returns names of an import that the sandbox may lack or that quality does not know."""
    if isinstance(node, ast.Import):
        return {alias for alias in node.names if alias.name not in MODULES or alias.name in ABSENT}
    known = MODULES.get(node.module or "", ()) if node.module not in ABSENT else ()
    return {alias for alias in node.names if alias.name != "*" and (node.level or alias.name not in known)}


def _starred(node: ast.stmt) -> frozenset[str] | None:
    """Returns the names that `import *` gives; None for other statements and unusual modules."""
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        return MODULES.get(node.module or "")
    return None


def _is_resolved(tree: ast.Module) -> bool:
    """Returns whether it is known where every name comes from."""
    given = {name for node in ast.walk(tree) for name in bound_by(node)} | set(dir(builtins))
    return names_in([tree]) <= given.union(*filter(None, map(_starred, tree.body)))
