"""The tests of `a/b.py` are `tests/a/test_b.py`, so that a change shows where it is tested."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("vpo_envs", "vpo_agent", "baselines", "vpo_cli")
LINES = 60
"""Modules up to this length may be tested along with what they serve."""

ELSEWHERE = {
    "vpo_envs/sandbox/guest.py": "tests/vpo_envs/sandbox/test_engine.py",  # runs in WebAssembly alone
    "vpo_envs/domains/__init__.py": "tests/vpo_envs/domains/test_registry.py",  # a list of registrations
    "vpo_agent/integrations/verl_trainer.py": "tests/helpers/in_verl.py",  # imports verl, which has an
    "vpo_agent/integrations/verifiers_taskset.py": "tests/helpers/in_verifiers.py",  # interpreter of its own
}
"""Modules that are tested at another place, and where."""


def modules():
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def has_logic(path: Path) -> bool:
    """Tables and texts have none: without a function there is nothing to call."""
    text = path.read_text("utf-8")
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return len(text.splitlines()) > LINES and any(
        isinstance(node, functions) for node in ast.walk(ast.parse(text))
    )


def mirrored(path: Path) -> Path:
    place = path.relative_to(ROOT)
    return ROOT / "tests" / place.with_name(f"test_{place.name}")


def test_every_module_with_logic_has_its_tests_at_the_mirrored_place():
    names = {path: path.relative_to(ROOT).as_posix() for path in modules() if has_logic(path)}
    assert len(names) > 100
    missing = [name for path, name in names.items() if not mirrored(path).exists() and name not in ELSEWHERE]
    assert not missing, (
        f"write tests/.../test_<name>.py for {missing}, or say in ELSEWHERE where their tests are"
    )


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_module_that_is_tested_elsewhere_needs_to_be_and_is(name):
    path = ROOT / name
    assert has_logic(path) and not mirrored(path).exists(), "it is no exception any more"
    assert (ROOT / ELSEWHERE[name]).exists()
