"""Packages for verifiers, and verifiers itself where there is one."""

import ast
import os
import subprocess
from pathlib import Path

import pytest

from vpo_agent.integrations.verifiers_package import write_package

ROOT = Path(__file__).parents[3]
PYTHON = os.environ.get("VPO_VERIFIERS_PYTHON", "")


def test_a_package_holds_the_settings(tmp_path):
    folder = tmp_path / "vpo-small_maze"
    write_package(folder, "vpo/Maze-v0", num_candidates=3, tasks=7, agent="multi_rlvr", size=7)
    files = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file()]
    assert files == ["README.md", "pyproject.toml", "vpo_small_maze/__init__.py"]
    module = ast.parse((folder / "vpo_small_maze" / "__init__.py").read_text())
    config = next(node for node in module.body if getattr(node, "name", "") == "VpoSmallMazeConfig")
    values = {line.target.id: line.value for line in config.body if isinstance(line, ast.AnnAssign)}
    agent = ast.literal_eval(values.pop("task").keywords[0].value)
    assert {name: ast.literal_eval(value) for name, value in values.items()} | {"agent": agent} == {
        "env": "vpo/Maze-v0",
        "settings": {"size": 7},
        "split": "train",
        "tasks": 7,
        "start": 0,
        "num_candidates": 3,
        "agent": "multi_rlvr",
    }
    assert 'name = "vpo-small-maze"' in (folder / "pyproject.toml").read_text()
    assert "`objective/gold`" in (folder / "README.md").read_text()


def test_a_package_of_pools_exports_an_environment(tmp_path):
    write_package(tmp_path / "vpo_pool", "vpo/MazeSmall-v0", agent="pool_vpo")
    write_package(tmp_path / "vpo_sets", "vpo/MazeSmall-v0", agent="vpo")
    exported = {}
    for name in ("vpo_pool", "vpo_sets"):
        module = ast.parse((tmp_path / name / name / "__init__.py").read_text())
        assigned = next(node for node in module.body if isinstance(node, ast.Assign))
        classes = {
            node.name: [ast.unparse(base) for base in node.bases]
            for node in module.body
            if isinstance(node, ast.ClassDef)
        }
        imported = {
            alias.name for node in module.body if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        exported[name] = ast.literal_eval(assigned.value)
        assert set(exported[name]) < set(classes)
        assert ("PoolEnv" in imported) == (classes.get("VpoPoolEnv") == ["PoolEnv"]) == (name == "vpo_pool")
    assert exported["vpo_pool"] == ["VpoPoolEnv", "VpoPoolHarness", "VpoPoolTaskset"]
    assert exported["vpo_sets"] == ["VpoSetsHarness", "VpoSetsTaskset"]
    assert "`--env.group-size` completions" in (tmp_path / "vpo_pool" / "README.md").read_text()
    assert "here `vpo`" in (tmp_path / "vpo_sets" / "README.md").read_text()


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("3d maze", {}, "names a Python module"),
        ("class", {}, "names a Python module"),
        ("full", {}, "holds other files"),
        ("maze", {"agent": "ppo"}, "agent='ppo' is unknown; did you mean 'vpo'"),
        ("maze", {"num_candidates": 0}, "0"),
    ],
)
def test_wrong_arguments_are_named(tmp_path, name, settings, message):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match=message):
        write_package(tmp_path / name, "vpo/MazeSmall-v0", **settings)
    assert [path.name for path in tmp_path.iterdir()] == ["full"], "nothing was written"


@pytest.mark.slow
@pytest.mark.skipif(
    not PYTHON, reason="VPO_VERIFIERS_PYTHON names no interpreter with verifiers, see docs/verifiers.md"
)
def test_verifiers_itself():
    command = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    done = subprocess.run(
        [*command, "--rootdir", ROOT, ROOT / "tests/helpers/in_verifiers.py"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout and "skipped" not in done.stdout
