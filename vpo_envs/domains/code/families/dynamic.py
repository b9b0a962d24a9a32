"""Best choices built up from the best choices for smaller problems."""

from __future__ import annotations

from vpo_envs.domains.code.family import Edges, Family
from vpo_envs.domains.code.inputs import letters, numbers, scaled

LISTS: Edges = (([],), ([5],), ([9, 9, 9, 9],), (list(range(12)),), (list(range(12, 0, -1)),))

DYNAMIC = (
    Family(
        name="count_ways",
        signature="amount: int",
        returns="int",
        task="Coins are worth $a, $b and $c, as many of each as needed; the order does not matter. Return "
        "in how many ways they make up the amount, modulo $modulus. There is one way for 0.",
        parameters={"a": range(1, 5), "b": range(5, 12), "c": range(12, 30), "modulus": range(50, 999)},
        arguments=(scaled(3, 1),),
        edges=((0,), (1,), (5,), (60,)),
        references=(
            """\
def count_ways(amount):
    ways = 0
    for rest in range(amount, -1, -$c):
        for left in range(rest, -1, -$b):
            ways += left % $a == 0
    return ways % $modulus
""",
            """\
def count_ways(amount):
    ways = [1] + [0] * amount
    for coin in ($a, $b, $c):
        for total in range(coin, amount + 1):
            ways[total] += ways[total - coin]
    return ways[amount] % $modulus
""",
            """\
COINS = ($a, $b, $c)
MODULUS = $modulus

def with_coin(ways, coin):
    ways = list(ways)
    for total in range(coin, len(ways)):
        ways[total] += ways[total - coin]
    return ways

def count_ways(amount):
    ways = [1] + [0] * amount
    for coin in COINS:
        ways = with_coin(ways, coin)
    return ways[amount] % MODULUS
""",
            """\
SMALL, MIDDLE, LARGE = $a, $b, $c
MODULUS = $modulus

def count_ways(amount):
    ways = 0
    for rest in range(amount, -1, -LARGE):
        ways += sum(left % SMALL == 0 for left in range(rest, -1, -MIDDLE))
    return ways % MODULUS
""",
        ),
        slips=(
            ("range(coin, amount + 1)", "range(coin, amount)"),
            ("range(coin, len(ways))", "range(coin + 1, len(ways))"),
            ("left % $a == 0", "left == 0"),
        ),
    ),
    Family(
        name="best_picks",
        signature="values: list[int]",
        returns="int",
        task="Pick numbers so that of every two picks the positions differ by more than $gap. Each pick "
        "earns its number times $factor minus $cost; picking nothing earns 0. Return the most that "
        "can be earned.",
        parameters={"gap": range(1, 5), "factor": range(1, 80), "cost": range(1, 99)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def best_picks(values):
    best = [0] * ($gap + 1)
    for value in values:
        gain = best[-$gap - 1] + value * $factor - $cost
        best.append(gain if gain > best[-1] else best[-1])
    return best[-1]
""",
            """\
def best_picks(values):
    best = []
    for i, value in enumerate(values):
        before = max(best[:max(i - $gap, 0)], default=0)
        best.append(max(before, before + value * $factor - $cost))
    return max(best, default=0)
""",
            """\
GAP = $gap
FACTOR = $factor
COST = $cost

def gain(value):
    return value * FACTOR - COST

def best_picks(values):
    best = [0] * (GAP + 1)
    for value in values:
        picked = best[-1 - GAP] + gain(value)
        best.append(max(best[-1], picked))
    return best[-1]
""",
        ),
        slips=(("best[-$gap - 1]", "best[-$gap]"), ("i - $gap", "i - $gap + 1"), (" - COST", "")),
    ),
    Family(
        name="edit_cost",
        signature="first: str, second: str",
        returns="int",
        task="Turn the first text into the second. Inserting a letter costs $insert, deleting one $delete, "
        "replacing one by another $replace. Return the smallest total cost.",
        parameters={"insert": range(2, 40), "delete": range(2, 40), "replace": range(2, 40)},
        arguments=(letters("abcde"), letters("abcde")),
        edges=(("", ""), ("a", ""), ("", "a"), ("abc", "abc"), ("abc", "cba")),
        references=(
            """\
def edit_cost(first, second):
    costs = list(range(0, $insert * len(second) + 1, $insert))
    for letter in first:
        corner = costs[0]
        left = costs[0] = corner + $delete
        for j, other in enumerate(second, 1):
            above = costs[j]
            if letter != other:
                corner += $replace
            if above + $delete < corner:
                corner = above + $delete
            left += $insert
            if corner < left:
                left = corner
            costs[j] = left
            corner = above
    return costs[-1]
""",
            """\
from functools import cache

def edit_cost(first, second):
    @cache
    def cost(i, j):
        if not i or not j:
            return i * $delete + j * $insert
        swap = cost(i - 1, j - 1) + $replace * (first[i - 1] != second[j - 1])
        return min(swap, cost(i - 1, j) + $delete, cost(i, j - 1) + $insert)

    return cost(len(first), len(second))
""",
            """\
INSERT = $insert
DELETE = $delete
REPLACE = $replace

def next_row(above, letter, second):
    row = [above[0] + DELETE]
    for j, other in enumerate(second):
        swap = above[j] + (REPLACE if letter != other else 0)
        row.append(min(swap, above[j + 1] + DELETE, row[j] + INSERT))
    return row

def edit_cost(first, second):
    row = [INSERT * j for j in range(len(second) + 1)]
    for letter in first:
        row = next_row(row, letter, second)
    return row[-1]
""",
        ),
        slips=(
            ("i * $delete + j * $insert", "i + j"),
            ("list(range(0, $insert * len(second) + 1, $insert))", "[$insert] * (len(second) + 1)"),
            ("above[0] + DELETE", "above[0]"),
        ),
        growing=(6, 12, 24, 36),
    ),
    Family(
        name="longest_climb",
        signature="values: list[int]",
        returns="int",
        task="Multiply the numbers by $factor and take them modulo $modulus. Pick results in the given "
        "order, each larger than the one picked before. Return the largest possible number of picks "
        "times $worth.",
        parameters={"factor": range(2, 90), "modulus": range(101, 400), "worth": range(1, 10)},
        arguments=(numbers(0, 999),),
        edges=LISTS,
        references=(
            """\
from bisect import bisect_left

def longest_climb(values):
    ends = []
    for value in values:
        value = value * $factor % $modulus
        i = bisect_left(ends, value)
        ends[i:i + 1] = [value]
    return len(ends) * $worth
""",
            """\
def longest_climb(values):
    climbs = {-1: 0}
    for value in values:
        value = value * $factor % $modulus
        climbs[value] = 1 + max(climbs[low] for low in climbs if low < value)
    return max(climbs.values()) * $worth
""",
            """\
from bisect import bisect_left

FACTOR = $factor
MODULUS = $modulus
WORTH = $worth

def height(value):
    return value * FACTOR % MODULUS

def longest_climb(values):
    ends = []
    for step in map(height, values):
        i = bisect_left(ends, step)
        ends[i:i + 1] = [step]
    return len(ends) * WORTH
""",
            """\
from bisect import bisect_left

FACTOR = $factor
MODULUS = $modulus
WORTH = $worth

def longest_climb(values):
    ends = []
    for value in values:
        height = value * FACTOR % MODULUS
        i = bisect_left(ends, height)
        ends[i:i + 1] = [height]
    return len(ends) * WORTH
""",
        ),
        slips=(
            ("low < value", "low <= value"),
            ("[step]", "[step, step]"),
            ("len(ends)", "len(values)"),
        ),
        growing=(25, 50, 100, 200),
    ),
)
