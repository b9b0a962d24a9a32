"""Outputs of a log, one by one."""

import csv
import json
import sys

import numpy as np
import pytest

from vpo_agent.common.log_writers import (
    ConsoleWriter,
    CSVWriter,
    JSONLinesWriter,
    TensorBoardWriter,
    _cell,
)


def test_new_columns_are_added_to_the_table(tmp_path):
    file = tmp_path / "progress.csv"
    CSVWriter(file).write({"a": 1.5}, {}, 1)
    writer = CSVWriter(file)
    writer.write({"a": np.float32(2.5), "b": "x,\ny"}, {}, 2)
    writer.write({"b": 3}, {}, 3)
    assert [path.name for path in tmp_path.iterdir()] == ["progress.csv"]
    with open(file, newline="") as lines:
        assert list(csv.DictReader(lines)) == [
            {"step": "1", "a": "1.5", "b": ""},
            {"step": "2", "a": "2.5", "b": "x,\ny"},
            {"step": "3", "a": "", "b": "3"},
        ]


def test_json_lines_hold_plain_values(tmp_path):
    file = tmp_path / "progress.jsonl"
    JSONLinesWriter(file).write({"a": np.float32(0.5), "b": np.int64(3), "c": "x\ny"}, {}, 7)
    assert [json.loads(line) for line in file.read_text().splitlines()] == [
        {"step": 7, "a": 0.5, "b": 3, "c": "x\ny"}
    ]


def test_cells_of_tables_hold_any_text():
    assert _cell(0.5) == "0.5"
    assert _cell("a|b\nc") == "` a\\|b c `"
    assert _cell("``x`") == "``` ``x` ```"


def test_long_names_are_shown_whole_and_end_no_run(capsys):
    name = "share of the customers that are served within the hour of their "
    writer, keys = ConsoleWriter(sys.stdout), [f"rollout/{name}{end}" for end in ("call", "letter")]
    writer.write(dict.fromkeys(keys, 0.5), dict.fromkeys(keys), 1)
    shown = capsys.readouterr().out
    assert f"{name}call " in shown and f"{name}letter " in shown


def test_tensorboard_hides_what_a_resumed_run_repeats(tmp_path):
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

    def write(steps, after=None):
        writer = TensorBoardWriter(str(tmp_path))
        if after is not None:
            writer.forget_after(after)
        for step in steps:
            writer.write({"a": float(step)}, {"a": None}, step)
            writer.forget_after(0)  # hides nothing that this process has written
        writer.close()

    write([8, 16, 24])
    (first,) = tmp_path.iterdir()
    first.rename(tmp_path / f"{first.name}.0")  # both may be of the same second
    write([16, 24, 32], after=8)
    found = events.EventAccumulator(str(tmp_path))
    found.Reload()
    assert [event.step for event in found.Scalars("a")] == [8, 16, 24, 32]
