"""Rows of HumanEval, MBPP and their plus versions in their published schemas.

- HumanEval and HumanEval+ (`HumanEval.jsonl`, Chen et al. 2021, arXiv 2107.03374): `task_id`, `prompt`,
  `entry_point`, `canonical_solution` (the body) and `test`, which defines `check(candidate)`.
- MBPP (`mbpp.jsonl`, Austin et al. 2021, arXiv 2108.07732): `task_id`, `text`, `code`, `test_list`,
  `test_setup_code`. The sanitized version: `prompt` for `text`, `test_imports`. MBPP+ of the hub: a `test`.
- The plus versions as their own package writes them (Liu et al. 2023, arXiv 2305.01210): `base_input` and
  `plus_input`, lists of arguments, with `atol`; what the canonical solution gives is expected. Two problems
  of MBPP+ with complex numbers are left out.

Code in a row is parsed here and never executed on the host.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from os import PathLike
from typing import Any

from vpo_envs.datasets import Row, RowError, read_rows, require, require_texts, split_names
from vpo_envs.domains.code.published.benchmark import Benchmark
from vpo_envs.domains.code.published.plus_inputs import COMPLEX, arguments_of
from vpo_envs.sandbox.codec import pack

UNORDERED = frozenset(
    {"similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum"}
    | {"intersection_array", "find_dissimilar", "Diff"}
)
"""Functions of MBPP+ whose lists are compared as sets."""

ANY_RESULT = frozenset({"check_str", "text_match_three", "text_starta_endb"})
"""Functions of MBPP+ of whose results only counts whether they are None."""

MBPP_FUNCTION = "Write a Python function `{name}`. {text}"


def is_benchmark(row: Any) -> bool:
    """Checks whether a row looks like one of these schemas."""
    return isinstance(row, Mapping) and bool({"entry_point", "test_list", "base_input"} & row.keys())


def read_benchmarks(source: str | PathLike[str], split: str) -> list[Benchmark]:
    """Reads the problems of a split; a source with one split, as HumanEval is, serves for every one.

    Args:
        source: A source as in `vpo_envs.datasets.read_rows`.
        split: The split's name.

    Raises:
        ValueError: If the source or the split does not exist.
        RowError: If a row has none of the schemas.
    """
    names = split_names(source)
    rows = read_rows(source, names[0] if len(names) == 1 else split)
    problems = (read_benchmark(row, index) for index, row in enumerate(rows))
    return [problem for problem in problems if problem is not None]


def read_benchmark(row: Row, index: int) -> Benchmark | None:
    """Reads one row, see `parse_benchmark`; None where its inputs cannot enter the sandbox."""
    return parse_benchmark(row, index) if is_readable(row) else None


def is_readable(row: Row) -> bool:
    """Checks whether the inputs of a row can enter the sandbox; two of MBPP+ are complex numbers."""
    return "base_input" not in row or _mbpp_number(row) not in COMPLEX


def parse_benchmark(row: Row, index: int) -> Benchmark:
    """Reads one row.

    Args:
        row: The row.
        index: Number of the row, for messages.

    Raises:
        RowError: If a field is missing, of another type, or holds no Python where it should.
    """
    if "base_input" in row:
        return _parse_plus(row, index)
    if "entry_point" in row:
        return _parse_human_eval(row, index)
    return _parse_mbpp(row, index)


def _parse_human_eval(row: Row, index: int) -> Benchmark:
    function, prompt, setup, canonical = _code_fields(row, index)
    test = _parsed(require(row, index, "test", str), index, "test")
    if not any(isinstance(node, ast.FunctionDef) and node.name == "check" for node in test.body):
        raise RowError(index, "test", "defines no function check")
    test = _noting(test)
    tests = (
        f"{ast.unparse(test)}\n_check_one = check\ndef check(candidate, data):\n    _check_one(candidate)\n"
    )
    return Benchmark(
        id=_id(row, index),
        function=function,
        statement=prompt,
        is_code=True,
        setup=setup,
        canonical=canonical,
        tests=tests,
    )


def _parse_plus(row: Row, index: int) -> Benchmark:
    number = _mbpp_number(row)
    inputs = [
        arguments_of(number, arguments) if isinstance(arguments, list) else _refuse(index, field, arguments)
        for field in ("base_input", "plus_input")
        for arguments in (row[field] if row.get(field) else [])
    ]
    try:
        pack(inputs)
    except (TypeError, ValueError) as error:
        raise RowError(index, "plus_input", f"cannot go into the sandbox: {error}") from None
    if not inputs:
        raise RowError(index, "base_input", "holds no input")
    tolerance = row.get("atol") or 0
    if isinstance(tolerance, bool) or not isinstance(tolerance, (int, float)):
        raise RowError(index, "atol", f"must be a number, not {tolerance!r:.80}")
    function, prompt, setup, canonical = _code_fields(row, index)
    if function == "find_zero" and "def poly" in prompt:
        condition = f"abs(poly(*inputs, found)) <= {max(tolerance, 1e-4)!r}"
    elif function in UNORDERED:
        condition = "set(found) == set(expected)"
    elif function in ANY_RESULT:
        condition = "there(found) == there(expected)"
    elif function == "are_equivalent":
        condition = "True"
    elif function == "sum_div":
        condition = "found in (expected, 0)"
    else:
        condition = f"same__value(found, expected, {float(tolerance)!r})"
    is_code = not _is_words(prompt)
    return Benchmark(
        id=_id(row, index),
        function=function,
        statement=prompt,
        is_code=is_code,
        setup=setup,
        canonical=canonical,
        tests=PLUS.format(function=function, condition=condition),
        data=inputs,
    )


PLUS = """
def there(value):
    return value if isinstance(value, bool) else value is not None


