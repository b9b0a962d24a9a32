"""The `vpo` command, one module for each group of its commands."""

from vpo_cli import (  # noqa: F401  (each registers its commands)
    benchmark,
    environments,
    evaluation,
    export,
    search,
    training,
    unlock,
)
from vpo_cli.common import app


def main() -> None:
    """Entry point of the `vpo` command."""
    app()
