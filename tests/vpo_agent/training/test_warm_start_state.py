"""A warm start that was interrupted ends as one left alone, to the bit."""

import contextlib

import pytest
import torch
import toys

from vpo_agent import VPO, CheckpointCallback
from vpo_agent.common.lock import InUseError, sole_writer
from vpo_agent.tasks.source import DomainTasks
from vpo_agent.training import warm_start_state
from vpo_agent.training.sft import warm_start

STEPS = 6


class Killed(Exception):
    pass


def run(path=None, until=None, seed=0, policy=None):
    """Runs a warm start, ended by an error after some steps."""
    policy = policy or toys.small_policy(toys.Repeat(), layers=1)
    shown = []

    def report(step, loss):
        shown.append((step, loss))
        if step == until:
            raise Killed

    source = DomainTasks(toys.Repeat(), style="compact")
    with contextlib.suppress(Killed):
        warm_start(policy, source, steps=STEPS, sizes=(1, 2), seed=seed, on_step=report, path=path)
    return policy, shown


def same(one, other):
    pairs = zip(one.model.parameters(), other.model.parameters())
    return all(torch.equal(a, b) for a, b in pairs)


@pytest.fixture(autouse=True)
def every_step(monkeypatch):
    monkeypatch.setattr(warm_start_state, "SAVE_SECONDS", 0.0)


@pytest.fixture(scope="module")
def whole():
    return run()


@pytest.mark.parametrize("until", [2, 5, 6])
def test_an_interrupted_warm_start_ends_the_same(whole, tmp_path, until):
    path = tmp_path / "deep" / "warm_start.safetensors"
    run(path, until=until)
    policy, shown = run(path)
    assert same(policy, whole[0]) and shown == whole[1]
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_warm_start_goes_on_in_the_process_that_interrupted_it(whole, tmp_path, recwarn):
    path = tmp_path / "state"
    policy, _ = run(path, until=3)
    again, shown = run(path, until=5, policy=policy)
    assert not same(again, whole[0]) and shown == whole[1][:5]
    last, shown = run(path, policy=policy)
    assert same(last, whole[0]) and shown == whole[1] and not recwarn.list


def test_a_lost_state_is_told_and_the_new_one_is_no_others(whole, tmp_path):
    path = tmp_path / "state"
    policy, _ = run(until=3)
    with pytest.warns(UserWarning, match="an interrupted warm start left no state"):
        run(path, until=3, policy=policy)
    fresh, shown = run(path)  # in another process: not from the weights that were trained twice
    assert same(fresh, whole[0]) and shown == whole[1]


def test_an_interruption_before_the_first_step_does_no_harm(whole, recwarn):
    policy = toys.small_policy(toys.Repeat(), layers=1)
    policy.unfinished = policy.digest()
    again, _ = run(policy=policy)
    assert same(again, whole[0]) and policy.unfinished is None and not recwarn.list


def test_only_the_steps_after_the_state_are_repeated(tmp_path, monkeypatch):
    path = tmp_path / "state"
    run(path, until=5)  # the error comes before step 5 is saved
    drawn = []
    draw = DomainTasks.draw
    monkeypatch.setattr(DomainTasks, "draw", lambda self, *rest: drawn.append(1) or draw(self, *rest))
    policy = toys.small_policy(toys.Repeat(), layers=1)
    drawn.clear()
    run(path, policy=policy)
    assert len(drawn) == STEPS - 4


def test_the_state_of_another_warm_start_is_not_used(tmp_path):
    path = tmp_path / "state"
    run(path, until=4)
    other, shown = run(path, seed=1)
    alone, expected = run(seed=1)
    assert same(other, alone) and shown == expected


def test_the_state_of_another_environment_is_not_used(tmp_path):
    """Found by reading: knobs were no part of a warm start's identity."""
    path = tmp_path / "state"
    run(path, until=5)
    policy = toys.small_policy(toys.Repeat(), layers=1)
    source, steps = DomainTasks(toys.Repeat(), style="full"), []
    warm_start(policy, source, steps=STEPS, sizes=(1, 2), path=path, on_step=lambda n, _: steps.append(n))
    alone = toys.small_policy(toys.Repeat(), layers=1)
    warm_start(alone, source, steps=STEPS, sizes=(1, 2))
    assert same(policy, alone) and steps == list(range(1, STEPS + 1))


@pytest.mark.parametrize("damage", ["flip", "truncate", "empty", "text"])
def test_a_damaged_state_is_named_and_not_used(whole, tmp_path, damage):
    path = tmp_path / "warm_start.safetensors"
    run(path, until=4)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(
        {"flip": content, "truncate": content[:-100], "empty": b"", "text": b"not a state at all"}[damage]
    )
    with pytest.warns(UserWarning, match=r"warm_start\.safetensors is not used"):
        policy, _ = run(path)
    assert same(policy, whole[0])


def test_two_processes_do_not_share_a_state(tmp_path):
    path = tmp_path / "state"
    with sole_writer(path), pytest.raises(InUseError, match="state is in use by process"):
        run(path)
    run(path)
    assert path.exists()


def test_a_minute_passes_between_two_states(tmp_path, monkeypatch):
    monkeypatch.setattr(warm_start_state, "SAVE_SECONDS", 60.0)
    run(tmp_path / "state")
    assert not (tmp_path / "state").exists()


def test_training_resumes_within_its_warm_start(tmp_path):
    settings = dict(
        num_candidates=2, prompts_per_step=2, group_size=2, max_new_tokens=6, warm_start_steps=STEPS
    )

    def make():
        return VPO(toys.small_policy(toys.Repeat(), layers=1), toys.make_env(toys.Repeat()), **settings)

    alone = make().learn(8)
    stopped = make()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vpo_agent.training.sft.torch.nn.utils.clip_grad_norm_", fail_at(4))
        with pytest.raises(Killed):
            stopped.learn(8, CheckpointCallback(tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["warm_start.safetensors"]
    resumed = make().learn(8, CheckpointCallback(tmp_path))
    assert same(alone.policy, resumed.policy)
    assert [file.name for file in tmp_path.iterdir()] == ["step-000000"]


def fail_at(call):
    clip, calls = torch.nn.utils.clip_grad_norm_, []

    def clipped(*arguments):
        calls.append(1)
        if len(calls) == call:
            raise Killed
        return clip(*arguments)

    return clipped
