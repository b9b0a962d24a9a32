"""Baseline algorithms, one short file each."""
