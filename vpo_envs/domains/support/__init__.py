"""Customer service: tickets, policies, and replies scored on helpfulness, brevity and empathy."""

from vpo_envs.domains.support.domain import Scorer, SupportDomain
from vpo_envs.domains.support.rubrics import RUBRICS

__all__ = ["RUBRICS", "Scorer", "SupportDomain"]
