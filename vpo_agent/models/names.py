"""Names of the models that are built or come with the package; without torch, for the command line."""

from __future__ import annotations

TINY = "tiny"
"""A small untrained model, built for a domain."""
TINY_WARM = "tiny-warm"
"""Such a model, warm-started; comes with the package for some environments."""
