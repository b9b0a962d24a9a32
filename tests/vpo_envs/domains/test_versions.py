"""The scores of 200 fixed answers per environment are pinned by digests in `versions.json`.

Scores that change make results of one id incomparable, so they change only together with the id: `-v0`
becomes `-v1`. Rewrite the digests, of all ids or of those named, with

    python tests/vpo_envs/domains/test_versions.py [ID ...]

At a release, `cp versions.json released.json`: from then on what was released does not change, digests
rewritten or not.
"""

import hashlib
import json
import sys
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

import vpo_envs
from vpo_envs.env_checker import hostile_answers

FILE = Path(__file__).with_name("versions.json")
RELEASED = Path(__file__).with_name("released.json")
IDS = [id for id in vpo_envs.registered_ids() if id.startswith("vpo/")]
TASKS, ANSWERS = 10, 20


def digest(values):
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def rounded(scores):
    """Whole ten-thousandths; the offset keeps round numbers away from the edges of the steps."""
    return np.floor(np.asarray(scores, float) * 1e4 + 0.321).astype(int).tolist()


def digests(id):
    """Digests of the prompts of 10 tasks, of 20 answers to each, and of the answers' scores."""
    env = gym.make(id).unwrapped
    domain = env.domain
    prompts, answers, scores = [], [], []
    for index in range(TASKS):
        task = domain.task("test", index)
        rng = np.random.default_rng(index)
        # Executed instructions, and so the front of code, differ by some percent from build to build.
        best = () if "performance" in domain.objective_names else domain.best_answers(task) or ()
        good = [*domain.demonstrations(task, rng), *best][:12]
        texts = [*good, *hostile_answers(rng, 64, good)]
        # Known hostile strings once, damaged good answers for every task.
        texts = (good + texts[len(good) + index : len(good) + 34 : 10] + texts[len(good) + 34 :])[:ANSWERS]
        assert len(texts) == ANSWERS
        prompts.append(task.text(env.prompt_style))
        answers.append(texts)
        pinned = [name != "performance" for name in domain.objective_names]
        scores.append(rounded(domain.score_batch([task] * len(texts), texts)[:, pinned]))
    return {"prompts": digest(prompts), "answers": digest(answers), "scores": digest(scores)}


@pytest.mark.parametrize("id", IDS)
def test_scores_change_only_together_with_the_version(id):
    pinned = json.loads(FILE.read_text())
    assert id in pinned, f"{id} is not pinned yet: python {Path(__file__).name} {id}"
    found = digests(id)
    changed = [name for name in found if found[name] != pinned[id][name]]
    assert not changed, (
        f"{', '.join(changed)} of {id} changed. If released scores changed, register the next version; then "
        f"rewrite the digests: python {Path(__file__).name} {id}"
    )


def changed_since(released, pinned):
    """Returns the released ids whose prompts or scores differ now; demonstrations, so answers, may change."""
    return [
        id
        for id in released
        if id in pinned
        and (
            released[id]["prompts"] != pinned[id]["prompts"]
            or (
                released[id]["scores"] != pinned[id]["scores"]
                and released[id]["answers"] == pinned[id]["answers"]
            )
        )
    ]


def test_what_was_released_stays():
    changed = changed_since(json.loads(RELEASED.read_text()), json.loads(FILE.read_text()))
    assert not changed, f"{', '.join(changed)} changed since the release: register the next version"


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        ({}, []),
        ({"prompts": "x"}, ["a"]),
        ({"scores": "x"}, ["a"]),
        ({"answers": "x", "scores": "x"}, []),  # other demonstrations have other scores
        ({"answers": "x", "prompts": "x"}, ["a"]),
    ],
)
def test_changes_since_a_release(now, changed):
    released = {"a": {"prompts": "1", "answers": "2", "scores": "3"}}
    assert changed_since(released, {"a": released["a"] | now, "b": {}}) == changed
    assert changed_since(released, {"b": {}}) == [], "a removed id is no change"


def test_no_digest_is_left_over():
    assert set(json.loads(FILE.read_text())) == set(IDS)


def test_a_digest_sees_small_changes_and_no_rounding():
    assert rounded([0.5, 1 / 3, 1.0]) == [5000, 3333, 10000]
    assert rounded([0.5 - 1e-6, 1 / 3 + 1e-6]) == [5000, 3333]
    assert rounded([0.5002]) != rounded([0.5])


if __name__ == "__main__":
    pinned = json.loads(FILE.read_text()) if FILE.exists() else {}
    chosen = sys.argv[1:] or IDS
    fresh = {**pinned, **{id: digests(id) for id in chosen}}
    FILE.write_text(json.dumps({id: fresh[id] for id in IDS if id in fresh}, indent=1) + "\n")
    print(*(id for id in chosen if pinned.get(id) != fresh[id]), "changed")
