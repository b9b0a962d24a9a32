"""Networks of nodes 0 ... count - 1 and links (from, to, length) that run both ways."""

from __future__ import annotations

from vpo_envs.domains.code.family import Edges, Family
from vpo_envs.domains.code.inputs import links, size_itself

NETWORKS: Edges = ((1, []), (2, []), (2, [(0, 1, 30)]), (3, [(0, 1, 2), (1, 2, 3), (0, 2, 29), (1, 1, 1)]))

GRAPHS = (
    Family(
        name="count_reachable",
        signature="count: int, links: list[tuple[int, int, int]]",
        returns="int",
        task="The nodes are 0 ... count - 1; links run both ways. Links longer than $longest or with a "
        "length that $divisor divides are closed. Return how many nodes can be reached from node 0 "
        "over at most $hops open links, node 0 included.",
        parameters={"longest": range(12, 31), "divisor": range(3, 30), "hops": range(2, 12)},
        arguments=(size_itself(), links()),
        edges=NETWORKS,
        references=(
            """\
def count_reachable(count, links):
    near = [[] for _ in range(count)]
    for a, b, length in links:
        if length <= $longest and length % $divisor:
            near[a].append(b)
            near[b].append(a)
    seen = [False] * count
    seen[0] = True
    edge = [0]
    reached = 1
    for _ in range($hops):
        found = []
        for node in edge:
            for other in near[node]:
                if not seen[other]:
                    seen[other] = True
                    found.append(other)
        edge = found
        reached += len(found)
    return reached
""",
            """\
def count_reachable(count, links):
    links = [(a, b) for a, b, length in links if length <= $longest and length % $divisor]
    reached = {0}
    for _ in range($hops):
        reached = reached.union(*({a, b} for a, b in links if a in reached or b in reached))
    return len(reached)
""",
            """\
from collections import defaultdict

LONGEST = $longest
DIVISOR = $divisor
HOPS = $hops

def is_open(length):
    return length <= LONGEST and length % DIVISOR

def neighbours(links):
    near = defaultdict(set)
    for a, b, length in links:
        if is_open(length):
            near[a].add(b)
            near[b].add(a)
    return near

def count_reachable(count, links):
    near = neighbours(links)
    reached = {0}
    for _ in range(HOPS):
        reached = reached.union(*(near[node] for node in reached))
    return len(reached)
""",
        ),
        slips=(
            ("reached = 1", "reached = 0"),
            (" or b in reached", ""),
            ("near[b].add(a)", "near[b].add(b)"),
        ),
        growing=(30, 60, 120, 240),
    ),
    Family(
        name="cheapest_route",
        signature="count: int, links: list[tuple[int, int, int]]",
        returns="int",
        task="The nodes are 0 ... count - 1; links run both ways. Using a link costs its length times "
        "$rate plus $toll; links longer than $longest are closed. Return the smallest cost of going "
        "from node 0 to node count - 1, or -1 if there is no way.",
        parameters={"rate": range(1, 30), "toll": range(1, 60), "longest": range(15, 31)},
        arguments=(size_itself(), links(2.0)),
        edges=NETWORKS,
        references=(
            """\
from heapq import heappop, heappush

def cheapest_route(count, links):
    near = [[] for _ in range(count)]
    for a, b, length in links:
        if length <= $longest:
            cost = length * $rate + $toll
            near[a].append((b, cost))
            near[b].append((a, cost))
    done = [False] * count
    heap = [(0, 0)]
    while heap:
        cost, node = heappop(heap)
        if node == count - 1:
            return cost
        if not done[node]:
            done[node] = True
            for other, extra in near[node]:
                if not done[other]:
                    heappush(heap, (cost + extra, other))
    return -1
""",
            """\
def cheapest_route(count, links):
    links = [(a, b, length * $rate + $toll) for a, b, length in links if length <= $longest]
    links += [(b, a, cost) for a, b, cost in links]
    costs = {0: 0}
    changed = True
    while changed:
        changed = False
        for a, b, cost in links:
            if a in costs and costs[a] + cost < costs.get(b, 10**9):
                costs[b] = costs[a] + cost
                changed = True
    return costs.get(count - 1, -1)
""",
            """\
from collections import defaultdict
from heapq import heappop, heappush

RATE = $rate
TOLL = $toll
LONGEST = $longest

def neighbours(links):
    near = defaultdict(list)
    for a, b, length in links:
        if length <= LONGEST:
            near[a].append((b, length * RATE + TOLL))
            near[b].append((a, length * RATE + TOLL))
    return near

def all_costs(near):
    costs = {}
    heap = [(0, 0)]
    while heap:
        cost, node = heappop(heap)
        if node not in costs:
            costs[node] = cost
            for other, extra in near[node]:
                heappush(heap, (cost + extra, other))
    return costs

def cheapest_route(count, links):
    return all_costs(neighbours(links)).get(count - 1, -1)
""",
        ),
        slips=(
            ("return -1", "return 0"),
            ("    links += [(b, a, cost) for a, b, cost in links]\n", ""),
            ("length * RATE + TOLL))", "length * RATE))"),
        ),
        growing=(25, 50, 100, 200),
    ),
    Family(
        name="largest_group",
        signature="count: int, links: list[tuple[int, int, int]]",
        returns="int",
        task="The nodes are 0 ... count - 1. A link is closed if its length times $factor leaves a "
        "remainder below $rest on division by $modulus. Open links join nodes to groups; a node on "
        "its own is a group. Return the largest sum of the node numbers of one group.",
        parameters={
            "factor": range(2, 41),
            "rest": range(2, 12),
            "modulus": (41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97),
        },
        arguments=(size_itself(), links(0.8)),
        edges=NETWORKS,
        references=(
            """\
def largest_group(count, links):
    parent = list(range(count))
    for a, b, length in links:
        if length * $factor % $modulus >= $rest:
            while parent[a] != a:
                parent[a] = a = parent[parent[a]]
            while parent[b] != b:
                parent[b] = b = parent[parent[b]]
            parent[a] = b
    sums = [0] * count
    for node in range(count):
        root = node
        while parent[root] != root:
            parent[root] = root = parent[parent[root]]
        sums[root] += node
    return max(sums)
""",
            """\
def largest_group(count, links):
    groups = [{node} for node in range(count)]
    for a, b, length in links:
        if length * $factor % $modulus >= $rest:
            joined = groups[a] | groups[b]
            for node in joined:
                groups[node] = joined
    return max(map(sum, groups))
""",
            """\
FACTOR = $factor
REST = $rest
MODULUS = $modulus

def is_open(length):
    return length * FACTOR % MODULUS >= REST

def largest_group(count, links):
    groups = {node: {node} for node in range(count)}
    for a, b, length in links:
        if is_open(length) and groups[a] is not groups[b]:
            groups[a] |= groups[b]
            for node in groups[b]:
                groups[node] = groups[a]
    return max(map(sum, groups.values()))
""",
        ),
        slips=(("parent[a] = b\n", "parent[a] = a\n"), (">= $rest", "< $rest"), (" >= REST", " < REST")),
        growing=(25, 50, 100, 200),
    ),
    Family(
        name="finish_time",
        signature="count: int, links: list[tuple[int, int, int]]",
        returns="int",
        task="Tasks are 0 ... count - 1. Task i takes ($factor * i) % $modulus + 1 days. A link (a, b, "
        "days) with a != b means that the task with the larger number can start only when the other "
        "is finished and $wait days have passed, and days beyond that if days is at least $heavy. "
        "Return the day on which everything can be finished if as much as possible is done at once.",
        parameters={
            "factor": range(2, 40),
            "modulus": range(5, 40),
            "wait": range(6),
            "heavy": range(20, 31),
        },
        arguments=(size_itself(), links(1.2)),
        edges=NETWORKS,
        references=(
            """\
def finish_time(count, links):
    waits = [[] for _ in range(count)]
    for a, b, days in links:
        pause = $wait + days if days >= $heavy else $wait
        if a < b:
            waits[b].append((a, pause))
        elif b < a:
            waits[a].append((b, pause))
    finished = []
    for task, before in enumerate(waits):
        start = 0
        for other, pause in before:
            ready = finished[other] + pause
            if ready > start:
                start = ready
        finished.append(start + $factor * task % $modulus + 1)
    return max(finished)
""",
            """\
def finish_time(count, links):
    finished = []
    for task in range(count):
        start = 0
        for a, b, days in links:
            if a != b and max(a, b) == task:
                pause = $wait + days * (days >= $heavy)
                start = max(start, finished[min(a, b)] + pause)
        finished.append(start + $factor * task % $modulus + 1)
    return max(finished)
""",
            """\
from collections import defaultdict

FACTOR = $factor
MODULUS = $modulus
WAIT = $wait
HEAVY = $heavy

def duration(task):
    return FACTOR * task % MODULUS + 1

def pause(days):
    return WAIT + days if days >= HEAVY else WAIT

def waits_of(links):
    waits = defaultdict(list)
    for a, b, days in links:
        if a != b:
            waits[max(a, b)].append((min(a, b), pause(days)))
    return waits

def finish_time(count, links):
    waits = waits_of(links)
    finished = []
    for task in range(count):
        ready = (finished[other] + days for other, days in waits[task])
        finished.append(max(ready, default=0) + duration(task))
    return max(finished)
""",
        ),
        slips=(
            ("elif b < a:", "elif b > a:"),
            ("finished[min(a, b)] + pause", "finished[min(a, b)]+ 1 + pause"),
            ("% MODULUS + 1", "% MODULUS"),
        ),
        growing=(25, 50, 100, 200),
    ),
)
