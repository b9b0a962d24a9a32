"""The error and the warning of the checks."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")
OUR_BASES = ("vpo_envs.domain", "vpo_envs.env")  # an error that passes through them is the owner's


class ConformanceError(Exception):
    """A breach of the contract by a domain or an environment; the message says where and how."""


class ConformanceWarning(UserWarning):
    """A property of a domain that is legal and probably not meant."""


def require(condition: bool, message: str) -> None:
    """Raises a `ConformanceError` with the message unless the condition holds."""
    if not condition:
        raise ConformanceError(message)


def calling(owner: object, what: str, function: Callable[..., Result], *arguments: Any) -> Result:
    """Calls a function of a domain; an error names it with file and line.

    Args:
        owner: The domain; of the frames of a traceback the last one in its file is named.
        what: Name of the call for the message, for example `score('an answer')`.
        function: The function.
        *arguments: Its arguments.

    Raises:
        ConformanceError: If the function raises.
    """
    try:
        return function(*arguments)
    except ConformanceError:
        raise
    except Exception as error:
        raise ConformanceError(f"{what} raised {error!r}{place_of(error, owner)}") from error


def place_of(error: BaseException, owner: object) -> str:
    """Returns file and line of an error, in brackets; empty where no code of the owner took part."""
    import inspect
    import sys

    files = set()
    for kind in type(owner).__mro__:
        if kind.__module__ in OUR_BASES:
            continue
        module = sys.modules.get(kind.__module__)
        files.add(getattr(module, "__file__", None))
        for member in vars(kind).values():
            function = inspect.unwrap(member) if callable(member) else None
            files.add(getattr(getattr(function, "__code__", None), "co_filename", None))
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in files]
    return f" ({own[-1].filename}, line {own[-1].lineno})" if own else ""
