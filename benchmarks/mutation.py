"""Share of small faults in a module that its own test file finds.

    python benchmarks/mutation.py vpo_envs/metrics.py tests/vpo_envs/test_metrics.py

Each mutant differs from the module in one place: a comparison, an arithmetic operator, a number, `and` or
`or`, a minimum or maximum. The places are drawn by a seed. Every mutant runs in a forked process, whose
import system serves the mutant in place of the module. The files themselves stay as they are; subprocesses
that a test starts import the original. Works on systems that can fork.
"""

import argparse
import ast
import contextlib
import importlib
import importlib.abc
import importlib.util
import os
import random
import resource
import signal
import sys
from pathlib import Path

import pytest

COMPARISONS: dict[type, type] = {ast.Lt: ast.LtE, ast.Gt: ast.GtE, ast.Eq: ast.NotEq, ast.In: ast.NotIn}
COMPARISONS |= {ast.Is: ast.IsNot} | {new: old for old, new in (COMPARISONS | {ast.Is: ast.IsNot}).items()}
ARITHMETIC: dict[type, type] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
ARITHMETIC |= {ast.FloorDiv: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift}
EXTREMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum"}
PRELOADED = ("numpy", "gymnasium", "hypothesis", "pydantic")
PRELOADED_WITH_TORCH = (*PRELOADED, "torch", "transformers")
WALL_FACTOR = 10  # a mutant may sleep, or share its processor, for so many times its limit


class Mutator(ast.NodeTransformer):
    """A transformer that changes one place of a syntax tree.

    Args:
        target: Number of the place, in the order of the walk; None counts the places only.
    """

    def __init__(self, target: int | None = None) -> None:
        self.target = target
        self.count = 0
        self.change = ""

    def _due(self, node: ast.expr | ast.stmt, change: str) -> bool:
        due = self.count == self.target
        self.count += 1
        if due:
            self.change = f"line {node.lineno}: {change}"
        return due

    def visit(self, node: ast.AST) -> ast.AST:
        """Visits a node, but not its annotations."""
        for field in ("annotation", "returns"):
            if getattr(node, field, None) is not None:
                setattr(node, field, ast.Constant(None))
        return super().visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Widens, narrows or negates a comparison."""
        for i, op in enumerate(node.ops):
            new = COMPARISONS[type(op)]
            if self._due(node, f"{type(op).__name__} -> {new.__name__} in `{ast.unparse(node)}`"):
                node.ops[i] = new()
        return self.generic_visit(node)

    def _swap(self, node: ast.BinOp | ast.AugAssign) -> ast.AST:
        new = ARITHMETIC.get(type(node.op))
        if new and self._due(node, f"{type(node.op).__name__} -> {new.__name__} in `{ast.unparse(node)}`"):
            node.op = new()
        return self.generic_visit(node)

    visit_BinOp = visit_AugAssign = _swap

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Exchanges `and` and `or`."""
        new = ast.Or if isinstance(node.op, ast.And) else ast.And
        if self._due(node, f"{type(node.op).__name__} -> {new.__name__} in `{ast.unparse(node)}`"):
            node.op = new()
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Adds one to a number."""
        if type(node.value) in (int, float) and self._due(node, f"{node.value} -> {node.value + 1}"):
            return ast.copy_location(ast.Constant(node.value + 1), node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Exchanges minimum and maximum."""
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in EXTREMES and self._due(node, f"{name} -> {EXTREMES[name]} in `{ast.unparse(node)}`"):
            setattr(node.func, "id" if isinstance(node.func, ast.Name) else "attr", EXTREMES[name])
        return self.generic_visit(node)


class Importer(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """An importer that serves a tree in place of one module."""

    def __init__(self, name: str, path: Path, tree: ast.AST) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, fullname, path=None, target=None):
        """Returns a specification for the mutated module alone."""
        if fullname == self.name:
            return importlib.util.spec_from_file_location(fullname, self.path, loader=self)
        return None

    def exec_module(self, module) -> None:
        """Executes the mutant."""
        exec(compile(self.tree, str(self.path), "exec"), module.__dict__)


def mutants(source: str, n: int, seed: int) -> list[tuple[str, ast.AST]]:
    """Returns up to n mutants of a source, each with a description of its change."""
    counter = Mutator()
    counter.visit(ast.parse(source))
    chosen = random.Random(seed).sample(range(counter.count), min(n, counter.count))
    found = []
    for target in sorted(chosen):
        mutator = Mutator(target)
        tree = ast.fix_missing_locations(mutator.visit(ast.parse(source)))
        found.append((mutator.change, tree))
    return found


def outcome(importer: Importer, test_file: str, seconds: int) -> str:
    """Returns "passed", "failed" or "timeout" for a test file that sees the importer's module."""
    pid = os.fork()
    if pid:
        status = os.waitpid(pid, 0)[1]
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM):
            return "timeout"
        return "passed" if status == 0 else "failed"
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        signal.alarm(seconds * WALL_FACTOR)
        sys.meta_path.insert(0, importer)
        with (
            open(os.devnull, "w") as null,
            contextlib.redirect_stdout(null),
            contextlib.redirect_stderr(null),
        ):
            code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", test_file]))
    finally:
        os._exit(code)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("module", type=Path, help="file, relative to the current folder")
    parser.add_argument("test_file")
    parser.add_argument("--mutants", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--timeout", type=int, default=60, help="seconds of processor time per mutant")
    arguments = parser.parse_args()

    sys.path.insert(0, os.getcwd())
    needs_torch = arguments.module.parts[0] != "vpo_envs"
    for package in PRELOADED_WITH_TORCH if needs_torch else PRELOADED:  # once, not in every process
        importlib.import_module(package)
    name = ".".join(arguments.module.with_suffix("").parts)
    source = arguments.module.read_text()

    original = Importer(name, arguments.module, ast.parse(source))
    if outcome(original, arguments.test_file, arguments.timeout) != "passed":
        sys.exit(f"{arguments.test_file} does not pass on the module as it is")
    drawn = mutants(source, arguments.mutants, arguments.seed)
    killed = 0
    for change, tree in drawn:
        result = outcome(Importer(name, arguments.module, tree), arguments.test_file, arguments.timeout)
        killed += result != "passed"
        print(f"{'SURVIVED' if result == 'passed' else result:8} {change}", flush=True)
    print(f"{arguments.module}: {killed}/{len(drawn)} killed", flush=True)


if __name__ == "__main__":
    main()
