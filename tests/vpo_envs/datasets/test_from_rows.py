"""Domains from rows and a scorer: every source, every form of a scorer, errors with file and line."""

import json
import pickle
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs
from vpo_envs import Objective, VectorRewardEnv, from_rows
from vpo_envs.datasets import RowError
from vpo_envs.prompt import messages

ROWS = [{"prompt": f"Double {n}.", "answer": str(2 * n), "limit": 3} for n in range(30)]


def right(completion, answer):
    return completion.strip() == answer


def short(completion, limit):
    return min(1.0, limit / max(1, len(completion)))


def both(completion, answer, limit):
    return right(completion, answer), short(completion, limit)


def named(right, short):
    return {"short": short, "right": right}


def write_jsonl(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def scores(domain, completion, index=0):
    task = domain.task("train", index)
    return domain.score_batch([task], [completion])[0].tolist()


# Scorers


@pytest.mark.parametrize(
    ("scorer", "objectives"),
    [
        (both, ["right", "short"]),
        (lambda completion, answer, limit: np.array(both(completion, answer, limit)), ["right", "short"]),
        (
            lambda completion, **row: dict(zip(("short", "right"), both(completion, row["answer"], 3)[::-1])),
            ["right", "short"],
        ),
        ({"right": right, "short": short}, None),
        ({"short": short, "right": right}, ["right", "short"]),
        ({"right": f"{__name__}:right", "short": f"{__name__}:short"}, None),
    ],
)
def test_every_form_of_a_scorer_gives_the_same(scorer, objectives, monkeypatch):
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _this_module())
    domain = from_rows(ROWS, scorer, objectives)
    assert domain.objective_names == ("right", "short")
    answer = domain.task("train", 0).truth["answer"]
    assert scores(domain, answer) == [1.0, 1.0]
    assert scores(domain, "no idea") == pytest.approx([0.0, 3 / 7])


def _this_module():
    import types

    module = types.ModuleType(__name__)
    module.right, module.short = right, short
    return module


def test_one_objective_may_be_a_bare_number():
    assert scores(from_rows(ROWS, lambda completion, answer: 0.25, ["quarter"]), "x") == [0.25]


def test_parameters_with_defaults_may_be_missing_and_unnamed_columns_are_not_passed():
    domain = from_rows(ROWS, lambda completion, bonus=0.5: [bonus], ["bonus"])
    assert scores(domain, "x") == [0.5]
    domain = from_rows(
        [{**row, "bonus": 0.75} for row in ROWS], lambda completion, bonus=0.5: bonus, ["bonus"]
    )
    assert scores(domain, "x") == [0.75]


def test_a_column_of_that_name_does_not_replace_the_completion():
    rows = [{**row, "completion": "theirs"} for row in ROWS]
    assert scores(from_rows(rows, lambda completion, **rest: completion == "ours", ["ours"]), "ours") == [1.0]


def test_reasoning_is_removed_before_scoring():
    domain = from_rows(ROWS, both, ["right", "short"])
    answer = domain.task("train", 0).truth["answer"]
    assert scores(domain, f"<think>is it 7?</think>{answer}") == [1.0, 1.0]


@pytest.mark.parametrize(
    ("scorer", "objectives", "message"),
    [
        (both, None, "objectives=None: name the objectives"),
        (both, [], "must be a list of at least one name"),
        (both, "right", "objectives='right' must be a list"),
        ({"right": right}, ["wrong"], r"objectives=\('wrong',\) and the scorers \('right',\) differ"),
        ({"right": right}, ["rihgt"], r"differ in names; for 'right', did you mean 'rihgt'\?$"),
        ({}, None, "is empty; give every objective a function"),
        (7, ["a"], "scorer=7 must be a function"),
        ("json", ["a"], "scorer='json' must have the form 'package.module:function'"),
        ("no_such_module:1", ["a"], "scorer='no_such_module:1' must have the form 'package.module:function'"),
        ("json:loads ", ["a"], "scorer='json:loads ' must have the form 'package.module:function'"),
        ("json:nothing", ["a"], "scorer='json:nothing' must be a function"),
        (lambda text, answer: 1.0, ["a"], r"\(text, answer\) has no parameter 'completion'"),
    ],
)
def test_wrong_scorers_and_objectives_are_refused(scorer, objectives, message):
    with pytest.raises(ValueError, match=message):
        from_rows(ROWS, scorer, objectives)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ({"right": 1.0}, r"the scorer returned \['right'\]; the objectives are \['right', 'short'\]"),
        ({"short": 1.0, "rihgt": 1.0}, r"are \['right', 'short'\]; for 'rihgt', did you mean 'right'\?$"),
        ((1.0,), "must return 2 numbers"),
        ((1.0, 2.0), "must lie in"),
        ((1.0, float("nan")), "must lie in"),
    ],
)
def test_wrong_scores_are_errors(returned, message):
    with pytest.raises(ValueError, match=message):
        scores(from_rows(ROWS, lambda completion: returned, ["right", "short"]), "x")


# Sources and splits


