"""Customer contexts, each a named weighting of helpfulness, brevity and empathy.

A context says what its customers care for, so that a reply can be chosen from a pool for the person at hand
and their satisfaction measured as `weights . rewards`.
"""

from __future__ import annotations

CONTEXTS: dict[str, tuple[float, float, float]] = {
    "everyday": (1 / 3, 1 / 3, 1 / 3),
    "hurried": (0.2, 0.75, 0.05),
    "upset": (0.2, 0.1, 0.7),
    "expert": (0.65, 0.3, 0.05),
    "newcomer": (0.55, 0.05, 0.4),
    "loyal": (0.4, 0.15, 0.45),
}
"""Weights of (helpfulness, brevity, empathy) for every context."""

PROFILES: dict[str, tuple[str, ...]] = {
    "everyday": ("no notes on file", "an ordinary account in good standing"),
    "hurried": ("writes from the airport gate, boarding soon", "asks for one-line answers, between meetings"),
    "upset": ("had a very bad week, by their own account", "has called twice today, audibly upset"),
    "expert": (
        "runs a shop of their own and knows the trade",
        "works in customer service; wants every detail",
    ),
    "newcomer": (
        "opened the account last month, never needed help before",
        "new customer, unsure how any of this works",
    ),
    "loyal": (
        "customer for eleven years, writes every Christmas",
        "long-standing customer who knows us well",
    ),
}
"""Words in the ticket that show the context."""
