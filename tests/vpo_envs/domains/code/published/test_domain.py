"""vpo/Code-v0 on a file of HumanEval: four objectives against the canonical solution."""

import json

import gymnasium as gym
import numpy as np
import pytest

ROW = {
    "task_id": "Own/1",
    "prompt": 'def largest(values):\n    """ Return the largest value, or None. """\n',
    "entry_point": "largest",
    "canonical_solution": "    return max(values, default=None)\n",
    "test": "def check(candidate):\n    assert candidate([3, 9, 4]) == 9\n    assert candidate([]) is None\n",
}
SLOW = (
    "    for value in values:\n        if all(value >= other for other in values):\n            return value"
)


@pytest.fixture
def env(tmp_path):
    path = tmp_path / "HumanEval.jsonl"
    path.write_text(json.dumps(ROW), "utf-8")
    env = gym.make("vpo/Code-v0", dataset=str(path), split="test")
    prompt, _ = env.reset(options={"index": 0})
    assert "def largest(values):" in prompt
    return env


def test_the_canonical_solution_gets_full_marks_whole_and_as_a_body(env):
    domain, task = env.unwrapped.domain, env.unwrapped.task
    answers = [*domain.best_answers(task), ROW["canonical_solution"]]
    np.testing.assert_allclose(domain.score_batch([task] * 2, answers), 1)
    assert domain.answer_key(task, answers[0]) == domain.answer_key(task, answers[1])
    assert len(domain.demonstrations(task, np.random.default_rng(0))) == 0
    assert domain.feedback(task, answers[0]) == "" and domain.size("test") == 1


def test_other_answers_trade_off(env):
    reward = env.step(SLOW)[1]
    assert reward[0] == 1 and 0 < reward[1] < 1 and 0 < reward[2] < 1
    env.reset(options={"index": 0})
    assert env.step("    return values[0]")[1].tolist() == [0] * 4
