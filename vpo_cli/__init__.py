"""Command line `vpo`, with one module per group of commands."""

import sys

from vpo_cli import (  # noqa: F401  (each registers its commands)
    benchmark,
    compare,
    data,
    demo,
    environments,
    evaluation,
    export,
    pools,
    search,
    training,
    unlock,
    warm_start,
)
from vpo_cli.common import app, missing_extra, print_error
from vpo_envs.extras import MissingExtraError


def main() -> None:
    """Runs the `vpo` command; a missing optional package ends it with the command that installs it."""
    try:
        app()
    except ModuleNotFoundError as error:
        missing_extra(error)
    except MissingExtraError as error:
        print_error(str(error))
        sys.exit(2)