def check(candidate, data):
    import copy
    for inputs in data:
        expected = {function}(*copy.deepcopy(inputs))
        try:
            found = candidate(*copy.deepcopy(inputs))
        except Exception:
            note__test(lambda: False)
            continue
        note__test(lambda: {condition})
"""


def _parse_mbpp(row: Row, index: int) -> Benchmark:
    code = require(row, index, "code", str)
    text = require(row, index, "text" if row.get("text") else "prompt", str)
    asserts = require_texts(row, index, "test_list")
    if not asserts:
        raise RowError(index, "test_list", "holds no test")
    setup = row.get("test_setup_code") or "\n".join(row.get("test_imports") or [])
    if not isinstance(setup, str):
        raise RowError(index, "test_setup_code", "must be text")
    _parsed(setup, index, "test_setup_code")
    names = {
        node.name
        for node in _parsed(code, index, "code").body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    tree = _parsed("\n".join(asserts), index, "test_list")
    called = [
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    function = next((name for name in called if name in names), None)
    if function is None:
        raise RowError(index, "test_list", "calls no function that the code defines")
    body = _noting(tree).body
    plus = row.get("test")
    if isinstance(plus, str) and plus.strip():  # MBPP+: the same and more, as a script
        body = _noting(_parsed(plus, index, "test")).body
    script = "\n".join(f"    {line}" for node in body for line in ast.unparse(node).split("\n"))
    return Benchmark(
        id=_id(row, index),
        function=function,
        statement=MBPP_FUNCTION.format(name=function, text=text.strip()),
        is_code=False,
        setup=setup,
        canonical=f"{setup}\n{code}\n",
        tests=f"def check(candidate, data):\n    {function} = candidate\n{script}\n",
        shown=tuple(asserts[:3]),
    )


def _code_fields(row: Row, index: int) -> tuple[str, str, str, str]:
    """Returns function, prompt, setup and the whole canonical solution."""
    function = require(row, index, "entry_point", str)
    prompt = require(row, index, "prompt", str)
    solution = require(row, index, "canonical_solution", str)
    if not function.isidentifier():
        raise RowError(index, "entry_point", f"is no name of a function: {function!r:.80}")
    canonical = solution if _is_words(prompt) else prompt + solution
    tree = _parsed(canonical, index, "canonical_solution")
    if not any(isinstance(node, ast.FunctionDef) and node.name == function for node in tree.body):
        raise RowError(index, "canonical_solution", f"defines no function {function}")
    if _is_words(prompt):
        return function, prompt, "", canonical
    others = [
        node for node in _parsed(prompt, index, "prompt").body if getattr(node, "name", None) != function
    ]
    return function, prompt, ast.unparse(ast.Module(others, [])), canonical


def _is_words(prompt: str) -> bool:
    """Checks whether a prompt is a text (MBPP+: in triple quotes), and not the head of a function."""
    try:
        tree = ast.parse(prompt)
    except (SyntaxError, ValueError):
        return True
    return all(isinstance(node, ast.Expr) for node in tree.body)


class _Noting(ast.NodeTransformer):
    """Transformer of `assert x` into `note__test(lambda: x)`, which goes on when x is false or raises."""

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        call = ast.Call(ast.Name("note__test", ast.Load()), [ast.Lambda(arguments, node.test)], [])
        return ast.copy_location(ast.Expr(call), node)


def _noting(tree: ast.Module) -> ast.Module:
    return ast.fix_missing_locations(_Noting().visit(tree))


def _parsed(source: str, index: int, field: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise RowError(index, field, f"is not Python: {error}") from None


def _mbpp_number(row: Row) -> int:
    """Returns the number of a problem of MBPP+, -1 for others."""
    name, _, number = str(row.get("task_id")).partition("/")
    return int(number) if name == "Mbpp" and number.isascii() and number.isdigit() else -1


def _id(row: Row, index: int) -> str:
    return str(require(row, index, "task_id", (str, int)))


def _refuse(index: int, field: str, value: Any) -> Any:
    raise RowError(index, field, f"must hold lists of arguments, not {type(value).__name__}")
