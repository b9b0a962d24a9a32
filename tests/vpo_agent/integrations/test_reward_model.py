"""A transformers sequence classifier as the scorer of an objective, with tiny models built here."""

import gymnasium as gym
import numpy as np
import pytest
import torch
import toys
from transformers import BertConfig, BloomConfig, GPT2Config, LlamaConfig, RobertaConfig

from vpo_agent.integrations.reward_model import ClassifierScorer
from vpo_envs import check_domain
from vpo_envs.domains.support import SupportDomain
from vpo_envs.env_checker import HOSTILE_ANSWERS


@pytest.fixture(scope="module")
def tokenizer():
    return toys.classifier_tokenizer()


@pytest.fixture(scope="module")
def tasks():
    domain = SupportDomain()
    return [domain.task("test", index) for index in range(6)]


ANSWERS = ["sorry", "we refund you", "kind, kind.", "", "rude " * 300, "\ud800 you"]


def test_one_output_is_read_through_a_sigmoid(tokenizer, tasks):
    model = toys.classifier()
    scorer = ClassifierScorer(model, tokenizer, with_prompt=False)
    inputs = tokenizer(["we refund you"], return_tensors="pt")
    with torch.no_grad():
        expected = model.eval()(**inputs).logits.sigmoid().item()
    assert scorer(tasks[0], "we refund you") == pytest.approx(expected, abs=1e-4)
    assert 0 < expected < 1


def test_several_outputs_give_the_probability_of_the_label(tokenizer, tasks):
    model = toys.classifier(3)
    inputs = tokenizer([tasks[0].prompt], ["sorry"], truncation=True, max_length=64, return_tensors="pt")
    with torch.no_grad():
        expected = model.eval()(**inputs).logits.softmax(-1)[0]
    for label, index in (("rude", 0), ("neutral", 1), ("kind", 2), (1, 1), (None, 2)):
        scorer = ClassifierScorer(model, tokenizer, label=label)
        assert scorer(tasks[0], "sorry") == pytest.approx(expected[index].item(), abs=1e-4)


def test_a_batch_scores_like_its_parts_and_tells_answers_apart(tokenizer, tasks):
    for with_prompt in (True, False):
        scorer = ClassifierScorer(toys.classifier(), tokenizer, batch_size=4, with_prompt=with_prompt)
        batch = scorer.score_many(tasks, ANSWERS)
        assert batch.shape == (6,) and ((batch >= 0) & (batch <= 1)).all()
        np.testing.assert_allclose(batch, [scorer(t, a) for t, a in zip(tasks, ANSWERS)], atol=1e-4)
        assert len(set(batch)) > 3


def test_ratings_are_the_log_odds_of_scores(tokenizer, tasks):
    prompts = [task.prompt for task in tasks]
    for outputs in (1, 3):
        scorer = ClassifierScorer(toys.classifier(outputs), tokenizer)
        ratings = scorer.rate_many(prompts, ANSWERS)
        np.testing.assert_allclose(1 / (1 + np.exp(-ratings)), scorer.score_many(tasks, ANSWERS), atol=1e-4)


def test_temperature_draws_scores_to_the_middle(tokenizer, tasks):
    sharp = ClassifierScorer(toys.classifier(), tokenizer).score_many(tasks, ANSWERS)
    soft = ClassifierScorer(toys.classifier(), tokenizer, temperature=10.0).score_many(tasks, ANSWERS)
    assert (np.abs(soft - 0.5) < np.abs(sharp - 0.5)).all()


def test_models_that_count_positions_from_the_padding_read_long_answers(tokenizer, tasks):
    model = toys.classifier(config=RobertaConfig, max_position_embeddings=34, pad_token_id=1)
    scorer = ClassifierScorer(model, tokenizer)
    assert scorer.max_length == 32
    assert 0 <= scorer(tasks[0], "we refund you " * 40) <= 1


def test_it_survives_hostile_answers(tokenizer, tasks):
    scorer = ClassifierScorer(toys.classifier(), tokenizer)
    scores = scorer.score_many([tasks[0]] * len(HOSTILE_ANSWERS), HOSTILE_ANSWERS)
    assert np.isfinite(scores).all()
    assert scorer.score_many([], []).shape == (0,)


