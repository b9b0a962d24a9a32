"""Generated questions: gold paragraphs, distractors, aliases, echoes."""

import numpy as np
import pytest

from tests.vpo_envs.domains.multihop_qa.by_hand import DOMAIN
from vpo_envs.domains.multihop_qa import MultiHopQADomain
from vpo_envs.domains.multihop_qa.generate import sample_question


@pytest.mark.parametrize("hops", [1, 2, 3, 4])
def test_gold_paragraphs_spell_the_chain(hops):
    for seed in range(20):
        made = sample_question(np.random.default_rng(seed), hops, 6, 3, 0, None)
        assert len(made.steps) == len(made.gold) == hops
        assert len(made.paragraphs) == hops + 6
        subject = made.paragraphs[made.support[0] - 1].title
        assert subject in made.text
        for step in made.steps:
            paragraph = made.paragraphs[step.number - 1]
            assert paragraph.title == step.key == subject
            assert step.value in paragraph.text
            subject = step.value
        assert made.answers[0] == subject
        assert not any(step.value in made.text for step in made.steps)


def test_every_paragraph_has_one_subject_and_so_many_facts():
    made = sample_question(np.random.default_rng(0), 3, 9, 3, 0, None)
    titles = [paragraph.title for paragraph in made.paragraphs]
    assert len(set(titles)) == len(titles) == 12
    for paragraph in made.paragraphs:
        assert paragraph.text.startswith(f"{paragraph.title} is ")
        assert paragraph.text.count(". ") == 3  # the introduction and three facts


def test_distractors_use_the_relations_of_the_question():
    """Following the relation words alone leads into rival chains: each hop has a twin elsewhere."""
    made = sample_question(np.random.default_rng(3), 3, 6, 1, 0, 40)
    records, asked = made.compact.split("? ")
    relations = asked.split()
    assert len(relations) == 3
    assert all(records.split().count(relation) == 3 for relation in relations)


def test_hops_vary_between_the_bounds():
    domain = MultiHopQADomain(min_hops=2)
    counts = np.bincount([len(domain.task("train", i).truth.support) for i in range(300)], minlength=5)
    assert counts[:2].sum() == 0 and counts[2:].min() > 60


def test_some_answers_have_an_alias_told_in_the_gold_paragraph():
    truths = [DOMAIN.task("train", i).truth for i in range(200)]
    aliased = [truth for truth in truths if len(truth.answers) == 2]
    assert not any(truth.answers[0].isdigit() for truth in aliased), "a year has no second name"
    assert 20 < len(aliased) < 80
    for truth in aliased:
        assert f"(also called {truth.answers[1]})" in truth.paragraphs[truth.support[-1] - 1].text


def test_echoes_lengthen_paragraphs_and_state_no_fact():
    plain, long = MultiHopQADomain(), MultiHopQADomain(echoes=3)
    task = long.task("test", 0)
    titles = {paragraph.title for paragraph in task.truth.paragraphs}
    for paragraph in task.truth.paragraphs:
        mentions = [title for title in titles if title in paragraph.text]
        assert len(mentions) >= 4
    words = [sum(len(p.text.split()) for p in d.task("test", 0).truth.paragraphs) for d in (plain, long)]
    assert words[1] > 1.5 * words[0]
