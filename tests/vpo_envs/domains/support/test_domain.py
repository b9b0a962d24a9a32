"""Support: contexts, feedback, rendering, replaced scorers, knobs."""

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs
from tests.vpo_envs.domains.support.by_hand import DOMAIN, TASK, reply, ticket
from tests.vpo_envs.domains.support.variants import DOMAINS, NIGHTLY
from vpo_envs import check_domain
from vpo_envs.domains.support import SupportDomain
from vpo_envs.domains.support.contexts import CONTEXTS, PROFILES
from vpo_envs.domains.support.kinds import KINDS
from vpo_envs.domains.support.replies import REPLY_STYLES
from vpo_envs.domains.support.voice import FEELINGS

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


# The registered variants


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_the_contract(domain):
    check_domain(domain, tasks=10 if NIGHTLY else 2)


def test_both_environments_are_registered():
    assert {"vpo/Support-v0", "vpo/SupportSmall-v0"} <= set(vpo_envs.registered_ids())
