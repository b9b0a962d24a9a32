"""Rollouts: the generator protocol, the samplers, and the collection of scored groups."""
