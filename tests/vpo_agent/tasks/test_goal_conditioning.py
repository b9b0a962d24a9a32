"""Preference weights in prompts: as tags, or in words."""

import numpy as np
import pytest
import toys

from vpo_agent.tasks.goal_conditioning import TAGS, GoalTask, GoalTaskSource
from vpo_agent.tasks.source import DomainTasks, EnvTasks

SOURCE = DomainTasks(toys.Repeat(), style="compact", max_turns=2)


def test_weights_are_single_tokens_in_tiny_tokenizers():
    policy = toys.small_policy(toys.Repeat())
    asked = GoalTaskSource(SOURCE, policy.has_tokens(TAGS))
    task = SOURCE.first(1)[0]
    (text,) = asked.prompts([GoalTask(task, np.array([0.74, 0.26]))])
    plain = SOURCE.prompts([task])[0]
    assert text == f"{plain}\n<weight_7><weight_3>"
    assert len(policy.encode_prompt(text)) <= len(policy.encode_prompt(plain)) + 3
    assert len(TAGS) == 11


def test_other_tokenizers_are_told_in_words():
    source = DomainTasks(toys.Repeat(), style="full")
    policy = toys.policy("llama")  # whole words only: it knows no tags
    asked = GoalTaskSource(source, policy.has_tokens(TAGS))
    assert asked.word("Say red.", [0.74, 0.26]) == "Say red.\nWeights: right 0.74, word 0.26"


@pytest.mark.parametrize(
    ("weights", "tags"),
    [
        ([1, 0], "<weight_10><weight_0>"),
        ([0.5, 0.5], "<weight_5><weight_5>"),
        ([0.04, 0.96], "<weight_0><weight_10>"),
        ([0.06, 0.94], "<weight_1><weight_9>"),
        ([0.2, 0.3, 0.5], "<weight_2><weight_3><weight_5>"),
    ],
)
def test_tags_are_tenths_in_the_order_of_the_objectives(weights, tags):
    assert GoalTaskSource(SOURCE, tagged=True).word("say red", weights) == f"say red\n{tags}"


def test_drawn_tasks_are_those_of_the_source_under_the_fixed_scalarization():
    drawn = GoalTaskSource(SOURCE, tagged=True).draw(np.random.default_rng(4), 3)
    assert [goal.task for goal in drawn] == SOURCE.draw(np.random.default_rng(4), 3)
    assert all(goal.weights is SOURCE.weights for goal in drawn)


def test_every_prompt_has_the_weights_of_its_own_task():
    asked = GoalTaskSource(SOURCE, tagged=True)
    tasks = SOURCE.first(2)
    goals = [GoalTask(task, np.array(weights)) for task, weights in zip(tasks, ([0.1, 0.9], [0.8, 0.2]))]
    first, second = SOURCE.prompts(tasks)
    assert asked.prompts(goals) == [f"{first}\n<weight_1><weight_9>", f"{second}\n<weight_8><weight_2>"]
    rewards = np.float32([[0, 1]])
    turn = asked.turn_prompt(goals[1], ["grey"], rewards)
    assert turn == SOURCE.turn_prompt(tasks[1], ["grey"], rewards) + "\n<weight_8><weight_2>"


def test_rewards_and_keys_do_not_depend_on_the_weights():
    asked = GoalTaskSource(SOURCE, tagged=False)
    task = SOURCE.first(1)[0]
    other = next(word for word in toys.WORDS if word != task.truth)
    goals = [GoalTask(task, np.array(weights)) for weights in ([1.0, 0.0], [0.0, 1.0])]
    assert asked.score(goals, [task.truth, other]).tolist() == [[1, 1], [0, 1]]
    assert asked.answer_key(goals[0], " a\n b") == asked.answer_key(goals[1], "a b") == "a b"


def test_the_rest_is_that_of_the_source():
    asked = GoalTaskSource(SOURCE, tagged=True)
    assert (asked.objective_names, asked.style, asked.max_turns) == (("right", "word"), "compact", 2)
    assert asked.weights is SOURCE.weights and asked.tagged
    poems = GoalTaskSource(EnvTasks(toys.Poem()), tagged=False)
    assert poems.prompts([GoalTask(5, np.array([0.25, 0.75]))])[0].endswith("\nWeights: r0 0.25, r1 0.75")
