import json
from types import SimpleNamespace

import numpy as np
import pytest
import toys

from vpo_agent import VPO, Callback, CheckpointCallback, EvalCallback, Policy, evaluate, latest_checkpoint
from vpo_agent.agents.callbacks import CallbackList, FunctionCallback
from vpo_agent.agents.checkpoint import furthest, read_state
from vpo_agent.common.lock import InUseError
from vpo_agent.common.logger import configure, read_progress

STEP = 2 * 4 * 2


@pytest.fixture(scope="module")
def make(repeat_policy_folder):
    def build(**settings):
        policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
        shared = dict(num_candidates=2, prompts_per_step=2, group_size=4, max_new_tokens=12)
        return VPO(policy, toys.make_env(toys.Repeat()), **shared, **settings)

    return build


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


def test_checkpoints_are_made_in_time_and_the_newest_kept(make, tmp_path):
    folder = tmp_path / "run"
    assert latest_checkpoint(folder) is None
    make().learn(7 * STEP, CheckpointCallback(folder, every=2, keep=2))
    assert sorted(path.name for path in folder.iterdir()) == ["step-000004", "step-000006"]
    assert latest_checkpoint(folder).name == "step-000006"
    loaded = VPO.load(latest_checkpoint(folder), toys.make_env(toys.Repeat()))
    assert loaded.num_updates == 6 and loaded.num_timesteps == 6 * STEP
    make().learn(3 * STEP, CheckpointCallback(tmp_path / "all", every=1, keep=None))
    assert len(list((tmp_path / "all").iterdir())) == 3


def test_slow_steps_are_saved_by_the_clock(make, tmp_path, monkeypatch):
    """A step of a real model takes minutes."""
    clock = iter(range(0, 10**6, 4 * 60))  # four minutes from each reading to the next
    monkeypatch.setattr("vpo_agent.agents.callbacks.time", SimpleNamespace(monotonic=lambda: next(clock)))
    make().learn(8 * STEP, CheckpointCallback(tmp_path, every=100, keep=None, minutes=10))
    # Read once at the start, at every step, and after saving: 12 minutes have passed at steps 3, 6, ...
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-000003", "step-000006"]


def test_damaged_later_checkpoints_push_out_no_intact_one(make, tmp_path):
    agent = make()
    agent.learn(2 * STEP, CheckpointCallback(tmp_path, every=1, keep=1))
    damaged = tmp_path / "step-000100"
    damaged.mkdir()
    agent.learn(STEP, CheckpointCallback(tmp_path, every=1, keep=1), reset_num_timesteps=False)
    agent.learn(STEP, CheckpointCallback(tmp_path, every=1, keep=1), reset_num_timesteps=False)
    assert [path.name for path in sorted(tmp_path.glob("step-*"))] == ["step-000004", damaged.name]


def test_every_callback_ends_although_one_fails(make, tmp_path):
    class Broken(Callback):
        def on_training_end(self, agent):
            raise RuntimeError("broken")

    recorder = Recorder()
    with pytest.raises(RuntimeError, match="broken"):
        make().learn(STEP, [Broken(), CheckpointCallback(tmp_path), recorder])
    assert recorder.events == ["start", 1, "end"]
    make().learn(0, CheckpointCallback(tmp_path))  # the folder is free


def test_half_written_checkpoints_do_not_count(make, tmp_path):
    (tmp_path / "step-000004").mkdir()
    (tmp_path / ".step-000006.new").mkdir()
    (tmp_path / "best").mkdir()
    assert latest_checkpoint(tmp_path) is None
    make().save(tmp_path / "step-000002")
    assert latest_checkpoint(tmp_path).name == "step-000002"


