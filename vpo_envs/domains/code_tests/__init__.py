"""Writing functions and programs, with an objective for every hidden test."""

from vpo_envs.domains.code_tests.domain import CodeTestsDomain

__all__ = ["CodeTestsDomain"]
