"""Completions of different lengths laid end to end, so that little of a forward pass is padding."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

CAPACITIES = [1 + i / 8 for i in range(25)]  # widths of a packed row to try, in longest completions


class Packing(NamedTuple):
    """Places of completions (P, R, L) in packed rows (P, B, C).

    Attributes:
        shape: P, B and C.
        tokens: Flat indices of the N real tokens in (P, R, L), shape (N,).
        slots: Their flat indices in (P, B, C), shape (N,).
        owners: Number of the completion at each slot, from 1; 0 at padding; shape (P, B, C).
        offsets: Position of each slot in its completion, 0 at padding, shape (P, B, C).
    """

    shape: tuple[int, int, int]
    tokens: Tensor
    slots: Tensor
    owners: Tensor
    offsets: Tensor

    def packed(self, values: Tensor, padding: int = 0) -> Tensor:
        """Returns values (P, R, L) in their slots, shape (P, B, C)."""
        rows = torch.full(self.shape, padding, dtype=values.dtype, device=values.device)
        rows.view(-1)[self.slots] = values.reshape(-1)[self.tokens]
        return rows

    def unpacked(self, rows: Tensor, shape: torch.Size) -> Tensor:
        """Returns packed values (P, B, C) as (P, R, L), 0 at padding; differentiable."""
        found = rows.reshape(-1).index_select(0, self.slots)
        return rows.new_zeros(shape.numel()).index_copy(0, self.tokens, found).view(shape)


def pack(lengths: Tensor, length: int) -> Packing:
    """Places completions in as few slots as a first-fit packing of each prompt's completions needs.

    Args:
        lengths: Number of tokens of each completion, shape (P, R).
        length: Padded length L of the completions.
    """
    counts = lengths.tolist()
    longest = max(1, max(map(max, counts)))
    tried = [_first_fit(counts, int(longest * factor)) for factor in CAPACITIES]
    capacity, bins = min(tried, key=lambda found: found[0] * max(map(len, found[1])))
    prompts, rows, width = len(counts), len(counts[0]), max(map(len, bins))
    owners = torch.zeros(prompts, width, capacity, dtype=torch.long)
    offsets = torch.zeros_like(owners)
    tokens, slots = [], []
    for p, filled in enumerate(bins):
        for b, members in enumerate(filled):
            start = 0
            for r in members:
                steps = torch.arange(counts[p][r])
                owners[p, b, start : start + len(steps)] = r + 1
                offsets[p, b, start : start + len(steps)] = steps
                tokens.append((p * rows + r) * length + steps)
                slots.append((p * width + b) * capacity + start + steps)
                start += len(steps)
    places = (torch.cat(tokens), torch.cat(slots), owners, offsets)
    return Packing((prompts, width, capacity), *(place.to(lengths.device) for place in places))


def _first_fit(counts: list[list[int]], capacity: int) -> tuple[int, list[list[list[int]]]]:
    """Returns the capacity and, for each prompt, the completions in each packed row, longest first."""
    bins = []
    for mine in counts:
        filled: list[list[int]] = []
        room: list[int] = []
        for r in sorted(range(len(mine)), key=lambda r: -mine[r]):
            place = next((b for b, left in enumerate(room) if left >= mine[r]), len(room))
            if place == len(room):
                filled.append([])
                room.append(capacity)
            filled[place].append(r)
            room[place] -= mine[r]
        bins.append(filled)
    return capacity, bins
