"""Environments of single experiments, registered when their module is imported."""
