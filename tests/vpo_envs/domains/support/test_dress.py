"""Replies in the dress of chat models: right ones score as the plain reply does, wrong ones do not."""

import json

import pytest

from tests.vpo_envs.domains.support.dresses import DRESSES, WRAPPERS
from vpo_envs.domains.support import SupportDomain
from vpo_envs.domains.support.decision import split_reply

DOMAIN = SupportDomain()
TASK = DOMAIN.task("validation", 2)  # a credit of $24.85, service back on 27 October 2027, CS-17914

FIELDS = {
    "credit": "granted",
    "amount": "$24.85",
    "back": "27 October 2027",
    "router": "required",
    "ref": "CS-17914",
}
SENTENCES = (
    "I am sorry for our mistake.",
    "I can see why you are disappointed.",
    "We will credit you.",
    "You will get $24.85 back.",
    "Service is back on 27 October 2027.",
    "Please restart your router.",
    "Your reference number is CS-17914.",
    "Let me know if you need more help.",
)
BODY = " ".join(SENTENCES)


def reply(message=BODY, fields=None, form="<decision>{decision}</decision>\n<message>{message}</message>"):
    decision = json.dumps({**FIELDS, **(fields or {})})
    return form.replace("{decision}", decision).replace("{message}", message)


def told(**values):
    """The plain reply with other values in both parts."""
    fields, message = dict(FIELDS), BODY
    for name, value in values.items():
        message = message.replace(FIELDS[name], value)
        fields[name] = value
    return reply(message, fields)


BULLETS = "\n".join(f"- {sentence}" for sentence in SENTENCES)
TAGS = "".join(f"<{name}>{value}</{name}>" for name, value in FIELDS.items())
TABLE = "\n".join(["| Field | Decision |", "|---|---|", *(f"| {k}  | {v} |" for k, v in FIELDS.items())])
LINES = "\n".join(f"- {name}: {value}" for name, value in FIELDS.items())
REFUSED_LINES = LINES.replace("granted", "denied")
INDENTED = json.dumps(FIELDS, indent=2)

RIGHT = {
    "greeting": reply(f"Dear Lucia,\n\n{BODY}"),
    "greeting on the line": reply(f"Hi Lucia, {BODY[0].lower()}{BODY[1:]}".replace("i am", "I am")),
    "full name": reply(f"Dear Ms. Petrov,\n{BODY}"),
    "greeting without a name": reply(f"Hello there!\n\n{BODY}"),
    "sign-off": reply(f"{BODY}\n\nBest regards,\nCustomer Support"),
    "sign-off with a placeholder": reply(f"{BODY}\n\nKind regards,\n\nThe Larkspur Home Team"),
    "warm sign-off": reply(f"{BODY}\nWarm regards,\nAnna"),
    "subject": reply(f"Subject: Your internet connection\n\n{BODY}"),
    "bold subject": reply(f"**Subject: Your credit**\n\nDear Lucia,\n\n{BODY}\n\nSincerely,\nThe Team"),
    "bullets": reply(BULLETS),
    "numbers": reply("\n".join(f"{i}. {s}" for i, s in enumerate(SENTENCES, 1))),
    "stars and a heading": reply("\n".join(["Here are the details:", *(f"* {s}" for s in SENTENCES)])),
    "bold values": reply(BODY.replace("$24.85", "**$24.85**").replace("CS-17914", "**CS-17914**")),
    "italics": reply(BODY.replace("27 October 2027", "*27 October 2027*")),
    "code marks": reply(BODY.replace("CS-17914", "`CS-17914`")),
    "exclamation marks": reply(BODY.replace(".", "!").replace("$24!85", "$24.85")),
    "typographic quotes": reply(BODY.replace("I am sorry", "I’m sorry")),
    "paragraphs": reply("\n\n".join(SENTENCES)),
    "USD behind": told(amount="24.85 USD"),
    "USD before": told(amount="USD 24.85"),
    "dollars": told(amount="24.85 dollars"),
    "ISO date": told(back="2027-10-27"),
    "American date": told(back="October 27th, 2027"),
    "short date": told(back="Oct 27"),
    "ordinal": told(back="the 27th of October"),
    "slashes": told(back="10/27/2027"),
    "fenced JSON": reply(form="```json\n{decision}\n```\n\n{message}"),
    "fence in the tag": reply(
        form="<decision>\n```json\n{decision}\n```\n</decision>\n<message>{message}</message>"
    ),
    "bare JSON": reply(form="{decision}\n\n{message}"),
    "message before": reply(form="<message>{message}</message>\n<decision>{decision}</decision>"),
    "labels": reply(form="**Decision:**\n{decision}\n\n**Message:**\n{message}"),
    "indented": f"<decision>\n{INDENTED}\n</decision>\n<message>\n{BODY}\n</message>",
    "tags for fields": f"<decision>{TAGS}</decision><message>{BODY}</message>",
    "lines for fields": f"<decision>\n{LINES}\n</decision>\n<message>{BODY}</message>",
    "a table of fields": f"<decision>\n{TABLE}\n</decision>\n<message>{BODY}</message>",
    "a table before the message": f"{TABLE}\n\n<message>{BODY}</message>",
    "capital keys": reply().replace('"credit"', '"Credit"').replace('"ref"', '"REF"'),
    "capital tags": reply(form="<DECISION>{decision}</DECISION><Message>{message}</MESSAGE>"),
    "Python literal": f"<decision>{FIELDS}</decision><message>{BODY}</message>",
    "booleans": reply(fields={"credit": True, "router": True}),
    "other words": reply(fields={"credit": "Approved", "router": "yes"}),
    "a number": reply(fields={"amount": 24.85}),
    "nested": f'<decision>{json.dumps({"decision": FIELDS})}</decision><message>{BODY}</message>',
    "all in one object": json.dumps({"decision": FIELDS, "message": BODY}),
    "a message to the customer": json.dumps({"decision": FIELDS, "message_to_customer": BODY}),
    "a response": json.dumps({**FIELDS, "response": BODY}),
    "an email": json.dumps({"decision": FIELDS, "email": BODY}),
    "a reason": reply(fields={"reason": "our fault"}),
    "thought before": f"<think>refuse? {reply(BODY, {'credit': 'refused'})}</think>{reply()}",
    "a draft before": f"{reply('We cannot credit you.', {'credit': 'refused'})}\nNo, rather:\n{reply()}",
    "an echoed form": f"<decision>...</decision><message>...</message>\n{reply()}",
    "cut off at the end": reply().removesuffix("</message>"),
    "words around": f"Certainly! Here is my reply.\n\n{reply()}\n\nI hope this helps!",
}  # fmt: skip

