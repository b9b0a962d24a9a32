"""Conformance checks that authors of new environments run, and that every built-in one passes."""

from vpo_envs.env_checker.domain import check_domain
from vpo_envs.env_checker.env import check_env
from vpo_envs.env_checker.errors import ConformanceError, ConformanceWarning
from vpo_envs.env_checker.hostile import HOSTILE_ANSWERS, hostile_answers

__all__ = [
    "HOSTILE_ANSWERS",
    "ConformanceError",
    "ConformanceWarning",
    "check_domain",
    "check_env",
    "hostile_answers",
]
