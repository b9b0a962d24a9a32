from functools import partial

import numpy as np
import pytest

from vpo_agent import Callback, CheckpointCallback
from vpo_agent.agents.callbacks import CallbackList, FunctionCallback

STEP = 2 * 4 * 2


@pytest.fixture(scope="module")
def make(make):
    return partial(make, num_candidates=2, prompts_per_step=2)


class Recorder(Callback):
    def __init__(self, stop_at=None):
        self.events = []
        self.stop_at = stop_at

    def on_training_start(self, agent):
        self.events.append("start")

    def on_step(self, agent):
        self.events.append(agent.num_updates)
        return agent.num_updates != self.stop_at

    def on_training_end(self, agent):
        self.events.append("end")


def test_callbacks_are_called_in_order(make):
    recorder = Recorder()
    make().learn(2 * STEP, recorder)
    assert recorder.events == ["start", 1, 2, "end"]


def test_every_callback_of_a_list_is_called_and_each_can_stop(make):
    stopper, other = Recorder(stop_at=2), Recorder()
    agent = make().learn(5 * STEP, [stopper, other])
    assert stopper.events == other.events == ["start", 1, 2, "end"]
    assert agent.num_updates == 2
    nested = CallbackList([CallbackList([Recorder(stop_at=1)]), other])
    make().learn(5 * STEP, nested)
    assert other.events[4:] == ["start", 1, "end"]


def test_functions_serve_as_callbacks(make):
    seen = []
    make().learn(3 * STEP, lambda agent: seen.append(agent.num_timesteps))
    assert seen == [16, 32, 48]
    agent = make().learn(3 * STEP, lambda agent: False)
    assert agent.num_updates == 1


@pytest.mark.parametrize(
    ("verdict", "going"),
    [(None, True), (True, True), (np.True_, True), (False, False), (np.False_, False), (0, False)],
)
def test_verdicts_of_functions_and_callbacks(make, verdict, going):
    class Judge(Callback):
        def on_step(self, agent):
            return verdict

    assert FunctionCallback(lambda agent: verdict).on_step(None) is going
    assert FunctionCallback(lambda local, rest: verdict).on_step(make()) is going
    assert CallbackList([Callback(), CallbackList([Judge()])]).on_step(None) is going


def test_a_callback_without_a_return_goes_on(make):
    class Silent(Callback):
        def on_step(self, agent):
            pass

    assert make().learn(3 * STEP, Silent()).num_updates == 3


def test_the_end_is_called_after_an_error(make):
    recorder = Recorder()

    def fail(agent):
        raise RuntimeError("out of coffee")

    with pytest.raises(RuntimeError, match="out of coffee"):
        make().learn(STEP, [recorder, FunctionCallback(fail)])
    assert recorder.events == ["start", 1, "end"]


def test_every_callback_ends_although_one_fails(make, tmp_path):
    class Broken(Callback):
        def on_training_end(self, agent):
            raise RuntimeError("broken")

    recorder = Recorder()
    with pytest.raises(RuntimeError, match="broken"):
        make().learn(STEP, [Broken(), CheckpointCallback(tmp_path), recorder])
    assert recorder.events == ["start", 1, "end"]
    make().learn(0, CheckpointCallback(tmp_path))  # the folder is free


def test_progress_is_shown(make, capsys):
    make(warm_start_steps=3).learn(2 * STEP, progress_bar=True)
    shown = capsys.readouterr().out
    assert "warm start" in shown and "VPO" in shown and "32/32" in shown and "expected_best" in shown
    lines = shown.splitlines()  # outside a terminal: a line every few steps
    assert [line.split()[2] for line in lines if line.startswith("warm start")] == ["1/3", "2/3", "3/3"]
    assert [line.split()[1] for line in lines if line.startswith("VPO")] == ["16/32", "32/32"]


def test_nothing_is_shown_unless_asked(make, capsys):
    make(warm_start_steps=2).learn(STEP)
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err == ""


def test_callbacks_before_one_that_cannot_start_are_ended(make, tmp_path):
    recorder = Recorder()
    make().learn(2 * STEP, CheckpointCallback(tmp_path, every=2))
    with pytest.raises(ValueError, match="of another run"):
        make().learn(STEP, [recorder, CheckpointCallback(tmp_path)])
    assert recorder.events == ["start", "end"]