def test_it_serves_a_domain_and_its_environment(tokenizer):
    scorer = ClassifierScorer(toys.classifier(), tokenizer, with_prompt=False)
    check_domain(SupportDomain(scorers={"empathy": scorer}), tasks=1, hostile=20)
    env = gym.make("vpo/Support-v0", num_candidates=3, scorers={"empathy": scorer})
    env.reset(seed=0)
    answers = ("sorry", "we refund you", "kind")
    reward = env.step(answers)[1]
    assert reward[:, 2] == pytest.approx([scorer(env.unwrapped.task, answer) for answer in answers], abs=1e-4)
    assert env.unwrapped.domain.pareto_front(env.unwrapped.task) is None


def test_it_loads_from_a_folder(tokenizer, tasks, tmp_path):
    model = toys.classifier(3)
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    loaded = ClassifierScorer.from_pretrained(tmp_path, label="kind", max_length=32)
    expected = ClassifierScorer(model, tokenizer, label="kind", max_length=32)
    np.testing.assert_allclose(
        loaded.score_many(tasks, ANSWERS), expected.score_many(tasks, ANSWERS), atol=2e-4
    )


def test_a_model_that_cannot_be_loaded_is_named(tmp_path):
    for name in (tmp_path, tmp_path / "none"):
        with pytest.raises(ValueError, match=f"scorer '{name}' could not be loaded: give the folder"):
            ClassifierScorer.from_pretrained(name)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"label": "nice"}, "label='nice'.*'kind'"),
        ({"label": 3}, "label=3"),
        ({"temperature": 0.0}, "temperature=0.0"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"max_length": 65}, "max_length=65.*8..64"),
    ],
)
def test_wrong_arguments_are_named(tokenizer, settings, message):
    with pytest.raises(ValueError, match=message):
        ClassifierScorer(toys.classifier(3), tokenizer, **settings)


DECODERS = {
    "llama": (LlamaConfig, dict(num_key_value_heads=2)),
    "gpt2": (GPT2Config, {}),
    "bloom": (BloomConfig, {}),  # names no number of positions
}


@pytest.mark.parametrize("kind", DECODERS)
@pytest.mark.parametrize("padding", [None, "[PAD]", "[NEW]"])
@pytest.mark.parametrize("named", [None, 5])
def test_decoders_need_no_padding_token(kind, padding, named):
    words = toys.classifier_tokenizer()
    words.pad_token = None
    if padding is not None:
        words.add_special_tokens({"pad_token": padding})  # the model knows no [NEW]
    words.model_max_length = int(1e30)
    given = words.pad_token
    config, changes = DECODERS[kind]
    model = toys.classifier(config=config, pad_token_id=None, **changes)
    model.config.pad_token_id = named
    scorer = ClassifierScorer(model, words, with_prompt=False, batch_size=2)
    assert words.pad_token == given and scorer.tokenizer.pad_token_id < len(toys.RATED)
    ratings = scorer.rate_many(["", ""], ["sorry", "we refund you kind ."])
    for answer, rating in zip(("sorry", "we refund you kind ."), ratings):
        inputs = words([answer], return_tensors="pt")
        with torch.no_grad():  # one row needs no padding: its last token is read
            model.config.pad_token_id = None
            assert rating == pytest.approx(model(**inputs).logits.item(), abs=1e-3)


def test_texts_do_not_end_with_the_token_that_pads():
    words = toys.classifier_tokenizer()  # ends texts with [SEP]
    words.pad_token, words.eos_token = None, "[SEP]"
    scorer = ClassifierScorer(toys.classifier(config=BertConfig), words)
    assert scorer.tokenizer.pad_token == "[UNK]"


def test_a_tokenizer_that_cannot_pad_is_refused():
    words = toys.classifier_tokenizer()
    words.pad_token = words.unk_token = words.cls_token = words.sep_token = None
    with pytest.raises(ValueError, match=r"has no padding token; set tokenizer\.pad_token"):
        ClassifierScorer(toys.classifier(), words)