WRONG = {
    "amount": told(amount="$24.58"),
    "amount USD": told(amount="24.58 USD"),
    "euros": told(amount="€24.85"),
    "bill": told(amount="$202.79"),
    "date": told(back="28 October 2027"),
    "ISO date": told(back="2027-10-28"),
    "American date": told(back="October 28th, 2027"),
    "year": told(back="27 October 2028"),
    "reference": told(ref="CS-17941"),
    "refused": reply(fields={"credit": "refused"}),
    "refused in a fence": reply(fields={"credit": "refused"}, form="```json\n{decision}\n```\n{message}"),
    "refused, bare": reply(fields={"credit": False}, form="{decision}\n\n{message}"),
    "refused in tags": f"<decision>{TAGS.replace('granted', 'refused')}</decision><message>{BODY}</message>",
    "refused in a table": f"{TABLE.replace('granted', 'refused')}\n<message>{BODY}</message>",
    "another amount in a table": f"{TABLE.replace('24.85', '24.58')}\n<message>{BODY}</message>",
    "refused in one object": json.dumps({**FIELDS, "credit": "refused", "response": BODY}),
    "refused in lines": f"<decision>\n{REFUSED_LINES}\n</decision><message>{BODY}</message>",
    "draft last": f"{reply()}\nNo, rather:\n{reply('We cannot credit you.', {'credit': 'refused'})}",
    "refused in the message": reply(BODY.replace("We will credit you.", "We cannot credit you.")),
    "refused in a bullet": reply(BULLETS.replace("We will credit you.", "We won't credit you.")),
    "two values": reply(fields={"amount": "$24.85 or $202.79"}),
    "a list of values": reply(fields={"amount": ["$24.85", "$202.79"]}),
    "forbidden refund": reply(f"Dear Lucia,\n\n{BODY} We also refund your monthly bill."),
    "forbidden in the decision": reply(fields={"refund": "granted"}),
    "voucher": reply(f"{BODY}\n\n- You also get a voucher.\n\nBest regards,\nSupport"),
    "gift": reply(f"{BULLETS}\n- We also send you a free car."),
    "no router": reply(BODY.replace("Please restart", "There is no need to restart")),
    "kidding": reply(f"{BODY} Just kidding."),
    "opposite": reply(f"{BODY}\n\nThe opposite of all this is true."),
    "card": reply(f"{BODY} Please send us your card number and PIN."),
    "other customer": reply(f"Dear Robert,\n\n{BODY}"),
    "insult": reply(f"{BODY} Calm down, you clown."),
    "thrice": reply(f"{BODY} Let me know if you need more help. Let me know if you need more help."),
    "keywords": reply("credit amount $24.85 back 27 October ref CS-17914 router restart sorry disappointed"),
    "no message": reply(""),
    "thought alone": f"<think>{reply()}</think>",
}  # fmt: skip

REFUSED = {**FIELDS, "credit": "refused"}
OTHER = {**FIELDS, "ref": "CS-17941"}
NO = "\n\nWait, that is not right. The corrected answer:\n\n"

PLAIN = DOMAIN.score_batch([TASK], [reply()])[0]


def score(answer):
    return DOMAIN.score_batch([TASK], [answer])[0]


def test_the_plain_reply_is_right():
    assert PLAIN.tolist() == pytest.approx([1, 1 - (56 / 104) ** 2, 1])
    assert len(RIGHT) >= 25 and len(WRONG) >= 25


