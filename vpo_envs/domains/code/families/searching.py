"""Finding things: the nearest, the smallest, the first that fits."""

from __future__ import annotations

from vpo_envs.domains.code.family import Edges, Family
from vpo_envs.domains.code.inputs import numbers

LISTS: Edges = (([],), ([50],), ([8, 8, 8, 8, 8, 8, 8, 8, 8],), (list(range(40, 0, -1)),))
PAIRS: Edges = (([5], []), ([5], [5]), ([1, 99], [50]), ([10, 20, 30], [0, 15, 99]))

SEARCHING = (
    Family(
        name="closest_values",
        signature="values: list[int], queries: list[int]",
        returns="list[int]",
        task="Add $shift to each query and multiply the result by $factor. For each such target return the "
        "value that is closest to it, the smaller one if two are equally close. There is at least one "
        "value.",
        parameters={"shift": range(-40, 60), "factor": range(2, 60)},
        arguments=(numbers(0, 3000), numbers()),
        edges=PAIRS,
        references=(
            """\
from bisect import bisect_left

def closest_values(values, queries):
    values = sorted(values)
    closest = []
    for query in queries:
        target = (query + $shift) * $factor
        i = bisect_left(values, target)
        if i == len(values) or i and target - values[i - 1] <= values[i] - target:
            i -= 1
        closest.append(values[i])
    return closest
""",
            """\
def closest_values(values, queries):
    targets = [(query + $shift) * $factor for query in queries]
    return [min(values, key=lambda value: (abs(value - target), value)) for target in targets]
""",
            """\
SHIFT = $shift
FACTOR = $factor

def closest(values, target):
    return min(values, key=lambda value: abs(value - target))

def closest_values(values, queries):
    ordered = sorted(values)
    return [closest(ordered, (query + SHIFT) * FACTOR) for query in queries]
""",
        ),
        slips=(
            ("            i -= 1\n", "            i -= i > 0 and i < 3\n"),
            ("query + $shift", "query"),
            ("(query + SHIFT) * FACTOR", "query * FACTOR + SHIFT"),
        ),
        growing=(20, 40, 80, 160),
    ),
    Family(
        name="add_smallest",
        signature="values: list[int]",
        returns="int",
        task="Leave out the numbers that $divisor divides and those below $low. Return the sum of the "
        "$count smallest of the others (of all of them if there are fewer) times $factor.",
        parameters={
            "divisor": range(2, 20),
            "low": range(1, 40),
            "count": range(2, 6),
            "factor": range(1, 12),
        },
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
from heapq import nsmallest

def add_smallest(values):
    return $factor * sum(nsmallest($count, [v for v in values if v >= $low and v % $divisor]))
""",
            """\
def add_smallest(values):
    kept = [value for value in values if value >= $low and value % $divisor]
    return sum(sorted(kept)[:$count]) * $factor
""",
            """\
DIVISOR = $divisor
LOW = $low
COUNT = $count
FACTOR = $factor

def is_kept(value):
    return value >= LOW and value % DIVISOR

def add_smallest(values):
    smallest = sorted(filter(is_kept, values))[:COUNT]
    return FACTOR * sum(smallest)
""",
            """\
def add_smallest(values):
    kept = [value for value in values if value >= $low and value % $divisor]
    total = 0
    for _ in range(min($count, len(kept))):
        total += min(kept)
        kept.remove(min(kept))
    return total * $factor
""",
        ),
        slips=(
            ("[:$count]", "[:$count + 1]"),
            ("[:COUNT]", "[1:COUNT]"),
            ("nsmallest($count,", "nsmallest($count - 1,"),
        ),
    ),
    Family(
        name="count_partners",
        signature="values: list[int]",
        returns="int",
        task="A number has a partner if $a times some number before it in the list, plus the number "
        "itself, is $target. Return how many numbers have a partner, times $factor.",
        parameters={"a": range(2, 9), "target": range(60, 200), "factor": range(1, 30)},
        arguments=(numbers(),),
        edges=(([],), ([1],), ([20, 20, 20],), (list(range(99)),)),
        references=(
            """\
def count_partners(values):
    wanted = set()
    count = 0
    for value in values:
        if value in wanted:
            count += 1
        wanted.add($target - $a * value)
    return count * $factor
""",
            """\
def count_partners(values):
    count = 0
    for i, value in enumerate(values):
        count += any($a * before + value == $target for before in values[:i])
    return count * $factor
""",
            """\
A = $a
TARGET = $target
FACTOR = $factor

def count_partners(values):
    partners = 0
    seen = set()
    for value in values:
        partner, rest = divmod(TARGET - value, A)
        partners += rest == 0 and partner in seen
        seen.add(value)
    return FACTOR * partners
""",
        ),
        slips=(("values[:i]", "values"), ("count += 1", "count = 1"), ("rest == 0 and ", "")),
        growing=(25, 50, 100, 200),
    ),
    Family(
        name="first_reaching",
        signature="values: list[int], goals: list[int]",
        returns="list[int]",
        task="Each number counts as itself plus $bonus. For each goal return how many numbers from the "
        "start of the list it takes for their sum to reach (equal or exceed) $factor times the goal "
        "plus $shift, or -1 if all together do not.",
        parameters={"bonus": range(1, 30), "factor": range(5, 60), "shift": range(1, 60)},
        arguments=(numbers(), numbers()),
        edges=(([], []), ([], [1]), ([1], [0, 1]), ([50, 50, 50, 50], [0, 9, 99])),
        references=(
            """\
from bisect import bisect_left
from itertools import accumulate

def first_reaching(values, goals):
    sums = list(accumulate([value + $bonus for value in values]))
    found = [bisect_left(sums, goal * $factor + $shift) + 1 for goal in goals]
    return [-1 if count > len(sums) else count for count in found]
""",
            """\
def first_reaching(values, goals):
    def count(goal):
        total = 0
        for i, value in enumerate(values, 1):
            total += value + $bonus
            if total >= goal:
                return i
        return -1

    return [count(goal * $factor + $shift) for goal in goals]
""",
            """\
from itertools import accumulate

BONUS = $bonus
FACTOR = $factor
SHIFT = $shift

def position(sums, goal):
    return next((i for i, total in enumerate(sums, 1) if total >= goal), -1)

def first_reaching(values, goals):
    sums = list(accumulate(value + BONUS for value in values))
    return [position(sums, FACTOR * goal + SHIFT) for goal in goals]
""",
        ),
        slips=(
            (") + 1 for", ") for"),
            ("        return -1", "        return 0"),
            ("if total >= goal)", "if total >= goal + 9)"),
        ),
        growing=(20, 40, 80, 160),
    ),
)
