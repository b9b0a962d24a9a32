"""VectorRewardEnv: seeding, shapes, turns, and loud errors."""

import copy
import pickle

import numpy as np
import pytest
from gymnasium.error import ResetNeeded

from tests.vpo_envs.fixed import Fixed
from vpo_envs import Domain, Objective, Task, VectorRewardEnv
from vpo_envs.splits import SPLITS


@pytest.mark.parametrize(
    "kwargs, problem",
    [
        ({"num_candidates": 0}, "num_candidates=0 must be an integer of at least 1"),
        ({"num_candidates": 10**11}, "num_candidates=100000000000 must be at most 10000"),
        ({"num_candidates": 2.0}, "num_candidates=2.0"),
        ({"max_turns": -3}, "max_turns=-3"),
        ({"split": "dev"}, "split='dev' is not one of 'train'"),
        ({"prompt_style": "short"}, "prompt_style='short'"),
        ({"render_mode": "human"}, "render_mode='human' is not one of None, 'ansi'"),
    ],
)
def test_a_bad_argument_is_named(make_env, kwargs, problem):
    with pytest.raises(ValueError, match=problem):
        make_env(**kwargs)


@pytest.mark.parametrize("domain", [Fixed, "Fixed", None])
def test_an_environment_needs_an_instance_of_a_domain(domain):
    with pytest.raises(TypeError, match=r"must be an instance of vpo_envs.Domain"):
        VectorRewardEnv(domain)


def test_copies_of_an_environment_go_their_own_ways(make_env):
    env = make_env(max_turns=3)
    env.reset(seed=0)
    env.step("1 2")
    for twin in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        assert twin.step("2 1")[0] == copy.deepcopy(env).step("2 1")[0]
        assert twin.reset()[0] == copy.deepcopy(env).reset()[0]
    assert env.pool_answers == ["1 2"]


def test_a_seed_fixes_the_sequence_of_tasks(make_env):
    def prompts(seed, n=5):
        env = make_env()
        return [env.reset(seed=seed)[0], *(env.reset()[0] for _ in range(n - 1))]

    assert prompts(3) == prompts(3)
    assert len({*prompts(3), *prompts(4), *prompts(5)}) == 15


def test_the_same_seed_draws_other_tasks_in_other_splits(make_env):
    assert len({make_env(split=split).reset(seed=0)[0] for split in SPLITS}) == 3


def test_an_index_picks_the_task(make_env, shares):
    prompt, info = make_env(split="test").reset(seed=9, options={"index": 12})
    assert prompt == shares.task("test", 12).prompt
    assert info == {"task_id": "test/12", "objectives": ("left", "right")}


def test_a_seed_draws_an_index_below_two_to_the_31st(make_env):
    env = make_env()
    for seed in range(20):
        assert env.reset(seed=seed)[1]["task_id"].startswith("train/")
        assert env.task.index < 2**31


@pytest.mark.parametrize(("m", "shape"), [(1, (2,)), (2, (2, 2))])
def test_spaces_follow_the_number_of_candidates(make_env, m, shape):
    env = make_env(num_candidates=m)
    action = "1 2" if m == 1 else ("1 2", "3 4")
    assert env.reward_space.shape == shape
    assert env.action_space.contains(action)
    assert env.action_space.contains("1 2") == (m == 1)


@pytest.mark.parametrize("options", [{"idx": 1}, {"index": 1, "split": "test"}, {1: 2, "a": 3}])
def test_unknown_options_are_named(make_env, options):
    with pytest.raises(ValueError, match="options has unknown keys"):
        make_env().reset(options=options)


def test_options_are_not_eaten(make_env):
    options = {"index": 3}
    make_env().reset(options=options)
    assert options == {"index": 3}


def test_one_candidate_earns_a_vector(make_env):
    env = make_env()
    prompt, _ = env.reset(seed=0)
    observation, reward, terminated, truncated, info = env.step("2 3")
    assert (observation, terminated, truncated) == (prompt, True, False)
    assert info["task_id"].startswith("train/")
    assert reward.dtype == np.float32 and reward.shape == (2,) == env.reward_space.shape
    assert reward in env.reward_space and reward == pytest.approx([0.2, 0.3])


def test_several_candidates_earn_a_matrix_padded_with_zeros(make_env):
    env = make_env(num_candidates=4)
    env.reset(seed=0)
    reward = env.step(("2 3", "nonsense", "0 1"))[1]
    assert reward.dtype == np.float32 and reward.shape == (4, 2) == env.reward_space.shape
    assert reward == pytest.approx(np.array([[0.2, 0.3], [0, 0], [0, 0.1], [0, 0]]))
    for action in ((), [], ["1 1"], ("",) * 4):
        env.reset()
        assert env.step(action)[1].shape == (4, 2)


def test_too_many_candidates_are_an_error_that_changes_nothing(make_env):
    env = make_env(num_candidates=2)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="3 candidates given; num_candidates=2"):
        env.step(("a", "b", "c"))
    assert env.pool_answers == [] and env.step(("1 1",))[2]


@pytest.mark.parametrize("action", [None, 7, ("a",), b"a", np.array(["a"])])
def test_a_wrong_type_of_answer_is_an_error_that_changes_nothing(make_env, action):
    env = make_env()
    env.reset(seed=0)
    with pytest.raises(TypeError, match="an answer is a str"):
        env.step(action)
    assert env.step("1 1")[2]


@pytest.mark.parametrize(
    "action", ["text", None, 7, {"a"}, (text for text in "ab"), ("a", 3), ("a", None), b"a"]
)
def test_a_wrong_type_of_candidates_is_an_error(make_env, action):
    env = make_env(num_candidates=2)
    env.reset(seed=0)
    with pytest.raises(TypeError, match=r"an action is a sequence of strings|an answer is a str"):
        env.step(action)


