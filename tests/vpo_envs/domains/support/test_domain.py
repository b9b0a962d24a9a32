"""Support: every rule of the three scorers on one ticket, contexts, feedback, replaced scorers, knobs."""

from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs import check_domain
from vpo_envs.core import Task
from vpo_envs.domains.support import SupportDomain
from vpo_envs.domains.support.contexts import CONTEXTS, PROFILES
from vpo_envs.domains.support.kinds import KINDS
from vpo_envs.domains.support.replies import REPLY_STYLES
from vpo_envs.domains.support.scoring import PATIENCE, WORDS_PER_POINT
from vpo_envs.domains.support.ticket import Entry, Point, Ticket
from vpo_envs.domains.support.voice import FEELINGS

LABELLED = Path(__file__).parents[3] / "data" / "support_replies.jsonl"
DOMAIN = SupportDomain()
SMALL = gym.make("vpo/SupportSmall-v0").unwrapped.domain


def ticket(**changes) -> Task:
    """A refund of $42.50 is due; $60.00 was paid on 1 February 2026 for ORD-11111. Vouchers are forbidden."""
    entries = {
        "amount": Entry.of("$42.50"),
        "takes": Entry.of("5 days"),
        "arrives": Entry.of("3 March 2026"),
        "ref": Entry.of("CS-22222"),
        "paid": Entry.of("$60.00"),
        "ordered": Entry.of("1 February 2026"),
        "order": Entry.of("ORD-11111"),
    }
    known: dict[str, frozenset] = {}
    for entry in entries.values():
        known[entry.value.kind] = known.get(entry.value.kind, frozenset()) | entry.truths
    names = ("refund", "amount", "takes", "arrives", "ref", "photo")
    fields = {
        "kind": "double",
        "customer": "Dana Novak",
        "context": "everyday",
        "feeling": "worried",
        "at_fault": True,
        "points": tuple(Point(name) for name in names),
        "forbidden": ("voucher", "cancel"),
        "entries": entries,
        "known": known,
    }
    return Task("the prompt", Ticket(**{**fields, **changes}))


TASK = ticket()
REDUCED = ticket(reduced=True)
DENIED = ticket(points=(Point("refund", granted=False), Point("ref")), forbidden=("refund",))


def told(answer: str, task: Task = TASK) -> set[str]:
    verdict = DOMAIN.judge(task, answer)
    return {point.name for point, hit in zip(task.truth.points, verdict.conveyed) if hit}


def score(answer: str, task: Task = TASK) -> tuple[float, ...]:
    return DOMAIN.score(task, answer)


# Helpfulness


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        ("We will refund you.", {"refund"}),
        ("You'll get your money back.", {"refund"}),
        ("I have reimbursed you 42.5 dollars.", {"refund", "amount"}),
        ("USD 42.50 is coming back to you.", {"amount"}),
        ("Within a maximum of five business days.", {"takes"}),
        ("It should be with you in 5 days.", {"takes"}),
        ("Expect delivery on March 3rd.", {"arrives"}),
        ("It will reach you by 2026-03-03.", {"arrives"}),
        ("Please quote cs22222.", {"ref"}),
        ("Case no. CS-22222.", {"ref"}),
        ("Could you upload a picture?", {"photo"}),
        ("If you send us a photo, we will take it from there.", {"photo"}),
        ("refund amount $42.50 takes 5 days arrives 3 March ref CS-22222 send photo", set(TASK.truth.points)),
    ],
)
def test_points_are_recognised_by_value_in_any_wording(answer, points):
    expected = {point.name if isinstance(point, Point) else point for point in points}
    assert told(answer) == expected
    assert score(answer)[0] == pytest.approx(len(expected) / 6)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "$42.50, 3 March, CS-22222, 5 days",  # bare values say nothing about what they are
        "You asked for a refund.",
        "Your refund request has been received.",
        "A photo is a fine thing.",
        "We received your message and will look at it.",
    ],
)
def test_what_tells_nothing_earns_nothing(answer):
    assert score(answer) == (0, 0, 0)


def test_hedging_between_two_values_tells_neither():
    assert told("You get $42.50 $60.00 back.") == set()
    assert told("You get $42.50 back of the $60.00 that you paid.") == {"amount"}


