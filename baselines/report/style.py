"""Colours, line styles and markers of the agents, the same in every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from baselines.benchmark.plan import WARM_START

# Contrast of at least 3 on light and dark pages, and distinguishable with colour blindness. A sixth colour
# would violate one of these, so line styles and markers distinguish further agents.
PALETTE = ("#0072b2", "#d55e00", "#667744", "#9977ff", "#995577")
Line = str | tuple[int, tuple[int, ...]]
LINES: tuple[Line, ...] = ("-", "--", "-.", (0, (5, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@dataclass(frozen=True)
class Look:
    """Appearance of an agent.

    Attributes:
        colour: Colour of its lines and dots.
        line: Line style of matplotlib: a name, or an offset and lengths of dashes and gaps.
        marker: Marker of matplotlib; empty for none.
    """

    colour: str
    line: Line
    marker: str

    def drawn(self, places: Sequence[int]) -> dict[str, Any]:
        """Returns keyword arguments of matplotlib's `plot`, with markers at these points of the line."""
        return {
            "color": self.colour,
            "linestyle": self.line,
            "marker": self.marker,
            "markevery": list(places),
            "markersize": 4,
        }


REFERENCE = Look("#888888", ":", "")


def looks(labels: Sequence[str]) -> dict[str, Look]:
    """Returns a distinct appearance for every agent; grey dots for the untrained reference."""
    trained = [label for label in labels if label != WARM_START]
    found = {
        label: Look(
            PALETTE[i % len(PALETTE)],
            LINES[i // len(PALETTE) % len(LINES)],
            MARKERS[i % len(MARKERS)],
        )
        for i, label in enumerate(trained)
    }
    return {label: found.get(label, REFERENCE) for label in labels}
