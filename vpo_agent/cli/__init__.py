"""The command line: `vpo envs | play | train | eval | bench | report | check-env`."""

from vpo_agent.cli import benchmark, environments, evaluation, training  # noqa: F401  (each registers its commands)
from vpo_agent.cli.common import app


def main() -> None:
    """Entry point of the `vpo` command."""
    app()
