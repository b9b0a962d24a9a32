"""Code in patches, with numbers before its lines, and in other texts."""

import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains.code.listings import listings

CODE = "def f(x):\n    return -x"


@pytest.mark.parametrize(
    "text",
    [
        "+def f(x):\n+    return -x",
        "+ def f(x):\n+     return -x",
        "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n def f(x):\n-    return x\n+    return -x",
        "*** Begin Patch\n*** Add File: f.py\n+def f(x):\n+    return -x\n*** End Patch",
        "1: def f(x):\n2:     return -x",
        " 1 | def f(x):\n 2 |     return -x",
        "> def f(x):\n>     return -x",
        "cat > f.py <<'EOF'\ndef f(x):\n    return -x\nEOF\npython f.py",
        "language: python\ncode: |\n  def f(x):\n      return -x\nnotes: none",
    ],
)
def test_the_code_is_what_is_left(text):
    assert CODE in list(listings(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        CODE,
        "x = 1 << n\ndef f(x):\n    return -x",
        "+x\nand more",
        "1. one\n3. three",
        ">>> f(1)\n>>> f(2)",
        "x = {'a': 1}",
    ],
)
def test_there_is_nothing_to_leave_out(text):
    assert list(listings(text)) == []


@pytest.mark.parametrize("unit", ["+x\n", "> ", "1 x\n", "<<EOF\n", "a: |\n", "cat << "])
def test_long_texts_take_linear_time(unit):
    assert cpu_seconds(lambda: list(listings(unit * (20_000 // len(unit))))) < 0.5
