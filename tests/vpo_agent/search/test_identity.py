"""Identity of searches: settings in which two may not differ."""

import json
from dataclasses import dataclass

import gymnasium as gym
import pytest

import vpo_envs
from tests.vpo_agent.search.by_hand import SOURCE, Scribe
from vpo_agent.models.sampling import Sampling
from vpo_agent.search import EvolutionSearch, RefinementSearch, SamplingSearch
from vpo_agent.search.identity import describe, settings_of, spec_to_json
from vpo_agent.tasks.source import task_source
from vpo_envs.domains.maze import MazeDomain

MAZE = "vpo/MazeSmall-v0"


class Plain:
    """A strategy that is no dataclass."""

    name = "plain"

    def __init__(self, **settings):
        vars(self).update(settings)


def described(strategy, source=SOURCE, **sampling):
    return describe(Scribe(), source, strategy, 7, Sampling(9, **sampling), 3)


def test_a_description_by_hand():
    run = described(RefinementSearch(turns=3), temperature=0.5, top_p=0.9)
    assert len(run.pop("environment")) == 16
    assert run == {
        "agent": "Scribe",
        "env": "",
        "spec": "",
        "strategy": "refinement",
        "settings": {"turns": 3},
        "budget": 7,
        "seed": 3,
        "sampling": {"max_new_tokens": 9, "temperature": 0.5, "top_p": 0.9},
    }


def test_where_generations_are_kept_makes_no_other_search(tmp_path):
    here, there = (EvolutionSearch(folder=tmp_path / name) for name in ("a", "b"))
    assert described(here) == described(there) == described(EvolutionSearch())
    assert described(here) != described(EvolutionSearch(population=5, folder=tmp_path / "a"))


def test_an_environment_is_known_with_its_knobs():
    large, small = (described(SamplingSearch(), task_source(f"{MAZE}?size={n}")) for n in (7, 8))
    assert large["env"] == small["env"] == MAZE and large["spec"] != small["spec"]
    assert json.loads(large["spec"])["kwargs"]["size"] == 7


def test_environments_without_a_form_in_json_are_told_apart_by_their_prompts_and_settings():
    """Found by reading: answers to mazes of five tiles were returned for those of seven."""
    five, seven = (task_source(vpo_envs.VectorRewardEnv(MazeDomain(size=n))) for n in (5, 7))
    assert described(SamplingSearch(), five) != described(SamplingSearch(), seven)
    assert described(SamplingSearch(), five) == described(
        SamplingSearch(), task_source(vpo_envs.VectorRewardEnv(MazeDomain(size=5)))
    )


def test_objects_are_described_without_their_addresses():
    class Scorer:
        pass

    first, second = (described(Plain(scorer=Scorer(), sizes=(1, 2))) for _ in range(2))
    assert first == second == json.loads(json.dumps(first))
    assert first["settings"]["sizes"] == [1, 2]
    assert first["settings"]["scorer"].endswith("Scorer object>")


@dataclass
class Settings:
    name = "settings"
    scale: float = 0.5


@pytest.mark.parametrize(
    ("strategy", "settings"),
    [
        (Settings(), {"scale": 0.5}),
        (Settings(2), {"scale": 2}),
        (Plain(words=["a"], scale=1), {"words": ["a"], "scale": 1}),
        (Plain(), {}),
        (object(), {}),
    ],
)
def test_settings_are_the_fields_of_a_dataclass_or_the_attributes_of_an_object(strategy, settings):
    assert settings_of(strategy) == settings


def test_a_specification_without_a_form_in_json_is_empty():
    assert spec_to_json(None) == ""
    vpo_envs.register("test/Unwritable-v0", "toys:TradeOff")
    try:
        spec = gym.spec("test/Unwritable-v0")
        assert "test/Unwritable-v0" in spec_to_json(spec)
        spec.kwargs = {**spec.kwargs, "scorer": object()}
        assert spec_to_json(spec) == ""
    finally:
        del gym.registry["test/Unwritable-v0"]
