"""Prompts in both styles."""

import gymnasium as gym

from tests.vpo_envs.domains.multihop_qa.by_hand import DOMAIN
from vpo_envs.domains.multihop_qa import MultiHopQADomain


def test_the_prompt_shows_paragraphs_question_and_form():
    prompt = DOMAIN.task("test", 0).prompt
    truth = DOMAIN.task("test", 0).truth
    for number, paragraph in enumerate(truth.paragraphs, start=1):
        assert f"[{number}] {paragraph.title}\n{paragraph.text}\n" in prompt
    assert f"Question: {truth.text}\n" in prompt
    for rule in (
        "at most 4 paragraphs that state a step",
        "Only the first 4 different numbers count.",
        "that states no step makes the others worth less",
        "without an answer they are worth nothing",
        "compared word by word",
        "the last one counts",
    ):
        assert rule in prompt
    assert prompt.endswith("<support>3, 7</support>\n<answer>Wychbury</answer>")
    one = MultiHopQADomain(max_citations=1).task("test", 0).prompt
    assert "the number of one paragraph" in one and "<support>3</support>" in one


def test_the_compact_prompt_can_be_solved():
    """A small solver that reads nothing but the compact tokens reaches the true front."""
    domain = gym.make("vpo/MultiHopQASmall-v0").unwrapped.domain
    for index in range(50):
        task = domain.task("test", index)
        *records, asked = task.compact.split(". ")
        facts = {(r, s): (number, o) for r, s, number, o in map(str.split, records)}
        start, *relations = asked.split()
        entity = start.removesuffix("?")
        numbers = []
        for relation in relations:
            number, entity = facts[relation, entity]
            numbers.append(number)
        answer = f"<support> {numbers[1]} {numbers[3]} </support> <answer> {entity} </answer>"
        assert domain.score(task, answer) == [0, 1, 0, 1, 1]
