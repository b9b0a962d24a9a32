"""ToolUse: reading BFCL, on small files of our own in the published shape and on the real ones."""

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

from vpo_envs.datasets import RowError
from vpo_envs.domains.tool_use import ToolUseDomain
from vpo_envs.domains.tool_use.bfcl import bfcl_files, read_problem
from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.gold import GoldCall, match_argument
from vpo_envs.domains.tool_use.values import OneOf
from vpo_envs.domains.tool_use.writing import write_full

BFCL = Path(__file__).parents[3] / "data" / "bfcl"
FOLDER = ToolUseDomain(dataset=BFCL)
TIDES = {"harbour": "Old Quay", "days": 3}
WALK = {"stops": ["mill", "old quay"], "limits": {"km": 7.5}}


def score(index: int, *calls: Call) -> list[float]:
    return list(FOLDER.score(FOLDER.task("test", index), write_full(calls, "hm")))


def test_a_folder_holds_all_categories_of_one_turn():
    names = [file.name for file in bfcl_files(BFCL)]
    assert names == [f"BFCL_v4_{c}.json" for c in ("simple_python", "irrelevance", "live_parallel_multiple")]
    assert FOLDER.size("test") == 4
    assert [len(FOLDER.task("test", index).truth.gold) for index in range(4)] == [1, 1, 0, 2]
    with pytest.raises(ValueError, match="split='test'"):
        ToolUseDomain(dataset=BFCL).task("train", 0)


def test_a_file_serves_any_split():
    domain = ToolUseDomain(dataset=BFCL / "BFCL_v4_simple_python.json")
    assert domain.task("train", 1).truth.calls == (
        Call("ferry.book", {"route": "Mill Island", "persons": 2}),
    )


def test_the_prompt_has_the_tools_the_system_message_and_the_question():
    task = FOLDER.task("test", 3)
    assert '"name": "tides.get"' in task.system and task.system.endswith("You plan days at the sea.")
    assert task.prompt.startswith(task.system)
    assert task.prompt.removeprefix(task.system).startswith("\n\nRequest: Plan a walk past the mill")


@pytest.mark.parametrize("index", range(4))
def test_gold_answers_are_right(index):
    task = FOLDER.task("test", index)
    assert FOLDER.pareto_front(task).tolist() == [[1, 1, 1, 1]]


@pytest.mark.parametrize(
    ("made", "key", "value"),
    [
        (TIDES, 1, 1),
        ({**TIDES, "unit": "m"}, 1, 1),
        ({**TIDES, "unit": "Metres."}, 1, 1),
        ({**TIDES, "unit": "feet"}, 1, 2 / 3),
        ({**TIDES, "harbour": "old-quay"}, 1, 1),
        ({**TIDES, "days": "3"}, 1, 1),
        ({**TIDES, "days": 4}, 1, 1 / 2),
        ({"harbour": "Old Quay"}, 2 / 3, 1 / 2),
        ({**TIDES, "sea": "north"}, 4 / 5, 1),
    ],
)
def test_accepted_values_and_optional_arguments(made, key, value):
    assert score(0, Call("tides.get", made))[1:] == pytest.approx([1, key, value])


def test_accepted_values_inside_lists_and_objects():
    tides = Call("tides.get", {"harbour": "Old Quay"})
    for walk in (
        WALK,
        {**WALK, "stops": ["the mill", "the old quay"]},
        {**WALK, "limits": {"km": 7.5, "stairs": False}},
    ):
        assert score(3, tides, Call("plan_walk", walk)) == [1, 1, 1, 1]
    for walk, value in (
        ({**WALK, "stops": ["old quay", "mill"]}, 1 / 2),
        ({**WALK, "limits": {"km": 7.5, "stairs": True}}, 3 / 4),
        ({**WALK, "limits": {}}, 1 / 2),
        ({**WALK, "start": "the mill"}, 2 / 3),
    ):
        assert score(3, tides, Call("plan_walk", walk))[3] == pytest.approx((1 + value) / 2)


