"""Rows name their task, and files hold the rows."""

import json
import re
from pathlib import Path

import datasets
import gymnasium as gym
import pytest

import vpo_envs
from vpo_agent.tasks.export import LAYOUTS, domain_tasks, task_dataset, task_rows, write_rows

MUSIQUE = Path(__file__).parents[2] / "data" / "musique" / "musique_ans_v1.0_train.jsonl"
RLLA = Path(__file__).parents[2] / "data" / "rlla_4k" / "train.jsonl"


@pytest.mark.parametrize("env", vpo_envs.registered_ids())
def test_a_row_of_every_domain_leads_back_to_its_task(env):
    (row,) = task_rows(env, 1, split="validation", start=3, max_turns=1)
    prompt, info = gym.make(row["env"], split=row["split"]).reset(options={"index": row["index"]})
    assert (row["prompt"], row["id"]) == (prompt, info["task_id"]) and row["id"] == "validation/3"
    assert row == json.loads(json.dumps(row)), "plain values only"


def test_prompts_ask_for_candidates_where_wanted():
    (bare,) = task_rows("vpo/Maze-v0", 1)
    (asked,) = task_rows("vpo/Maze-v0", 1, num_candidates=3)
    assert "num_candidates" not in bare and asked["num_candidates"] == 3
    assert asked["prompt"].startswith(bare["prompt"]) and "<candidate_3>" in asked["prompt"]


def test_settings_go_into_the_row_and_make_the_task_again():
    (row,) = task_rows("vpo/Maze-v0", 1, size=7, prompt_style="compact")
    assert json.loads(row["settings"]) == {"size": 7, "prompt_style": "compact"}
    source = domain_tasks(row["env"], row["settings"])
    assert row["prompt"] == source.domain.task("train", 0).compact