def test_evaluations_are_recorded_and_the_best_is_kept(make, tmp_path):
    records = []
    agent = make(learning_rate=1e-3)
    evaluation = EvalCallback(every=2, folder=tmp_path, tasks=6, pool=4)

    def look(agent):
        names = {key: value for key, value in agent.logger.name_to_value.items() if key.startswith("eval/")}
        records.append((agent.num_updates, names))

    agent.learn(8 * STEP, [evaluation, FunctionCallback(look)])
    assert [n for n, names in records if names] == [2, 4, 6, 8]
    values = [names["eval/expected_best"] for _, names in records if names]
    assert evaluation.best == max(values)
    best = read_state(tmp_path / "best")["num_updates"]
    assert best == 2 * (1 + int(np.argmax(values)))
    # What was measured is that agent, on the validation split.
    loaded = VPO.load(tmp_path / "best", toys.make_env(toys.Repeat()))
    measured = evaluate(loaded, split="validation", tasks=6, pool=4)
    assert measured.summary()["expected_best"] == pytest.approx(max(values))
    assert measured.tasks[0] == "validation/0"


def test_the_best_of_an_interrupted_run_is_not_forgotten(make, tmp_path):
    settings = dict(every=1, folder=tmp_path, tasks=4, pool=4)
    agent = make(learning_rate=0.0)
    agent.learn(STEP, EvalCallback(**settings))
    assert read_state(tmp_path / "best")["num_updates"] == 1
    resumed = EvalCallback(**settings)
    agent.learn(STEP, resumed, reset_num_timesteps=False)  # nothing learnt: no better
    assert read_state(tmp_path / "best")["num_updates"] == 1
    assert resumed.best == pytest.approx(
        evaluate(agent, split="validation", tasks=4, pool=4).summary()["expected_best"]
    )
    # A run that starts anew in the same folder does not compare itself with an old one.
    make(learning_rate=0.0, seed=1).learn(STEP, fresh := EvalCallback(**settings))
    assert read_state(tmp_path / "best")["config"]["seed"] == 1 and fresh.best > 0


def test_evaluation_does_not_change_training(make):
    plain = make().learn(3 * STEP)
    measured = make().learn(3 * STEP, EvalCallback(every=1, tasks=3, pool=2))
    pairs = zip(plain.policy.model.parameters(), measured.policy.model.parameters())
    assert all((a == b).all() for a, b in pairs)


def test_wrong_arguments_are_refused(make, tmp_path):
    with pytest.raises(ValueError, match=r"every=0 .*and keep=2 must be at least 1"):
        CheckpointCallback(tmp_path, every=0)
    with pytest.raises(ValueError, match="keep=0 must be at least 1"):
        CheckpointCallback(tmp_path, keep=0)
    with pytest.raises(ValueError, match="minutes=0 must be above 0"):
        CheckpointCallback(tmp_path, minutes=0)
    with pytest.raises(ValueError, match="every=0 must be at least 1"):
        EvalCallback(every=0)
    with pytest.raises(ValueError, match="metric='best@30' is not measured; there are best@1, best@3"):
        make().learn(STEP, EvalCallback(every=1, metric="best@30", tasks=2, pool=4))


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


def test_checkpoints_of_another_run_are_not_mixed_with_ones_own(make, tmp_path):
    make().learn(3 * STEP, CheckpointCallback(tmp_path, every=1))
    with pytest.raises(ValueError, match="holds step-000003 of another run, and this one is at step 0"):
        make().learn(STEP, CheckpointCallback(tmp_path, every=1))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-000002", "step-000003"]


def test_a_warm_start_is_saved_at_once(make, tmp_path):
    make(warm_start_steps=2).learn(STEP, CheckpointCallback(tmp_path, every=5))
    assert latest_checkpoint(tmp_path).name == "step-000000"
    again = VPO.load(latest_checkpoint(tmp_path), toys.make_env(toys.Repeat()))
    assert again.warm_started and again.num_updates == 0


