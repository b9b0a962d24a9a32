"""CPU time of work whose bound is for work that explodes, on processors of any speed."""

import re
import time

LITTLE = 0.02
"""CPU seconds that no test forbids."""

USUAL = 0.005
"""CPU seconds of the yardstick on a quiet core of 2024."""

WORDS = re.compile(r"[^\W_]+|\S")
TEXT = "the path goes from a1 to b2, then (so it seems) to c3. " * 400


def cpu_seconds(work, tries=3):
    """Returns the CPU seconds that `work` takes at a usual speed, the least of some tries.

    Old and shared processors take several times as long, and as long for the yardstick, timed beside it.
    """
    least = _spent(work)
    for _ in range(tries - 1):
        if least > LITTLE:
            least = min(least, _spent(work))
    return least if least <= LITTLE else least / slowness()


def slowness():
    """Returns how many times as long as usual this processor takes now, at least 1."""
    return max(1.0, min(_spent(_yardstick) for _ in range(3)) / USUAL)


def _spent(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def _yardstick():
    counts = {}
    for word in WORDS.finditer(TEXT):
        counts[word[0]] = counts.get(word[0], 0) + 1
