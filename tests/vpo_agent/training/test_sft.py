import pytest
import toys

from vpo_agent.models.policy import Policy
from vpo_agent.tasks.source import DomainTasks
from vpo_agent.training import sft
from vpo_agent.training.sft import fresh_rate, warm_start


@pytest.mark.parametrize(("width", "rate"), [(32, 5e-3), (128, 5e-3), (512, 2.5e-3)])
def test_wide_models_of_random_weights_start_at_a_lower_rate(width, rate):
    policy = toys.small_policy(toys.Repeat(), width=width, layers=1)
    assert fresh_rate(policy) == pytest.approx(rate)


def test_only_who_makes_a_large_model_knows_that_its_weights_are_random(monkeypatch):
    monkeypatch.setattr(sft, "SMALL_MODEL", 1_000)
    rates = []
    make = sft._optimizers

    def noted(policy, rate, matrices):
        rates.append((rate, matrices))
        return make(policy, rate, matrices)

    monkeypatch.setattr(sft, "_optimizers", noted)
    policy = toys.small_policy(toys.Repeat())
    source = DomainTasks(toys.Repeat(), style="compact")
    warm_start(policy, source, steps=1)
    warm_start(policy, source, steps=1)  # which has learnt something
    warm_start(Policy(policy.model, policy.tokenizer), source, steps=1)
    assert rates == [(5e-3, True), (1e-4, False), (1e-4, False)]


def test_a_large_model_takes_few_tasks_a_step_in_small_parts(monkeypatch):
    monkeypatch.setattr(sft, "SMALL_MODEL", 1_000)
    source = DomainTasks(toys.Repeat(), style="compact")
    losses, parts = [], []
    token_logprobs = Policy.token_logprobs
    policies = [toys.small_policy(toys.Repeat()) for _ in range(2)]

    def counted(self, prompts, completions, temperature=1.0, lengths=None):
        parts.append(len(prompts))
        return token_logprobs(self, prompts, completions, temperature, lengths)

    monkeypatch.setattr(Policy, "token_logprobs", counted)
    for policy, tokens in zip(policies, (10_000, 1)):
        policy.fresh = False
        losses.append(warm_start(policy, source, steps=2, max_tokens=tokens))
    assert parts == [4] * 2 + [1] * 8
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
