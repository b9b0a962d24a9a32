"""Scores of completions: by hand, against the agents' own estimators, under hostile text."""

import itertools
import json

import numpy as np
import pytest
import toys

from baselines.algorithms.grpo import GRPO
from baselines.algorithms.multi_rlvr import MultiRLVR, MultiRLVRConfig
from vpo_agent.agents.vpo import VPO, PoolVPO, PoolVPOConfig, VPOConfig
from vpo_agent.integrations.rollout_score import AGENTS, RolloutScore
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.export import task_rows
from vpo_envs.scalarization import spread_weights

LEFT, RIGHT, BOTH = "left", "right", "both"


def rows_of(size, tasks=1, env="test/TradeOff-v0"):
    return list(task_rows(env, tasks, num_candidates=size))


def paid(agent, answers, size=2, **settings):
    (scored,) = RolloutScore(agent, **settings)(rows_of(size), [AnswerFormat(size).format(answers)])
    return scored.score


SINGLE = [agent for agent in AGENTS if agent != "pool_vpo"]
"""Agents that score a completion by itself."""


def test_scores_by_hand():
    assert paid("grpo", [BOTH], size=1) == pytest.approx(0.6)  # w* = (.5, .5)
    assert paid("grpo", [LEFT], size=1) == pytest.approx(0.5)
    assert paid("multi_rlvr", [BOTH, LEFT]) == pytest.approx(1.1)
    assert paid("multi_rlvr", [BOTH, BOTH]) == pytest.approx(0.6), "a repeated answer is dropped"
    # E max(w, 1 - w) is 3/4 for w uniform on [0, 1], and E w is 1/2.
    assert paid("vpo", [LEFT, RIGHT], n_weights=10_000) == pytest.approx(0.75, abs=1e-3)
    assert paid("vpo", [LEFT], n_weights=10_000) == pytest.approx(0.5, abs=1e-3)
    # The larger of w and .6: .6 with probability .6, else .8 on average.
    assert paid("vpo", [LEFT, BOTH], n_weights=10_000) == pytest.approx(0.68, abs=1e-3)


def test_best_and_parsed_are_the_same_for_all_agents():
    for agent in AGENTS:
        both = RolloutScore(agent, group_size=2, pool_size=1)(
            rows_of(3) * 2, [AnswerFormat(3).format([LEFT, BOTH])] * 2
        )
        for scored in both:
            assert scored.best_scalar == pytest.approx(0.6)
            assert (scored.well_formed, scored.repeated) == (pytest.approx(2 / 3), 0)
            assert scored.rewards == [[1, 0], pytest.approx([0.6, 0.6]), [0, 0]]
            named = [{"left": 1, "right": 0}, {"left": 0.6, "right": 0.6}, {"left": 0, "right": 0}]
            assert json.loads(scored.table()) == named
            assert scored.measures() == {
                "best_scalar": scored.best_scalar,
                "well_formed": scored.well_formed,
                "repeated": 0,
                "objective/left": pytest.approx(1.6 / 3),
                "objective/right": pytest.approx(0.2),
            }


def test_repeated_and_missing_answers_are_told_apart():
    repeats = AnswerFormat(4).format([LEFT, LEFT, BOTH])  # the fourth is missing
    (scored,) = RolloutScore("vpo")(rows_of(4), [repeats])
    assert (scored.well_formed, scored.repeated) == (0.75, 0.25)


def test_scores_are_those_of_the_agents():
    size, answers = 2, [[LEFT, RIGHT], [BOTH, LEFT], [BOTH], [LEFT]]
    completions = [AnswerFormat(size).format(given) for given in answers]
    worth = toys.TradeOff.worth
    rewards = np.zeros((1, 4, size, 2), np.float32)
    for g, given in enumerate(answers):
        rewards[0, g, : len(given)] = [worth[answer] for answer in given]
    fixed = np.full((1, 1, 2), 0.5)
    for name, agent, config, weights in (
        ("vpo", VPO, VPOConfig(), spread_weights(100, 2)[None]),
        ("multi_rlvr", MultiRLVR, MultiRLVRConfig(), fixed),
        ("grpo", GRPO, None, fixed),
    ):
        bare = agent.__new__(agent)  # an estimator needs the configuration alone
        bare.config = config
        scored = RolloutScore(name)(rows_of(size) * 4, completions)
        np.testing.assert_allclose([one.score for one in scored], bare.score(rewards, weights)[0], atol=1e-6)


