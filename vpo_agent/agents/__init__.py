"""Agents: learn, predict, save, load; configuration, callbacks, checkpoints, evaluation, memory estimates."""
