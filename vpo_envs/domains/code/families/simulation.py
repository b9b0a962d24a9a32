"""Following a process step by step."""

from __future__ import annotations

from itertools import permutations

from vpo_envs.domains.code.family import Edges, Family
from vpo_envs.domains.code.inputs import letters, number, numbers

LISTS: Edges = (([],), ([0],), ([99, 99, 99, 99],), ([1, 2, 3, 4, 5, 6, 7, 8],))

SIMULATION = (
    Family(
        name="walk",
        signature="moves: str",
        returns="list[int]",
        task="A robot starts at (0, 0) of a field with columns 0 ... $width - 1 and rows 0 ... $height - "
        "1. The letters $keys move it up (row - $stride), down (row + $stride), left (column - "
        "$stride) and right (column + $stride), in this order; a move out of the field is left out. "
        "Return [column, row, number of moves left out].",
        parameters={
            "width": range(3, 17),
            "height": range(3, 17),
            "stride": (1, 2, 3),
            "keys": tuple(map("".join, permutations("UDLR"))),
        },
        arguments=(letters("UDLR", repeats=0.4),),
        edges=(("",), ("U",), ("DDDDRRRR",), ("UDLRUDLR",)),
        references=(
            """\
def walk(moves):
    x = y = blocked = 0
    up, down, left, right = "$keys"
    for move in moves:
        if move == up and y >= $stride:
            y -= $stride
        elif move == down and y < $height - $stride:
            y += $stride
        elif move == left and x >= $stride:
            x -= $stride
        elif move == right and x < $width - $stride:
            x += $stride
        else:
            blocked += 1
    return [x, y, blocked]
""",
            """\
def walk(moves):
    x = y = blocked = 0
    steps = dict(zip("$keys", ((0, -$stride), (0, $stride), (-$stride, 0), ($stride, 0))))
    for move in moves:
        dx, dy = steps[move]
        if 0 <= x + dx < $width and 0 <= y + dy < $height:
            x, y = x + dx, y + dy
        else:
            blocked += 1
    return [x, y, blocked]
""",
            """\
WIDTH = $width
HEIGHT = $height
STRIDE = $stride
UP, DOWN, LEFT, RIGHT = "$keys"

def target(x, y, move):
    x += STRIDE * ((move == RIGHT) - (move == LEFT))
    y += STRIDE * ((move == DOWN) - (move == UP))
    return x, y

def is_inside(x, y):
    return 0 <= x < WIDTH and 0 <= y < HEIGHT

def walk(moves):
    place = (0, 0)
    blocked = 0
    for move in moves:
        after = target(*place, move)
        if is_inside(*after):
            place = after
        else:
            blocked += 1
    return [*place, blocked]
""",
        ),
        slips=(
            ("$height - $stride", "$height"),
            ("blocked += 1", "blocked += 2"),
            ("0 <= x + dx", "0 < x + dx"),
        ),
    ),
    Family(
        name="queue_waits",
        signature="arrivals: list[int]",
        returns="int",
        task="The numbers are the minutes at which customers arrive, in any order; they are served one by "
        "one in order of arrival. Serving the i-th of them (from 0) takes ($factor * i) % $modulus + "
        "$base minutes. A customer whose turn comes more than $patience minutes after arriving has "
        "left and takes no time. Return the minutes that the others wait, added up.",
        parameters={
            "factor": range(2, 30),
            "modulus": range(3, 9),
            "base": range(1, 9),
            "patience": range(5, 60),
        },
        arguments=(numbers(0, 400),),
        edges=LISTS,
        references=(
            """\
def queue_waits(arrivals):
    total = free = 0
    for i, arrival in enumerate(sorted(arrivals)):
        wait = free - arrival
        if wait <= 0:
            free = arrival + $factor * i % $modulus + $base
        elif wait <= $patience:
            total += wait
            free += $factor * i % $modulus + $base
    return total
""",
            """\
def queue_waits(arrivals):
    total = free = 0
    for i, arrival in enumerate(sorted(arrivals)):
        wait = max(free - arrival, 0)
        if wait <= $patience:
            total += wait
            free = arrival + wait + $factor * i % $modulus + $base
    return total
""",
            """\
FACTOR = $factor
MODULUS = $modulus
BASE = $base
PATIENCE = $patience

def service(i):
    return FACTOR * i % MODULUS + BASE

def queue_waits(arrivals):
    waits = []
    free = 0
    for i, arrival in enumerate(sorted(arrivals)):
        start = max(free, arrival)
        if start - arrival <= PATIENCE:
            waits.append(start - arrival)
            free = start + service(i)
    return sum(waits)
""",
        ),
        slips=(
            ("sorted(arrivals)", "arrivals"),
            ("wait <= $patience", "wait < $patience - 4"),
            ("% MODULUS + BASE", "% MODULUS"),
        ),
    ),
    Family(
        name="stock_days",
        signature="demands: list[int]",
        returns="list[int]",
        task="A shop starts with $start pieces. Each day it first sells the day's demand, as far as the "
        "stock goes; then $lot pieces come in if it ordered them the day before; then, if it has fewer "
        "than $reorder pieces, it makes such an order. Return [pieces in stock at the end, demand not "
        "served, orders made].",
        parameters={"start": range(99), "reorder": range(20, 99), "lot": range(30, 199)},
        arguments=(numbers(),),
        edges=LISTS,
        references=(
            """\
def stock_days(demands):
    stock, missed, orders = $start, 0, 0
    coming = False
    for demand in demands:
        stock -= demand
        if stock < 0:
            missed -= stock
            stock = 0
        if coming:
            stock += $lot
        coming = stock < $reorder
        orders += coming
    return [stock, missed, orders]
""",
            """\
def stock_days(demands):
    stock, missed, orders, coming = $start, 0, 0, 0
    for demand in demands:
        sold = min(demand, stock)
        missed += demand - sold
        stock += coming - sold
        coming = $lot if stock < $reorder else 0
        orders += coming > 0
    return [stock, missed, orders]
""",
            """\
START = $start
REORDER = $reorder
LOT = $lot

def sell(stock, demand):
    sold = min(stock, demand)
    return stock - sold, demand - sold

def stock_days(demands):
    stock = START
    lacks = []
    orders = [0]
    for demand in demands:
        stock, lack = sell(stock, demand)
        lacks.append(lack)
        stock += LOT * orders[-1]
        orders.append(int(stock < REORDER))
    return [stock, sum(lacks), sum(orders)]
""",
        ),
        slips=(
            ("missed -= stock", "missed += 1"),
            ("coming - sold", "coming - demand"),
            ("LOT * orders[-1]", "LOT"),
        ),
    ),
    Family(
        name="cache_misses",
        signature="keys: list[int]",
        returns="int",
        task="A store holds the $capacity pages used last. Key k asks for page ($factor * k) % $modulus. A "
        "page that is not in the store is a miss; it then comes in, for the page whose last use is "
        "longest ago if the store is full. Return the number of misses.",
        parameters={
            "capacity": range(4, 24),
            "factor": range(2, 60),
            "modulus": (29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97),
        },
        arguments=(numbers(0, 999),),
        edges=(*LISTS, ([5, 5, 6, 6, 5],)),
        references=(
            """\
def cache_misses(keys):
    store = {}
    misses = 0
    for key in keys:
        page = key * $factor % $modulus
        if page in store:
            del store[page]
        else:
            misses += 1
            if len(store) == $capacity:
                del store[next(iter(store))]
        store[page] = None
    return misses
""",
            """\
def cache_misses(keys):
    store = []
    misses = 0
    for key in keys:
        page = key * $factor % $modulus
        misses += page not in store
        store = [page] + [old for old in store if old != page][:$capacity - 1]
    return misses
""",
            """\
from collections import OrderedDict

CAPACITY = $capacity
FACTOR = $factor
MODULUS = $modulus

def page_of(key):
    return key * FACTOR % MODULUS

def cache_misses(keys):
    store = OrderedDict()
    misses = 0
    for page in map(page_of, keys):
        misses += page not in store
        store[page] = True
        store.move_to_end(page)
        if len(store) > CAPACITY:
            store.popitem(last=False)
    return misses
""",
        ),
        slips=(
            ("== $capacity", "== $capacity - 3"),
            ("[:$capacity - 1]", "[:1]"),
            ("        store.move_to_end(page)\n", "        store.move_to_end(page, last=False)\n"),
        ),
    ),
    Family(
        name="josephus",
        signature="count: int, first: int",
        returns="int",
        task="Children 0 ... count - 1 stand in a circle. Starting with child first, modulo count, they "
        "count off; each time the number $stride + (rounds so far) % $cycle is reached, that child "
        "leaves and the next one starts from 1 again. Return the last child left times $factor.",
        parameters={"stride": range(2, 60), "cycle": range(2, 30), "factor": range(1, 30)},
        arguments=(lambda rng, size: size, number(0, 99)),
        edges=((1, 0), (2, 5), (3, 0), (5, 4)),
        references=(
            """\
def josephus(count, first):
    place = 0
    for left in range(2, count + 1):
        place = (place + $stride + (count - left) % $cycle) % left
    return (place + first) % count * $factor
""",
            """\
def josephus(count, first):
    circle = list(range(count))
    i = first
    for rounds in range(count - 1):
        i = (i + $stride + rounds % $cycle - 1) % len(circle)
        circle.pop(i)
    return circle[0] * $factor
""",
            """\
from collections import deque

STRIDE = $stride
CYCLE = $cycle
FACTOR = $factor

def josephus(count, first):
    circle = deque(range(count))
    circle.rotate(-first)
    for rounds in range(count - 1):
        circle.rotate(1 - STRIDE - rounds % CYCLE)
        circle.popleft()
    return circle[0] * FACTOR
""",
            """\
STRIDE = $stride
CYCLE = $cycle
FACTOR = $factor

def josephus(count, first):
    place = 0
    for left in range(2, count + 1):
        stride = STRIDE + (count - left) % CYCLE
        place = (place + stride) % left
    return (place + first) % count * FACTOR
""",
        ),
        slips=(
            ("% left", "% (left + 1)"),
            ("% $cycle - 1)", "% $cycle)"),
            ("circle.rotate(-first)", "circle.rotate(first)"),
        ),
    ),
)
