"""Rewards of answers to EntityChain that do not depend on the story, or copy what its prompt shows."""

from itertools import combinations

import gymnasium as gym
import pytest

from tests.vpo_envs.blind import constant_share, set_share, tasks_of
from tests.vpo_envs.domains.worlds.reference import copy_shares, print_table
from vpo_envs.domains.worlds.names import CLOSED_NAMES
from vpo_envs.domains.worlds.schema import KINDS

IDS = [f"vpo/EntityChain{size}-v0" for size in ("Easy", "", "Hard", "Small")]


@pytest.fixture(scope="module", params=IDS)
def domain(request):
    return gym.make(request.param).unwrapped.domain


def write(**names: str) -> str:
    return "".join(f"<entity_{letter}>{name}</entity_{letter}>" for letter, name in names.items())


def constants() -> list[str]:
    """Names of the closed vocabulary at every letter, lists of them, and names that worlds are full of."""
    texts = [write(**{letter: name}) for letter in "ABCDE" for name in CLOSED_NAMES[:40]]
    texts += [write(**dict(zip("ABCDE", CLOSED_NAMES[i:]))) for i in range(36)]
    texts += [
        write(**dict.fromkeys("ABCDE", name)) for name in (*CLOSED_NAMES[:40], "x", " ".join(CLOSED_NAMES))
    ]
    return texts + [write(A="Jane Hollis", C="Wychbury"), write(E="The Silent Harbour")]


def copies(task) -> list[str]:
    """Names as the prompt shows them, by place and by kind."""
    chain = task.truth
    letters = "ABCDE"[: len(chain.masks)]
    subjects = list(dict.fromkeys(step.value for step in sorted(chain.told, key=lambda step: step.number)))
    objects = [step.key for step in chain.told]
    end = chain.steps[0].key
    texts = [task.prompt, task.compact, "\n".join(chain.narrative), write(**dict.fromkeys(letters, end))]
    for i in range(16):
        subject, other = subjects[i % len(subjects)], subjects[(i * 7 + 1) % len(subjects)]
        texts += [write(**{letter: subject}) for letter in letters]
        texts += [write(**{a: subject, b: other}) for a, b in combinations(letters, 2)]
        texts.append(write(**dict(zip(letters, subjects[i % len(subjects) :]))))
        texts.append(write(**dict.fromkeys(letters, objects[i % len(objects)])))
    # The i-th record of the right kind, for every letter and for every pair of letters.
    kinds = {letter: KINDS[mask.split()[0].lower()] for letter, mask in zip(letters, chain.masks)}
    for i in range(6):
        fitting = {}
        for letter, kind in kinds.items():
            names = [s for s, text in zip(subjects, chain.records) if f" is {kind}." in text]
            fitting[letter] = names[i % len(names)]
        texts += [write(**{letter: fitting[letter]}) for letter in letters]
        texts += [write(**{a: fitting[a], b: fitting[b]}) for a, b in combinations(letters, 2)]
    return texts


def test_constant_answers_earn_little(domain):
    tasks = tasks_of(domain, 40)
    assert constant_share(domain, tasks, constants()) <= 0.15
    assert set_share(domain, tasks, constants()) <= 0.30


def test_copies_of_the_prompt_earn_little(domain):
    single, pool = copy_shares(domain, tasks_of(domain, 100), copies)
    assert single <= 0.40
    if domain.decoys >= 2:  # else few records are of the right kind, and eight guesses find most
        assert pool <= 0.50


if __name__ == "__main__":
    print_table(IDS, lambda domain: constants(), copies)
