import pytest
import torch
import toys
from transformers import (
    AutoModelForCausalLM,
    DeepseekV3Config,
    GPT2Config,
    Lfm2Config,
    LlamaForCausalLM,
    MistralConfig,
    Qwen3MoeConfig,
)

from vpo_agent import Policy
from vpo_agent.models.prefix_attention import shares_prefix

OTHERS = {
    "mixture of experts": lambda: Qwen3MoeConfig(
        **toys.SHAPE, num_key_value_heads=2, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=16
    ),
    # Values narrower than keys.
    "latent attention": lambda: DeepseekV3Config(
        **toys.SHAPE,
        num_key_value_heads=4,
        q_lora_rank=16,
        kv_lora_rank=16,
        qk_rope_head_dim=8,
        qk_nope_head_dim=8,
        v_head_dim=8,
        n_routed_experts=4,
        num_experts_per_tok=2,
        n_group=1,
        topk_group=1,
        moe_intermediate_size=16,
        first_k_dense_replace=1,
    ),
    "no window": lambda: MistralConfig(**toys.SHAPE, num_key_value_heads=2, sliding_window=None),
    **toys.CONFIGS,
}
# Layers that would not see the shared prompt as they should.
UNSHARED = {
    "convolutions": lambda: Lfm2Config(
        **toys.SHAPE, num_key_value_heads=2, layer_types=["conv", "full_attention"]
    ),
    "sliding window": lambda: MistralConfig(**toys.SHAPE, num_key_value_heads=2, sliding_window=4),
}


def build(config, attention="auto"):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_config(config())
    return Policy(model, toys.tokenizer(), device="cpu", dtype="float32", attention=attention)


def completions(rows=3, length=7):
    ids = torch.randint(2, toys.VOCABULARY, (3, rows, length), generator=torch.Generator().manual_seed(0))
    ids[1, 0, 4:] = toys.PAD
    return ids


@pytest.mark.parametrize("config", OTHERS.values(), ids=OTHERS.keys())
def test_shared_and_dense_agree_and_so_do_their_gradients(config):
    ids = completions()
    mask = ids != toys.PAD
    values, gradients = [], []
    for attention in ("prefix", "padded"):
        policy = build(config, attention)
        logprobs = policy.token_logprobs(toys.PROMPTS, ids, temperature=0.7)
        assert logprobs.shape == ids.shape and logprobs.dtype == torch.float32
        (logprobs * mask * torch.linspace(-1, 1, ids.numel()).view(ids.shape)).sum().backward()
        values.append(logprobs[mask].detach())
        gradients.append({name: p.grad for name, p in policy.model.named_parameters() if p.grad is not None})
    torch.testing.assert_close(*values, atol=2e-5, rtol=1e-4)
    assert gradients[0].keys() == gradients[1].keys() and len(gradients[0]) > 5
    for name, gradient in gradients[0].items():
        scale = float(gradients[1][name].abs().max())
        torch.testing.assert_close(gradient, gradients[1][name], atol=1e-5 * max(scale, 1), rtol=1e-3)


@pytest.mark.parametrize("config", UNSHARED.values(), ids=UNSHARED.keys())
def test_other_layers_are_left_to_the_dense_way(config):
    policy = build(config)
    assert policy.attention == "padded"
    with pytest.raises(ValueError, match="attention='prefix' does not work for"):
        build(config, "prefix")
    # And that is right: against one unpadded pass per completion.
    ids = completions(rows=1)
    with torch.no_grad():
        got = policy.token_logprobs(toys.PROMPTS, ids)
        for prompt, row, logprobs in zip(toys.PROMPTS, ids[:, 0], got[:, 0]):
            logits = policy.model(input_ids=torch.tensor([[*prompt, *row.tolist()]])).logits[0]
            expected = logits.log_softmax(-1)[len(prompt) - 1 : -1].gather(-1, row[:, None])[:, 0]
            torch.testing.assert_close(logprobs, expected, atol=2e-5, rtol=1e-4)


def test_auto_shares_where_it_can():
    for name in toys.CONFIGS:
        assert toys.policy(name).attention == "prefix"
    assert not shares_prefix(AutoModelForCausalLM.from_config(UNSHARED["sliding window"]()))


class Twice(LlamaForCausalLM):
    """Attends twice in each layer, as differential transformers do: the prompt kept is the second one's."""

    def __init__(self, config):
        super().__init__(config)
        for layer in self.model.layers:
            layer.self_attn.register_forward_pre_hook(self._attend_before, with_kwargs=True)

    @staticmethod
    def _attend_before(module, args, kwargs):
        if not getattr(module, "again", False):
            module.again = True
            kwargs = {**kwargs, "hidden_states": kwargs["hidden_states"] + module(*args, **kwargs)[0]}
            module.again = False
        return args, kwargs


