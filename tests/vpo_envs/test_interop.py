"""Every environment under the real Gymnasium, MO-Gymnasium and Stable-Baselines3."""

import warnings

import gymnasium as gym
import gymnasium.utils.env_checker
import mo_gymnasium
import numpy as np
import pytest
from mo_gymnasium.wrappers import LinearReward, MOClipReward, MONormalizeReward, MORecordEpisodeStatistics
from mo_gymnasium.wrappers.vector import MOSyncVectorEnv
from stable_baselines3 import PPO
from stable_baselines3.common.env_checker import check_env
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv

import vpo_envs
from vpo_envs import Scalarize, TokenView


@pytest.fixture(scope="module", params=vpo_envs.registered_ids())
def id(request):
    return request.param


def good_answer(env):
    """The first demonstration of the current task, or any text."""
    domain, task = env.unwrapped.domain, env.unwrapped.task
    return next(iter(domain.demonstrations(task, np.random.default_rng(0))), "text")


# Gymnasium


@pytest.mark.parametrize("kwargs", [{}, {"num_candidates": 3}, {"max_turns": 2}])
def test_its_checker_finds_fault_with_vector_rewards_alone(id, kwargs):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gym.utils.env_checker.check_env(gym.make(id, **kwargs).unwrapped, skip_render_check=True)
    messages = {str(warning.message) for warning in caught if issubclass(warning.category, UserWarning)}
    assert len(messages) == 1 and "The reward returned by `step()` must be a float" in messages.pop()


# MO-Gymnasium


def test_its_make_finds_ours(id):
    assert mo_gymnasium.make(id).reset(seed=1) == gym.make(id).reset(seed=1)


def test_linear_reward_is_the_fixed_scalar(id):
    plain = gym.make(id, max_turns=1)
    env = LinearReward(plain, weight=plain.unwrapped.weights)
    ours = Scalarize(gym.make(id, max_turns=1))
    env.reset(seed=0)
    ours.reset(seed=0)
    answer = good_answer(env)
    _, reward, terminated, _, info = env.step(answer)
    assert reward == pytest.approx(ours.step(answer)[1])
    assert terminated and info["vector_reward"].shape == plain.unwrapped.reward_space.shape


def test_episode_statistics_record_vectors(id):
    env = MORecordEpisodeStatistics(gym.make(id, max_turns=2), gamma=0.5)
    env.reset(seed=0)
    answer = good_answer(env)
    first, second = (env.step(answer) for _ in range(2))
    assert "episode" not in first[4] and second[4]["episode"]["l"] == 2
    assert second[4]["episode"]["r"] == pytest.approx(first[1] + second[1])
    assert second[4]["episode"]["dr"] == pytest.approx(first[1] + 0.5 * second[1])


def test_wrappers_that_write_into_the_reward_do_no_harm(id):
    plain = gym.make(id, max_turns=3)
    env = MOClipReward(MONormalizeReward(plain, idx=0), idx=1, min_r=0.0, max_r=0.0)
    env.reset(seed=0)
    answer = good_answer(env)
    expected = plain.unwrapped.domain.score_batch([plain.unwrapped.task], [answer])[0]
    for turn in range(1, 4):
        assert env.step(answer)[1][1] == 0
        assert np.array_equal(plain.unwrapped.pool_rewards, np.tile(expected, (turn, 1)))


def test_its_vector_environment_pays_vectors(id):
    envs = MOSyncVectorEnv([lambda: gym.make(id)] * 2)
    prompts, _ = envs.reset(seed=3)
    d = envs.reward_space.shape[0]
    assert len(set(prompts)) == 2
    for _ in range(3):  # a step, its reset, a step
        assert envs.step(("text", "other"))[1].shape == (2, d)


