"""Warnings about runs that learn nothing, and habits of Stable-Baselines3."""

import warnings
from types import SimpleNamespace

import gymnasium as gym
import pytest
import toys
from stable_baselines3.common.callbacks import StopTrainingOnMaxEpisodes

from baselines import GRPO
from vpo_agent import VPO, Callback
from vpo_agent.agents.run_warnings import PATIENCE, RunWarning, SignalMonitor, warn_of_restart
from vpo_envs.env import VectorRewardEnv

P, G, M, D = 3, 4, 2, 2
STEP = P * G * M


def settings(**own):
    sizes = {"prompts_per_step": P, "group_size": G, "num_candidates": M, "max_new_tokens": 4}
    return {**sizes, "warm_start_steps": 0, **own}


@pytest.fixture(scope="module")
def policy():
    return toys.small_policy(toys.Repeat())


def agent(policy, kind=VPO, domain=None, **own):
    return kind(policy, toys.make_env(domain or toys.Repeat()), **settings(**own))


class Nothing(toys.Repeat):
    """Pays nothing."""

    def score(self, task, answer):
        return (0.0, 0.0)


def test_a_hopeless_run_is_worth_one_warning(policy):
    hopeless = agent(policy, GRPO, Nothing(), num_candidates=1, prompts_per_step=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RunWarning)
        hopeless.learn(2 * G)
    with pytest.warns(RunWarning, match="no answer has scored in the 9 steps of this run"):
        hopeless.learn((PATIENCE - 1) * G)
    with pytest.warns(RunWarning, match="no answer has scored for 10 steps in a row") as caught:
        hopeless.learn((PATIENCE + 2) * G)
    assert "Remedies" in str(caught[0].message) and len(caught) == 1


def warned(steps):
    """Messages of the monitor after steps with (mean reward, share of groups without a signal)."""
    monitor = SignalMonitor()
    agent = SimpleNamespace(num_updates=0, source=SimpleNamespace(objective_names=("a", "b")))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for reward, silent in steps:
            agent.num_updates += 1
            log = {"rollout/a": 0.0, "rollout/b": reward, "train/frac_reward_zero_std": silent}
            log |= {"rollout/well_formed": 1.0, "rollout/termination_rate": 1.0}
            agent.logger = SimpleNamespace(name_to_value=log)
            assert monitor.on_step(agent)
    return [str(note.message)[:9] for note in caught]


def test_ten_steps_in_a_row_count():
    silent, loud, zero = (0.5, 1.0), (0.5, 0.9), (0.0, 1.0)
    assert warned([silent] * 30) == ["no group "] and warned([zero] * 30) == ["no answer"]
    assert warned([silent] * 9 + [loud] + [silent] * 9) == []
    assert warned([zero] * 9 + [loud] * 9) == []
    assert warned([zero] * 10 + [loud] + [silent] * 10) == ["no answer", "no group "]


def test_nucleus_sampling_in_training_is_biased(policy):
    """Case top-p-training: the expected gradient of the log-probability is not zero."""
    with pytest.warns(RunWarning, match=r"top_p=0\.7 in training biases the gradient"):
        agent(policy, top_p=0.7).learn(STEP)


def test_a_schedule_that_ended_and_goes_on_is_reported(policy, tmp_path):
    decaying = agent(policy, GRPO, num_candidates=1, schedule="linear", kl_coef=0.0)
    step = P * G
    with warnings.catch_warnings():
        warnings.simplefilter("error", RunWarning)
        decaying.learn(2 * step)
        decaying.save(tmp_path / "agent")
    resumed = GRPO.load(tmp_path / "agent", toys.make_env(toys.Repeat()))
    with pytest.warns(RunWarning, match="schedule='linear' was planned for the steps that are done"):
        resumed.learn(4 * step, reset_num_timesteps=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RunWarning)
        warn_of_restart("constant", 1e-4, 1e-4)
        decaying.learn(step)  # a new run starts at the peak, as asked


def test_prompts_of_another_style_are_reported(policy, tmp_path):
    trained = agent(policy, GRPO, num_candidates=1)
    trained.save(tmp_path / "agent")
    full = VectorRewardEnv(toys.Repeat(), prompt_style="full")
    with pytest.warns(RunWarning, match="trained on compact prompts and the environment shows full ones"):
        loaded = GRPO.load(tmp_path / "agent", full)
    loaded.save(tmp_path / "again")  # the style of the training is kept
    with pytest.warns(RunWarning, match="trained on compact"):
        GRPO.load(tmp_path / "again", full)
    with pytest.warns(RunWarning, match="prompt_style='compact'"):
        trained.set_env(full)


# Habits of Stable-Baselines3.


def test_callbacks_take_two_arguments(policy):
    seen = []

    def stop(local_variables, global_variables):
        seen.append(local_variables["self"].num_updates)
        return len(seen) < 2

    agent(policy).learn(5 * STEP, stop)
    assert seen == [1, 2]
    seen.clear()
    agent(policy).learn(STEP, [lambda agent, log=seen: log.append(agent), Callback()])
    assert len(seen) == 1  # a default is no second argument


@pytest.mark.parametrize("callback", [StopTrainingOnMaxEpisodes(1), "eval", 3])
def test_other_callbacks_are_refused_before_training(policy, callback):
    mine = agent(policy)
    with pytest.raises(TypeError, match="must be a vpo_agent.Callback"):
        mine.learn(STEP, callback)
    assert mine.num_updates == 0


def test_get_env_and_tensorboard_log(policy, tmp_path):
    env = toys.make_env(toys.Repeat())
    mine = VPO(policy, env, tensorboard_log=tmp_path / "tb", **settings())
    assert mine.get_env() is env
    mine.learn(STEP)
    assert list((tmp_path / "tb").glob("events.out.tfevents.*"))
    other = toys.make_env(toys.Repeat())
    mine.set_env(other)
    assert mine.get_env() is other


def test_several_environments_in_one_are_refused(policy):
    from stable_baselines3.common.vec_env import DummyVecEnv

    import vpo_envs

    view = vpo_envs.TokenView(vpo_envs.Scalarize(gym.make("vpo/MazeSmall-v0")), answer_length=8)
    for several in (gym.make_vec("vpo/MazeSmall-v0", 2), DummyVecEnv([lambda: view])):
        with pytest.raises(TypeError, match="give a single one or its id"):
            VPO(policy, several)