def test_a_required_argument_is_never_optional():
    row = json.loads((BFCL / "BFCL_v4_simple_python.json").read_text().split("\n")[1])
    problem = read_problem(row, 0, [{"ferry.book": {"route": ["Mill Island", ""], "persons": []}}])
    assert problem.calls == (Call("ferry.book", {"route": "Mill Island"}),)


@pytest.mark.parametrize(
    ("value", "wanted", "kind", "right"),
    [
        ("3", 3, "integer", False),
        (3.0, 3, "integer", False),
        (3, 3, "integer", True),
        (3, 3.0, "float", True),
        ("[1]", [1], "array", False),
        ("true", True, "boolean", False),
        ("Old-Quay", "old quay", "string", True),
        (3, "3", "string", False),
        ("counter", "counter", "integer", True),
    ],
)
def test_the_official_checker_refuses_other_types(value, wanted, kind, right):
    due = GoldCall("f", {"x": OneOf((wanted,))}, {"x": kind}, lenient=True, strict=True)
    assert (match_argument(due, "x", value) == 1) is right


def test_the_checker_is_a_setting():
    row = FOLDER.task("test", 0)
    strict = ToolUseDomain(dataset=BFCL, checker="official")
    text = write_full([Call("tides.get", {**TIDES, "days": "3"})], "hm")
    assert FOLDER.score(row, text)[3] == 1 and strict.score(strict.task("test", 0), text)[3] == 1 / 2
    assert strict.pareto_front(strict.task("test", 0)).tolist() == [[1, 1, 1, 1]]
    for settings in ({"checker": "strict"}, {"checker": "official"}):
        with pytest.raises(ValueError, match="checker="):
            ToolUseDomain(**settings)


def test_wrong_schemas_are_named(tmp_path):
    shutil.copytree(BFCL, tmp_path / "bfcl")
    answers = tmp_path / "bfcl" / "possible_answer" / "BFCL_v4_simple_python.json"
    lines = answers.read_text().splitlines()
    source = tmp_path / "bfcl" / "BFCL_v4_simple_python.json"
    for text, message in (
        (lines[0], "'simple_python_0' has no row"),
        ("\n".join([lines[0], lines[1].replace("[3]", "3")]), "row 0, field 'ground_truth.tides.get.days'"),
        (
            "\n".join([lines[0], lines[1].replace("ground_truth", "truth")]),
            "field 'ground_truth': is missing",
        ),
    ):
        answers.write_text(text)
        with pytest.raises(RowError, match=message):
            ToolUseDomain(dataset=source).task("test", 0)
    answers.unlink()
    with pytest.raises(ValueError, match="needs the answers in"):
        ToolUseDomain(dataset=source).task("test", 0)


def test_the_published_files():
    """Gold answers are right and corrupted ones wrong, on every row of every category that is read."""
    spec = importlib.util.find_spec("bfcl_eval")
    if spec is None or spec.origin is None:
        pytest.skip("needs the package bfcl-eval")
    domain = ToolUseDomain(dataset=Path(spec.origin).parent / "data")
    size = domain.size("test")
    assert size is not None and size > 3000
    for index in range(size):
        task = domain.task("test", index)
        assert domain.score(task, domain.best_answers(task)[0]) == (1, 1, 1, 1), task.id
        for calls in corrupted(task.truth.calls):
            assert min(domain.score(task, write_full(calls, "hm"))[1:]) < 1, task.id


def corrupted(calls: tuple[Call, ...]) -> list[list[Call]]:
    """Answers that are wrong whatever the row: a call too many, a wrong name, a wrong argument."""
    if not calls:
        return [[Call("f")]]
    first, *others = calls
    return [
        [*calls, Call("f")],
        [Call(f"{first.name}_2", first.parameters), *others],
        [Call(first.name, {**first.parameters, "no such argument": 1}), *others],
        others,
    ]