def test_of_a_regret_the_lowest_is_the_best(make, tmp_path, monkeypatch):
    regrets = iter((0.3, 0.1, 0.5))
    measured = lambda *_, **__: SimpleNamespace(summary=lambda: {"regret": next(regrets)})  # noqa: E731
    monkeypatch.setattr("vpo_agent.agents.callbacks.evaluate", measured)
    make().learn(3 * STEP, EvalCallback(every=1, folder=tmp_path, metric="regret", tasks=2, pool=2))
    assert read_state(tmp_path / "best")["num_updates"] == 2
    assert json.loads((tmp_path / "best.json").read_text()) == {"regret": 0.1}


def test_checkpoints_that_were_half_deleted_are_no_obstacle(make, tmp_path):
    saver = CheckpointCallback(tmp_path, every=1, keep=2)
    make().learn(3 * STEP, saver)
    (tmp_path / "step-000003" / "optimizer.safetensors").unlink()
    (tmp_path / ".step-000001.gone").mkdir()  # a deletion that was killed
    with pytest.warns(UserWarning, match="skipped: .*step-000003/optimizer.safetensors is missing"):
        latest = furthest(tmp_path.glob("step-*"))
    assert latest == tmp_path / "step-000002"
    agent = VPO.load(latest, toys.make_env(toys.Repeat()))
    agent.learn(2 * STEP, saver, reset_num_timesteps=False)  # the damaged one is no other run's
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-000003", "step-000004"]


def test_a_step_is_in_the_log_before_its_checkpoint(make, tmp_path, monkeypatch):
    agent = make()
    agent.set_logger(configure(tmp_path, ("json", "csv")))
    save, logged = agent.save, []

    def watched(path):
        logged.append((path.name, len(read_progress(tmp_path)), len(table(tmp_path))))
        save(path)

    monkeypatch.setattr(agent, "save", watched)
    agent.learn(4 * STEP, CheckpointCallback(tmp_path / "checkpoints", every=2))
    assert logged == [("step-000002", 2, 2), ("step-000004", 4, 4)]


def table(folder):
    return (folder / "progress.csv").read_text().splitlines()[1:]


def test_tokens_are_counted_in_checkpoints(make, tmp_path):
    agent = make()
    agent.set_logger(configure(tmp_path, ("json",)))
    agent.learn(3 * STEP)
    spent = sum(line["rollout/tokens"] for line in read_progress(tmp_path))
    assert agent.num_tokens == spent > 0
    agent.save(tmp_path / "saved")
    assert VPO.load(tmp_path / "saved", toys.make_env(toys.Repeat())).num_tokens == spent


def test_two_runs_do_not_share_a_folder_of_checkpoints(make, tmp_path):
    def second(agent):
        make().learn(STEP, CheckpointCallback(tmp_path))

    with pytest.raises(InUseError, match="is in use by process"):
        make().learn(STEP, [CheckpointCallback(tmp_path), FunctionCallback(second)])
    make().learn(STEP, CheckpointCallback(tmp_path, every=1))  # the first has released it
    assert [path.name for path in tmp_path.iterdir()] == ["step-000001"]


def test_callbacks_before_one_that_cannot_start_are_ended(make, tmp_path):
    recorder = Recorder()
    make().learn(2 * STEP, CheckpointCallback(tmp_path, every=2))
    with pytest.raises(ValueError, match="of another run"):
        make().learn(STEP, [recorder, CheckpointCallback(tmp_path)])
    assert recorder.events == ["start", "end"]


@pytest.mark.parametrize("text", ["", "[]", '{"expected_best": "high"}', '{"expected'])
def test_a_damaged_best_value_is_named(make, tmp_path, text):
    agent = make().learn(STEP)
    (tmp_path / "best.json").write_text(text)
    with pytest.raises(ValueError, match=r"best\.json is damaged .*|best\.json is damaged: .* delete it"):
        agent.learn(STEP, EvalCallback(1, tmp_path, tasks=2, pool=2), reset_num_timesteps=False)
