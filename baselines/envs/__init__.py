"""Environments of single experiments; importing a module registers its environment."""
