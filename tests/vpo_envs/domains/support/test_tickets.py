"""Support: the generated tickets, the true front, agreement with labelled replies, speed."""

import time
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs
from vpo_envs import check_domain, metrics, spread_weights
from vpo_envs.domains.support import SupportDomain
from vpo_envs.domains.support.agreement import matches, read_labelled, report
from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.kinds import KINDS
from vpo_envs.domains.support.replies import REPLY_STYLES, best_replies, demonstrations
from vpo_envs.domains.support.scoring import WORDS_PER_POINT
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.ticket import Point
from vpo_envs.domains.support.voice import FEELINGS, MOVES
from vpo_envs.env_checker import hostile_answers

LABELLED = Path(__file__).parents[3] / "data" / "support_replies.jsonl"
DOMAIN = SupportDomain()
SMALL = gym.make("vpo/SupportSmall-v0").unwrapped.domain


# Tickets


def test_there_are_enough_kinds_and_policies_allow_and_forbid():
    assert len(KINDS) >= 12
    outcomes = [outcome for kind in KINDS.values() for outcome in kind.outcomes]
    tells = [[Point.parse(text) for text in outcome.tell] for outcome in outcomes]
    for outcome, points in zip(outcomes, tells):
        decisions = [point for point in points if point.name in ACTIONS]
        assert decisions and len(outcome.never) >= 2
        for point in points:
            assert point.name in ACTIONS or point.name in ROLES or point.name in STEPS
        for point in decisions:
            assert (point.name in outcome.never) != point.granted, (
                "refused means forbidden, granted means not"
            )
    granted = {point.granted for points in tells for point in points if point.name in ACTIONS}
    assert granted == {True, False}


@pytest.mark.parametrize("domain", [DOMAIN, SMALL], ids=["full", "small"])
def test_the_contract(domain):
    check_domain(domain, tasks=10)


def test_every_fact_of_the_prompt_is_known_and_every_point_is_asked_for():
    for index in range(300):
        task = DOMAIN.task("train", index)
        letter = task.prompt.split("\n", 3)[3]
        stated = [line for line in letter.splitlines() if line]
        verdict = DOMAIN.judge(task, "\n".join(stated[1:]))
        assert not [error for error in verdict.errors if "no record" in error], task.prompt
        for point in task.truth.points:
            assert f"- {point.label}" in stated
        assert not any(mark in task.prompt + task.compact for mark in "{}")


def test_there_are_more_than_a_million_tickets_even_in_the_small_variant():
    # By the birthday bound a million tickets would show a repetition among 2,500 with 96% probability.
    tickets = [SMALL.task(split, index).compact for split in ("train", "test") for index in range(1250)]
    assert len(set(tickets)) == len(tickets)


def test_feelings_go_with_the_story():
    for index in range(400):
        ticket = DOMAIN.task("train", index).truth
        assert ticket.feeling not in KINDS[ticket.kind].unlikely
    for kind in KINDS.values():
        assert set(kind.unlikely) < set(FEELINGS), kind.name


def test_small_tickets_fit_a_tiny_model():
    vocabulary = set()
    for index in range(600):
        task = SMALL.task("train", index)
        answers = [*SMALL.best_answers(task), *SMALL.demonstrations(task, np.random.default_rng(index))]
        assert len(task.compact.split()) <= 60
        assert max(len(answer.split()) for answer in answers) <= 25
        vocabulary.update(task.compact.split(), *(answer.split() for answer in answers))
    assert len(vocabulary) < 400


# The front


@pytest.mark.parametrize("domain", [DOMAIN, SMALL], ids=["full", "small"])
@pytest.mark.parametrize("style", REPLY_STYLES)
def test_the_optimal_replies_make_what_they_should_in_the_fewest_words(domain, style):
    for index in range(200):
        task = domain.task("test", index)
        ticket = task.truth
        levels = [(p, m) for p in range(1, len(ticket.points) + 1) for m in range(len(ticket.moves) + 1)]
        replies = best_replies(ticket, style)
        assert len(replies) == len(levels)
        for reply, (p, m) in zip(replies, levels):
            verdict = domain.judge(task, reply)
            assert (sum(verdict.conveyed), len(verdict.moves), verdict.errors) == (p, m, ()), reply
            assert verdict.words <= WORDS_PER_POINT * (p + m)


@pytest.mark.parametrize("domain", [DOMAIN, SMALL], ids=["full", "small"])
def test_the_trade_off_is_real(domain):
    weights = spread_weights(512, 3)
    distinct, winners, shares = [], [], []
    for index in range(200):
        front = domain.pareto_front(domain.task("test", index))
        best = (weights @ front.T.astype(float)).argmax(axis=1)
        wins = np.bincount(best, minlength=len(front)) / len(weights)
        distinct.append(len(front))
        winners.append(int((wins > 0).sum()))
        shares.append(wins.max())
        assert metrics.pareto_mask(front).all()
    assert np.mean(np.array(distinct) >= 3) >= 0.9
    assert np.mean(np.array(winners) >= 3) >= 0.9
    assert max(shares) <= 0.8


