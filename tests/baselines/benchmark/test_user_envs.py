"""Environments and agents of the user in worker processes."""

import gymnasium as gym
import pytest

import vpo_envs
from baselines import AgentSpec, Plan, run_benchmark
from baselines.benchmark.user_envs import check_agent, register_again, registration

COUNT = """
import vpo_envs


class Count(vpo_envs.Domain):
    objectives = (vpo_envs.Objective("right"), vpo_envs.Objective("short"))

    def __init__(self, most=9):
        self.most = most

    def sample_task(self, rng):
        n = int(rng.integers(1, self.most))
        return vpo_envs.Task(f"Count to {n}, case {rng.integers(10**6)}.", n, f"count {n}")

    def score(self, task, answer):
        return float(len(answer.split()) == task.truth), 1 / (1 + len(answer))

    def demonstrations(self, task, rng):
        return [" ".join("1" * task.truth)]
"""


@pytest.fixture
def registered():
    """Registers environments and forgets them again."""
    before = set(gym.registry)
    yield vpo_envs.register
    for id in set(gym.registry) - before:
        del gym.registry[id]


@pytest.mark.slow
def test_a_benchmark_from_python_takes_an_environment_of_ones_own(tmp_path, monkeypatch, registered):
    """The workers have imported neither the test nor the module that registers the environment."""
    (tmp_path / "count_domain.py").write_text(COUNT)
    monkeypatch.syspath_prepend(tmp_path)
    registered("my/Count-v0", "count_domain:Count", prompt_style="compact")
    plan = Plan(
        "my/Count-v0?most=5",
        (AgentSpec.parse("GRPO"),),
        seeds=(0,),
        steps=1,
        prompts_per_step=2,
        answers_per_task=2,
        policy_kwargs={"width": 32, "layers": 1, "heads": 2},
        warm_start_steps=1,
        tasks=2,
        pool=2,
    )
    results = run_benchmark(plan, tmp_path / "out", workers=1, quiet=True)
    assert results["environments"][0]["env"] == "my/Count-v0?most=5"
    assert all(int(e["prompt"].split()[-1]) < 5 for e in results["environments"][0]["examples"])


def test_what_workers_register_is_what_was_registered(registered):
    registered("my/Maze-v0", "vpo_envs.domains.maze:MazeDomain", size=7, gold=(2, 3))
    known = registration("my/Maze-v0?size=5")
    before = gym.spec("my/Maze-v0")
    del gym.registry["my/Maze-v0"]
    register_again({"registration": known})
    assert gym.make("my/Maze-v0").unwrapped.reset(seed=0)[0].startswith(before.make().reset(seed=0)[0][:80])
    register_again({"registration": {**known, "entry_point": "os:system"}})  # what is there is kept
    assert gym.spec("my/Maze-v0").entry_point == before.entry_point
    register_again({})


def test_what_workers_cannot_import_is_refused_with_the_remedy(registered):
    registered("my/Main-v0", "__main__:Count")
    with pytest.raises(ValueError, match="Count is defined in a script or notebook.*from mine import Count"):
        registration("my/Main-v0")
    with pytest.raises(ValueError, match="agent='Mine': the class Mine is defined in a script"):
        check_agent(AgentSpec("Mine", "__main__.Mine"))
    registered("my/Rich-v0", "vpo_envs.domains.support:SupportDomain", scorers={"empathy": len})
    with pytest.raises(ValueError, match="worker processes need plain data"):
        registration("my/Rich-v0")
    gym.register("my/Called-v0", lambda: None)
    with pytest.raises(ValueError, match="worker processes need an entry point in text form"):
        registration("my/Called-v0")
    with pytest.raises(ValueError, match="from mine import Count"):
        run_benchmark(_Planned("my/Main-v0"), "unused")


class _Planned(Plan):
    """A plan that does not make its environment, whose class is in no module here."""

    def __init__(self, env):
        object.__setattr__(self, "env", env)
        object.__setattr__(self, "agents", ())

    def describe(self):
        return {"env": self.env}
