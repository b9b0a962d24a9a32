"""Readers of bytes and text from outside, with inputs near to valid ones, for fuzzing."""

import copy
import functools
import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
from hypothesis import strategies as st

import vpo_envs
from baselines.benchmark import record, results
from baselines.benchmark.plan import Plan
from baselines.benchmark.plan_file import make_plans, read_plan_file
from baselines.unlock import results as unlock_results
from vpo_agent.agents.checkpoint import CheckpointError, furthest, read_state
from vpo_agent.agents.saved_env import env_from_json
from vpo_agent.common.integrity import seal
from vpo_agent.common.logger import PROGRESS, TABLE, forget_after, read_progress
from vpo_agent.integrations.reply import Reply, read_reply
from vpo_agent.integrations.reply_cache import ReplyCache
from vpo_agent.search.generation_log import GenerationLog
from vpo_agent.search.result import SearchResult

DATA = Path(__file__).parents[1] / "data"
NUMBERS = st.integers() | st.floats() | st.sampled_from([0, -1, 1, 2**31, 2**63, 10**400, 1e308])
WORDS = st.sampled_from(["", "test", "VPO", "vpo/MazeSmall-v0", "os:system", "a.b", "../x", "\x00", "\ud800"])
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(st.characters(), max_size=20) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | WORDS, inner, max_size=4)
    ),
    max_leaves=12,
)


def places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Returns the paths of all entries of JSON content, but for one of many equal elements."""
    inner = content.items() if isinstance(content, dict) else enumerate(content[:2])
    return [path, *(p for key, value in inner for p in _below(value, (*path, key)))]


def _below(value: Any, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return places(value, path) if isinstance(value, (dict, list)) else [path]


@st.composite
def changed(draw: Any, content: Any, times: int = 2) -> Any:
    """JSON content with one or two entries replaced, deleted or added."""
    content = copy.deepcopy(content)
    for _ in range(draw(st.integers(1, times))):
        path = draw(st.sampled_from(places(content) if isinstance(content, (dict, list)) else [()]))
        value = draw(JSON)
        if not path:
            if draw(st.integers(0, 9)) == 0:
                return value
            continue
        owner = functools.reduce(lambda inner, key: inner[key], path[:-1], content)
        if draw(st.booleans()):
            owner[path[-1]] = value
        elif isinstance(owner, dict):
            del owner[path[-1]]
            owner[draw(st.text(max_size=5))] = value
        else:
            owner.append(value)
    return content


@st.composite
def damaged(draw: Any, content: bytes) -> bytes:
    """Bytes with some flipped, cut or inserted."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        how = draw(st.sampled_from(["flip", "cut", "insert"]))
        if how == "flip" and data:
            data[place] ^= 1 << draw(st.integers(0, 7))
        elif how == "cut":
            del data[place:]
        else:
            data[place:place] = draw(
                st.binary(max_size=8) | st.sampled_from([b"[" * 5000, b'"', b"\n", b"\0"])
            )
    return bytes(data)


