"""How agents look in every figure: a colour, a line and a marker each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from baselines.benchmark.plan import WARM_START

# Contrast of 3 and more on white and on dark pages; apart from one another with colour-blind eyes, too.
# A sixth colour would lose one or the other, so lines and markers tell further agents apart.
PALETTE = ("#0072b2", "#d55e00", "#667744", "#9977ff", "#995577")
LINES = ("-", "--", "-.")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@dataclass(frozen=True)
class Look:
    """The look of an agent.

    Attributes:
        colour: Of its lines and dots.
        line: Line style of matplotlib.
        marker: Marker of matplotlib; empty for none.
    """

    colour: str
    line: str
    marker: str

    def drawn(self, places: Sequence[int]) -> dict[str, Any]:
        """What `plot` takes, with markers at these points of the line."""
        return {
            "color": self.colour,
            "linestyle": self.line,
            "marker": self.marker,
            "markevery": list(places),
            "markersize": 4,
        }


REFERENCE = Look("#888888", ":", "")


def looks(labels: Sequence[str]) -> dict[str, Look]:
    """A look for every agent, no two alike; grey dots for the untrained reference."""
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
