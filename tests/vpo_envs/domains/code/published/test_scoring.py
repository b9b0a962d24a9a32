"""The four objectives of vpo/Code-v0 on published problems, against the canonical solution."""

import json

import gymnasium as gym
import numpy as np
import pytest

from tests.vpo_envs.domains.code.published.by_hand import MBPP
from vpo_envs.domains.code.published import Recordings, read_benchmarks, score_code
from vpo_envs.domains.code.published.judging import LIMITS

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


def test_canonical_solutions_set_the_yardstick_of_all_four_objectives(tmp_path):
    path = tmp_path / "mbpp.jsonl"
    path.write_text(json.dumps(MBPP), "utf-8")
    (problem,) = read_benchmarks(path, "train")
    slow = "def sort_word(word):\n    for _ in range(3000): sorted(word)\n    return ''.join(sorted(word))"
    wrong = "def sort_word(word):\n    return word"
    answers = [problem.canonical, slow, wrong, "no code"]

    def measure(problem, source):
        return (0.25, 0.5) if "range" in source else (0.5, 0.4)

    rewards = score_code([problem] * 4, answers, LIMITS, Recordings(), measure)
    np.testing.assert_allclose(rewards[0], 1)
    assert rewards[1, [0, 2, 3]].tolist() == [1, 0.5, 1] and 0 < rewards[1, 1] < 0.2
    np.testing.assert_allclose(rewards[2, [0, 2, 3]], 1 / 3, rtol=1e-6)
    assert not rewards[3].any()
