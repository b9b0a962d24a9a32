"""GGUF files as llama.cpp's converter writes them, from checkpoints made on the spot."""

import json
from pathlib import Path

import gguf
import numpy as np
from gguf.quants import quantize
from transformers import AutoModelForCausalLM, AutoTokenizer

LAYER = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def write(checkpoint: Path, file: Path, quantized: bool = False) -> Path:
    """Writes a Llama checkpoint as GGUF, matrices in float32 or Q8_0."""
    model, tokenizer = (
        AutoModelForCausalLM.from_pretrained(checkpoint),
        AutoTokenizer.from_pretrained(checkpoint),
    )
    config = model.config
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_name("tiny")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_vocab_size(config.vocab_size)
    writer.add_tokenizer_model("gpt2")
    words = json.loads(tokenizer.backend_tokenizer.to_str())
    special = {token["id"] for token in words["added_tokens"]}
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda pair: pair[1])
    writer.add_token_list([word for word, _ in vocabulary])
    kinds = [gguf.TokenType.CONTROL if id in special else gguf.TokenType.NORMAL for _, id in vocabulary]
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in words["model"]["merges"]])
    writer.add_eos_token_id(tokenizer.convert_tokens_to_ids("<|im_end|>"))
    writer.add_chat_template(tokenizer.chat_template)
    for name, weights in model.state_dict().items():
        data = weights.numpy()
        if "q_proj" in name or "k_proj" in name:
            data = _permuted(
                data, config.num_attention_heads if "q_proj" in name else config.num_key_value_heads
            )
        if quantized and data.ndim == 2:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(_name(name), quantize(data, kind), raw_dtype=kind)
        else:
            writer.add_tensor(_name(name), np.ascontiguousarray(data))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _permuted(weights: np.ndarray, heads: int) -> np.ndarray:
    """llama.cpp's order of the rotary dimensions."""
    return weights.reshape(heads, 2, -1, weights.shape[1]).swapaxes(1, 2).reshape(weights.shape)


def _name(name: str) -> str:
    plain = name.removesuffix(".weight")
    if plain.startswith("model.layers."):
        _, _, layer, part = plain.split(".", 3)
        return f"blk.{layer}.{LAYER[part]}.weight"
    return {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}[
        plain
    ] + ".weight"