@pytest.mark.parametrize(
    "answer",
    [
        "You get back much less than $42.50.",
        "You get more than the $42.50 back.",
        "It takes at least 5 days, often more.",
        "It takes longer than 5 days.",
    ],
)
def test_a_bound_is_not_the_value(answer):
    assert told(answer) == set()
    assert told("It takes no longer than 5 days.") == {"takes"}
    assert told("It takes up to 5 days.") == {"takes"}
    assert told("We do that in less than 5 days.") == {"takes"}


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        ("Please send it by 24 December.", {"by"}),
        ("You have until 24 December to send it.", {"by"}),
        ("Do not forget to send it by 24 December.", {"by"}),
        ("Do not send it until 24 December.", set()),
        ("Do not send it before 24 December.", set()),
        ("Only send it after 24 December, never sooner.", set()),
    ],
)
def test_a_deadline_is_no_beginning(answer, points):
    deadline = Entry.of("24 December 2025")
    task = ticket(points=(Point("by"),), entries={"by": deadline}, known={"date": deadline.truths})
    assert told(answer, task) == points


def test_a_sentence_goes_on_after_a_line_break():
    for answer in ("We cannot\nrefund you.", "We cannot\n  refund you."):
        assert told(answer, DENIED) == {"refund"} and DOMAIN.judge(DENIED, answer).errors == ()
    assert told("We refund you\n- It takes 5 days\n- Case CS-22222") == {"refund", "takes", "ref"}
    assert told("No voucher\nYou get $42.50 back") == {"amount"}


def test_errors_come_in_the_order_of_the_catalogue():
    task = ticket(forbidden=("compensate", "waive", "voucher"))
    found = DOMAIN.judge(task, "We will compensate you and waive the fee and send a voucher.").errors
    assert [error.split(",")[0] for error in found] == [
        "promises a voucher", "promises waiving a fee", "promises compensation",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("We will refund you and send a voucher.", "promises a voucher"),
        ("Your order is cancelled.", "promises a cancellation"),
        ("We cannot refund you.", "denies a refund"),
        ("A refund is not possible.", "denies a refund"),
        ("There is no need to send a photo.", "spares the customer to send a photo"),
        ("You get $43.50 back.", "an amount that is in no record"),
        ("You get €42.50 back.", "an amount that is in no record"),
        ("It arrives on 4 March.", "a date that is in no record"),
        ("It arrives on 3 March 2027.", "a date that is in no record"),
        ("It takes 6 days.", "a duration that is in no record"),
        ("Your reference is CS-22223.", "a code that is in no record"),
        ("Enjoy 20% off.", "a percentage that is in no record"),
        ("We will refund you $60.00.", "misplaces an amount: it is not how much they get"),
        ("We will refund the $60.00 you paid.", "misplaces an amount: it is not how much they get"),
        ("It arrives on 1 February.", "misplaces a date: it is not when it arrives"),
        ("Your reference is ORD-11111.", "misplaces a code: it is not the reference number"),
    ],
)
def test_forbidden_promises_and_wrong_facts_void_everything(answer, complaint):
    full = "refund amount $42.50 takes 5 days arrives 3 March ref CS-22222 send photo sorry. " + answer
    assert any(complaint in error for error in DOMAIN.judge(TASK, answer).errors)
    assert score(answer) == score(full) == (0, 0, 0)


@pytest.mark.parametrize(
    "answer",
    [
        "We cannot offer a voucher.",
        "A voucher is not possible, but you get $42.50 back.",
        "You asked for a voucher.",
        "Instead of a voucher we refund you.",
        "You placed order ORD-11111 on 1 February and paid $60.00.",
        "Your refund of $42.50 for the order of $60.00 is on its way.",
        "You get $42.50, not $99.00.",
        "We are here 24/7, and one day we will laugh about it. You can be 100% sure.",
    ],
)
def test_true_things_and_denials_void_nothing(answer):
    assert DOMAIN.judge(TASK, answer).errors == ()


@pytest.mark.parametrize(
    "answer", ["We cannot refund you.", "no refund", "I am afraid that refunds aren't possible here."]
)
def test_a_refusal_is_conveyed_where_policy_refuses(answer):
    assert told(answer, DENIED) == {"refund"}
    assert told(answer) == set()


