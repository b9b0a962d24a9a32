"""HumanEval, MBPP and their plus versions: problems whose tests are assertions.

`read_benchmarks` reads the files as they are published, `record` finds the calls that a problem's tests make,
and `judge` says which tests the results of an answer pass. Assertions and canonical solutions run in the
sandbox, in instances that no answer enters; answers see the arguments of calls and nothing else.
"""

from vpo_envs.domains.code.published.benchmark import Benchmark, Recording
from vpo_envs.domains.code.published.completion import complete
from vpo_envs.domains.code.published.judging import Recordings, judge, record
from vpo_envs.domains.code.published.prompts import write_prompt
from vpo_envs.domains.code.published.rows import (
    is_benchmark,
    is_readable,
    parse_benchmark,
    read_benchmark,
    read_benchmarks,
)
from vpo_envs.domains.code.published.scoring import score_code

__all__ = [
    "Benchmark",
    "Recording",
    "Recordings",
    "complete",
    "is_benchmark",
    "is_readable",
    "judge",
    "parse_benchmark",
    "read_benchmark",
    "read_benchmarks",
    "record",
    "score_code",
    "write_prompt",
]
