"""Programs that quality cannot read: no readability, no maintainability.

What a metric cannot see it must not reward. Quality reads a program whose names it knows: those the program
defines itself, and those of `vocabulary`. Anything else could run a text (`exec`, `ForwardRef.evaluate`,
marshalled code), look a name up by a text (`getattr`, `globals`), or reach docstrings and annotations, which
no metric counts. Such a program still runs; it earns correctness and performance.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from vpo_envs.domains.code.judged_code import annotations_of, bound_name, is_bare, parts_of
from vpo_envs.domains.code.names import LONGEST
from vpo_envs.domains.code.vocabulary import (
    BUILTINS,
    DENIED,
    DUNDER_NAMES,
    DUNDERS,
    METHODS,
    MODULES,
    NEVER,
)

FORMATTING = ("format", "format_map")
LOOKUP = re.compile(r"\{[^{}:!]*[.\[]")
"""A field of `str.format` that looks an attribute or an item up."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Local = frozenset[str]


class Refused(Exception):
    """A reason why a program cannot be read."""


def refusal(tree: ast.Module) -> str | None:
    """Returns why a program earns no quality, or None if it can be read.

    Args:
        tree: The `judged_code` of a program.

    Raises:
        RecursionError: If the code is nested too deeply for the stack.

    Example:
        >>> refusal(ast.parse("def f(x): return eval('x + 1')"))
        'it uses eval'
    """
    try:
        reader = _Reader(tree)
        if "__name__" in reader.bound:
            raise Refused("it sets __name__")
        reader.block(tree.body, frozenset())
    except Refused as refused:
        return str(refused)
    return None