def test_promising_what_policy_refuses_voids():
    assert score("Case CS-22222.", DENIED)[0] == 0.5
    for answer in ("We will refund you.", "Your money back is on its way.", "No refund. Well, a refund."):
        assert score(f"Case CS-22222. {answer}", DENIED) == (0, 0, 0)


@pytest.mark.parametrize(
    "answer",
    [
        "A refund is no longer possible.",
        "We only refund within 5 days.",
        "There is nothing I can refund.",
        "We could have refunded you had you written earlier.",
        "The limit for refunds is 5 days.",
        "Our policy allows refunds only within 5 days.",
        "The $60.00 can't be returned to your card.",
    ],
)
def test_refusals_in_any_words_void_nothing(answer):
    assert DOMAIN.judge(DENIED, answer).errors == ()


@pytest.mark.parametrize(
    "answer",
    [
        "Your money will be returned to your card.",
        "We'll return the $60.00.",
        "You can have your $60.00 back.",
        "It's not that we can't refund you; we'll do it.",
        "Nothing stops us from refunding you.",
        "If you like, we refund you.",
        "Once you have written again, we refund you.",
    ],
)
def test_forbidden_promises_in_other_words_void_everything(answer):
    assert score(f"Case CS-22222. {answer}", DENIED) == (0, 0, 0)


def test_what_is_possible_later_may_be_promised_on_its_condition():
    later = ticket(points=DENIED.truth.points, forbidden=("refund",), later=("refund",))
    assert told("Once the search is over, we refund you.", later) == {"refund"}
    assert score("We refund you. Once the search is over, you can call us.", later) == (0, 0, 0)


@pytest.mark.parametrize(
    "answer",
    [
        "We refund the full price of $60.00.",
        "The full price of $60.00 will be refunded.",
        "You will get a full refund.",
        "We refund your order of $60.00.",
        "Half of it is refunded.",
        "One hundred dollars will be refunded.",
        "We refund you within a week.",
        "Your case number is 22223.",
        "It arrives tomorrow.",
    ],
)
def test_wrong_facts_in_words_void_everything(answer):
    assert DOMAIN.judge(REDUCED, answer).errors


@pytest.mark.parametrize(
    "answer",
    [
        "You paid $60.00, of which $42.50 is refunded.",
        "We refund $60.00 less the fee, which is $42.50.",
        "You can be 100% sure of your refund.",
        "One day you will hear from us again, perhaps tomorrow.",
        "We can't refund you before we have your photo.",
    ],
)
def test_honest_wordings_void_nothing(answer):
    assert DOMAIN.judge(REDUCED, answer).errors == ()


# Empathy


@pytest.mark.parametrize(
    ("answer", "moves"),
    [
        ("I can see why you are worried.", {"acknowledge"}),
        ("That must be quite unsettling, I understand your concern.", {"acknowledge"}),
        ("I understand how you feel.", {"acknowledge"}),
        ("How upsetting this must be.", {"acknowledge"}),
        ("understand worried", {"acknowledge"}),
        ("I can see why you are angry.", set()),  # that is not what this customer feels
        ("I am worried.", set()),
        ("No need to be worried.", set()),
        ("worried", set()),
        ("I understand: worried angry confused frustrated stressed.", set()),
        ("I am sorry.", {"apologise"}),
        ("Our apologies for this.", {"apologise"}),
        ("It was our mistake.", {"apologise"}),
        ("I am not sorry.", set()),
        ("I am sorry to hear that.", set()),
        ("Let me know if you need anything else.", {"offer"}),
        ("I will keep you updated.", {"offer"}),
        ("Please don't hesitate to contact us.", {"offer"}),
        ("Do not contact us again.", set()),
        ("I see why you are worried. Sorry! Just reply here.", {"acknowledge", "apologise", "offer"}),
        ("I see why you are worried. Sorry! Just reply here. Now calm down.", set()),
        ("Sorry, but that is your own fault.", set()),
        ("Sorry, this is not your fault.", {"apologise"}),
        ("We know you are worried, and we don't care. Sorry you exist.", set()),
        ("We regret nothing.", set()),
        ("Sorry, not sorry.", set()),
        ("Are you worried? Sorry?", set()),
        ("I'm sorry, could you tell us more?", {"apologise"}),
        ("We are sorry you had to wait.", {"apologise"}),
        ("What a worrying experience.", {"acknowledge"}),
        ("I'd be worried too.", {"acknowledge"}),
        ("It must be really worrying.", {"acknowledge"}),
    ],
)
def test_the_empathy_rubric(answer, moves):
    assert set(DOMAIN.judge(TASK, answer).moves) == moves
    assert score(f"We will refund you. {answer}")[2] == pytest.approx(len(moves) / 3)


