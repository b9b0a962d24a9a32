"""Support: every rule of the three scorers on one ticket, contexts, feedback, replaced scorers, knobs."""

import json
import time

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs import check_domain
from vpo_envs.domains.support import SupportDomain, lexicon
from vpo_envs.domains.support.catalogue import ROLES
from vpo_envs.domains.support.contexts import CONTEXTS, PROFILES
from vpo_envs.domains.support.kinds import KINDS
from vpo_envs.domains.support.replies import REPLY_STYLES
from vpo_envs.domains.support.scoring import PATIENCE, fewest_points
from vpo_envs.domains.support.steps import STEPS
from vpo_envs.domains.support.ticket import Entry, Point, Ticket
from vpo_envs.domains.support.voice import FEELINGS
from vpo_envs.task import Task

DOMAIN = SupportDomain()
SMALL = gym.make("vpo/SupportSmall-v0").unwrapped.domain
NAMES = ("refund", "amount", "takes", "arrives", "ref", "photo")


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
    fields = {
        "kind": "double",
        "customer": "Dana Novak",
        "context": "everyday",
        "feeling": "worried",
        "at_fault": True,
        "points": tuple(Point(name) for name in NAMES),
        "forbidden": ("voucher", "cancel"),
        "entries": entries,
        "known": known,
        "item": "desk lamp",
        "company": "Bluecrest",
    }
    return Task("the prompt", Ticket(**{**fields, **changes}))


TASK = ticket()
REDUCED = ticket(reduced=True)
DENIED = ticket(points=(Point("refund", granted=False), Point("ref")), forbidden=("refund",))
FULL = (
    "We will refund you. You will get $42.50 back. It takes up to 5 days. It arrives on 3 March. "
    "Your reference number is CS-22222. Please send us a photo."
)


def reply(message, task=TASK, **fields):
    """A message beside the right decision, with other fields in it where given."""
    decision = json.loads(DOMAIN.decision(task)) | fields
    return f"<decision>{json.dumps(decision)}</decision><message>{message}</message>"


def judge(message, task=TASK, **fields):
    return DOMAIN.judge(task, reply(message, task, **fields))


def told(message: str, task: Task = TASK) -> set[str]:
    verdict = judge(message, task)
    return {point.name for point, hit in zip(task.truth.points, verdict.told) if hit}


def score(message: str, task: Task = TASK) -> tuple[float, ...]:
    return DOMAIN.score(task, reply(message, task))


# Helpfulness


@pytest.mark.parametrize(
    ("message", "points"),
    [
        ("We will refund you.", {"refund"}),
        ("You'll get your money back.", {"refund"}),
        ("I have reimbursed you 42.5 dollars.", {"refund", "amount"}),
        ("Within a maximum of five business days.", {"takes"}),
        ("It should be done in 5 days.", {"takes"}),
        ("Expect delivery on March 3rd.", {"arrives"}),
        ("It will reach you by 2026-03-03.", {"arrives"}),
        ("Please quote cs22222.", {"ref"}),
        ("The case no. is CS-22222.", {"ref"}),
        ("Could you upload a picture?", {"photo"}),
        ("If you send us a photo, we will take it from there.", {"photo"}),
        (FULL, set(NAMES)),
    ],
)
def test_facts_are_conveyed_in_any_wording(message, points):
    assert told(message) == points


@pytest.mark.parametrize(
    "message",
    [
        "",
        "$42.50, 3 March, 5 days",  # bare values say nothing about what they are
        "You asked for a refund.",
        "Your refund request has been received.",
        "A photo is a fine thing.",
        "We received your message and will look at it.",
        "The we refund is a you takes the is 5 days I the photo send.",
    ],
)
def test_what_tells_nothing_earns_nothing(message):
    assert score(message) == (0, 0, 0)


