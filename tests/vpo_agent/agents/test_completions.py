"""Tables of completions, of rollouts written by hand."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import toys

from vpo_agent.agents.completions import CompletionsCallback, completion_rows
from vpo_agent.common.logger import configure
from vpo_agent.generation.rollout import Completion, Rollouts
from vpo_agent.tasks.source import DomainTasks, EnvTasks

SOURCE = DomainTasks(toys.TradeOff())


def rollouts(source=SOURCE, turns=1):
    """Two rollouts of two answers for each of three tasks."""
    tasks = source.draw(np.random.default_rng(0), 3)
    rewards = np.arange(24, dtype=np.float32).reshape(3, 2, 2, 2) / 24
    return Rollouts(
        tasks=tasks,
        rewards=rewards,
        answers=[[("a", "b")] * 2] * 3,
        segments=[],
        prompts=[f"prompt {i}" for i in range(3 if turns == 1 else 6)],
        completions=[[Completion(f"text {turn}.{i}", 1, True) for i in range(6)] for turn in range(turns)],
    )


def test_a_row_by_hand():
    found = rollouts()
    rows = completion_rows(found, SOURCE, 2)
    assert [(row["prompt"], row["completion"]) for row in rows] == [
        ("prompt 0", "text 0.0"),
        ("prompt 0", "text 0.1"),
        ("prompt 1", "text 0.2"),
        ("prompt 1", "text 0.3"),
    ]
    assert [row["task"] for row in rows] == [found.tasks[0].id] * 2 + [found.tasks[1].id] * 2
    # Rewards 12, 13 and 14, 15 of 24: the second answer is the best, worth 14.5 / 24.
    assert rows[3]["scalar"] == 0.6042
    assert json.loads(rows[3]["reward_vectors"]) == [
        {"left": 0.5, "right": 0.5417},
        {"left": 0.5833, "right": 0.625},
    ]


def test_an_agent_without_a_language_model_has_answers_in_place_of_completions():
    found = rollouts()
    found.prompts, found.completions = [], []
    row = completion_rows(found, SOURCE, 1)[0]
    assert (row["prompt"], row["completion"]) == (found.tasks[0].prompt, "a\n\nb")


def test_the_scalar_is_that_of_the_fixed_weights():
    source = DomainTasks(toys.TradeOff())
    source.weights = np.array([1.0, 0.0])
    assert completion_rows(rollouts(), source, 1)[0]["scalar"] == pytest.approx(2 / 24, abs=1e-4)


def test_turns_are_joined_and_shown_under_the_prompt_of_the_last():
    rows = completion_rows(rollouts(turns=2), SOURCE, 3)
    assert [row["prompt"] for row in rows] == [f"prompt {i}" for i in range(6)]
    assert rows[4]["completion"] == "text 0.4\n\ntext 1.4"


def test_tasks_without_an_id_have_their_place_in_the_batch():
    source = EnvTasks(toys.Poem())
    assert [row["task"] for row in completion_rows(rollouts(source), source, 2)] == ["0", "0", "1", "1"]


def test_rollouts_that_were_not_sampled_have_no_row():
    found = rollouts()
    found.answers = [[("a", "b")], [("a", "b")] * 2]
    rows = completion_rows(found, SOURCE, 2)
    assert [row["completion"] for row in rows] == ["text 0.0", "text 0.2", "text 0.3"]


@pytest.mark.parametrize(("every", "logged"), [(1, [1, 2, 3, 4, 5]), (2, [1, 3, 5]), (4, [1, 5]), (25, [1])])
def test_a_table_is_logged_every_so_many_updates_from_the_first(tmp_path, every, logged):
    callback = CompletionsCallback(every=every, tasks=1)
    agent = SimpleNamespace(source=SOURCE, logger=configure(tmp_path, ("json",)), last_rollouts=rollouts())
    for agent.num_updates in range(1, 6):
        agent.num_timesteps = 12 * agent.num_updates
        assert callback.on_step(agent) is True
    rows = [json.loads(line) for line in (tmp_path / "completions.jsonl").read_text().splitlines()]
    assert [(row["updates"], row["step"]) for row in rows] == [(n, 12 * n) for n in logged for _ in range(2)]


def test_before_the_first_rollouts_nothing_is_logged(tmp_path):
    logger = configure(tmp_path, ("json",))
    agent = SimpleNamespace(num_updates=1, num_timesteps=0, source=SOURCE, logger=logger, last_rollouts=None)
    assert CompletionsCallback().on_step(agent) is True
    assert not (tmp_path / "completions.jsonl").exists()
    assert (CompletionsCallback().every, CompletionsCallback().tasks) == (25, 2)


@pytest.mark.parametrize("settings", [{"every": 0}, {"tasks": 0}])
def test_tables_of_nothing_are_refused(settings):
    with pytest.raises(ValueError, match="must be at least 1"):
        CompletionsCallback(**settings)
