"""Tasksets of verifiers as domains: what can be said of them where verifiers is not installed."""

import asyncio
import sys
from types import ModuleType, SimpleNamespace
from typing import NamedTuple

import pytest

from vpo_agent.integrations.verifiers_domain import VerifiersDomain


def test_verifiers_that_is_not_there_is_asked_for(monkeypatch):
    for name in ("verifiers", "verifiers.v1"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r"taskset='gsm8k' needs .*pip install 'vpo-gym\[verifiers\]'"):
        VerifiersDomain("gsm8k")


class Reward(NamedTuple):
    score: float


class Data(SimpleNamespace):
    @property
    def prompt_text(self):
        return self.prompt


class Letter:
    """A task of a taskset: `same` if the reply is its letter; `timed` needs a runtime and gives nothing."""

    key = hash = "letter"

    def __init__(self, letter, prompt="Say {}."):
        self.letter = letter
        self.data = Data(prompt=prompt and prompt.format(letter), system_prompt=None)

    def hooks(self, kind):
        return [SimpleNamespace(__name__=name) for name in ("same", "short")] if kind == "reward" else []

    async def score(self, trace):
        asked, said = (node.message.content for node in trace.nodes)
        assert asked == self.data.prompt_text
        trace.rewards |= {"same": Reward(float(said == self.letter)), "short": Reward(float(len(said) < 2))}
        trace.rewards["timed"] = None


@pytest.fixture
def tasks(monkeypatch):
    """Stands in for verifiers, which is not installed: its records, and one taskset of these tasks."""
    records = ("TraceTask", "AgentInfo", "AgentConfig", "MessageNode", "UserMessage", "AssistantMessage")
    module = ModuleType("verifiers.v1")
    for name in records:
        setattr(module, name, SimpleNamespace)
    module.Trace = lambda **fields: SimpleNamespace(rewards={}, **fields)
    module.taskset_config_type = lambda name: SimpleNamespace(model_validate=lambda config: config)
    given = [Letter(letter) for letter in "abcdefghijkl"]
    module.load_taskset = lambda config: given[: config.get("count", 99)]
    monkeypatch.setitem(sys.modules, "verifiers", ModuleType("verifiers"))
    monkeypatch.setitem(sys.modules, "verifiers.v1", module)
    return given


def test_rewards_of_a_taskset_are_objectives(tasks):
    domain = VerifiersDomain("letters")
    assert domain.objective_names == ("same", "short")
    assert sum(map(domain.size, ("train", "validation", "test"))) == 12
    task = domain.task("test", 0)
    letter = task.prompt.removeprefix("Say ").removesuffix(".")
    assert domain.score_batch([task] * 3, [letter, "?", "a b"]).tolist() == [[1, 1], [0, 1], [0, 0]]
    assert VerifiersDomain("letters", ["short"]).score(task, "?") == [1]


def test_rewards_are_there_within_a_running_event_loop(tasks):
    domain = VerifiersDomain("letters", ["same"])

    async def notebook():
        return domain.score(domain.task("test", 0), "?")

    assert asyncio.run(notebook()) == [0]


def test_tasks_are_read_up_to_a_number_and_settings_are_passed_on(tasks):
    assert len(VerifiersDomain("letters", tasks=11).tasks) == 11
    assert len(VerifiersDomain("letters", tasks=11, count=10).tasks) == 10


@pytest.mark.parametrize("name", ["timed", "sane"])
def test_rewards_that_a_reply_alone_does_not_give_are_named(tasks, name):
    domain = VerifiersDomain("letters", ["same", name])
    with pytest.raises(ValueError, match=rf"task letter gave \['same', 'short'\] and no {name}: "):
        domain.score_batch([domain.task("test", 0)], ["a"])


def test_what_cannot_be_a_domain_is_said(tasks, monkeypatch):
    with pytest.raises(ValueError, match="taskset='letters' has no tasks"):
        VerifiersDomain("letters", count=0)
    tasks[7] = Letter("h", prompt=None)
    with pytest.raises(ValueError, match="taskset='letters': task letter has no prompt"):
        VerifiersDomain("letters")
    monkeypatch.setattr(Letter, "hooks", lambda self, kind: [])
    with pytest.raises(ValueError, match="taskset='letters' defines no rewards"):
        VerifiersDomain("letters")