def test_what_sharing_gets_wrong_is_left_to_the_dense_way():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Twice(toys.CONFIGS["llama"]())
    own = model.config._attn_implementation
    assert shares_prefix(model)  # by what it says of itself
    policy = Policy(model, toys.tokenizer(), device="cpu", dtype="float32")
    assert policy.attention == "padded" and model.config._attn_implementation == own


def test_models_that_see_padding_are_refused():
    class Recurrent(LlamaForCausalLM):
        def forward(self, input_ids, attention_mask=None, **kwargs):  # its padding is not masked
            return super().forward(input_ids, **{**kwargs, "position_ids": None})

    model = Recurrent(toys.CONFIGS["llama"]())
    with pytest.raises(ValueError, match="Recurrent reads padded batches"):
        Policy(model, toys.tokenizer(), device="cpu", dtype="float32")


def test_a_model_may_get_a_second_policy():
    model = toys.model("llama")
    first, second = (Policy(model, toys.tokenizer(), device="cpu", dtype="float32") for _ in range(2))
    assert first.attention == second.attention == "prefix"


def test_prompts_are_read_once_for_all_their_rows():
    policy = toys.policy("llama")
    fed = []
    policy.model.register_forward_pre_hook(
        lambda module, args, kwargs: fed.append(kwargs["input_ids"].numel()), with_kwargs=True
    )
    policy.token_logprobs([[3, 4, 5, 6, 7]], torch.full((1, 10, 2), 8))
    assert fed == [4, 20]


def test_dropout_is_off():
    config = GPT2Config(
        vocab_size=toys.VOCABULARY, n_embd=32, n_layer=1, n_head=2, resid_pdrop=0.5, eos_token_id=toys.EOS
    )
    model = AutoModelForCausalLM.from_config(config).train()
    policy = Policy(model, toys.tokenizer(), dtype="float32")
    first, second = (policy.token_logprobs(toys.PROMPTS, completions()) for _ in range(2))
    assert torch.equal(first, second)


@pytest.mark.parametrize("name", list(toys.CONFIGS))
def test_saved_policies_load_as_they_were(name, tmp_path):
    policy = toys.policy(name)
    policy.save_pretrained(tmp_path / "policy")
    before = torch.random.get_rng_state()
    loaded = Policy.from_pretrained(tmp_path / "policy", device="cpu", dtype="float32")
    assert torch.equal(before, torch.random.get_rng_state())
    assert loaded.attention == "prefix"
    for (key, old), (other, new) in zip(
        policy.model.state_dict().items(), loaded.model.state_dict().items(), strict=True
    ):
        assert key == other and torch.equal(old, new)
    assert loaded.encode_prompt("t3 t4 t5") == [3, 4, 5]
    assert torch.equal(
        policy.token_logprobs(toys.PROMPTS, completions()), loaded.token_logprobs(toys.PROMPTS, completions())
    )


def test_unknown_models_are_refused_with_a_remedy(tmp_path):
    for name in ("no-such-org/no-such-model", tmp_path / "empty"):
        with pytest.raises(ValueError, match=r"could not be loaded: give a folder .* policy=\"tiny\""):
            Policy.from_pretrained(name)


def test_wrong_arguments_are_refused():
    model, tokenizer = toys.model("llama"), toys.tokenizer()
    with pytest.raises(ValueError, match="attention='fast' must be"):
        Policy(model, tokenizer, attention="fast")
    with pytest.raises(ValueError, match="device='banana' is not available here; use 'auto' or 'cpu'"):
        Policy(model, tokenizer, device="banana")
    for dtype in ("float8", "int8", "float64", "nn", torch.int64):
        with pytest.raises(ValueError, match="must be 'auto', 'float32', 'bfloat16' or 'float16'"):
            Policy(model, tokenizer, dtype=dtype)
    tokenizer.eos_token = model.generation_config.eos_token_id = None
    with pytest.raises(ValueError, match="names an eos token; set tokenizer.eos_token"):
        Policy(model, tokenizer)


def test_small_steps_move_a_model_given_in_half_precision():
    policy = Policy(toys.model("llama").to(torch.bfloat16), toys.tokenizer(), device="cpu")
    weights = list(policy.model.parameters())
    assert {weight.dtype for weight in weights} == {torch.float32}
    before = [weight.detach().clone() for weight in weights]
    optimizer = torch.optim.AdamW(weights, lr=1e-6, weight_decay=0.0)
    policy.token_logprobs(toys.PROMPTS, completions()).sum().backward()
    optimizer.step()
    moved = sum(int((new != old).sum()) for new, old in zip(weights, before))
    assert moved > 0.9 * sum(weight.numel() for weight in weights if weight.grad.any())
