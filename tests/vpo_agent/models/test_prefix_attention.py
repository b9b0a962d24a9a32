"""Attention with shared prompts against attention over whole rows, and the bookkeeping of its cache."""

from types import SimpleNamespace

import pytest
import torch
import toys
from transformers import AutoModelForCausalLM, Lfm2Config, MistralConfig, Qwen2Config

from vpo_agent.models.prefix_attention import (
    ATTENTION,
    WIDE,
    PrefixReader,
    SharedPrefix,
    attention,
    cached,
    fuses,
    shares_prefix,
)

LENGTHS = torch.tensor([4, 2])  # of two prompts
ROWS, HEADS, KV, STEPS, SCALE = 3, 4, 2, 5, 0.3
both_widths = pytest.mark.parametrize("width", [8, WIDE])


def tensors(width, steps=STEPS, values=None):
    """Queries, keys and values of the prompts and of the rows."""
    draw = torch.Generator().manual_seed(width)

    def random(n, heads, length, size=width):
        return torch.randn(n, heads, length, size, generator=draw)

    values = values or width
    prompts = [random(2, HEADS, 4), random(2, KV, 4), random(2, KV, 4, values)]
    rows = [random(2 * ROWS, HEADS, steps), random(2 * ROWS, KV, steps), random(2 * ROWS, KV, steps, values)]
    return prompts, rows


def whole(query, keys, values, seen):
    """Attention of one row: query i sees the first `seen[i]` keys. Shapes (H, L, D), (H_kv, T, D)."""
    out = torch.empty(query.shape[1], HEADS, values.shape[-1])
    for head in range(HEADS):
        kv = head // (HEADS // KV)
        for i, n in enumerate(seen):
            scores = SCALE * keys[kv, :n] @ query[head, i]
            out[i, head] = scores.softmax(0) @ values[kv, :n]
    return out


