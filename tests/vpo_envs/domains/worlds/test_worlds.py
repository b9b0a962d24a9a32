"""Common ground of MultiHopQA and EntityChain: worlds, comparison of answers, promises of both domains."""

import hashlib
import os
import re
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest
from cpu_time import cpu_seconds

import vpo_envs
from tests.vpo_envs.domains.worlds.reference import demonstration_shares
from vpo_envs.domains.entity_chain import EntityChainDomain
from vpo_envs.domains.multihop_qa import MultiHopQADomain
from vpo_envs.domains.worlds.answers import normalize, normalize_entity, normalize_paper, token_f1
from vpo_envs.domains.worlds.names import CLOSED_NAMES
from vpo_envs.env_checker import check_domain, check_env, hostile_answers
from vpo_envs.scalarization import spread_weights

FULL = tuple(
    f"vpo/{name}{size}-v0" for name in ("MultiHopQA", "EntityChain") for size in ("Easy", "", "Hard")
)
SMALL = ("vpo/MultiHopQASmall-v0", "vpo/EntityChainSmall-v0")
HARD = (
    MultiHopQADomain(distractors=30, facts=5, max_citations=3),
    MultiHopQADomain(min_hops=1, max_hops=1, distractors=0, facts=1, max_citations=1),
    EntityChainDomain(decoys=4, distractors=20, facts=5, max_named=3),
    EntityChainDomain(depth=1, decoys=0, distractors=0, facts=1, max_named=1),
    EntityChainDomain(depth=2, decoys=1, distractors=2, facts=2, vocabulary=40),
    MultiHopQADomain(min_hops=1, paper=True),
    EntityChainDomain(depth=3, paper=True),
)


def domain_of(id):
    return gym.make(id).unwrapped.domain


# The world


def test_wrong_answers_of_the_right_kind_earn_nothing():
    domain = MultiHopQADomain(distractors=20)
    for index in range(40):
        task = domain.task("test", index)
        question = task.truth
        others = [p.title for p in question.paragraphs] + [step.value for step in question.steps[:-1]]
        for name in others:
            assert domain.score(task, f"<answer>{name}</answer>")[-1] == (
                1.0 if name in question.answers else 0.0
            )


@pytest.mark.parametrize("id", SMALL)
def test_names_are_capitalised_in_full_prompts(id):
    domain = domain_of(id)
    for index in range(20):
        task = domain.task("train", index)
        words = set(re.findall(r"\w+", task.prompt))
        assert not words & set(CLOSED_NAMES)
        assert {word.lower() for word in words} >= set(task.compact.split()) & set(CLOSED_NAMES)


# Answers


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The Silent Harbour!", "silent harbour"),
        ("an  apple,\na pear", "apple pear"),
        ("Théâtre  Anna's", "théâtre annas"),
        ("a the an", ""),
        ("Theatre", "theatre"),
    ],
)
def test_normalize(text, normal):
    assert normalize(text) == normal


def test_normalize_entity_reads_underscores_as_blanks():
    assert (
        normalize_entity("Red_Sky_(1931_film)")
        == "red sky 1931 film"
        == normalize_entity("red sky 1931 film")
    )
    assert normalize("Red_Sky") == "redsky"


@pytest.mark.parametrize(
    ("prediction", "golds", "f1"),
    [
        ("Ada Holt", ["Ada Holt"], 1.0),
        ("the ada holt.", ["Ada Holt"], 1.0),
        ("Holt", ["Ada Holt"], 2 / 3),  # precision 1, recall 1/2
        ("Ada Ada Ada", ["Ada Holt"], 2 / 5),  # one of three right, one of two found
        ("engineer Ada Holt of Esk", ["Ada Holt"], 4 / 7),
        ("Ben", ["Ada Holt"], 0.0),
        ("Holt", ["Ada Holt", "Holt"], 1.0),  # the best alias counts
        ("", ["Ada"], 0.0),
        ("the", ["A"], 1.0),  # both sides are empty after normalisation
        ("x", ["A"], 0.0),
    ],
)
def test_token_f1(prediction, golds, f1):
    assert token_f1(prediction, golds) == pytest.approx(f1)


