"""`compute_score` as verl calls it, and verl itself where there is one."""

import os
import subprocess
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs
from vpo_agent.integrations.rollout_score import AGENTS, RolloutScore
from vpo_agent.integrations.verl import compute_score
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.export import task_rows

ROOT = Path(__file__).parents[3]
PYTHON = os.environ.get("VPO_VERL_PYTHON", "")


@pytest.mark.parametrize("agent", AGENTS)
def test_what_verl_is_told(agent):
    (plain,) = task_rows("test/TradeOff-v0", 1, num_candidates=2)
    (row,) = task_rows("test/TradeOff-v0", 1, num_candidates=2, layout="verl")
    text = "<candidate_1>left</candidate_1><candidate_2>both</candidate_2>"
    told = compute_score(
        data_source=row["data_source"],
        solution_str=text,
        ground_truth=row["reward_model"]["ground_truth"],
        extra_info=row["extra_info"] | {"num_turns": 1},
        agent=agent,
        n_weights=10,
    )
    assert told == RolloutScore(agent, n_weights=10)([plain], [text])[0]._asdict()
    assert list(told) == ["score", "best", "valid"] and told["best"] == pytest.approx(0.6)
    assert all(type(value) is float for value in told.values())


@pytest.mark.parametrize("env", [id for id in vpo_envs.registered_ids() if id.startswith("vpo/")])
def test_every_domain_is_scored_as_its_environment_scores(env):
    (row,) = task_rows(env, 1, num_candidates=2, layout="verl", start=3)
    domain = gym.make(env).unwrapped.domain
    task = domain.task("train", 3)
    first = domain.best_answers(task)[0]
    others = (text for text in domain.demonstrations(task, np.random.default_rng(0)))
    second = next(
        text for text in others if domain.answer_key(task, text) not in ("", domain.answer_key(task, first))
    )
    scalars = domain.score_batch([task, task], [first, second]) @ domain.weights
    assert scalars.max() > 0
    told = compute_score(
        data_source=row["data_source"],
        solution_str=AnswerFormat(2).format([first, second]),
        ground_truth=row["reward_model"]["ground_truth"],
        extra_info=row["extra_info"],
        agent="multi_rlvr",
    )
    assert told["score"] == pytest.approx(scalars.sum()) and told["best"] == pytest.approx(scalars.max())
    assert told["valid"] == 1


@pytest.mark.slow
@pytest.mark.skipif(not PYTHON, reason="VPO_VERL_PYTHON names no interpreter with verl, see docs/verl.md")
def test_verl_itself():
    command = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    done = subprocess.run(
        [*command, "--rootdir", ROOT, ROOT / "tests/integrations/in_verl.py"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout and "skipped" not in done.stdout
