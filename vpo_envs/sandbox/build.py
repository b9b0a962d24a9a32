"""Build of the guest, once for each version of its source and tools, kept in the user's cache.

The cached machine code is loaded into worker processes and run, so it is believed only if it lies in a
folder that belongs to this user and that nobody else can enter, and if its hash is on record there.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from vpo_envs.cache import cache_folder, cache_lock, note, sha256_of
from vpo_envs.sandbox import bootstrap
from vpo_envs.sandbox.outcome import SandboxError

HERE = Path(__file__).parent
SOURCES = ("guest.py", "codec.py")
TOOLS = ("componentize-py", "wasmtime")
FORMAT = 1
"""Raised when the engine's settings change: the machine code is bound to them."""

INTERFACE = """
package vpo:sandbox;
world solution {
  export take-inputs: func(request: string) -> string;
  export take-source: func(request: string) -> string;
  export load-module: func() -> string;
  export run-test: func(index: u32) -> string;
}
"""


class Artifact(NamedTuple):
    """The built guest.

    Attributes:
        folder: Where it lies.
        component: SHA-256 of the component.
        compiled: SHA-256 of its machine code.
    """

    folder: Path
    component: str
    compiled: str

    @property
    def build_id(self) -> str:
        """Names the component and the tools: fuel is comparable only under one such name.

        Two builds of one source differ by up to 2% in fuel (hash seeds end up in the memory image).
        """
        text = " ".join([self.component, *(f"{tool}={_version(tool)}" for tool in TOOLS)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def artifact() -> Artifact:
    """Returns the built guest; builds it if this user has not yet, which takes about half a minute.

    Raises:
        SandboxError: If a tool is missing, the cache cannot be trusted, or the build fails.
    """
    root = cache_folder() / "sandbox"
    folder = root / _key()
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        _check_private(root)
        found = _recorded(folder)
        if found is None:
            with cache_lock(root / f"{folder.name}.lock", "builds the code sandbox"):
                found = _recorded(folder) or _build(folder)
    except OSError as error:
        raise SandboxError(
            f"the sandbox's cache cannot be used ({error}); set VPO_CACHE to a folder of your own"
        ) from error
    return found


def checked(artifact: Artifact) -> Path:
    """Returns the machine code's path, after checking that it is what was built, by whom it should be.

    Raises:
        SandboxError: If it is not.
    """
    path = artifact.folder / "guest.cwasm"
    try:
        _check_private(artifact.folder)
        intact = sha256_of(path) == artifact.compiled
    except OSError as error:
        raise SandboxError(f"the built sandbox is gone ({error}); start again to build it") from error
    if not intact:
        raise SandboxError(f"{path} is not what was built; delete {artifact.folder} and start again")
    return path


def _version(tool: str) -> str:
    try:
        return metadata.version(tool)
    except metadata.PackageNotFoundError as error:
        raise SandboxError(
            f"running code needs the package {tool}, which is not installed: pip install {' '.join(TOOLS)}"
        ) from error


def _key() -> str:
    """Returns a hash of all that the files depend on: sources, tools, and the machine code's processor."""
    cpuinfo = Path("/proc/cpuinfo")
    processor = cpuinfo.read_text().partition("flags")[2].partition("\n")[0] if cpuinfo.exists() else ""
    parts = [INTERFACE, *((HERE / name).read_text("utf-8") for name in SOURCES), *map(_version, TOOLS)]
    parts += [str(FORMAT), platform.system(), platform.machine(), platform.processor(), processor]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _check_private(path: Path) -> None:
    """Refuses a folder that others own, can write to or can enter. Windows keeps profiles private itself."""
    found = path.lstat()
    if os.name == "nt":
        return
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise SandboxError(
            f"{path} must be a folder of your own with mode 0700, because machine code is loaded from it; "
            "delete it, or set VPO_CACHE to another folder"
        )


def _recorded(folder: Path) -> Artifact | None:
    """Returns the files of an earlier build if they are complete."""
    try:
        _check_private(folder)
        record = json.loads((folder / "record.json").read_text("utf-8"))
        found = Artifact(folder, record["component"], record["compiled"])
        intact = all(sha256_of(folder / name) == record[key] for name, key in FILES.items())
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return found if intact else None


FILES = {"guest.wasm": "component", "guest.cwasm": "compiled"}


def _build(folder: Path) -> Artifact:
    """Builds into a folder beside it and moves that into place; the caller holds the lock."""
    began = time.monotonic()
    note("building the code sandbox, once for this user and version (half a minute) ...")
    for stale in folder.parent.glob(f"{folder.name}-*"):
        shutil.rmtree(stale, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))  # mode 0700
    try:
        source = work / "source"
        site = source / "env" / "lib" / "python3.14" / "site-packages"
        site.mkdir(parents=True)
        for name in SOURCES:
            shutil.copy(HERE / name, source)
        (source / "guest.wit").write_text(INTERFACE)
        environment = {**os.environ, "VIRTUAL_ENV": str(source / "env")}  # else it takes in all site-packages
        arguments = ["-d", "guest.wit", "-w", "solution", "componentize", "--stub-wasi", "-p", "."]
        _run("componentize", *arguments, "guest", "-o", str(work / "guest.wasm"), cwd=source, env=environment)
        note(f"compiling it to machine code ... ({time.monotonic() - began:.0f} s so far)")
        _run("compile", str(work / "guest.wasm"), str(work / "guest.cwasm"))
        shutil.rmtree(source)
        record = {key: sha256_of(work / name) for name, key in FILES.items()}
        (work / "record.json").write_text(json.dumps(record))
        shutil.rmtree(folder, ignore_errors=True)
        work.replace(folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    note(f"done in {time.monotonic() - began:.0f} s: {folder}")
    return Artifact(folder, **record)


def _run(*arguments: str, **options: Any) -> None:
    """Runs a step in a process of its own: it may be interrupted, and its memory goes back."""
    command = bootstrap.command("build", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", **options)
    if done.returncode:
        raise SandboxError(
            f"the sandbox could not be built ({arguments[0]} ended with {done.returncode}):\n"
            f"{(done.stdout + done.stderr)[-2000:]}"
        )


def main(step: str, *arguments: str) -> None:
    """Runs a step of the build."""
    if step == "componentize":
        from componentize_py import script

        sys.argv = ["componentize-py", *arguments]
        sys.exit(script())
    from wasmtime.component import Component

    from vpo_envs.sandbox.engine import make_engine

    component, compiled = map(Path, arguments)
    compiled.write_bytes(Component(make_engine(), component.read_bytes()).serialize())
