"""Choices from pools written by hand."""

import numpy as np
import pytest
import toys

from tests.vpo_agent.search.by_hand import SOURCE, TASK, pool
from vpo_agent.integrations.reward_model import ClassifierScorer
from vpo_agent.search import (
    ByConstraints,
    ByContext,
    ByKnee,
    ByScorer,
    ByWeights,
)
from vpo_agent.search.choices import make_choice
from vpo_agent.tasks.source import DomainTasks, EnvTasks
from vpo_envs.domains.entity_chain import EntityChainDomain
from vpo_envs.domains.multihop_qa import MultiHopQADomain


@pytest.mark.parametrize(
    ("choose", "expected"),
    [
        ("scalar", 2),
        ("lefty", 1),
        ("even", 2),
        ("knee", 2),
        ([0.1, 0.9], 3),
        (ByWeights((1.0, 0.0)), 1),
        (ByContext("lefty"), 1),
        (ByConstraints({"right": 0.5}, then="left"), 2),
        (ByConstraints({"right": 0.5, "left": 0.9}, then="right"), 2),  # misses by 0.3, the others by 0.5
        (ByConstraints({"left": 0.9}), 1),
        (ByKnee(), 2),
        ("vote", 3),
        (ByScorer(lambda task, answer: len(answer.strip())), 3),
        (ByScorer(lambda task, answer: -len(answer)), 1),  # an answer that is missing is not the shortest
    ],
)
def test_choices_by_hand(choose, expected):
    assert make_choice(choose).bind(SOURCE)(pool(["", "left", "both", "right", " right "]), TASK) == expected


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (ByContext("hurried"), "context='hurried' is unknown; contexts of this domain: lefty, even"),
        (ByConstraints({"speed": 1}), "no objective 'speed'; there are left, right"),
        (ByConstraints({"left": 1}, then="speed"), "no objective 'speed'"),
        (ByWeights((1.0,)), "must have 2 entries"),
    ],
)
def test_wrong_names_are_told_before_the_search(choice, message):
    with pytest.raises(ValueError, match=message):
        choice.bind(SOURCE)


def test_choices_describe_themselves():
    described = [
        str(make_choice(choose))
        for choose in (
            "scalar",
            "knee",
            "vote",
            "lefty",
            [0.25, 0.75],
            ByConstraints({"left": 1, "right": 0.5}, then="left"),
            ByScorer(len, name="length"),
        )
    ]
    assert described == [
        *("scalar", "knee", "vote", "context lefty", "weights 0.25, 0.75"),
        *("left >= 1, right >= 0.5; then left", "length"),
    ]


def test_a_reward_model_chooses():
    scorer = ClassifierScorer(toys.classifier(3), toys.classifier_tokenizer(), label="kind")
    answers = ["", "rude", "sorry we refund you", "we you", "\ud800"]
    found = ByScorer(scorer).bind(SOURCE)(pool(answers), TASK)
    assert found == 1 + np.argmax(scorer.score_many([TASK] * 4, answers[1:]))
    with pytest.raises(ValueError, match="rated 2 answers .*give one number each"):
        ByScorer(lambda task, answer: np.nan).bind(SOURCE)(pool(["a", "b"]), TASK)


class Saturated(ClassifierScorer):
    """Raters whose outputs lie where the sigmoid is 1 to all digits."""

    outputs = {"good": 10.0, "better": 12.0, "best": 25.0}

    def _batch(self, prompts, answers):
        self.prompts = prompts
        return np.array([self.outputs.get(answer, -50.0) for answer in answers])


def test_answers_whose_scores_are_all_one_are_told_apart():
    scorer = Saturated(toys.classifier(), toys.classifier_tokenizer())
    answers = ["good", "best", "better", ""]
    assert scorer.score_many([TASK] * 3, answers[:3]).tolist() == [1.0, 1.0, 1.0]
    assert ByScorer(scorer).bind(SOURCE)(pool(answers), TASK) == 1


def test_reward_models_rate_answers_to_plain_environments():
    scorer = Saturated(toys.classifier(), toys.classifier_tokenizer())
    source = EnvTasks(toys.Poem())
    (prompt,) = source.prompts([5])
    assert ByScorer(scorer).bind(source)(pool(["good", "best"], task=5), 5) == 1
    assert scorer.prompts == [prompt] * 2 and prompt.startswith("say ")


def test_a_missing_answer_is_not_chosen_though_nothing_is_worse():
    choose = ByScorer(lambda task, answer: -np.inf).bind(SOURCE)
    assert choose(pool(["", "left", "right"]), TASK) == 1
    assert choose(pool(["", ""]), TASK) == 0


def test_domains_say_what_counts_as_the_same():
    questions, chains = MultiHopQADomain(), EntityChainDomain()
    task = questions.task("test", 0)
    first = questions.vote_key(task, "<support>1, 2</support><answer>The  Blue House</answer>")
    assert first == questions.vote_key(task, "<support>3</support><answer>blue house</answer>") != ""
    assert questions.vote_key(task, "<support>1</support>") == ""  # no answer
    task = chains.task("test", 0)
    first = chains.vote_key(task, "<entity_B>Ann Lee</entity_B><entity_A>Rome</entity_A>")
    assert first == chains.vote_key(task, "<entity_A>rome</entity_A> so <entity_B>ann_lee</entity_B>") != ""
    assert chains.vote_key(task, "Rome") == ""
    long = "x" * (questions.max_answer_length + 1)
    assert DomainTasks(questions).vote_key(task, long) == ""
