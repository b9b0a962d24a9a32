"""Writing replies: the optimal family behind the true front, and demonstrations of mixed quality."""

import json

import numpy as np
import pytest

from tests.vpo_envs.domains.support.by_hand import TASK, ticket
from tests.vpo_envs.domains.support.variants import DOMAIN, DOMAINS, SMALL
from vpo_envs import metrics, spread_weights
from vpo_envs.domains.support.catalogue import ACTIONS, ROLES
from vpo_envs.domains.support.decision import split_reply
from vpo_envs.domains.support.replies import (
    _PADDING,
    REPLY_STYLES,
    Writer,
    _misread,
    best_replies,
    demonstrations,
)
from vpo_envs.domains.support.scoring import WORDS_PER_POINT, fewest_points
from vpo_envs.domains.support.scoring import judge as judge_reply
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.telegram import judge_telegram
from vpo_envs.domains.support.ticket import Entry, Point
from vpo_envs.domains.support.voice import MOVES
from vpo_envs.env_checker import hostile_answers


def test_small_tickets_fit_a_tiny_model():
    vocabulary = set()
    for index in range(600):
        task = SMALL.task("train", index)
        answers = [*SMALL.best_answers(task), *SMALL.demonstrations(task, np.random.default_rng(index))]
        assert len(task.compact.split()) <= 60
        assert max(len(answer.split()) for answer in answers) <= 30
        vocabulary.update(task.compact.split(), *(answer.split() for answer in answers))
    assert len(vocabulary) < 400


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


# By hand


def test_the_first_wording_of_every_part_by_hand():
    truth = TASK.truth
    points = [Point("refund"), Point("amount"), Point("photo")]
    prose = Writer(truth, "prose").reply(points, ["acknowledge", "apologise", "offer"])
    decision, message = prose.split("\n")
    fields = json.loads(decision.removeprefix("<decision>").removesuffix("</decision>"))
    assert {name: fields[name] for name in ("refund", "amount")} == {"refund": "granted", "amount": "$42.50"}
    parts = [
        MOVES["acknowledge"][1][0].format("worried"),
        MOVES["apologise"][1][0],
        ACTIONS["refund"].grant[0],
        ROLES["amount"].prose[0].format("$42.50"),
        STEPS["photo"].prose[0],
        MOVES["offer"][1][0],
    ]
    assert message == f"<message>{' '.join(parts)}</message>", "an offer comes last"
    padded = Writer(truth, "prose").reply(points, [], "Dear Dana Novak,")
    assert padded.split("\n")[1].startswith(f"<message>Dear Dana Novak, {parts[2]}")


def test_telegrams_by_hand():
    writer = Writer(TASK.truth, "compact")
    points = [Point("refund"), Point("voucher", False), Point("amount"), Point("arrives"), Point("photo")]
    words = writer.reply(points, ["offer", "acknowledge"], "padding is for prose").split()
    assert words[:8] == ["refund", "no", "voucher", ".", "amount", "$42.50", "arrives", "3"]
    assert words[8:10] == ["March", STEPS["photo"].compact.split()[0]]
    assert " ".join(words).endswith(f"{MOVES['acknowledge'][0].format('worried')} {MOVES['offer'][0]}")


@pytest.mark.parametrize("style", REPLY_STYLES)
def test_refusals_and_grants_differ(style):
    writer = Writer(TASK.truth, style)
    assert writer.point(Point("refund")) != writer.point(Point("refund", False))


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("$42.50", {"$42.50", "42.50 dollars", "USD 42.50"}),
        ("1 March 2026", {"1 March 2026", "1 March", "March 1st", "2026-03-01"}),
        ("22 May 2026", {"22 May 2026", "22 May", "May 22nd", "2026-05-22"}),
        ("3 March 2026", {"3 March 2026", "3 March", "March 3rd", "2026-03-03"}),
        *(
            (f"{day} June 2026", {f"{day} June 2026", f"{day} June", f"June {day}th", f"2026-06-{day}"})
            for day in (11, 12, 13, 20)
        ),
        ("31 May 2026", {"31 May 2026", "31 May", "May 31st", "2026-05-31"}),
        ("5 days", {"5 days"}),
        ("15%", {"15%"}),
        ("CS-22222", {"CS-22222"}),
    ],
)
def test_values_are_written_in_every_form_by_chance(text, forms):
    """All of them read as the same value."""
    entry = Entry.of(text)
    truth = ticket(entries={**TASK.truth.entries, "arrives": entry}).truth
    rng = np.random.default_rng(0)
    frames = [form.split("{}") for form in ROLES["arrives"].prose]
    seen = set()
    for _ in range(150):
        written = Writer(truth, "prose", rng).point(Point("arrives"))
        (found,) = {
            written[len(start) : len(written) - len(end)]
            for start, end in frames
            if written.startswith(start) and written.endswith(end)
        }
        seen.add(found)
    assert seen == forms
    assert all(Entry.of(form).truths & entry.truths for form in forms)