def test_an_apology_is_due_only_where_the_company_is_at_fault():
    blameless = ticket(at_fault=False)
    assert score("We will refund you. Sorry!", blameless)[2] == 0
    assert score("We will refund you. I see why you are worried. Just reply.", blameless)[2] == 1


def test_empathy_cannot_be_gamed():
    once = score("We will refund you. I am sorry.")
    assert once[2] == pytest.approx(1 / 3)
    assert score("We will refund you." + " I am sorry." * 10)[2] == once[2]
    assert (
        score("We will refund you. sorry apologies regret forgive sorry our mistake apologise")[2] == once[2]
    )
    assert score("I am so sorry. I see why you are worried. Let me know.") == (0, 0, 0), "no content"
    lists = "sorry worried angry frustrated upset confused understand feel see know hear sad tired stressed"
    assert score(f"We will refund you. {lists}")[2] <= 1 / 3


# Brevity


@pytest.mark.parametrize("words", [3, 8, 9, 30, 60, 107, 108, 150])
def test_brevity_by_hand(words):
    filler = "the garden grows slowly while nobody looks on"
    answer = " ".join(("refund " + f"{filler} " * 20).split()[:words])
    patience = 12 * (6 + 3)
    expected = max(0.0, 1 - ((max(words, 8) - 8) / (patience - 8)) ** 2)
    assert score(answer) == pytest.approx((1 / 6, expected, 0))


def test_telegram_style_is_no_shorter_than_plain_sentences():
    telegram = "refund amount $42.50 takes 5 days ref CS-22222 sorry"
    prose = "We will refund you. You will get $42.50 back. It takes up to 5 days. Quote CS-22222. I am sorry."
    assert len(telegram.split()) < len(prose.split()) < WORDS_PER_POINT * 5
    assert score(telegram) == score(prose)
    assert score(prose)[1] == pytest.approx(1 - ((8 * 5 - 8) / (PATIENCE * 9 - 8)) ** 2)


def test_brevity_pulls_against_help_and_empathy():
    short, helpful = score("We refund you."), score("We refund you $42.50 within 5 days.")
    kind = score("We refund you. Sorry, I see why you are worried.")
    assert short[1] > helpful[1] and short[0] < helpful[0]
    assert short[1] > kind[1] and short[2] < kind[2]


# Contexts, feedback, rendering


def test_contexts_are_weightings_that_want_different_replies():
    assert SupportDomain.contexts is CONTEXTS and CONTEXTS.keys() == PROFILES.keys()
    task = DOMAIN.task("test", 0)
    answers = DOMAIN.best_answers(task)
    rewards = DOMAIN.score_batch([task] * len(answers), answers).astype(float)
    for weights in CONTEXTS.values():
        assert len(weights) == 3 and min(weights) >= 0 and sum(weights) == pytest.approx(1)
    assert len({int((rewards @ np.array(weights)).argmax()) for weights in CONTEXTS.values()}) >= 3


def test_satisfaction_is_the_weighted_reward_of_the_customer():
    hurried = ticket(context="hurried")
    rewards = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0.5]])
    assert DOMAIN.satisfaction(hurried, rewards).tolist() == pytest.approx([*CONTEXTS["hurried"], 0.5])


def test_every_feeling_and_context_occurs():
    tickets = [DOMAIN.task("train", index).truth for index in range(400)]
    assert {t.feeling for t in tickets} == set(FEELINGS)
    assert {t.context for t in tickets} == set(CONTEXTS)
    assert {t.kind for t in tickets} == set(KINDS)


