"""Runs under an interpreter that has verifiers and this package: `test_verifiers_package.py` starts it.

verifiers evaluates an exported package against a scripted endpoint; and a taskset of verifiers is a domain.
"""

import asyncio
import json
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("verifiers", reason="verifiers has an environment of its own, see docs/verifiers.md")
sys.path.insert(0, str(Path(__file__).parent))

import verifiers.v1 as vf
from fake_server import Fake, body

from vpo_agent.integrations.rollout_score import RolloutScore
from vpo_agent.integrations.verifiers_domain import VerifiersDomain
from vpo_agent.integrations.verifiers_package import write_package
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.export import task_rows
from vpo_agent.tasks.source import task_source
from vpo_envs.prompt import messages

ENV, SIZE, TASKS = "vpo/MazeSmall-v0", 2, 3

LETTERS = """
import verifiers.v1 as vf

__all__ = ["LettersTaskset"]


class Data(vf.TaskData):
    word: str


class LettersTask(vf.Task[Data]):
    @vf.reward
    async def same(self, trace: vf.Trace) -> float:
        return float(trace.last_reply == self.data.word)

    @vf.reward(weight=0.5)
    async def short(self, trace: vf.Trace) -> float:
        return float(len(trace.last_reply) <= 3)


class LettersConfig(vf.TasksetConfig):
    count: int = 12


class LettersTaskset(vf.Taskset[LettersTask, LettersConfig]):
    def load(self):
        for n in range(self.config.count):
            word = chr(97 + n) * (1 + n % 5)
            data = Data(prompt=f"Say {word}.", system_prompt="Be brief.", word=word)
            yield LettersTask(data, self.config.task)
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A folder on the import path, as `pip install` makes packages importable."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def evaluated(env, url, rollouts):
    """Episodes of every task of an environment, as `vf-eval` plays them."""

    async def play():
        client = vf.EvalClientConfig(base_url=url, api_key_var="NO_SUCH_KEY")
        context = vf.ModelContext(client=client, model="scripted", sampling=vf.SamplingConfig())
        async with env.serving():
            slots = [slot for task in env.taskset for slot in env.slots(task, rollouts)]
            return [await env.run_slot(slot, context) for slot in slots]

    return asyncio.run(play())


def test_an_exported_domain_is_evaluated(installed):
    write_package(installed / "vpo_maze", ENV, num_candidates=SIZE, tasks=TASKS, split="test")
    sys.path.insert(0, str(installed / "vpo_maze"))
    here = {"runtime": {"type": "subprocess"}}  # no sandbox elsewhere: nothing but a request is run
    env = vf.load_environment(vf.resolve_env_config({"taskset": {"id": "vpo-maze"}, "agent": here}))
    rows = list(task_rows(ENV, TASKS, split="test", num_candidates=SIZE))
    domain = task_source(ENV).domain
    rng = np.random.default_rng(0)
    script = {}
    for row in rows:
        shown = domain.demonstrations(domain.task("test", row["index"]), rng)[:SIZE]
        script[row["prompt"]] = [AnswerFormat(SIZE).format(shown), "no answer"]
    turns = {prompt: iter(texts) for prompt, texts in script.items()}

    def answer(request, handler):
        (message,) = request["messages"]
        assert message["role"] == "user" and "tools" not in request
        return body(next(turns[message["content"]]), object="chat.completion", created=0)

    with Fake(answer) as server:
        episodes = evaluated(env, server.url, rollouts=2)
    assert len(episodes) == 2 * TASKS and all(episode.ok for episode in episodes), episodes[0].errors
    expected = RolloutScore("vpo")(
        [row for row in rows for _ in range(2)], [text for row in rows for text in script[row["prompt"]]]
    )
    assert max(one.score for one in expected) > 0
    for episode, wanted in zip(episodes, expected):
        (trace,) = episode.traces
        assert trace.reward == pytest.approx(wanted.score) and list(trace.rewards) == ["set_score"]
        assert trace.metrics == pytest.approx(wanted.measures())
        assert json.loads(trace.model_dump_json())["info"]["reward_vectors"] == wanted.rewards


def pool_package(installed, name):
    """An environment of pools of two among three completions, and the task's row and demonstrations."""
    write_package(installed / name, ENV, tasks=1, split="test", agent="pool_vpo")
    sys.path.insert(0, str(installed / name))
    here = {"runtime": {"type": "subprocess"}}
    config = {"taskset": {"id": name}, "agent": here, "group_size": 3, "pool_size": 2}
    (row,) = task_rows(ENV, 1, split="test", num_candidates=1)
    domain = task_source(ENV).domain
    shown = domain.demonstrations(domain.task("test", row["index"]), np.random.default_rng(0))
    return vf.load_environment(vf.resolve_env_config(config)), row, [*shown[:2], "no answer"]


