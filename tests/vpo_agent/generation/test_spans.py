"""Tokens of each candidate, under tokenizers of several kinds."""

import pytest
import torch
import toys
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from vpo_agent.generation.rollout import Segment
from vpo_agent.generation.spans import tokens_before, with_spans
from vpo_agent.models.language_model import LanguageModel
from vpo_agent.tasks.answer_format import AnswerFormat

A, B, C = (
    f"<candidate_{i}>{text}</candidate_{i}>" for i, text in enumerate(("é to 北", "b", "😀 c"), start=1)
)
TEXTS = [
    f"{A}{B}{C}",
    f"Let me think: naïve 北京.\n\n{A}\n{B} \n {C}\n",
    f"  {A}é{B}é{C}😀",
    f"{A}{B}",
    "no tags, 北京 only",
    f"<candidate_1>a{B}<candidate_3>c",
    "",
]
ENDS = ["<pad>", "<eos>", "<unk>"]


def byte_level(vocabulary):
    """As GPT-2, Llama 3 and Qwen have it; a large vocabulary merges across the tags' ends."""
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=ENDS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    inner.train_from_iterator(TEXTS * 3, trainer)
    return inner


def sentence_piece():
    """As Llama 2 has it: spaces are part of words, the first one is dropped, rare letters are bytes."""
    inner = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    inner.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    inner.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    bytes_ = [f"<0x{i:02X}>" for i in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=312,
        special_tokens=[*ENDS, *bytes_],
        limit_alphabet=40,
        show_progress=False,
    )
    inner.train_from_iterator([text.replace(" ", "▁") for text in TEXTS], trainer)
    return inner


TOKENIZERS = {
    "bytes": lambda: byte_level(259),
    "byte-level": lambda: byte_level(300),
    "across tags": lambda: byte_level(600),
    "sentence-piece": sentence_piece,
}


@pytest.fixture(scope="module", params=TOKENIZERS)
def model(request):
    names = dict(zip(("pad_token", "eos_token", "unk_token"), ENDS))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=TOKENIZERS[request.param](), **names)
    network = toys.model("llama")
    network.resize_token_embeddings(len(tokenizer))
    return LanguageModel(network, tokenizer, device="cpu")


def segment_of(model, texts, turn=0):
    ids, lengths = model.pad(model.encode_completions(texts))
    mask = torch.arange(ids.shape[1]) < lengths[:, None]
    return Segment([0, 0], ids, mask, torch.zeros(ids.shape), torch.arange(len(texts)), turn)


def by_definition(model, tokens, text, answer_format):
    """Token by token: where its first character stands, from the text of all tokens before it."""
    found = []
    for n in range(len(tokens)):
        before = model.decode(tokens[:n])
        place = next((i for i, (a, b) in enumerate(zip(before, text)) if a != b), min(len(before), len(text)))
        found.append([number for start, number in answer_format.spans(text) if start <= place][-1])
    return found


@pytest.mark.parametrize("size", [2, 3])
def test_tokens_belong_to_the_span_of_their_first_character(model, size):
    answer_format = AnswerFormat(size)
    (segment,) = with_spans(model, [segment_of(model, TEXTS)], answer_format)
    for row, ids, kept in zip(segment.spans, segment.ids, segment.mask):
        tokens = ids[kept].tolist()
        assert row[kept].tolist() == by_definition(model, tokens, model.decode(tokens), answer_format)


def test_the_tokens_of_a_span_are_its_text(model):
    (segment,) = with_spans(model, [segment_of(model, [f"Hm. 北 {A} {B}\n{C}"])], AnswerFormat(3))
    tokens, spans = segment.ids[0], segment.spans[0]
    parts = [model.decode(tokens[spans == number].tolist()).strip() for number in range(4)]
    single = [model.decode([int(token)]) for token in tokens]
    if all(
        piece.find(">", 0, -1) == piece.find("<", 1) == -1 for piece in single
    ):  # none crosses a tag's end
        assert parts == ["Hm. 北", A, B, C]
    assert "".join(parts).replace(" ", "") == f"Hm.北{A}{B}{C}".replace(" ", "")


def test_spans_of_later_turns_go_on_counting(model):
    texts = [f"Hm. {A} {B}"]
    first, third = with_spans(model, [segment_of(model, texts, turn) for turn in (0, 2)], AnswerFormat(2))
    assert torch.equal(third.spans, torch.where(first.spans > 0, first.spans + 4, 0))
    (single,) = with_spans(model, [segment_of(model, ["left"], turn=1)], AnswerFormat(1))
    assert set(single.spans[single.mask].tolist()) == {2}
    assert torch.equal(single.rows(torch.tensor([0])).spans, single.spans)


def test_reasoning_that_the_template_opened_is_not_counted(model, monkeypatch):
    monkeypatch.setattr(LanguageModel, "opened_thought", "<think>\n")
    text = f"Maybe {A}.</think>{B}"
    (segment,) = with_spans(model, [segment_of(model, [text])], AnswerFormat(2))
    tokens = segment.ids[0].tolist()
    assert tokens_before(model, tokens, model.decode(tokens), [text.index("<candidate_2")]) == [
        int((segment.spans[0] == 0).sum())
    ]
