"""Steps that replies ask for: their wordings, and words by which they are not needed."""

import pytest

from vpo_envs.domains.support.reading import read_message
from vpo_envs.domains.support.steps import STEPS, UNMET


def asked(text: str) -> set[str]:
    """The steps whose thing and deed stand in one sentence."""
    return {
        name
        for name, step in STEPS.items()
        for sentence in read_message(text).sentences
        if step.thing.search(sentence.text) and step.deed.search(sentence.text)
    }


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_asked_for_in_its_own_words_alone(name):
    step = STEPS[name]
    assert len(set(step.prose)) == len(step.prose) >= 2
    for text in step.prose:
        assert asked(text) == {name}
        assert not step.spared.search(read_message(text).sentences[0].text)
    assert step.label.startswith("to ") and len(step.compact.split()) == 2
    assert asked("We thank you for your patience.") == set()


@pytest.mark.parametrize(
    ("name", "text", "spared"),
    [
        ("photo", "we do not need the photo", True),
        ("photo", "you needn't need a picture", True),
        ("photo", "there is no need for photos", True),
        ("photo", "you can skip the photo", True),
        ("photo", "we do without your photo", True),
        ("photo", "the photo is optional", True),
        ("photo", "photos aren't required", True),
        ("photo", "the photo is not needed", True),
        ("label", "you don't need to use the label", True),
        ("photo", "we need the photo", False),
        ("photo", "please do not skip the photo", False),
        ("photo", "never leave out the photo", False),
        ("photo", "you can skip the form", False),
        ("photo", "the photo is needed", False),
    ],
)
def test_words_by_which_a_thing_is_not_needed(name, text, spared):
    assert bool(STEPS[name].spared.search(text)) == spared


@pytest.mark.parametrize(
    ("name", "text", "undone"),
    [
        ("link", "you don't need to confirm", True),
        ("photo", "you needn't send anything", True),
        ("photo", "no need to upload", True),
        ("photo", "you need not send it back", False),
        ("photo", "please send us a photo", False),
    ],
)
def test_a_deed_alone_may_be_spared(name, text, undone):
    assert bool(STEPS[name].undone.search(text)) is undone


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("without the photo", True),
        ("without a clear recent photo", True),
        ("with or without a photo", False),
        ("without a very clear recent photo", False),  # four words between
        ("without the form", False),
    ],
)
def test_words_for_the_absence_of_a_thing(text, lacking):
    assert bool(STEPS["photo"].lacking.search(text)) == lacking


@pytest.mark.parametrize(
    ("text", "unmet"),
    [
        ("unless you sign the form", True),
        ("until we have your photo", True),
        ("before the password", True),
        ("without the label", True),
        ("or without the label", False),
        ("after you sign the form", False),
        ("unless you pay the late fee", False),
    ],
)
def test_a_step_as_a_condition(text, unmet):
    assert bool(UNMET.search(text)) == unmet


@pytest.mark.parametrize(
    ("name", "text", "forbidden"),
    [
        ("photo", "do not send us a photo", True),
        ("photo", "please never upload a picture again", True),
        ("router", "you should not restart your router", True),
        ("router", "avoid unplugging the modem for now", False),  # for a while
        ("router", "restarting your router is not advisable", True),
        ("router", "restarting your router is discouraged", True),
        ("router", "restarting your router is recommended", False),
        ("router", "do not forget to restart your router", False),
        ("router", "do not restart your router before <date>", False),
        ("router", "we do not restart your router", False),
        ("label", "do not use another label", False),
        ("label", "do not use the label", True),
    ],
)
def test_words_against_a_step(name, text, forbidden):
    assert bool(STEPS[name].forbidden.search(text)) == forbidden


@pytest.mark.parametrize(
    ("name", "text", "ours"),
    [
        ("router", "we will restart your router", True),
        ("router", "i've already reset the modem", True),
        ("autopay", "our team will set up autopay", True),
        ("autopay", "we set up autopay", True),
        ("neighbour", "we ask the neighbours", True),
        ("neighbour", "we ask you to check with the neighbours", False),
        ("label", "we will send you the label", False),  # handed over
        ("router", "please restart your router", False),
    ],
)
def test_a_deed_of_the_company(name, text, ours):
    assert bool(STEPS[name].ours.search(text)) == ours
