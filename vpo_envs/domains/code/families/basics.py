"""Filtering, mapping and adding up a list of numbers: a few lines each."""

from __future__ import annotations

from vpo_envs.domains.code.family import Edges, Family
from vpo_envs.domains.code.inputs import numbers

LISTS: Edges = (([],), ([0],), ([99, 99],), ([0, 1, 2, 3, 4, 5],))

BASICS = (
    Family(
        name="add_bonus",
        signature="values: list[int]",
        returns="int",
        task="A number counts if its remainder on division by $divisor is above $rest; it is then worth "
        "$scale times itself plus $bonus. Return the total worth of the numbers that count.",
        parameters={"divisor": range(6, 41), "rest": range(5), "scale": range(2, 30), "bonus": range(1, 100)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def add_bonus(values):
    kept = [value for value in values if value % $divisor > $rest]
    return $scale * sum(kept) + $bonus * len(kept)
""",
            """\
def add_bonus(values):
    return sum($scale * value + $bonus for value in values if value % $divisor > $rest)
""",
            """\
DIVISOR = $divisor
REST = $rest
SCALE = $scale
BONUS = $bonus

def add_bonus(values):
    kept = [value for value in values if value % DIVISOR > REST]
    return SCALE * sum(kept) + BONUS * len(kept)
""",
            """\
def add_bonus(values):
    total = 0
    for value in values:
        if value % $divisor > $rest:
            total += $scale * value + $bonus
    return total
""",
        ),
        slips=(("> $rest", ">= $rest"), (" + $bonus * len(kept)", " + $bonus")),
    ),
    Family(
        name="count_below",
        signature="values: list[int]",
        returns="int",
        task="Multiply each number by $factor and add $shift. Return how many of the results leave a "
        "remainder below $limit on division by 53.",
        parameters={"factor": range(2, 53), "shift": range(1, 53), "limit": range(10, 43)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def count_below(values):
    return len([1 for value in values if (value * $factor + $shift) % 53 < $limit])
""",
            """\
def count_below(values):
    count = 0
    for value in values:
        if (value * $factor + $shift) % 53 < $limit:
            count += 1
    return count
""",
            """\
FACTOR = $factor
SHIFT = $shift
LIMIT = $limit
DIVISOR = 53

def mix(value):
    return (value * FACTOR + SHIFT) % DIVISOR

def count_below(values):
    return sum(mix(value) < LIMIT for value in values)
""",
            """\
def count_below(values):
    return sum((value * $factor + $shift) % 53 < $limit for value in values)
""",
        ),
        slips=(("< $limit", "<= 0"), (" + $shift", " + 2 * $shift")),
    ),
    Family(
        name="add_positions",
        signature="values: list[int]",
        returns="int",
        task="Return the sum of the positions (counted from $first on) of all numbers that are at least "
        "$low and leave a remainder of at most $rest on division by $divisor.",
        parameters={
            "low": range(10, 80),
            "divisor": range(5, 40),
            "rest": range(1, 5),
            "first": range(2, 100),
        },
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def add_positions(values):
    return sum([i for i, value in enumerate(values, $first) if value >= $low and value % $divisor <= $rest])
""",
            """\
def add_positions(values):
    total = 0
    for i, value in enumerate(values, $first):
        if value >= $low and value % $divisor <= $rest:
            total += i
    return total
""",
            """\
LOW = $low
DIVISOR = $divisor
REST = $rest
FIRST = $first

def fits(value):
    return value >= LOW and value % DIVISOR <= REST

def add_positions(values):
    return sum(i for i, value in enumerate(values, FIRST) if fits(value))
""",
        ),
        slips=(
            ("enumerate(values, $first)", "enumerate(values, $first - 1)"),
            ("total = 0", "total = -1"),
            (">= $low and", "< $low and"),
        ),
    ),
    Family(
        name="clip_all",
        signature="values: list[int]",
        returns="list[int]",
        task="Add $shift to each number; replace what is then below $low by $low and what is above $high "
        "by $high. Return the list.",
        parameters={"shift": range(1, 60), "low": range(45, 80), "high": range(80, 110)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def clip_all(values):
    below, above = $low - $shift, $high - $shift
    clipped = []
    for value in values:
        if value < below:
            clipped.append($low)
        elif value > above:
            clipped.append($high)
        else:
            clipped.append(value + $shift)
    return clipped
""",
            """\
def clip_all(values):
    return [min(max(value + $shift, $low), $high) for value in values]
""",
            """\
SHIFT = $shift
LOW = $low
HIGH = $high

def clip(value):
    return min(max(value, LOW), HIGH)

def clip_all(values):
    return [clip(value + SHIFT) for value in values]
""",
        ),
        slips=(
            ("max(value + $shift, $low)", "max(value, $low) + $shift"),
            ("value > above", "value > above - 20"),
        ),
    ),
    Family(
        name="running_totals",
        signature="values: list[int]",
        returns="list[int]",
        task="Start from $start and add the numbers and $gain each time, one by one. Whenever the total "
        "exceeds $limit, take $toll times its excess over $limit off it. Return the total after each "
        "number.",
        parameters={"start": range(60), "gain": range(1, 60), "limit": range(60, 200), "toll": (2, 3)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def running_totals(values):
    total = $start
    totals = []
    for value in values:
        total += value + $gain
        if total > $limit:
            total -= $toll * (total - $limit)
        totals.append(total)
    return totals
""",
            """\
from itertools import accumulate

def running_totals(values):
    def add(total, value):
        total += value + $gain
        return total - $toll * max(total - $limit, 0)

    return list(accumulate(values, add, initial=$start))[1:]
""",
            """\
START = $start
LIMIT = $limit
TOLL = $toll
GAIN = $gain

def charge(total):
    return total - TOLL * max(total - LIMIT, 0)

def running_totals(values):
    totals = []
    total = START
    for value in values:
        total = charge(total + value + GAIN)
        totals.append(total)
    return totals
""",
        ),
        slips=(("total += value + $gain", "total += value"), ("initial=$start))[1:]", "initial=$start))")),
    ),
    Family(
        name="weigh_jumps",
        signature="values: list[int]",
        returns="int",
        task="For every two neighbours that differ by more than $gap, take their difference without sign, "
        "at most $most. Return the sum of these, times $factor.",
        parameters={"gap": range(5, 40), "most": range(45, 85), "factor": range(2, 100)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def weigh_jumps(values):
    total = 0
    before = values[0] if values else 0
    for value in values:
        jump = value - before
        if jump < 0:
            jump = -jump
        if jump > $gap:
            total += jump if jump < $most else $most
        before = value
    return total * $factor
""",
            """\
def weigh_jumps(values):
    jumps = [abs(a - b) for a, b in zip(values, values[1:])]
    return $factor * sum(min(jump, $most) for jump in jumps if jump > $gap)
""",
            """\
from itertools import pairwise

GAP = $gap
MOST = $most
FACTOR = $factor

def weigh(jump):
    return min(jump, MOST) if jump > GAP else 0

def weigh_jumps(values):
    return FACTOR * sum(weigh(abs(first - second)) for first, second in pairwise(values))
""",
        ),
        slips=(("> $gap", "> $most"), ("min(jump, $most)", "jump")),
    ),
    Family(
        name="best_mix",
        signature="values: list[int]",
        returns="int",
        task="The mix of a number is the number plus $shift, times $factor, modulo $modulus, plus the "
        "number. Return the number with the largest mix, the first of them if several have it, or -1 "
        "for an empty list.",
        parameters={"shift": range(1, 60), "factor": range(3, 90), "modulus": range(40, 150)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def best_mix(values):
    best, found = -1, -1
    for value in values:
        mixed = (value + $shift) * $factor % $modulus + value
        if mixed > best:
            best, found = mixed, value
    return found
""",
            """\
def best_mix(values):
    return max(values, key=lambda value: (value + $shift) * $factor % $modulus + value, default=-1)
""",
            """\
SHIFT = $shift
FACTOR = $factor
MODULUS = $modulus

def mix(value):
    return (value + SHIFT) * FACTOR % MODULUS + value

def best_mix(values):
    return max(values, key=mix, default=-1)
""",
        ),
        slips=(("mixed > best", "mixed < best or best < 0"), (" % $modulus", "")),
    ),
    Family(
        name="count_bins",
        signature="values: list[int]",
        returns="int",
        task="Numbers are in the same bin if adding $shift and dividing by $width, rounded down, gives the "
        "same. Numbers above $limit are in no bin. Return how many bins hold a number.",
        parameters={"shift": range(1, 100), "width": range(2, 20), "limit": range(40, 95)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def count_bins(values):
    return len({(value + $shift) // $width for value in values if value <= $limit})
""",
            """\
def count_bins(values):
    bins = []
    for value in values:
        bin = (value + $shift) // $width
        if value <= $limit and bin not in bins:
            bins.append(bin)
    return len(bins)
""",
            """\
SHIFT = $shift
WIDTH = $width
LIMIT = $limit

def place(value):
    return (value + SHIFT) // WIDTH

def count_bins(values):
    return len({place(value) for value in values if value <= LIMIT})
""",
            """\
SHIFT = $shift
WIDTH = $width
LIMIT = $limit

def count_bins(values):
    return len({(value + SHIFT) // WIDTH for value in values if value <= LIMIT})
""",
        ),
        slips=(("value <= $limit", "value < $limit - 9"), (" // $width", " % $width")),
    ),
)