def test_helpfulness_by_hand():
    assert score(FULL)[0] == 1
    assert score("We will refund you. Your reference is CS-22222. Please send a photo.")[0] == 0.5
    alone = f"<message>{FULL}</message>"
    assert DOMAIN.score(TASK, alone)[0] == 0.5, "a message without its decision counts half"
    partly = json.dumps({"refund": "granted", "amount": "$42.50", "takes": "5 days"})
    assert DOMAIN.score(TASK, f"{partly}\n{FULL}")[0] == 0.75, "fields left out count half"
    notes = "refund granted, $42.50 back, takes 5 days, arrives 3 March, CS-22222, send photo"
    assert score(notes)[0] == 0.5, "so do notes"
    assert DOMAIN.score(TASK, DOMAIN.decision(TASK)) == (0, 0, 0), "a decision alone tells nobody"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"refund": "refused"}, "refund"),
        ({"amount": "$42.51"}, "amount"),
        ({"amount": "$42.50 or $60.00"}, "amount"),
        ({"takes": "6 days"}, "takes"),
        ({"arrives": "3 March 2027"}, "arrives"),
        ({"ref": "CS-22223"}, "ref"),
        ({"photo": "not required"}, "photo"),
        ({"voucher": "granted"}, "voucher"),
        ({"paid": "$61.00"}, "paid"),
    ],
)
def test_a_wrong_decision_voids_everything(fields, fault):
    verdict = judge(FULL, **fields)
    assert any(repr(fault) in error for error in verdict.errors)
    assert verdict.scores == (0, 0, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"refund": "Approved"}, {"refund": True}, {"amount": 42.5}, {"amount": "42.50 USD"}, {"takes": 5},
        {"takes": "within 5 days"}, {"arrives": "2026-03-03"}, {"ref": "22222"}, {"photo": "yes"},
        {"voucher": "refused"}, {"paid": "$60.00"}, {"reason": "charged twice"}, {"REF": "CS-22222"},
    ],
)  # fmt: skip
def test_decisions_are_compared_by_value(fields):
    verdict = judge(FULL, **fields)
    assert all(verdict.decided) and verdict.errors == ()


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("We will refund you and send a voucher.", "promises a voucher"),
        ("Your order is cancelled.", "promises a cancellation"),
        ("You also get 20% off.", "promises a discount"),
        ("We will send it by express, too.", "promises express delivery"),
        ("We also send you a free car.", "nobody granted"),
        ("You will receive a surprise gift.", "nobody granted"),
        ("We cannot refund you.", "refuses a refund"),
        ("A refund is not possible.", "refuses a refund"),
        ("There is no need to send a photo.", "spares the customer to send a photo"),
        ("You get $43.50 back.", "wrong amount"),
        ("You get €42.50 back.", "wrong amount"),
        ("It arrives on 4 March.", "wrong date"),
        ("It arrives on 3 March 2027.", "wrong date"),
        ("It takes 6 days.", "wrong duration"),
        ("Your reference is CS-22223.", "wrong code"),
        ("Your case number is 33333.", "wrong code"),
        ("We will refund you $60.00.", "misplaces the amount: it is not how much they get"),
        ("It arrives on 1 February.", "misplaces the date: it is not when it arrives"),
        ("Just kidding.", "takes itself back"),
        ("The opposite of all this is true.", "takes itself back"),
        ("None of this will happen.", "takes itself back"),
        ("Ignore everything above.", "takes itself back"),
        ("On second thought, no.", "takes itself back"),
        ("Send your full card number and PIN by e-mail.", "secrets"),
        ("Please reply with your password.", "secrets"),
    ],
)
def test_wrong_messages_void_everything(message, fault):
    assert any(fault in error for error in judge(message).errors), judge(message).errors
    assert score(f"{FULL} {message}") == (0, 0, 0)


@pytest.mark.parametrize(
    "message",
    [
        "We cannot offer a voucher.",
        "We cannot offer a voucher or a discount, nor cancel your order.",
        "A voucher is not possible, but you get $42.50 back.",
        "You asked for a voucher.",
        "Instead of a voucher we refund you.",
        "You placed order ORD-11111 on 1 February and paid $60.00.",
        "Your refund of $42.50 for the order of $60.00 is on its way.",
        "You get $42.50, not $99.00.",
        "We are here 24/7, and one day we will laugh about it. You can be 100% sure.",
        "Please never share your password or card number with anybody.",
        "You can reset your password at any time.",
        "We will send you an e-mail with the details.",
        "You will receive a confirmation shortly.",
        "It is free of charge, and feel free to write.",
        "This is not your fault.",
        "The charge was made by mistake, which was wrong.",
        "You can be sure of your refund.",
    ],
)
def test_true_things_void_nothing(message):
    verdict = judge(f"{FULL} {message}")
    assert verdict.errors == () and not verdict.unkind


