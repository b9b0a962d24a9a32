"""Programs as quality sees them: without guards, hints and layout."""

import ast

import pytest

from vpo_envs.domains.code.judged_code import (
    annotations_of,
    bound_name,
    canonical,
    is_bare,
    judged_code,
    names_in,
    parts_of,
    without_guards,
)

LAST = "\nx = 1"


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("if __name__ == '__main__':\n    f()", ""),
        ("if '__main__' == __name__:\n    f()", ""),
        ("if __name__ == '__main__':\n    f()\nelse:\n    y = 2\n    z = 3", "y = 2\nz = 3"),
        ("y = 2\nif __name__ == '__main__':\n    f()\nz = 3", "y = 2\nz = 3"),
    ],
)
def test_blocks_that_run_as_a_script_alone_are_not_seen(code, left):
    assert ast.unparse(without_guards(ast.parse(code + LAST))) == (left + LAST).strip()


@pytest.mark.parametrize(
    "code",
    [
        "if __name__ != '__main__':\n    f()",
        "if __name__ == 'main':\n    f()",
        "if name == '__main__':\n    f()",
        "if __name__ == __name__ == '__main__':\n    f()",
        "if __name__ == '__main__' == '__main__':\n    f()",
        "if __name__ == '__main__' or y:\n    f()",
        "if '__main__' in __name__:\n    f()",
        "while __name__ == '__main__':\n    f()",
        "if __name__:\n    f()",
        "def f():\n    if __name__ == '__main__':\n        f()",
    ],
)
def test_other_blocks_are(code):
    assert ast.unparse(without_guards(ast.parse(code + LAST))) == code + LAST


HINTED = "\n\ndef f(x: {0}) -> {0}:\n    y: {0} = x\n    return y"
PLAIN = "\n\ndef f(x):\n    y = x\n    return y"


@pytest.mark.parametrize(
    ("imports", "hint", "left"),
    [
        ("from typing import List", "List[int]", ""),
        ("from typing import List as L", "L", ""),
        ("from typing import List as L", "List", "from typing import List as L"),
        ("from typing import List, Dict", "List", "from typing import Dict"),
        ("import typing", "typing.List", ""),
        ("import math, typing", "typing.List", "import math"),
        ("import collections.abc", "collections.abc.Sequence", ""),
        ("import numpy", "numpy.array", "import numpy"),
        ("import numpy, typing", "typing.Union[numpy.array]", "import numpy"),
        ("from numpy import array", "array", "from numpy import array"),
        ("from typing import get_args", "get_args", "from typing import get_args"),
        ("from .typing import List", "List", "from .typing import List"),
        ("from . import List", "List", "from . import List"),
        ("from __future__ import annotations", "int", ""),
        ("from __future__ import annotations, division", "int", "from __future__ import division"),
        ("from typing import Any", "'Any'", "from typing import Any"),
        ("N = 3", "N", "N = 3"),
    ],
)
def test_usual_imports_for_hints_alone_are_not_seen(imports, hint, left):
    assert canonical(ast.parse(imports + HINTED.format(hint))) == (left + PLAIN).strip()
    assert canonical(ast.parse(imports + PLAIN)) == imports + PLAIN, "nor are they there for hints"


@pytest.mark.parametrize("used", ["z = List", "z: int = List[int]", "class A(List):\n    pass"])
def test_imports_that_are_used_elsewhere_are_seen(used):
    source = f"from typing import List\n\ndef f(x: List):\n    return x\n{used}"
    assert canonical(ast.parse(source)).startswith("from typing import List\n")


def test_hints_in_a_guard_do_not_count():
    source = "from typing import List\nif __name__ == '__main__':\n    x: List = []"
    assert ast.unparse(judged_code(ast.parse(source))) == "from typing import List"


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("def f():\n    '''Doc.'''", "def f():\n    pass"),
        ("class A:\n    'Doc.'\n    12\n    ...", "class A:\n    pass"),
        ("'Doc.'\nx = (1 +\n     2)  # note", "x = 1 + 2"),
        ("if x:\n    y\nelse:\n    'note'", "if x:\n    y"),
        ("x: int = 1", "x = 1"),
        ("x: int", "x: int"),
        ("a.b: int = 1", "a.b: int = 1"),
        ("def f(a: int, *b: int, c: int = 2, **d: int) -> int: g", "def f(a, *b, c=2, **d):\n    g"),
        ("class A:\n def f() -> int:\n  'Doc.'\n  g('a')", "class A:\n\n    def f():\n        g('a')"),
        ("print('text')", "print('text')"),
        ("", "pass"),
    ],
)  # fmt: skip
def test_the_canonical_form_by_hand(code, form):
    assert canonical(ast.parse(code)) == form


def test_the_canonical_form_leaves_layout_and_notes_out():
    dressed = (
        '"""A module."""\n# note\n\ndef f(x: int) -> int:\n    """Doc."""\n    y: int = (x\n        + 1)\n'
        "    return y\n\nif __name__ == '__main__':\n    print(f(1))\n"
    )
    assert canonical(ast.parse(dressed)) == "def f(x):\n    y = x + 1\n    return y"
    assert canonical(ast.parse("def f():\n    '''Doc.'''")) == "def f():\n    pass"
    tree = ast.parse(dressed)
    before = ast.dump(tree)
    canonical(tree)
    assert ast.dump(tree) == before


# Parts


def test_names_stand_in_code_and_not_in_hints():
    tree = ast.parse("def f(a: B = c) -> D:\n    e: G = h.i(j=k)\n    return 'l'")
    assert names_in([tree]) == {"c", "e", "h", "k"}
    assert names_in(tree.body[0].body) == {"e", "h", "k"}


def test_annotations_are_no_parts_of_a_node():
    function = ast.parse("def f(a: B, *, c: D = 1) -> E: return a").body[0]
    assert [ast.unparse(one) for one in annotations_of(function)] == ["E"]
    assert [type(part).__name__ for part in parts_of(function)] == ["arguments", "Return"]
    argument = function.args.args[0]
    assert [one.id for one in annotations_of(argument)] == ["B"] and list(parts_of(argument)) == []


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("import a", "a"),
        ("import a.b", "a"),
        ("import a.b as c", "c"),
        ("from a import b", "b"),
        ("from a import b as c", "c"),
    ],
)
def test_imports_give_names(statement, name):
    assert bound_name(ast.parse(statement).body[0].names[0]) == name


@pytest.mark.parametrize(
    ("statement", "bare"), [("'a'", True), ("1", True), ("...", True), ("f()", False), ("x = 1", False)]
)
def test_constants_alone_do_nothing(statement, bare):
    assert is_bare(ast.parse(statement).body[0]) == bare


def test_coroutines_are_seen_without_hints():
    assert (
        canonical(ast.parse("async def f(x: int) -> int:\n    return x")) == "async def f(x):\n    return x"
    )
