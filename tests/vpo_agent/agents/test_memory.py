import checkpoints
import numpy as np
import pytest
import torch
import toys

from vpo_agent import VPO, Policy
from vpo_agent.agents import memory

KINDS = {
    "all weights": {},
    "adapters": {"lora_rank": 4},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return checkpoints.save("qwen3", tmp_path_factory.mktemp("qwen3"), num_hidden_layers=2)


def agent(folder, attention="prefix", **kwargs):
    policy = Policy.from_pretrained(folder, dtype="float32", attention=attention)
    options = dict(
        num_candidates=1, group_size=8, prompts_per_step=4, max_new_tokens=48, max_tokens_per_micro_batch=600
    )
    return VPO(policy, toys.make_env(toys.Repeat()), **{**options, **kwargs})


def test_tensors_are_counted_while_they_live():
    def work():
        a = torch.zeros(1000)  # 4,000 bytes
        b = a.view(10, 100)[2:].t() + 1  # 3,200 more
        del a
        c = torch.zeros(500)  # b, 2,000
        return b, c.add_(1), torch.zeros(250)  # 3,200 + 2,000 + 1,000

    assert memory.peak_bytes(work) == 7200


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_kept_memory_is_exact(folder, kind):
    learner = agent(folder, **kind)
    told = memory.estimate(learner.policy, learner.config, 30)
    learner.learn(8 * 4)
    model, optimizer = learner.policy.model, learner._trainer.optimizer
    assert told.gradients == sum(p.grad.nbytes for p in model.parameters() if p.grad is not None)
    moments = [value for state in optimizer.state.values() for key, value in state.items() if key != "step"]
    assert told.optimizer == sum(moment.nbytes for moment in moments)
    assert told.reference == (told.weights if isinstance(learner.reference, Policy) else 0)
    assert told.total == told.weights + told.reference + 3 * told.gradients + max(
        told.sampling, told.updating
    )


@pytest.mark.parametrize("attention", ["prefix", "padded"])
def test_the_costliest_update_is_estimated_without_being_run(folder, attention):
    learner = agent(folder, attention)
    told = memory.estimate(learner.policy, learner.config, 30)
    with memory._Alive() as alive:  # the same on tensors with contents
        memory._learn_once(learner.policy, learner.config, 30)
    assert told.updating == pytest.approx(alive.peak, rel=0.15)
    assert all(p.grad is None for p in learner.policy.model.parameters())


def test_a_real_step_stays_within_what_was_told(folder):
    class Busy(VPO):  # random answers earn nothing, and rollouts without a signal would still be learnt from
        def advantages(self, rewards, weights):
            return np.linspace(-1, 1, rewards.shape[0] * rewards.shape[1]).reshape(rewards.shape[:2])

    policy = Policy.from_pretrained(folder, dtype="float32")
    env = toys.make_env(toys.Repeat())
    learner = Busy(
        policy, env, group_size=8, prompts_per_step=4, max_new_tokens=48, max_tokens_per_micro_batch=600
    )
    told = memory.estimate_training(learner.policy, learner.config, learner.source)
    learner.learn(1)  # the optimiser and the reference are there from now on
    with memory._Alive() as alive:
        learner.learn(1)
    kept = told.weights + told.reference + told.optimizer
    assert alive.peak + kept == pytest.approx(told.total, rel=0.25)


def test_mini_batches_bound_what_is_learnt_at_once(folder):
    def updating(**kwargs):
        learner = agent(folder, max_tokens_per_micro_batch=100_000, **kwargs)
        return memory.peak_bytes(lambda: memory._learn_once(learner.policy, learner.config, 30))

    assert updating(mini_batches=4) < 0.3 * updating(mini_batches=1)


def test_what_saves_memory_is_seen_to(folder):
    def updating(**kwargs):
        learner = agent(folder, **kwargs)
        return memory.peak_bytes(lambda: memory._learn_once(learner.policy, learner.config, 30))

    whole = updating()
    assert updating(gradient_checkpointing=True) < 0.6 * whole
    assert updating(max_tokens_per_micro_batch=200) < 0.5 * whole


def test_agents_measure_their_prompts(folder):
    learner = agent(folder)
    told = memory.estimate_training(learner.policy, learner.config, learner.source)
    assert "GB (weights" in str(told) and told.total > told.weights
    assert memory.free_bytes(torch.device("cpu")) > 0
