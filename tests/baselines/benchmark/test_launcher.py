"""Runs in processes of their own, ended with all that they have started."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from baselines.benchmark import launcher
from baselines.benchmark.launcher import BenchmarkError, run_cells

PARENT = """
import subprocess, sys, time
from pathlib import Path


def main():
    child = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print(flush=True); time.sleep(99)"
    )
    process = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE)
    process.stdout.readline()  # it no longer hears SIGTERM
    (Path(sys.argv[1]) / "pid.new").write_text(str(process.pid))
    (Path(sys.argv[1]) / "pid.new").rename(Path(sys.argv[1]) / "pid")
    process.wait()
"""
RUNNER = """
import sys
from pathlib import Path
from baselines.benchmark.launcher import run_cells

cells = {Path(sys.argv[1]) / "cell": {"seed": 0, "steps": 1}}
run_cells("waiting", cells, "parent_of_a_sleeper", 1, quiet=True)
"""


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid):
    for _ in range(200):
        if not is_alive(pid):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def sleeper(tmp_path, monkeypatch):
    (tmp_path / "parent_of_a_sleeper.py").write_text(PARENT)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *filter(None, sys.path)]))
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path / "cell"


pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks into /proc")


@pytest.fixture(params=["forkserver", pytest.param("spawn", marks=pytest.mark.nightly)])
def either_way(request, monkeypatch):
    """Runs as they start on Linux without a GPU, and as they start elsewhere."""
    context = multiprocessing.get_context(request.param)
    monkeypatch.setattr(launcher, "start_method", lambda module: context)


def test_an_interrupt_ends_what_a_run_has_started(either_way, sleeper, monkeypatch):
    def interrupt(*arguments):
        if (sleeper / "pid").exists():
            raise KeyboardInterrupt

    monkeypatch.setattr(launcher, "_show", interrupt)
    monkeypatch.setattr(launcher, "POLL_SECONDS", 0.05)
    with pytest.raises(KeyboardInterrupt):
        run_cells("waiting", {sleeper: {"seed": 0, "steps": 1}}, "parent_of_a_sleeper", 1, quiet=True)
    assert json.loads((sleeper / "cell.json").read_text())["steps"] == 1
    assert gone(int((sleeper / "pid").read_text()))


def test_a_kill_of_the_command_does_so_too(sleeper):
    command = subprocess.Popen([sys.executable, "-c", RUNNER, str(sleeper.parent)], stderr=subprocess.DEVNULL)
    while not (sleeper / "pid").exists():
        assert command.poll() is None
        time.sleep(0.02)
    command.send_signal(signal.SIGTERM)
    assert command.wait(30) == 128 + signal.SIGTERM
    assert gone(int((sleeper / "pid").read_text()))


RECORDER = """
import json, sys, time
from pathlib import Path


def main():
    folder = Path(sys.argv[1])
    cell = json.loads((folder / "cell.json").read_text())
    until = folder.parent / cell.get("until", "cell.json") / "result.json"
    while "until" in cell and not until.exists():
        time.sleep(0.02)
    with open(folder.parent / "order", "a") as order:
        order.write(folder.name + "\\n")
    (folder / "result.json").write_text("{}")
"""


def test_a_run_starts_as_soon_as_what_it_starts_from_is_finished(either_way, tmp_path, monkeypatch):
    (tmp_path / "recorder.py").write_text(RECORDER)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *filter(None, sys.path)]))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(launcher, "POLL_SECONDS", 0.05)
    told = {
        "slow": {"until": "from quick"},  # would wait forever if all starts had to be finished first
        "quick": {},
        "from slow": {"start": "slow"},
        "from quick": {"start": "quick"},
    }
    cells = {tmp_path / name: {"seed": 0, "steps": 1, **cell} for name, cell in told.items()}
    run_cells("runs", cells, "recorder", 2, quiet=True)
    assert (tmp_path / "order").read_text().split("\n")[:-1] == ["quick", "from quick", "slow", "from slow"]


LOUD = """
import os, sys
from pathlib import Path

print("imported by", os.getpid())


