"""ToolUse: which words between two blocks withdraw the first."""

import pytest
from cpu_time import cpu_seconds

from vpo_envs.domains.tool_use.calls import Call
from vpo_envs.domains.tool_use.runs import restarts

FILM = [Call("find_film", {"genre": "crime"})]
TRAINS = [Call("find_trains", {"start": "Oslo"})]
OSLO = [Call("get_weather", {"city": "Oslo", "days": 3})]
ROME = [Call("get_weather", {"city": "Rome", "days": 3})]

ADDING = ("", "---", "2.", "b)", "Then:", "And the third request:", "I will also call", "Call 2")


@pytest.mark.parametrize("words", ADDING)
def test_words_that_add(words):
    assert not restarts(words, FILM, TRAINS)
    assert not restarts(words, OSLO, ROME)


WITHDRAWING = (
    "No, wait:",
    "No.",
    "no",
    "Correction:",
    "Corrected:",
    "Let me redo this.",
    "Let me look at it once more.",
    "Let me take another look.",
    "Let me try again:",
    "Second attempt:",
    "Ignore the above.",
    "Never mind that.",
    "Hmm, on reflection:",
    "I meant this:",
    "That was a draft.",
    "Final answer:",
    "Final:",
    "Also, I was mistaken; instead:",
    "Updated:",
    "Updated calls:",
    "Version 2:",
    "Alternatively:",
    "My calls are:",
    "So the answer is:",
    "<think>Wait, that is wrong.</think>",
)


@pytest.mark.parametrize("words", WITHDRAWING)
def test_words_that_withdraw(words):
    assert restarts(words, FILM, TRAINS)
    assert restarts(words, OSLO, ROME)


HEADINGS = (
    "**Trains:**",
    "### Trains",
    "I'll look up the trains:",
    "I'll try to find a train",
    "Let me search for trains.",
    "Calling find_trains",
    "For train no. 5:",
    "The film is updated. Trains:",
    "Final call:",
    "Draft a plan:",
    "Les trains :",
    "<think>Trains are due.</think>",
)


@pytest.mark.parametrize("words", HEADINGS)
def test_a_heading_adds_a_call_of_another_tool(words):
    assert not restarts(words, FILM, TRAINS)
    assert restarts(words, TRAINS, [Call("find_trains", {"start": "Rome"})])
    assert restarts(words, FILM, [None])
    assert restarts(words, [None], TRAINS)
    assert restarts(words, [], TRAINS)


@pytest.mark.parametrize(
    ("words", "withdrawn"),
    [
        ("**Rome:**", False),
        ("Weather in Rome, Italy:", False),
        ("For the city of ROME", False),
        ("**Oslo:**", True),
        ("Weather:", True),
        ("In JSON:", True),
        ("In 3 days:", True),
        ("The city should be Rome:", True),
        ("It is Rome, not Oslo:", True),
    ],
)
def test_a_heading_adds_a_call_of_the_same_tool_if_it_names_its_value(words, withdrawn):
    assert restarts(words, OSLO, ROME) is withdrawn
    assert restarts(words, OSLO, OSLO)


@pytest.mark.parametrize(
    "unit", ["no ", "try ", "or\n", "no\n\n", "<think>", "cancel the ", "updated ..", "ab"]
)
def test_long_words_are_read_in_linear_time(unit):
    for text in (unit * (100_000 // len(unit)), unit + " " * 100_000):
        assert cpu_seconds(lambda text=text: restarts(text, OSLO, ROME)) < 0.5


@pytest.mark.parametrize(
    "words",
    [
        "Wait, I also need to look up the trains.",
        "<think>Wait, now the trains.</think>",
        "Sorry for the wait. Trains next:",
        "Here is the train option:",
        "Calls for the rest:",
        "One of the tools is used again for the trains:",
    ],
)
def test_a_call_of_another_tool_is_added_whatever_the_style(words):
    assert not restarts(words, FILM, TRAINS)


@pytest.mark.parametrize(
    "words", ["Wait, that is wrong. Now the right call:", "Sorry, I also need to fix this:"]
)
def test_clear_words_withdraw_calls_of_other_tools_too(words):
    assert restarts(words, FILM, TRAINS)