def test_feedback_says_what_is_missing_or_wrong_but_not_the_values():
    feedback = DOMAIN.feedback(TASK, "Calm down. We will refund you $60.00 and a voucher.")
    for part in ("a voucher", "misplaces an amount", "when it arrives", "dismisses", "apologise", "10 words"):
        assert part in feedback
    assert "42.50" not in feedback and "CS-22222" not in feedback
    best = DOMAIN.best_answers(TASK)[-1]
    assert DOMAIN.feedback(TASK, best) == f"Length: {DOMAIN.judge(TASK, best).words} words."


def test_turns_and_rendering():
    env = gym.make("vpo/Support-v0", max_turns=2, render_mode="ansi")
    env.reset(seed=0)
    observation, *_ = env.step("Hello.")
    assert "Feedback: Not told:" in observation and "Hello." in env.render()


# Scorers


def test_any_callable_replaces_any_scorer():
    plain, answer = DOMAIN.task("test", 0), "We will cancel it. I see why you are confused."
    domain = SupportDomain(scorers={"empathy": lambda task, text: len(text) / 1000})
    expected = DOMAIN.score(plain, answer)
    assert domain.score(plain, answer) == pytest.approx((*expected[:2], len(answer) / 1000))
    assert domain.best_answers(plain) is None and domain.pareto_front(plain) is None
    check_domain(SupportDomain(scorers={"brevity": lambda task, text: 1 / (1 + len(text))}), tasks=2)


def test_a_batch_scorer_is_called_once_per_batch():
    class Batch:
        calls = 0

        def __call__(self, task, answer):
            return self.score_many([task], [answer])[0]

        def score_many(self, tasks, answers):
            self.calls += 1
            return [0.25] * len(answers)

    scorer = Batch()
    domain = SupportDomain(scorers=dict.fromkeys(DOMAIN.objective_names, scorer))
    tasks = [domain.task("test", i) for i in range(5)]
    assert (domain.score_batch(tasks, ["x"] * 5) == 0.25).all()
    assert scorer.calls == 3


def test_scorers_pass_through_gym_make():
    env = gym.make("vpo/Support-v0", scorers={"helpfulness": lambda task, text: 1.0})
    env.reset(seed=0)
    assert env.step("anything")[1].tolist() == [1, 0, 0]


@pytest.mark.parametrize("value", [1.5, -0.1, float("nan")])
def test_a_scorer_out_of_range_is_named(value):
    domain = SupportDomain(scorers={"empathy": lambda task, text: value})
    with pytest.raises(ValueError, match=r"scorers\['empathy'\].*\[0, 1\]"):
        domain.score(TASK, "We refund you.")


# Knobs


@pytest.mark.parametrize(
    ("knobs", "error", "message"),
    [
        ({"kinds": []}, ValueError, "kinds"),
        ({"kinds": ["tax"]}, ValueError, "kinds.*return"),
        ({"min_points": 1}, ValueError, "min_points=1"),
        ({"min_points": 5, "max_points": 4}, ValueError, "max_points=4"),
        ({"max_points": 7}, ValueError, "max_points=7"),
        ({"distractors": 5}, ValueError, "distractors=5"),
        ({"distractors": -1}, ValueError, "distractors=-1"),
        ({"reply_style": "verse"}, ValueError, "reply_style='verse'"),
        ({"scorers": {"charm": len}}, ValueError, "charm"),
        ({"scorers": {"empathy": 1}}, TypeError, "empathy"),
    ],
)
def test_wrong_knobs_are_named(knobs, error, message):
    with pytest.raises(error, match=message):
        SupportDomain(**knobs)


def test_the_knobs_do_what_they_say():
    for index in range(50):
        task = SupportDomain(kinds=["access", "outage"], min_points=2, max_points=3).task("train", index)
        assert task.truth.kind in ("access", "outage") and 2 <= len(task.truth.points) <= 3
    plain = SupportDomain(distractors=0).task("train", 0).prompt
    assert "Earlier order" not in plain
    assert SupportDomain(distractors=4).task("train", 0).prompt.count("Earlier order") == 4
    prose, compact = (SupportDomain(reply_style=style) for style in REPLY_STYLES)
    task = prose.task("train", 0)
    assert len(prose.best_answers(task)[-1]) > 2 * len(compact.best_answers(task)[-1])
    np.testing.assert_allclose(prose.pareto_front(task), compact.pareto_front(task))
