"""The process that runs submissions: its messages and replies, mistakes, and its end."""

import hashlib
import pickle
import subprocess

import pytest

from vpo_envs.sandbox import Limits, SandboxError, bootstrap, build, pool


def test_a_mistake_in_a_worker_is_heard_of(tmp_path):
    """The machine code is what the record says, and nonsense: nothing that `checked` could see."""
    tmp_path.chmod(0o700)
    (tmp_path / "guest.cwasm").write_bytes(b"nonsense")
    artifact = build.Artifact(tmp_path, "", hashlib.sha256(b"nonsense").hexdigest())
    with pytest.raises(SandboxError, match=r"a worker of the sandbox failed:\n(?s:.*)WasmtimeError"):
        pool.Worker(artifact, Limits())


@pytest.fixture
def worker():
    """The bare process; it is ended by the end of its stdin."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(bootstrap.command("worker"), **pipes) as process:
        yield process
        process.kill()


def send(process, *messages):
    for message in messages:
        process.stdin.write(pickle.dumps(message))
    process.stdin.flush()


JOB = ("def f(x):\n    return x + 1", ('{"t": [1]}', '{"t": [2]}'), "f")


def test_every_job_has_a_reply_and_the_end_of_stdin_is_the_end(worker):
    """Two messages are sent at once, the first with two jobs."""
    send(worker, (build.artifact(), Limits()), [JOB, ("f = abs", ('{"t": [-3]}',), "f")], [JOB])
    assert pickle.load(worker.stdout) == (True, "ready")
    replies = [pickle.load(worker.stdout) for _ in range(3)]
    assert [(done, [o.value for o in run.outcomes]) for done, run in replies] == [
        (True, [2, 3]),
        (True, [3]),
        (True, [2, 3]),
    ]
    assert replies[0] == replies[2], "to the instruction"
    worker.stdin.close()
    assert worker.wait(60) == 0 and worker.stdout.read() == b"" and worker.stderr.read() == b""


def test_it_ends_with_its_parent_in_the_middle_of_a_job(worker):
    limits = Limits(fuel=10**15, load_fuel=10**15, total_fuel=10**16, wall_seconds=600)
    send(worker, (build.artifact(), limits), [("while True: pass", ('""',), None)])
    assert pickle.load(worker.stdout) == (True, "ready")
    worker.stdin.close()
    assert worker.wait(60) == 0
    assert worker.stdout.read() == b""


def test_a_message_that_is_none_ends_it(worker):
    send(worker, (build.artifact(), Limits()))
    assert pickle.load(worker.stdout) == (True, "ready")
    worker.stdin.write(b"no pickle")
    worker.stdin.flush()
    assert worker.wait(60) == 0


def test_a_job_that_no_worker_can_do_is_said_and_the_next_one_is_done(worker):
    """Inputs that are no JSON: a mistake of the parent's, not of the solution."""
    send(worker, (build.artifact(), Limits()), [("f = abs", (3,), "f"), JOB])
    replies = [pickle.load(worker.stdout) for _ in range(3)]
    assert replies[0] == (True, "ready")
    done, message = replies[1]
    assert not done and message.startswith("a worker of the sandbox failed:\nTraceback")
    assert [o.value for o in replies[2][1].outcomes] == [2, 3]
