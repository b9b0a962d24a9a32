"""Running untrusted Python: CPython inside WebAssembly, on a pool of processes.

Only inputs go in and only outputs come out; what would be right never leaves the caller, who compares with
`matches`. See docs/sandbox.md for what is guaranteed and what is not.
"""

from vpo_envs.sandbox.compare import matches
from vpo_envs.sandbox.outcome import Execution, Limits, Outcome, SandboxError, Status, Submission
from vpo_envs.sandbox.pool import Sandbox, shared_sandbox

__all__ = [
    "Execution",
    "Limits",
    "Outcome",
    "Sandbox",
    "SandboxError",
    "Status",
    "Submission",
    "matches",
    "shared_sandbox",
]
