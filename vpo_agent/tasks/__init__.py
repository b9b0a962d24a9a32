"""Prompts and rewards as agents use them: task sources, the answer format, seeds, demonstrations, export."""
