"""Environments with knobs in one text."""

import gymnasium as gym
import pytest

import vpo_envs
from vpo_envs.knobs import make, split_knobs


def test_values_have_the_types_of_their_knobs():
    assert split_knobs("vpo/Maze-v0?size=5&gold=(2,3)&score_mode=convex&num_candidates=2") == (
        "vpo/Maze-v0",
        {"size": 5, "gold": (2, 3), "score_mode": "convex", "num_candidates": 2},
    )
    assert split_knobs("vpo/MultiHopQA-v0?dataset=123")[1] == {"dataset": "123"}  # a path, however it looks
    assert split_knobs("vpo/MultiHopQA-v0?dataset=None")[1] == {"dataset": None}
    assert split_knobs("vpo/MultiHopQA-v0?dataset=a%26b=c.jsonl")[1] == {"dataset": "a&b=c.jsonl"}
    assert split_knobs("vpo/Code-v0?families=life,walk&composed=1")[1]["families"] == ("life", "walk")


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("vpo/Maze-v0?siez=5", TypeError, "no knob 'siez'; did you mean 'size'?"),
        ("vpo/Maze-v0?xyzzy=5", TypeError, "there are split, num_candidates"),
        ("vpo/Maze-v0?size=five", ValueError, "size='five' must be an integer"),
        ("vpo/MultiHopQA-v0?typography=yes", ValueError, "must be True or False or None"),
        ("vpo/Maze-v0?size", ValueError, "'size' must have the form knob=value"),
        ("vpo/Maze-v0?", ValueError, "'' must have the form knob=value"),
        ("vpo/Maze-v0?size=5&size=6", ValueError, "gives size twice"),
        (
            "vpo/Nope-v0?size=5",
            gym.error.Error,
            "env='vpo/Nope-v0?size=5' cannot be made: there is no such id",
        ),
        (
            "vpo/MazSmall-v0",
            gym.error.Error,
            "did you mean 'vpo/MazeSmall-v0'?; `vpo envs` lists",
        ),
        ("MazeSmall-v0", gym.error.Error, "no such id; did you mean 'vpo/MazeSmall-v0'?"),
        ("my/Picnic-v0", gym.error.Error, "import the module that registers it (--import)"),
        ("vpo/Maze-v7", gym.error.Error, "version `v7` for environment `vpo/Maze` doesn't exist"),
        ("vpo/", gym.error.Error, "cannot be made: Malformed environment ID"),
    ],
)
def test_mistakes_name_the_environment_and_the_remedy(text, error, message):
    with pytest.raises(error) as caught:
        make(text)
    assert message in str(caught.value)


@pytest.mark.parametrize("id", [id for id in vpo_envs.registered_ids() if id.startswith("vpo/")])
def test_every_environment_takes_knobs(id):
    assert split_knobs(f"{id}?split=test&num_candidates=3") == (id, {"split": "test", "num_candidates": 3})


def test_arguments_take_precedence():
    env = make("vpo/Maze-v0?size=5&split=test", split="train")
    assert (env.spec.kwargs["size"], env.unwrapped.split) == (5, "train")


class Open(vpo_envs.Domain):
    """A domain with knobs that it does not name."""

    objectives = (vpo_envs.Objective("a"),)

    def __init__(self, **knobs):
        self.knobs = knobs

    def sample_task(self, rng):
        return vpo_envs.Task(str(rng.integers(10**9)))

    def score(self, task, answer):
        return (0.0,)


def test_a_domain_of_any_knobs_gets_literals():
    vpo_envs.register("test/Open-v0", Open)
    try:
        assert make("test/Open-v0?a=1&b=x").unwrapped.domain.knobs == {"a": 1, "b": "x"}
    finally:
        del gym.registry["test/Open-v0"]
