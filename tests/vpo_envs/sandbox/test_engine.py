"""The sandbox: what runs, what comes out, what it costs."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vpo_envs.sandbox import Limits, Sandbox, Submission, shared_sandbox

ECHO = "def echo(*values):\n    return values\n"
SMALL = Limits(fuel=300_000_000, load_fuel=300_000_000)


def run(source, *inputs, function=None, limits=SMALL):
    return shared_sandbox(limits).run([Submission(source, inputs, function)])[0]


def call(body, *inputs, before="", limits=SMALL):
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return run(f"{before}\ndef f(x):\n{lines}", *[(value,) for value in inputs], function="f", limits=limits)


def test_functions_and_methods():
    assert [o.value for o in run(ECHO, (1, "a"), (), function="echo").outcomes] == [(1, "a"), ()]
    source = "class Solution:\n  n = 1\n  def add(self, k):\n    self.n += k\n    return self.n"
    assert [o.value for o in run(source, (1,), (1,), function="Solution.add").outcomes] == [2, 2]


@pytest.mark.parametrize(
    ("source", "stdin", "stdout"),
    [
        ("print(int(input()) + int(input()))", "1\n2\n", "3\n"),
        ("import sys\nfor line in sys.stdin: print(int(line) * 2)", "1\n2", "2\n4\n"),
        ("print(sum(map(int, open(0).read().split())))", "1 2\n3\n", "6\n"),
        ("import sys\nsys.stdout.write(sys.stdin.buffer.readline().decode())", "é\n", "é\n"),
        (
            "import os, io\nprint(io.BytesIO(os.read(0, os.fstat(0).st_size)).readline())",
            "5",
            "b'5'\n",
        ),
        ("import os, sys\nos.write(sys.stdout.fileno(), os.read(sys.stdin.fileno(), 9))", "ab", "ab"),
        ("import sys\nprint(1, file=sys.stderr)\nprint(2)\nsys.exit()", "", "2\n"),
        ("if __name__ == '__main__':\n    print(1)\n    exit(0)", "", "1\n"),
        ("import threading\nt = threading.Thread(target=lambda: print(7))\nt.start(); t.join()", "", "7\n"),
        ("import sys, io\nsys.stdout = io.StringIO()\nprint(1)", "", ""),
        ("import sys\nprint(4)\nsys.stdout.close()", "", "4\n"),
        ("print('\\d', '\\ud800')", "", "\\d \\ud800\n"),
    ],
)
def test_programs(source, stdin, stdout):
    (outcome,) = run(source, stdin).outcomes
    assert (outcome.status, outcome.value, outcome.error) == ("returned", stdout, "")


def test_programs_start_over_for_every_test():
    source = "try:\n    n += 1\nexcept NameError:\n    n = 1\nprint(n)"
    assert [o.value for o in run(source, "", "", "").outcomes] == ["1\n"] * 3


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ("return x", "returned", ""),
        ("raise ValueError('boo')", "exception", "ValueError: boo"),
        ("return 1 / (x - x)", "exception", "ZeroDivisionError: division by zero"),
        ("import sys; sys.exit(0)", "exception", "SystemExit: 0"),
        ("return object", "exception", "TypeError: type type cannot enter or leave"),
        ("return (y for y in [x])", "exception", "TypeError: type generator cannot"),
        ("class Int(int): pass\nreturn Int(3)", "exception", "TypeError: type Int cannot"),
        ("return f(x)", "exception", "RecursionError: maximum recursion depth exceeded"),
        ("import numpy", "exception", "ModuleNotFoundError: No module named 'numpy'"),
        ("open('x')", "exception", "PermissionError: there are no files in the sandbox: 'x'"),
        ("import os; os.listdir('.')", "exception", "Trap: "),
        ("while True: pass", "out_of_fuel", "the fuel of one test was spent"),
        ("try:\n  while True: pass\nexcept BaseException: return 1", "out_of_fuel", "the fuel"),
        ("return [0] * 10**9", "out_of_memory", "MemoryError"),
        ("return 'x' * 2**21", "output_too_large", ""),
        ("return 10**5000", "exception", "ValueError: an int of more than 14000 bits"),
    ],
)
def test_outcomes(body, status, error):
    """Two tests each: after any end, the next one starts well."""
    outcomes = call(body, 3, 3).outcomes
    for outcome in outcomes:
        assert outcome.status == status and outcome.error.startswith(error), outcome
    assert outcomes[0]._replace(fuel=0) == outcomes[1]._replace(fuel=0)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("def (", "SyntaxError: invalid syntax (line 1)"),
        ("  x = 1", "IndentationError: unexpected indent (line 1)"),
        ("\0", "SyntaxError: source code string cannot contain null bytes"),
        ("x = '\ud800'", "UnicodeEncodeError: "),
        ("1 / 0", "ZeroDivisionError: "),
        ("", "NameError: the solution defines no 'f'"),
        ("(" * 10_000, "MemoryError"),
    ],
)
def test_sources_that_do_not_load(source, error):
    outcomes = run(source, (1,), (2,), function="f").outcomes
    assert len(outcomes) == 2 and outcomes[0] == outcomes[1]
    assert outcomes[0].status in ("exception", "out_of_memory") and outcomes[0].error.startswith(error)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**100), 2**100)
    | st.floats(allow_nan=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple),
    max_leaves=8,
)
keys = st.integers() | st.text(max_size=3) | st.tuples(st.booleans(), st.none())
containers = (
    values
    | st.dictionaries(keys, values, max_size=4)
    | st.sets(keys, max_size=4)
    | st.frozensets(keys, max_size=4)
)


def same(one, other):
    return repr(one) == repr(other) if type(one) not in (set, frozenset, dict) else one == other


@settings(max_examples=25)
@given(st.lists(containers, min_size=1, max_size=8))
def test_values_come_out_as_they_went_in(given_values):
    for value, outcome in zip(given_values, call("return x", *given_values).outcomes):
        assert outcome.status == "returned" and type(outcome.value) is type(value)
        assert same(outcome.value, value)


def test_odd_floats_survive():
    (outcome,) = call("return x", [math.nan, math.inf, -0.0, 5e-324]).outcomes
    assert repr(outcome.value) == "[nan, inf, -0.0, 5e-324]"


def test_any_text_is_a_legal_source():
    @settings(max_examples=25)
    @given(st.text(st.characters()))
    def check(text):
        for outcome in run(text, (1,), function="f").outcomes:
            assert outcome.status in ("exception", "out_of_memory", "out_of_fuel")

    check()


LOOP = "total = 0\nfor i in range(x): total += i\nreturn total"


def test_fuel_is_the_same_in_every_run_order_and_pool():
    submissions = [
        Submission(f"def f(x):\n    return sum(i % {k} for i in range(x))", ((10,), (1000,)), "f")
        for k in range(2, 9)
    ] + [Submission(f"print({k})", ("",)) for k in range(3)]
    runs = shared_sandbox(SMALL).run(submissions)
    with Sandbox(workers=3, limits=SMALL) as three:
        assert three.run(submissions) == runs
        assert three.run(submissions[::-1]) == runs[::-1]
    with Sandbox(workers=1, limits=SMALL) as one:
        assert one.run(submissions) == runs
        assert one.build_id == three.build_id == shared_sandbox().build_id


def test_fuel_counts_work():
    small, large = call(LOOP, 1000, 100_000).outcomes
    assert 90 < large.fuel / small.fuel < 150  # the sum outgrows one digit of CPython's ints
    assert call("return None", 1).outcomes[0].fuel < 5000
    text = "# a comment\n" * 3000
    assert call(LOOP, 1000, before=text).outcomes == call(LOOP, 1000).outcomes


def test_inputs_cost_nothing_until_they_are_read():
    assert call("return 0", list(range(10_000))).outcomes[0].fuel < 5000


def test_loading_has_a_cost_of_its_own():
    table = "table = [i * i for i in range(100_000)]"
    ahead = call("return table[x]", 7, 8, before=table)
    assert ahead.load_fuel > 10_000_000
    assert all(outcome.fuel < 10_000 for outcome in ahead.outcomes)
    modest = call("return x", 7, before="import heapq, functools\nN = 10**9 + 7\ndef g(): pass")
    assert 0 < modest.load_fuel < 25_000
    empty = call("pass", 7)
    assert empty.load_fuel < 1000 and empty.guest_fuel > 10_000


def test_every_load_of_a_solution_counts():
    source = "import os\ntable = [i * i for i in range(10_000)]\ndef f(x):\n    return os.abort() if x else 1"
    once = run(source, (0,), (0,), function="f").load_fuel
    assert run(source, (1,), (0,), function="f").load_fuel == pytest.approx(2 * once, rel=0.01)


def test_a_submission_may_have_less_room_for_its_results():
    source = "def f(x):\n    return 'a' * x"
    submissions = [Submission(source, ((100,), (2000,)), "f", room) for room in (500, None)]
    statuses = [[o.status for o in one.outcomes] for one in shared_sandbox(SMALL).run(submissions)]
    assert statuses == [["returned", "output_too_large"], ["returned", "returned"]]
    with pytest.raises(ValueError, match="output_bytes=0 must be a positive int"):
        shared_sandbox(SMALL).run([Submission(source, ((1,),), "f", 0)])


MEMORY = "cache = {}\n"
CACHING = "if x not in cache:\n    cache[x] = sum(range(x))\nreturn cache[x]"


def test_isolated_tests_do_not_profit_from_each_other():
    shared = call(CACHING, 50_000, 50_000, before=MEMORY).outcomes
    assert shared[1].fuel < shared[0].fuel / 100
    isolated = Limits(fuel=SMALL.fuel, isolate_tests=True)
    one, other = call(CACHING, 50_000, 50_000, before=MEMORY, limits=isolated).outcomes
    assert one == other == shared[0]
    alone, *_ = call(CACHING, 50_000, before=MEMORY, limits=isolated).outcomes
    assert alone == one


def test_a_trap_does_not_touch_the_other_tests():
    body = "if x == 1:\n  import os; os.abort()\n" + CACHING
    for isolate in (False, True):
        limits = Limits(fuel=SMALL.fuel, isolate_tests=isolate)
        trapped = call(body, 1, 50_000, before=MEMORY, limits=limits).outcomes
        assert trapped[0].error.startswith("Trap")
        assert trapped[1] == call(body, 50_000, before=MEMORY, limits=limits).outcomes[0]


def test_a_solution_has_fuel_for_a_few_bad_tests():
    limits = Limits(fuel=50_000_000, total_fuel=120_000_000)
    statuses = [o.status for o in call("while x: pass", 1, 1, 0, 1, 1, 0, limits=limits).outcomes]
    assert statuses == ["out_of_fuel", "out_of_fuel", "returned", "out_of_fuel", "not_run", "not_run"]


def test_clock_and_randomness_are_the_same_every_time():
    body = (
        "import random, time, datetime\nstart = time.time(); time.sleep(9)\n"
        "return time.time() > start, random.random(), random.Random().random(), hash('a'), "
        "str(datetime.datetime.now())"
    )
    first, second = (call(body, 1).outcomes[0] for _ in range(2))
    assert first == second and first.status == "returned" and first.value[0] is True


def test_recursion_has_room():
    deep = "import sys\nsys.setrecursionlimit(10**6)\ndef g(n): return n and 1 + g(n - 1)\n"
    assert call("return g(x)", 50_000, before=deep).outcomes[0].value == 50_000
    cached = "import functools\n@functools.lru_cache(None)\ndef g(n): return n and 1 + g(n - 1)\n"
    assert call("return g(x)", 480, before=cached).outcomes[0].value == 480


def test_the_wall_clock_backs_fuel_up():
    limits = Limits(fuel=10**15, total_fuel=10**18, wall_seconds=0.5)
    outcome, after = call("while x: pass\nreturn x", 1, 0, limits=limits).outcomes
    assert (outcome.status, outcome.error) == ("out_of_fuel", "the wall clock ran out before the fuel")
    assert after.value == 0


@pytest.mark.parametrize(
    ("submission", "error", "message"),
    [
        (Submission("", ([1],), "f"), TypeError, r"inputs\[0\] must be a tuple for function='f', not list"),
        (Submission("", (("1",),)), TypeError, r"inputs\[0\] must be a str for function=None, not tuple"),
        (Submission("", ((object(),),), "f"), TypeError, "type object cannot enter"),
        (Submission("", (({*range(10_001)},),), "f"), ValueError, "more than 10000 elements in a set"),
        (Submission(b"f = abs", ((1,),), "f"), TypeError, "source must be a str, not bytes: b'f = abs'"),
        (Submission("f = abs", ((1,),), b"f"), TypeError, "function=b'f' must be a str, or None"),
    ],
)
def test_inputs_that_cannot_go_in(submission, error, message):
    with pytest.raises(error, match=message):
        shared_sandbox(SMALL).run([submission])


def test_one_submission_is_no_list_of_them():
    with pytest.raises(TypeError, match="put the one into brackets"):
        shared_sandbox(SMALL).run(Submission("print(1)", ("",)))


def test_nothing_to_do():
    assert shared_sandbox(SMALL).run([]) == []
    assert run("while True: pass", function="f").outcomes == ()