def expected(prompts, rows, steps=STEPS):
    """The same rows, each with the whole of its prompt before it."""
    found = []
    for n, (query, key, value) in enumerate(zip(*rows)):
        before = int(LENGTHS[n // ROWS])
        keys, values = (
            torch.cat([prompts[i][n // ROWS, :, :before], own], dim=1) for i, own in ((1, key), (2, value))
        )
        found.append(whole(query, keys, values, [before + i + 1 for i in range(steps)]))
    return torch.stack(found)


def read(prompts, capacity=0, layers=(0,), padded=True):
    prefix = SharedPrefix(LENGTHS, capacity)
    for layer in layers:
        PrefixReader(prefix).attend(layer, *prompts, SCALE)
    prefix.start_suffix(ROWS, padded)
    return prefix


@both_widths
def test_prompts_attend_to_what_comes_before(width):
    prompts, _ = tensors(width)
    found = PrefixReader(SharedPrefix(LENGTHS)).attend(0, *prompts, SCALE)
    for row in range(2):
        query, keys, values = (x[row] for x in prompts)
        torch.testing.assert_close(found[row], whole(query, keys, values, [1, 2, 3, 4]))


@both_widths
def test_rows_given_at_once_attend_as_whole_rows(width):
    prompts, rows = tensors(width)
    prefix = read(prompts)
    assert prefix.fused == (width == WIDE)
    torch.testing.assert_close(prefix.attend(0, *rows, SCALE), expected(prompts, rows))


def test_values_may_be_narrower_than_keys():
    prompts, rows = tensors(8, values=5)
    torch.testing.assert_close(read(prompts).attend(0, *rows, SCALE), expected(prompts, rows))


def test_prompts_of_one_length_have_no_padding():
    prompts, rows = tensors(8)
    prefix = read(prompts, padded=False)
    assert prefix.pad is None
    found = prefix.attend(0, *rows, SCALE)
    torch.testing.assert_close(found[:ROWS], expected(prompts, rows)[:ROWS])  # of the whole first prompt


@both_widths
def test_rows_given_step_by_step_attend_as_whole_rows(width):
    prompts, rows = tensors(width)
    prefix = read(prompts, capacity=STEPS, layers=(0, 1))
    assert not prefix.fused
    found, start = [], 0
    for size in (2, 1, 1, 1):
        part = [x[:, :, start : start + size] for x in rows]
        found.append(prefix.attend(0, *part, SCALE))
        torch.testing.assert_close(prefix.attend(1, *part, SCALE), found[-1])
        prefix.advance(size)
        start += size
    assert prefix.filled == STEPS
    torch.testing.assert_close(torch.cat(found, dim=1), expected(prompts, rows))


@pytest.mark.parametrize(
    ("live", "below", "kept"),
    [
        ([1, 1, 1, 1, 1, 1], 0.99, None),
        ([0, 1, 1, 1, 0, 0], 0.5, None),  # two rows of two prompts would be kept: 4 of 6
        ([0, 1, 1, 1, 0, 0], 4 / 6, [1, 2, 3, 4]),
        ([0, 0, 0, 0, 1, 1], 0.5, [4, 5]),
        ([0, 0, 1, 0, 0, 0], 0.5, [2]),
        ([0, 1, 0, 0, 0, 1], 0.5, [1, 5]),
    ],
)
def test_finished_rows_are_dropped_and_the_others_go_on(live, below, kept):
    prompts, rows = tensors(8)
    prefix = read(prompts, capacity=STEPS)
    first, last = ([x[:, :, part] for x in rows] for part in (slice(0, 3), slice(3, 5)))
    prefix.attend(0, *first, SCALE)
    prefix.advance(3)
    found = prefix.compact(torch.tensor(live, dtype=torch.bool), below)
    if kept is None:
        assert found is None and prefix.rows == ROWS
        kept = list(range(6))
    else:
        assert found.tolist() == kept
        assert prefix.rows == len(kept) // len({row // ROWS for row in kept})
    for step, place in enumerate(range(3, 5)):
        after = prefix.attend(0, *(x[kept][:, :, step : step + 1] for x in last), SCALE)
        torch.testing.assert_close(after, expected(prompts, rows)[kept, place : place + 1])
        prefix.advance(1)


def test_slots_that_are_hidden_are_not_seen():
    prompts, rows = tensors(8)
    prefix = read(prompts)
    prefix.hidden = torch.arange(STEPS) >= 2
    found = prefix.attend(0, *rows, SCALE)
    torch.testing.assert_close(found[:, :2], expected(prompts, rows)[:, :2])
    two = [rows[0][:, :, 4:], *(x[:, :, :2] for x in rows[1:])]  # the last query sees two slots, too
    queries = torch.cat([rows[0][:, :, :1], two[0]], dim=2)
    seen = expected(prompts, [queries, *two[1:]], 2)
    torch.testing.assert_close(found[:, 4], seen[:, 1])


def test_completions_that_share_a_row_do_not_see_one_another():
    prompts, rows = tensors(WIDE, steps=4)
    prefix = read(prompts)
    prefix.owners = torch.tensor([[0, 0, 1, 1], [0, 1, 1, 1], [0, 0, 0, 0]] * 2)
    found = prefix.attend(0, *rows, SCALE)
    for row, parts in enumerate([(2, 2), (1, 3), (4,)] * 2):
        start = 0
        for size in parts:
            alone = [x[:, :, start : start + size] for x in rows]
            torch.testing.assert_close(found[row, start : start + size], expected(prompts, alone, size)[row])
            start += size


def test_the_padding_of_prompts_by_hand():
    prompts, _ = tensors(8)
    assert read(prompts).pad.tolist() == [[False] * 4, [False, False, True, True]]
    assert SharedPrefix(LENGTHS).rows == 1


@both_widths
@pytest.mark.parametrize("enabled", [False, True])
def test_decoding_keeps_wide_heads_in_float32_rounded_as_products_are(width, enabled):
    exact = torch.full((1, 1, 1, width), 1 + 2**-12)
    with torch.autocast("cpu", torch.bfloat16, enabled=enabled):
        key, value = cached(exact.double(), exact.double())
    assert key.dtype == value.dtype == (torch.float32 if width == WIDE else torch.float64)
    lost = width == WIDE and enabled
    assert float(key[0, 0, 0, 0]) == float(value[0, 0, 0, 0]) == (1 if lost else 1 + 2**-12)


def test_models_that_would_not_share_their_prompts_are_named():
    prompts, rows = tensors(8)
    layer = SimpleNamespace(layer_idx=0)
    with pytest.raises(NotImplementedError, match='SimpleNamespace does not pass extra .*attention="padded"'):
        attention(layer, *rows, None)
    for name in ("sliding_window", "softcap", "s_aux"):
        with pytest.raises(NotImplementedError, match=f"uses {name}, which prefix caching does not support"):
            attention(layer, *rows, None, shared_prefix=read(prompts), **{name: 4})


def test_scores_are_scaled_by_the_width_unless_told_otherwise():
    prompts, rows = tensors(8)
    layer = SimpleNamespace(layer_idx=0)
    given, nothing = attention(layer, *rows, None, scaling=SCALE, shared_prefix=read(prompts), softcap=None)
    torch.testing.assert_close(given, expected(prompts, rows))
    assert nothing is None
    usual, _ = attention(layer, *rows, None, shared_prefix=read(prompts))
    torch.testing.assert_close(usual, read(prompts).attend(0, *rows, 8**-0.5))
    assert not torch.allclose(usual, given)


@pytest.mark.parametrize(("width", "fused"), [(None, False), (63, False), (64, True), (128, True)])
def test_wide_heads_are_fused(width, fused):
    config = SimpleNamespace(head_dim=width, hidden_size=32, num_attention_heads=4)
    config.get_text_config = lambda: config
    assert fuses(SimpleNamespace(config=config)) is fused
    assert fuses(toys.model("wide heads")) and not fuses(toys.model("llama"))


def test_widths_follow_from_size_and_heads_where_none_is_given():
    config = SimpleNamespace(hidden_size=256, num_attention_heads=4)
    config.get_text_config = lambda: config
    assert fuses(SimpleNamespace(config=config))


def build(config):
    return AutoModelForCausalLM.from_config(config)


@pytest.mark.parametrize(
    ("model", "shared"),
    [
        (lambda: toys.model("llama"), True),
        (lambda: toys.model("gpt2"), True),
        (lambda: build(MistralConfig(**toys.SHAPE, num_key_value_heads=2, sliding_window=None)), True),
        (lambda: build(MistralConfig(**toys.SHAPE, num_key_value_heads=2, sliding_window=4)), False),
        (lambda: build(Qwen2Config(**toys.SHAPE, num_key_value_heads=2, use_sliding_window=False)), True),
        (
            lambda: build(
                Lfm2Config(**toys.SHAPE, num_key_value_heads=2, layer_types=["conv", "full_attention"])
            ),
            False,
        ),
    ],
    ids=["llama", "gpt2", "no window", "window", "window that is off", "convolutions"],
)
def test_models_share_prompts_where_every_layer_is_full_attention(model, shared):
    assert shares_prefix(model()) is shared


@pytest.mark.parametrize(
    "change",
    [("config.attn_logit_softcapping", 50.0), ("_supports_attention_backend", False), ("_is_stateful", True)],
)
def test_a_single_feature_keeps_a_model_from_sharing(change, monkeypatch):
    model = toys.model("llama")
    name, value = change
    monkeypatch.setattr(
        model.config if "." in name else type(model), name.split(".")[-1], value, raising=False
    )
    assert not shares_prefix(model)


def test_the_attention_is_known_to_transformers():
    model = toys.model("llama")
    model.set_attn_implementation(ATTENTION)
    with pytest.raises(NotImplementedError, match="does not pass extra arguments"):
        model(input_ids=torch.tensor([[3, 4]]))