class _Reader:
    """Reader of a program with the scopes that its names have."""

    def __init__(self, tree: ast.Module) -> None:
        nodes = list(ast.walk(tree))
        texts = (part for node in nodes for one in annotations_of(node) for part in ast.walk(one))
        self.hidden = any(map(is_bare, nodes)) or any(isinstance(part, ast.Constant) for part in texts)
        self.modules = dict(_modules(nodes))
        self.bound = {name for node in nodes for name in bound_by(node)}
        self.attributes = set(_own_attributes(nodes))

    def block(self, nodes: Iterable[ast.AST], local: Local) -> None:
        for node in nodes:
            self.read(node, local)

    def read(self, node: ast.AST, local: Local) -> None:
        """Reads a node; `local` are the names of the functions and comprehensions around it."""
        if is_bare(node):
            return
        for name in _spelled(node):
            if len(name) > LONGEST:
                raise Refused(f"a name has {len(name)} characters")
        for annotation in annotations_of(node):
            self.annotation(annotation, local)
        if isinstance(node, ast.Name):
            self.name(node, local)
        elif isinstance(node, ast.Attribute):
            self.attribute(node.attr, node.value, local)
        elif isinstance(node, ast.MatchClass):
            for name in node.kwd_attrs:
                self.attribute(name, node.cls, local, of_value=True)
            self.block(ast.iter_child_nodes(node), local)
        elif isinstance(node, FUNCTIONS):
            self.function(node, local)
        elif isinstance(node, ast.ClassDef):
            self.block([*node.decorator_list, *node.bases, *node.keywords], local)
            self.block(node.body, local - _stores(node.body))
        elif isinstance(node, COMPREHENSIONS):
            self.comprehension(node, local)
        elif isinstance(node, ast.Call):
            self.call(node, local)
        elif isinstance(node, ast.Import):
            self.imports([alias.name for alias in node.names])
        elif isinstance(node, ast.ImportFrom):
            self.imports_from("." * node.level + (node.module or ""), [alias.name for alias in node.names])
        else:
            self.block(parts_of(node), local)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, local: Local) -> None:
        arguments = node.args
        self.block(getattr(node, "decorator_list", ()), local)
        self.block([*arguments.defaults, *filter(None, arguments.kw_defaults)], local)
        given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        given += filter(None, (arguments.vararg, arguments.kwarg))
        for one in given:
            if len(one.arg) > LONGEST:
                raise Refused(f"a name has {len(one.arg)} characters")
            for annotation in annotations_of(one):
                self.annotation(annotation, local)
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        self.block(body, local | {one.arg for one in given} | _stores(body))

    def comprehension(self, node: ast.AST, local: Local) -> None:
        generators = node.generators  # type: ignore[attr-defined]
        self.read(generators[0].iter, local)
        inner = local | {
            name.id
            for one in generators
            for name in ast.walk(one.target)
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        }
        for index, one in enumerate(generators):
            self.block([one.target, *one.ifs, *([one.iter] if index else [])], inner)
        parts = [getattr(node, part) for part in ("elt", "key", "value") if hasattr(node, part)]
        self.block(filter(None, parts), inner)

    def name(self, node: ast.Name, local: Local) -> None:
        name = node.id
        if isinstance(node.ctx, ast.Store):
            if name.startswith("__") and name.endswith("__") and name not in DUNDER_NAMES:
                raise Refused(f"it sets {name}")
            if name not in local and (name in DENIED or name in self.modules):
                raise Refused(f"it sets {name}")
        elif name in local:
            return
        elif name in DENIED:
            raise Refused(f"it uses {name}")
        elif name in self.modules:
            raise Refused(f"it passes the module {name} around")
        elif name not in self.bound and name not in BUILTINS:
            raise Refused(f"it uses {name}, which is not defined")

    def attribute(self, name: str, value: ast.expr, local: Local, of_value: bool = False) -> None:
        """Reads `value.name`; in a pattern (`of_value`), the attribute is that of another value."""
        module = None if of_value else self.module(value, local)
        if module is not None:
            if f"{module}.{name}" not in MODULES and name not in MODULES.get(module, ()):
                raise Refused(f"it uses {module}.{name}")
            return
        if name in FORMATTING and not of_value:
            self.formatting(value)
        elif name.startswith("__") and name.endswith("__"):
            if name not in DUNDERS:
                raise Refused(f"it uses .{name}")
        elif name in NEVER or not (name in METHODS or name in self.attributes):
            raise Refused(f"it uses .{name}")
        if not of_value:
            self.read(value, local)

    def module(self, node: ast.expr, local: Local) -> str | None:
        """Returns the module that an expression stands for, or None."""
        if isinstance(node, ast.Name):
            return None if node.id in local else self.modules.get(node.id)
        if isinstance(node, ast.Attribute) and (above := self.module(node.value, local)) is not None:
            inner = f"{above}.{node.attr}"
            return inner if inner in MODULES else None
        return None

    def formatting(self, value: ast.expr) -> None:
        """Checks that `str.format` looks nothing up: its fields can reach docstrings."""
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            if LOOKUP.search(value.value):
                raise Refused("it formats attributes")
        elif self.hidden:
            raise Refused("it formats a text that is not written there, beside docstrings")

    def call(self, node: ast.Call, local: Local) -> None:
        """Reads a call; `getattr` with a name that is written there is an attribute."""
        function, arguments = node.func, node.args
        if (
            isinstance(function, ast.Name)
            and function.id == "getattr"
            and "getattr" not in local
            and len(arguments) >= 2
            and isinstance(arguments[1], ast.Constant)
            and isinstance(arguments[1].value, str)
        ):
            self.attribute(arguments[1].value, arguments[0], local)
            self.block([*arguments[2:], *node.keywords], local)
        else:
            self.block([function, *arguments, *node.keywords], local)

    def annotation(self, node: ast.expr, local: Local) -> None:
        """Reads an annotation, which need not be defined: it is a type, or it counts as code."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in DENIED and part.id not in local:
                raise Refused(f"it uses {part.id}")
            if isinstance(part, ast.Attribute) and (part.attr in NEVER or part.attr.startswith("_")):
                raise Refused(f"it uses .{part.attr}")
            if isinstance(part, (ast.Call, ast.Lambda, *COMPREHENSIONS, ast.NamedExpr, ast.Await)):
                raise Refused("an annotation is no type")

    @staticmethod
    def imports(names: Iterable[str]) -> None:
        for name in names:
            if name not in MODULES:
                raise Refused(f"it imports {name}")

    def imports_from(self, module: str, names: Iterable[str]) -> None:
        self.imports([module])
        for name in names:
            if name not in MODULES[module]:
                raise Refused(f"it imports {name} from {module}")


def bound_by(node: ast.AST) -> Iterator[str]:
    """Yields the names that a node gives, without those of its children."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.alias):
        yield bound_name(node)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        yield from filter(None, (node.name,))
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest


def _modules(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yields names that stand for modules, each with its module."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (inner := f"{node.module}.{alias.name}") in MODULES:
                    yield alias.asname or alias.name, inner


def _own_attributes(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yields the attributes that a program gives its objects: methods, fields, and what it stores."""
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                for part in ast.walk(inner):
                    yield from bound_by(part)
        elif isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if called in ("namedtuple", "NamedTuple", "Enum", "IntEnum", "Flag", "SimpleNamespace"):
                yield from (str(keyword.arg) for keyword in node.keywords)
                for part in ast.walk(node):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield from part.value.replace(",", " ").split()


def _stores(body: Iterable[ast.AST]) -> set[str]:
    """Returns the variables of a function: what its body binds, but for what it declares to be global."""
    names: set[str] = set()
    outer: set[str] = set()
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            outer.update(node.names)
        names.update(bound_by(node))
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, *COMPREHENSIONS)):
            waiting += ast.iter_child_nodes(node)
    return names - outer


def _spelled(node: ast.AST) -> Iterator[str]:
    """Yields the names that stand in a node."""
    if not isinstance(node, ast.Constant):
        for _, value in ast.iter_fields(node):
            for one in value if isinstance(value, list) else (value,):
                if isinstance(one, str):
                    yield one