def test_the_authors_drop_articles_before_punctuation():
    assert normalize("U.S.A. the A-team") == "usa ateam"
    assert normalize_paper("U.S.A. the A-team") == "us team"


# Both domains


@pytest.mark.nightly  # more tasks and answers than in test_registry.py
@pytest.mark.parametrize("id", FULL + SMALL)
def test_registered_environments_conform(id):
    check_domain(domain_of(id), tasks=6, hostile=60)
    env = gym.make(id, num_candidates=3, render_mode="ansi")
    check_env(env)
    assert isinstance(env.render(), str)
    assert id in vpo_envs.registered_ids()


@pytest.mark.parametrize("domain", HARD, ids=range(len(HARD)))
def test_other_knobs_conform(domain):
    # Without distractors, hops or depth beyond one, tasks still differ, by their invented names.
    check_domain(domain, tasks=4, hostile=40)


def normalised(prompt: str) -> int:
    """A number for the prompt, alike for prompts that differ in case, blanks or digits alone."""
    text = " ".join(re.sub("[0-9]", "0", prompt.lower()).split())
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


@pytest.mark.skipif("VPO_NIGHTLY" not in os.environ, reason="takes minutes of a machine: make nightly")
@pytest.mark.parametrize("id", FULL + SMALL)
def test_test_tasks_never_occur_in_training(id):
    domain = domain_of(id)
    for style in ("full", "compact") if id in SMALL else ("full",):
        train, test = (
            {normalised(domain.task(split, index).text(style)) for index in range(count)}
            for split, count in (("train", 20_000), ("test", 2_000))
        )
        assert len(train) == 20_000 and len(test) == 2_000 and not train & test


@pytest.mark.parametrize("id", SMALL)
def test_small_variants_fit_a_tiny_model(id):
    domain = domain_of(id)
    words = set()
    for index in range(300):
        task = domain.task("train", index)
        answers = [*domain.best_answers(task), *domain.demonstrations(task, np.random.default_rng(index))]
        assert len(task.compact.split()) <= 60
        assert max(len(answer.split()) for answer in answers) <= 25
        words.update(task.compact.split(), *(answer.split() for answer in answers))
    assert len(words) <= 200
    prompt, _ = gym.make(id).reset(options={"index": 5})
    assert prompt == domain.task("train", 5).compact


@pytest.mark.parametrize("id", FULL + SMALL)
def test_variants_have_a_real_trade_off(id):
    """At least 3 distinct points on the front, none best under most weightings."""
    domain = domain_of(id)
    weights = spread_weights(1000, len(domain.objectives))
    wide, share = [], []
    for index in range(80):
        front = domain.pareto_front(domain.task("test", index))
        wide.append(len(front) >= 3)
        share.append(np.bincount((front @ weights.T).argmax(axis=0), minlength=len(front)).max() / 1000)
    assert np.mean(wide) >= 0.9
    assert np.max(share) <= 0.8


@pytest.mark.parametrize("id", SMALL)
def test_thirty_demonstrations_leave_a_quarter_of_the_gap(id):
    """The gap in E_w[best] between one draw of the demonstration writer and the optimum."""
    domain = domain_of(id)
    one, thirty = demonstration_shares(domain, [domain.task("test", index) for index in range(60)])
    assert 1 - thirty >= 0.25 * (1 - one)


@pytest.mark.parametrize("id", FULL + SMALL)
def test_demonstrations_are_of_graded_quality(id):
    domain = domain_of(id)
    rewards, regrets = [], []
    for index in range(80):
        task = domain.task("train", index)
        pool = domain.demonstrations(task, np.random.default_rng(index))
        scores = domain.score_batch([task] * len(pool), pool)
        rewards.append(scores)
        regrets.append((domain.pareto_front(task) @ domain.weights).max() - scores @ domain.weights)
    every, lost = np.concatenate(rewards), np.concatenate(regrets)
    assert 0.01 < (lost < 1e-6).mean() < 0.3, "some demonstrations are perfect, most are not"
    assert all(scores.any() for scores in rewards), "one of four scores"
    assert (every.min(axis=0) == 0).all() and (every.max(axis=0) > 0.6).all()


