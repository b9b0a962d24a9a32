"""Words that give no name, and names with such words in them."""

import pytest

from vpo_envs.domains.worlds.names import ADJECTIVES, CLOSED_NAMES, NOUNS
from vpo_envs.domains.worlds.no_answer import says_nothing


@pytest.mark.parametrize(
    "text",
    [
        "unknown",
        "Not resolved.",
        "I do not know this one",
        "I'm not sure",
        "undetermined",
        "to be determined",
        "cannot be identified with certainty",
        "could not be found in the records",
        "not stated in the story",
        "deliberately left blank",
        "left out (only two names count)",
        "no answer",
        "no company in the records fits",
        "unknown Company B",
        "N/A",
        "n.a.",
        "TBD",
        "not enough information",
        "not attempted",
        "withheld",
        "uncertain (see above)",
        "no city in the records fits",
        "No corresponding record",
        "no matching entity",
        "masked",
        "ignored",
        "redacted",
        "the country",
        "name",
        "NAME",
        "TODO",
        "your answer here",
        "a name or a few words",
        "someone",
        "Please provide the paragraphs",
        "Unanswerable",
        "Not mentioned in the paragraphs",
        "Sorry, I am unable to answer",
        "I cannot answer this question",
        "The question cannot be answered",
        "The provided paragraphs do not contain the answer",
        "Unable to determine from the passages",
        "The head of Oule is not specified",
        "The text doesn't say who led Oule.",
        "There is no information about Oule",
        "I could not find the founder of Oule",
    ],
)
def test_what_says_nothing(text):
    assert says_nothing(text, "Company B")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Oule",
        "not Oule",
        "omitted: Oule",
        "unknown, perhaps Oule",
        "no Oule in the records fits",
        "Unknown_(2011_film)",
        "Company B",
        "The Given Name",
        "It",
        "The Empty Harbour",
        "Oule (the records do not mention another)",
        "I could not find it, but perhaps Oule",
        "Your Name",
        "The Who",
        "1953",
    ],
)
def test_what_may_be_a_name(text):
    assert not says_nothing(text, "Company B")


@pytest.mark.parametrize("text", ["the main sponsor", "The sponsor is not specified", "sponsor's name"])
def test_words_for_what_is_asked_give_no_name(text):
    assert says_nothing(text, "main sponsor")
    assert not says_nothing("Sponsor Hall", "main sponsor")


def test_no_invented_name_says_nothing():
    assert not any(says_nothing(name, "Person A") for name in CLOSED_NAMES)
    assert not any(
        says_nothing(f"The {adjective} {noun}", "Book A") for adjective in ADJECTIVES for noun in NOUNS
    )
