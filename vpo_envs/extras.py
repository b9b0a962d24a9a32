"""Optional packages, imported where they are needed and named with the command that installs them."""

from __future__ import annotations

import importlib
from typing import Any

DISTRIBUTION = "vpo-gym"


class MissingExtraError(ImportError):
    """An optional package that is not installed; the message holds the command that brings it."""


def import_extra(module: str, extra: str, purpose: str = "") -> Any:
    """Imports a module of an optional package.

    Args:
        module: The module, for example `radon.metrics`.
        extra: The extra of this distribution that brings it, for example `code`.
        purpose: The subject of the message, for example `dataset='owner/name'`; default: the module.

    Returns:
        The module.

    Raises:
        MissingExtraError: If its package is not installed. Errors inside an installed package pass through.

    Example:
        >>> import_extra("json", "code").dumps([1])
        '[1]'
        >>> import_extra("no_such_package.part", "code", "this scorer")
        Traceback (most recent call last):
        ...
        vpo_envs.extras.MissingExtraError: this scorer needs the package no_such_package, which is not \
installed: pip install 'vpo-gym[code]'
    """
    package = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise  # the package is there and lacks one of its own dependencies
        raise MissingExtraError(
            f"{purpose or module} needs the package {package}, which is not installed: "
            f"pip install '{DISTRIBUTION}[{extra}]'",
            name=package,
        ) from error
