"""Weights in the prompts of a goal-conditioned policy: in training, in pools and when asked."""

import numpy as np
import pytest
import torch
import toys

from baselines import AgentSpec, GoalConditioned, Plan, RandomWeighting
from vpo_agent import Policy, evaluate
from vpo_agent.models.sampling import Sampling
from vpo_agent.models.tiny import corpus, train_tokenizer
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.goal_conditioning import TAGS, GoalTask, GoalTaskSource
from vpo_agent.tasks.source import DomainTasks
from vpo_agent.training.sft import warm_start

SETTINGS = dict(prompts_per_step=2, group_size=4, max_new_tokens=12, learning_rate=1e-3, warm_start_steps=0)


@pytest.fixture(scope="module")
def make(repeat_policy_folder):
    def build(kind=GoalConditioned, **settings):
        policy = Policy.from_pretrained(repeat_policy_folder, dtype="float32")
        return kind(policy, toys.make_env(toys.Repeat()), **{**SETTINGS, **settings})

    return build


def prompts(rollouts, policy):
    return [policy.decode(segment.prompt) for segment in rollouts.segments]


def test_a_policy_that_cannot_read_weights_is_refused():
    policy = toys.small_policy(toys.Repeat())
    texts = corpus(DomainTasks(toys.Repeat(), style="compact"), 0)
    policy.tokenizer = train_tokenizer(texts, 1024, AnswerFormat(8).tags())  # as made by earlier versions
    with pytest.raises(ValueError, match="so they would not be seen"):
        GoalConditioned(policy, toys.make_env(toys.Repeat()), max_new_tokens=4)


def test_training_prompts_show_the_weights_that_score(make):
    agent = make()
    seen = []
    agent.learn(16, lambda agent: seen.append(agent.last_rollouts))
    for update, rollouts in enumerate(seen):
        rng = np.random.default_rng(np.random.SeedSequence([0, update, 1]))
        weights = agent.draw_weights(rng, 2)
        shown = GoalTaskSource(agent.source, agent.policy.has_tokens(TAGS))
        expected = [shown.word("", w[0]).strip() for w in weights]
        assert all(line in text for line, text in zip(expected, prompts(rollouts, agent.policy)))
        assert [task.split for task in rollouts.tasks] == ["train"] * 2  # plain tasks, as with other agents


def test_pools_are_asked_for_under_weights_of_their_own(make):
    agent = make()
    tasks = agent.source.first(3)
    rollouts = agent.rollouts(tasks, 4, Sampling(8), seed=1)
    assert rollouts.rewards.shape == (3, 4, 1, 2) and rollouts.tasks == tasks
    assert [len(group) for group in rollouts.answers] == [4, 4, 4]
    texts = prompts(rollouts, agent.policy)
    assert len(texts) == 12 and len(set(texts)) > 6
    for i, task in enumerate(tasks):
        assert all(task.compact in text for text in texts[4 * i : 4 * i + 4])
        for j in range(4):  # every answer is scored on its own task
            paid = agent.source.score([task], [rollouts.answers[i][j][0]])[0]
            np.testing.assert_array_equal(rollouts.rewards[i, j, 0], paid)
    fixed = make(pools="fixed").rollouts(tasks, 4, Sampling(8), seed=1)
    assert all("<weight_5><weight_5>" in text for text in prompts(fixed, agent.policy))
    assert evaluate(agent, tasks=2, pool=3).rewards.shape == (2, 3, 2)


def test_predictions_take_weights(make):
    agent = make()
    assert agent.predict("say red", seed=1) == agent.predict("say red", weights=[0.5, 0.5], seed=1)
    assert len(agent.predict("say red", weights=[1, 0])[0]) == 1
    with pytest.raises(ValueError, match="must be non-negative and sum to 1"):
        agent.predict("say red", weights=[1, 1])
    with pytest.raises(TypeError, match="prompt is a str"):
        agent.predict(3)


def test_a_warm_start_with_weights_makes_them_no_news():
    def disturbance(show_weights):
        """Mean change of a right answer's log-probability when the prompt shows weights."""
        source = DomainTasks(toys.Repeat(), style="compact")
        policy = toys.small_policy(toys.Repeat())
        warm_start(policy, source, steps=240, show_weights=show_weights, learning_rate=4e-3)
        tasks = source.first(16)
        asked = GoalTaskSource(source, policy.has_tokens(TAGS))
        told = asked.prompts([GoalTask(task, np.array([0.2, 0.8])) for task in tasks])
        completion = torch.tensor(policy.encode_completions(["red"]))
        with torch.no_grad():
            bare, shown = (
                policy.token_logprobs(
                    [policy.encode_prompt(AnswerFormat(1).instruct(text, "compact")) for text in texts],
                    completion[None].expand(16, 1, -1),
                ).sum(-1)
                for texts in (source.prompts(tasks), told)
            )
        return float((bare - shown).abs().mean())

    assert disturbance(True) < disturbance(False)


def test_the_common_start_shows_weights_only_to_those_who_need_them():
    def start(*agents):
        return Plan("vpo/MazeSmall-v0", tuple(map(AgentSpec.parse, agents))).warm_cell(0)

    assert start("VPO", "GoalConditioned")["show_weights"] is True
    assert "show_weights" not in start("VPO", "RandomWeighting")
    assert GoalConditioned.goal_conditioned and not RandomWeighting.goal_conditioned


def test_unknown_pools_are_refused(make):
    with pytest.raises(ValueError, match="pools='all' must be one of drawn, fixed"):
        make(pools="all")
