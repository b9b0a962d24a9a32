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
    monkeypatch.setattr(sft, "_optimizers", lambda policy, rate: rates.append(rate) or make(policy, rate))
    policy = toys.small_policy(toys.Repeat())
    source = DomainTasks(toys.Repeat(), style="compact")
    warm_start(policy, source, steps=1)
    warm_start(policy, source, steps=1)  # which has learnt something
    warm_start(Policy(policy.model, policy.tokenizer), source, steps=1)
    assert rates == [5e-3, 1e-5, 1e-5]