def test_the_best_replies_by_hand():
    """Six points and three moves: from the gate, which is half of the points, 4 numbers of each."""
    replies = best_replies(TASK.truth, "compact")
    assert fewest_points(TASK.truth) == 3 and len(replies) == 4 * 4
    first, second = (reply.split() for reply in replies[:2])
    assert first[:3] == ["refund", "amount", "$42.50"], "the decision and a figure come before all else"
    assert second[: len(first)] == first and len(second) > len(first)
    assert replies[-1] == Writer(TASK.truth, "compact").reply(TASK.truth.points, TASK.truth.moves)


def test_the_granted_decision_and_a_figure_come_before_the_refused_one():
    """Three of five pass the gate, in the ticket's order."""
    points = (Point("cancel", False), Point("photo"), Point("refund"), Point("ref"), Point("amount"))
    few, *_ = best_replies(ticket(points=points).truth, "compact")
    assert few == "no cancel . refund ref CS-22222"


# Demonstrations


def test_at_no_quality_nothing_is_right():
    """Every decision is turned round, and no value is the ticket's own for its role."""
    for seed in range(20):
        believed = _misread(TASK.truth, np.random.default_rng(seed), 0.0)
        assert [point.granted for point in believed.points if point.name in ACTIONS] == [False]
        for role, entry in believed.entries.items():
            mine = TASK.truth.entries[role]
            assert entry.value.kind == mine.value.kind and entry.truths.isdisjoint(mine.truths), role
    assert _misread(TASK.truth, np.random.default_rng(0), 1.0) == TASK.truth


@pytest.mark.parametrize("style", REPLY_STYLES)
def test_the_fifth_is_curt_and_true_and_the_last_promises_what_is_forbidden(style):
    truth = TASK.truth
    judge = judge_telegram if style == "compact" else judge_reply
    empathic = [text.format(truth.feeling) for short, long in MOVES.values() for text in (short, *long)]
    for seed in range(10):
        written = demonstrations(truth, style, np.random.default_rng(seed), 1.0)
        assert len(written) == 6
        curt = judge(truth, written[4])
        assert curt.errors == ()
        assert not [text for text in empathic if text in written[4]]
        if style == "compact":
            assert sum(curt.told) == 1
        else:
            assert 1 <= sum(curt.decided) <= fewest_points(truth)
        assert any(name in " ".join(judge(truth, written[5]).errors) for name in truth.forbidden)
        greets = [text.count(f"<message>Dear {truth.customer}, ") for text in written]
        assert greets == ([0] * 6 if style == "compact" else [1] * 6)


def test_prose_is_padded_with_three_or_four_of_four_phrases():
    counts = set()
    for seed in range(10):
        for text in demonstrations(TASK.truth, "prose", np.random.default_rng(seed), 1.0):
            counts.add(sum(phrase in text for phrase in _PADDING))
    assert counts == {3, 4}


@pytest.mark.parametrize("style", REPLY_STYLES)
def test_demonstrations_follow_their_seed(style):
    one, same, other = (
        demonstrations(TASK.truth, style, np.random.default_rng(seed), 1.0) for seed in (3, 3, 4)
    )
    assert one == same != other


@pytest.mark.parametrize("accuracy", [0.25, 0.75])
def test_each_fact_is_right_with_the_given_probability(accuracy):
    rng = np.random.default_rng(0)
    right = [
        entry is TASK.truth.entries[role]
        for _ in range(300)
        for role, entry in _misread(TASK.truth, rng, accuracy).entries.items()
    ]
    assert np.mean(right) == pytest.approx(accuracy, abs=4 * (0.25 * 0.75 / len(right)) ** 0.5)
