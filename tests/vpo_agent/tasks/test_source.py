from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
import toys

import vpo_envs
from vpo_agent.agents.base import Agent
from vpo_agent.agents.vpo import VPO
from vpo_agent.models.policy import Policy
from vpo_agent.tasks.source import DomainTasks, EnvTasks, make_env, shared_rows, task_source


def test_domains_are_scored_in_batches():
    env = gym.make("vpo/MazeSmall-v0", split="validation")
    source = task_source(env)
    assert isinstance(source, DomainTasks)
    assert (source.split, source.style, source.max_turns) == ("validation", "compact", 1)
    assert source.objective_names == env.unwrapped.objective_names
    tasks = source.draw(np.random.default_rng(0), 4)
    assert {task.split for task in tasks} == {"validation"}
    assert source.prompts(tasks) == [task.compact for task in tasks]
    assert [task.index for task in source.first(3)] == [0, 1, 2]
    same = source.draw(np.random.default_rng(0), 4)
    assert tasks == same != source.draw(np.random.default_rng(1), 4)


def test_ids_are_made():
    assert isinstance(task_source("vpo/MazeSmall-v0"), DomainTasks)
    assert make_env("vpo/MazeSmall-v0").spec.id == "vpo/MazeSmall-v0"


def test_splits_with_the_rows_of_training_are_named(tmp_path):
    rows = (Path(__file__).parents[2] / "data" / "musique" / "musique_ans_v1.0_dev.jsonl").read_text()
    alone, folder = tmp_path / "rows.jsonl", tmp_path / "rows"
    folder.mkdir()
    for file in (alone, folder / "train.jsonl", folder / "test.jsonl"):
        file.write_text(rows)
    for dataset, shared in ((alone, True), (folder, False)):
        source = task_source(gym.make("vpo/MultiHopQA-v0", dataset=str(dataset)))
        assert bool(shared_rows(source, "test")) is shared and not shared_rows(source, "train")
    assert not shared_rows(task_source("vpo/MazeSmall-v0"), "test")


def test_plain_environments_serve_too():
    source = task_source(toys.Poem())
    assert isinstance(source, EnvTasks)
    assert source.objective_names == ("r0", "r1") and source.weights.tolist() == [0.5, 0.5]
    tasks = source.draw(np.random.default_rng(0), 5)
    prompts = source.prompts(tasks)
    assert prompts == source.prompts(tasks) and len(set(prompts)) > 1
    words = [prompt.removeprefix("say ") for prompt in prompts]
    rewards = source.score(tasks, words)
    assert (rewards[:, 0] == 1).all()  # each answer met the task of its own seed
    np.testing.assert_allclose(rewards[:, 1], [len(word) / 20 for word in words], rtol=1e-6)
    assert source.score(tasks, ["", *words[1:]])[0].tolist() == [0, 0]


def test_wrapped_domains_are_stepped_and_score_alike():
    inner = gym.make("vpo/MazeSmall-v0")
    wrapped = vpo_envs.PoolStatistics(gym.make("vpo/MazeSmall-v0"))
    source = task_source(wrapped)
    assert isinstance(source, EnvTasks)
    assert source.objective_names == inner.unwrapped.objective_names
    np.testing.assert_allclose(source.weights, inner.unwrapped.weights)
    assert source.style == "compact"
    seeds = source.draw(np.random.default_rng(0), 3)
    for seed, prompt in zip(seeds, source.prompts(seeds)):
        assert prompt == inner.reset(seed=seed)[0]
        task, domain = inner.unwrapped.task, inner.unwrapped.domain
        answers = [*domain.demonstrations(task, np.random.default_rng(0)), "nonsense"]
        expected = domain.score_batch([task] * len(answers), answers)
        assert (source.score([seed] * len(answers), answers) == expected).all()


@pytest.mark.parametrize(
    "wrap",
    [
        lambda env: vpo_envs.Scalarize(env),
        lambda env: vpo_envs.SetReward(env),
        lambda env: gym.wrappers.TransformReward(vpo_envs.Scalarize(env), float),
    ],
)
def test_scalar_rewards_are_refused(wrap):
    env = wrap(gym.make("vpo/MazeSmall-v0"))
    with pytest.raises(ValueError, match=r"needs a reward_space of shape \(d,\).* leave out wrappers"):
        task_source(env)
    with pytest.raises(ValueError, match="reward_space"):
        VPO("tiny", env)


