"""Data flows one way: layers are kept, no circle of imports, and torch only where it must be."""

import os
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("vpo_envs", "vpo_agent", "baselines", "vpo_cli")
HEAVY = ("torch", "transformers", "tokenizers", "stable_baselines3", "matplotlib", "vpo_agent", "baselines")


def run_python(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_environments_import_nothing_heavy():
    code = (
        "import sys, gymnasium, vpo_envs\n"
        "env = gymnasium.make('vpo/MazeSmall-v0')\n"
        "env.reset(seed=0); env.step('a1 a2')\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    assert run_python(code) == "[]"


def test_the_layers_are_kept():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", "pyproject.toml"]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 kept, 0 broken" in done.stdout
    settings = (ROOT / "pyproject.toml").read_text()
    assert "ignore_imports" not in settings and "exclude_type_checking_imports" not in settings


def circles(imports):
    """Groups of modules that import one another: strongly connected components, by Tarjan's algorithm."""
    index, low, stack, found = {}, {}, [], []

    def visit(module):
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in imports[module]:
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            group = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(group) > 1:
                found.append(sorted(group))

    for module in imports:
        if module not in index:
            visit(module)
    return found


def test_circles_are_found():
    imports = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set(), "e": {"a"}}
    assert circles(imports) == [["a", "b", "c"]]


def test_no_modules_import_one_another():
    """Typing-only imports count. A package stands for what its `__init__` imports."""
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=False)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 200
    assert circles(imports) == []


def test_the_command_line_starts_without_torch_and_transformers():
    code = "import sys, vpo_cli; print({'torch', 'transformers', 'baselines.registry'} & set(sys.modules))"
    assert run_python(code) == "set()"


def test_every_folder_says_its_purpose_in_one_line():
    folders = [file for package in PACKAGES for file in (ROOT / package).rglob("__init__.py")]
    for file in folders:
        text = file.read_text()
        assert text.startswith('"""') and text[3:].split("\n")[0].rstrip('"').endswith((".", ",")), file


def test_every_public_name_of_the_agents_can_be_imported():
    import vpo_agent

    assert set(vpo_agent.MODULES) == set(vpo_agent.__all__)
    assert all(getattr(vpo_agent, name).__name__ == name for name in vpo_agent.__all__)
    with pytest.raises(AttributeError, match="no attribute 'PPO'"):
        vpo_agent.PPO  # noqa: B018
