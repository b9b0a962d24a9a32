"""Command line `vpo`, with one module per group of commands."""

from vpo_cli import (  # noqa: F401  (each registers its commands)
    benchmark,
    compare,
    data,
    demo,
    environments,
    evaluation,
    export,
    search,
    training,
    unlock,
    warm_start,
)
from vpo_cli.common import app, missing_extra


def main() -> None:
    """Runs the `vpo` command; a missing optional package ends it with the command that installs it."""
    try:
        app()
    except ModuleNotFoundError as error:
        missing_extra(error)
