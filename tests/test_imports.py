"""The direction of dependency: vpo_envs <- vpo_agent <- baselines, and torch only where it must be."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
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


def test_agents_do_not_need_the_baselines():
    code = "import sys, vpo_agent.agents.base, vpo_cli; print('baselines' in sys.modules)"
    assert run_python(code) == "False"


def test_the_layers_are_kept():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", "pyproject.toml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 kept, 0 broken" in done.stdout


def test_the_command_line_starts_without_torch_and_transformers():
    code = "import sys, vpo_cli; print({'torch', 'transformers'} & set(sys.modules))"
    assert run_python(code) == "set()"


def test_every_public_name_of_the_agents_can_be_imported():
    import vpo_agent

    assert set(vpo_agent.MODULES) == set(vpo_agent.__all__)
    assert all(getattr(vpo_agent, name).__name__ == name for name in vpo_agent.__all__)
    with pytest.raises(AttributeError, match="no attribute 'PPO'"):
        vpo_agent.PPO  # noqa: B018
