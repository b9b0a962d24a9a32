"""Memory of the scorer: bounded by what right results need, whatever answers return."""

import gc
from pathlib import Path

import pytest

from vpo_envs.domains.code import CodeDomain
from vpo_envs.domains.code.scoring import OUTPUT_ROOM, _output_room

STATUS = Path("/proc/self/status")
ANSWERS = 1200

WORST = [
    "return ['ab'] * 10500",
    "return [[]] * 15000",
    "return [{} for _ in range(9000)]",
    "return 'a' * 65000",
    "return ((((1,),),),) * 4000",
    "return {i: i for i in range(5000)}",
    "return [1.5] * 13000",
    "raise ValueError('x' * 60000)",
]
"""Results that are small as text and large as objects; each is within the sandbox's own limit."""


def resident():
    for line in STATUS.read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


@pytest.mark.nightly  # domains/test_memory.py: fewer of them
@pytest.mark.skipif(not STATUS.exists(), reason="resident memory is read from /proc")
def test_a_thousand_of_the_worst_answers_leave_the_memory_alone():
    domain = CodeDomain(families=["count_bins"])
    task = domain.task("test", 0)
    answers = [f"def count_bins(values):\n    {WORST[i % len(WORST)]}\n#{i}" for i in range(ANSWERS)]
    domain.score_batch([task] * 8, answers[:8])
    gc.collect()
    before = resident()
    assert not domain.score_batch([task] * ANSWERS, answers).any()
    assert resident() - before < 60  # MiB; it was 12 MiB for each answer


def test_results_have_room_for_right_ones_and_little_more():
    for name in ("count_bins", "life", "smooth"):
        problem = CodeDomain(families=[name]).task("test", 0).truth
        longest = max(len(repr(case.expected)) for case in problem.hidden)
        assert longest < _output_room(problem) < OUTPUT_ROOM + 3 * longest


def test_long_sources_are_not_kept():
    domain = CodeDomain(families=["count_bins"])
    task = domain.task("test", 0)
    answers = [f"def count_bins(values): return {i}\n#" + "\u4e2d" * 9_000 for i in range(40)]
    domain.score_batch([task] * len(answers), answers)
    kept = [part for key in domain._scorer._scores for part in key if isinstance(part, (str, bytes))]
    assert max(map(len, kept)) < 100