def test_rows_are_divided_80_10_10_with_equal_prompts_together():
    domain = from_rows(ROWS + ROWS[:6], both, ["right", "short"])
    prompts = {
        split: [domain.task(split, i).prompt for i in range(domain.size(split))]
        for split in ("train", "validation", "test")
    }
    assert {split: len(set(texts)) for split, texts in prompts.items()} == {
        "train": 24,
        "validation": 3,
        "test": 3,
    }
    assert sum(map(len, prompts.values())) == 36
    assert len(set().union(*prompts.values())) == 30


def test_the_division_is_the_same_every_time():
    first, second = (from_rows(iter(ROWS), both, ["right", "short"]) for _ in range(2))
    assert [first.task("test", i) for i in range(3)] == [second.task("test", i) for i in range(3)]
    assert first.task("test", 4) == first.task("test", 1) and first.task("test", 4).id == "test/1"


def test_a_column_split_divides():
    rows = [{**row, "split": "dev" if n < 4 else "train"} for n, row in enumerate(ROWS)]
    domain = from_rows(rows, both, ["right", "short"])
    assert [domain.size(split) for split in ("train", "validation", "test")] == [26, 4, 4]
    assert domain.task("validation", 0).prompt == "Double 0."


def test_a_misspelt_split_is_named():
    rows = [{"prompt": str(i), "split": "train" if i < 5 else "tset"} for i in range(10)]
    with pytest.raises(ValueError, match="row 5.*'tset' is no split; did you mean 'test'"):
        from_rows(rows, lambda completion: 1.0, ["right"])


def test_a_dict_of_splits_is_taken_as_it_is():
    domain = from_rows({"train": ROWS[:3], "test": ROWS[3:5]}, both, ["right", "short"])
    assert [domain.size(split) for split in ("train", "validation", "test")] == [3, 0, 2]
    with pytest.raises(ValueError, match="has no split 'validation'; it has: test, train"):
        domain.task("validation", 0)


def test_files_and_folders_are_read(tmp_path):
    whole = from_rows(write_jsonl(tmp_path / "rows.jsonl", ROWS), both, ["right", "short"])
    assert [whole.task("test", i) for i in range(3)] == [
        from_rows(ROWS, both, ["right", "short"]).task("test", i) for i in range(3)
    ]
    folder = tmp_path / "folder"
    folder.mkdir()
    write_jsonl(folder / "my_train.jsonl", ROWS[:7])
    write_jsonl(folder / "my_test.jsonl", ROWS[7:9])
    split = from_rows(str(folder), both, ["right", "short"])
    assert (split.size("train"), split.size("test")) == (7, 2)


def test_data_sets_of_the_datasets_package_are_read():
    datasets = pytest.importorskip("datasets")
    table = datasets.Dataset.from_list(ROWS)
    one = from_rows(table, both, ["right", "short"])
    assert one.task("test", 1) == from_rows(ROWS, both, ["right", "short"]).task("test", 1)
    two = from_rows(datasets.DatasetDict(train=table, test=table.select([2])), both, ["right", "short"])
    assert two.size("train") == 30 and two.task("test", 0).prompt == "Double 2."


def test_the_datasets_package_is_not_imported():
    code = (
        "import sys, vpo_envs\n"
        "vpo_envs.from_rows([{'prompt': c} for c in 'abc'], lambda completion: 1.0, ['a'])\n"
        "print('datasets' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "has 0 different prompts; .* at least 3, or a column 'split'"),
        ([{"prompt": "a"}] * 5, "has 1 different prompts"),
        ({}, "rows has no rows in it"),
        ({"train": ROWS, "test": []}, r"rows has no rows in \['test'\]"),
        (7, "rows=int: 7 must be a path, a data set or a list of dicts"),
        ("gone.jsonl", "gone.jsonl' does not exist"),
    ],
)
def test_wrong_sources_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        from_rows(rows, lambda completion: 1.0, ["a"])


# Columns