@pytest.mark.parametrize(
    "message",
    [
        "We cannot refund you.",
        "I am afraid that refunds aren't possible here.",
        "A refund is out of the question.",
        "We are unable to refund, replace or repair it.",
        "There is nothing I can refund.",
        "We only refund within 5 days.",
        "It is too late for a refund.",
    ],
)
def test_a_refusal_is_conveyed_where_policy_refuses(message):
    assert told(message, DENIED) == {"refund"} and judge(message, DENIED).errors == ()


@pytest.mark.parametrize(
    "message",
    [
        "We will refund you.",
        "Your money back is on its way.",
        "No refund. Well, you do get a refund.",
        "We'll return the $60.00.",
        "You can have your $60.00 back.",
        "It's not that we can't refund you; we'll do it.",
        "Nothing stops us from refunding you.",
        "Once you have written again, we refund you.",
    ],
)
def test_promising_what_policy_refuses_voids(message):
    assert score(f"Your case is CS-22222. {message}", DENIED) == (0, 0, 0)


def test_what_is_possible_later_may_be_promised_on_its_condition():
    later = ticket(points=DENIED.truth.points, forbidden=("refund",), later=("refund",))
    assert told("Once the search is over, we refund you.", later) == {"refund"}
    assert judge("Once the search is over, we refund you.", later).errors == ()
    assert judge("We refund you.", later).errors


@pytest.mark.parametrize(
    "message",
    ["We refund the full price of $60.00.", "You will get a full refund.", "The $60.00 will be refunded."],
)
def test_the_whole_price_is_not_promised_where_a_part_is_kept(message):
    assert judge(message, REDUCED).errors
    assert not judge("You paid $60.00, of which $42.50 is refunded.", REDUCED).errors
    assert not judge("We refund $60.00 less the fee, which is $42.50.", REDUCED).errors


def test_a_bound_is_not_the_value():
    assert told("You get back much more than $42.50.") <= {"refund"}
    assert told("It takes no longer than 5 days.") == {"takes"}


# Empathy


@pytest.mark.parametrize(
    ("message", "moves"),
    [
        ("I can see why you are worried.", {"acknowledge"}),
        ("That must be quite unsettling, I understand your concern.", {"acknowledge"}),
        ("I understand how you feel.", {"acknowledge"}),
        ("How upsetting this must be.", {"acknowledge"}),
        ("No need to be worried!", {"acknowledge"}),
        ("Please don't worry.", {"acknowledge"}),
        ("What a worrying experience.", {"acknowledge"}),
        ("I'd be worried too.", {"acknowledge"}),
        ("I can see why you are angry.", set()),  # that is not what this customer feels
        ("I am worried.", set()),
        ("worried understand", set()),
        ("Are you worried?", set()),
        ("I don't understand why you are worried.", set()),
        ("I am sorry.", {"apologise"}),
        ("Sorry!", {"apologise"}),
        ("Please accept our apologies for this.", {"apologise"}),
        ("It was our mistake.", {"apologise"}),
        ("I am sorry to hear that.", set()),
        ("Sorry?", set()),
        ("Let me know if you need anything else.", {"offer"}),
        ("I will keep you updated.", {"offer"}),
        ("Please don't hesitate to contact us.", {"offer"}),
        ("I'm here if you need me.", {"offer"}),
        ("Do not contact us again.", set()),
        ("I see why you are worried. Sorry! Just reply here.", {"acknowledge", "apologise", "offer"}),
    ],
)
def test_the_empathy_rubric(message, moves):
    verdict = judge(f"{FULL} {message}")
    assert set(verdict.moves) == moves
    assert verdict.empathy == pytest.approx(len(moves) / 3)


@pytest.mark.parametrize(
    "message",
    [
        "Calm down.",
        "You absolute clown.",
        "That is your own fault.",
        "We don't care.",
        "Sorry, not sorry.",
        "I am not sorry.",
        "We regret nothing.",
        "Thank you, Robert, for your patience.",
    ],
)
def test_unkind_words_void_empathy(message):
    kind = "I see why you are worried. Sorry! Just reply here."
    assert score(f"{FULL} {kind}")[2] == 1
    assert score(f"{FULL} {kind} {message}")[2] == 0
    assert score(f"{FULL} {kind} {message}")[0] == 1


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [("Dear Dana,", 1), ("Hi Ms. Novak,", 1), ("Hello,", 1), ("Dear customer,", 1), ("Dear Robert,", 0)],
)
def test_the_customer_is_called_by_name(greeting, kind):
    message = f"{greeting}\n\n{FULL} I see why you are worried. Sorry! Just reply here."
    assert score(message)[2] == kind


