"""A check of what an agent's methods return: arrays of the right shape with finite values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def checked(agent: Any, method: str, values: Any, axes: dict[str, int]) -> NDArray[Any]:
    """Returns what a method of an agent returned, as an array of the right shape with finite values.

    Args:
        agent: The agent; its class and its step are named in errors.
        method: Name of the method.
        values: What the method returned.
        axes: Sizes of the axes by name; a size of 0 stands for any size of at least 1.

    Raises:
        ValueError: If the shape differs, or a value is not finite.
    """
    place = f"{type(agent).__name__}.{method} at step {agent.num_updates}"
    try:
        array = np.asarray(values, float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{place} returned {values!r:.80}, which is no array of numbers: {error}") from error
    fits = array.ndim == len(axes) and all(
        have == want if want else have > 0 for have, want in zip(array.shape, axes.values())
    )
    if not fits:
        wanted = ", ".join(f"{name}={size}" if size else name for name, size in axes.items())
        raise ValueError(
            f"{place} returned shape {array.shape}; it must be ({wanted}): P tasks, G rollouts of each, "
            "K weightings, d objectives"
        )
    if not np.isfinite(array).all():
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"{place} returned {array[index]} at {list(index)}, of shape {array.shape}; every value must be "
            "finite: look for a division by zero or a logarithm of 0"
        )
    return array
