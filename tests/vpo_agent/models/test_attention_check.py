"""The check of batched attention in float32, bfloat16 and with frozen bfloat16 weights."""

import copy

import checkpoints
import pytest
import torch
import toys

from vpo_agent import Policy
from vpo_agent.models import attention_check, prefix_attention


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return checkpoints.save("llama", tmp_path_factory.mktemp("llama"))


def test_ordinary_text_is_read_where_the_vocabulary_has_it(folder):
    policy = Policy.from_pretrained(folder, dtype="float32")
    prompts, completions = attention_check._tokens(policy)
    assert policy.tokenizer.decode(prompts[0]) == attention_check.TEXTS[0][0]
    assert len(prompts[0]) < len(prompts[1])
    assert completions.shape == (2, 2, attention_check.LONGEST)


def test_a_vocabulary_without_these_words_gets_different_tokens():
    policy = toys.policy("llama")
    prompts, completions = attention_check._tokens(policy)
    assert [len(prompt) for prompt in prompts] == [3, 6] and completions.shape == (2, 2, 4)
    ids = [*prompts[0], *prompts[1], *completions.flatten().tolist()]
    assert len(set(ids)) == len(ids) and max(ids) < toys.VOCABULARY


def test_weights_of_any_precision_are_compared_with_float32():
    model = toys.model("wide heads")
    whole = Policy(copy.deepcopy(model).float(), toys.tokenizer(), device="cpu", dtype="float32")
    rounded = copy.deepcopy(model).to(torch.bfloat16).requires_grad_(False)
    raised = copy.deepcopy(rounded).float()  # the same weights, computed in float32
    frozen = Policy(rounded, toys.tokenizer(), device="cpu", dtype="bfloat16", attention="padded")
    expected = attention_check.expected_logprobs(frozen)
    plain = Policy(raised, toys.tokenizer(), device="cpu", dtype="float32", attention="padded")
    torch.testing.assert_close(expected.exact, attention_check.expected_logprobs(plain).exact)
    assert expected.lost > 1e-3 > attention_check.expected_logprobs(plain).lost == 0
    assert whole.attention == "prefix"


@pytest.mark.parametrize("name", ["llama", "wide heads"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_wrong_attention_is_refused_and_right_attention_taken(monkeypatch, name, dtype):
    assert toys.policy(name, dtype=dtype).attention == "prefix"

    def forgetful(self, *arguments):  # looks at the prompt's first token alone
        prefix = {layer: (key[:, :, :1], value[:, :, :1]) for layer, (key, value) in self.prefix.items()}
        monkeypatch.setattr(self, "prefix", prefix)
        monkeypatch.setattr(self, "pad", None)
        return attend(self, *arguments)

    attend = prefix_attention.SharedPrefix.attend
    monkeypatch.setattr(prefix_attention.SharedPrefix, "attend", forgetful)
    assert toys.policy(name, dtype=dtype).attention == "padded"


@pytest.mark.parametrize("name", ["llama", "wide heads"])
def test_sharing_loses_no_more_than_plain_passes_in_bfloat16(name):
    lost = []
    for seed in range(8):
        policy = toys.policy(name, dtype="bfloat16", attention="padded", seed=seed)
        expected = attention_check.expected_logprobs(policy)
        policy.model.set_attn_implementation(prefix_attention.ATTENTION)
        policy.attention = "prefix"
        prompts, completions = attention_check._tokens(policy)
        with torch.no_grad():
            found = policy.token_logprobs(prompts, completions)
        lost.append([float((found - expected.exact).abs().mean()), expected.lost])
    ours, plain = torch.tensor(lost).mean(0)
    assert ours < 1.2 * plain
