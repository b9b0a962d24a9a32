"""Code: prompts in both styles, contexts, knobs, splits, levels."""

import copy
import pickle

import numpy as np
import pytest

from vpo_envs.domains.code import CodeDomain
from vpo_envs.domains.code.families import FAMILIES
from vpo_envs.domains.code.prompts import compact_prompt
from vpo_envs.splits import SPLITS, split_of


def task_of(name, **kwargs):
    return CodeDomain(families=[name], **kwargs).task("test", 0)


def test_objectives_in_order():
    domain = CodeDomain()
    assert domain.objective_names == ("correctness", "performance", "readability", "maintainability")
    assert domain.weights.tolist() == [0.25] * 4


@pytest.mark.parametrize("copied", [lambda task: pickle.loads(pickle.dumps(task)), copy.deepcopy])
def test_tasks_and_domains_can_be_sent_elsewhere(copied):
    domain = CodeDomain(families=["count_bins"])
    task = domain.task("test", 0)
    answer = domain.best_answers(task)[0]
    expected = domain.score(task, answer)
    sent = copied(task)
    assert sent.truth == task.truth and sent.truth.hidden == task.truth.hidden
    assert copied(domain).score(sent, answer) == expected


def test_both_styles_score_alike_but_for_layout():
    full, compact = task_of("count_bins"), task_of("count_bins", answer_style="compact")
    assert full == compact
    domains = CodeDomain(families=["count_bins"]), CodeDomain(families=["count_bins"], answer_style="compact")
    answers = [domain.best_answers(full) for domain in domains]
    assert all(text.startswith("```python\n") for text in answers[0])
    assert "def count_bins ( values ) :\n return len" in answers[1][0]
    scores = [domain.score_batch([full] * len(a), a) for domain, a in zip(domains, answers)]
    np.testing.assert_allclose(scores[0], scores[1], atol=0.01)


def test_contexts_are_weightings_and_ask_for_different_code():
    domain = CodeDomain()
    weights = np.array(list(domain.contexts.values()))
    assert (weights >= 0).all() and weights.sum(axis=1) == pytest.approx(1)
    task = task_of("best_trade")
    answers = domain.best_answers(task)
    rewards = domain.score_batch([task] * len(answers), answers)
    chosen = {name: int((rewards @ w).argmax()) for name, w in domain.contexts.items()}
    assert len(set(chosen.values())) >= 3
    assert rewards[chosen["hot path"], 1] > 0.95 and rewards[chosen["prototype"], 2] == 1
    assert rewards[chosen["long-lived library"], 3] == 1


def test_knobs():
    domain = CodeDomain(families=["life", "walk"])
    assert {domain.task("train", i).truth.family.name for i in range(20)} == {"life", "walk"}
    with pytest.raises(ValueError, match="families=\\['sort'\\] must be one or more of"):
        CodeDomain(families=["sort"])
    with pytest.raises(ValueError, match="families=\\[\\]"):
        CodeDomain(families=[])
    with pytest.raises(ValueError, match="answer_style='short' is not one of full, compact"):
        CodeDomain(answer_style="short")


def key_of(task):
    return task.truth.family.name, *task.truth.parameters.values()


def test_no_problem_is_in_two_splits():
    domain = CodeDomain()
    drawn = {split: {key_of(domain.task(split, index)) for index in range(400)} for split in SPLITS}
    small = CodeDomain(families=["compress"])  # 660 settings: every one is drawn again and again
    often = {split: {key_of(small.task(split, index)) for index in range(400)} for split in SPLITS}
    for keys in (drawn, often):
        assert not keys["train"] & keys["test"] and not keys["train"] & keys["validation"]
        assert not keys["validation"] & keys["test"]
    assert all(split_of(compact_prompt(domain.task(split, 3).truth)) == split for split in SPLITS)


def test_a_split_without_problems_is_an_error(monkeypatch):
    monkeypatch.setattr("vpo_envs.domains.code.domain.split_of", lambda key: "train")
    with pytest.raises(ValueError, match=r"families=\['life'\] have no problems of split='test'"):
        CodeDomain(families=["life"]).task("test", 0)


def test_levels_are_thirds_by_length():
    names = {
        level: {f.name for f in CodeDomain(level=level).families} for level in ("easy", "medium", "hard")
    }
    assert all(len(found) >= 15 for found in names.values())
    assert sum(map(len, names.values())) == len(FAMILIES) == len(set().union(*names.values()))
    assert "count_bins" in names["easy"] and "life" in names["hard"]
    with pytest.raises(ValueError, match="level='odd' is not one of any, easy, medium, hard"):
        CodeDomain(level="odd")
    with pytest.raises(ValueError, match="level='hard' has none of the families"):
        CodeDomain(families=["count_bins"], level="hard")
    with pytest.raises(ValueError, match="composed=2 must be a share"):
        CodeDomain(composed=2)
