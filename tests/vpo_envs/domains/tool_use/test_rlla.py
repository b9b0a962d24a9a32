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
from vpo_envs.domains.tool_use.rlla import read_catalogue, read_problem
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


def test_system_and_user_messages_stay_apart():
    for index, row in enumerate(rows("train")):
        task = ToolUseDomain(dataset=RLLA).task("train", index)
        system, user = (message["content"] for message in row["prompt"])
        assert task.system == system
        assert task.prompt.removeprefix(task.system).strip() == user


def retyped(gold: str, type_name: str) -> dict:
    """A row whose only argument has a value and a type that may contradict one another."""
    row = rows("train")[0]
    content = row["prompt"][0]["content"]
    row["prompt"][0]["content"] = content.replace('"type": "string"', f'"type": "{type_name}"', 1)
    row["reward_model"]["ground_truth"] = block(
        f'{{"name": "Tide Table", "parameters": {{"harbour": {gold}}}}}'
    )
    return row


@pytest.mark.parametrize(
    ("gold", "type_name", "due", "others"),
    [
        ('"1"', "int", 1, ("1", 1.0)),
        ('"1"', "str, optional", "1", (1,)),
        ("1", "string", "1", (1,)),
        ('"2.5"', "float", 2.5, ("2.50",)),
        ('"true"', "boolean", True, ("True",)),
        ('"[1, 2]"', "List[int]", [1, 2], ("[1,2]", ["1", "2"])),
        ('"[{\\"a\\": 1"', "array", [{"a": 1}], ('[{"a": 1}]',)),  # published like that
        ('"soon"', "int", "soon", ("Soon",)),
    ],
)
def test_gold_values_are_read_by_their_own_schema(gold, type_name, due, others):
    problem = read_problem(retyped(gold, type_name), 0)
    assert problem.calls == (Call("Tide Table", {"harbour": due}),)
    domain = ToolUseDomain()
    task = domain.make_task(problem)
    for value in (due, json.loads(gold), *others):
        made = write_full([Call("Tide Table", {"harbour": value})], "hm")
        assert domain.score(task, made) == (1, 1, 1, 1)
    wrong = write_full([Call("Tide Table", {"harbour": "9"})], "hm")
    assert domain.score(task, wrong) == (0, 1, 1, 0)


def test_catalogues_that_cannot_be_read_name_no_types():
    text = (
        "1. Name: f\nParameters: {broken\n2. Name: g\nDescription: Name: h\nParameters: none\nParameters: {}"
    )
    assert read_catalogue(text) == {"f": {}, "g": {}}
    assert read_catalogue("") == read_catalogue("Parameters: {}") == {}
