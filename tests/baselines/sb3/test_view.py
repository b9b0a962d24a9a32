"""The token-level view of a text environment, and networks on the language model."""

import copy

import gymnasium as gym
import numpy as np
import pytest
import torch
import toys

from baselines import SB3PPO
from baselines.sb3.learner import SB3Trainer
from baselines.sb3.view import (
    PolicyView,
    Reader,
    SoftHead,
    TokenActorCritic,
    TokenQ,
    WritingEnv,
    swapped,
    vocabulary_size,
)
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.source import DomainTasks

SMALL = dict(prompts_per_step=2, group_size=2, batch_size=8, warm_start_steps=0, max_new_tokens=12)


@pytest.fixture(scope="module")
def policy():
    return toys.small_policy(toys.Repeat())


@pytest.fixture
def make(policy):
    return lambda: SB3PPO(policy, toys.make_env(toys.Repeat()), **SMALL)


@pytest.fixture
def view(policy):
    writer = WritingEnv(DomainTasks(toys.Repeat(), style="compact"), AnswerFormat(1))
    writer.task = writer.source.first(1)[0]
    return PolicyView(writer, policy, prompt_length=12, answer_length=8)


def write(view, text):
    tokens = view.policy.encode_completions([text])[0]
    return [view.step(swapped(token, view.policy)) for token in tokens][-1]


def test_the_view_earns_what_the_answer_earns(view):
    observation, _ = view.reset()
    assert observation in view.observation_space and view.action_space.n == len(view.policy.tokenizer)
    word = view.writer.task.truth
    _, reward, ended, _, info = write(view, word)
    assert (reward, ended, info["terminated"], info["texts"]) == (1.0, True, True, (word,))
    view.reset()
    other = next(w for w in toys.WORDS if w != word)
    assert write(view, other)[1] == 0.5
    view.reset()
    assert write(view, f"{word} {other}")[1] == 0.0


def test_prompts_longer_than_the_view_are_refused(view):
    short = PolicyView(view.writer, view.policy, prompt_length=1, answer_length=4)
    with pytest.raises(ValueError, match=r"has \d+ tokens and prompt_length=1; give the agent a larger"):
        short.reset()


def test_a_prompt_may_fill_the_view(view):
    length = len(view.encode(view.writer.source.prompts([view.writer.task])[0]))
    exact = PolicyView(view.writer, view.policy, prompt_length=length, answer_length=4)
    observation, _ = exact.reset()
    assert observation.dtype == np.int32 and observation.shape == (length + 4,)
    assert (observation[length:] == 0).all()
    space = exact.observation_space
    assert (space.low.min(), space.high.max()) == (0, vocabulary_size(view.policy) - 1)


def test_an_answer_that_is_cut_was_not_ended(view):
    view.reset()
    token = swapped(view.policy.encode_completions(["red"])[0][0], view.policy)
    outcomes = [view.step(token) for _ in range(8)]
    assert [outcome[2] for outcome in outcomes] == [False] * 7 + [True]
    assert not any(outcome[4]["terminated"] for outcome in outcomes)
    view.reset()
    assert view.step(0)[4]["terminated"]


def test_the_completion_is_scored_by_its_answer_and_the_fixed_weights():
    writer = WritingEnv(DomainTasks(toys.TradeOff(), style="compact"), AnswerFormat(1))
    writer.task = writer.source.first(1)[0]
    prompt, info = writer.reset(seed=1)
    assert prompt == writer.task.compact and info == {}
    text, reward, terminated, truncated, info = writer.step("both")
    assert (text, terminated, truncated) == ("", True, False) and reward == info["return"]
    assert reward == pytest.approx(0.6) and info["texts"] == ("both",) and info["well_formed"]
    np.testing.assert_allclose(info["rewards"], [[0.6, 0.6]], rtol=1e-6)


@pytest.mark.parametrize("token", [0, 1, 2, 7])
def test_the_end_of_text_is_action_0_and_token_0_takes_its_place(policy, token):
    eos = policy.eos_id
    assert eos != 0
    assert swapped(0, policy) == eos and swapped(eos, policy) == 0
    assert swapped(swapped(token, policy), policy) == token
    assert swapped(torch.tensor([0, eos, 99]), policy).tolist() == [eos, 0, 99]


