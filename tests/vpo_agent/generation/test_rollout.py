import numpy as np
import pytest
import torch
import toys

from vpo_agent.generation import rollout, sampler
from vpo_agent.generation.rollout import Segment, collect, completions, drop_repeats, score
from vpo_agent.models.sampling import Sampling
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.source import DomainTasks


@pytest.fixture(scope="module")
def policy():
    return toys.small_policy(toys.Repeat())


def source(**kwargs):
    return DomainTasks(toys.Repeat(), style="compact", **kwargs)


def written(policy, texts):
    """A segment as if the policy had sampled these texts."""
    ids, lengths = policy.pad(policy.encode_completions(texts))
    mask = torch.arange(ids.shape[1]) < lengths[:, None]
    return Segment([0, 0], ids, mask, torch.zeros(ids.shape), torch.arange(len(texts)))


def read(policy, answer_format, segment):
    return [answer_format.parse(completion.text) for completion in completions(policy, segment)]


def unique(tasks, candidates, g):
    return [drop_repeats(source(), tasks[i // g], found) for i, found in enumerate(candidates)]


def test_rewards_land_at_their_candidates(policy):
    tasks = [toys.Repeat().task("train", i) for i in range(2)]
    right = [task.truth for task in tasks]
    wrong = [next(word for word in toys.WORDS if word != truth) for truth in right]
    texts = [
        f"<candidate_1>{wrong[0]}</candidate_1><candidate_2>{right[0]}</candidate_2>",
        f"<candidate_1>{right[0]}</candidate_1><candidate_2>{right[0]}</candidate_2>",  # a duplicate
        f"<candidate_2>{right[1]}</candidate_2>",  # the first is missing
        "",
    ]
    candidates = read(policy, AnswerFormat(2), written(policy, texts))
    rewards = score(source(), tasks, unique(tasks, candidates, 2), g=2)
    assert rewards.shape == (2, 2, 2, 2) and rewards.dtype == np.float32
    nothing, word, both = [0, 0], [0, 1], [1, 1]
    assert rewards.tolist() == [[[word, both], [both, nothing]], [[nothing, both], [nothing, nothing]]]


def test_scoring_no_answers_at_all(policy):
    candidates = read(policy, AnswerFormat(3), written(policy, ["", "red"]))
    assert not score(source(), [toys.Repeat().task("train", 0)], candidates, g=2).any()


def scripted(monkeypatch, policy, texts):
    """Lets the policy write given texts, of each prompt's rollouts in turn."""

    def written_by_hand(policy, prompts, rows, sampling, seed, part=None):
        ids, lengths = policy.pad(policy.encode_completions([texts[i % len(texts)] for i in range(rows)]))
        mask = torch.arange(ids.shape[1]) < lengths[:, None]
        shape = (len(prompts), *ids.shape)
        return sampler.Completions(ids.expand(shape), mask.expand(shape), torch.zeros(shape))

    monkeypatch.setattr(rollout, "sample", written_by_hand)


def test_collected_rollouts_are_consistent(policy, monkeypatch):
    texts = [
        "<candidate_1>red</candidate_1><candidate_2>blue</candidate_2>",
        "<candidate_1>green</candidate_1><candidate_2> green</candidate_2>",
        "<candidate_2>gold</candidate_2>",
        "pink",
    ]
    scripted(monkeypatch, policy, texts)
    tasks = source().draw(np.random.default_rng(0), 3)
    rollouts = collect(policy, source(), tasks, AnswerFormat(2), 4, Sampling(24), seed=0)
    assert rollouts.rewards.shape == (3, 4, 2, 2)
    assert len(rollouts.segments) == 3 and rollouts.tasks == tasks
    assert rollouts.prompts == [task.compact for task in tasks]
    assert rollouts.tokens == sum(int(s.mask.sum()) for s in rollouts.segments) > 12
    assert rollouts.answers == [[("red", "blue"), ("green", ""), ("", "gold"), ("", "")]] * 3
    assert (rollouts.well_formed, rollouts.repeated, rollouts.terminated) == (5 / 8, 1 / 8, 1.0)
    assert [segment.rollouts.tolist() for segment in rollouts.segments] == [
        [4 * p, 4 * p + 1, 4 * p + 2, 4 * p + 3] for p in range(3)
    ]
    lengths = [len(ids) for ids in policy.encode_completions(texts)]
    assert [(c.text, c.tokens, c.ended) for c in rollouts.completions[0][:4]] == [
        (text, length, True) for text, length in zip(texts, lengths)
    ]
    for p, task in enumerate(tasks):
        worth = [[toys.Repeat().score(task, text) for text in texts] for texts in rollouts.answers[p]]
        assert rollouts.rewards[p].tolist() == [[list(one) for one in pair] for pair in worth]
        assert rollouts.rewards[p].any()


def test_repetitions_go_by_the_domains_answer_key(policy, monkeypatch):
    class Loud(toys.Repeat):
        def answer_key(self, task, answer):
            return answer.strip("! ").lower()

    scripted(monkeypatch, policy, ["<candidate_1>red</candidate_1><candidate_2>red red</candidate_2>"])
    monkeypatch.setattr(AnswerFormat, "parse", lambda self, text: ("red", "Red!"))
    tasks = DomainTasks(Loud(), style="compact")
    rollouts = collect(policy, tasks, tasks.first(1), AnswerFormat(2), 1, Sampling(8), seed=0)
    assert rollouts.answers == [[("red", "")]] and rollouts.repeated == 0.5


def test_the_same_seed_gives_the_same_rollouts(policy):
    tasks = source().first(3)
    first, again, other = (
        collect(policy, source(), tasks, AnswerFormat(2), 4, Sampling(12), seed) for seed in (1, 1, 2)
    )
    assert first.answers == again.answers
    assert all(torch.equal(a.ids, b.ids) for a, b in zip(first.segments, again.segments))
    assert not all(torch.equal(a.ids, b.ids) for a, b in zip(first.segments, other.segments))


def test_further_turns_show_the_pool_and_add_to_it(policy):
    tasks = source(max_turns=3).first(2)
    rollouts = collect(policy, source(max_turns=3), tasks, AnswerFormat(2), 4, Sampling(16), seed=0)
    assert rollouts.rewards.shape == (2, 4, 6, 2)
    assert all(len(texts) == 6 for group in rollouts.answers for texts in group)
    # One segment a task in the first turn, one a rollout in each further one.
    assert len(rollouts.segments) == 2 + 8 + 8
    owners = [segment.rollouts.tolist() for segment in rollouts.segments]
    assert owners == [[0, 1, 2, 3], [4, 5, 6, 7]] + [[i] for i in range(8)] * 2
    for i, prompt in enumerate(rollouts.prompts):
        task, pool = tasks[i // 4], rollouts.answers[i // 4][i % 4][:4]
        rewards = rollouts.rewards[i // 4, i % 4, :4]
        assert prompt == toys.Repeat().turn_prompt(task, "compact", pool, rewards)
        assert prompt.startswith(task.compact) and "Feedback: " in prompt
    encoded = policy.encode_prompt(AnswerFormat(2).instruct(rollouts.prompts[-1], "compact"))
    assert rollouts.segments[-1].prompt == encoded


def test_turns_of_neighbouring_seeds_share_nothing(policy):
    tasks = source(max_turns=2).first(1) * 2
    first, second = (
        collect(policy, source(max_turns=2), tasks, AnswerFormat(1), 2, Sampling(16, temperature=5.0), seed)
        for seed in (0, 1)
    )
    # Nearly uniform tokens: equal random numbers would show as equal first tokens.
    later = [int(s.ids[0, 0]) for s in first.segments[2:]]
    earlier = [int(token) for s in second.segments[:2] for token in s.ids[:, 0]]
    assert later != earlier
