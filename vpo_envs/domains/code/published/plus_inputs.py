"""Inputs of MBPP+ as Python values: JSON has no tuples and no sets, and the problems need them.

The table says, by the number of a problem, which lists are tuples. It holds the facts of the data set's own
loader (EvalPlus 0.3.1), in a form of its own: a path of levels, where `*` stands for every item.
"""

from __future__ import annotations

from typing import Any

EACH_ARGUMENT = "*"
ITEMS_OF_EACH = "**"
ITEMS_OF_FIRST = "0*"

TUPLES: dict[str, tuple[int, ...]] = {
    EACH_ARGUMENT: (
        *(2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560),
        *(579, 596, 616, 630, 726, 740, 744, 809, 259, 401, 445, 278),
    ),
    ITEMS_OF_EACH: (63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780, 259, 401, 445),
    ITEMS_OF_FIRST: (75, 413, 444, 753, 278),
    "0": (250, 405, 446, 617, 720, 763, 808, 307),
    "1": (106, 750),
}
"""Lists that become tuples, by paths into the arguments."""

ALL_TUPLES = (580, 615, 791)
VALUES_OF_DICTS = (722,)
SETS = (115,)

COMPLEX = (124, 252)
"""Problems with complex numbers, which cannot enter the sandbox."""


def arguments_of(number: int, inputs: list[Any]) -> tuple[Any, ...]:
    """Returns the arguments of a call as the problem needs them.

    Args:
        number: Number of the problem in MBPP.
        inputs: The arguments as JSON has them.

    Example:
        >>> arguments_of(2, [[1, 2], [3]]), arguments_of(75, [[[1, 2]], 3]), arguments_of(9, [[1]])
        (((1, 2), (3,)), ([(1, 2)], 3), ([1],))
    """
    values = list(inputs)
    if number in SETS and values and isinstance(values[0], list):
        values[0] = [set(item) if isinstance(item, list) and item else {} for item in values[0]]
    if number in VALUES_OF_DICTS and values and isinstance(values[0], dict):
        values[0] = {key: _tuple(value) for key, value in values[0].items()}
    if number in ALL_TUPLES:
        values = [_all_tuples(value) for value in values]
    if number in TUPLES[ITEMS_OF_EACH]:
        values = [[_tuple(item) for item in value] if isinstance(value, list) else value for value in values]
    if number in TUPLES[ITEMS_OF_FIRST] and values and isinstance(values[0], list):
        values[0] = [_tuple(item) for item in values[0]]
    if number in TUPLES[EACH_ARGUMENT]:
        values = [_tuple(value) for value in values]
    for place in (0, 1):
        if number in TUPLES[str(place)] and len(values) > place:
            values[place] = _tuple(values[place])
    return tuple(values)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _all_tuples(value: Any) -> Any:
    return tuple(map(_all_tuples, value)) if isinstance(value, list) else value
