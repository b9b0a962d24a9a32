"""Tricks do not pay: names, hidden programs, work done ahead (`benchmarks/code_attacks.py`)."""

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code.scoring import LOADING, Scorer, quality
from vpo_envs.sandbox import Execution, shared_sandbox

spec = importlib.util.spec_from_file_location(
    "code_attacks", Path(__file__).parents[4] / "benchmarks" / "code_attacks.py"
)
attacks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(attacks)


@pytest.fixture(scope="module")
def measured():
    """A third of the families; at night all of them."""
    return attacks.measure(seed=3, every=1 if "VPO_NIGHTLY" in os.environ else 3)


def test_no_trick_beats_honest_solutions(measured):
    honest, tricks = measured
    best = np.max(list(tricks.values()), axis=0)
    assert best.mean() <= honest.mean() + 0.002
    assert (best > honest + 0.01).mean() <= 0.05


def test_tricks_run_at_all(measured):
    """Else the test above would show nothing."""
    _, tricks = measured
    assert tricks["docstring, exec"].mean() > 0.3 and tricks["results ahead"].mean() > 0.4
    assert tricks["gibberish names"].mean() > 0.6


def test_results_that_are_computed_ahead_save_nothing():
    for name in sorted(FAMILIES)[::4]:
        problem = FAMILIES[name].draw(np.random.default_rng(2))
        source = problem.references[1]
        tricked = [attacks.ahead(problem, source), attacks.ahead_in_part(problem, source)]
        honest, *others = Scorer().score([problem] * 3, [source, *tricked])[:, 1]
        assert all(other <= honest + 0.01 for other in others), name


def test_hoisted_literals_earn_by_their_names():
    body = "def total(values):\n    return sum(value % {} for value in values)"
    nameless = quality(body.format(53))
    assert quality("qabb = 53\n" + body.format("qabb")).maintainability == pytest.approx(
        nameless.maintainability, rel=0.05
    )
    assert quality("MODULUS = 53\n" + body.format("MODULUS")).maintainability > 1.2 * nameless.maintainability
    table = quality("table = (53, 17)\n" + body.format("table[0]"))
    assert table.maintainability < 1.05 * nameless.maintainability


# Loading


def test_tables_made_while_loading_are_charged():
    problem = FAMILIES["add_primes"].draw(np.random.default_rng(2))
    source = problem.references[0]
    ahead = f"TABLE = [i * i for i in range(5000)]\n\n{source}"
    idle = f"TABLE = (1, 4, 9)\n\n{source}"
    plain, charged, free = Scorer().score([problem] * 3, [source, ahead, idle])[:, 1]
    assert charged < plain - 0.02 and free == pytest.approx(plain, abs=0.011)


def test_a_dataclass_costs_little():
    problem = FAMILIES["best_trade"].draw(np.random.default_rng(2))
    head = "from dataclasses import dataclass\n\n@dataclass\nclass Trade:\n    start: int\n    end: int\n\n"
    plain, classy = Scorer().score([problem] * 2, [problem.references[0], head + problem.references[0]])
    assert classy[1] == pytest.approx(plain[1], abs=0.011) and classy[2] > 0.4 * plain[2]


def test_references_load_within_the_free_amount():
    from vpo_envs.domains.code.scoring import LIMITS
    from vpo_envs.sandbox import Submission

    drawn = [family.draw(np.random.default_rng(7)) for family in FAMILIES.values()]
    submissions = [
        Submission(source, (problem.hidden[0].arguments,), problem.family.name)
        for problem in drawn
        for source in problem.references
    ]
    runs: list[Execution] = shared_sandbox(LIMITS).run(submissions)
    assert max(run.load_fuel for run in runs) <= LOADING
