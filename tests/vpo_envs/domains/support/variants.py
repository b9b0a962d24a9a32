"""The registered variants of the domain."""

import os

import gymnasium as gym

import vpo_envs  # noqa: F401  (registers them)

NIGHTLY = "VPO_NIGHTLY" in os.environ
VARIANTS = ["Support", "SupportEasy", "SupportHard", "SupportSmall"]
DOMAINS = {name: gym.make(f"vpo/{name}-v0").unwrapped.domain for name in VARIANTS}
DOMAIN, SMALL, HARD = DOMAINS["Support"], DOMAINS["SupportSmall"], DOMAINS["SupportHard"]
