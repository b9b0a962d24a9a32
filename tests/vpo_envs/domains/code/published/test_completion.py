"""From answers to code: whole programs and bodies, in many dresses."""

from textwrap import dedent

import pytest

from tests.vpo_envs.domains.code.published.by_hand import HUMAN_EVAL, verdicts
from vpo_envs.domains.code.published import complete, parse_benchmark


@pytest.mark.parametrize(
    "answer",
    [
        HUMAN_EVAL["canonical_solution"],
        dedent(HUMAN_EVAL["canonical_solution"]),
        f"```python\n{HUMAN_EVAL['canonical_solution']}```",
        f"Here is the body:\n```python\n{dedent(HUMAN_EVAL['canonical_solution'])}```\nDone.",
        f"```python\n{HUMAN_EVAL['prompt']}{HUMAN_EVAL['canonical_solution']}```",
        f"{HUMAN_EVAL['prompt']}{HUMAN_EVAL['canonical_solution']}",
        "def mean_scaled(v):\n    return scale(sum(v) / len(v))",
        "```python\ndef mean_scaled(v: List[float]) -> float:\n    return 10 * sum(v) / len(v)\n```",
        f"{HUMAN_EVAL['canonical_solution']}\n\nprint(mean_scaled([1.0]",
        f"{HUMAN_EVAL['canonical_solution']}\ndef another(x):\n    return 1\n",
        f"{HUMAN_EVAL['canonical_solution']}\n# Test\nassert mean_scaled([1.0]) == ",
        "    total = 0\n    for value in values:\n        total += scale(value)\n"
        "    return total / len(values)",
    ],
)
def test_bodies_and_whole_functions_are_read(answer):
    assert verdicts([parse_benchmark(HUMAN_EVAL, 0)], [answer]) == [[True] * 22]


@pytest.mark.parametrize(
    "answer", ["", "I would sum them.", "    ", "    pass = 3", "def other(): return 3", '"""docs"""']
)
def test_without_code_there_is_none(answer):
    problem = parse_benchmark(HUMAN_EVAL, 0)
    source = complete(problem, answer)
    assert source is None or not any(verdicts([problem], [answer])[0])
