import csv
import json
import sys
import warnings

import numpy as np
import pytest
import toys
from stable_baselines3.common import logger as sb3_logger

from vpo_agent import VPO, Policy
from vpo_agent.agents.completions import CompletionsCallback
from vpo_agent.agents.run_warnings import RunWarning
from vpo_agent.common.log_writers import CSVWriter
from vpo_agent.common.logger import (
    configure,
    forget_after,
    log_rows,
    read_progress,
    start_wandb,
)
from vpo_envs.metrics import expected_best
from vpo_envs.scalarization import spread_weights


@pytest.fixture(scope="module")
def policy_folder(repeat_policy_folder):
    return repeat_policy_folder


def make(policy_folder, **settings):
    policy = Policy.from_pretrained(policy_folder, dtype="float32")
    shared = dict(num_candidates=2, prompts_per_step=2, group_size=4, max_new_tokens=12)
    return VPO(policy, toys.make_env(toys.Repeat()), **shared, **settings)


def test_what_is_logged_in_a_step(policy_folder, tmp_path):
    agent = make(policy_folder)
    agent.set_logger(configure(tmp_path, ("json", "csv")))
    agent.learn(2 * 16)
    lines = [json.loads(line) for line in (tmp_path / "progress.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [16, 32]
    assert [line["time/updates"] for line in lines] == [1, 2]
    last, rollouts = lines[-1], agent.last_rollouts
    pools = rollouts.rewards.reshape(2, 8, 2)
    for i, name in enumerate(("right", "word")):
        assert last[f"rollout/{name}"] == pytest.approx(pools[..., i].mean(), abs=1e-6)
    scalars = pools.mean(axis=-1)  # w* = (.5, .5)
    assert last["rollout/scalar"] == pytest.approx(scalars.mean(), abs=1e-6)
    assert last["rollout/set_score"] == pytest.approx(
        np.mean([expected_best(one, spread_weights(64, 2)) for one in rollouts.rewards.reshape(8, 2, 2)]),
        abs=1e-6,
    )
    assert last["rollout/best"] == pytest.approx(scalars.max(axis=1).mean(), abs=1e-6)
    assert last["rollout/tokens"] == rollouts.tokens
    assert last["rollout/well_formed"] == rollouts.well_formed
    for name in (
        *(
            "rollout/expected_best",
            "rollout/diversity",
            "rollout/termination_rate",
            "train/frac_reward_zero_std",
            "train/loss",
        ),
        *("train/kl", "train/clip_fraction", "train/ratio_gap", "train/grad_norm", "train/learning_rate"),
        *("time/sampling", "time/advantages", "time/updating", "time/answers_per_second"),
    ):
        assert np.isfinite(last[name]), name
    with open(tmp_path / "progress.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["rollout/scalar"]) for row in rows] == [line["rollout/scalar"] for line in lines]


def test_the_interval_is_kept(policy_folder, tmp_path):
    agent = make(policy_folder)
    agent.set_logger(configure(tmp_path, ("json",)))
    agent.learn(6 * 16, log_interval=3)
    lines = [json.loads(line) for line in (tmp_path / "progress.jsonl").read_text().splitlines()]
    assert [line["time/updates"] for line in lines] == [3, 6]


def test_resumed_runs_append(policy_folder, tmp_path):
    agent = make(policy_folder)
    for _ in range(2):
        agent.set_logger(configure(tmp_path, ("json", "csv")))
        agent.learn(16, reset_num_timesteps=False)
    steps = [json.loads(line)["step"] for line in (tmp_path / "progress.jsonl").read_text().splitlines()]
    with open(tmp_path / "progress.csv", newline="") as file:
        assert [int(row["step"]) for row in csv.DictReader(file)] == steps == [16, 32]


def test_completions_are_logged_with_their_reward_vectors(policy_folder, tmp_path):
    agent = make(policy_folder)
    agent.set_logger(configure(tmp_path, ("json", "tensorboard")))
    agent.learn(3 * 16, CompletionsCallback(every=2, tasks=1))
    rows = [json.loads(line) for line in (tmp_path / "completions.jsonl").read_text().splitlines()]
    assert [row["updates"] for row in rows] == [1] * 4 + [3] * 4 and rows[-1]["step"] == 48
    rollouts = agent.last_rollouts
    for g, row in enumerate(rows[4:]):
        assert row["task"] == rollouts.tasks[0].id
        assert row["prompt"] == rollouts.prompts[0] and row["prompt"].startswith("say ")
        assert row["completion"] == rollouts.completions[0][g].text
        vectors = json.loads(row["reward_vectors"])
        assert [list(one) for one in vectors] == [["right", "word"]] * 2
        np.testing.assert_allclose([list(one.values()) for one in vectors], rollouts.rewards[0, g])
        assert row["scalar"] == pytest.approx(rollouts.rewards[0, g].mean(-1).max(), abs=1e-4)
    agent.logger.close()
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(tmp_path))
    events.Reload()
    shown = events.Tensors("completions/text_summary")
    assert [event.step for event in shown] == [16, 48]
    text = shown[-1].tensor_proto.string_val[0].decode()
    assert text.splitlines()[0] == "| updates | task | prompt | completion | scalar | reward_vectors |"
    assert len(text.splitlines()) == 6 and all(row["task"] in text for row in rows[4:])
    forget_after(tmp_path, 2)
    kept = [json.loads(line) for line in (tmp_path / "completions.jsonl").read_text().splitlines()]
    assert kept == rows[:4]


def test_tensorboard_gets_events(policy_folder, tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    agent = make(policy_folder)
    agent.set_logger(configure(tmp_path, ("tensorboard",)))
    agent.learn(2 * 16)
    agent.logger.close()
    events = EventAccumulator(str(tmp_path))
    events.Reload()
    assert [event.step for event in events.Scalars("rollout/scalar")] == [16, 32]


def test_the_terminal_is_written_to_on_request(policy_folder, capsys):
    make(policy_folder, verbose=1).learn(16)
    assert "expected_best" in capsys.readouterr().out


def test_wrong_formats_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"formats \['xml'\] are unknown; there are stdout, csv, json"):
        configure(tmp_path, ("xml", "csv"))
    with pytest.raises(ValueError, match=r"\['tensorbord'\] are unknown; did you mean 'tensorboard'\?$"):
        configure(tmp_path, ("tensorbord", "csv"))
    with pytest.raises(ValueError, match="write files: give a folder"):
        configure(None, ("csv",))


def test_wandb_that_is_not_there_is_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(
        ImportError, match=r"format 'wandb' needs the package wandb, .*: pip install 'vpo-gym\[wandb\]'"
    ):
        configure(None, ("wandb",))


def test_a_row_cut_within_its_numbers_is_not_taken_for_an_earlier_step(tmp_path):
    """`12` cut to `1` would stay in the table, as a second first step."""
    writer = CSVWriter(tmp_path / "progress.csv")
    for step in (1, 2, 11, 12):
        writer.write({"a": 0.5, "time/updates": step}, {}, 10 * step)
    file = tmp_path / "progress.csv"
    file.write_bytes(file.read_bytes()[: -len("2\r\n")])
    forget_after(tmp_path, 11)
    with open(file, newline="") as lines:
        assert [row["time/updates"] for row in csv.DictReader(lines)] == ["1", "2", "11"]


def test_lines_that_are_no_steps_are_ignored(tmp_path):
    nested = b"[" * 5_000 + b"\n"  # found by fuzzing
    (tmp_path / "progress.jsonl").write_bytes(
        nested + b'{"time/updates": 1}\n[1]\n3\n\xff\xfe\n{"a": 1}\n{"time/up'
    )
    assert read_progress(tmp_path) == [{"time/updates": 1}]
    forget_after(tmp_path, 5)
    # An entry without a step may be the user's own.
    assert (tmp_path / "progress.jsonl").read_text() == '{"time/updates": 1}\n{"a": 1}\n'


def test_rows_that_no_step_wrote_are_left_out(tmp_path):
    """The first, found by fuzzing, kept a run from being resumed; the others are its siblings."""
    (tmp_path / "progress.csv").write_bytes(b"step-a,time/updates\r\n1,1\r\n2,.5,2\r\n3,3\r\n")
    (tmp_path / "completions.jsonl").write_bytes(
        b'{"updates": 1}\n\xff\n' + b"[" * 5_000 + b'\n{"updates": "?"}\n{"updates": null}\n{"updates": 2}\n'
    )
    before = (tmp_path / "progress.csv").read_bytes()
    with pytest.warns(
        UserWarning, match=r"progress.csv is damaged: 1 of its lines are left out; .*damaged holds"
    ):
        forget_after(tmp_path, 3)
    assert (tmp_path / "progress.csv.damaged").read_bytes() == before
    assert (tmp_path / "progress.csv").read_bytes() == b"step-a,time/updates\r\n1,1\r\n3,3\r\n"
    assert (tmp_path / "completions.jsonl").read_text() == '{"updates": 1}\n{"updates": 2}\n'


def test_text_of_several_lines_is_no_damage(tmp_path):
    writer = CSVWriter(tmp_path / "progress.csv")
    for step in (1, 2):
        writer.write({"note": 'a, "b"\nc', "time/updates": step}, {}, step)
    forget_after(tmp_path, 1)
    with open(tmp_path / "progress.csv", newline="") as file:
        assert list(csv.DictReader(file)) == [{"step": "1", "note": 'a, "b"\nc', "time/updates": "1"}]
    assert not (tmp_path / "progress.csv.damaged").exists()


@pytest.mark.parametrize(
    "content",
    [
        '{"question": "my only copy"}\n',
        '{"updates": 9}\n{"answer": "a reply"}\n',
        '"a warning"\n',
        "no JSON\n",
    ],
)
def test_files_of_others_are_left_alone(tmp_path, content):
    """Found by a reviewer: a data set in the folder of a run was emptied."""
    (tmp_path / "tasks.jsonl").write_text(content)
    forget_after(tmp_path, 0)
    assert (tmp_path / "tasks.jsonl").read_text() == content


@pytest.mark.parametrize(("at", "kept"), [(b"2,2,0.5", 9), (b"updates", 0)])
def test_a_flipped_bit_costs_its_line_and_is_told(tmp_path, at, kept):
    """Found by a reviewer: a digit that became a quotation mark took all lines after it, in silence."""
    file = tmp_path / "progress.csv"
    writer = CSVWriter(file)
    for step in range(1, 11):
        writer.write({"time/timesteps": step, "time/updates": step, "a": 0.25 * step}, {}, 2 * step)
    content = bytearray(file.read_bytes())
    content[content.index(at)] ^= 0x10
    file.write_bytes(content)
    with pytest.warns(UserWarning, match="progress.csv is damaged"):
        forget_after(tmp_path, 10)
    assert len(file.read_text().splitlines()) == 1 + kept
    assert (tmp_path / "progress.csv.damaged").read_bytes() == content


def test_a_lost_line_of_the_log_is_told(tmp_path):
    (tmp_path / "progress.jsonl").write_bytes(
        b'{"time/updates": 1}\n{"time/timesteps": 8, "tiMe/updates": 2}\n{"time/updates": 3}\n'
    )
    with pytest.warns(UserWarning, match="progress.jsonl is damaged: 1 of its lines"):
        forget_after(tmp_path, 3)


OWN = '{"step": 0, "my/note": 1.0}\n'
STEPS = [f'{{"time/timesteps": {8 * step}, "time/updates": {step}}}\n' for step in range(4)]


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        ([OWN, STEPS[1], OWN, STEPS[2], OWN], [OWN, STEPS[1], OWN, STEPS[2], OWN]),
        ([OWN, STEPS[1], STEPS[2], OWN, STEPS[3], OWN, OWN], [OWN, STEPS[1], STEPS[2], OWN]),
        ([STEPS[3], OWN], []),
    ],
)
def test_own_entries_stay_with_the_step_before_them(tmp_path, recwarn, lines, kept):
    file = tmp_path / "progress.jsonl"
    file.write_text("".join(lines))
    forget_after(tmp_path, 2)
    assert file.read_text() == "".join(kept) and not recwarn.list
    assert [line["time/updates"] for line in read_progress(tmp_path)] == [1, 2][: len(kept)]


