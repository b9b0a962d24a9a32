"""The folder of this package in the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Returns `$VPO_CACHE`, or the user's cache folder of this platform."""
    chosen = os.environ.get("VPO_CACHE")
    return Path(chosen).expanduser().absolute() if chosen else platformdirs.user_cache_path("vpo")
