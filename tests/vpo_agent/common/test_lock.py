"""One writer at a time, whatever becomes of the others."""

import os
import signal
import subprocess
import sys

import pytest

from vpo_agent.common.lock import InUseError, clear_stale, lock_file, sole_writer

HOLDER = """
import sys, time
from vpo_agent.common.lock import sole_writer
with sole_writer(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def hold():
    """Starts processes that hold a lock until they read a line."""
    started = []

    def start(path):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        assert process.stdout.readline() == "held\n"
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("name", ["folder", "file.json"])
def test_a_second_process_is_refused_with_the_name_of_the_first(hold, tmp_path, name):
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
    process = hold(path)
    said = rf"{name} is in use by process {process.pid} on .* since .* UTC"
    with pytest.raises(InUseError, match=said), sole_writer(path):
        pass
    process.communicate("go\n")
    with sole_writer(path):
        assert lock_file(path).exists()
    assert not lock_file(path).exists()


def test_the_lock_of_a_dead_process_is_taken_over(hold, tmp_path):
    process = hold(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert lock_file(tmp_path).exists()
    with sole_writer(tmp_path):
        assert str(os.getpid()) in lock_file(tmp_path).read_text()
    assert not list(tmp_path.iterdir())


def test_a_note_cut_short_by_a_kill_is_no_obstacle(tmp_path):
    lock_file(tmp_path).write_text('{"pid": 12, "ho')
    own = f"process {os.getpid()}"
    with sole_writer(tmp_path), pytest.raises(InUseError, match=own), sole_writer(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


def test_waiting_ends_with_the_holder(hold, tmp_path):
    process = hold(tmp_path)
    process.stdin.write("go\n")
    process.stdin.flush()
    with sole_writer(tmp_path, wait=60):
        pass


def test_only_stale_lock_files_are_cleared(hold, tmp_path):
    clear_stale(tmp_path)
    process = hold(tmp_path)
    clear_stale(tmp_path)
    assert lock_file(tmp_path).exists()
    process.kill()
    process.wait()
    clear_stale(tmp_path)
    assert not lock_file(tmp_path).exists()


def test_an_error_within_releases_the_lock(tmp_path):
    with pytest.raises(ZeroDivisionError), sole_writer(tmp_path):
        _ = 1 / 0
    with sole_writer(tmp_path):
        pass


def test_a_planted_link_is_not_followed(tmp_path):
    """Found by a reviewer: the lock wrote its holder into whatever file the link led to."""
    victim, folder = tmp_path / "victim", tmp_path / "run"
    victim.write_text("precious")
    folder.mkdir()
    lock_file(folder).symlink_to(victim)
    with pytest.raises(OSError, match="cannot be written"), sole_writer(folder):
        pass
    assert victim.read_text() == "precious"
