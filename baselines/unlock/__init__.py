"""Unlock experiment: search with a large budget on tasks that no agent solves with a small one."""

from baselines.unlock.experiment import Unlock, run_unlock
from baselines.unlock.goal import solved
from baselines.unlock.report import write_report
from baselines.unlock.results import UnlockFile, load

__all__ = ["Unlock", "UnlockFile", "load", "run_unlock", "solved", "write_report"]
