"""Baseline agents with the same interface as VPO, and the benchmark that compares them."""

from baselines.algorithms.best_of_n import BestOfN
from baselines.algorithms.gdpo import GDPO
from baselines.algorithms.goal_conditioned import GoalConditioned
from baselines.algorithms.grpo import GRPO
from baselines.algorithms.max_at_k import MaxAtK
from baselines.algorithms.max_rl import MaxRL
from baselines.algorithms.multi_rlvr import MultiRLVR
from baselines.algorithms.oracle import Oracle
from baselines.algorithms.random_weighting import RandomWeighting
from baselines.benchmark.plan import Plan
from baselines.benchmark.run import run_benchmark
from baselines.registry import AGENTS, AgentSpec
from baselines.sb3.agents import SB3A2C, SB3DQN, SB3PPO

__all__ = [
    "AGENTS",
    "GDPO",
    "GRPO",
    "SB3A2C",
    "SB3DQN",
    "SB3PPO",
    "AgentSpec",
    "BestOfN",
    "GoalConditioned",
    "MaxAtK",
    "MaxRL",
    "MultiRLVR",
    "Oracle",
    "Plan",
    "RandomWeighting",
    "run_benchmark",
]