@pytest.mark.parametrize("num_candidates", [1, 2])
def test_gymnasiums_make_vec_pays_vectors(num_candidates):
    envs = gym.make_vec("vpo/MazeSmall-v0", 3, num_candidates=num_candidates, split="test")
    ours = vpo_envs.make_vec("vpo/MazeSmall-v0", 3, num_candidates=num_candidates, split="test")
    prompts, info = envs.reset(seed=[1, 2, 3])
    assert prompts == ours.reset(seed=[1, 2, 3])[0] and info["task_id"][0].startswith("test/")
    domain, tasks = envs.envs[0].domain, [env.task for env in envs.envs]
    best = [domain.best_answers(task)[0] for task in tasks]
    actions = best if num_candidates == 1 else [(text, "") for text in best]
    expected = np.array([domain.score_batch([task], [text])[0] for task, text in zip(tasks, best)])
    for made in (envs, ours):
        _, rewards, terminated, _, _ = made.step(actions)
        assert rewards.dtype == np.float32 and terminated.all()
        assert (rewards.reshape(3, num_candidates, 4)[:, 0] == expected).all()
    assert envs.spec.id == "vpo/MazeSmall-v0" and envs.num_envs == 3


# Stable-Baselines3


@pytest.fixture(scope="module")
def tokens(id):
    """A token view that is small enough to train on in a moment."""
    env = Scalarize(gym.make(id, max_turns=1))
    return TokenView(env, "abcdeUDLR0123456789 ", prompt_length=12, answer_length=4)


@pytest.mark.filterwarnings("error::UserWarning")
def test_its_checker_passes(tokens):
    check_env(tokens, skip_render_check=True)


def test_its_ppo_learns_on_it(tokens):
    agent = PPO("MlpPolicy", tokens, n_steps=32, batch_size=32, n_epochs=1, seed=0, device="cpu")
    before = [parameter.detach().clone() for parameter in agent.policy.parameters()]
    agent.learn(64)
    assert agent.num_timesteps == 64
    assert all(bool(parameter.isfinite().all()) for parameter in agent.policy.parameters())
    assert any(not old.equal(new) for old, new in zip(before, agent.policy.parameters()))
    mean, _ = evaluate_policy(agent, tokens, n_eval_episodes=2, warn=False)
    assert 0 <= mean <= 1


def test_its_ppo_finds_the_answer_of_a_trivial_environment():
    """The check that catches a wrong view: tokens that cannot be learnt from, rewards a step late."""

    class OneLetter(vpo_envs.Domain):
        objectives = (vpo_envs.Objective("right"), vpo_envs.Objective("short"))

        def sample_task(self, rng):
            return vpo_envs.Task("abc"[rng.integers(3)])

        def score(self, task, answer):
            return float(answer.startswith(task.prompt)), float(len(answer) == 1)

    env = TokenView(Scalarize(vpo_envs.VectorRewardEnv(OneLetter())), "abc", 1, 2)
    agent = PPO("MlpPolicy", env, n_steps=256, batch_size=64, learning_rate=5e-3, seed=0, device="cpu")
    agent.learn(2048)
    mean, _ = evaluate_policy(agent, env, n_eval_episodes=20, warn=False)
    assert mean > 0.95


def view():
    """A token view of the small maze."""
    return TokenView(Scalarize(gym.make("vpo_envs:vpo/MazeSmall-v0")), "abcdef123456 ", 12, 4)


@pytest.mark.parametrize("vec_env_cls", [DummyVecEnv, SubprocVecEnv])
def test_its_vector_environments_and_monitor_work(vec_env_cls):
    envs = make_vec_env(view, n_envs=2, seed=0, vec_env_cls=vec_env_cls)
    try:
        assert envs.reset().shape == (2, 16)
        for _ in range(3):
            _, rewards, ended, _ = envs.step(np.array([1, 2]))
            assert not ended.any() and not rewards.any()
        _, rewards, ended, infos = envs.step(np.array([0, 3]))
        assert ended.all() and rewards.shape == (2,)
        assert infos[0]["episode"]["l"] == 4 and infos[0]["answer"] == "aaa" and infos[1]["answer"] == "bbbc"
        assert {"reward_vector", "terminal_observation"} <= set(infos[0])
    finally:
        envs.close()


def test_make_vec_reads_knobs():
    envs = vpo_envs.make_vec("vpo/MazeSmall-v0?num_candidates=2&split=test", 3)
    assert envs.reset(seed=0)[1]["task_id"][0].startswith("test/")
    assert envs.step([("a1 b1", "a1 a2")] * 3)[1].shape == (3, 2, 4)
