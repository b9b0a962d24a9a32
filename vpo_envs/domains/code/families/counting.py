"""Counting pairs, repetitions and distinct values."""

from __future__ import annotations

from vpo_envs.domains.code.family import Edges, Family
from vpo_envs.domains.code.inputs import numbers

LISTS: Edges = (([],), ([4],), ([6, 6, 6, 6, 6, 6],), (list(range(30)),))

COUNTING = (
    Family(
        name="count_pairs",
        signature="values: list[int]",
        returns="int",
        task="Return how many pairs of positions i < j there are for which $a times the number at i plus "
        "$b times the number at j is divisible by $modulus.",
        parameters={"a": range(1, 40), "b": range(1, 40), "modulus": range(5, 40)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def count_pairs(values):
    seen = [0] * $modulus
    pairs = 0
    for value in values:
        pairs += seen[-$b * value % $modulus]
        seen[$a * value % $modulus] += 1
    return pairs
""",
            """\
def count_pairs(values):
    pairs = 0
    for i, first in enumerate(values):
        for second in values[i + 1:]:
            pairs += ($a * first + $b * second) % $modulus == 0
    return pairs
""",
            """\
from collections import Counter

A = $a
B = $b
MODULUS = $modulus

def count_pairs(values):
    pairs = 0
    seen = Counter()
    for value in values:
        pairs += seen[-B * value % MODULUS]
        seen[A * value % MODULUS] += 1
    return pairs
""",
            """\
from itertools import combinations

def count_pairs(values):
    return sum(($a * x + $b * y) % $modulus == 0 for x, y in combinations(values, 2))
""",
        ),
        slips=(("values[i + 1:]", "values[i:]"), ("-$b * value", "$b * value + 1"), ("== 0 for", "== 1 for")),
        growing=(25, 50, 100, 200),
    ),
    Family(
        name="crowded_bins",
        signature="values: list[int]",
        returns="list[int]",
        task="The bin of a number is what is left of it plus $shift after division by $modulus. Return, in "
        "increasing order, the bins that hold at least $least numbers above $limit.",
        parameters={
            "shift": range(1, 50),
            "modulus": range(5, 30),
            "least": (1, 2, 3),
            "limit": range(10, 50),
        },
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def crowded_bins(values):
    counts = [0] * $modulus
    for value in values:
        if value > $limit:
            counts[(value + $shift) % $modulus] += 1
    return [bin for bin, count in enumerate(counts) if count >= $least]
""",
            """\
def crowded_bins(values):
    bins = [(value + $shift) % $modulus for value in values if value > $limit]
    return [bin for bin in range($modulus) if bins.count(bin) >= $least]
""",
            """\
from collections import Counter

SHIFT = $shift
MODULUS = $modulus
LEAST = $least
LIMIT = $limit

def crowded_bins(values):
    counts = Counter((value + SHIFT) % MODULUS for value in values if value > LIMIT)
    return sorted(bin for bin, count in counts.items() if count >= LEAST)
""",
        ),
        slips=((">= $least", "> $least"), ("> $limit", "< $limit")),
    ),
    Family(
        name="first_repeat",
        signature="values: list[int]",
        returns="int",
        task="Two numbers are alike if they leave the same remainder when $factor times the number is "
        "divided by $modulus. Return the position (from 0) of the first number that is like some "
        "number at least $apart places before it, or -1 if there is none.",
        parameters={"factor": range(2, 60), "modulus": range(90, 400), "apart": range(2, 7)},
        arguments=(numbers(0, 9999),),
        edges=(([],), ([4],), ([6] * 9,), (list(range(30)),)),
        references=(
            """\
def first_repeat(values):
    first = {}
    for i, value in enumerate(values):
        if i - first.setdefault(value * $factor % $modulus, i) >= $apart:
            return i
    return -1
""",
            """\
def first_repeat(values):
    marks = [value * $factor % $modulus for value in values]
    for i in range($apart, len(marks)):
        if marks[i] in marks[:i - $apart + 1]:
            return i
    return -1
""",
            """\
FACTOR = $factor
MODULUS = $modulus
APART = $apart

def mark(value):
    return value * FACTOR % MODULUS

def first_repeat(values):
    first = {}
    for i, value in enumerate(values):
        if i - first.setdefault(mark(value), i) >= APART:
            return i
    return -1
""",
            """\
FACTOR = $factor
MODULUS = $modulus
APART = $apart

def first_repeat(values):
    first = {}
    for i, value in enumerate(values):
        mark = value * FACTOR % MODULUS
        if i - first.setdefault(mark, i) >= APART:
            return i
    return -1
""",
        ),
        slips=(
            ("marks[:i - $apart + 1]", "marks[:i - $apart]"),
            (">= APART", "> APART"),
            ("return -1", "return 0"),
        ),
    ),
    Family(
        name="varied_windows",
        signature="values: list[int]",
        returns="int",
        task="Divide each number by $divisor, rounding down. Return how many windows of $width consecutive "
        "results hold at least $least different ones.",
        parameters={"divisor": range(4, 50), "width": range(8, 36), "least": (2, 3, 4)},
        arguments=(numbers(0, 199),),
        edges=(*LISTS, ([0, 99] * 9,)),
        references=(
            """\
def varied_windows(values):
    marks = [value // $divisor for value in values]
    counts = {}
    distinct = found = 0
    for i, mark in enumerate(marks):
        counts[mark] = counts.get(mark, 0) + 1
        distinct += counts[mark] == 1
        if i >= $width:
            left = marks[i - $width]
            counts[left] -= 1
            distinct -= counts[left] == 0
        if i >= $width - 1 and distinct >= $least:
            found += 1
    return found
""",
            """\
def varied_windows(values):
    marks = [value // $divisor for value in values]
    windows = [marks[i:i + $width] for i in range(len(marks) - $width + 1)]
    return sum(len(set(window)) >= $least for window in windows)
""",
            """\
DIVISOR = $divisor
WIDTH = $width
LEAST = $least

def is_varied(window):
    return len(set(window)) >= LEAST

def varied_windows(values):
    marks = [value // DIVISOR for value in values]
    starts = range(len(marks) - WIDTH + 1)
    return sum(is_varied(marks[i:i + WIDTH]) for i in starts)
""",
        ),
        slips=(
            ("len(marks) - $width + 1", "len(marks)"),
            ("i >= $width - 1 and", "i >= $width and"),
            ("found += 1", "found = 1"),
        ),
    ),
)
