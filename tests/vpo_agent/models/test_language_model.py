"""Texts as token ids and back: prompts that fit, completions that stop, padding, precision."""

from types import SimpleNamespace

import checkpoints
import pytest
import torch
import toys
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken
from transformers.utils import logging as transformers_logging

from vpo_agent import Policy
from vpo_agent.generation.sampler import sample
from vpo_agent.models.language_model import LanguageModel, quiet
from vpo_agent.models.sampling import Sampling
from vpo_envs.prompt import Prompt

ROLES = "{% for m in messages %}t{{ 20 if m.role == 'system' else 10 }} {{ m.content }} {% endfor %}"


def language_model(template=None, limit=None, dtype="float32"):
    tokenizer = toys.tokenizer()
    tokenizer.chat_template = template
    made = LanguageModel(toys.model("llama"), tokenizer, device="cpu", dtype=dtype)
    if limit is not None:
        made.model.config.max_position_embeddings = limit
    return made


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return {
        name: checkpoints.save(name, tmp_path_factory.mktemp(name), num_hidden_layers=1)
        for name in ("qwen3", "gpt2")
    }


def test_text_round_trip():
    policy = toys.policy("llama")
    assert policy.encode_prompt("t3 t4 t5") == [3, 4, 5]
    assert policy.encode_completions(["t3 t4", ""]) == [[3, 4, toys.EOS], [toys.EOS]]
    assert policy.decode([3, 4, toys.EOS, toys.PAD, toys.PAD]) == "t3 t4"
    # One token is fed to each rollout on its own, and one must come before it.
    assert policy.encode_prompt("") == [toys.EOS, toys.EOS]
    assert policy.encode_prompt("t7") == [toys.EOS, 7]


def test_overlong_prompts_keep_their_system_message():
    tokenizer = toys.tokenizer()
    tokenizer.chat_template = ROLES
    policy = Policy(toys.model("llama"), tokenizer, dtype="float32")
    policy.truncate_prompts = True
    policy.model.config.max_position_embeddings = 6
    assert policy.encode_prompt(Prompt("t3\n\nt4 t5 t6 t7 t8", "t3")) == [20, 3, 10, 7, 8]
    assert policy.encode_prompt("t3\n\nt4 t5 t6 t7 t8") == [10, 5, 6, 7, 8]
    with pytest.raises(ValueError, match="and the model reads 6"):
        policy.encode_prompt(Prompt("t3 t3 t3 t3 t3\n\nt4", "t3 t3 t3 t3 t3"))


def test_long_prompts_are_refused_by_name_or_cut_on_request(folders):
    policy = Policy.from_pretrained(folders["gpt2"])
    long = "gold " * 600 + "say red"
    with pytest.raises(
        ValueError, match=r"'gold gold .*up to 100 follow, .* reads 512; .*truncate_prompts=True"
    ):
        policy.encode_prompt(long, room=100)
    policy.truncate_prompts = True
    ids = policy.encode_prompt(long, room=100)
    text = policy.tokenizer.decode(ids)
    assert len(ids) == 412
    assert text.startswith("<|im_start|>user\n") and "gold gold say red<|im_end|>" in text
    with pytest.raises(ValueError, match="up to 510 follow"):  # the template alone is longer than that
        policy.encode_prompt(long, room=510)
    sample(policy, [ids], 1, Sampling(100), seed=0)


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=300), st.integers(1, 480))
def test_any_prompt_fits_or_is_refused_where_nothing_would_be_left(words, room):
    policy = test_any_prompt_fits_or_is_refused_where_nothing_would_be_left.policy
    try:
        assert len(policy.encode_prompt(words, room)) + room <= 512
    except ValueError as error:
        assert "shorten it" in str(error) and room > 400


@pytest.fixture(autouse=True, scope="module")
def _policy_for_properties(folders):
    policy = Policy.from_pretrained(folders["qwen3"])
    policy.truncate_prompts = True
    test_any_prompt_fits_or_is_refused_where_nothing_would_be_left.policy = policy


def test_prompt_and_completion_may_fill_the_context_and_no_more():
    model = language_model(limit=6)
    assert model.encode_prompt("t3 t4 t5 t6") == model.encode_prompt("t3 t4 t5 t6", room=2) == [3, 4, 5, 6]
    with pytest.raises(
        ValueError, match="has 4 tokens, up to 3 follow, and the model reads 6; shorten it, l"
    ):
        model.encode_prompt("t3 t4 t5 t6", room=3)
    model.truncate_prompts = True
    assert model.encode_prompt("t3 t4 t5 t6", room=3) == [4, 5, 6]
    assert model.encode_prompt("t3 t4 t5 t6", room=2) == [3, 4, 5, 6]


def test_a_prompt_is_not_cut_to_nothing():
    model = language_model(limit=6)
    model.truncate_prompts = True
    assert model.encode_prompt("t3 t4 t5", room=4) == [4, 5]
    with pytest.raises(ValueError, match="shorten its system message, which is never cut"):
        model.encode_prompt("t3 t4 t5", room=5)  # one token and an end before it are two


def test_a_model_that_names_no_context_length_reads_any_prompt(monkeypatch):
    model = language_model()
    monkeypatch.setattr(type(model.model.config), "get_text_config", lambda config: SimpleNamespace())
    assert len(model.encode_prompt("t3 " * 500, room=10**6)) == 500