@pytest.mark.parametrize("style", REPLY_STYLES)
def test_no_reply_in_any_wording_lies_beyond_the_front(style):
    rng = np.random.default_rng(0)
    for index in range(60):
        task = DOMAIN.task("test", index)
        front = DOMAIN.pareto_front(task)
        replies = [reply for _ in range(4) for reply in demonstrations(task.truth, style, rng)]
        replies += [*_mixtures(task.truth, replies, rng), *hostile_answers(rng, 60, replies)]
        rewards = DOMAIN.score_batch([task] * len(replies), replies)
        covered = (rewards[:, None] <= front[None] + 1e-6).all(axis=-1).any(axis=1)
        hopeless = (rewards == 0).all(axis=1)
        assert (covered | hopeless).all(), np.array(replies)[~(covered | hopeless)]


def _mixtures(ticket, replies, rng):
    """Sentences of several replies in any order, with every paraphrase of the catalogue thrown in."""
    parts = [sentence for reply in replies for sentence in reply.split(". ")]
    parts += [text.format(ticket.feeling) for _, texts in MOVES.values() for text in texts]
    for _ in range(40):
        yield ". ".join(str(part) for part in rng.choice(parts, size=rng.integers(1, 9)))


def test_every_paraphrase_of_the_catalogue_conveys_its_point_and_breaks_nothing():
    for index in range(600):
        task = DOMAIN.task("train", index)
        for point in task.truth.points:
            for text in _paraphrases(task.truth, point):
                verdict = DOMAIN.judge(task, text)
                assert verdict.conveyed[task.truth.points.index(point)] and not verdict.errors, (
                    text,
                    verdict,
                )
        for move, (_, texts) in MOVES.items():
            for text in texts:
                made = DOMAIN.judge(task, text.format(task.truth.feeling)).moves
                assert made == ((move,) if move in task.truth.moves else ()), text


def _paraphrases(ticket, point):
    if point.name in ACTIONS:
        return ACTIONS[point.name].grant if point.granted else ACTIONS[point.name].deny
    if point.name in STEPS:
        return STEPS[point.name].prose
    return [text.format(ticket.entries[point.name].text) for text in ROLES[point.name].prose]


def test_demonstrations_are_of_mixed_quality():
    rewards = []
    for index in range(100):
        task = DOMAIN.task("train", index)
        answers = DOMAIN.demonstrations(task, np.random.default_rng(index))
        rewards.append(DOMAIN.score_batch([task] * len(answers), answers))
    helpfulness = np.array(rewards)[..., 0]
    assert 0.1 < (helpfulness == 0).mean() < 0.35
    assert (helpfulness == 1).mean() > 0.1
    assert 0.3 < helpfulness.mean() < 0.8
    assert np.array(rewards)[..., 2].std() > 0.3


# Agreement with a person


def test_the_scorers_agree_with_labelled_replies():
    rows = read_labelled(LABELLED)
    assert len(rows) >= 60 and len({row["reply"] for row in rows}) == len(rows)
    agree = matches(DOMAIN, rows)
    held_out = np.array([row["part"] == "held-out" for row in rows])
    assert held_out.sum() >= 40
    assert agree.mean(axis=0).min() >= 0.9
    assert agree[held_out].mean(axis=0).min() >= 0.9


def test_the_report_lists_every_disagreement():
    text = report(LABELLED)
    wrong = (~matches(DOMAIN, read_labelled(LABELLED))).any(axis=1).sum()
    assert "held-out" in text and "helpfulness" in text
    assert len(text.splitlines()) == 2 + wrong


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"split": "test", "index": 0, "part": "x"}', "line 1.*reply"),
        (
            '{"split": "test", "index": 0, "part": "x", "reply": "", "helpfulness": "good"}',
            "line 1.*helpfulness='good'",
        ),
    ],
)
def test_a_badly_labelled_file_is_named(tmp_path, line, message):
    path = tmp_path / "replies.jsonl"
    path.write_text(line)
    with pytest.raises(ValueError, match=message):
        read_labelled(path)


# Speed


def test_hostile_strings_cost_bounded_time():
    rng = np.random.default_rng(1)
    task = DOMAIN.task("test", 6)
    seeds = DOMAIN.demonstrations(task, rng)
    units = [
        "not ",
        "$1 ",
        "a.",
        "3 March ",
        "approved ",
        "sorry to ",
        "$42.50 refund. ",
        "no later ",
        "1-1-1 ",
    ]
    answers = [*hostile_answers(rng, 2000, seeds), *(unit * 20_000 for unit in units)]
    answers += [(unit * 5000)[: DOMAIN.max_answer_length] for unit in units]
    for answer in answers:
        reward = DOMAIN.score_batch([task], [answer])
        assert ((reward >= 0) & (reward <= 1)).all()
        slowest = min(_seconds(lambda a=answer: DOMAIN.score_batch([task], [a])) for _ in range(2))
        assert slowest < 1.0, answer[:40]  # milliseconds; this bound is for work that explodes


def _seconds(work) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def test_both_environments_are_registered():
    assert {"vpo/Support-v0", "vpo/SupportSmall-v0"} <= set(vpo_envs.registered_ids())
