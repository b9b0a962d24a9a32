"""A model that can just about write an answer."""

from baselines import GRPO
from vpo_agent.models.tiny import tiny_policy
from vpo_agent.tasks.source import task_source


def beginner(env, steps, **settings):
    """A model that can just about write an answer."""
    policy = tiny_policy(task_source(env), width=64, layers=2, heads=2, dtype="float32")
    agent = GRPO(policy, env, temperature=0.5, warm_start_steps=steps, **settings)
    agent.warm_start()
    return agent
