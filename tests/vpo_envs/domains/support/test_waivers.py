"""Duties waived: whoever has to take a step is not told that nothing is needed."""

import pytest

from tests.vpo_envs.domains.support.by_hand import DOMAIN, added

ROUTER, PASSWORD, SEARCH, LABEL = 2, 7, 9, 24  # tickets of the validation split with a step
NO_STEP = 1


@pytest.mark.parametrize("index", [ROUTER, PASSWORD, SEARCH, LABEL])
@pytest.mark.parametrize(
    "sentence",
    [
        "You don't have to do anything.",
        "You need not do anything.",
        "You can skip that.",
        "That step is optional.",
        "This step isn't required.",
        "Nothing is needed from your side.",
        "No action is required on your part.",
        "There is nothing you need to do.",
    ],
)
def test_a_general_waiver_spares_the_step(index, sentence):
    assert added(index, sentence).scores == (0, 0, 0)
    assert added(NO_STEP, sentence).helpfulness == 1


@pytest.mark.parametrize("sentence", ["No need to send it back.", "You don't need to return the item."])
def test_goods_with_a_label_come_back(sentence):
    assert added(LABEL, sentence).scores == (0, 0, 0)
    assert added(ROUTER, sentence).helpfulness == 1


@pytest.mark.parametrize("index", [ROUTER, LABEL])
@pytest.mark.parametrize(
    "sentence",
    [
        "You don't have to do anything else.",
        "After that, nothing is needed from your side.",
        "You do not have to do anything until then.",
        "No further action is required on your part.",
        "Apart from that, you need not do anything.",
        "There is nothing to worry about.",
        "We will do that for you.",
        "You do not need to pay anything for that.",
    ],
)
def test_a_waiver_of_the_rest_spares_nothing(index, sentence):
    assert added(index, sentence).helpfulness == 1


def test_who_takes_the_step_over_spares_it():
    task = DOMAIN.task("validation", ROUTER)
    answer = DOMAIN.best_answers(task)[-1]
    step = "Please restart your router."
    assert DOMAIN.score(task, answer.replace(step, f"{step} We'll do that for you.")) == (0, 0, 0)
