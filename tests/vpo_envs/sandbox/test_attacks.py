"""Attacks on the sandbox: none earns anything, leaves anything behind, or changes what comes after it."""

import runpy
from pathlib import Path

import pytest
from wasmtime.component import Component

from vpo_envs.sandbox import Limits, Sandbox, Submission, build, engine, matches

DATA = Path(__file__).parents[2] / "data"
ATTACKS = {
    kind: attacks
    for file in ("hostile_solutions.py", "hostile_seams.py")
    for kind, attacks in runpy.run_path(str(DATA / file))["ATTACKS"].items()
}
LIMITS = Limits(fuel=200_000_000, load_fuel=200_000_000, wall_seconds=600)
INPUTS = ((7919,), (-104729,), (15485863,))
HONEST = Submission(
    "import math, json, random\n"
    "def double(n):\n"
    "    assert json.loads('[1]') == [1] and math.gcd(4, 6) == 2 and len([n]) == int(math.sqrt(1))\n"
    "    return n + n\n",
    INPUTS,
    "double",
)
PROGRAM = Submission("n = int(input())\nprint(n + n)\n", ("7919\n", "-104729\n"))


def passed(run):
    return [
        outcome.status == "returned" and matches(outcome.value, 2 * n)
        for outcome, (n,) in zip(run.outcomes, INPUTS, strict=True)
    ]


def test_the_corpus_is_large():
    assert sum(map(len, ATTACKS.values())) >= 260


@pytest.mark.parametrize("kind", ATTACKS)
def test_attacks_earn_nothing_and_leave_nothing(kind, tmp_path, monkeypatch):
    (tmp_path / "keep.txt").write_text("kept")
    monkeypatch.chdir(tmp_path)
    with Sandbox(workers=1, limits=LIMITS) as sandbox:
        before = sandbox.run([HONEST, PROGRAM])
        assert passed(before[0]) == [True] * 3
        assert [outcome.value for outcome in before[1].outcomes] == ["15838\n", "-209458\n"]
        for name, source in ATTACKS[kind].items():
            attack, *after = sandbox.run([Submission(source, INPUTS, "double"), HONEST, PROGRAM])
            assert not any(passed(attack)), name
            assert after == before, name  # to the instruction
            repr(attack)  # whatever came out can be shown
    assert [path.name for path in tmp_path.iterdir()] == ["keep.txt"]
    assert (tmp_path / "keep.txt").read_text() == "kept"


def test_the_guest_imports_nothing():
    """There is no host function that a solution could call."""
    artifact = build.artifact()
    machine = engine.make_engine()
    component = Component.deserialize_file(machine, str(build.checked(artifact)))
    assert list(component.type.imports(machine)) == []
    assert set(component.type.exports(machine)) >= set(engine.EXPORTS)
