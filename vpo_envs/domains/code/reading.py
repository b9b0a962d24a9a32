"""From an answer to its code: what is read, what is not.

1. Thought is removed (`vpo_envs.reading`).
2. If what remains is Python as a whole, it is the code: fences inside its strings are no fences.
3. Otherwise the code is the last fenced block that is Python and defines the function; a program must call
   something outside its definitions and put something out, which tells it from an output that is shown and
   from an excerpt. A block begins with a line of three or more backticks or tildes and a language; it ends
   with a line of as many or more alone, or with the text. Where a docstring holds fences, the block ends at
   the first such line, of four, up to which it is Python.
   A function whose body is `...`, `pass` or `raise NotImplementedError` is a form and not an answer.
4. What the block uses and does not define is looked for in the blocks before it: they are put in front.
   If it is an earlier whole program that has it, the block is an excerpt and the program counts (`whole`).
5. What is no Python as it stands is read in other dress (`dress`): with plain characters, without tags,
   out of a session, or out of a text in JSON or Python; all of it may stand in a Markdown quotation.
6. Without a block, the code is the last run of lines that look like Python.
7. Without such a run it is the last code in single backticks; a program is the whole answer then.
8. If there is none, the answer has no code and scores 0.

Syntax is that of the Python that scores; the sandbox runs CPython 3.14.

Of an answer that is all fences the last ones are looked at, so that reading takes a bounded time.
"""

from __future__ import annotations

import ast
import builtins
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from textwrap import dedent
from typing import TypeVar

from vpo_envs.domains.code.dress import forms, texts_in, without_marks
from vpo_envs.domains.code.listings import HEREDOC
from vpo_envs.domains.code.whole import goes_on, is_excerpt, is_program
from vpo_envs.reading import FENCE, remove_thought

Result = TypeVar("Result")

_stack = threading.local()

OPENING = re.compile(r"([ \t]*)(?:(`{3,})[^`]*|(~{3,}).*)", re.DOTALL)
CLOSING = re.compile(r"[ \t]*(`{3,}|~{3,})\s*")
QUOTED_FENCE = re.compile(r"^> ?(?:```|~~~)", re.MULTILINE)
QUOTE = re.compile(r"^>(?!>) ?", re.MULTILINE)
"""The mark of a quoted line in Markdown; `>>>` is a prompt of Python."""
ENDINGS = 4
INLINE = re.compile(r"(?<!`)(`{1,2})(?!`)(?:python3?\s|py\s)?([^`]+)\1(?!`)")
"""Code in a line of Markdown, or in several lines."""

CODE_LINE = re.compile(
    r"[ \t]|$|[)\]}#@]"
    r"|(?:async def|def|class|import|from|for|while|if|elif|else|try|except|finally|with|assert|print)\b"
    r"|[A-Za-z_][\w.\[\], ]{0,80}(?::[^=\n]{0,80})?[-+*/%|&]?=(?!=)"
    r"|[A-Za-z_][\w.]{0,80}\((?:[^)\n]|\)(?! ?[A-Za-z]))*\)[ \t]*$"
)
"""Beginnings of a line of Python that no fence marks."""

PROSE = "."
"""A line that is no code."""

MOST_READ = 100_000
"""Characters that are parsed at most; every attempt counts as `ATTEMPT` more."""

ATTEMPT = 100

DEEPEST = 1000
"""Levels of a syntax tree that is read; fewer than CPython reads on a fresh stack."""

PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)
"""Exceptions of CPython on text that is no Python (ValueError: null bytes, lone surrogates)."""


def read_code(answer: str, *names: str) -> str | None:
    r"""Returns the code of an answer that defines one of the names, or None.

    Args:
        answer: Any text.
        *names: Of these the code must define one at its top level; without any, all code will do.

    Example:
        >>> read_code("So: ```f = max``` or\n```python\nf = min\n```", "f")
        'f = min'
    """
    text = remove_thought(answer).removeprefix("\ufeff").replace("\r\n", "\n")
    if QUOTED_FENCE.search(text):
        text = QUOTE.sub("", text)
    left = MOST_READ
    found: str | None = None
    last: str | None = None
    missing: set[str] = set()
    for source in _sources(text, bool(names)):
        if left < 0:
            break
        left -= len(source) + ATTEMPT
        wanted = missing if found is not None else names
        if wanted and not any(name in source for name in wanted):
            continue
        tree = parse(source)
        if tree is None:
            continue
        whole = not names and is_program(tree)
        if found is None:
            if whole or not (_answering(tree) - _methods(tree)).isdisjoint(names):
                found, block, missing = source, tree, _missing(tree)
            elif last is None and (calls(tree) if not names else not _answering(tree).isdisjoint(names)):
                last = source
        elif whole and not goes_on(block, missing, tree):
            if is_excerpt(block, missing, tree):
                found, block, missing = source, tree, _missing(tree)
        elif not missing.isdisjoint(defined(tree)):
            found = f"{source}\n\n{found}"
            missing = (missing - defined(tree)) | _missing(tree)
        if found is not None and not missing:
            break
    return last if found is None else found


def _answering(tree: ast.Module) -> set[str]:
    """Returns what code defines, but for functions that are empty forms."""
    forms = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _is_form(node)}
    filled = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and not _is_form(node)
    }
    return defined(tree) - (forms - filled)


