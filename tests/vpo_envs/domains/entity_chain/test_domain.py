"""EntityChain: every rule of scoring, the generated chains, demonstrations, front, EUREQA."""

from collections import defaultdict
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from vpo_envs.domains.entity_chain import EntityChainDomain
from vpo_envs.domains.entity_chain.chain import Chain
from vpo_envs.domains.worlds.trails import Hop
from vpo_envs.task import Task

EUREQA = Path(__file__).parents[3] / "data" / "eureqa.json"
NAMES = ("Ada_Brook", "Ben Stone", "The Hythe", "Oule", "Mount Tarn")

DOMAIN = EntityChainDomain(max_named=5)


def masked(depth: int = 5) -> Chain:
    backwards = ("Oland", *NAMES[:depth][::-1])
    steps = tuple(map(Hop, backwards, range(1, depth + 1), backwards[1:]))
    return Chain(("A story.",), tuple(f"Thing {x}" for x in "ABCDE"[:depth]), steps, told=steps)


TASK = DOMAIN.make_task(masked())


def write(**names: str) -> str:
    return " ".join(f"<entity_{letter}>{name}</entity_{letter}>" for letter, name in names.items())


def score(answer: str, task: Task = TASK, domain: EntityChainDomain = DOMAIN) -> list[float]:
    return domain.score(task, answer)


# Scoring


def test_objectives_and_weights():
    assert DOMAIN.objective_names == ("entity_A", "entity_B", "entity_C", "entity_D", "entity_E")
    assert DOMAIN.weights.tolist() == pytest.approx([0.2] * 5)


def test_every_right_name_earns_its_objective_and_wrong_ones_cost():
    assert score(write(**dict(zip("ABCDE", NAMES)))) == [1, 1, 1, 1, 1]
    assert score(write(A="Ada_Brook")) == [1, 0, 0, 0, 0]
    assert score(write(C="The Hythe", E="Mount Tarn")) == [0, 0, 1, 0, 1]
    assert score(write(C="The Hythe", E="Mount Tarn", A="Ada Stone")) == pytest.approx(
        [0, 0, 2 / 3, 0, 2 / 3]
    )
    assert score(write(A="Ben Stone", B="Ada_Brook")) == [0, 0, 0, 0, 0], "right names at wrong letters"


@pytest.mark.parametrize("name", ["Ada_Brook", "ada brook", " ADA\n BROOK!! ", "the Ada_Brook", "Ada__Brook"])
def test_names_match_after_normalisation(name):
    assert score(write(A=name))[0] == 1


@pytest.mark.parametrize("name", ["Ada", "Brook Ada", "Ada Brook or Ben Stone", "AdaBrook", "Adá Brook"])
def test_nothing_but_the_whole_name_matches(name):
    assert score(write(A=name))[0] == 0


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_letters_beyond_the_chain_are_worth_the_mean_of_its_own(depth):
    task = DOMAIN.make_task(masked(depth))
    assert score(write(A="nobody"), task) == [0.0] * 5
    assert score(write(A="Ada Brook"), task) == pytest.approx(
        [1] + [0] * (depth - 1) + [1 / depth] * (5 - depth)
    )
    assert score(write(**dict(zip("ABCDE"[:depth], NAMES))), task) == [1.0] * 5
    assert score(write(E="nobody"), task) == [0.0] * 5, "only letters of the chain are names"


def test_closing_tags_may_be_left_out():
    assert score("<entity_A> Ada Brook <entity_B> Ben Stone") == [1, 1, 0, 0, 0]
    assert score("<entity_A>Ada Brook</entity_B> <ENTITY_D>oule") == [1, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("limit", "right"), [(1, [0, 1, 0, 0, 0]), (2, [1, 1, 0, 0, 0]), (3, [1, 1, 0, 1, 0])]
)
def test_only_the_last_names_count(limit, right):
    domain = EntityChainDomain(max_named=limit)
    answer = write(C="The Hythe") + write(A="Ada Brook") + write(C="Tarn") + write(D="Oule", A="Ada Brook")
    assert score(answer + write(B="Ben Stone"), domain=domain) == right


# Generated chains


def test_only_the_end_of_the_chain_is_named():
    for index in range(30):
        chain = DOMAIN.task("train", index).truth
        story = "\n".join(chain.narrative)
        assert not any(name in story for name in chain.entities)
        assert all(mask in story for mask in chain.masks)
        assert [mask[-1] for mask in chain.masks] == list("ABCDE")


def test_the_prompt_shows_records_story_and_form():
    task = DOMAIN.task("test", 0)
    for text in (*task.truth.records, *task.truth.narrative):
        assert text in task.prompt
    for letter, mask in zip("ABCDE", task.truth.masks):
        assert f"<entity_{letter}> for {mask}" in task.prompt
    for rule in ("wrong name makes the right ones worth less", "the last one counts", "Write names in full"):
        assert rule in task.prompt
    assert "Wikipedia" not in task.prompt and "names count, " not in task.prompt
    limited = EntityChainDomain(max_named=2).task("test", 0).prompt
    assert "at most 2 of the masked entities" in limited
    assert "Only 2 names count, the last if there are more." in limited
    one = EntityChainDomain(max_named=1).task("test", 0).prompt
    assert "Only one name counts" in one and one.count("</entity_") == 1


