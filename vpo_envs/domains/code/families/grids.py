"""Grids of numbers, given as rows of equal length."""

from __future__ import annotations

from itertools import combinations

from vpo_envs.domains.code.family import Family
from vpo_envs.domains.code.inputs import grid

GRIDS = (([[0]],), ([[9]],), ([[5, 5, 5]],), ([[9], [0], [9]],), ([[9, 8, 7], [6, 5, 4], [3, 2, 1]],))
PICKS = tuple(map("".join, combinations("0123456789", 4)))

GRID_FAMILIES = (
    Family(
        name="regions",
        signature="grid: list[list[int]]",
        returns="int",
        task="A cell is dry if its number is one of the digits $dry. Dry cells that share a side belong "
        "together. Return the sum of the squares of the sizes of such regions of at least $least "
        "cells, plus $bonus.",
        parameters={"dry": PICKS, "least": (1, 2, 3), "bonus": range(1, 60)},
        arguments=(grid(),),
        edges=GRIDS,
        references=(
            """\
def regions(grid):
    width = len(grid[0]) + 1
    dry = {9: False} | {digit: str(digit) in "$dry" for digit in range(10)}
    cells = [False] * width
    for row in grid:
        cells += [dry[value] for value in row]
        cells.append(False)
    cells += [False] * width
    total = $bonus
    for start in range(len(cells)):
        if not cells[start]:
            continue
        cells[start] = False
        found = [start]
        for cell in found:
            for near in (cell - 1, cell + 1, cell - width, cell + width):
                if cells[near]:
                    cells[near] = False
                    found.append(near)
        if len(found) >= $least:
            total += len(found) ** 2
    return total
""",
            """\
def regions(grid):
    cells = {(y, x) for y, row in enumerate(grid) for x, value in enumerate(row) if str(value) in "$dry"}
    total = $bonus
    while cells:
        stack, size = [cells.pop()], 0
        while stack:
            y, x = stack.pop()
            size += 1
            near = cells & {(y, x - 1), (y, x + 1), (y - 1, x), (y + 1, x)}
            cells -= near
            stack += near
        total += size ** 2 if size >= $least else 0
    return total
""",
            """\
DRY = "$dry"
LEAST = $least
BONUS = $bonus

def dry_cells(grid):
    for y, row in enumerate(grid):
        for x, value in enumerate(row):
            if str(value) in DRY:
                yield y, x

def neighbours(y, x):
    return {(y, x - 1), (y, x + 1), (y - 1, x), (y + 1, x)}

def take_region(cells):
    stack = [cells.pop()]
    size = 0
    while stack:
        near = cells & neighbours(*stack.pop())
        cells -= near
        stack += near
        size += 1
    return size

def regions(grid):
    cells = set(dry_cells(grid))
    sizes = []
    while cells:
        sizes.append(take_region(cells))
    return BONUS + sum(size ** 2 for size in sizes if size >= LEAST)
""",
        ),
        slips=(("= $bonus", "= 0"), (", (y + 1, x)}", "}"), ("    return size\n", "    return size - 1\n")),
    ),
    Family(
        name="best_square",
        signature="grid: list[list[int]]",
        returns="int",
        task="A number above $cap counts as $cap minus $fine, any other as itself. Return the largest sum "
        "over a square of $side by $side neighbouring cells, times $factor, or 0 if no such square "
        "fits into the grid.",
        parameters={"cap": range(4, 9), "fine": range(15), "side": (2, 3), "factor": range(1, 99)},
        arguments=(grid(),),
        edges=GRIDS,
        references=(
            """\
def best_square(grid):
    height, width = len(grid), len(grid[0])
    if height < $side or width < $side:
        return 0
    strips = []
    for row in grid:
        row = [value if value <= $cap else $cap - $fine for value in row]
        strips.append([sum(row[x:x + $side]) for x in range(width - $side + 1)])
    best = -1000000
    for rows in zip(*(strips[y:] for y in range($side))):
        top = max(map(sum, zip(*rows)))
        if top > best:
            best = top
    return best * $factor
""",
            """\
def best_square(grid):
    worth = [[value if value <= $cap else $cap - $fine for value in row] for row in grid]
    sums = []
    for y in range(len(worth) - $side + 1):
        for x in range(len(worth[0]) - $side + 1):
            sums.append(sum(sum(row[x:x + $side]) for row in worth[y:y + $side]))
    return max(sums, default=0) * $factor
""",
            """\
CAP = $cap
FINE = $fine
SIDE = $side
FACTOR = $factor

def worth(value):
    return value if value <= CAP else CAP - FINE

def square_sum(rows, x):
    return sum(worth(value) for row in rows for value in row[x:x + SIDE])

def best_square(grid):
    places = range(len(grid[0]) - SIDE + 1)
    blocks = [grid[y:y + SIDE] for y in range(len(grid) - SIDE + 1)]
    sums = [square_sum(block, x) for block in blocks for x in places]
    return FACTOR * max(sums, default=0)
""",
        ),
        slips=(
            ("width - $side + 1", "width - $side"),
            ("default=0) * $factor", "default=0) * $factor + 1"),
            ("row[x:x + SIDE]", "row[x:x + 1]"),
        ),
    ),
    Family(
        name="life",
        signature="grid: list[list[int]]",
        returns="list[list[int]]",
        task="A cell is alive if its number is at least $alive. In the next generation a living cell stays "
        "alive if the number of its living neighbours (of up to eight) is one of the digits $stay, "
        "and a dead one comes alive if that number is one of $born. Return the grid with 1 for living "
        "cells of the next generation and 0 for the others.",
        parameters={
            "alive": range(3, 8),
            "stay": tuple(map("".join, combinations("01234567", 3))),
            "born": tuple(map("".join, combinations("1234567", 2))),
        },
        arguments=(grid(),),
        edges=GRIDS,
        references=(
            """\
def life(grid):
    width = len(grid[0])
    alive = [[0] * (width + 2)]
    alive += [[0, *[int(value >= $alive) for value in row], 0] for row in grid]
    alive.append(alive[0])
    rules = [[str(n) in "$born" for n in range(10)], [str(n - 1) in "$stay" for n in range(10)]]
    rules = [list(map(int, rule)) for rule in rules]
    after = []
    for above, row, below in zip(alive, alive[1:], alive[2:]):
        columns = [a + b + c for a, b, c in zip(above, row, below)]
        blocks = [a + b + c for a, b, c in zip(columns, columns[1:], columns[2:])]
        after.append([rules[cell][count] for cell, count in zip(row[1:], blocks)])
    return after
""",
            """\
def life(grid):
    alive = {(y, x) for y, row in enumerate(grid) for x, value in enumerate(row) if value >= $alive}

    def lives(y, x):
        block = {(j, i) for j in (y - 1, y, y + 1) for i in (x - 1, x, x + 1)}
        count = len(block & alive - {(y, x)})
        return str(count) in ("$stay" if (y, x) in alive else "$born")

    return [[int(lives(y, x)) for x in range(len(grid[0]))] for y in range(len(grid))]
""",
            """\
ALIVE = $alive
STAY = "$stay"
BORN = "$born"

def is_alive(grid, y, x):
    inside = 0 <= y < len(grid) and 0 <= x < len(grid[0])
    return inside and grid[y][x] >= ALIVE

def count_block(grid, y, x):
    rows = (y - 1, y, y + 1)
    columns = (x - 1, x, x + 1)
    return sum(is_alive(grid, row, column) for row in rows for column in columns)

def next_cell(grid, y, x):
    if is_alive(grid, y, x):
        return int(str(count_block(grid, y, x) - 1) in STAY)
    return int(str(count_block(grid, y, x)) in BORN)

def life(grid):
    width = len(grid[0])
    return [[next_cell(grid, y, x) for x in range(width)] for y in range(len(grid))]
""",
        ),
        slips=(("str(n - 1)", "str(n)"), (" - {(y, x)}", ""), ("y, x) - 1)", "y, x))")),
    ),
    Family(
        name="fewest_steps",
        signature="grid: list[list[int]]",
        returns="int",
        task="Walk from the top left cell to the bottom right one, a step at a time up, down, left or "
        "right. Cells with one of the digits $walls are closed (the first cell is open in any case). "
        "Return the smallest number of steps times $factor plus $bonus, or -1 if there is no way.",
        parameters={
            "walls": tuple(map("".join, combinations("0123456789", 2))),
            "factor": range(1, 40),
            "bonus": range(1, 40),
        },
        arguments=(grid(),),
        edges=GRIDS,
        references=(
            """\
def fewest_steps(grid):
    width = len(grid[0]) + 1
    cells = [False] * width
    for row in grid:
        cells += [str(value) not in "$walls" for value in row]
        cells.append(False)
    goal = len(cells) - 2
    cells += [False] * width
    steps, edge = 0, [width]
    cells[width] = False
    while edge:
        if goal in edge:
            return steps * $factor + $bonus
        reached = []
        for cell in edge:
            for near in (cell - 1, cell + 1, cell - width, cell + width):
                if cells[near]:
                    cells[near] = False
                    reached.append(near)
        edge = reached
        steps += 1
    return -1
""",
            """\
def fewest_steps(grid):
    cells = set()
    for y, row in enumerate(grid):
        cells |= {(y, x) for x, value in enumerate(row) if str(value) not in "$walls"}
    goal = (len(grid) - 1, len(grid[0]) - 1)
    edge, steps = {(0, 0)}, 0
    while edge:
        if goal in edge:
            return steps * $factor + $bonus
        cells -= edge
        edge = {cell for y, x in edge for cell in ((y, x - 1), (y, x + 1), (y - 1, x), (y + 1, x))} & cells
        steps += 1
    return -1
""",
            """\
WALLS = "$walls"
FACTOR = $factor
BONUS = $bonus

def open_cells(grid):
    for y, row in enumerate(grid):
        for x, value in enumerate(row):
            if str(value) not in WALLS:
                yield y, x

def neighbours(cell):
    y, x = cell
    return {(y, x - 1), (y, x + 1), (y - 1, x), (y + 1, x)}

def fewest_steps(grid):
    goal = (len(grid) - 1, len(grid[0]) - 1)
    steps = {(0, 0): 0}
    cells = set(open_cells(grid)) - set(steps)
    for cell in (queue := [(0, 0)]):
        for near in cells & neighbours(cell):
            steps[near] = steps[cell] + 1
            cells.remove(near)
            queue.append(near)
    return steps[goal] * FACTOR + BONUS if goal in steps else -1
""",
        ),
        slips=(
            ("steps * $factor", "(steps + 1) * $factor"),
            ("cells -= edge", "cells -= edge | {goal}"),
            ("+ BONUS", "- BONUS"),
        ),
    ),
)
