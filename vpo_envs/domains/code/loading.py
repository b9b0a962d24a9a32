"""Modules that only declare: loading them is no work that could be done ahead."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from vpo_envs.domains.code.lists import listed
from vpo_envs.domains.code.refusal import bound_by

MAKERS = listed("""
Enum Flag Fraction IntEnum IntFlag NamedTuple NewType TypeVar TypedDict auto cache cached_property
classmethod dataclass field float frozenset getLogger int lru_cache namedtuple override overload property
setrecursionlimit staticmethod total_ordering
""")
"""Functions that a declaration may call."""

WRAPPERS = frozenset(("setter", "deleter", "compile"))
"""Methods that a declaration may call: `@size.setter`, `re.compile`."""

HOOKS = listed("""
__init_subclass__ __set_name__ __prepare__ __class_getitem__ __new__ _generate_next_value_ __hash__ __eq__
__getitem__ __getattr__ __getattribute__ __call__ __mro_entries__
""")
"""Methods of a program that run while its classes are made."""

EXPRESSIONS = (
    ast.Attribute, ast.BinOp, ast.Call, ast.Constant, ast.Dict, ast.Lambda, ast.List, ast.Name, ast.Set,
    ast.Slice, ast.Starred, ast.Subscript, ast.Tuple, ast.UnaryOp,
    ast.expr_context, ast.keyword, ast.operator, ast.unaryop,
)  # fmt: skip
STATEMENTS = (
    ast.AnnAssign, ast.Assign, ast.AsyncFunctionDef, ast.ClassDef, ast.Expr, ast.FunctionDef, ast.Import,
    ast.ImportFrom, ast.Pass,
)  # fmt: skip
LARGEST = 10**12
LARGEST_EXPONENT = 1000


def declares_only(tree: ast.Module) -> bool:
    r"""Returns whether a module only imports, defines and names constants.

    Such a module may take as long to load as it likes: `@dataclass` alone takes millions of instructions. No
    other call, loop, comprehension or operator on anything but numbers is a declaration.

    Args:
        tree: A program that is not refused.

    Example:
        >>> declares_only(ast.parse("LIMIT = 10**9 + 7\ndef f(x): return x"))
        True
        >>> declares_only(ast.parse("SQUARES = [i * i for i in range(99)]"))
        False
    """
    own = {name for node in ast.walk(tree) for name in bound_by(node) if not _is_import(node)}
    if not own.isdisjoint(HOOKS | MAKERS | WRAPPERS):
        return False
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    if any(_is_enum(one) and "__init__" in _methods(one) for one in classes):
        return False
    return all(map(_declares, tree.body))


def _declares(statement: ast.stmt) -> bool:
    if not isinstance(statement, STATEMENTS):
        return False
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass)):
        return True
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return all(map(_decorates, statement.decorator_list)) and all(
            map(_is_plain, _defaults(statement.args))
        )
    if isinstance(statement, ast.ClassDef):
        harmless = not statement.keywords and all(map(_is_plain, statement.bases))
        return (
            harmless
            and all(map(_decorates, statement.decorator_list))
            and all(map(_declares, statement.body))
        )
    value = statement.value
    return value is None or _is_plain(value)


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    """Returns the default values of a function's arguments, which are computed when it is made."""
    return [*arguments.defaults, *filter(None, arguments.kw_defaults)]


def _is_plain(node: ast.AST) -> bool:
    """Returns whether an expression makes nothing but constants, containers and types."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, EXPRESSIONS):
            return False
        if isinstance(part, ast.Call) and not _is_maker(part.func):
            return False
        if isinstance(part, ast.BinOp) and not isinstance(part.op, ast.BitOr) and not _is_number(part):
            return False
        # Of a lambda the defaults run when it is made, its body does not.
        waiting += _defaults(part.args) if isinstance(part, ast.Lambda) else ast.iter_child_nodes(part)
    return True


def _is_maker(node: ast.AST) -> bool:
    """Returns whether something only declares when it is called."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name in MAKERS or (isinstance(node, ast.Attribute) and name in WRAPPERS)


def _decorates(node: ast.AST) -> bool:
    """Returns whether a decorator only declares, with arguments or without."""
    if isinstance(node, ast.Call):
        return _is_maker(node.func) and all(map(_is_plain, [*node.args, *node.keywords]))
    return _is_maker(node)


def _is_import(node: ast.AST) -> bool:
    return isinstance(node, ast.alias) and node.asname is None


def _is_number(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_number(node.left) and _is_number(node.right) and _is_small_power(node)
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and abs(node.value) <= LARGEST
    )


def _is_small_power(node: ast.BinOp) -> bool:
    if not isinstance(node.op, (ast.Pow, ast.LShift)):
        return True
    exponent = node.right.value if isinstance(node.right, ast.Constant) else None
    return isinstance(exponent, (int, float)) and exponent <= LARGEST_EXPONENT


def _is_enum(node: ast.ClassDef) -> bool:
    return any("Enum" in ast.unparse(base) or "Flag" in ast.unparse(base) for base in node.bases)


def _methods(node: ast.ClassDef) -> Iterable[str]:
    return {inner.name for inner in node.body if isinstance(inner, ast.FunctionDef)}