@pytest.mark.parametrize("decoys", [0, 1])
def test_the_compact_prompt_can_be_solved(decoys):
    """A small solver that reads nothing but the compact tokens names every entity."""
    knobs = {"facts": 1 + decoys, "distractors": 2, "depth": 3 if decoys else 5, "vocabulary": 44}
    domain = EntityChainDomain(decoys=decoys, max_named=5, **knobs)
    for index in range(50):
        task = domain.task("test", index)
        told, asked = task.compact.split(" ? ")
        known = defaultdict(set)
        facts = told.split()
        for object, subject, relation in zip(facts[::4], facts[2::4], facts[3::4]):
            known[relation, object.removesuffix(":")].add(subject)
        *words, entity = asked.split()
        starts = [i for i, word in enumerate(words) if word in "ABCDE"]
        named = {}
        for start, stop in reversed(list(zip(starts, [*starts[1:], len(words)]))):
            *clue, link = words[start + 1 : stop]
            fitting = known[link, entity] & known[tuple(clue)] if clue else known[link, entity]
            (entity,) = fitting
            named[words[start]] = entity
        assert domain.score(task, write(**named)) == [1.0] * 5


# Demonstrations, front, feedback, drawing


def test_demonstrations_go_astray_like_backward_reasoning():
    """They are right near the named end, if anywhere; few are right at A."""
    rows = []
    for index in range(150):
        task = DOMAIN.task("train", index)
        pool = DOMAIN.demonstrations(task, np.random.default_rng(index))
        assert len(pool) == 4
        rows.append(DOMAIN.score_batch([task] * 4, pool) > 0)
    share = np.concatenate(rows).mean(axis=0)
    assert (np.diff(share) > 0).all()
    assert 0.01 < share[0] < 0.10 and 0.40 < share[4] < 0.75


def test_quality_weakens_demonstrations_to_the_form_alone():
    worth = []
    for quality in (0.0, 0.5, 1.0):
        rewards = []
        for index in range(100):
            task = DOMAIN.task("train", index)
            pool = DOMAIN.demonstrations(task, np.random.default_rng(index), quality=quality)
            assert all(text.startswith("<entity_") for text in pool)
            rewards.append(DOMAIN.score_batch([task] * 4, pool) @ DOMAIN.weights)
        worth.append(np.mean(rewards))
    assert 1.5 * worth[0] < worth[1] < worth[2] / 1.5


@pytest.mark.parametrize(("limit", "points"), [(1, 5), (2, 10), (3, 10), (4, 5), (5, 1)])
def test_the_front_holds_every_choice_of_names(limit, points):
    domain = EntityChainDomain(max_named=limit)
    front = domain.pareto_front(domain.task("test", 0))
    assert len(front) == points and (front.sum(axis=1) == limit).all()


def test_feedback_judges_without_telling():
    assert DOMAIN.feedback(TASK, "hm") == "No entity is named: write <entity_A>name</entity_A>."
    assert DOMAIN.feedback(TASK, write(A="Ada Brook", C="Oule")) == "Right: A. Wrong: C. Not named: B, D, E."
    everything = DOMAIN.feedback(TASK, write(**dict(zip("ABCDE", NAMES))))
    assert everything == "Right: A, B, C, D, E."


def test_render_shows_the_truth_and_the_pool():
    env = gym.make("vpo/EntityChain-v0", render_mode="ansi", num_candidates=2)
    env.reset(options={"index": 0})
    chain = env.unwrapped.task.truth
    env.step((write(A="first"), write(B="second")))
    drawn = env.render()
    for mask, name in zip(chain.masks, chain.entities):
        assert f"{mask} = {name}" in drawn
    assert "Candidate 2: entity_A=0.00" in drawn and "second" in drawn


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"depth": 6}, "depth=6 must lie between 1 and 5"),
        ({"decoys": 5}, "decoys=5 must lie between 0 and 4"),
        ({"decoys": 1, "facts": 1}, "facts=1 must lie between 2 and 5"),
        ({"max_named": 0}, "max_named=0 must lie between 1 and 5"),
        ({"paper": True, "max_named": 3}, "paper=True fixes max_named and vocabulary"),
    ],
)
def test_bad_knobs_are_named(knobs, message):
    with pytest.raises(ValueError, match=message):
        EntityChainDomain(**knobs)


# EUREQA


def test_eureqa_is_read_from_a_file():
    env = gym.make("vpo/EntityChain-v0", dataset=str(EUREQA), split="train")
    prompt, _ = env.reset(options={"index": 0})
    assert "Mountain E is the highest peak of Oland." in prompt and "records" not in prompt
    assert "<entity_C> for City C" in prompt and "title of its English Wikipedia article" in prompt
    _, reward, *_ = env.step(write(A="ada brook", C="Hythe", E="Mount Tarn: North"))
    assert reward.tolist() == [1, 0, 1, 0, 1]
    assert env.unwrapped.domain.task("train", 2) == env.unwrapped.domain.task("train", 0)


def test_shallow_rows_leave_letters_unused():
    domain = EntityChainDomain(dataset=EUREQA)
    task = domain.task("train", 1)
    assert task.truth.entities == ("Red_Sky_(1931_film)", "Zoë_Wren")
    assert domain.score(task, write(A="red sky 1931 film")) == [1, 0, 0.5, 0.5, 0.5]
    assert domain.score(task, write(A="Red Sky")) == [1, 0, 0.5, 0.5, 0.5], "the note may be left out"
    assert domain.pareto_front(task).tolist() == [[1.0] * 5]
    assert len(domain.demonstrations(task, np.random.default_rng(0))) == 4