class NoRewardSpace(toys.Poem):
    def __init__(self):
        super().__init__()
        del self.reward_space


def test_what_agents_cannot_use_is_refused():
    with pytest.raises(ValueError, match=r"needs a reward_space of shape \(d,\)"):
        task_source(NoRewardSpace())
    with pytest.raises(ValueError, match="observation_space=Box.* read and write single texts"):
        task_source(gym.make("CartPole-v1"))
    with pytest.raises(ValueError, match="action_space=TextSet.* single texts"):
        task_source(vpo_envs.PoolStatistics(gym.make("vpo/MazeSmall-v0", num_candidates=2)))
    with pytest.raises(TypeError, match="must be a Gymnasium environment or the id of one"):
        task_source(toys.Repeat())
    with pytest.raises(ValueError, match="env='vpo/Labyrinth-v0' cannot be made: .*`vpo envs` lists the ids"):
        task_source("vpo/Labyrinth-v0")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("weights", [3, 1], "give 2 numbers of at least 0 with the sum 1"),
        ("weights", [1.5, -0.5], "give 2 numbers of at least 0 with the sum 1"),
        ("weights", [0.5, float("nan")], "give 2 numbers of at least 0 with the sum 1"),
        ("weights", [0.5, 0.25, 0.25], "its reward_space has 2 entries"),
        ("weights", {"r0": 1}, "its reward_space has 2 entries"),
        ("weights", None, "its reward_space has 2 entries"),
        ("objective_names", ["a"], "its reward_space has 2 entries, so give 2 different texts"),
        ("objective_names", ["a", "a"], "give 2 different texts"),
        ("objective_names", ["a", ""], "give 2 different texts"),
        ("objective_names", [0, 1], "give 2 different texts"),
        ("objective_names", "ab", "give 2 different texts"),
        ("objective_names", 2, "give 2 different texts"),
    ],
)
def test_descriptions_of_rewards_that_do_not_fit_are_refused(name, value, message):
    env = toys.Poem()
    setattr(env, name, value)
    with pytest.raises(ValueError, match=rf"env has {name}=.*{message}"):
        task_source(env)


def test_weights_of_single_precision_fit():
    env = toys.Poem(rewards=3)
    env.weights, env.objective_names = np.full(3, 1 / 3, np.float32), np.array(["a", "b", "c"])
    source = task_source(env)
    assert source.objective_names == ("a", "b", "c") and source.weights == pytest.approx([1 / 3] * 3)


class Generous(toys.Poem):
    paid = (2.0, 0.5)
    ends = True

    def step(self, action):
        return "", np.array(self.paid), self.ends, False, {}


@pytest.mark.parametrize("paid", [(2.0, 0.5), (-0.1, 0.5), (float("nan"), 0.5), (0.5,), 0.5])
def test_wrong_rewards_are_errors(paid):
    env = Generous()
    env.paid = paid
    with pytest.raises(ValueError, match=r"returned .*; rewards are \(d,\) vectors within \[0, 1\]"):
        EnvTasks(env).score([0], ["x"])


def test_long_episodes_are_errors():
    env = Generous()
    env.paid, env.ends = (0.5, 0.5), False
    with pytest.raises(ValueError, match="did not end after one answer"):
        EnvTasks(env).score([0], ["x"])


def test_a_plain_environment_trains_an_agent(repeat_policy_folder):
    env = toys.Poem()
    with pytest.raises(ValueError, match='policy="tiny" reads the text of a Domain.*give a model instead'):
        VPO("tiny", env)
    policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
    settings = dict(
        num_candidates=2, group_size=4, prompts_per_step=2, max_new_tokens=16, learning_rate=1e-3, kl_coef=0.0
    )
    agent: Agent = VPO(policy, env, **settings)
    before = [p.clone() for p in policy.model.parameters()]
    agent.learn(3 * 16)
    assert agent.num_timesteps == 48 and agent.num_updates == 3
    assert any(not (old == new).all() for old, new in zip(before, policy.model.parameters()))
    with pytest.raises(ValueError, match="a warm start needs an environment made from a Domain"):
        agent.warm_start(steps=1)


def test_the_split_of_training_is_named():
    source = task_source(gym.make("vpo/MazeSmall-v0", split="validation"))
    assert "is that of training" in shared_rows(source, "validation")
    assert not shared_rows(source, "test") and not shared_rows(source, "train")
