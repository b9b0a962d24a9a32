"""Another process with another hash seed sees the same, or what differs is named."""

import os
import select
import subprocess
import threading

import numpy as np
import pytest

from vpo_envs import Domain, Objective, Task
from vpo_envs.env_checker import ConformanceError, ConformanceWarning, check_domain
from vpo_envs.env_checker.replay import IN_CHILD, check_replay, observations, run_alone


class Sound(Domain):
    """One objective; pays for the number of the task."""

    objectives = (Objective("right"),)

    def sample_task(self, rng):
        case = str(rng.integers(10**9))
        return Task(f"Write {case}.", case, compact=case)

    def score(self, task, answer):
        return (float(answer == task.truth),)

    def demonstrations(self, task, rng):
        return [task.truth, str(rng.integers(9))]

    def feedback(self, task, answer):
        return f"{len(answer)} characters"


POSIX = pytest.mark.skipif(not hasattr(os, "killpg"), reason="Windows has neither sh nor process groups")
PLACES = [("train", 0), ("test", 3)]


def test_a_domain_that_another_process_cannot_rebuild_is_warned_of():
    class Locked(Sound):
        def __init__(self):
            self.lock = threading.Lock()

    with pytest.warns(ConformanceWarning, match="Locked was not tried in another process: .*lock"):
        check_domain(Locked)


def test_all_that_a_domain_says_is_observed():
    """Best answers are unknown here."""
    domain = Sound()
    first, second = observations(domain, PLACES, ["x"])
    task = domain.task("test", 3)
    demonstrated = [task.truth, str(np.random.default_rng(0).integers(9))]
    assert first["the prompt"] != second["the prompt"]
    assert second == {
        "the prompt": (f"Write {task.truth}.", task.truth),
        "demonstrations": demonstrated,
        "best_answers": [],
        f"the score of '{task.truth}'": [1.0],
        f"the score of '{demonstrated[1]}'": [0.0],
        "the score of 'x'": [0.0],
        f"feedback on '{task.truth}'": f"{len(task.truth)} characters",
        f"feedback on '{demonstrated[1]}'": "1 characters",
        "feedback on 'x'": "1 characters",
    }


def test_feedback_is_observed_for_ten_answers_and_scores_for_all():
    (seen,) = observations(Sound(), PLACES[:1], [chr(97 + i) for i in range(20)])
    kinds = [name.split(" ")[0] for name in seen]
    assert (kinds.count("feedback"), len([name for name in seen if name.startswith("the score")])) == (10, 22)


def test_what_depends_on_hashes_is_named_with_its_task():
    """Not the first of its tasks: the other one says the same everywhere."""

    class Hashing(Sound):
        def feedback(self, task, answer):
            return f"{hash(answer) if task.id == 'test/3' else 0}"

    with pytest.raises(
        ConformanceError, match=r"^Hashing task test/3: feedback on '\d+' differs in another pro"
    ):
        check_replay(Hashing(), PLACES, [])


def test_a_domain_that_fails_in_the_other_process_alone_is_warned_of_with_the_error():
    class Elsewhere(Sound):
        def __reduce__(self):
            return _fail, ()

    with pytest.warns(ConformanceWarning, match="Elsewhere was not tried in .*: LookupError: gone"):
        check_replay(Elsewhere(), PLACES, [])


def _fail():
    raise LookupError("gone")


def test_the_other_process_starts_no_further_ones(monkeypatch, recwarn):
    """Case: a module that checks its domain on import was imported, and checked, without end."""

    class Elsewhere(Sound):
        def __reduce__(self):
            return _fail, ()

    monkeypatch.setenv(IN_CHILD, "1")
    check_replay(Elsewhere(), PLACES, [])
    assert not recwarn.list


@POSIX
def test_a_command_gets_its_input_and_variables_and_its_output_is_returned():
    done = run_alone(["sh", "-c", "cat; echo $WORD; echo wrong >&2; exit 3"], b"in ", {"WORD": "out"}, 60)
    assert (done.stdout, done.stderr, done.returncode) == (b"in out\n", b"wrong\n", 3)


@POSIX
def test_what_does_not_finish_is_killed_with_its_children(tmp_path):
    """The child's child holds the pipe open for as long as it lives."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    script = f"exec 3> '{pipe}'; echo started >&3; sleep 300 & wait"
    with pytest.raises(subprocess.TimeoutExpired):
        run_alone(["sh", "-c", script], b"", dict(os.environ), 0.5)
    os.set_blocking(reader, True)
    read = b""
    while select.select([reader], [], [], 30)[0] and (part := os.read(reader, 100)):
        read += part
    assert read == b"started\n"
    assert select.select([reader], [], [], 0)[0], "nobody holds the other end"
    os.close(reader)