def test_wrong_rows_come_before_a_wrong_scorer_and_missing_objectives(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"prompt": "a"}\n{"prompt": \n', encoding="utf-8")
    with pytest.raises(RowError, match="^rows.jsonl, line 2: not JSON"):
        from_rows(path, "no scorer")


def test_compact_prompts_weights_and_demonstrations_are_read():
    extra = {"compact": "2x", "demonstrations": ["4", "5"]}
    rows = [{**row, **extra, "weights": {"short": 0.75, "right": 0.25}} for row in ROWS]
    domain = from_rows(rows, both, ["right", "short"])
    task = domain.task("test", 0)
    assert task.text("compact") == "2x" and task.weights == (0.25, 0.75)
    assert domain.demonstrations(task, np.random.default_rng(0)) == ("4", "5")
    listed = from_rows([{**row, "weights": [0.5, 0.5]} for row in ROWS], both, ["right", "short"])
    assert listed.task("train", 0).weights == (0.5, 0.5)
    unknown = from_rows([{**row, "weights": None, "compact": None} for row in ROWS], both, ["right", "short"])
    task = unknown.task("train", 0)
    assert task.weights is None and task.text("compact") == task.prompt
    assert domain.demonstrations(task, np.random.default_rng(0)) == ()


def test_a_column_system_is_the_system_message():
    domain = from_rows([{**row, "system": "Compute."} for row in ROWS], both, ["right", "short"])
    bare = from_rows([{**row, "system": None} for row in ROWS], both, ["right", "short"])
    task, alone = domain.task("test", 0), bare.task("test", 0)
    assert task.prompt == f"Compute.\n\n{alone.prompt}" and alone.prompt == alone.truth["prompt"]
    assert messages(task.text("full")) == [
        {"role": "system", "content": "Compute."},
        {"role": "user", "content": alone.prompt},
    ]
    assert messages(alone.text("full")) == [{"role": "user", "content": alone.prompt}]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"prompt": "a", "system": ["b"]}, "field 'system': must be str"),
        ({"answer": "1"}, "field 'prompt': is missing; expected str. The row has: answer"),
        ({"prompt": 7}, "field 'prompt': must be str, not int: 7"),
        ({"prompt": " \n"}, "field 'prompt': is empty"),
        ({"prompt": "a"}, "field 'answer': is missing; both asks for it. The row has: prompt"),
        ({"prompt": "a", "compact": 1}, "field 'compact': must be str"),
        ({"prompt": "a", "demonstrations": "b"}, "field 'demonstrations': must be list"),
        ({"prompt": "a", "demonstrations": [1]}, r"field 'demonstrations\[0\]': must be str"),
        ({"prompt": "a", "weights": [1.0]}, "field 'weights': .* must have 2 entries"),
        ({"prompt": "a", "weights": [0.9, 0.9]}, "field 'weights': .* sum to 1"),
        ({"prompt": "a", "weights": ["a", "b"]}, "field 'weights': "),
        ({"prompt": "a", "weights": {"right": 1.0}}, "field 'weights': must name right, short"),
        (
            {"prompt": "a", "weights": {"rigth": 0.5, "short": 0.5}},
            "field 'weights': must name right, short, not .*; for 'rigth', did you mean 'right'[?]$",
        ),
    ],
)
def test_a_wrong_row_is_named_by_file_and_line(tmp_path, row, message):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join([*map(json.dumps, ROWS[:3]), "", json.dumps(row)]), encoding="utf-8")
    with pytest.raises(RowError, match=f"^rows.jsonl, line 5, {message}"):
        from_rows(path, both, ["right", "short"])


def test_a_line_that_is_no_json_is_named(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"prompt": "a"}\n\n{"prompt": \n', encoding="utf-8")
    with pytest.raises(RowError, match="^rows.jsonl, line 3: not JSON"):
        from_rows(path, both, ["right", "short"])


# The domain in use


def test_it_is_an_environment_like_the_others():
    domain = from_rows(ROWS, both, [Objective("right", weight=3.0), "short"])
    assert domain.weights.tolist() == [0.75, 0.25]
    assert pickle.loads(pickle.dumps(domain)).task("test", 2) == domain.task("test", 2)
    vpo_envs.check_domain(domain, tasks=3)
    env = VectorRewardEnv(domain, num_candidates=2)
    vpo_envs.check_env(env)
    env.reset(seed=0)
    _, reward, *_ = env.step(("x", "y"))
    assert reward.shape == (2, 2)


def test_it_can_be_registered_with_a_file_and_named_functions(tmp_path, monkeypatch):
    write_jsonl(tmp_path / "rows.jsonl", ROWS)
    (tmp_path / "my_scorers.py").write_text(
        "def right(completion, answer):\n    return completion == answer\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    vpo_envs.register(
        "test/Rows-v0",
        "vpo_envs.datasets:RowsDomain",
        rows=str(tmp_path / "rows.jsonl"),
        scorer={"right": "my_scorers:right"},
    )
    try:
        env = gym.make("test/Rows-v0", split="test")
        again = gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json()))
        assert again.reset(seed=0) == env.reset(seed=0)
        assert env.step(env.unwrapped.task.truth["answer"])[1].tolist() == [1.0]
    finally:
        del gym.registry["test/Rows-v0"]


def test_splits_that_nothing_reads_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"rows\['tset'\]: no such split; did you mean 'test'\?"):
        from_rows({"train": ROWS, "tset": ROWS}, both, ["right", "short"])
    for name in ("one", "two"):
        write_jsonl(tmp_path / f"{name}.jsonl", ROWS)
    with pytest.raises(ValueError, match="has none of the splits dev, .*: one, two; name them so"):
        from_rows(tmp_path, both, ["right", "short"])


def test_files_beside_the_splits_are_left_alone(tmp_path):
    write_jsonl(tmp_path / "train.jsonl", ROWS)
    (tmp_path / "dataset_infos.json").write_text('{"version": 1}')
    domain = from_rows(tmp_path, both, ["right", "short"])
    assert (domain.size("train"), domain.size("test")) == (len(ROWS), 0)


def test_the_only_file_of_a_folder_is_divided(tmp_path):
    write_jsonl(tmp_path / "tickets.jsonl", ROWS)
    domain = from_rows(tmp_path, both, ["right", "short"])
    assert [domain.size(split) for split in ("train", "validation", "test")] == [24, 3, 3]