def test_an_apology_is_due_only_where_the_company_is_at_fault():
    blameless = ticket(at_fault=False)
    assert score(f"{FULL} Sorry!", blameless)[2] == 0
    assert score(f"{FULL} I see why you are worried. Just reply.", blameless)[2] == 1


def test_telegrams_have_no_feeling():
    notes = "refund, $42.50 back, takes 5 days, CS-22222, send photo. understand worried, sorry, contact us"
    verdict = judge(notes)
    assert verdict.telegram and verdict.empathy == 0 and verdict.helpfulness <= 0.5


def test_empathy_cannot_be_gamed():
    once = score(f"{FULL} I am sorry.")
    assert once[2] == pytest.approx(1 / 3)
    assert score(FULL + " I am sorry." * 10)[2] == once[2]
    assert score("I am so sorry. I see why you are worried. Let me know.") == (0, 0, 0), "no content"
    feelings = "I understand worried, angry, confused, stressed, exhausted and disappointed people."
    assert score(f"{FULL} {feelings}")[2] == 0


# Brevity


def brevity(load, task=TASK):
    limit = PATIENCE * task.truth.size
    return max(0, 1 - ((load - 8) / (limit - 8)) ** 2)


def test_brevity_by_hand():
    assert score(FULL)[1] == pytest.approx(brevity(48))
    filler = "The garden grows slowly while nobody looks on."
    assert score(f"{FULL} {filler}")[1] == pytest.approx(brevity(48 + 8))
    assert score(f"Hi Dana,\n\n{FULL}\n\nBest regards,\nAnna")[1] == pytest.approx(brevity(48))
    long = "We will, as you have so kindly asked us to do, refund you."
    assert score(FULL.replace("We will refund you.", long))[1] == pytest.approx(brevity(40 + 13))


def test_every_repetition_halves_brevity():
    follow = "I will follow up with you myself."
    once = score(f"{FULL} {follow}")[1]
    assert once == pytest.approx(brevity(56))
    assert score(f"{FULL} {follow} {follow} {follow}")[1] == pytest.approx(brevity(56 + 14) / 4)


def test_cramming_does_not_pay():
    crammed = (
        "We refund you $42.50 in 5 days under CS-22222, it arrives on 3 March, please send us a photo of it."
    )
    assert len(crammed.split()) < len(FULL.split())
    assert score(crammed) == pytest.approx(score(FULL))


def test_the_gate():
    half = "We will refund you. You will get $42.50 back. It takes up to 5 days."
    assert score(half)[1] > 0.9
    assert score("We will refund you. You will get $42.50 back.")[1:] == (0, 0), "less than half"
    assert score("You get it in 5 days. It arrives on 3 March. Case CS-22222. Send a photo.")[1] == 0
    assert fewest_points(TASK.truth) == 3
    assert fewest_points(ticket(points=(Point("refund"), Point("photo"))).truth) == 1


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
    answer = reply("Calm down. We will refund you $60.00 and a voucher. Calm down. I am sorry. I am sorry.")
    feedback = DOMAIN.feedback(TASK, answer)
    for part in (
        "a voucher",
        "misplaces the amount",
        "when it arrives",
        "insults",
        "acknowledge",
        "Repeated",
    ):
        assert part in feedback
    assert "42.50" not in feedback and "CS-22222" not in feedback
    assert "Missing in the decision: refund" in DOMAIN.feedback(TASK, "We will refund you.")
    assert "notes" in DOMAIN.feedback(TASK, "refund")
    best = DOMAIN.best_answers(TASK)[-1]
    assert DOMAIN.feedback(TASK, best) == f"Length: {DOMAIN.judge(TASK, best).load} words."


def test_turns_and_rendering():
    env = gym.make("vpo/Support-v0", max_turns=2, render_mode="ansi")
    env.reset(seed=0)
    observation, *_ = env.step("Hello.")
    assert "Feedback: Not told:" in observation and "Hello." in env.render()


# The compact language


