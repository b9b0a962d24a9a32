"""Baseline agents with the same interface as VPO, and the benchmark that compares them."""

from baselines.benchmark import run_benchmark
from baselines.best_of_n import BestOfN
from baselines.gdpo import GDPO
from baselines.goal_conditioned import GoalConditioned
from baselines.grpo import GRPO
from baselines.max_at_k import MaxAtK
from baselines.max_rl import MaxRL
from baselines.multi_rlvr import MultiRLVR
from baselines.oracle import Oracle
from baselines.plan import Plan
from baselines.random_weighting import RandomWeighting
from baselines.registry import AGENTS, AgentSpec
from baselines.sb3 import SB3A2C, SB3DQN, SB3PPO

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