def test_an_episode_of_an_exported_pool_is_a_group(installed):
    env, row, texts = pool_package(installed, "vpo_pool")
    turns = iter(texts)

    with Fake(lambda request, handler: body(next(turns), object="chat.completion", created=0)) as server:
        (episode,) = evaluated(env, server.url, rollouts=1)
    assert episode.ok, episode.errors
    replies = [trace.last_reply for trace in episode.traces]
    assert sorted(replies) == sorted(texts)
    expected = RolloutScore("pool_vpo", pool_size=2, group_size=3)([row] * 3, replies)
    alone = RolloutScore("vpo")([row] * 3, replies)
    rewards = [trace.reward for trace in episode.traces]
    assert rewards == pytest.approx([one.score for one in expected])
    assert rewards != pytest.approx([one.score for one in alone]) and max(rewards) > 0
    for trace, wanted in zip(episode.traces, expected):
        assert list(trace.rewards) == ["set_score"] and trace.metrics == pytest.approx(wanted.measures())


def test_a_group_with_a_failed_completion_is_no_result(installed):
    env, _, texts = pool_package(installed, "vpo_pool_b")
    turns = iter(texts[:2])

    def answer(request, handler):
        text = next(turns, None)
        return handler.send_error(400) if text is None else body(text, object="chat.completion", created=0)

    with Fake(answer) as server:
        (episode,) = evaluated(env, server.url, rollouts=1)
    assert not episode.ok and "1 of the group's 3 completions failed" in str(episode.errors)


def test_system_messages_of_a_domain_are_those_of_the_task(installed):
    rlla = Path(__file__).parents[1] / "data" / "rlla_4k" / "train.jsonl"
    write_package(installed / "vpo_tools", "vpo/ToolUse-v0", num_candidates=1, tasks=1, dataset=str(rlla))
    sys.path.insert(0, str(installed / "vpo_tools"))
    (task,) = vf.load_environment(vf.resolve_env_config({"taskset": {"id": "vpo_tools"}})).taskset
    system, user = json.loads(rlla.read_text().splitlines()[0])["prompt"]
    assert (task.data.system_prompt, task.data.prompt) == (system["content"], user["content"])


def test_settings_of_the_run_replace_those_of_the_package(installed):
    write_package(installed / "vpo_maze_b", ENV, num_candidates=1)
    sys.path.insert(0, str(installed / "vpo_maze_b"))
    config = {"id": "vpo_maze_b", "tasks": 2, "split": "validation", "task": {"agent": "grpo", "alpha": 0.5}}
    env = vf.load_environment(vf.resolve_env_config({"taskset": config}))
    tasks = list(env.taskset)
    assert [task.data.id for task in tasks] == ["validation/0", "validation/1"]
    assert (tasks[0].config.agent, tasks[0].config.alpha) == ("grpo", 0.5)
    assert len({task.key for task in tasks}) == 2


def test_a_taskset_of_verifiers_is_a_domain(installed):
    (installed / "letters.py").write_text(LETTERS)
    domain = VerifiersDomain("letters", count=30)
    assert domain.objective_names == ("same", "short")
    assert domain.size("train") + domain.size("validation") + domain.size("test") == 30
    task = domain.task("test", 0)
    system, said = messages(task.text("full"))
    assert system == {"role": "system", "content": "Be brief."}
    word = said["content"].removeprefix("Say ").removesuffix(".")
    scores = domain.score_batch([task] * 3, [word, "no", "a long answer"])
    assert scores.tolist() == [[1, len(word) <= 3], [0, 1], [0, 0]]
    assert pickle.loads(pickle.dumps(domain)).score(task, word) == [1, len(word) <= 3]


def test_rewards_that_are_not_there_are_named(installed):
    (installed / "letters_b.py").write_text(LETTERS)
    domain = VerifiersDomain("letters_b", ["same", "kind"])
    with pytest.raises(ValueError, match=r"gave \['same', 'short'\] and no kind"):
        domain.score_batch([domain.task("test", 0)], ["a"])
