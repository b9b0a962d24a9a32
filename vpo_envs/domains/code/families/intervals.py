"""Spans of time: pairs (start, end) with start < end, in any order."""

from __future__ import annotations

from vpo_envs.domains.code.family import Edges, Family
from vpo_envs.domains.code.inputs import spans

SPANS: Edges = (([],), ([(0, 5)],), ([(0, 9), (9, 12)],), ([(3, 4), (3, 4), (0, 40)],), ([(20, 21), (1, 2)],))

INTERVALS = (
    Family(
        name="merge_spans",
        signature="spans: list[tuple[int, int]]",
        returns="list[int]",
        task="Merge spans that overlap or have a gap of at most $gap between the end of one and the start "
        "of the next. Return the lengths of the merged spans in order of their starts, each plus "
        "$extra, leaving out the merged spans shorter than $least.",
        parameters={"gap": range(1, 20), "least": range(2, 15), "extra": range(1, 99)},
        arguments=(spans(),),
        edges=SPANS,
        references=(
            """\
def merge_spans(spans):
    lengths = []
    first = last = None
    for start, end in sorted(spans):
        if last is None or start - last > $gap:
            if last is not None and last - first >= $least:
                lengths.append(last - first + $extra)
            first, last = start, end
        elif end > last:
            last = end
    if last is not None and last - first >= $least:
        lengths.append(last - first + $extra)
    return lengths
""",
            """\
def merge_spans(spans):
    merged = []
    for start, end in sorted(spans):
        if merged and start - merged[-1][1] <= $gap:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return [end - start + $extra for start, end in merged if end - start >= $least]
""",
            """\
GAP = $gap
LEAST = $least
EXTRA = $extra

def merge(spans):
    merged = []
    for start, end in sorted(spans):
        if merged and start - merged[-1][1] <= GAP:
            start, last = merged.pop()
            end = max(end, last)
        merged.append((start, end))
    return merged

def merge_spans(spans):
    lengths = [end - start for start, end in merge(spans)]
    return [length + EXTRA for length in lengths if length >= LEAST]
""",
        ),
        slips=(("sorted(spans)", "spans"), ("elif end > last:", "else:"), ("length + EXTRA", "length")),
    ),
    Family(
        name="most_open",
        signature="spans: list[tuple[int, int]]",
        returns="int",
        task="Start every span $before earlier and end it $after later; drop those that are then shorter "
        "than $least. Return the largest number of spans open at one moment, times $factor. A span "
        "includes its start but not its end.",
        parameters={
            "before": range(12),
            "after": range(1, 12),
            "least": range(8, 20),
            "factor": range(1, 20),
        },
        arguments=(spans(),),
        edges=SPANS,
        references=(
            """\
def most_open(spans):
    events = []
    for start, end in spans:
        if end - start >= $least - $before - $after:
            events.append(2 * (start - $before) + 1)
            events.append(2 * (end + $after))
    events.sort()
    count = most = 0
    for event in events:
        if event & 1:
            count += 1
            if count > most:
                most = count
        else:
            count -= 1
    return most * $factor
""",
            """\
def most_open(spans):
    spans = [(start - $before, end + $after) for start, end in spans]
    spans = [(start, end) for start, end in spans if end - start >= $least]
    counts = [sum(start <= time < end for start, end in spans) for time, _ in spans]
    return $factor * max(counts, default=0)
""",
            """\
from itertools import accumulate

BEFORE = $before
AFTER = $after
LEAST = $least
FACTOR = $factor

def widen(span):
    start, end = span
    return start - BEFORE, end + AFTER

def most_open(spans):
    kept = [(start, end) for start, end in map(widen, spans) if end - start >= LEAST]
    opened = [(start, 1) for start, _ in kept]
    closed = [(end, -1) for _, end in kept]
    changes = [change for _, change in sorted(opened + closed)]
    return FACTOR * max(accumulate(changes), default=0)
""",
        ),
        slips=(
            ("end - start >= $least]", "end - start > 1000]"),
            ("end + $after)", "end)"),
            ("$factor * max", "max"),
        ),
        growing=(25, 50, 100, 200),
    ),
    Family(
        name="free_time",
        signature="spans: list[tuple[int, int]]",
        returns="int",
        task="The day begins at $opening and is over at $closing. The spans are taken, each together with "
        "the $rest moments after it. Return the length of all the free stretches of the day that are "
        "at least $least long, added up.",
        parameters={
            "opening": range(20),
            "closing": range(60, 90),
            "rest": range(9),
            "least": range(1, 8),
        },
        arguments=(spans(8),),
        edges=SPANS,
        references=(
            """\
def free_time(spans):
    free, now = 0, $opening
    for start, end in sorted(spans):
        if start >= $closing:
            break
        if start - now >= $least:
            free += start - now
        if end + $rest > now:
            now = end + $rest
    return free + $closing - now if $closing - now >= $least else free
""",
            """\
def free_time(spans):
    free, now = 0, $opening
    for start, end in [*sorted(spans), ($closing, $closing)]:
        length = min(start, $closing) - now
        free += length if length >= $least else 0
        now = max(now, end + $rest)
    return free
""",
            """\
OPENING = $opening
CLOSING = $closing
REST = $rest
LEAST = $least

def stretches(spans):
    now = OPENING
    for start, end in sorted(spans):
        yield min(start, CLOSING) - now
        now = max(now, end + REST)
    yield CLOSING - now

def free_time(spans):
    return sum(length for length in stretches(spans) if length >= LEAST)
""",
        ),
        slips=(
            ("$closing - now if", "$closing if"),
            ("length >= $least else", "length > $least + 1 else"),
            ("now = max(now, end + REST)", "now = end + REST"),
        ),
        growing=(15, 60, 120, 240),
    ),
    Family(
        name="most_jobs",
        signature="spans: list[tuple[int, int]]",
        returns="int",
        task="Each span is a job; one person does one job at a time and rests for $rest between two jobs. "
        "Jobs longer than $longest or with a start that $divisor divides are not on offer. Return the "
        "largest number of jobs that the person can do.",
        parameters={"rest": range(40), "longest": range(8, 20), "divisor": range(2, 40)},
        arguments=(spans(),),
        edges=SPANS,
        references=(
            """\
def most_jobs(spans):
    ends = [(end, start) for start, end in spans if end - start <= $longest and start % $divisor]
    ends.sort()
    jobs, free = 0, -$rest
    for end, start in ends:
        if start >= free:
            jobs += 1
            free = end + $rest
    return jobs
""",
            """\
def most_jobs(spans):
    jobs = [(start, end) for start, end in spans if end - start <= $longest and start % $divisor]
    count = 0
    while jobs:
        count += 1
        free = min(end for _, end in jobs) + $rest
        jobs = [(start, end) for start, end in jobs if start >= free]
    return count
""",
            """\
REST = $rest
LONGEST = $longest
DIVISOR = $divisor

def is_offered(span):
    start, end = span
    return end - start <= LONGEST and start % DIVISOR

def end_of(span):
    return span[1]

def most_jobs(spans):
    done = []
    for span in sorted(filter(is_offered, spans), key=end_of):
        if not done or span[0] >= end_of(done[-1]) + REST:
            done.append(span)
    return len(done)
""",
            """\
REST = $rest
LONGEST = $longest
DIVISOR = $divisor

def most_jobs(spans):
    jobs = sorted((end, start) for start, end in spans if end - start <= LONGEST)
    count = 0
    free = -REST
    for end, start in jobs:
        if start >= free and start % DIVISOR:
            count += 1
            free = end + REST
    return count
""",
        ),
        slips=(
            ("    ends.sort()\n", "    ends.sort(reverse=True)\n"),
            ("count = 0", "count = 1"),
            (" and start % DIVISOR", ""),
        ),
    ),
)
