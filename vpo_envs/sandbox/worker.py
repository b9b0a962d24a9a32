"""The process that runs submissions: takes jobs on stdin, gives runs on stdout, ends with its parent."""

import gc
import os
import pickle
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

from vpo_envs.sandbox import build
from vpo_envs.sandbox.engine import STACK, Interpreter, Job
from vpo_envs.sandbox.outcome import MIB, SandboxError


def main() -> None:
    """Serves until stdin ends.

    The first message is `(artifact, limits)`, the others are lists of jobs; every job has a reply of its own.
    """
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the replies
    messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(messages,), daemon=True).start()
    threading.stack_size(STACK + 16 * MIB)

    artifact, limits = messages.get()
    interpreter: list[Interpreter] = []

    def start() -> str:
        interpreter.append(Interpreter(build.checked(artifact), limits))
        return "ready"

    def reply(work: Callable[[], Any]) -> None:
        try:
            answer = (True, work())
        except SandboxError as error:
            answer = (False, str(error))
        except MemoryError:
            os._exit(1)  # as if the system had ended it
        except Exception:  # a mistake in here: the parent must hear of it, and not wait for ever
            answer = (False, f"a worker of the sandbox failed:\n{traceback.format_exc()}")
        pickle.dump(answer, replies, protocol=5)
        replies.flush()

    def reply_all(works: list[Callable[[], Any]]) -> None:
        for work in works:
            reply(work)

    def do(works: list[Callable[[], Any]]) -> None:
        # A thread a message: its stack, which a solution may have filled, goes back to the system with it.
        thread = threading.Thread(target=reply_all, args=(works,))
        thread.start()
        thread.join()

    do([start])
    gc.freeze()  # nothing of the above is ever garbage
    while True:
        do([partial(interpreter[0].run, Job(*job)) for job in messages.get()])


def _read(messages: "queue.SimpleQueue[Any]") -> None:
    """Reads ahead, so that the end of the parent is noticed in the middle of a job."""
    while True:
        try:
            messages.put(pickle.load(sys.stdin.buffer))
        except (EOFError, OSError, pickle.UnpicklingError):
            os._exit(0)
