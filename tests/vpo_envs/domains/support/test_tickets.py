"""Support: the generated tickets, the true front, agreement with labelled replies, speed."""

import os
import time
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs
from vpo_envs import check_domain, metrics, spread_weights
from vpo_envs.domains.support.agreement import matches, read_labelled, report
from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.decision import split_reply
from vpo_envs.domains.support.kinds import KINDS
from vpo_envs.domains.support.replies import REPLY_STYLES, best_replies
from vpo_envs.domains.support.scoring import WORDS_PER_POINT, fewest_points
from vpo_envs.domains.support.scoring import judge as judge_reply
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.telegram import judge_telegram
from vpo_envs.domains.support.ticket import Point
from vpo_envs.domains.support.voice import FEELINGS, MOVES
from vpo_envs.env_checker import hostile_answers

NIGHTLY = "VPO_NIGHTLY" in os.environ
LABELLED = Path(__file__).parents[3] / "data" / "support_replies.jsonl"
VARIANTS = ["Support", "SupportEasy", "SupportHard", "SupportSmall"]
DOMAINS = {name: gym.make(f"vpo/{name}-v0").unwrapped.domain for name in VARIANTS}
DOMAIN, SMALL, HARD = DOMAINS["Support"], DOMAINS["SupportSmall"], DOMAINS["SupportHard"]


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


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_the_contract(domain):
    check_domain(domain, tasks=10 if NIGHTLY else 2)


@pytest.mark.parametrize("domain", [DOMAIN, HARD], ids=["Support", "SupportHard"])
def test_every_fact_of_the_prompt_may_be_repeated_and_every_point_is_asked_for(domain):
    for index in range(100):
        task = domain.task("train", index)
        ticket, _, form = task.prompt.partition("\n\nWrite two parts")
        errors = domain.judge(task, f"<message>{ticket}</message>").errors
        assert not [error for error in errors if "states a wrong" in error], task.prompt
        for point in task.truth.points:
            assert f'- "{point.name}": ' in form and point.label in form
        names = [point.name for point in task.truth.points]
        assert len(set(names)) == len(names)


def test_the_prompt_states_every_rule_that_costs_points():
    task = DOMAIN.task("train", 0)
    form = task.prompt.partition("\n\nWrite two parts")[2]
    for rule in (
        "full sentences", "passwords or card numbers", "taking the message back",
        f"{14 * task.truth.size} words",
        "repeated sentence halves", "acknowledges how the customer feels", "at least half", "another name",
        "You may think", "count half", "policy does not allow", "one wrong fact",
    ):  # fmt: skip
        assert rule in form, rule
    example = form.partition("Example")[2]
    assert "<decision>" in example and DOMAIN.score(task, example) == (0, 0, 0), "another ticket's"


def test_what_the_customer_wrote_may_be_quoted():
    task = next(t for t in (DOMAIN.task("train", i) for i in range(200)) if "eleven years" in t.prompt)
    best = DOMAIN.best_answers(task)[-1]
    thanks = best.replace("<message>", "<message>Thank you for eleven years as our customer. ")
    assert DOMAIN.judge(task, thanks).errors == ()


def test_two_requests_contradict_each_other_in_no_ticket():
    for index in range(200):
        ticket = HARD.task("train", index).truth
        granted = {point.name for point in ticket.points if point.name in ACTIONS and point.granted}
        assert granted.isdisjoint(ticket.forbidden)
        assert len(ticket.kind.split()) == 2


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
        assert max(len(answer.split()) for answer in answers) <= 30
        vocabulary.update(task.compact.split(), *(answer.split() for answer in answers))
    assert len(vocabulary) < 400


# The front


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
@pytest.mark.parametrize("style", REPLY_STYLES)
def test_the_optimal_replies_make_what_they_should_in_the_fewest_words(domain, style):
    judge = judge_telegram if style == "compact" else judge_reply
    for index in range(100):
        ticket = domain.task("test", index).truth
        first = fewest_points(ticket)
        levels = [(p, m) for p in range(first, len(ticket.points) + 1) for m in range(len(ticket.moves) + 1)]
        replies = best_replies(ticket, style)
        assert len(replies) == len(levels)
        for reply, (p, m) in zip(replies, levels):
            verdict = judge(ticket, reply)
            assert (sum(verdict.told), len(verdict.moves), verdict.errors) == (p, m, ()), reply
            assert verdict.helps and verdict.load == WORDS_PER_POINT * (p + m)
            assert verdict.helpfulness == pytest.approx(p / len(ticket.points))


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
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


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_no_reply_in_any_wording_lies_beyond_the_front(domain):
    rng = np.random.default_rng(0)
    for index in range(20):
        task = domain.task("test", index)
        front = domain.pareto_front(task)
        replies = [reply for _ in range(3) for reply in domain.demonstrations(task, rng)]
        replies += [*_mixtures(domain, task, replies, rng), *hostile_answers(rng, 60, replies)]
        rewards = domain.score_batch([task] * len(replies), replies)
        covered = (rewards[:, None] <= front[None] + 1e-6).all(axis=-1).any(axis=1)
        assert covered.all(), np.array(replies)[~covered]


