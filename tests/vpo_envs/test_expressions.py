"""Every regular expression of the environments against texts made to be its worst: none is super-linear.

An expression is looked for in each text in the ways the code uses it. The texts are built from its own
syntax tree: what each of its repetitions repeats, and its marks in pairs, thousands of characters, behind
the shortest beginning that leads there and before an end that fits nothing.
"""

import ast
import importlib
import itertools
import pkgutil
import re
import signal
import sys
import time
from collections import deque
from pathlib import Path

import gymnasium as gym
import pytest
from cpu_time import slowness

import vpo_envs

if sys.version_info >= (3, 11):
    import re._constants as codes
    import re._parser as parser
else:
    import sre_constants as codes
    import sre_parse as parser

LENGTH = 4_000
SHORT = 24
"""Characters of a first try, which tells an exponential expression from a quadratic one."""
FLOOR = 0.008
"""Seconds of CPU below which a text of the full length is no threat, whatever the ratio."""
RATIO = 2.2
"""Most that a text may cost more than four texts of a quarter of it: quadratic time makes 4 of it."""
STEADY = 0.1
"""Seconds of CPU over which times are compared; clocks of CPU time are coarse on some machines."""
LIMIT = 1.0
"""Seconds of CPU after which a search is given up and the expression is guilty."""
MOST_MARKS = 5
"""Marks of an expression that are tried in pairs."""
REPEATS = {getattr(codes, name, None) for name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")}
ATOMIC = getattr(codes, "ATOMIC_GROUP", None)
SAMPLES = {codes.CATEGORY_DIGIT: "7", codes.CATEGORY_SPACE: " ", codes.CATEGORY_WORD: "a"}
SAMPLES |= {codes.CATEGORY_NOT_DIGIT: "a", codes.CATEGORY_NOT_SPACE: "a", codes.CATEGORY_NOT_WORD: "-"}
FILLERS = " a7\n-<.,\"'(\\*"
SCANS = {"search", "sub", "subn", "split", "findall", "finditer"}


def modules():
    """All modules of the environments, but for the program that runs inside the sandbox."""
    for module in pkgutil.walk_packages(vpo_envs.__path__, "vpo_envs."):
        if module.name != "vpo_envs.sandbox.guest":
            yield importlib.import_module(module.name)


def patterns_in(value, depth=0):
    """The compiled expressions in a value and in what it holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, dict):
        yield from itertools.chain.from_iterable(patterns_in(item, depth + 1) for item in value.values())
    elif depth < 4 and isinstance(value, (list, tuple, set, frozenset)):
        yield from itertools.chain.from_iterable(patterns_in(item, depth + 1) for item in value)
    elif depth < 4 and not isinstance(value, type) and hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from patterns_in(getattr(value, name, None), depth + 1)


def sources():
    """The syntax trees of all modules of the environments, by file."""
    files = Path(vpo_envs.__path__[0]).rglob("*.py")
    return {str(file): ast.parse(file.read_text("utf-8")) for file in files}


def used(trees):
    """For each name, the methods that are called on it; a private name's are those of its own module."""
    methods = {}
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
                name = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                key = (module, name) if name.startswith("_") else name
                methods.setdefault(key, set()).add(node.attr)
    return methods


def written(trees):
    """The expressions that stand in calls such as `re.sub("...", ...)`, and the functions called."""
    for node in itertools.chain.from_iterable(map(ast.walk, trees.values())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        if of_re and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            flags = [*node.args[1:], *(word.value for word in node.keywords)]
            found = {
                name.attr for flag in flags for name in ast.walk(flag) if isinstance(name, ast.Attribute)
            }
            value = re.NOFLAG
            for name in found & re.RegexFlag.__members__.keys():
                value |= re.RegexFlag[name]
            yield re.compile(node.args[0].value, value), node.func.attr


def composed():
    """The expressions that are put together while answers are scored: a tag's, a symbol's."""
    made = set()
    compile_ = re._compile

    def record(pattern, flags):
        compiled = compile_(pattern, flags)
        made.add(compiled)
        return compiled

    re._compile = record
    try:
        # Other tests of the process may have registered ids that need what is not there.
        for id in (id for id in vpo_envs.registered_ids() if id.startswith("vpo/")):
            domain = gym.make(id).unwrapped.domain
            task = domain.task("test", 0)
            answers = list(domain.best_answers(task) or ())[:2]
            domain.score_batch([task] * len(answers), answers)
            [domain.feedback(task, answer) for answer in answers]
    finally:
        re._compile = compile_
    return made


def expressions():
    """Every expression with the ways it is used: as (expression, whether texts are scanned for it)."""
    trees = sources()
    methods = used(trees)
    scanned = {}
    for module in modules():
        for name, value in vars(module).items():
            for pattern in patterns_in(value):
                key = (module.__file__, name) if name.startswith("_") else name
                known = methods.get(key, set()) if isinstance(value, re.Pattern) else SCANS
                scans = bool(known & SCANS) or not known & {"match", "fullmatch"}
                scanned[pattern] = scanned.get(pattern, False) or scans
    for pattern, function in written(trees):
        if function != "compile":
            scanned[pattern] = scanned.get(pattern, False) or function in SCANS
    for pattern in composed() - scanned.keys():
        scanned[pattern] = True
    return {pattern: scans for pattern, scans in scanned.items() if isinstance(pattern.pattern, str)}


def sample(tree, choice=0):
    """A short text that a part of an expression may match; `choice` takes other branches and signs."""
    return "".join(_sample(code, given, choice) for code, given in tree)


def _sample(code, given, choice):
    if code is codes.LITERAL:
        return chr(given)
    if code is codes.NOT_LITERAL:
        return next(sign for sign in FILLERS[choice % len(FILLERS) :] + "ab" if sign != chr(given))
    if code is codes.ANY:
        return FILLERS[choice % len(FILLERS)].replace("\n", "a")
    if code is codes.IN:
        return _sign(given, choice)
    if code is codes.BRANCH:
        return sample(given[1][choice % len(given[1])], choice)
    if code is codes.SUBPATTERN:
        return sample(given[3], choice)
    if code is ATOMIC:
        return sample(given, choice)
    if code in REPEATS:
        least, most, body = given
        return sample(body, choice) * min(max(least, choice % 2), most if most is not codes.MAXREPEAT else 9)
    return ""


def _sign(given, choice):
    signs = []
    negated = False
    for code, value in given:
        if code is codes.NEGATE:
            negated = True
        elif code is codes.LITERAL:
            signs.append(chr(value))
        elif code is codes.RANGE:
            signs.append(chr(value[choice % 2]))
        elif code is codes.CATEGORY:
            signs.append(SAMPLES[value])
    if negated:
        outside = [sign for sign in FILLERS if sign not in signs]
        return outside[choice % len(outside)]
    return signs[choice % len(signs)]


def repeated(tree, before=""):
    """Returns the repeated part of each repetition, with a text that leads to it."""
    for code, given in tree:
        inner = []
        if code in REPEATS:
            inner = [given[2]]
            if given[1] is codes.MAXREPEAT or given[1] > 1:
                yield from ((before, sample(given[2], choice)) for choice in range(3))
        elif code is codes.SUBPATTERN:
            inner = [given[3]]
        elif code is ATOMIC:
            inner = [given]
        elif code is codes.BRANCH:
            inner = given[1]
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            inner = [given[1]]
        for part in inner:
            yield from repeated(part, before)
        before += sample([(code, given)])


def attacks(pattern):
    """Beginnings, units to repeat and ends that may take an expression long."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    units = dict.fromkeys(repeated(tree))
    marks = dict.fromkeys(sign for sign in pattern.pattern if not sign.isalnum() and sign not in "?:|")
    units |= dict.fromkeys(
        ("", "".join(pair)) for pair in itertools.product(list(marks)[:MOST_MARKS], repeat=2)
    )
    units |= dict.fromkeys(("", f"\\{mark}") for mark in marks)
    whole = [sample(tree, choice) for choice in range(4)]
    units |= dict.fromkeys([("", text) for text in whole] + [("", text[:-1]) for text in whole])
    units |= dict.fromkeys([("", before) for before, _ in list(units)])
    units |= dict.fromkeys([("", before + unit) for before, unit in list(units)])
    return [(before, unit) for before, unit in units if unit]


class TookTooLongError(Exception):
    """A search was given up."""


def seconds(pattern, texts, scans):
    """CPU time of using an expression on texts."""
    start = time.process_time()
    for text in texts:
        if scans:
            deque(pattern.finditer(text), maxlen=0)
        else:
            pattern.match(text), pattern.fullmatch(text)
    return time.process_time() - start


def guilty(pattern, scans, limited):
    """A text that takes super-linear time, shortened for a message; None if there is none."""
    for before, unit in attacks(pattern):
        limited()
        shortest, short, text = (
            before + unit * max(1, length // len(unit)) + "\0" for length in (SHORT, LENGTH // 4, LENGTH)
        )
        try:
            seconds(pattern, [shortest], scans)
            once = seconds(pattern, [text], scans)
            if once < FLOOR:
                continue
            times = max(1, round(STEADY / once))
            quarters, whole = (
                seconds(pattern, [each] * n, scans) for each, n in ((short, 4 * times), (text, times))
            )
        except TookTooLongError:
            return f"{before!r} + {unit!r} * n: given up"
        if whole > RATIO * quarters:
            return f"{before!r} + {unit!r} * n: four quarters take {quarters:.3f} s, all of it {whole:.3f} s"
    return None


@pytest.fixture
def limited():
    """Gives up a search after `LIMIT` seconds of CPU; the matcher looks for signals as it goes."""

    def give_up(*_):
        raise TookTooLongError

    before = signal.signal(signal.SIGVTALRM, give_up)
    limit = LIMIT * slowness()
    yield lambda: signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def test_no_expression_takes_super_linear_time(limited):
    found = expressions()
    assert len(found) > 300 and sum(found.values()) > 150
    slow = {}
    for pattern, scans in found.items():
        reason = guilty(pattern, scans, limited)
        if reason:
            slow[pattern.pattern[:80]] = reason
    assert not slow, "\n".join(f"{name}: {reason}" for name, reason in slow.items())


@pytest.mark.parametrize("text", [r"(a|a)*b", r"(\w+\s?)*!", r"\s*x", r"a.*b.*c", r"(?:ab)+c", r"<a>.*?</b>"])
def test_the_test_sees_super_linear_time(limited, text):
    assert guilty(re.compile(text), True, limited)


@pytest.mark.parametrize("text", [r"\s*x", r"[a-z]{0,9}x", r"(?<!\s)\s+x", r"a[^a]*b", r"(?:ab){1,9}c"])
def test_the_test_lets_linear_time_pass(limited, text):
    assert guilty(re.compile(text), text != r"\s*x", limited) is None
