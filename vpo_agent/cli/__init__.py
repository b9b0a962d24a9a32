"""The command line: `vpo envs | play | train | eval | search | bench | report | unlock | check-env`."""

from vpo_agent.cli import (  # noqa: F401  (each registers its commands)
    benchmark,
    environments,
    evaluation,
    search,
    training,
    unlock,
)
from vpo_agent.cli.common import app


def main() -> None:
    """Entry point of the `vpo` command."""
    app()
