"""Prompts are texts that know their system message."""

import copy
import pickle

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs import Domain, Objective, RandomScalarization, Task, VectorRewardEnv
from vpo_envs.prompt import Prompt, as_text, messages

TEXT = "Be brief.\n\nWhere is Oslo?"


class Geography(Domain):
    objectives = (Objective("right"), Objective("short"))

    def sample_task(self, rng):
        return Task(TEXT, compact="oslo ?", system="Be brief.")

    def score(self, task, answer):
        return [answer == "Norway", len(answer) < 9]


def roles(prompt):
    return [(message["role"], message["content"]) for message in messages(prompt)]


def test_a_prompt_is_its_text():
    prompt = Prompt(TEXT, "Be brief.")
    assert prompt == TEXT and hash(prompt) == hash(TEXT) and isinstance(prompt, str)
    assert type(str(prompt)) is str
    assert roles(prompt) == [("system", "Be brief."), ("user", "Where is Oslo?")]
    assert as_text(messages(prompt)) == TEXT


def pickled(prompt):
    return pickle.loads(pickle.dumps(prompt))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_copies_keep_the_roles(copied):
    assert roles(copied(Prompt(TEXT, "Be brief."))) == roles(Prompt(TEXT, "Be brief."))


def test_what_is_appended_is_the_users():
    assert roles(Prompt(TEXT, "Be brief.") + "\nOne word.") == [
        ("system", "Be brief."),
        ("user", "Where is Oslo?\nOne word."),
    ]


@pytest.mark.parametrize(
    "prompt",
    [TEXT, Prompt(TEXT), Prompt("Be brief.", "Be brief."), Prompt("Be brief.\n\n ", "Be brief."), ""],
    ids=["text", "no system message", "nothing else", "blanks else", "empty"],
)
def test_other_prompts_are_the_users(prompt):
    assert roles(prompt) == [("user", str(prompt))]


def test_a_system_message_elsewhere_is_refused():
    with pytest.raises(ValueError, match="'Where.*'... does not begin with system='Be brief.'"):
        Prompt("Where is Oslo?", "Be brief.")
    with pytest.raises(ValueError, match="does not begin"):
        Task("Where is Oslo?", system="Be brief.").text("full")


def test_observations_keep_the_roles_in_every_turn():
    env = VectorRewardEnv(Geography(), max_turns=2)
    prompt, _ = env.reset(seed=0)
    assert prompt == TEXT and prompt in env.observation_space
    assert roles(prompt) == [("system", "Be brief."), ("user", "Where is Oslo?")]
    prompt, *_ = env.step("Sweden")
    assert roles(prompt) == [
        ("system", "Be brief."),
        ("user", "Where is Oslo?\nCandidate 1: right=0.00 short=1.00\nSweden"),
    ]


def test_weights_in_prompts_are_the_users():
    env = RandomScalarization(VectorRewardEnv(Geography()), in_prompt=True)
    prompt, info = env.reset(seed=0)
    (_, instructed), (_, said) = roles(prompt)
    first, second = np.asarray(info["weights"]).reshape(-1)
    assert instructed == "Be brief."
    assert said == f"Where is Oslo?\nWeights: right {first:.2f}, short {second:.2f}"


def test_compact_prompts_and_tasks_without_system_are_plain_texts():
    env = VectorRewardEnv(Geography(), prompt_style="compact")
    assert type(env.reset(seed=0)[0]) is str
    assert type(gym.make("vpo/MazeSmall-v0").reset(seed=0)[0]) is str