def grouped(answers, size=1, **settings):
    """Scores of groups, each of a task of its own; a group is a list of the answers of its completions."""
    rows = [row for row, group in zip(rows_of(size, len(answers)), answers) for _ in group]
    texts = [AnswerFormat(size).format(given) for group in answers for given in group]
    found = RolloutScore("pool_vpo", **settings)(rows, texts)
    return np.reshape([one.score for one in found], (len(answers), -1))


def test_scores_of_pools_by_hand():
    # In pools of two of left, left, right: with right the pool is worth max(w, 1 - w), 3/4 on average,
    # and 1/2 for two of left. A left is with each of the other two half of the time.
    found = grouped([[[LEFT], [LEFT], [RIGHT]]], pool_size=2, group_size=3, n_weights=10_000)
    np.testing.assert_allclose(found, [[5 / 8, 5 / 8, 3 / 4]], atol=1e-3)


def test_scores_of_pools_are_those_of_the_agent():
    size, k = 2, 2
    answers = [[[LEFT, RIGHT], [BOTH], [LEFT], []], [[RIGHT], [RIGHT, BOTH], [LEFT], [LEFT]]]
    rewards = np.zeros((2, 4, size, 2), np.float32)
    for place, given in ((place, answers[place[0]][place[1]]) for place in np.ndindex(2, 4)):
        rewards[place][: len(given)] = [toys.TradeOff.worth[answer] for answer in given] or 0
    bare = PoolVPO.__new__(PoolVPO)
    bare.config = PoolVPOConfig(num_candidates=size, group_size=4, pool_size=k)
    expected = bare.score(rewards, np.broadcast_to(spread_weights(100, 2), (2, 100, 2)))
    np.testing.assert_allclose(grouped(answers, size, pool_size=k, group_size=4), expected, atol=1e-6)


@pytest.mark.parametrize("counts", [(3,), (4, 3), (3, 5), (8,), (2, 2)])
def test_incomplete_groups_are_refused(counts):
    answers = [[[LEFT]] * count for count in counts]
    wrong = next(count for count in counts if count != 4)
    with pytest.raises(ValueError, match=rf"group_size=4 .* has {wrong} in a row of test/TradeOff-v0 train/"):
        rows = [row for row, group in zip(rows_of(1, len(counts)), answers) for _ in group]
        RolloutScore("pool_vpo", pool_size=2, group_size=4)(rows, [LEFT] * len(rows))


def test_random_weighting_is_drawn_for_each_task_once():
    rows = rows_of(1, tasks=200)
    left = [
        one.score for one in RolloutScore("random_weighting")(rows, [AnswerFormat(1).format([LEFT])] * 200)
    ]
    right = [
        one.score for one in RolloutScore("random_weighting")(rows, [AnswerFormat(1).format([RIGHT])] * 200)
    ]
    np.testing.assert_allclose(np.add(left, right), 1, atol=1e-6)
    assert len(set(left)) == 200 and abs(np.mean(left) - 0.5) < 0.07  # uniform: standard error .02
    again = RolloutScore("random_weighting")(rows[7:8], [AnswerFormat(1).format([LEFT])])
    assert again[0].score == left[7], "alone as in a batch"
    other = RolloutScore("random_weighting", seed=1)(rows[7:8], [AnswerFormat(1).format([LEFT])])
    assert other[0].score != left[7]


def test_a_batch_may_mix_environments_and_sizes():
    rows = [*rows_of(1), *rows_of(2, env="vpo/MazeSmall-v0"), *rows_of(2), *rows_of(1)]
    texts = ["both", "nothing", "<candidate_2>left</candidate_2>", "left"]
    together = RolloutScore("grpo")(rows, texts)
    assert together == [RolloutScore("grpo")([row], [text])[0] for row, text in zip(rows, texts)]
    assert [one.score for one in together] == pytest.approx([0.6, 0, 0.5, 0.5])


HOSTILE = [
    "",
    "\x00\ud800" * 50,
    "<candidate_1>" * 5_000,
    "<think>" + "<candidate_1>left</candidate_1>",
    "<candidate_1>" + "9" * 100_000 + "</candidate_1>",
    "</candidate_1>left<candidate_1>",
]


