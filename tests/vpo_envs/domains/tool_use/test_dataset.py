"""ToolUse: reading rlla_4k, odd rows and wrong schemas included."""

import copy
import json
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs.datasets import RowError
from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.dataset import read_problem
from vpo_envs.domains.tool_use.writing import write_full

RLLA = Path(__file__).parents[3] / "data" / "rlla_4k"


def block(*lines: str) -> str:
    return "\n".join(("<tool_call>", *lines, "</tool_call>"))


def rows(split: str) -> list[dict]:
    return [json.loads(line) for line in (RLLA / f"{split}.jsonl").read_text("utf-8").splitlines()]


def test_it_reads_rlla_4k():
    env = gym.make("vpo/ToolUse-v0", dataset=str(RLLA), split="train")
    prompt, info = env.reset(options={"index": 0})
    assert "**Available Tools**" in prompt and "high water in Ærøskøbing" in prompt
    assert info["task_id"] == "train/0"
    assert env.step(write_full([Call("Tide Table", {"harbour": "Ærøskøbing"})], "hm"))[1].tolist() == [
        1,
        1,
        1,
        1,
    ]
    env.reset(options={"index": 6})
    assert env.unwrapped.task.id == "train/1", "indices wrap around the five rows"
    test = ToolUseDomain(dataset=RLLA).task("test", 0)
    assert test.truth.calls == (Call("ping", {}),) and "<obs>" in test.prompt


def test_odd_rows():
    domain = ToolUseDomain(dataset=RLLA)
    due = [domain.task("train", index).truth.calls for index in range(5)]
    assert [len(calls) for calls in due] == [1, 2, 1, 0, 0]
    assert due[1][0].parameters == {"stops": ["mill", "old quay"], "options": {"km": 7.5, "stairs": False}}
    assert due[2] == (Call("ping", {}),)
    nested = domain.task("train", 1)
    made = copy.deepcopy(due[1])
    made[0].parameters["options"]["stairs"] = True
    assert domain.score(nested, write_full(made, "hm")) == pytest.approx([1, 1, 1, 7 / 8])
    for index in range(5):
        task = domain.task("train", index)
        assert domain.pareto_front(task).tolist() == [[1, 1, 1, 1]]
        assert domain.demonstrations(task, np.random.default_rng(0))
        published = rows("train")[index]["reward_model"]["ground_truth"]
        assert domain.score(task, published) == ((1, 1, 1, 1) if index < 4 else (0, 1, 1, 1))


def test_it_reads_the_published_parquet(tmp_path):
    table = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    for split in ("train", "test"):
        parquet.write_table(table.Table.from_pylist(rows(split)), tmp_path / f"{split}.parquet")
    here, there = ToolUseDomain(dataset=RLLA), ToolUseDomain(dataset=tmp_path)
    for index in range(5):
        assert here.task("train", index) == there.task("train", index)
        assert here.task("train", index).truth == there.task("train", index).truth


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("prompt",), None, r"row 7, field 'prompt': is missing"),
        (("prompt",), "text", r"row 7, field 'prompt': must be list or dict, not str"),
        (("prompt",), [], r"row 7, field 'prompt': holds no text"),
        (("prompt", 1), "text", r"field 'prompt\[1\]'"),
        (("prompt", 1, "content"), 3, r"row 7, field 'prompt\[1\].content': must be str, not int"),
        (("reward_model",), None, r"row 7, field 'reward_model': is missing"),
        (("reward_model",), "text", r"field 'reward_model': must be dict"),
        (("reward_model", "ground_truth"), None, r"field 'reward_model.ground_truth': is missing"),
        (("reward_model", "ground_truth"), [], r"field 'reward_model.ground_truth': must be str"),
        (("reward_model", "ground_truth"), "<tool_call>", "block is not closed"),
        (
            ("reward_model", "ground_truth"),
            block("ping"),
            "not a JSON object with name and parameters: 'ping'",
        ),
        (("reward_model", "ground_truth"), block('{"name": "f"', "}"), "row 7.*not a JSON object"),
        (("reward_model", "ground_truth"), block('{"name": "f", "parameters": [1]}'), "not a JSON object"),
        (("reward_model", "ground_truth"), "just text", "has no <think>, <tool_call> or <response> block"),
        (
            ("reward_model", "ground_truth"),
            block('{"name": "f", "arguments": {"x": 1}}'),
            "row 7, .*a call has name and parameters, not arguments",
        ),
    ],
)
def test_rows_in_the_wrong_schema_are_named(path, value, message):
    row = rows("train")[0]
    inner = row
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(RowError, match=message):
        read_problem(row, 7)
