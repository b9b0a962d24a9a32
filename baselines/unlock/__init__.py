"""The unlock experiment: what agents solve in many answers that none of them solves in a few."""

from baselines.unlock.experiment import Unlock, run_unlock
from baselines.unlock.goal import solved
from baselines.unlock.report import write_report
from baselines.unlock.results import UnlockFile, load

__all__ = ["Unlock", "UnlockFile", "load", "run_unlock", "solved", "write_report"]
