"""The processes of the sandbox: death, interruption, forks, threads."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from vpo_envs.sandbox import Limits, Sandbox, SandboxError, Submission, bootstrap, shared_sandbox

ROOT = Path(__file__).parents[3]
QUICK = Submission("def f(x):\n    return x + 1", ((1,), (2,)), "f")
SLOW = Submission("def f(x):\n    while True: pass", ((1,),), "f")
LONG = Limits(fuel=10**12, total_fuel=10**13, wall_seconds=300)
posix = pytest.mark.skipif(os.name == "nt", reason="signals and forks of POSIX")


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def processes(sandbox):
    return [worker.process for worker in sandbox._pool.values()]


def script(code):
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


START = """
import os, sys, time
from vpo_envs.sandbox import Limits, Sandbox, Submission
sandbox = Sandbox(workers=2, limits=Limits(fuel=10**12, total_fuel=10**13, wall_seconds=300))
sandbox.run([Submission("print(1)", ("",))] * 2)
print(*[worker.process.pid for worker in sandbox._pool.values()], flush=True)
loop = [Submission("while True: pass", ("",))] * 2
"""


@posix
def test_submissions_of_killed_workers_are_run_again():
    with Sandbox(workers=2) as sandbox:
        expected, _ = sandbox.run([QUICK] * 2)
        killed = processes(sandbox)

        def kill_each_once():
            for process in killed:
                time.sleep(0.2)
                process.kill()

        killer = threading.Thread(target=kill_each_once)
        killer.start()
        busy = Submission("def f(x):\n    return sum(range(200_000)) and x + 1", ((1,), (2,)), "f")
        runs = sandbox.run([busy] * 40)
        killer.join()
        assert [[o.value for o in run.outcomes] for run in runs] == [[2, 3]] * 40
        assert not set(killed) & set(processes(sandbox))
        assert sandbox.run([QUICK]) == [expected]


@posix
def test_a_submission_that_kills_every_worker_is_given_up():
    with Sandbox(workers=1, limits=LONG) as sandbox:
        stop = threading.Event()

        def kill_at_work():
            while not stop.wait(0.01):
                for process in processes(sandbox):
                    process.kill()

        killer = threading.Thread(target=kill_at_work)
        killer.start()
        (run,) = sandbox.run([SLOW])
        stop.set()
        killer.join()
        assert [o.status for o in run.outcomes] == ["not_run"]
        assert run.outcomes[0].error.startswith("3 workers died over this")
        assert [o.value for o in sandbox.run([QUICK])[0].outcomes] == [2, 3]


@posix
def test_workers_end_with_a_killed_parent():
    parent = script(START + "sandbox.run(loop)")
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(workers) == 2 and all(map(alive, workers))
    parent.kill()
    parent.wait()
    wait_until(lambda: not any(map(alive, workers)))


@posix
def test_a_daemon_thread_at_work_does_not_hold_up_the_exit():
    parent = script(
        START + "import threading\nthreading.Thread(target=sandbox.run, args=[loop], daemon=True).start()\n"
        "time.sleep(0.5)"
    )
    out, err = parent.communicate(timeout=100)
    assert (err, parent.returncode) == ("", 0)
    wait_until(lambda: not any(map(alive, map(int, out.split()))))


@posix
def test_workers_end_with_a_killed_parent_whose_fork_lives_on():
    parent = script(START + "child = os.fork()\nif child: print(child, flush=True)\ntime.sleep(60)")
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    try:
        wait_until(lambda: not any(map(alive, workers)))
        assert alive(child)
    finally:
        os.kill(child, signal.SIGKILL)


@posix
def test_interrupt_stops_the_workers_and_nothing_else():
    parent = script(
        START + "try:\n    sandbox.run(loop)\nexcept KeyboardInterrupt:\n"
        "    print(len(sandbox._pool), sandbox.run([Submission('print(2)', ('',))])[0].outcomes[0].value)"
    )
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    time.sleep(0.3)
    parent.send_signal(signal.SIGINT)
    out, err = parent.communicate(timeout=60)
    assert (out.split(), err, parent.returncode) == (["0", "2"], "", 0)
    assert not any(map(alive, workers))


@posix
def test_a_fork_starts_its_own_workers():
    sandbox = shared_sandbox(Limits(fuel=10**8))
    expected = sandbox.run([QUICK])
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            same = sandbox.run([QUICK]) == expected
            os.write(writer, json.dumps([same, [p.pid for p in processes(sandbox)]]).encode())
            sandbox.close()
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        same, theirs = json.loads(pipe.read())
    os.waitpid(child, 0)
    assert same and not set(theirs) & {process.pid for process in processes(sandbox)}
    assert sandbox.run([QUICK]) == expected


def test_threads_share_a_sandbox():
    expected = shared_sandbox().run([QUICK])
    found = []
    threads = [threading.Thread(target=lambda: found.append(shared_sandbox().run([QUICK]))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_a_closed_sandbox_starts_again():
    sandbox = Sandbox(workers=1)
    first = sandbox.run([QUICK])
    (process,) = processes(sandbox)
    sandbox.close()
    assert process.poll() is not None
    assert sandbox.run([QUICK]) == first
    sandbox.close()


def test_one_sandbox_for_the_same_limits():
    assert shared_sandbox() is shared_sandbox(Limits()) is not shared_sandbox(Limits(fuel=1))


def test_a_script_without_a_main_guard_works():
    done = script(START.replace("workers=2", "workers=1") + "print(sandbox.build_id)")
    out, err = done.communicate(timeout=60)
    assert done.returncode == 0 and err == "" and out.split()[-1] == shared_sandbox().build_id


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2"])
def test_number_of_workers(workers):
    with pytest.raises(ValueError, match=f"workers={workers!r} must be at least 1"):
        Sandbox(workers=workers)


def test_limits_are_limits():
    with pytest.raises(TypeError, match="limits=None must be vpo_envs.sandbox.Limits"):
        Sandbox(limits=None)


def test_an_interpreter_that_does_not_start_is_named(monkeypatch):
    Sandbox(workers=1).build_id  # noqa: B018  (builds, if it has to)
    for executable in ("/no/such/python", sys.executable):
        monkeypatch.setattr(bootstrap, "START", "import sys; sys.exit(3)")
        monkeypatch.setattr(sys, "executable", executable)
        with pytest.raises(SandboxError, match="a worker of the sandbox could not start"):
            Sandbox(workers=1).run([QUICK])


def test_runs_are_judged_as_they_arrive():
    submissions = [Submission(f"def f(x): return x + {i}", ((1,), (2,)), "f") for i in range(40)]
    with Sandbox(workers=2) as sandbox:
        judged = sandbox.run_each(submissions, lambda index, run: (index, [o.value for o in run.outcomes]))
        assert judged == [(i, [1 + i, 2 + i]) for i in range(40)]
        assert sandbox.run_each([], lambda index, run: 1) == []


def test_what_a_judge_raises_is_passed_on_and_the_sandbox_goes_on():
    submissions = [Submission("def f(): return 1", ((),), "f")] * 40

    def judge(index, run):
        if index == 7:
            raise LookupError("no verdict")
        return index

    with Sandbox(workers=2) as sandbox:
        with pytest.raises(LookupError, match="no verdict"):
            sandbox.run_each(submissions, judge)
        assert sandbox.run_each(submissions, lambda index, run: run.outcomes[0].value) == [1] * 40