def _mixtures(domain, task, replies, rng):
    """Sentences of several replies in any order, with every paraphrase of the catalogue thrown in."""
    parts = [sentence for reply in replies for sentence in split_reply(reply)[1].split(". ")]
    parts += [text.format(task.truth.feeling) for _, texts in MOVES.values() for text in texts]
    for _ in range(40):
        message = ". ".join(str(part) for part in rng.choice(parts, size=rng.integers(1, 9)))
        yield f"<decision>{domain.decision(task)}</decision><message>{message}</message>"


@pytest.mark.parametrize("domain", [DOMAIN, HARD], ids=["Support", "SupportHard"])
def test_every_paraphrase_of_the_catalogue_conveys_its_point_and_breaks_nothing(domain):
    for index in range(200):
        task = domain.task("train", index)
        for i, point in enumerate(task.truth.points):
            for text in _paraphrases(task.truth, point):
                verdict = domain.judge(task, text)
                assert verdict.told[i] and not verdict.errors, (text, verdict)
        for move, (_, texts) in MOVES.items():
            for text in texts:
                made = domain.judge(task, text.format(task.truth.feeling)).moves
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
    assert 0.1 < (helpfulness == 0).mean() < 0.5
    assert (helpfulness == 1).mean() > 0.1
    assert 0.3 < helpfulness.mean() < 0.8
    assert np.array(rewards)[..., 2].std() > 0.3


def test_quality_scales_demonstrations_from_the_form_alone():
    for domain in (DOMAIN, SMALL):
        means = []
        for quality in (0.0, 0.5, 1.0):
            rewards = []
            for index in range(40):
                task = domain.task("train", index)
                answers = domain.demonstrations(task, np.random.default_rng(index), quality)
                rewards.append(domain.score_batch([task] * len(answers), answers).mean())
            means.append(np.mean(rewards))
        assert means[0] < 0.01 < means[1] < means[2]


def test_thirty_draws_of_the_small_writer_leave_a_quarter_of_the_gap():
    weights = spread_weights(64, 3)
    one, thirty, best = [], [], []
    for index in range(60):
        task = SMALL.task("test", index)
        draws = [a for i in range(5) for a in SMALL.demonstrations(task, np.random.default_rng((index, i)))]
        values = SMALL.score_batch([task] * len(draws), draws) @ weights.T
        one.append(values.mean())
        thirty.append(values.max(axis=0).mean())
        best.append((SMALL.pareto_front(task) @ weights.T).max(axis=0).mean())
    left = (np.mean(best) - np.mean(thirty)) / (np.mean(best) - np.mean(one))
    assert len(draws) == 30 and left >= 0.25


@pytest.mark.skipif(not NIGHTLY, reason="takes minutes of a machine: make nightly")
@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_test_tasks_never_occur_in_training(domain):
    def form(task):
        return task.prompt.partition("\n\nWrite two parts")[0]

    test = {form(domain.task("test", index)) for index in range(2000)}
    assert len(test) == 2000
    assert all(form(domain.task("train", index)) not in test for index in range(20_000))


# Agreement with a person


def test_the_scorers_agree_with_labelled_replies():
    rows = read_labelled(LABELLED)
    assert len(rows) >= 381 and len({(row["index"], row["reply"]) for row in rows}) == len(rows)
    agree = matches(DOMAIN, rows)
    held_out = np.array([row["part"] == "held-out" for row in rows])
    assert held_out.sum() >= 119
    assert agree.mean() >= 0.97
    assert agree[held_out].mean() >= 0.95


def test_the_report_lists_every_disagreement():
    text = report(LABELLED)
    wrong = (~matches(DOMAIN, read_labelled(LABELLED))).any(axis=1).sum()
    assert "held-out" in text and "helpfulness" in text
    assert len(text.splitlines()) == 2 + wrong


# Speed


def test_hostile_strings_cost_bounded_time():
    rng = np.random.default_rng(1)
    task = DOMAIN.task("test", 6)
    seeds = DOMAIN.demonstrations(task, rng)
    units = [
        "not ",
        "$1 ",
        "$1",
        "1. ",
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
        assert slowest < 1.0, answer[:40]  # tens of milliseconds; this bound is for work that explodes


def _seconds(work) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def test_both_environments_are_registered():
    assert {"vpo/Support-v0", "vpo/SupportSmall-v0"} <= set(vpo_envs.registered_ids())
