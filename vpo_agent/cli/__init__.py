"""The command line: `vpo envs | play | train | eval | bench | report | unlock | check-env`."""

from vpo_agent.cli import benchmark, environments, training, unlock  # noqa: F401  (each registers its commands)
from vpo_agent.cli.common import app


def main() -> None:
    """Entry point of the `vpo` command."""
    app()
