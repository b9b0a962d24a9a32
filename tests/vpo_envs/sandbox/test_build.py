"""The build of the guest: missing tools, untrusted and damaged caches, one build for all."""

import hashlib
import json
import os
import stat
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from vpo_envs.sandbox import Limits, Sandbox, SandboxError, Submission, build, pool

ROOT = Path(__file__).parents[3]
QUICK = Submission("def f(x):\n    return x + 1", ((1,), (2,)), "f")
posix = pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")


def test_a_missing_tool_is_named(monkeypatch):
    monkeypatch.setattr(build, "TOOLS", ("no-such-tool",))
    with pytest.raises(SandboxError, match=r"needs the package no-such-tool.*pip install no-such-tool"):
        Sandbox(workers=1).run([QUICK])


@posix
def test_a_cache_that_others_can_enter_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("VPO_CACHE", str(tmp_path))
    (tmp_path / "sandbox").mkdir(mode=0o755)
    with pytest.raises(SandboxError, match=r"mode 0700.*set VPO_CACHE"):
        build.artifact()
    (tmp_path / "sandbox").rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "sandbox").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SandboxError, match="a folder of your own"):
        build.artifact()


def test_a_cache_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VPO_CACHE", str(tmp_path / "file"))
    with pytest.raises(SandboxError, match=r"cache cannot be used.*set VPO_CACHE to a folder of your own"):
        build.artifact()


def test_changed_machine_code_is_not_loaded(tmp_path):
    tmp_path.chmod(0o700)
    (tmp_path / "guest.cwasm").write_bytes(b"something else")
    artifact = build.artifact()._replace(folder=tmp_path)
    with pytest.raises(SandboxError, match="is not what was built; delete"):
        build.checked(artifact)
    with pytest.raises(SandboxError, match="is not what was built"):
        pool.Worker(artifact, Limits())


def test_a_cache_that_is_gone_is_named(tmp_path):
    artifact = build.artifact()._replace(folder=tmp_path / "gone")
    with pytest.raises(SandboxError, match="the built sandbox is gone .* start again to build it"):
        pool.Worker(artifact, Limits())


@pytest.mark.slow
def test_the_first_use_builds_once_even_for_two_at_a_time(tmp_path):
    environment = {**os.environ, "VPO_CACHE": str(tmp_path)}
    code = (
        "from vpo_envs.sandbox import *\nsandbox = Sandbox(workers=1)\n"
        "print(sandbox.run([Submission('print(1)', ('',))]), sandbox.build_id)"
    )
    command = {"args": [sys.executable, "-c", code], "cwd": ROOT, "env": environment}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    both = [subprocess.Popen(**command, **pipes) for _ in range(2)]
    (one, said), (other, also_said) = (process.communicate(timeout=600) for process in both)
    assert one == other and b"returned" in one
    messages = (said + also_said).decode()
    assert messages.count("building the code sandbox") == messages.count("done in") == 1
    (folder,) = (path for path in (tmp_path / "sandbox").iterdir() if path.is_dir())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 or os.name == "nt"
    assert sorted(path.name for path in folder.iterdir()) == ["guest.cwasm", "guest.wasm", "record.json"]

    with (folder / "guest.cwasm").open("r+b") as file:  # a broken disk: it is built again
        file.truncate(1000)
    again = subprocess.run(**command, **pipes)
    assert again.returncode == 0 and b"building the code sandbox" in again.stderr


def test_a_build_is_named_by_its_component_and_the_versions_of_the_tools():
    versions = [f"{tool}={metadata.version(tool)}" for tool in ("componentize-py", "wasmtime")]
    named = hashlib.sha256(f"abc {' '.join(versions)}".encode()).hexdigest()[:16]
    one = build.Artifact(Path("here"), component="abc", compiled="x")
    assert one.build_id == named
    assert one._replace(folder=Path("there"), compiled="y").build_id == named, "the machine's own affairs"
    assert one._replace(component="abd").build_id != named


FILES = {"guest.wasm": b"component", "guest.cwasm": b"machine code"}
RECORD = {
    "component": hashlib.sha256(b"component").hexdigest(),
    "compiled": hashlib.sha256(b"machine code").hexdigest(),
}


@pytest.fixture
def earlier(tmp_path, monkeypatch):
    """An earlier build, in the folder where it is looked for."""
    monkeypatch.setenv("VPO_CACHE", str(tmp_path))
    (tmp_path / "sandbox").mkdir(mode=0o700)
    folder = tmp_path / "sandbox" / build._key()
    folder.mkdir(mode=0o700)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    (folder / "record.json").write_text(json.dumps(RECORD))
    return folder


def test_an_earlier_build_is_used_again(earlier):
    found = build.artifact()
    assert found == build.Artifact(earlier, RECORD["component"], RECORD["compiled"])
    assert build.checked(found) == earlier / "guest.cwasm"


@pytest.mark.parametrize("name", [*FILES, "record.json"])
@pytest.mark.parametrize("content", [None, b"{}", b"[1]", b"damaged"])
def test_a_build_that_is_not_whole_does_not_count(earlier, name, content):
    (earlier / name).unlink()
    if content is not None:
        (earlier / name).write_bytes(content)
    assert build._recorded(earlier) is None


@posix
@pytest.mark.parametrize("mode", [0o710, 0o701, 0o720, 0o704])
def test_a_build_that_others_can_reach_is_not_loaded(earlier, mode):
    artifact = build.artifact()
    earlier.chmod(mode)
    for use in (build.artifact, lambda: build.checked(artifact)):
        with pytest.raises(SandboxError, match="mode 0700, because machine code is loaded from it"):
            use()


@posix
def test_a_build_of_another_user_is_not_loaded(earlier, monkeypatch):
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    with pytest.raises(SandboxError, match="must be a folder of your own"):
        build.artifact()


def test_other_tools_sources_or_settings_mean_another_build(monkeypatch):
    before = build._key()
    assert build._key() == before and len(before) == 16
    for name, value in (("FORMAT", build.FORMAT + 1), ("TOOLS", ("pytest",)), ("SOURCES", ("codec.py",))):
        with monkeypatch.context() as patch:
            patch.setattr(build, name, value)
            assert build._key() != before


def test_a_step_that_fails_is_named_with_what_it_printed():
    with pytest.raises(SandboxError, match=r"built \(compile ended with 1\):\n(?s:.*)No such file"):
        build._run("compile", "no such component", "nowhere")
