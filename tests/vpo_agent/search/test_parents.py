"""Prompts that show parents, around the tasks of any source."""

import numpy as np
import toys

from vpo_agent.search.parents import ParentTasks, Request
from vpo_agent.tasks.source import DomainTasks

SOURCE = DomainTasks(toys.Repeat(), style="compact", max_turns=4)


def test_prompts_show_parents_with_rewards_and_feedback():
    source = DomainTasks(toys.Repeat(), style="compact", max_turns=4)
    (task,) = source.first(1)
    wrong = next(word for word in toys.WORDS if word != task.truth)
    request = Request(task, [wrong, task.truth], source.score([task] * 2, [wrong, task.truth]))
    shown = ParentTasks(source)
    assert shown.prompts([Request(task), request]) == [
        f"say {task.truth}",
        f"say {task.truth}\n"
        f"Candidate 1: right=0.00 word=1.00\n{wrong}\nFeedback: wrong\n"
        f"Candidate 2: right=1.00 word=1.00\n{task.truth}\nFeedback: right",
    ]
    assert shown.score([request], [task.truth]).tolist() == [[1, 1]]
    assert shown.max_turns == 1


def test_drawn_tasks_are_those_of_the_source_without_parents():
    drawn = ParentTasks(SOURCE).draw(np.random.default_rng(3), 5)
    assert [request.task for request in drawn] == SOURCE.draw(np.random.default_rng(3), 5)
    assert all(request.answers == () and request.rewards is None for request in drawn)


def test_answers_are_scored_on_the_task_whatever_the_parents():
    tasks = SOURCE.first(3)
    requests = [Request(task, ["red"], np.ones((1, 2))) for task in tasks]
    answers = [tasks[0].truth, "no word", next(word for word in toys.WORDS if word != tasks[2].truth)]
    assert ParentTasks(SOURCE).score(requests, answers).tolist() == [[1, 1], [0, 0], [0, 1]]
    assert ParentTasks(SOURCE).answer_key(requests[0], " red \n gold") == "red gold"


def test_a_further_turn_shows_its_own_answers_in_place_of_parents():
    (task,) = SOURCE.first(1)
    rewards = np.float32([[0, 1]])
    request = Request(task, ["grey"], rewards)
    shown = ParentTasks(SOURCE).turn_prompt(request, ["blue"], rewards)
    assert shown == SOURCE.turn_prompt(task, ["blue"], rewards) and "grey" not in shown


def test_objectives_weights_and_style_are_those_of_the_source():
    shown = ParentTasks(SOURCE)
    assert (shown.objective_names, shown.style) == (("right", "word"), "compact")
    assert shown.weights.tolist() == [0.5, 0.5] and SOURCE.max_turns == 4