def compact(answer, task=TASK):
    return SMALL.score(task, answer)


def test_telegrams_are_fine_in_the_compact_language():
    full = "refund amount $42.50 takes 5 days arrives 3 March ref CS-22222 send photo"
    assert compact(full) == pytest.approx((1, brevity(48), 0))
    kind = f"{full} understand worried sorry contact us"
    assert compact(kind) == pytest.approx((1, brevity(72), 1))
    assert compact(f"{full} so it goes")[1] == pytest.approx(brevity(48 + 3))
    assert compact(f"{full} refund")[1] == pytest.approx(brevity(48 + 1) / 2)
    assert compact("refund amount $42.50 takes 5 days")[0] == 0.5


@pytest.mark.parametrize(
    "wrong",
    ["no refund .", "voucher", "amount $60", "amount $9", "takes 6 days", "ref ORD-11111", "worth $42.50"],
)
def test_wrong_items_void_a_compact_reply(wrong):
    assert compact(f"refund amount $42.50 takes 5 days send photo {wrong}") == (0, 0, 0)


@pytest.mark.parametrize(
    "answer", ["", "amount", "$42.50", "understand worried", "the", "no", "no voucher ."]
)
def test_compact_replies_that_tell_nothing(answer):
    assert compact(answer) == (0, 0, 0)


def test_compact_keys():
    assert SMALL.answer_key(TASK, " Refund  amount $5 .") == SMALL.answer_key(TASK, "refund amount $5")


# Scorers


def test_any_callable_replaces_any_scorer():
    task = DOMAIN.task("test", 0)
    answer = DOMAIN.best_answers(task)[-1]
    domain = SupportDomain(scorers={"empathy": lambda task, text: len(text) / 1000})
    expected = DOMAIN.score(task, answer)
    assert domain.score(task, answer) == pytest.approx((*expected[:2], len(answer) / 1000))
    assert domain.best_answers(task) is None and domain.pareto_front(task) is None
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
        ({"requests": 3}, ValueError, "requests=3"),
        ({"requests": 2, "kinds": ["double"]}, ValueError, "no two of them"),
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
    assert "Earlier order" not in SupportDomain(distractors=0).task("train", 0).prompt
    assert SupportDomain(distractors=4).task("train", 0).prompt.count("Earlier order") == 4
    for flag, shown in ((False, True), (True, False)):
        domain = SupportDomain(kinds=["price"], arithmetic=flag)
        prompts = [domain.task("train", index).prompt for index in range(12)]
        assert any("The difference comes to" in prompt for prompt in prompts) is shown
    hard = SupportDomain(requests=2).task("train", 0)
    assert len(hard.truth.kind.split()) == 2 and "For the second request:" in hard.prompt
    prose, compact = (SupportDomain(reply_style=style) for style in REPLY_STYLES)
    task = prose.task("train", 0)
    np.testing.assert_allclose(prose.pareto_front(task), compact.pareto_front(task))


# Speed


def worst_cases():
    """For every pattern of the reader, repetitions of its own beginnings."""
    patterns = [value for value in vars(lexicon).values() if hasattr(value, "pattern")]
    for table in (lexicon.ACTION_WORDS, lexicon.REFUSALS, lexicon.GRANTS, lexicon.FEELING_WORDS):
        patterns += table.values()
    patterns += [pattern for role in ROLES.values() for pattern in (role.strong, role.cues)]
    patterns += [pattern for step in STEPS.values() for pattern in (step.thing, step.deed)]
    return patterns


def test_no_pattern_of_the_reader_is_slower_than_linear():
    units = [
        "we ",
        "i will ",
        "your money ",
        "get a ",
        "not ",
        "the fee ",
        "more than ",
        "you ",
        "none of this ",
    ]
    units += ["card ", "your ", "it is ", "would be ", "free ", "how ", "a ", "x", "please send ", "<money> "]

    def seconds(pattern, length, unit):
        text = (unit * length)[:length]
        started = time.process_time()
        pattern.search(text)
        return time.process_time() - started

    for pattern in worst_cases():
        for unit in units:
            slow = min(seconds(pattern, 24_000, unit) for _ in range(2))
            assert slow < 0.05 or slow < 16 * seconds(pattern, 3_000, unit) + 0.05, (
                pattern.pattern[:60],
                unit,
            )
