"""Windows, stretches and pairs of positions in a list."""

from __future__ import annotations

from vpo_envs.domains.code.family import Edges, Family
from vpo_envs.domains.code.inputs import numbers

LISTS: Edges = (([],), ([7],), ([5, 5, 5, 5, 5, 5, 5, 5],), (list(range(24)),))

SEQUENCES = (
    Family(
        name="best_window",
        signature="values: list[int]",
        returns="int",
        task="A number that $divisor divides is worth minus $fine, any other number itself. Return the "
        "largest worth of $width consecutive numbers, or 0 if there are fewer numbers.",
        parameters={"divisor": range(2, 30), "fine": range(1, 60), "width": range(2, 7)},
        arguments=(numbers(),),
        edges=(*LISTS, ([31, 37, 41, 43, 47, 53, 59, 61, 67, 71],)),
        references=(
            """\
def best_window(values):
    worth = [value if value % $divisor else -$fine for value in values]
    if len(worth) < $width:
        return 0
    total = best = sum(worth[:$width])
    for entering, leaving in zip(worth[$width:], worth):
        total += entering - leaving
        if total > best:
            best = total
    return best
""",
            """\
def best_window(values):
    worth = [value if value % $divisor else -$fine for value in values]
    return max((sum(worth[i:i + $width]) for i in range(len(worth) - $width + 1)), default=0)
""",
            """\
from itertools import accumulate

DIVISOR = $divisor
FINE = $fine
WIDTH = $width

def worth(value):
    return value if value % DIVISOR else -FINE

def best_window(values):
    totals = list(accumulate(map(worth, values), initial=0))
    return max((end - start for start, end in zip(totals, totals[WIDTH:])), default=0)
""",
        ),
        slips=(
            ("default=0)", "default=-1)"),
            ("len(worth) - $width + 1", "len(worth) - $width"),
            ("worth[$width:], worth)", "worth[$width:], worth[1:])"),
        ),
    ),
    Family(
        name="longest_stretch",
        signature="values: list[int]",
        returns="int",
        task="A stretch is a run of consecutive numbers in which neighbours differ by at most $gap and no "
        "number exceeds $limit. Return the length of the longest stretch, or 0 if it is shorter than "
        "$least.",
        parameters={"gap": range(20, 60), "limit": range(60, 98), "least": range(1, 5)},
        arguments=(numbers(),),
        edges=(*LISTS, ([99, 99, 99],)),
        references=(
            """\
def longest_stretch(values):
    longest = length = 0
    before = -1000
    for value in values:
        if value > $limit:
            length = 0
        elif -$gap <= value - before <= $gap:
            length += 1
        else:
            length = 1
        if length > longest:
            longest = length
        before = value if value <= $limit else -1000
    return longest if longest >= $least else 0
""",
            """\
def longest_stretch(values):
    lengths = [0]
    for i, value in enumerate(values):
        joined = lengths[-1] and abs(value - values[i - 1]) <= $gap
        lengths.append(0 if value > $limit else lengths[-1] + 1 if joined else 1)
    return max(lengths) if max(lengths) >= $least else 0
""",
            """\
GAP = $gap
LIMIT = $limit
LEAST = $least

def stretch_from(values, start):
    end = start
    while end < len(values) and values[end] <= LIMIT:
        if end > start and abs(values[end] - values[end - 1]) > GAP:
            break
        end += 1
    return end - start

def longest_stretch(values):
    longest = max((stretch_from(values, i) for i in range(len(values))), default=0)
    return longest if longest >= LEAST else 0
""",
        ),
        slips=(
            ("length = 1", "length = 0"),
            ("lengths[-1] + 1 if", "lengths[-1] if"),
            ("end - start", "end - start + 1"),
        ),
    ),
    Family(
        name="smooth",
        signature="values: list[int]",
        returns="list[int]",
        task="Replace each number by the sum of the numbers at most $radius places away from it (itself "
        "included, fewer near the ends), multiplied by $factor and taken modulo $modulus. Return the "
        "list.",
        parameters={"radius": range(2, 20), "factor": range(2, 40), "modulus": range(50, 150)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
from itertools import accumulate

def smooth(values):
    sums = [0, *accumulate(values)]
    padded = [0] * $radius + sums + sums[-1:] * $radius
    return [
        (high - low) * $factor % $modulus
        for low, high in zip(padded, padded[2 * $radius + 1:])
    ]
""",
            """\
def smooth(values):
    result = []
    for i in range(len(values)):
        near = values[max(i - $radius, 0):i + $radius + 1]
        result.append(sum(near) * $factor % $modulus)
    return result
""",
            """\
RADIUS = $radius
FACTOR = $factor
MODULUS = $modulus

def sum_near(values, i):
    return sum(values[max(i - RADIUS, 0):i + RADIUS + 1])

def smooth(values):
    return [sum_near(values, i) * FACTOR % MODULUS for i in range(len(values))]
""",
        ),
        slips=(
            ("i + $radius + 1]", "i + $radius]"),
            ("max(i - $radius, 0)", "max(i - $radius, 1)"),
            ("2 * $radius + 1:", "2 * $radius:"),
        ),
    ),
    Family(
        name="best_trade",
        signature="prices: list[int]",
        returns="int",
        task="Buy at one price and sell at a later one, at least $wait places further on. A trade earns "
        "the difference times $units, minus a fee of $fee. Return the most that one trade earns, or 0 "
        "if none earns anything.",
        parameters={"wait": range(1, 6), "units": range(2, 42), "fee": range(1, 60)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def best_trade(prices):
    gain = 0
    lowest = 1000
    for buy, sell in zip(prices, prices[$wait:]):
        if buy < lowest:
            lowest = buy
        if sell - lowest > gain:
            gain = sell - lowest
    return max(gain * $units - $fee, 0)
""",
            """\
def best_trade(prices):
    best = 0
    for i, buy in enumerate(prices):
        for sell in prices[i + $wait:]:
            best = max(best, (sell - buy) * $units - $fee)
    return best
""",
            """\
from itertools import accumulate

WAIT = $wait
UNITS = $units
FEE = $fee

def best_trade(prices):
    lowest = accumulate(prices, min)
    gains = (sell - buy for buy, sell in zip(lowest, prices[WAIT:]))
    return max(max(gains, default=0) * UNITS - FEE, 0)
""",
        ),
        slips=(
            ("if sell - lowest > gain", "if sell - buy > gain"),
            ("- $fee, 0)", "+ $fee, 0)"),
            ("prices[i + $wait:]", "prices[:i]"),
        ),
    ),
    Family(
        name="merge_sorted",
        signature="first: list[int], second: list[int]",
        returns="list[int]",
        task="Multiply the numbers of the first list by $factor and add $shift to those of the second. "
        "Return all of them together in increasing order, leaving out those that $divisor divides.",
        parameters={"factor": range(2, 30), "shift": range(1, 90), "divisor": range(2, 20)},
        arguments=(numbers(), numbers()),
        edges=(([], []), ([1], []), ([], [2]), ([3, 3], [3, 3])),
        references=(
            """\
def merge_sorted(first, second):
    merged = [value * $factor for value in first if value * $factor % $divisor]
    merged += [value + $shift for value in second if (value + $shift) % $divisor]
    merged.sort()
    return merged
""",
            """\
def merge_sorted(first, second):
    merged = [value * $factor for value in first] + [value + $shift for value in second]
    return sorted(value for value in merged if value % $divisor)
""",
            """\
from heapq import merge

FACTOR = $factor
SHIFT = $shift
DIVISOR = $divisor

def merge_sorted(first, second):
    scaled = sorted(value * FACTOR for value in first)
    shifted = sorted(value + SHIFT for value in second)
    return [value for value in merge(scaled, shifted) if value % DIVISOR]
""",
            """\
def merge_sorted(first, second):
    merged = []
    for value in [value * $factor for value in first] + [value + $shift for value in second]:
        if value % $divisor:
            i = len(merged)
            while i and merged[i - 1] > value:
                i -= 1
            merged.insert(i, value)
    return merged
""",
        ),
        slips=(
            ("    merged.sort()\n", ""),
            ("+ $shift", "- $shift"),
            ("merged[i - 1] > value", "merged[i - 1] < value"),
        ),
        growing=(20, 40, 80, 160),
    ),
)
