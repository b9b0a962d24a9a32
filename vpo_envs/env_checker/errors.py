"""The error and the warning of the checks."""

from __future__ import annotations

import inspect
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

Result = TypeVar("Result")
# An error that passes through them is the owner's, or that of a function which it holds.
OUR_BASES = ("vpo_envs.domain", "vpo_envs.env", "vpo_envs.datasets.from_rows")


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
        what: Name of the call for the message, for example `score('an answer')`; begins with the method's.
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
        place = place_of(error, owner) or place_of_method(owner, re.split(r"\W", what, maxsplit=1)[0])
        raise ConformanceError(f"{what} raised {error!r}{place}") from error


def place_of(error: BaseException, owner: object) -> str:
    """Returns file and line of an error, in brackets; empty where no code of the owner took part."""
    files = {function.__code__.co_filename for function in _held(owner)}
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


def place_of_method(owner: object, name: str) -> str:
    """Returns file and line of a method's definition, in brackets, for errors about what it returned.

    A domain's `score_many` comes before its `score`, which stand for its environment's `step`. Scorers of
    rows come in place of both.
    """
    names = ("score_many", "score") if name == "score" or not hasattr(owner, name) else (name,)
    methods = [inspect.unwrap(getattr(type(owner), one, None)) for one in names]  # type: ignore[arg-type]
    own = [method for method in methods if getattr(method, "__module__", None) not in (None, *OUR_BASES)]
    codes = [getattr(function, "__code__", None) for function in own[:1] or _held(owner)]
    places = [f"{code.co_filename}, line {code.co_firstlineno}" for code in codes if code is not None]
    return f" ({'; '.join(places)})" if places else ""


def _held(owner: object) -> Iterator[Any]:
    """Yields the functions among the attributes of an object, and in mappings there."""
    for value in getattr(owner, "__dict__", {}).values():
        for one in value.values() if isinstance(value, Mapping) else (value,):
            if inspect.isfunction(one):
                yield inspect.unwrap(one)
