"""The scalarising wrappers: one value of a pool, telescoping, reproducible, in plain floats."""

import gymnasium as gym
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpo_envs import (
    PoolStatistics,
    RandomScalarization,
    Scalarize,
    SetReward,
    metrics,
    sample_weights,
)

WRAPPERS = [Scalarize, RandomScalarization, SetReward]
answers = st.sampled_from(["", "nonsense", "0 0", "5 1", "1 5", "3 3", "0 6", "6 0", "10 10", "2 2"])
episodes = st.lists(st.lists(answers, max_size=3), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def toy(make_env):
    """An environment as `gym.make` would wrap it, without an id."""
    return lambda **kwargs: gym.wrappers.OrderEnforcing(make_env(**kwargs))


def play(env, candidates, **reset):
    """Plays one episode: the info of reset, the rewards and the infos of the steps."""
    _, info = env.reset(**reset)
    outcomes = [env.step(tuple(step)) for step in candidates]
    return info, [outcome[1] for outcome in outcomes], [outcome[4] for outcome in outcomes]


@pytest.mark.parametrize("wrapper", WRAPPERS)
@given(candidates=episodes, seed=st.integers(0, 99))
def test_the_return_is_the_value_of_the_whole_pool(wrapper, toy, candidates, seed):
    env = wrapper(toy(num_candidates=3, max_turns=len(candidates)))
    info, rewards, infos = play(env, candidates, seed=seed)
    pool = np.concatenate([step["reward_vector"] for step in infos])
    assert all(type(reward) is float and reward >= 0 for reward in rewards)
    assert sum(rewards) == pytest.approx(float(metrics.expected_best(pool, info["weights"])), abs=1e-9)
    # The same answers in one step, or in the opposite order, are the same pool.
    _, backwards, _ = play(env, candidates[::-1], seed=seed)
    assert sum(backwards) == pytest.approx(sum(rewards), abs=1e-9)


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_repeated_answer_earns_nothing(wrapper, toy):
    env = wrapper(toy(max_turns=3))
    env.reset(seed=0)
    assert env.step("1 2")[1] > 0
    assert env.step("1 2")[1] == 0
    assert env.step("1 1")[1] == 0, "and neither does a dominated one"


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_new_episode_starts_with_an_empty_pool(wrapper, toy):
    env = wrapper(toy(max_turns=2))
    first = [play(env, [], seed=0) and env.step("1 2")[1] for _ in range(2)]
    assert first[0] == first[1] > 0


def test_scalarize_by_hand(toy):
    env = Scalarize(toy())
    _, info = env.reset(seed=0)
    assert info["weights"].tolist() == [[0.25, 0.75]]
    _, reward, terminated, _, info = env.step("2 3")
    assert reward == pytest.approx(0.25 * 0.2 + 0.75 * 0.3) and type(reward) is float and terminated
    assert info["reward_vector"] == pytest.approx([0.2, 0.3])
    env = Scalarize(toy(num_candidates=3), [1, 0])
    env.reset(seed=0)
    assert env.step(("2 3", "4 0"))[1] == pytest.approx(0.4), "the best of the candidates"


def test_scalarize_follows_the_order_of_the_objectives(toy):
    env = Scalarize(toy(), [0.9, 0.1])
    assert env.weights.tolist() == [0.9, 0.1] == env.get_wrapper_attr("weights").tolist()


@pytest.mark.parametrize("weights", [[1, 1], [1], [0.2, 0.3, 0.5], [-1, 2], [[0.5, 0.5], [1, 0]]])
def test_bad_weights_are_named(toy, weights):
    with pytest.raises(ValueError, match="weights="):
        Scalarize(toy(), weights)


def test_weights_handed_out_are_the_callers_to_write_to(toy):
    env = Scalarize(toy())
    _, info = env.reset(seed=0)
    info["weights"][:] = 7
    vector = env.step("2 3")[4]["reward_vector"]
    vector[:] = 7
    assert env.reset(seed=0)[1]["weights"].tolist() == [[0.25, 0.75]]
    assert env.unwrapped.pool_rewards.size == 0


def test_the_wrapped_environments_rewards_are_untouched(toy):
    env = SetReward(toy(max_turns=2, num_candidates=2))
    env.reset(seed=0)
    env.step(("1 2", "3 3"))
    assert env.unwrapped.pool_rewards == pytest.approx(np.array([[0.1, 0.2], [0.3, 0.3]]))


# Random weightings


@pytest.mark.parametrize("wrapper", [RandomScalarization, SetReward])
def test_a_seed_fixes_the_weightings_and_every_reset_draws_fresh_ones(wrapper, toy):
    env, again = wrapper(toy()), wrapper(toy())
    sets = [env.reset(seed=4)[1]["weights"], *(env.reset()[1]["weights"] for _ in range(3))]
    repeated = [again.reset(seed=4)[1]["weights"], *(again.reset()[1]["weights"] for _ in range(3))]
    assert np.array_equal(sets, repeated)
    assert len({weights.tobytes() for weights in sets}) == 4
    assert not np.array_equal(again.reset(seed=5)[1]["weights"], sets[0])


def test_the_same_seed_gives_the_same_tasks_under_every_wrapper(toy):
    def tasks(env):
        return [env.reset(seed=8)[1]["task_id"], *(env.reset()[1]["task_id"] for _ in range(4))]

    plain = tasks(toy())
    assert len(set(plain)) == 5
    for wrapper in WRAPPERS:
        assert tasks(wrapper(toy())) == plain


def test_the_weightings_do_not_depend_on_how_the_task_was_picked(toy):
    env = SetReward(toy())
    drawn, picked = env.reset(seed=1)[1], env.reset(seed=1, options={"index": 5})[1]
    assert np.array_equal(drawn["weights"], picked["weights"])


def test_the_defaults_are_those_of_the_paper(toy):
    assert (SetReward(toy()).alpha, SetReward(toy()).n_weights) == (1.0, 100)
    assert RandomScalarization(toy()).alpha == 1.0


@pytest.mark.parametrize("alpha", [0.3, 1.0, 3.0])
def test_random_weightings_follow_the_dirichlet_law(toy, alpha):
    env = RandomScalarization(toy(), alpha)
    env.reset(seed=0)
    drawn = np.concatenate([env.reset()[1]["weights"] for _ in range(2000)])
    assert drawn.mean(axis=0) == pytest.approx(0.5, abs=0.03)
    assert drawn.var(axis=0) == pytest.approx(0.25 / (2 * alpha + 1), rel=0.1)


def test_random_scalarization_pays_under_the_weighting_it_announces(toy):
    env = RandomScalarization(toy())
    for seed in range(5):
        weights = env.reset(seed=seed)[1]["weights"][0]
        assert env.step("2 3")[1] == pytest.approx(weights @ [0.2, 0.3])


def test_weights_in_the_prompt_are_those_that_pay(toy):
    env = RandomScalarization(toy(max_turns=3), in_prompt=True)
    prompt, info = env.reset(seed=0)
    plain, _ = toy().reset(seed=0)
    left, right = info["weights"][0]
    line = f"\nWeights: left {left:.2f}, right {right:.2f}"
    assert prompt == plain + line
    assert env.step("2 3")[0].endswith(line)
    assert not env.reset(seed=1)[0].endswith(line)


@pytest.mark.parametrize("wrapper", [RandomScalarization, SetReward])
@pytest.mark.parametrize("alpha", [0, -1, float("nan"), float("inf")])
def test_a_bad_concentration_is_named(wrapper, toy, alpha):
    with pytest.raises(ValueError, match="alpha="):
        wrapper(toy(), alpha)


def test_a_bad_number_of_weightings_is_named(toy):
    with pytest.raises(ValueError, match="n_weights=0 must be at least 1"):
        SetReward(toy(), n_weights=0)
    assert SetReward(toy(), n_weights=1).reset(seed=0)[1]["weights"].shape == (1, 2)


# The set score


def test_the_set_score_of_two_specialists_approaches_three_quarters(toy):
    """`E[max(w, 1 - w)] = 3/4` for w uniform on [0, 1]; here both answers are worth 0.6 of it."""
    env = SetReward(toy(num_candidates=2), n_weights=20_000)
    env.reset(seed=0)
    assert env.step(("6 0", "0 6"))[1] == pytest.approx(0.6 * 0.75, abs=5e-3)


@pytest.mark.parametrize("alpha, expected", [(1.0, 3 / 4), (2.0, 11 / 16), (3.0, 21 / 32)])
def test_the_set_score_under_other_concentrations(toy, alpha, expected):
    """`E[max(w, 1 - w)] = 1/2 + E|w - 1/2|` for w ~ Beta(alpha, alpha)."""
    env = SetReward(toy(num_candidates=2), alpha, n_weights=20_000)
    env.reset(seed=1)
    assert env.step(("6 0", "0 6"))[1] == pytest.approx(0.6 * expected, abs=5e-3)


def test_the_set_score_counts_a_compromise_where_it_wins(toy):
    """Three answers (.6, 0), (.4, .4), (0, .6): the compromise wins for w in (1/3, 2/3).

    The integral is 2 * [int_{2/3}^1 .6 w dw] + .4 / 3.
    """
    env = SetReward(toy(num_candidates=3), n_weights=20_000)
    seed = next(seed for seed in range(99) if env.reset(seed=seed) and env.unwrapped.task.truth >= 8)
    env.reset(seed=seed)
    expected = 2 * 0.3 * (1 - 4 / 9) + 0.4 / 3
    assert env.step(("6 0", "4 4", "0 6"))[1] == pytest.approx(expected, abs=5e-3)


# Statistics


def test_statistics_of_the_pool_at_the_end_of_the_episode(toy):
    env = PoolStatistics(toy(num_candidates=2, max_turns=2))
    env.reset(seed=0)
    assert "pool" not in env.step(("4 0", "0 4"))[4]
    info = env.step(("nonsense",))[4]
    pool = info["pool"]
    assert pool["rewards"] == pytest.approx(np.array([[0.4, 0], [0, 0.4], [0, 0]]))
    assert pool["best"] == pytest.approx(0.75 * 0.4)
    assert pool["diversity"] == pytest.approx((0.8 + 0.4 + 0.4) / 3)
    assert pool["hypervolume"] == 0
    assert info["task_id"].startswith("train/")


def test_statistics_do_not_count_padding_as_answers(toy):
    env = PoolStatistics(toy(num_candidates=4))
    env.reset(seed=0)
    pool = env.step(("1 2", "2 1"))[4]["pool"]
    assert pool["rewards"].shape == (2, 2)
    assert pool["diversity"] == pytest.approx(0.2)
    assert pool["hypervolume"] == pytest.approx(0.03)
    env.reset()
    empty = env.step(())[4]["pool"]
    assert empty["rewards"].shape == (0, 2)
    assert empty["best"] == empty["diversity"] == empty["hypervolume"] == 0


def test_statistics_start_afresh_with_the_episode(toy):
    env = PoolStatistics(toy())
    for _ in range(2):
        env.reset(seed=0)
        assert len(env.step("1 2")[4]["pool"]["rewards"]) == 1


@pytest.mark.parametrize("d", [31, 32])
def test_statistics_hold_the_hypervolume_up_to_31_objectives(d):
    class Many(gym.Env):
        observation_space = action_space = gym.spaces.Text(10)
        reward_space = gym.spaces.Box(0, 1, (d,), np.float32)
        weights = np.full(d, 1 / d)

        def reset(self, *, seed=None, options=None):
            return "go", {}

        def step(self, action):
            return "end", np.ones(d, np.float32), True, False, {}

    env = PoolStatistics(Many())
    env.reset()
    pool = env.step("a")[4]["pool"]
    assert pool["best"] == pytest.approx(1) and pool.get("hypervolume") == (1.0 if d == 31 else None)


# Composition


def test_statistics_go_below_a_scalarising_wrapper(toy):
    env = SetReward(PoolStatistics(toy(num_candidates=2)))
    env.reset(seed=0)
    _, reward, *_, info = env.step(("1 2", "2 1"))
    assert type(reward) is float and set(info) >= {"pool", "reward_vector", "task_id"}


@pytest.mark.parametrize("inner", WRAPPERS)
@pytest.mark.parametrize("outer", [*WRAPPERS, PoolStatistics])
def test_scalar_rewards_cannot_be_scalarised_again(toy, inner, outer):
    with pytest.raises(ValueError, match="has scalar rewards"):
        outer(inner(toy()))


@pytest.mark.parametrize("wrapper", [*WRAPPERS, PoolStatistics])
def test_a_wrapper_needs_the_space_of_the_rewards(wrapper):
    with pytest.raises(AttributeError, match="reward_space"):
        wrapper(gym.make("CartPole-v1"))


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_the_wrappers_announce_scalar_rewards(toy, wrapper):
    env = wrapper(toy())
    env.reset(seed=0)
    assert env.reward_space == gym.spaces.Box(0.0, 1.0, (), np.float64)
    assert np.array(env.step("1 2")[1]) in env.reward_space


def test_an_environment_of_ones_own_without_a_domain():
    """Any environment with vector rewards and a reward space can be wrapped."""

    class Plain(gym.Env):
        observation_space = action_space = gym.spaces.Text(10)
        reward_space = gym.spaces.Box(0, 1, (2,), np.float32)

        def reset(self, *, seed=None, options=None):
            super().reset(seed=seed)
            return "go", {}

        def step(self, action):
            return "end", np.array([0.5, 1.0], np.float32), True, False, {}

    with pytest.raises(AttributeError, match="weights"):
        Scalarize(Plain())
    for env in (Scalarize(Plain(), [0.5, 0.5]), RandomScalarization(Plain()), SetReward(Plain())):
        weights = env.reset(seed=0)[1]["weights"]
        assert env.step("a")[1] == pytest.approx(float((weights @ [0.5, 1.0]).mean()))


def test_random_wrappers_draw_exactly_from_the_child_of_the_environments_generator(toy):
    env = SetReward(toy(), alpha=0.5, n_weights=7)
    weights = env.reset(seed=11)[1]["weights"]
    child = gym.utils.seeding.np_random(11)[0].spawn(1)[0]
    assert np.array_equal(weights, sample_weights(child, 7, 2, 0.5))
