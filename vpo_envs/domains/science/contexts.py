"""Uses of a hypothesis: named weightings of fit, soundness, parsimony and feasibility."""

from __future__ import annotations

CONTEXTS: dict[str, tuple[float, float, float, float]] = {
    "everyday": (0.25, 0.25, 0.25, 0.25),
    "forecast": (0.8, 0.1, 0.05, 0.05),
    "theory": (0.2, 0.5, 0.25, 0.05),
    "rule of thumb": (0.2, 0.05, 0.7, 0.05),
    "small laboratory": (0.2, 0.1, 0.1, 0.6),
}