@pytest.mark.parametrize("env", ["test/TradeOff-v0", "vpo/MazeSmall-v0", "vpo/ScienceSmall-v0"])
@pytest.mark.parametrize("agent", SINGLE)
def test_hostile_completions_are_worth_nothing(agent, env):
    rows = rows_of(2, env=env) * len(HOSTILE)
    assert {(one.score, one.best_scalar) for one in RolloutScore(agent)(rows, HOSTILE)} == {(0.0, 0.0)}


@pytest.mark.parametrize(
    ("agent", "most"), [("vpo", 1), ("random_weighting", 1), ("grpo", 1), ("multi_rlvr", 3)]
)
def test_scores_lie_in_their_range_and_more_answers_never_hurt(agent, most):
    for answers in itertools.product([LEFT, RIGHT, BOTH, "", "..."], repeat=3):
        scores = [paid(agent, answers[:n], size=3) for n in range(4)]
        assert scores[0] == 0 and scores[-1] <= most and (np.diff(scores) >= 0).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"agent": "ppo"}, "agent='ppo'"),
        ({"agent": "xyz"}, "agent='xyz' is unknown; there are vpo, pool_vpo, multi_rlvr"),
        ({"agent": "pool-vpo"}, r"agent='pool-vpo' is unknown; did you mean 'pool_vpo'\?$"),
        ({"agent": ["vpo"]}, r"agent=\['vpo'\] must be a string"),
        ({"n_weights": "x"}, "n_weights='x' must be an integer"),
        ({"alpha": "1"}, "alpha='1' must be a finite number"),
        ({"pool_size": 2.0}, "pool_size=2.0 must be an integer"),
        ({"group_size": 24.5}, "group_size=24.5 must be an integer"),
        ({"group_size": True}, "group_size=True must be an integer"),
        ({"n_weights": 0}, "n_weights=0"),
        ({"alpha": -1.0}, "alpha=-1.0"),
        ({"pool_size": 0}, "pool_size=0"),
        ({"pool_size": 24}, "pool_size=24 must lie between 1 and group_size - 1 = 23"),
    ],
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        RolloutScore(**settings)


def test_an_unknown_setting_ends_with_a_suggestion():
    with pytest.raises(TypeError, match=r"^unknown setting 'nweights'; did you mean 'n_weights'\?$"):
        RolloutScore.from_settings({"agent": "vpo", "nweights": 3})
    assert RolloutScore.from_settings({"agent": "grpo", "n_weights": np.int64(3)}) == RolloutScore("grpo", 3)


@pytest.mark.parametrize(("rows", "texts"), [(1, 2), (2, 1), (0, 1), (1, 0)])
@pytest.mark.parametrize("agent", ["vpo", "pool_vpo"])
def test_every_completion_has_its_row(agent, rows, texts):
    with pytest.raises(ValueError, match=f"rows has {rows} entries and completions has {texts};"):
        RolloutScore(agent)(rows_of(1) * rows, [LEFT] * texts)


def test_rows_without_candidates_are_refused():
    with pytest.raises(ValueError, match="lacks num_candidates"):
        RolloutScore()(list(task_rows("vpo/MazeSmall-v0", 1)), ["a1 b1"])


def test_known_weights_of_a_row_replace_the_agents():
    (row,) = rows_of(1)
    known = row | {"weights": [0.9, 0.1]}
    for agent in SINGLE:
        scored = RolloutScore(agent)([known, row, row | {"weights": None}, known], [LEFT, LEFT, LEFT, RIGHT])
        assert [scored[0].score, scored[3].score] == pytest.approx([0.9, 0.1])
        assert scored[1] == scored[2] == RolloutScore(agent)([row], [LEFT])[0]
    pool = RolloutScore("pool_vpo", pool_size=2, group_size=3)
    other = rows_of(1, tasks=2)[1]
    scored = pool([known] * 3 + [other] * 3, [LEFT, LEFT, RIGHT] * 2)
    # Under (.9, .1) a pool with a left is worth .9; every pool of two has one.
    assert [one.score for one in scored[:3]] == pytest.approx([0.9] * 3)
    assert scored[3:] == pool([other] * 3, [LEFT, LEFT, RIGHT])
    with pytest.raises(ValueError, match="sum"):
        RolloutScore("vpo")([row | {"weights": [0.9, 0.9]}], [LEFT])
