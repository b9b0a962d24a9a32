"""Uses of the code: named weightings of correctness, performance, readability and maintainability."""

from __future__ import annotations

CONTEXTS: dict[str, tuple[float, float, float, float]] = {
    "everyday": (0.25, 0.25, 0.25, 0.25),
    "hot path": (0.2, 0.7, 0.05, 0.05),
    "prototype": (0.3, 0.05, 0.6, 0.05),
    "long-lived library": (0.2, 0.1, 0.2, 0.5),
    "teaching": (0.2, 0.05, 0.5, 0.25),
    "safety first": (0.7, 0.1, 0.1, 0.1),
}