def main():
    folder = Path(sys.argv[1])
    print("in", folder.name, os.environ["OMP_NUM_THREADS"], sys.stdin.read(), os.getsid(0) == os.getpid())
    if folder.name == "bad":
        raise ArithmeticError("no good")
    if folder.name == "abrupt":
        os.kill(os.getpid(), 9)
    (folder / "result.json").write_text("{}")
"""


@pytest.fixture
def loud(tmp_path, monkeypatch):
    (tmp_path / "loud.py").write_text(LOUD)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *filter(None, sys.path)]))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(launcher, "POLL_SECONDS", 0.05)
    return lambda *names: run_cells(
        "runs", {tmp_path / name: {"seed": 0, "steps": 1} for name in names}, "loud", 2, quiet=True
    )


def test_what_runs_print_and_how_they_end_is_known(either_way, loud, tmp_path):
    with pytest.raises(BenchmarkError, match=r"(?s)bad ended with code 1; .*ArithmeticError: no good"):
        loud("good", "fine", "bad")
    printed = [(tmp_path / name / "output.txt").read_text() for name in ("good", "fine", "bad")]
    assert all(f"in {name} 1  True" in text for name, text in zip(("good", "fine", "bad"), printed))
    with pytest.raises(BenchmarkError, match="abrupt ended with code -9 .killed, .*memory.*--workers 1"):
        loud("abrupt")


def test_the_last_output_is_that_of_the_last_attempt(loud, tmp_path):
    (tmp_path / "abrupt").mkdir()
    (tmp_path / "abrupt" / "output.txt").write_text("an error of yesterday")
    with pytest.raises(BenchmarkError, match="code -9") as error:
        loud("abrupt")
    assert "yesterday" not in str(error.value)
    (tmp_path / "never").mkdir()
    with pytest.raises(BenchmarkError, match=r"(?s)code -9.*\(none\)"):
        launcher._fail(-9, tmp_path / "never")


def test_a_module_that_cannot_be_imported_is_told(either_way, loud, tmp_path):
    (tmp_path / "loud.py").write_text("import nothing_of_this_name")
    with pytest.raises(BenchmarkError, match="No module named 'nothing_of_this_name'"):
        loud("good")


def test_runs_end_with_an_owner_that_is_killed(sleeper):
    command = subprocess.Popen([sys.executable, "-c", RUNNER, str(sleeper.parent)], stderr=subprocess.DEVNULL)
    while not (sleeper / "pid").exists():
        assert command.poll() is None
        time.sleep(0.02)
    command.kill()
    command.wait()
    assert gone(int((sleeper / "pid").read_text()))


FULL = """
from vpo_agent.common.atomic_io import unwritable


def main():
    raise unwritable("checkpoints/step-000020", OSError(28, "No space left on device"))
"""


def test_a_run_without_space_says_so_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "full.py").write_text(FULL)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *filter(None, sys.path)]))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(launcher, "POLL_SECONDS", 0.05)
    expected = r"^the run in .*run ended: checkpoints/step-000020 cannot be written \(No space .* some space"
    with pytest.raises(BenchmarkError, match=expected) as caught:
        run_cells("runs", {tmp_path / "run": {"seed": 0, "steps": 1}}, "full", 1, quiet=True)
    assert "\n" not in str(caught.value) and not (tmp_path / "run" / ".lock").exists()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"step": 9, "time/upeates": 9}', {"completed": 3, "figure": "loss 0.500"}),
        ("5", {"completed": 3, "figure": "loss 0.500"}),
        ('{"time/updates": "9"}', {"completed": 3, "figure": "loss 0.500"}),
        ('{"time/updates": 4, "loss": null}', {"completed": 4, "figure": ""}),
        ('{"time/updates": 8, "loss": 0.25}', {"completed": 8, "figure": "loss 0.250  finishing"}),
    ],
)
def test_a_damaged_log_does_not_stop_the_display(tmp_path, line, shown):
    """Found by a reviewer: it stopped all runs with a traceback."""
    (tmp_path / "progress.jsonl").write_text(f'{{"time/updates": 3, "loss": 0.5}}\n{line}\n')
    told = []

    class Bar:
        def update(self, row, **changes):
            told.append(changes)

    launcher._show(Bar(), 0, tmp_path, 8)
    assert told == [shown]