@pytest.mark.parametrize("id", FULL + SMALL)
def test_hostile_strings_cost_little(id):
    domain = domain_of(id)
    rng = np.random.default_rng(1)
    tasks = [domain.task("test", index) for index in range(20)]
    seeds = [answer for task in tasks for answer in domain.demonstrations(task, rng)]
    quadratic = ["<answer>" * 2000, "<support>" * 2000 + "</answer>", "<entity_a>" * 2000, "<entity_a" * 2200]
    digits = [f"<support>{'9' * 19_900}</support><answer>x</answer>"]
    answers = [*quadratic, *digits, *hostile_answers(rng, 2000, seeds)]
    for number, answer in enumerate(answers):
        task = tasks[number % len(tasks)]
        reward = domain.score_batch([task], [answer])
        assert np.isfinite(reward).all() and reward.min() >= 0 and reward.max() <= 1
        spent = cpu_seconds(
            lambda task=task, answer=answer: (
                domain.score_batch([task], [answer]),
                domain.feedback(task, answer),
            )
        )
        assert spent < 1.0


DIGEST = """
import hashlib, numpy as np
from vpo_envs.domains.entity_chain import EntityChainDomain
from vpo_envs.domains.multihop_qa import MultiHopQADomain
text = ""
for domain in (MultiHopQADomain(), EntityChainDomain()):
    for index in range(5):
        task = domain.task("test", index)
        text += task.prompt + "".join(domain.demonstrations(task, np.random.default_rng(0)))
print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_tasks_do_not_depend_on_hashing():
    digests = set()
    for seed in ("0", "1"):
        run = subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(run.stdout.strip())
    assert len(digests) == 1 and len(digests.pop()) == len(hashlib.sha256().hexdigest())


@pytest.mark.parametrize("id", FULL + SMALL)
def test_later_turns_show_the_pool_and_its_feedback(id):
    env = gym.make(id, max_turns=2)
    prompt, _ = env.reset(options={"index": 0})
    best = env.unwrapped.domain.best_answers(env.unwrapped.task)[0]
    observation, reward, terminated, _, _ = env.step(best)
    assert not terminated and observation.startswith(prompt)
    assert best in observation and "Feedback: " in observation
    assert reward.sum() >= 1.9


@pytest.mark.parametrize("domain_class", [MultiHopQADomain, EntityChainDomain])
@pytest.mark.parametrize(
    ("knobs", "error", "message"),
    [
        ({"distractors": -1}, ValueError, "distractors=-1 must lie between 0 and [46]0"),
        ({"distractors": "many"}, TypeError, "distractors='many' must be an integer from 0 to [46]0"),
        ({"facts": 0}, ValueError, "facts=0 must lie between"),
        ({"facts": 2.0}, TypeError, "facts=2.0 must be an integer"),
        ({"vocabulary": 40}, ValueError, "a task may need .* names but the closed list has 48"),
        ({"vocabulary": 99}, ValueError, "vocabulary=99"),
    ],
)
def test_bad_knobs_are_named(domain_class, knobs, error, message):
    with pytest.raises(error, match=message):
        domain_class(**knobs)


def test_a_closed_vocabulary_must_hold_all_names():
    small = {"min_hops": 2, "max_hops": 2, "distractors": 3, "facts": 1}
    with pytest.raises(ValueError, match=r"vocabulary=9 must lie between 10 and 48"):
        MultiHopQADomain(**small, vocabulary=9)
    domain = MultiHopQADomain(**small, vocabulary=10)
    names = {step.value for i in range(50) for step in domain.task("train", i).truth.told}
    assert names <= set(CLOSED_NAMES[:10])
