"""Code that runs before an answer to a problem of LiveCodeBench, as its harness has it.

Bound are the public names of eighteen modules, in the order of the harness, where later ones replace earlier
ones (`pow` is the built-in one), and the modules themselves. The limit on digits is lifted. `functools.cache`
and `lru_cache` are replaced by ones in Python, whose calls need none of the sandbox's short C stack: with
them recursion of a depth of 10,000 works as it does in CPython. Leaving by `sys.exit(1)` is no error.
"""

from __future__ import annotations

STARS = [
    *("string", "re", "datetime", "collections", "heapq", "bisect", "copy", "math", "random", "statistics"),
    *("itertools", "functools", "operator", "io", "sys", "json", "builtins", "typing"),
]
MODULES = [name for name in STARS if name not in ("builtins", "typing")]

SETTINGS = """
def _plain_cache():
    import functools, sys
    sys.setrecursionlimit(50_000)
    sys.set_int_max_str_digits(0)
    keep = functools.update_wrapper

    def cache(function):
        known = {}

        def cached(*args, **options):
            key = (args, *options.items()) if options else args
            try:
                return known[key]
            except KeyError:
                pass
            result = known[key] = function(*args, **options)
            return result

        cached.cache_clear = known.clear
        cached.cache_info = lambda: (0, 0, None, len(known))
        return keep(cached, function)

    def lru_cache(maxsize=128, typed=False):
        return cache(maxsize) if callable(maxsize) else cache

    def stop(code=None):
        raise SystemExit

    functools.cache, functools.lru_cache, sys.exit = cache, lru_cache, stop


_plain_cache()
"""

OFFICIAL = "\n".join(
    [
        SETTINGS.strip(),
        *(f"from {name} import *" for name in STARS),
        f"import {', '.join(MODULES)}",
        "",
    ]
)
PAPER = "import math\n"
"""The one name that the code of arXiv 2605.22817 binds."""

PRELUDES = {"exact": OFFICIAL, "official": OFFICIAL, "paper": PAPER}
