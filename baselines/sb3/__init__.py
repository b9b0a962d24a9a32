"""Stable-Baselines3 algorithms on the token-level view of an environment."""