def test_a_numpy_string_is_a_string(make_env):
    env = make_env()
    env.reset(seed=0)
    assert env.step(np.str_("2 3"))[1] == pytest.approx([0.2, 0.3])


def test_an_exception_of_a_scorer_is_not_swallowed(make_env):
    class Broken(Fixed):
        def score(self, task, answer):
            return 1 / 0, 1.0

    env = VectorRewardEnv(Broken())
    env.reset(seed=0)
    with pytest.raises(ZeroDivisionError):
        env.step("a")


def test_stepping_before_a_reset_or_past_the_end_is_an_error(make_env):
    env = make_env(max_turns=2)
    with pytest.raises(ResetNeeded, match="reset"):
        env.step("a")
    env.reset(seed=0)
    assert [env.step("a")[2] for _ in range(2)] == [False, True]
    with pytest.raises(ResetNeeded, match="reset"):
        env.step("a")
    env.reset()
    assert not env.step("a")[2]


def test_rewards_are_the_callers_to_write_to(make_env):
    env = make_env(max_turns=3, num_candidates=2)
    env.reset(seed=0)
    reward = env.step(("1 2", "3 3"))[1]
    reward[:] = 7
    observation, second, *_ = env.step(("1 2",))
    assert "left=0.10 right=0.20" in observation and "left=7" not in observation
    assert second == pytest.approx(np.array([[0.1, 0.2], [0, 0]]))
    assert env.pool_rewards.max() < 1


def test_step_pays_what_score_batch_says(make_env, shares):
    env = make_env(num_candidates=3, split="test")
    answers = ("2 3", "5 5", "10 10")
    for index in range(5):
        env.reset(options={"index": index})
        expected = shares.score_batch([shares.task("test", index)] * 3, answers)
        assert np.array_equal(env.step(answers)[1], expected)


def test_later_turns_show_the_pool_its_rewards_and_the_feedback(make_env):
    env = make_env(max_turns=3, num_candidates=2, prompt_style="compact")
    prompt, _ = env.reset(seed=0)
    second = env.step(("1 2", "nonsense"))[0]
    assert second == (
        f"{prompt}\nCandidate 1: left=0.10 right=0.20\n1 2\n"
        "Candidate 2: left=0.00 right=0.00\nnonsense\nFeedback: no points on the left"
    )
    third = env.step(("0 4",))[0]
    assert third.startswith(second)
    assert third.endswith("Candidate 3: left=0.00 right=0.40\n0 4\nFeedback: no points on the left")
    assert env.step(())[:1] == (prompt,), "the last observation is the task, for nobody acts on it"
    fresh, _ = env.reset()
    assert "Candidate" not in fresh


def test_an_answer_beyond_the_limit_is_cut_in_later_turns_and_given_no_feedback():
    domain = Fixed()
    env = VectorRewardEnv(domain, max_turns=2)
    env.reset(seed=0)
    observation = env.step("x" * 300_000)[0]
    assert observation.count("x") == domain.max_answer_length + 1, "and one in the name of the objective"
    assert observation.endswith("Feedback: too long to be read")
    assert domain.read == []


def test_observations_of_a_pool_of_long_answers_stay_in_the_space(make_env):
    env = make_env(max_turns=3, num_candidates=40)
    env.reset(seed=0)
    for _ in range(2):
        assert env.step(("y" * 20_000,) * 40)[0] in env.observation_space


def test_rendering_shows_task_and_pool(make_env):
    env = make_env(num_candidates=2, render_mode="ansi")
    with pytest.raises(ResetNeeded, match="reset"):
        env.render()
    prompt, _ = env.reset(seed=0)
    assert env.render() == prompt
    env.step(("1 2", "0 4"))
    assert env.render() == (
        f"{prompt}\nCandidate 1: left=0.10 right=0.20\n1 2\nCandidate 2: left=0.00 right=0.40\n0 4"
    )


def test_rendering_without_a_mode_warns(make_env):
    env = make_env()
    env.reset(seed=0)
    with pytest.warns(UserWarning, match="render_mode"):
        assert env.render() is None


def test_the_multi_objective_attributes(make_env):
    env = make_env(num_candidates=3)
    assert env.reward_dim == 2 and env.objective_names == ("left", "right")
    assert env.weights.tolist() == [0.25, 0.75] and env.ref_point.tolist() == [0, 0]
    assert env.reward_space.shape == (3, 2)
    assert env.metadata["render_modes"] == ["ansi"]
    assert env.pool_answers == [] and env.pool_rewards.shape == (0, 2)
    assert (env.split, env.num_candidates, env.max_turns) == ("train", 3, 1)


def test_objectives_are_objectives():
    domain = Fixed()
    for wrong in ((), ("speed", "size")):
        domain.objectives = wrong
        with pytest.raises(TypeError, match=r"must hold vpo_envs\.Objective"):
            VectorRewardEnv(domain)


def test_the_weights_of_a_task_are_in_the_info_where_they_are_known():
    class Weighted(Domain):
        objectives = (Objective("a"), Objective("b"))

        def sample_task(self, rng):
            return Task(str(rng.integers(10**9)), weights=(0.25, 0.75))

        def score(self, task, answer):
            return 0.0, 0.0

    env = VectorRewardEnv(Weighted())
    assert env.reset(seed=0)[1]["task_weights"] == env.step("x")[4]["task_weights"] == (0.25, 0.75)


def test_the_weights_of_a_task_are_absent_where_they_are_unknown(make_env):
    assert set(make_env().reset(seed=0)[1]) == {"task_id", "objectives"}
