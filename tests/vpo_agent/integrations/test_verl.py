"""`compute_score` as verl calls it, and verl itself where there is one."""

import json
import os
import subprocess
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs
from vpo_agent.integrations.rollout_score import AGENTS, RolloutScore
from vpo_agent.integrations.verl import advantages_of, batch_measures, compute_score, pool_scores
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.export import task_rows
from vpo_agent.training.advantages import group_normalize, pool_credit
from vpo_envs.scalarization import spread_weights

ROOT = Path(__file__).parents[3]
PLUGIN = {"VERL_USE_EXTERNAL_MODULES": "vpo_agent.integrations.verl_trainer"}
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
    alone = "vpo" if agent == "pool_vpo" else agent
    (scored,) = RolloutScore(alone, n_weights=10)([plain], [text])
    assert told.pop("score") == scored.score and told["best_scalar"] == pytest.approx(0.6)
    assert json.loads(told.pop("rewards")) == scored.rewards == [[1, 0], pytest.approx([0.6, 0.6])]
    assert told.pop("weights") == "null"
    assert told == scored.measures() and told["objective/left"] == pytest.approx(0.8)
    assert all(type(value) is float for value in told.values())


def test_an_unknown_setting_of_the_score_ends_with_a_suggestion():
    (row,) = task_rows("test/TradeOff-v0", 1, num_candidates=1)
    with pytest.raises(TypeError, match=r"unknown setting 'nweights'; did you mean 'n_weights'\?"):
        compute_score("", "left", "", row, nweights=3)


def test_scores_of_pools_in_any_order():
    how = RolloutScore("pool_vpo", pool_size=2, group_size=3)
    rng = np.random.default_rng(0)
    groups = {"a": rng.random((3, 1, 2)), "b": rng.random((3, 2, 4))}  # other environments, other shapes
    rows = [(uid, i) for uid in groups for i in range(3)]
    mixed = [rows[i] for i in rng.permutation(6)]
    uids = [uid for uid, _ in mixed]
    scores = pool_scores([groups[uid][i] for uid, i in mixed], uids, how)
    advantages = advantages_of(scores, uids)
    for uid, rewards in groups.items():
        weights = spread_weights(100, rewards.shape[-1])
        expected = pool_credit(rewards[None], weights[None], k=2)
        places = [mixed.index((uid, i)) for i in range(3)]
        np.testing.assert_allclose(scores[places], expected[0])
        np.testing.assert_allclose(advantages[places], group_normalize(expected)[0])


def test_incomplete_groups_are_refused():
    how = RolloutScore("pool_vpo", pool_size=1, group_size=2)
    with pytest.raises(ValueError, match="group b has 1 completions and group_size=2"):
        pool_scores([np.zeros((1, 2))] * 3, ["a", "b", "a"], how)


def test_measures_of_a_batch():
    infos = [
        {"score": 9.0, "best_scalar": b, "well_formed": 1.0, "objective/left": b, "rewards": ""}
        for b in (0.0, 1.0)
    ]
    found = batch_measures(infos * 2, np.array([0.5, 0.5, 0.1, 0.3]), ["a", "a", "b", "b"])
    assert found == {
        "vpo/best_scalar": 0.5,
        "vpo/well_formed": 1.0,
        "vpo/objective/left": 0.5,
        "vpo/frac_reward_zero_std": 0.5,
    }


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
    assert told["score"] == pytest.approx(scalars.sum()) and told["best_scalar"] == pytest.approx(
        scalars.max()
    )
    assert told["well_formed"] == 1


@pytest.mark.slow
@pytest.mark.skipif(not PYTHON, reason="VPO_VERL_PYTHON names no interpreter with verl, see docs/verl.md")
def test_verl_itself():
    command = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    done = subprocess.run(
        [*command, "--rootdir", ROOT, ROOT / "tests/helpers/in_verl.py"],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | PLUGIN,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout and "skipped" not in done.stdout


def test_pools_are_worth_what_their_customer_wants():
    left, right = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    how = RolloutScore("pool_vpo", pool_size=1, group_size=2, n_weights=10_000)
    uids, rewards = ["a", "b", "a", "b"], [left, left, right, right]
    scores = pool_scores(rewards, uids, how, [[0.9, 0.1], None, [0.9, 0.1], None])
    np.testing.assert_allclose(scores, [0.9, 0.5, 0.1, 0.5], atol=1e-3)
    (row,) = task_rows("test/TradeOff-v0", 1, num_candidates=1)
    told = compute_score("", "left", "", row | {"weights": np.array([0.9, 0.1])}, agent="pool_vpo")
    assert json.loads(told["weights"]) == [0.9, 0.1] and told["score"] == pytest.approx(0.9)
