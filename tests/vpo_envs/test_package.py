"""The package as a whole: its version, its names, and the packages that it imports."""

import re
import subprocess
import sys
from importlib import metadata

import vpo_envs
from vpo_envs.extras import DISTRIBUTION

OPTIONAL = {"matplotlib", "radon", "wasmtime", "componentize_py", "datasets", "pyarrow", "torch", "typer"}


def run_python(code, **kwargs):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, **kwargs)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_version_is_that_of_the_distribution_or_said_to_be_unknown():
    try:
        assert vpo_envs.__version__ == metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        assert vpo_envs.__version__ == "0+unknown"
    code = (
        "from importlib import metadata\n"
        "metadata.version = lambda name: f'1.2.3 of {name}'\n"
        "import vpo_envs; print(vpo_envs.__version__)"
    )
    assert run_python(code) == f"1.2.3 of {DISTRIBUTION}"


def test_every_public_name_is_there():
    assert all(hasattr(vpo_envs, name) for name in vpo_envs.__all__)
    assert re.fullmatch(r"\d+[.+].*", vpo_envs.__version__)


def test_the_import_and_a_first_step_need_no_optional_package():
    """The base install has numpy, scipy, gymnasium, sympy and moocore alone."""
    blocked = "".join(f"sys.modules[{name!r}] = None\n" for name in sorted(OPTIONAL))
    code = (
        f"import sys\n{blocked}"
        "import gymnasium as gym, vpo_envs\n"
        "env = gym.make('vpo/MazeSmall-v0', num_candidates=2)\n"
        "vpo_envs.check_env(env, steps=2)\n"
        "env.reset(seed=0); print(env.step(('a1 a2', 'x'))[1].shape)"
    )
    assert run_python(code) == "(2, 4)"
