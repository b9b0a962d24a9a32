"""Reference models: copies of whole policies, and views of policies with adapters."""

import checkpoints
import pytest
import torch
import toys

from vpo_agent import Policy
from vpo_agent.models import lora
from vpo_agent.models.reference import START, BaseReference, load_reference, reference_of

IDS = torch.randint(2, toys.VOCABULARY, (3, 2, 5), generator=torch.Generator().manual_seed(0))


def logprobs(model, **arguments):
    with torch.no_grad():
        return model.token_logprobs(toys.PROMPTS, IDS, **arguments)


def push(policy):
    """Changes all weights that are trained."""
    with torch.no_grad():
        for weight in policy.model.parameters():
            if weight.requires_grad:
                weight.add_(0.05)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return checkpoints.save("llama", tmp_path_factory.mktemp("llama"), num_hidden_layers=1)


@pytest.fixture
def adapted(folder):
    pytest.importorskip("peft")
    return Policy.from_pretrained(folder, dtype="float32", device="cpu", lora_rank=2)


@pytest.mark.parametrize("attention", ["prefix", "padded"])
def test_a_policy_without_adapters_is_copied_and_frozen(attention):
    policy = toys.policy("llama", attention)
    before = logprobs(policy, temperature=0.7)
    reference = reference_of(policy)
    assert isinstance(reference, Policy) and reference.attention == attention
    assert (reference.dtype, reference.device) == (policy.dtype, policy.device)
    assert not any(weight.requires_grad for weight in reference.model.parameters())
    assert all(weight.requires_grad for weight in policy.model.parameters())
    push(policy)
    assert torch.equal(logprobs(reference, temperature=0.7), before)
    assert not torch.allclose(logprobs(policy, temperature=0.7), before)


def test_a_saved_copy_is_loaded_and_a_missing_one_is_none(tmp_path):
    policy = toys.policy("llama", "padded")
    reference = reference_of(policy)
    reference.save_pretrained(tmp_path / "reference")
    push(policy)
    loaded = load_reference(tmp_path / "reference", policy)
    assert loaded.attention == "padded" and torch.equal(logprobs(loaded), logprobs(reference))
    assert load_reference(tmp_path / "none", policy) is None


def test_under_new_adapters_the_reference_is_the_bare_model(adapted, folder, tmp_path):
    bare = logprobs(Policy.from_pretrained(folder, dtype="float32", device="cpu"))
    reference = reference_of(adapted)
    assert isinstance(reference, BaseReference) and reference.start is None
    push(adapted)
    pushed = logprobs(adapted)
    assert torch.equal(logprobs(reference), bare) and not torch.allclose(pushed, bare)
    assert torch.equal(logprobs(adapted), pushed), "the adapters are on again"
    reference.save_pretrained(tmp_path / "reference")
    assert not (tmp_path / "reference").exists()
    again = load_reference(tmp_path / "reference", adapted)
    assert isinstance(again, BaseReference) and torch.equal(logprobs(again), bare)


def test_adapters_that_have_learned_are_the_reference_s_too(adapted, folder, tmp_path):
    push(adapted)
    start = logprobs(adapted)
    reference = reference_of(adapted)
    assert reference.start == START == "reference"
    push(adapted)
    now = logprobs(adapted)
    assert torch.equal(logprobs(reference), start) and not torch.allclose(now, start)
    assert torch.equal(logprobs(adapted), now)
    reference.save_pretrained(tmp_path / "reference")
    other = Policy.from_pretrained(folder, dtype="float32", device="cpu", lora_rank=2, seed=1)
    fresh = logprobs(other)
    loaded = load_reference(tmp_path / "reference", other)
    torch.testing.assert_close(logprobs(loaded), start)
    assert torch.equal(logprobs(other), fresh)
    trained = [name for name, weight in other.model.named_parameters() if weight.requires_grad]
    assert trained and all(lora.TRAINED in name for name in trained)


@pytest.mark.parametrize("learned", [False, True])
def test_an_error_within_leaves_the_adapters_on(adapted, learned):
    if learned:
        push(adapted)
    reference = reference_of(adapted)
    push(adapted)
    before = logprobs(adapted)
    with pytest.raises((RuntimeError, IndexError)):
        reference.token_logprobs(toys.PROMPTS, torch.full_like(IDS, 10**6))
    assert torch.equal(logprobs(adapted), before)
