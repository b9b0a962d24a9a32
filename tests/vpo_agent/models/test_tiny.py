import re

import gymnasium as gym
import numpy as np
import pytest
import torch
import toys

from vpo_agent.generation.rollout import collect
from vpo_agent.models.sampling import Sampling
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.tasks.answer_format import AnswerFormat
from vpo_agent.tasks.source import DomainTasks, EnvTasks
from vpo_agent.training.sft import warm_start

TAG = re.compile(r"</?candidate_\d+>")


@pytest.mark.parametrize("id", toys.SMALL)
def test_text_of_the_domain_survives_the_tokenizer(id):
    env = gym.make(id).unwrapped
    source = DomainTasks(env.domain, style=env.prompt_style)
    policy = toys.small_policy(env.domain)
    rng = np.random.default_rng(99)
    tasks = source.draw(rng, 10)
    answers = [text for task in tasks for text in env.domain.demonstrations(task, rng)[:2]]
    for text in [*source.prompts(tasks), *answers]:
        assert policy.decode(policy.encode_prompt(text)) == text
        completion = AnswerFormat(2).format([text, "x" + text])
        ids = policy.encode_completions([completion])[0]
        assert AnswerFormat(2).parse(policy.decode(ids))[0] == text.strip()


def test_tags_are_single_tokens():
    policy = toys.small_policy(toys.Repeat())
    assert len(policy.encode_completions([AnswerFormat(1).format(["red"])])[0]) == 2
    for m in range(2, 9):
        assert len(policy.encode_completions([AnswerFormat(m).format(["red"] * m)])[0]) == 3 * m + 1
        asked = policy.encode_prompt(AnswerFormat(m).instruct("say red", "compact"))
        assert len(asked) == len(policy.encode_prompt("say red")) + 1


def test_the_default_has_about_0_6_million_parameters():
    policy = tiny_policy(DomainTasks(gym.make("vpo/MazeSmall-v0").unwrapped.domain, style="compact"))
    assert 0.4e6 < policy.model.num_parameters() < 0.8e6
    assert policy.attention == "prefix"


def test_seeds_decide_everything():
    def state(seed):
        policy = toys.small_policy(toys.Repeat(), seed=seed)
        return torch.cat([p.detach().flatten() for p in policy.model.parameters()])

    before = torch.random.get_rng_state()
    first = state(0)
    assert torch.equal(before, torch.random.get_rng_state())
    torch.manual_seed(9)
    assert torch.equal(state(0), first)
    assert not torch.equal(state(1)[:100], first[:100])


def test_other_environments_have_no_text_to_read():
    with pytest.raises(ValueError, match='policy="tiny" reads the text of a Domain'):
        tiny_policy(EnvTasks(toys.Poem()))


def test_warm_starts_teach_the_format():
    policy = toys.small_policy(toys.Repeat())
    source = DomainTasks(toys.Repeat(), style="compact")
    steps = []
    loss = warm_start(policy, source, steps=80, sizes=(1, 3), on_step=lambda step, loss: steps.append(loss))
    assert len(steps) == 80 and loss == pytest.approx(sum(steps[-8:]) / 8)
    assert loss < 0.7 < 2.5 < steps[0]
    for m in (1, 3):
        rollouts = collect(policy, source, source.first(16), AnswerFormat(m), 4, Sampling(20), seed=0)
        rows = [row for s in rollouts.segments for row in zip(s.ids, s.mask)]
        tags = [TAG.findall(policy.decode(ids[mask].tolist())) for ids, mask in rows]
        form = TAG.findall(AnswerFormat(m).format([""] * m) if m > 1 else "")
        assert tags.count(form) > 0.85 * 64 and rollouts.terminated > 0.85


def test_warm_starts_repeat():
    states = []
    for seed in (0, 0, 1):
        policy = toys.small_policy(toys.Repeat())
        warm_start(policy, DomainTasks(toys.Repeat(), style="compact"), steps=3, seed=seed)
        states.append(torch.cat([p.detach().flatten() for p in policy.model.parameters()]))
    assert torch.equal(states[0], states[1]) and not torch.equal(states[0], states[2])


class Silent(toys.Repeat):
    def demonstrations(self, task, rng):
        return []


def test_warm_starts_need_demonstrations():
    policy = toys.small_policy(toys.Repeat())
    with pytest.raises(ValueError, match="Silent has no demonstrations to warm-start on; implement"):
        warm_start(policy, DomainTasks(Silent(), style="compact"), steps=1)
    with pytest.raises(ValueError, match="made from a Domain with demonstrations"):
        warm_start(policy, EnvTasks(toys.Poem()), steps=1)
    assert warm_start(policy, EnvTasks(toys.Poem()), steps=0) == 0.0