def _methods(tree: ast.Module) -> set[str]:
    """Returns the names of methods that stand outside their class, as an explanation shows them."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if [one.arg for one in node.args.args[:1]] == ["self"]}


def _is_form(function: ast.FunctionDef) -> bool:
    """Returns whether a function has nothing to do: what prompts show, and answers repeat."""
    for node in function.body:
        raised = node.exc if isinstance(node, ast.Raise) else None
        raised = raised.func if isinstance(raised, ast.Call) else raised
        unwritten = isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
        constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (unwritten or constant or isinstance(node, ast.Pass)):
            return False
    return True


def _missing(tree: ast.Module) -> set[str]:
    """Returns the names that code uses and neither defines nor finds among the builtins."""
    used: set[str] = set()
    changed: set[ast.AST] = set()
    given: set[str] = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            used.add(node.target.id)  # it needs the value that it changes
            changed.add(node.target)
        elif isinstance(node, ast.Name) and node not in changed:
            (used if isinstance(node.ctx, ast.Load) else given).add(node.id)
        elif isinstance(node, ast.arg):
            given.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            given.add(node.name)
        elif isinstance(node, ast.alias):
            given.add(node.asname or node.name.split(".")[0])
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            given.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            given.add(node.rest)
    return used - given


def parse(source: str) -> ast.Module | None:
    """Returns the syntax tree, or None for what is no Python or has more than `DEEPEST` levels."""
    tree = on_fresh_stack(lambda: _parse(source))
    return None if tree is None or depth(tree) > DEEPEST else tree


def _parse(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in strings
            return ast.parse(source)
    except PARSE_ERRORS:
        return None


def on_fresh_stack(function: Callable[[], Result]) -> Result:
    """Calls a function in a thread: how deep it may recurse must not depend on its caller.

    Starting a thread takes as long as a parse, so what runs in one stays in it: the few levels that our own
    functions add are the same whoever called first.
    """
    if getattr(_stack, "fresh", False):
        return function()

    def call() -> Result:
        _stack.fresh = True
        return function()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call).result()


def depth(tree: ast.AST) -> int:
    """Returns the number of levels of a syntax tree."""
    level, levels = [tree], 0
    while level:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        levels += 1
    return levels


def defined(tree: ast.Module) -> set[str]:
    """Returns what code defines at its top level, also under `if` or `try`: functions, classes, variables."""
    names = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign):
            names.update([node.target.id] if node.value and isinstance(node.target, ast.Name) else [])
        else:
            waiting += [x for x in ast.iter_child_nodes(node) if isinstance(x, (ast.stmt, ast.ExceptHandler))]
    return names


def calls(tree: ast.Module) -> bool:
    """Returns whether code calls anything."""
    return any(isinstance(node, ast.Call) for node in ast.walk(tree))


def _sources(text: str, in_prose: bool) -> Iterator[str]:
    """Yields what may be the code, the likeliest first; `in_prose`: whether words may stand around it."""
    yield from _dressed(text.strip())
    yield from _held(text[_last_fence(text) :], in_prose)
    for block in _blocks(text):
        yield from _dressed(block)
        yield from _held(block, in_prose)
    yield from _held(text, in_prose)
    for run in _bare_code(without_marks(text)):
        yield from _dressed(run)
    for code in reversed(list(INLINE.finditer(text))):
        if in_prose or code[0] == text.strip():
            yield code[2].strip()


def _dressed(source: str) -> Iterator[str]:
    """Yields code as it stands, then in its other forms."""
    if not HEREDOC.match(source):  # which is Python, too: a comparison
        yield source
    yield from forms(source)


def _held(text: str, in_prose: bool) -> Iterator[str]:
    """Yields the code in the texts of JSON and of Python; a program of one line prints something."""
    for held in chain(texts_in(text), _literals(text)):
        if in_prose or "\n" in held or "print(" in held:
            yield from _blocks(held)
            yield held.strip()


def _literals(source: str) -> Iterator[str]:
    """Yields the texts that Python names or hands to a function, such as `code = "..."`, the last first."""
    tree = parse(source)
    for statement in reversed(tree.body if tree is not None else []):
        if isinstance(statement, (ast.Assign, ast.Expr)):
            for node in reversed(list(ast.walk(statement.value))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def _last_fence(text: str) -> int:
    """Returns where the last line that opens or closes a block ends, 0 without one."""
    fences = list(FENCE.finditer(text))
    return fences[-1].end() if fences else 0


def _bare_code(text: str) -> Iterator[str]:
    """Yields runs of lines that look like Python, the last first: code without a fence, between prose.

    Behind a blank line code may be indented, as in Markdown.
    """
    run: list[str] = []
    for line in chain(reversed(text.split("\n")), [PROSE]):
        if CODE_LINE.match(line) and not line.startswith(("```", "~~~")):
            run.append(line)
        elif run:
            code = "\n".join(reversed(run))
            yield (code if run[-1].strip() else dedent(code)).strip("\n")
            run = []


def _blocks(text: str) -> Iterator[str]:
    """Yields the fenced blocks, the last first, each with the endings it may have."""
    lines = text.split("\n")
    openings = {i: match for i, line in enumerate(lines) if (match := OPENING.fullmatch(line))}
    closings = {i: match[1] for i in openings if (match := CLOSING.fullmatch(lines[i]))}
    for start, opening in reversed(openings.items()):
        fence = opening[2] or opening[3]
        ends = (end for end, closing in closings.items() if end > start and closing.startswith(fence))
        for end in list(islice(ends, ENDINGS)) or [len(lines)]:
            block = "\n".join(lines[start + 1 : end]).strip("\n")
            if end == len(lines):
                block = block.removesuffix(fence).rstrip()
            yield dedent(block) if opening[1] else block
