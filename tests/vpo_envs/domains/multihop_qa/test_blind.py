"""Rewards of answers to MultiHopQA that do not depend on the question, or copy what its prompt shows."""

from itertools import combinations

import gymnasium as gym
import pytest

from tests.vpo_envs.blind import constant_share, rewards_of, set_share, tasks_of
from tests.vpo_envs.domains.worlds.reference import copy_shares, print_table
from vpo_envs.domains.worlds.names import ADJECTIVES, CLOSED_NAMES, NOUNS

IDS = [f"vpo/MultiHopQA{size}-v0" for size in ("Easy", "", "Hard", "Small")]


@pytest.fixture(scope="module", params=IDS)
def domain(request):
    return gym.make(request.param).unwrapped.domain


def write(cited, answer: str) -> str:
    return f"<support>{', '.join(map(str, cited))}</support><answer>{answer}</answer>"


def constants(domain) -> list[str]:
    """Every choice of citations, with answers that fit many questions a little.

    Paragraphs are in random order, so pairs of the first sixteen stand for all pairs.
    """
    numbers = range(1, min(16, len(domain.task("test", 0).truth.paragraphs)) + 1)
    words = ["x", "the", "1900", "Old Harbour", "1850 1900 1950", " ".join((*ADJECTIVES, *NOUNS))]
    names = [*CLOSED_NAMES[:40], " ".join(CLOSED_NAMES[:40]), "ada ana", "ada ana ben bob"]
    every = [write(cited, "x") for size in (0, 1, 2) for cited in combinations(numbers, size)]
    every += [write(numbers[:size], "x") for size in range(3, len(numbers) + 1)]
    return every + [write(numbers[: i % 3], answer) for i, answer in enumerate([*words, *names])]


def copies(task) -> list[str]:
    """Names, titles and numbers as the prompt shows them, by place; the words of the question alone help."""
    question = task.truth
    count = len(question.paragraphs)
    titles = [paragraph.title for paragraph in question.paragraphs]
    named = [n for n, title in enumerate(titles, start=1) if title.lower() in question.text.lower()][:1]
    texts = [task.prompt, task.compact, question.text, write(named, question.text), write((3, 7), "Wychbury")]
    for i in range(40):
        value = question.told[i % len(question.told)].value
        texts.append(write({*named, i % count + 1}, value))
        texts.append(write({i % count + 1, (i + i // count + 1) % count + 1}, titles[i % count]))
        texts.append(write(named, value))
        texts.append(write((i % count + 1,), question.paragraphs[i % count].text))
    return texts


def test_constant_answers_earn_little(domain):
    tasks = tasks_of(domain, 40)
    texts = constants(domain)
    assert constant_share(domain, tasks, texts) <= 0.15
    assert set_share(domain, tasks, texts) <= 0.30


def test_copies_of_the_prompt_earn_little(domain):
    single, pool = copy_shares(domain, tasks_of(domain, 40), copies)
    assert single <= 0.40
    if domain.vocabulary is None:  # else eight of eleven facts are copied between them
        assert pool <= 0.50


def test_a_partition_of_the_paragraphs_earns_little():
    """Four answers that cite all paragraphs between them, and answer wrongly."""
    domain = gym.make("vpo/MultiHopQA-v0").unwrapped.domain
    texts = [
        f"<support>{4 * i + 1},{4 * i + 2},{4 * i + 3},{4 * i + 4}</support><answer>x</answer>"
        for i in range(5)
    ]
    assert set_share(domain, tasks_of(domain, 40), texts, 4) <= 0.20
    wide = type(domain)(max_citations=4)
    assert set_share(wide, tasks_of(wide, 60), texts, 4) <= 0.20
    assert rewards_of(wide, tasks_of(wide, 60), texts).max() <= 0.5


if __name__ == "__main__":
    print_table(IDS, constants, copies)
