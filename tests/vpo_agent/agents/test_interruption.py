"""Runs that end on a signal: after the running step, saved, with the handlers of before."""

import os
import signal
import threading

import pytest
import toys

from vpo_agent import VPO, Callback, CheckpointCallback, latest_checkpoint
from vpo_agent.agents.interruption import SIGNALS, interruption

STEP = 2 * 4 * 2


class Sends(Callback):
    """Sends the process a signal at a step, as often as given."""

    def __init__(self, step, signum, times=1):
        self.step, self.signum, self.times = step, signum, times

    def on_step(self, agent):
        for _ in range(self.times if agent.num_updates == self.step else 0):
            os.kill(os.getpid(), self.signum)
        return True


@pytest.fixture
def agent(repeat_policy_folder):
    return VPO(
        str(repeat_policy_folder),
        toys.make_env(toys.Repeat()),
        dtype="float32",
        num_candidates=2,
        prompts_per_step=2,
        group_size=4,
        max_new_tokens=4,
        warm_start_steps=0,
    )


@pytest.mark.parametrize("signum", SIGNALS)
@pytest.mark.parametrize("first", [True, False])
def test_the_running_step_is_finished_and_saved(agent, tmp_path, signum, first):
    saver, said = CheckpointCallback(tmp_path, every=100), []
    before = [signal.getsignal(one) for one in SIGNALS]
    with interruption(saver, said.append) as end:
        sends = Sends(2, signum)
        callbacks = [sends, saver, end] if first else [saver, end, sends]
        agent.learn(10 * STEP, callbacks)
    # A signal that arrives after `end` has looked is seen in the next step.
    assert agent.num_updates == (2 if first else 3) and end.requested == signum
    assert latest_checkpoint(tmp_path).name == f"step-{2:06d}" and len(said) == 1
    assert [signal.getsignal(one) for one in SIGNALS] == before


def test_a_second_signal_ends_the_run_at_once(agent, tmp_path):
    saver = CheckpointCallback(tmp_path, every=100)
    with interruption(saver, lambda message: None) as end, pytest.raises(KeyboardInterrupt):
        agent.learn(10 * STEP, [Sends(1, signal.SIGINT, times=2), saver, end])
    assert agent.num_updates == 1 and latest_checkpoint(tmp_path) is None


def test_other_threads_train_without_handlers(tmp_path):
    found = []

    def enter():
        with interruption(CheckpointCallback(tmp_path), print) as end:
            found.append(end.requested)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert found == [None]