PLAN = b"""envs: {vpo/MazeSmall-v0: , vpo/SupportSmall-v0: {steps: 50}}
agents: [VPO, 'PoolVPO:pool_size=4', {label: sharp, agent: VPO, alpha: 0.3}]
seeds: [0, 1]
base: &a {x: 1}
learning_rate: 1e-4
tuning: {learning_rate: [1e-4, 3.0e-4], seeds: [50], measure: best@1}
"""
PLANNED = {
    "envs": ["vpo/MazeSmall-v0"],
    "agents": ["VPO", {"agent": "GRPO", "top_p": 0.9}],
    "seeds": [0],
    "steps": 3,
    "policy_kwargs": {"width": 32},
    "match": "answers",
    "token_budget": None,
    "tuning": {"learning_rate": [1e-4], "measure": "best@1"},
}
STATE = {
    "format": 2,
    "agent": "VPO",
    "class": "vpo_agent.agents.vpo.VPO",
    "env": json.dumps({"id": "vpo/MazeSmall-v0", "settings": {"gold": 2}}),
    "objectives": ["a"],
    "config": {"seed": 0},
    "num_timesteps": 4,
    "num_updates": 1,
    "num_tokens": 9,
    "planned": 9,
    "prompt_style": "full",
    "warm_started": False,
    "trained": True,
    "dtype": "float32",
    "attention": "prefix",
    "files": {"policy/x": "0" * 64},
}
POOL = {"task": "test/0", "answers": ["a", "b"], "rewards": [[0.5], [1.0]], "tokens": [3, 6], "rollouts": 2}
FOUND = {
    "run": {"agent": "VPO"},
    "objectives": ["a"],
    "pools": [POOL],
    "choice": "scalar",
    "chosen": [1],
    "schema_version": 1,
}
UNLOCK = {
    "schema_version": 1,
    "command": "",
    "versions": {},
    "experiment": {"pool": 3, "budget": 9, "strategy": "sampling"},
    "env": "e",
    "solved": "s",
    "screened": 2,
    "unsolved": 1,
    "hard": ["test/1"],
    "runs": [{"label": "VPO", "seed": 0, "solved_at": [3], "tokens": 9}],
    "screening": [{"label": "VPO", "seed": 0, "solved_at": [1, None], "tokens": 9}],
}
RESULTS = {
    "schema_version": results.SCHEMA_VERSION,
    "command": "vpo bench",
    "versions": {"python": "3"},
    "plans": [{"env": "e", "match": "answers"}],
    "environments": [
        {
            "env": "e",
            "objectives": ["a"],
            "weights": [1.0],
            "split": "test",
            "examples": [{"task": "test/0", "prompt": "p", "front": [[1.0]]}],
        }
    ],
    "runs": [
        {
            "env": "e",
            "label": "VPO",
            "seed": 0,
            "settings": {"num_candidates": 1},
            "measures": {"best@1": [0.5, 0.5]},
            "pools": results.Pools.pack(np.full((2, 3, 1), 0.5)).model_dump(mode="json"),
            "answers": [["x", "y", "z"]],
            "history": {"best": [0.5]},
            "budget": {
                **dict.fromkeys(("answers", "rollouts", "tokens", "gradient_steps"), 3),
                "seconds": 1.0,
                "evaluation_answers": 6,
                "evaluation_tokens": 9,
            },
        }
    ],
    "tuning": [],
    "wall_clock_seconds": 1.0,
}
REPLY = {
    "model": "m",
    "choices": [{"message": {"content": "left"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2},
}
LINE = json.dumps(seal({"key": "k", **vars(Reply("text", "stop", "m", 3, 2))})).encode() + b"\n"


@dataclass(frozen=True)
class Reader:
    """Inputs, the function that reads one, and the errors that it may raise."""

    inputs: st.SearchStrategy[Any]
    read: Callable[[Path, Any], Any]
    errors: tuple[type[Exception], ...] = (ValueError,)


def written(name: str, read: Callable[[Path], Any]) -> Callable[[Path, bytes], Any]:
    """Returns a function that writes its input to a file and reads it."""

    def write_and_read(folder: Path, content: bytes) -> Any:
        (folder / name).write_bytes(content)
        return read(folder / name)

    return write_and_read


def dumped(strategy: st.SearchStrategy[Any], sealed: bool = False) -> st.SearchStrategy[bytes]:
    """JSON texts of contents, with their own checksums if they are objects."""

    def dump(content: Any) -> bytes:
        if sealed and isinstance(content, dict):
            content = seal({name: value for name, value in content.items() if name != "sha256"})
        return json.dumps(content).encode()

    return strategy.map(dump)


def near(content: Any, sealed: bool = True) -> st.SearchStrategy[bytes]:
    """Files near to a valid one: changed with a right checksum, and damaged."""
    whole = json.dumps(seal(content) if sealed else content).encode()
    return (
        dumped(changed(content), sealed) | dumped(changed(content)) | damaged(whole) | st.binary(max_size=99)
    )


def read_plan(path: Path) -> Any:
    return make_plans(read_plan_file(path))


def read_generations(folder: Path, content: bytes) -> Any:
    log = GenerationLog(folder, {"a": 1})
    assert log.folder is not None
    (log.folder / "generation-00000.json").write_bytes(content)
    return log.read()


def read_logs(folder: Path, content: bytes) -> None:
    names = (PROGRESS, TABLE, "completions.jsonl")
    for name in names:
        (folder / name).write_bytes(content)
    read_progress(folder)
    forget_after(folder, 3)
    before = [(folder / name).read_bytes() for name in names]
    forget_after(folder, 3)
    assert before == [(folder / name).read_bytes() for name in names]


def read_finished(folder: Path, content: bytes) -> bool:
    (folder / record.RESULT).write_bytes(content)
    return record.is_finished(folder)


def read_checkpoint(folder: Path, content: bytes) -> Any:
    (folder / "agent.json").write_bytes(content)
    furthest([folder])
    return read_state(folder)


def read_tasks(id: str, suffix: str = ".jsonl") -> Callable[[Path, bytes], Any]:
    def read(folder: Path, content: bytes) -> None:
        path = folder / f"test{suffix}"
        path.write_bytes(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            domain = gym.make(id, dataset=str(path)).unwrapped.domain
            task = domain.task("test", 0)
        task.text("full")
        assert domain.score(task, "x") is not None

    return read


def rows(path: str) -> st.SearchStrategy[bytes]:
    """Data sets near to a published one: one row, changed."""
    text = (DATA / path).read_text(encoding="utf-8")
    row = json.loads(text)[0] if path.endswith(".json") else json.loads(text.split("\n")[0])
    return dumped(changed(row)) | damaged(json.dumps(row).encode())


READERS = {
    "plan file": Reader(damaged(PLAN), written("plan.yaml", read_plan), (ValueError, TypeError)),
    "plan": Reader(changed(PLANNED), lambda folder, plan: _planned(plan), (ValueError, TypeError)),
    "description of a plan": Reader(
        changed(Plan("vpo/MazeSmall-v0", make_plans(PLANNED)[0].agents).describe()),
        lambda folder, plan: Plan.restore(plan),
        (ValueError, TypeError),
    ),
    "checkpoint": Reader(near(STATE), read_checkpoint, (CheckpointError,)),
    "environment of a checkpoint": Reader(
        changed(json.loads(str(STATE["env"]))).map(json.dumps) | st.text(max_size=50),
        env_from_json,
        (CheckpointError,),
    ),
    "results": Reader(near(RESULTS), written("results.json", results.load)),
    "unlock results": Reader(near(UNLOCK), written("unlock.json", unlock_results.load)),
    "search results": Reader(near(FOUND), written("found.json", SearchResult.from_json)),
    "finished run": Reader(near({"measures": {}, "files": {"a/b": "0" * 64}}), read_finished, ()),
    "generations": Reader(near({"answers": [["a"]]}), read_generations, ()),
    "logs": Reader(
        damaged(b'{"step": 1, "time/updates": 1}\n{"step": 2, "time/updates": 2}\n')
        | damaged(b"step,a,time/updates\r\n1,.5,1\r\n2,.5,2\r\n")
        | dumped(changed({"step": 1, "time/updates": 1})).map(lambda line: line + b"\n")
        | dumped(changed({"updates": 1, "task": "train/0"})).map(lambda line: line + b"\n"),
        read_logs,
        (),
    ),
    "reply": Reader(near(REPLY, sealed=False), lambda folder, body: read_reply(body)),
    "reply cache": Reader(
        damaged(LINE * 3) | near({"key": "k", **vars(Reply("text"))}), written("replies.jsonl", ReplyCache)
    ),
    "MuSiQue": Reader(rows("musique/musique_ans_v1.0_dev.jsonl"), read_tasks("vpo/MultiHopQA-v0")),
    "EUREQA": Reader(rows("eureqa.json"), read_tasks("vpo/EntityChain-v0")),
    "rlla": Reader(rows("rlla_4k/test.jsonl"), read_tasks("vpo/ToolUse-v0")),
}


def _planned(plan: Any) -> Any:
    if not isinstance(plan, dict):
        raise ValueError("read_plan_file refuses it")
    return make_plans(plan)


assert vpo_envs.registered_ids()