def test_the_actor_is_the_language_model(make):
    """Chances of every next token, at several places of a batch, as the sampler computes them."""
    agent = make()
    learner = SB3Trainer(agent)
    assert isinstance(learner.algorithm.policy, TokenActorCritic)
    views = learner.algorithm.env.envs
    for writer, task in zip(learner.writers, agent.source.first(2)):
        writer.task = task
    observations, prompts = [], []
    completion = agent.policy.encode_completions(["red"])[0]
    for view, steps in zip(views, (0, 1)):
        observation, _ = view.reset()
        for token in completion[:steps]:
            observation = view.step(swapped(token, agent.policy))[0]
        observations.append(observation)
        prompt = agent.source.prompts([view.writer.task])[0]
        prompts.append(agent.policy.encode_prompt(agent.config.answer_format.instruct(prompt, "compact")))
    batch = torch.as_tensor(np.array(observations, np.float32))
    with torch.no_grad():
        given = learner.algorithm.policy.get_distribution(batch).distribution.logits
        ids = torch.tensor([completion] * 2)[:, None]
        logprobs = agent.policy.token_logprobs(prompts, ids)[:, 0]
    for row, steps in enumerate((0, 1)):
        action = swapped(completion[steps], agent.policy)
        assert float(given[row, action]) == pytest.approx(float(logprobs[row, steps]), abs=1e-4)
    assert given.exp().sum(-1) == pytest.approx([1, 1], abs=1e-5)


@pytest.fixture
def reader(policy):
    space = gym.spaces.Box(0, vocabulary_size(policy) - 1, (5 + 4,), np.int32)
    return Reader(space, policy, prompt_length=5)


def test_features_are_the_hidden_state_after_the_last_token(reader, policy):
    eos = policy.eos_id
    # Prompts of three and of two tokens, one of which is the end-of-text token (action 0) within.
    observations = torch.tensor([[7, 8, 9, 0, 0, 5, 6, 0, 0], [7, 0, 8, 0, 0, 0, 0, 0, 0]])
    texts = [[7, 8, 9, 5, 6], [7, eos, 8]]
    with torch.no_grad():
        found = reader(observations.float())
        plain = copy.deepcopy(policy.model)
        plain.set_attn_implementation("sdpa")
        for row, ids in zip(found, texts):
            hidden = plain.base_model(input_ids=torch.tensor([ids])).last_hidden_state[0, -1]
            torch.testing.assert_close(row, hidden, atol=1e-5, rtol=1e-4)
    assert found.shape == (2, reader.features_dim) and found.dtype == torch.float32


def test_the_reader_stays_in_evaluation_mode(reader):
    assert not reader.train().training and not reader.model.training


def test_values_are_a_bias_and_softened_logarithms_of_chances(reader):
    head = SoftHead(reader, softness=0.5)
    features = torch.randn(3, reader.features_dim, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        values = head(features)
        chances = ((values - head.value.bias) / 0.5).exp()  # the value is the bias alone at first
        torch.testing.assert_close(chances.sum(-1), torch.ones(3))
        head.value.bias.fill_(2.0)
        logits = reader.model.get_output_embeddings()(features)
    action, eos = 3, reader.policy.eos_id
    expected = 2 + 0.5 * logits.log_softmax(-1)
    torch.testing.assert_close(head(features)[:, action], expected[:, action])
    torch.testing.assert_close(head(features)[:, 0], expected[:, eos])


def test_exploration_samples_what_the_values_say(policy):
    space = gym.spaces.Box(0, vocabulary_size(policy) - 1, (5 + 4,), np.int32)
    network = TokenQ(
        space,
        gym.spaces.Discrete(vocabulary_size(policy)),
        lambda _: 1e-3,
        net_arch=[],
        features_extractor_class=Reader,
        features_extractor_kwargs={"policy": policy, "prompt_length": 5},
        softness=0.5,
    )
    assert network.q_net_target is not network.q_net
    seen = torch.tensor([[7.0, 8, 9, 0, 0, 0, 0, 0, 0]] * 4000)
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        values = network.q_net(seen[:1])[0]
        assert network._predict(seen[:3]).tolist() == [int(values.argmax())] * 3
        with torch.no_grad():
            network.q_net.q_net.value.bias.fill_(1.0)  # no matter: chances are those of the differences
        counts = network._predict(seen, deterministic=False).bincount(minlength=len(values)) / 4000
    chances = (values / 0.5).softmax(-1)
    assert float((counts - chances).abs().max()) < 5 * float((chances.max() / 4000) ** 0.5)