def test_own_entries_stay_in_the_log_and_the_table(policy_folder, tmp_path, recwarn):
    agent = make(policy_folder)
    agent.set_logger(configure(tmp_path, ("json", "csv")))
    agent.logger.record("my/note", 1.0)
    agent.logger.dump(0)
    agent.logger.dump(0)  # nothing is left to write
    for _ in range(2):
        agent.learn(16, reset_num_timesteps=False)
    lines = [json.loads(line) for line in (tmp_path / "progress.jsonl").read_text().splitlines()]
    with open(tmp_path / "progress.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [line["step"] for line in lines] == [int(row["step"]) for row in rows] == [0, 16, 32]
    assert [row["my/note"] for row in rows] == ["1.0", "", ""]
    assert not [note for note in recwarn.list if "damaged" in str(note.message)]


def test_a_callback_may_write_the_log_itself(policy_folder, tmp_path):
    agent = make(policy_folder, learning_rate=0.0)
    agent.set_logger(configure(tmp_path, ("json", "csv", "stdout")))
    with warnings.catch_warnings():
        warnings.simplefilter("error", RunWarning)
        agent.learn(11 * 16, lambda agent: agent.logger.dump(agent.num_timesteps), progress_bar=True)
    assert [line["time/updates"] for line in read_progress(tmp_path)] == list(range(1, 12))
    assert len((tmp_path / "progress.csv").read_text().splitlines()) == 12


def test_stable_baselines3s_own_files_are_left_open(policy_folder, tmp_path):
    agent = make(policy_folder)
    agent.set_logger(sb3_logger.configure(str(tmp_path), ["csv", "json"]))
    agent.learn(16).learn(2 * 16, reset_num_timesteps=False)
    agent.num_updates = 1  # as of a checkpoint loaded in this process
    agent.learn(16, reset_num_timesteps=False)
    with open(tmp_path / "progress.csv", newline="") as file:
        assert [row["time/updates"] for row in csv.DictReader(file)] == ["1", "2", "3", "2"]
    assert len((tmp_path / "progress.json").read_text().splitlines()) == 4


def test_a_log_with_nothing_to_delete_is_not_written_again(tmp_path):
    for name, text in (("csv", "time/updates,a\n1,2\n2,2\n"), ("jsonl", '{"time/updates":1}\n{"a":1}\n')):
        (tmp_path / f"progress.{name}").write_text(text)
    before = [(path, path.stat().st_ino, path.read_bytes()) for path in sorted(tmp_path.iterdir())]
    forget_after(tmp_path, 2)
    assert before == [(path, path.stat().st_ino, path.read_bytes()) for path in sorted(tmp_path.iterdir())]


def test_wandb_gets_numbers_and_tables(tmp_path, monkeypatch):
    wandb = pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_MODE", "offline")
    names = set()
    for _ in range(2):  # the second call goes on with the same run
        start_wandb(tmp_path, {"seed": 3})
        names.add(wandb.run.id)
        logger = configure(tmp_path, ("wandb",))
        logger.record("rollout/scalar", np.float32(0.5))
        logger.dump(16)
        log_rows(logger, "completions", [{"updates": 1, "completion": "left", "scalar": 0.5}], 16)
        wandb.finish()
    assert names == {json.loads((tmp_path / "wandb.json").read_text())["id"]}
    files = list((tmp_path / "wandb").glob("offline-run-*"))
    stored = b"".join(file.read_bytes() for folder in files for file in folder.glob("run-*.wandb"))
    assert b"rollout/scalar" in stored and b"completions" in stored and b"seed" in stored
    (table, *_) = [file for folder in files for file in folder.rglob("*.table.json")]
    found = json.loads(table.read_text())
    assert found["columns"] == ["updates", "completion", "scalar"] and found["data"] == [[1, "left", 0.5]]
