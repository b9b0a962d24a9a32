"""Start of a module of this package in a bare interpreter of its own.

Neither `site`, nor the environment, nor the caller's `__main__`, nor `vpo_envs/__init__.py` (Gymnasium and
NumPy) runs there: such a process starts in a fraction of a second and stays small.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

START = """
import importlib, json, sys, types
sys.path[:] = json.loads(sys.argv[1])
package = types.ModuleType("vpo_envs")
package.__path__ = [sys.argv[2]]
sys.modules["vpo_envs"] = package
importlib.import_module(sys.argv[3]).main(*sys.argv[4:])
"""


def command(module: str, *arguments: str) -> list[str]:
    """Returns the command line that runs `vpo_envs.sandbox.<module>.main(*arguments)`."""
    folders = json.dumps([os.path.abspath(folder) for folder in sys.path])
    package = str(Path(__file__).resolve().parents[1])
    name = f"vpo_envs.sandbox.{module}"
    return [sys.executable, "-I", "-S", "-c", START, folders, package, name, *arguments]


DETACHED: dict[str, Any] = (
    {"creationflags": 0x200} if os.name == "nt" else {"start_new_session": True}  # CREATE_NEW_PROCESS_GROUP
)
"""Keyword arguments of `Popen` that keep the terminal's Ctrl-C for the parent."""
