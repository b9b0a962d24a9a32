"""Multi-objective text environments behind `gym.make`, and the tools to write your own.

Read these modules first, everything else is built on them: `task` (objective and task), `domain` (the base
class that an environment's author extends) and `env` (any domain as a Gymnasium environment).
"""

from importlib import metadata

from vpo_envs.datasets import from_rows
from vpo_envs.domain import Domain
from vpo_envs.domains import register_all
from vpo_envs.env import VectorRewardEnv
from vpo_envs.env_checker import check_domain, check_env
from vpo_envs.extras import DISTRIBUTION
from vpo_envs.knobs import make_vec
from vpo_envs.registration import register, registered_ids
from vpo_envs.scalarization import sample_weights, scalarize, spread_weights
from vpo_envs.task import Objective, Task
from vpo_envs.tokens import TokenView
from vpo_envs.wrappers import PoolStatistics, RandomScalarization, Scalarize, SetReward

__all__ = [
    "Domain",
    "Objective",
    "PoolStatistics",
    "RandomScalarization",
    "Scalarize",
    "SetReward",
    "Task",
    "TokenView",
    "VectorRewardEnv",
    "__version__",
    "check_domain",
    "check_env",
    "from_rows",
    "make_vec",
    "register",
    "registered_ids",
    "sample_weights",
    "scalarize",
    "spread_weights",
]

try:
    __version__ = metadata.version(DISTRIBUTION)
except metadata.PackageNotFoundError:  # a checkout that is not installed
    __version__ = "0+unknown"

register_all()
