import json
import shutil

import gymnasium as gym
import pytest
import torch
import toys
from safetensors.torch import load_file

from baselines import GRPO, GoalConditioned
from baselines.benchmark.plan import Plan
from baselines.registry import AgentSpec
from vpo_agent import VPO, PoolVPO, evaluate
from vpo_agent.models import warm_starts
from vpo_agent.models.warm_starts import (
    FOLDER,
    START,
    environment_digest,
    load_start,
    save_start,
    shipped_starts,
)
from vpo_agent.tasks.source import task_source

SHIPPED = shipped_starts()
EARNING = {"vpo/SupportSmall-v0": 0.2, "vpo/ScienceSmall-v0": 0.12}
"""Least share of a start's answers that are worth anything, where it is below two fifths."""


@pytest.mark.parametrize("env", SHIPPED)
def test_a_shipped_start_fits_its_environment(env):
    folder = FOLDER / env.removeprefix("vpo/")
    note = json.loads((folder / START).read_text())
    assert note["environment"] == environment_digest(task_source(env)), (
        f"{env} has changed: vpo warm-start --env {env} --steps {note['steps']} --out {folder.name}"
    )
    assert {weights.dtype for weights in load_file(folder / "model.safetensors").values()} == {torch.bfloat16}
    assert sum(file.stat().st_size for file in folder.iterdir()) < 2_000_000


@pytest.mark.parametrize(("env", "kind"), [(env, kind) for env in SHIPPED for kind in (GRPO, VPO)])
def test_a_shipped_start_answers_and_leaves_room(env, kind):
    """A pool of 30 leaves about a quarter of the gap between one answer and the optimum, or more.

    A reply with one wrong fact is worth nothing, nor is a wrong law, so these starts earn less often.
    """
    agent = kind("tiny-warm", env)
    assert agent.config.warm_start_steps == 0
    measured = evaluate(agent, tasks=16, pool=30)
    assert (measured.rewards.max(axis=-1) > 0).mean() > EARNING.get(env, 0.4)
    found = measured.summary()
    single = float(measured.rewards.mean())  # of one answer, over uniform weights
    left = found["regret"] / (found["expected_best"] + found["regret"] - single)
    assert left > 0.2, left


def test_every_seed_and_agent_has_the_same_start():
    first, second = (
        PoolVPO("tiny-warm", "vpo/MazeSmall-v0", seed=0),
        GRPO("tiny-warm", "vpo/MazeSmall-v0", seed=7),
    )
    assert first.policy.digest() == second.policy.digest()
    assert next(first.policy.model.parameters()).dtype == torch.float32


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"id": "vpo/Maze-v0"}, "for env='vpo/Maze-v0', only for vpo/MazeSmall-v0, vpo/Science"),
        ({"id": "vpo/MazeSmall-v0", "walls": 4}, "other prompts, demonstrations or scores"),
        ({"id": "vpo/MazeSmall-v0", "score_mode": "convex"}, "other prompts, demonstrations or scores"),
        ({"id": "vpo/MazeSmall-v0", "max_turns": 2}, "max_turns=2"),
    ],
)
def test_another_environment_is_refused_with_the_remedy(settings, message):
    with pytest.raises(ValueError, match=message) as refusal:
        load_start(task_source(gym.make(**settings)))
    assert 'policy="tiny"' in str(refusal.value)


def test_a_changed_environment_is_refused(tmp_path, monkeypatch):
    shutil.copytree(FOLDER, tmp_path / "starts")
    note = tmp_path / "starts" / "MazeSmall-v0" / START
    note.write_text(json.dumps({**json.loads(note.read_text()), "environment": "0" * 16}))
    monkeypatch.setattr(warm_starts, "FOLDER", tmp_path / "starts")
    with pytest.raises(ValueError, match=r"digest 0{16}, here [0-9a-f]{16}"):
        PoolVPO("tiny-warm", "vpo/MazeSmall-v0")


def test_agents_whose_prompts_state_weights_are_refused():
    with pytest.raises(ValueError, match="saw no prompts with weights"):
        GoalConditioned("tiny-warm", "vpo/MazeSmall-v0")
    with pytest.raises(ValueError, match="saw no prompts with weights"):
        Plan("vpo/MazeSmall-v0", (AgentSpec("GoalConditioned", "GoalConditioned"),), policy="tiny-warm")


def test_a_saved_start_is_the_policy_in_bfloat16(tmp_path):
    domain = toys.Repeat()
    policy = toys.small_policy(domain)
    source = toys.DomainTasks(domain, style="compact")
    save_start(policy, source, tmp_path, torch.bfloat16, steps=3)
    assert next(policy.model.parameters()).dtype == torch.float32
    loaded = GRPO(str(tmp_path), toys.VectorRewardEnv(domain, prompt_style="compact")).policy
    for name, weights in policy.model.named_parameters():
        assert torch.equal(weights.bfloat16().float(), loaded.model.get_parameter(name))
    note = json.loads((tmp_path / START).read_text())
    assert note["steps"] == 3 and note["environment"] == environment_digest(source)