def test_an_id_may_name_the_module_to_import(tmp_path, monkeypatch):
    code = "import vpo_envs\nvpo_envs.register('my/Choice-v0', 'toys:TradeOff')\n"
    (tmp_path / "own_choices.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    (row,) = task_rows("own_choices:my/Choice-v0", 1)
    assert row["env"] == "own_choices:my/Choice-v0" and row["prompt"] == "Choose."
    del gym.registry["my/Choice-v0"]


def test_a_data_set_ends_with_its_rows():
    rows = list(task_rows("vpo/MultiHopQA-v0", 100, start=1, dataset=MUSIQUE))
    assert [row["id"] for row in rows] == ["train/1", "train/2"]
    with pytest.raises(ValueError, match="start=3 is past the last task"):
        list(task_rows("vpo/MultiHopQA-v0", 1, start=3, dataset=MUSIQUE))


def test_layouts():
    (plain,) = task_rows("vpo/MazeSmall-v0", 1)
    (chat,) = task_rows("vpo/MazeSmall-v0", 1, layout="chat")
    (verl,) = task_rows("vpo/MazeSmall-v0", 1, layout="verl")
    messages = [{"role": "user", "content": plain["prompt"]}]
    assert chat == {**plain, "prompt": messages}
    del plain["prompt"]
    assert verl == {
        "data_source": "vpo/MazeSmall-v0",
        "prompt": messages,
        "ability": "vpo/MazeSmall-v0",
        "reward_model": {"style": "rule", "ground_truth": "train/0"},
        "extra_info": plain,
    }


@pytest.mark.parametrize("candidates", [None, 2])
def test_rows_of_messages_keep_the_roles(candidates):
    (plain,) = task_rows("vpo/ToolUse-v0", 1, dataset=RLLA, num_candidates=candidates)
    (chat,) = task_rows("vpo/ToolUse-v0", 1, dataset=RLLA, num_candidates=candidates, layout="chat")
    (verl,) = task_rows("vpo/ToolUse-v0", 1, dataset=RLLA, num_candidates=candidates, layout="verl")
    published = json.loads(RLLA.read_text().splitlines()[0])["prompt"]
    assert [message["role"] for message in published] == ["system", "user"]
    assert type(plain["prompt"]) is str
    assert chat["prompt"] == verl["prompt"]
    system, user = chat["prompt"]
    assert system == published[0] and user["role"] == "user"
    instruction = plain["prompt"].removeprefix(system["content"]).removeprefix("\n\n")
    assert user["content"] == instruction and instruction.startswith(published[1]["content"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tasks": 0}, "tasks=0"),
        ({"layout": "trl"}, "layout='trl' must be one of plain, chat, verl"),
        ({"split": "dev"}, "split='dev'"),
        ({"start": -1}, "index=-1"),
        ({"num_candidates": 0}, "num_candidates=0"),
        ({"max_turns": 2}, "plays 2 turns"),
        ({"size": object()}, "os.PathLike"),
        ({"sise": 7}, "sise"),
        ({"env": "vpo/Mase-v0"}, "Maze"),
        ({"env": "CartPole-v1"}, "Text"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises((ValueError, TypeError, gym.error.Error), match=message):
        list(task_rows(**({"env": "vpo/Maze-v0", "tasks": 1} | arguments)))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_files_hold_the_rows(tmp_path, suffix, layout):
    rows = list(task_rows("vpo/SupportSmall-v0", 4, num_candidates=2, layout=layout))
    path = tmp_path / "new" / f"rows{suffix}"
    write_rows(path, rows)
    assert vpo_envs.datasets.read_rows(path, "train") == rows
    kind = {".jsonl": "json", ".parquet": "parquet"}[suffix]
    loaded = datasets.load_dataset(kind, data_files=str(path), cache_dir=str(tmp_path / "cache"))
    assert list(loaded["train"]) == rows


def test_the_dataset_holds_the_rows():
    found = task_dataset("vpo/MazeSmall-v0", 3, split="test", layout="chat")
    assert list(found) == list(task_rows("vpo/MazeSmall-v0", 3, split="test", layout="chat"))


def test_a_failed_write_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "rows.parquet"
    write_rows(path, [{"a": 1}])
    before = path.read_bytes()
    with pytest.raises(Exception, match="object"):
        write_rows(path, [{"a": object()}])
    assert path.read_bytes() == before


@pytest.fixture
def customers(tmp_path, monkeypatch):
    """An environment on a data set of which every other row has the customer's weights."""
    rows = [{"prompt": f"Choose {n}.", "split": "train"} for n in range(6)]
    for row in rows[1::2]:
        row["weights"] = {"left": 0.8, "right": 0.2}
    rows += [{"prompt": f"Choose {split}.", "split": split} for split in ("validation", "test")]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    code = (
        "def score(completion):\n    return {'left': completion == 'left', 'right': completion == 'right'}\n"
    )
    (tmp_path / "customer_scorers.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    vpo_envs.register(
        "my/Customers-v0",
        "vpo_envs.datasets:RowsDomain",
        rows=str(tmp_path / "rows.jsonl"),
        scorer="customer_scorers:score",
        objectives=["left", "right"],
    )
    yield "my/Customers-v0"
    del gym.registry["my/Customers-v0"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_known_weights_are_a_column_and_are_what_is_scored(customers, tmp_path, layout):
    from vpo_agent.integrations.rollout_score import RolloutScore

    rows = list(task_rows(customers, 9, num_candidates=1, layout=layout))
    bare = [row["extra_info"] if layout == "verl" else row for row in rows]
    known = [row.get("weights") for row in bare]
    assert sum(weights == [0.8, 0.2] for weights in known) == 3 == known.count(None)
    paid = [one.score for one in RolloutScore("grpo")(bare, ["left"] * 6)]
    assert paid == pytest.approx([0.5 if weights is None else 0.8 for weights in known])
    table = task_dataset(customers, 9, num_candidates=1, layout=layout)
    for suffix in (".jsonl", ".parquet"):
        write_rows(tmp_path / f"out{suffix}", rows)
        for found in (list(table), vpo_envs.datasets.read_rows(tmp_path / f"out{suffix}", "train")):
            inner = [row["extra_info"] if layout == "verl" else row for row in found]
            assert [row.get("weights") for row in inner] == known
            assert RolloutScore("grpo")(inner, ["left"] * 6) == RolloutScore("grpo")(bare, ["left"] * 6)


def test_the_page_is_true():
    page = (Path(__file__).parents[3] / "docs" / "export.md").read_text()
    make, score = re.findall(r"```python\n(.*?)```", page, flags=re.S)
    names = {}
    exec(compile(make.replace("1000", "20") + score, "export.md", "exec"), names)
    assert names["row"]["id"] == "train/17" and names["reward"].shape == (4,)
    assert names["test"][0]["prompt"][0]["role"] == "user"
