"""Cognitive complexity: by hand."""

import ast

import pytest

from vpo_envs.domains.code.cognitive import cognitive_complexity


@pytest.mark.parametrize(
    ("code", "complexity"),
    [
        ("def f(): return 1", 0),
        ("def f(x):\n if x: return 1", 1),
        ("def f(x):\n if x: return 1\n else: return 2", 2),
        ("def f(x):\n if x: return 1\n elif x > 1: return 2\n else: return 3", 3),
        ("def f(x):\n for y in x:\n  while y:\n   if y: break", 1 + 2 + 3),
        ("def f(x): return x and y and z", 1),
        ("def f(x): return x and (y or z)", 2),
        ("def f(x): return 1 if x else 2", 1),
        ("def f(x): return f(x - 1)", 1),
        ("def f(x):\n def g(y):\n  if y: return 1\n return g", 2),
        ("def f(x): return [y for y in x]", 1),
        ("def f(x): return [y for y in x if y]", 1 + 2),
        ("def f(x):\n try: return 1\n except KeyError: return 2", 1),
        ("def f(x):\n match x:\n  case 1: return 2", 1),
        ("class A:\n def f(self):\n  if self: return 1", 1),
    ],
)
def test_cognitive_complexity(code, complexity):
    assert cognitive_complexity(ast.parse(code)) == complexity


@pytest.mark.parametrize(
    ("code", "complexity"),
    [
        # one after another: nothing is deeper than before
        ("if x: y\nif y: z", 1 + 1),
        ("for x in y: z\nwhile x: y\nx = 1 if y else 2", 1 + 1 + 1),
        ("def f(): pass\ndef g():\n if x: y", 1),
        ("def f():\n def g(): pass\n if x: y", 1),
        ("x = lambda: 1\nif x: y", 1),
        # one within another
        ("if x:\n if y: z", 1 + 2),
        ("if x:\n y\nelif y:\n if z: x", 1 + 1 + 2),
        ("if x:\n y\nelse:\n z\n if y: x", 1 + 1 + 2),
        ("if x:\n if y: z\n else: x", 1 + 2 + 1),
        ("for x in y:\n x\nelse:\n if y: z", 1 + 1 + 2),
        ("while x:\n y\nelse: z", 1 + 1),
        ("async def f(x):\n async for y in x:\n  if y: z", 1 + 2),
        ("x = 1 if y else (2 if z else 3)", 1 + 2),
        ("x = lambda: 1 if y else 2", 2),
        ("try:\n if x: y\nexcept A: z", 1 + 1),
        ("try: x\nexcept A:\n if y: z\nexcept B: x", 1 + 2 + 1),
        ("match x:\n case 1:\n  if y: z", 1 + 2),
        ("def f():\n def g():\n  def h():\n   if x: y", 1 + 2),
        ("def f():\n class A:\n  def g(self):\n   if x: y", 2),
        # conditions and iterables
        ("while x and y: z", 1 + 1),
        ("if x or y: z", 1 + 1),
        ("for x in [y for y in z]: x", 1 + 1),
        ("x = a and b or c and d", 1 + 1 + 1),
        ("x = not a", 0),
        # comprehensions
        ("[y for y in x if a if b]", 1 + 2 + 2),
        ("[z for y in x for z in y]", 1 + 1),
        ("[[z for z in y] for y in x]", 1 + 1),
        ("[y for y in {z for z in x}]", 1 + 2),
        ("for i in x: y = [z for z in i if z]", 1 + 2 + 3),
        ("[y for y in x if (1 if y else 2)]", 1 + 2 + 2),
        # functions that call themselves
        ("def f(x): return f(1) + f(2)", 1),
        ("def f(x): return g(x) + h.f(x)", 0),
        ("async def f(x): return f(1)", 1),
        ("class A:\n def f(self): return self.f()", 0),
        ("def f(x):\n def g(): return f(x)\n if x: return f", 1 + 1),
    ],
)
def test_depth_and_its_end(code, complexity):
    assert cognitive_complexity(ast.parse(code)) == complexity