def test_lone_surrogates_are_replaced_in_prompts_and_completions(folders):
    model = Policy.from_pretrained(folders["qwen3"], dtype="float32", device="cpu")
    assert model.encode_prompt("a \ud800") == model.encode_prompt("a ?")
    assert model.encode_completions(["\udfff"]) == model.encode_completions(["?"])


def test_a_text_ends_at_the_first_stop():
    model = language_model()
    model.stop_ids = (toys.EOS, 9)
    assert model.decode([3, 4, 9, 5, toys.EOS]) == "t3 t4"
    assert model.decode([3, 4]) == "t3 t4" and model.decode([9, 3]) == model.decode([]) == ""
    ids = torch.tensor([[3, 9, 1], [0, 1, 4]])
    assert model.stops(ids).tolist() == [[False, True, True], [False, True, False]]


def test_rows_are_padded_on_the_right():
    model = language_model()
    ids, lengths = model.pad([[3], [4, 5, 6], []])
    assert ids.tolist() == [[3, 0, 0], [4, 5, 6], [0, 0, 0]] and lengths.tolist() == [1, 3, 0]


def test_the_stop_pads_where_the_tokenizer_has_no_padding():
    tokenizer = toys.tokenizer()
    tokenizer.pad_token = None
    model = LanguageModel(toys.model("llama"), tokenizer, device="cpu")
    assert model.pad_id == model.eos_id == toys.EOS
    assert model.pad([[3], [4, 5]])[0].tolist() == [[3, toys.EOS], [4, 5]]
    assert language_model().pad_id == toys.PAD == 0


def test_the_stop_pads_where_the_model_does_not_know_the_padding():
    tokenizer = toys.tokenizer()
    tokenizer.add_special_tokens({"pad_token": "[PAD]"})
    policy = Policy(toys.model("llama"), tokenizer, device="cpu", dtype="float32")
    assert tokenizer.pad_token_id == toys.VOCABULARY and policy.pad_id == toys.EOS
    assert policy.pad([[3], [4, 5]])[0].tolist() == [[3, toys.EOS], [4, 5]]
    policy.model.resize_token_embeddings(len(tokenizer))
    assert LanguageModel(policy.model, tokenizer, device="cpu").pad_id == toys.VOCABULARY


@pytest.mark.parametrize(
    "tokens", [{"eos_token": "<end>"}, ["new"], [AddedToken("a", special=True), AddedToken("<end>")]]
)
def test_words_that_the_model_does_not_know_are_refused(tokens):
    tokenizer = toys.tokenizer()
    add = tokenizer.add_special_tokens if isinstance(tokens, dict) else tokenizer.add_tokens
    add(tokens)
    model = toys.model("llama")
    with pytest.raises(ValueError, match=r"has '(<end>|new)' .*resize_token_embeddings\(len\(tokenizer\)\)"):
        LanguageModel(model, tokenizer, device="cpu")
    model.resize_token_embeddings(len(tokenizer))
    LanguageModel(model, tokenizer, device="cpu")


def test_special_tokens_that_the_model_does_not_know_are_refused_where_they_are_written():
    tokenizer = toys.tokenizer()
    tokenizer.add_tokens([AddedToken("<image>", special=True)])
    made = LanguageModel(toys.model("llama"), tokenizer, device="cpu")
    assert made.encode_prompt("t3 t4") == [3, 4]
    tokenizer.chat_template = "<image> {{ messages[0].content }}"
    for encode in (lambda: made.encode_prompt("t3"), lambda: made.encode_completions(["t3 <image>"])):
        with pytest.raises(ValueError, match="has '<image>' as token 40, and the model knows 40; call"):
            encode()


def test_words_that_do_not_come_back_are_no_tokens():
    model = language_model()
    assert model.has_tokens(["t3", "t4 t5"]) and model.has_tokens([])
    assert not model.has_tokens(["t3", "<weight_3>"])


def test_the_reasoning_mode_reaches_the_template():
    model = language_model("{{ messages[0].content }} {{ '<think>' if enable_thinking }}")
    assert model.opened_thought == ""
    model.reasoning = "on"
    assert model.opened_thought == "<think>"


def test_the_model_is_in_evaluation_mode_and_computes_in_the_precision_asked_for():
    model = LanguageModel(toys.model("llama").train(), toys.tokenizer(), device="cpu", dtype="bfloat16")
    assert not model.model.training and model.plain_head is None
    square = torch.ones(2, 2)
    with model.autocast():
        assert (square @ square).dtype == torch.bfloat16
    with language_model().autocast():
        assert (square @ square).dtype == torch.float32


@pytest.mark.parametrize("shown", [True, False])
def test_progress_bars_are_off_within_and_as_before_after(shown):
    before = transformers_logging.is_progress_bar_enabled()
    switch = {
        True: transformers_logging.enable_progress_bar,
        False: transformers_logging.disable_progress_bar,
    }
    try:
        switch[shown]()
        with pytest.raises(ZeroDivisionError), quiet():
            assert not transformers_logging.is_progress_bar_enabled()
            _ = 1 / 0
        assert transformers_logging.is_progress_bar_enabled() is shown
    finally:
        switch[before]()
