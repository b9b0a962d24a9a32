"""Writing functions that are correct, fast, readable and maintainable."""

from vpo_envs.domains.code.domain import CodeDomain

__all__ = ["CodeDomain"]
