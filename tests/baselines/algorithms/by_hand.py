"""Rewards of single answers, of which the tests work out advantages by hand."""

import numpy as np

REWARDS = np.array([[[[0.8, 0.2]], [[0.2, 0.0]], [[0.0, 0.0]], [[1.0, 1.0]]]], np.float32)  # (1, 4, 1, 2)
HALF = np.array([[[0.5, 0.5]]])


def single(*vectors):
    """Rewards (1, G, 1, d) of single answers."""
    return np.array(vectors, np.float32)[None, :, None]
