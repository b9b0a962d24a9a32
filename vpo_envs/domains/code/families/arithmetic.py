"""Whole numbers: digits, divisors, primes, powers."""

from __future__ import annotations

from vpo_envs.domains.code.family import Edges, Family
from vpo_envs.domains.code.inputs import numbers, scaled

LISTS: Edges = (([],), ([0],), ([1],), ([100, 10, 1, 0],))
LIMITS = ((0,), (1,), (2,), (25,))

ARITHMETIC = (
    Family(
        name="count_multiples",
        signature="limit: int",
        returns="int",
        task="Return how many of the numbers 1, 2, ... limit are divisible by $a or by $b, but not by "
        "both, times $factor.",
        parameters={"a": range(2, 40), "b": range(2, 40), "factor": range(1, 60)},
        arguments=(scaled(20, 9),),
        edges=(*LIMITS, (1000,)),
        references=(
            """\
from math import lcm

def count_multiples(limit):
    return $factor * (limit // $a + limit // $b - 2 * (limit // lcm($a, $b)))
""",
            """\
def count_multiples(limit):
    return $factor * sum((i % $a == 0) != (i % $b == 0) for i in range(1, limit + 1))
""",
            """\
from math import lcm

A = $a
B = $b
FACTOR = $factor

def count_multiples(limit):
    both = limit // lcm(A, B)
    return FACTOR * (limit // A + limit // B - 2 * both)
""",
            """\
A = $a
B = $b
FACTOR = $factor

def divides_one(number):
    return (number % A == 0) != (number % B == 0)

def count_multiples(limit):
    return FACTOR * sum(map(divides_one, range(1, limit + 1)))
""",
        ),
        slips=(("- 2 *", "-"), (" != ", " or ")),
    ),
    Family(
        name="digit_sums",
        signature="values: list[int]",
        returns="list[int]",
        task="Write each number in base $base and add up its digits. Return, in the given order, the sums "
        "that are at least $least, each times $factor.",
        parameters={"base": range(2, 17), "least": range(2, 8), "factor": range(1, 70)},
        arguments=(numbers(0, 9999),),
        edges=LISTS,
        references=(
            """\
def digit_sums(values):
    sums = []
    for value in values:
        total = 0
        while value:
            total += value % $base
            value //= $base
        if total >= $least:
            sums.append(total * $factor)
    return sums
""",
            """\
def digit_sums(values):
    def digits(value):
        return value and value % $base + digits(value // $base)

    return [$factor * total for total in map(digits, values) if total >= $least]
""",
            """\
BASE = $base
LEAST = $least
FACTOR = $factor

def digit_sum(value):
    total = 0
    while value:
        total += value % BASE
        value //= BASE
    return total

def digit_sums(values):
    sums = map(digit_sum, values)
    return [total * FACTOR for total in sums if total >= LEAST]
""",
        ),
        slips=(("while value:", "while value > 1:"), (">= $least", "> $least + 1"), (">= LEAST", "< LEAST")),
    ),
    Family(
        name="add_primes",
        signature="limit: int",
        returns="int",
        task="Add up the prime numbers up to the limit (included) whose remainder on division by $modulus "
        "is above $rest. Return the sum plus $bonus.",
        parameters={"modulus": range(5, 60), "rest": range(4), "bonus": range(1, 90)},
        arguments=(scaled(5, 3),),
        edges=((0,), (1,), (2,), (5,), (19,)),
        references=(
            """\
def add_primes(limit):
    prime = [True] * (limit + 1)
    total = $bonus
    for i in range(2, limit + 1):
        if prime[i]:
            prime[i * i::i] = [False] * len(prime[i * i::i])
            if i % $modulus > $rest:
                total += i
    return total
""",
            """\
def add_primes(limit):
    primes = []
    for i in range(2, limit + 1):
        if all(i % prime for prime in primes):
            primes.append(i)
    return $bonus + sum(prime for prime in primes if prime % $modulus > $rest)
""",
            """\
from math import isqrt

MODULUS = $modulus
REST = $rest
BONUS = $bonus

def is_prime(number):
    return all(number % i for i in range(2, isqrt(number) + 1))

def add_primes(limit):
    primes = filter(is_prime, range(2, limit + 1))
    return BONUS + sum(prime for prime in primes if prime % MODULUS > REST)
""",
        ),
        slips=(
            ("limit + 1):\n        if", "limit):\n        if"),
            ("isqrt(number) + 1", "isqrt(number)"),
            ("% $modulus > $rest", "% $modulus <= $rest"),
        ),
    ),
    Family(
        name="evaluate",
        signature="coefficients: list[int]",
        returns="int",
        task="The list holds the coefficients of a polynomial, the constant term first. Return its value "
        "at $x, modulo $modulus, plus $bonus (0 + $bonus for an empty list).",
        parameters={"x": range(2, 99), "modulus": range(101, 999), "bonus": range(1, 9)},
        arguments=(numbers(),),
        edges=(([],), ([5],), ([0, 1],), ([0] * 9 + [1],)),
        references=(
            """\
def evaluate(coefficients):
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * $x + coefficient) % $modulus
    return value + $bonus
""",
            """\
def evaluate(coefficients):
    return sum(c * $x ** i for i, c in enumerate(coefficients)) % $modulus + $bonus
""",
            """\
X = $x
MODULUS = $modulus
BONUS = $bonus

def evaluate(coefficients):
    terms = (factor * pow(X, i, MODULUS) for i, factor in enumerate(coefficients))
    return sum(terms) % MODULUS + BONUS
""",
        ),
        slips=(
            ("reversed(coefficients)", "coefficients"),
            ("enumerate(coefficients))", "enumerate(coefficients, 1))"),
            (" + $bonus", ""),
        ),
        growing=(20, 40, 80, 160),
    ),
)
