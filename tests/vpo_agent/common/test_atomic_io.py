"""Files that are whole or as before: on full disks, in read-only folders, after kills."""

import os
import resource
import signal
import subprocess
import sys

import pytest

from vpo_agent.common.atomic_io import (
    UnwritableError,
    append_line,
    clear_leftovers,
    explained,
    remove_folder,
    unwritable,
    write_atomically,
)


@pytest.fixture
def full_disk():
    """No file may grow beyond 8 KB, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    yield 8192
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_keeps_the_old_file(full_disk, tmp_path):
    path = tmp_path / "result.json"
    write_atomically(path, "old")
    with pytest.raises(
        UnwritableError,
        match=r"result\.json cannot be written \(File too large\); .* unchanged; free some space",
    ):
        write_atomically(path, "x" * (full_disk + 1))
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["result.json"]


def test_a_full_disk_tears_no_line_of_a_log(full_disk, tmp_path):
    path = tmp_path / "progress.jsonl"
    for _ in range(full_disk // 1000):
        append_line(path, "x" * 999 + "\n")
    before = path.read_bytes()
    with pytest.raises(UnwritableError, match=r"progress\.jsonl cannot be written"):
        append_line(path, "x" * 999 + "\n")
    assert path.read_bytes() == before


def test_a_torn_line_is_ended_before_the_next(tmp_path):
    path = tmp_path / "log"
    path.write_text('{"a": 1}\n{"a": ')
    append_line(path, '{"a": 3}\n')
    assert path.read_text().splitlines() == ['{"a": 1}', '{"a": ', '{"a": 3}']


APPENDER = """
import sys
from pathlib import Path
from vpo_agent.common.atomic_io import append_line
for i in range(40):
    append_line(Path(sys.argv[1]), sys.argv[2] * 20_000 + "\\n")
"""


def test_processes_that_append_together_keep_lines_whole(tmp_path):
    path = tmp_path / "replies.jsonl"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    processes = [
        subprocess.Popen([sys.executable, "-c", APPENDER, str(path), letter], env=environment)
        for letter in "ab"
    ]
    assert [process.wait() for process in processes] == [0, 0]
    lines = path.read_text().splitlines()
    assert sorted(lines) == sorted(["a" * 20_000] * 40 + ["b" * 20_000] * 40)


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (28, "No space left on device.*free some space"),
        (30, "Read-only file system.*choose a folder in which this account may write"),
        (13, "Permission denied.*choose a folder in which this account may write"),
        (5, "Input/output error"),
    ],
)
def test_the_reason_and_the_remedy_are_one_line(number, remedy):
    expected = pytest.raises(UnwritableError, match=rf"^here cannot be written \({remedy}")
    with expected as caught, explained("here"):
        raise OSError(number, os.strerror(number))
    assert "\n" not in str(caught.value)
    assert str(unwritable("x", OSError("no number"))) == (
        "x cannot be written (no number); what was there before is unchanged"
    )


def test_a_file_where_a_folder_is_needed_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnwritableError, match="file/log cannot be written"):
        write_atomically(tmp_path / "file" / "log", "text")


def test_leftovers_of_killed_writers_are_cleared(tmp_path):
    for name in (".a.new", ".b.gone", "kept", ".kept.old", ".c.old"):
        (tmp_path / name).mkdir()
    (tmp_path / ".d.json.tmp").write_text("{")
    clear_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".c.old", "kept"]
    (tmp_path / ".kept.gone" / "part").mkdir(parents=True)  # a deletion that was killed
    (tmp_path / ".d.new").mkdir()  # the new one, which replaces it next
    remove_folder(tmp_path / "kept")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".c.old", ".d.new"]


def test_line_endings_and_all_of_unicode_are_written_as_they_are(tmp_path):
    write_atomically(tmp_path / "file", "a\r\nb\n\u20ac")
    assert (tmp_path / "file").read_bytes() == "a\r\nb\n\u20ac".encode()


def test_a_planted_link_is_replaced_and_not_followed(tmp_path):
    """Found by a reviewer: the temporary name may be a link in a folder that somebody sent."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".run.json.tmp").symlink_to(victim)
    write_atomically(tmp_path / "run.json", "new")
    assert victim.read_text() == "precious"
    assert (tmp_path / "run.json").read_text() == "new" and not (tmp_path / "run.json").is_symlink()
