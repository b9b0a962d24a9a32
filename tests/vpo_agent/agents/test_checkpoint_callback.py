"""Checkpoints during training: in time, after the log, and never among those of another run."""

from functools import partial
from types import SimpleNamespace

import pytest
import toys

from vpo_agent import VPO, CheckpointCallback, latest_checkpoint
from vpo_agent.agents.callbacks import FunctionCallback
from vpo_agent.agents.checkpoint import furthest
from vpo_agent.common.lock import InUseError
from vpo_agent.common.logger import configure, read_progress

STEP = 2 * 4 * 2


@pytest.fixture(scope="module")
def make(make):
    return partial(make, num_candidates=2, prompts_per_step=2)


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
    monkeypatch.setattr(
        "vpo_agent.agents.checkpoint_callback.time", SimpleNamespace(monotonic=lambda: next(clock))
    )
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


def test_half_written_checkpoints_do_not_count(make, tmp_path):
    (tmp_path / "step-000004").mkdir()
    (tmp_path / ".step-000006.new").mkdir()
    (tmp_path / "best").mkdir()
    assert latest_checkpoint(tmp_path) is None
    make().save(tmp_path / "step-000002")
    assert latest_checkpoint(tmp_path).name == "step-000002"


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


def test_wrong_arguments_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"every=0 .*and keep=2 must be at least 1"):
        CheckpointCallback(tmp_path, every=0)
    with pytest.raises(ValueError, match="keep=0 must be at least 1"):
        CheckpointCallback(tmp_path, keep=0)
    with pytest.raises(ValueError, match="minutes=0 must be above 0"):
        CheckpointCallback(tmp_path, minutes=0)


def interrupted_at_once(agent, folder):
    """Saves the start of a run, which ends before its first checkpoint."""
    return agent.learn(STEP, [CheckpointCallback(folder, every=5), lambda agent: False])


@pytest.mark.parametrize("change", [{"seed": 5}, {"learning_rate": 1e-2}, {"warm_start_steps": 3}])
def test_the_start_of_another_run_is_not_taken_for_ones_own(make, tmp_path, change):
    interrupted_at_once(make(warm_start_steps=2), tmp_path)
    (name,) = change
    with pytest.raises(ValueError, match=rf"holds step-000000 of another run: .*{name}=.* load that"):
        interrupted_at_once(make(**{"warm_start_steps": 2, **change}), tmp_path)
    assert VPO.load(latest_checkpoint(tmp_path), toys.make_env(toys.Repeat())).config.seed == 0


def test_the_start_of_another_policy_is_not_taken_for_ones_own(make, tmp_path):
    interrupted_at_once(make(warm_start_steps=2), tmp_path)
    other = make(warm_start_steps=2)
    other.policy.model.get_input_embeddings().weight.data += 1
    with pytest.raises(ValueError, match="holds step-000000 of another run: weights="):
        interrupted_at_once(other, tmp_path)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_run_that_begins_again_keeps_its_start(make, tmp_path, dtype):
    interrupted_at_once(make(warm_start_steps=2, dtype=dtype), tmp_path)
    interrupted_at_once(make(warm_start_steps=2, dtype=dtype), tmp_path)
    for loaded in (None, "float32"):
        agent = VPO.load(latest_checkpoint(tmp_path), toys.make_env(toys.Repeat()), dtype=loaded)
        assert interrupted_at_once(agent, tmp_path).num_updates == 1