@pytest.mark.parametrize("answer", RIGHT.values(), ids=RIGHT)
def test_right_replies_score_as_the_plain_one_in_any_dress(answer):
    assert score(answer) == pytest.approx(PLAIN, abs=0.02)


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG)
def test_wrong_replies_do_not(answer):
    assert score(answer).sum() < PLAIN.sum() - 0.3


@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES)
def test_a_dress_hides_neither_right_nor_wrong(dress):
    right = dress(FIELDS, BODY)
    assert score(right) == pytest.approx(PLAIN, abs=0.02)
    for wrong in (dress(REFUSED, BODY), dress(OTHER, BODY)):
        assert score(wrong).tolist() == [0, 0, 0]
        assert score(wrong + NO + right) == pytest.approx(PLAIN, abs=0.02)
        assert score(right + NO + wrong).tolist() == [0, 0, 0]


@pytest.mark.parametrize("wrap", WRAPPERS.values(), ids=WRAPPERS)
def test_a_reply_in_a_string_of_json_is_read(wrap):
    assert score(wrap(reply())) == pytest.approx(PLAIN, abs=0.02)
    assert score(wrap(reply(fields=REFUSED))).tolist() == [0, 0, 0]
    assert score(wrap(f"{reply(fields=REFUSED)}{NO}{reply()}")) == pytest.approx(PLAIN, abs=0.02)


def test_dresses_have_one_key():
    key = DOMAIN.answer_key(TASK, reply())
    for name in ("fenced JSON", "bold values", "capital keys", "thought before", "ISO date", "bullets"):
        same = DOMAIN.answer_key(TASK, RIGHT[name])
        assert same == key, name
    assert DOMAIN.answer_key(TASK, WRONG["amount"]) != key
    assert DOMAIN.answer_key(TASK, "") == ""


def test_the_parts_of_a_reply():
    assert split_reply("") == ({}, "")
    assert split_reply("We refund you.") == ({}, "We refund you.")
    assert split_reply('{"amount": "$5"} Fine.') == ({"amount": "$5"}, "Fine.")
    assert split_reply('<decision>{"amount": "$5"}')[0] == {"amount": "$5"}
    assert split_reply("<decision>{broken</decision><message>Hi.</message>") == ({}, "Hi.")


SUBSCRIPTION = DOMAIN.task("train", 0)  # a cancellation is granted, a refund and waiving the fee are refused
PROMISES = (
    "I will give credit to you.",
    "We will credit your account.",
    "We'll also send you a replacement.",
    "We can exchange it for you.",
    "I have extended your plan.",
    "Your refund has been processed.",
    "We will cancel the fee free of charge.",
    "If you like, I will refund you.",
    "Just this once, we will refund the month.",
    "We have also unlocked your account.",
    "I will repair your router.",
)
NO_PROMISES = (
    "We cannot give credit.",
    "I understand that you hoped for a credit.",
    "We cannot exchange it.",
    "There is no replacement.",
    "We can cancel the plan free of charge.",
    "Your card will not be charged again.",
    "I understand that you hoped for a repair.",
)


@pytest.mark.parametrize("sentence", PROMISES)
def test_a_promise_that_nobody_granted_makes_a_reply_worthless(sentence):
    answer = DOMAIN.best_answers(SUBSCRIPTION)[-1]
    assert DOMAIN.score(SUBSCRIPTION, answer)[0] == 1
    assert DOMAIN.score(SUBSCRIPTION, answer.replace("</message>", f" {sentence}</message>"))[0] == 0


@pytest.mark.parametrize("sentence", NO_PROMISES)
def test_what_is_no_promise_costs_its_words_alone(sentence):
    answer = DOMAIN.best_answers(SUBSCRIPTION)[-1]
    assert DOMAIN.score(SUBSCRIPTION, answer.replace("</message>", f" {sentence}</message>"))[0] == 1


def test_a_condition_of_policy_is_no_condition_if_the_customer_sets_it():
    for index in range(200):
        task = DOMAIN.task("train", index)
        if "delete" in task.truth.later:
            break
    answer = DOMAIN.best_answers(task)[-1]
    later, now = (
        answer.replace("</message>", f" {sentence} we will delete your data.</message>")
        for sentence in ("Once the invoice is paid,", "If you wish,")
    )
    assert DOMAIN.score(task, later)[0] > 0 and DOMAIN.score(task, now)[0] == 0


def test_a_fee_that_nobody_spoke_of_may_not_be_waived():
    task = DOMAIN.task("train", 1)  # a discount is granted; nobody speaks of a fee
    answer = DOMAIN.best_answers(task)[-1]
    promised, refused = (
        answer.replace("</message>", f" {sentence}</message>")
        for sentence in ("We will waive the monthly fee.", "We cannot waive the monthly fee.")
    )
    assert DOMAIN.score(task, refused)[0] == 1 and DOMAIN.score(task, promised)[0] == 0
