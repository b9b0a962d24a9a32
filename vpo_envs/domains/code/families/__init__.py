"""The problem families by name, one Markdown file each; README.md says how to add one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vpo_envs.domains.code.families.reader import read_family
from vpo_envs.domains.code.family import Family

FOLDER = Path(__file__).parent

CONTENTS = {
    "basics": "add_bonus count_below add_positions clip_all running_totals weigh_jumps best_mix count_bins",
    "sequences": "best_window longest_stretch smooth best_trade merge_sorted",
    "counting": "count_pairs crowded_bins first_repeat varied_windows",
    "strings": "compress encipher best_word longest_mirror balance",
    "arithmetic": "count_multiples digit_sums add_primes evaluate",
    "searching": "closest_values add_smallest count_partners first_reaching",
    "intervals": "merge_spans most_open free_time most_jobs",
    "grids": "regions best_square life fewest_steps",
    "graphs": "count_reachable cheapest_route largest_group finish_time",
    "dynamic": "count_ways best_picks edit_cost longest_climb",
    "simulation": "walk queue_waits stock_days cache_misses josephus",
}
"""Folders and their files, without `.md`. The order is part of which task an index stands for."""

SUBJECTS = {
    subject: tuple(read_family(FOLDER / subject / f"{name}.md") for name in names.split())
    for subject, names in CONTENTS.items()
}
FAMILIES = {family.name: family for families in SUBJECTS.values() for family in families}


def select_families(names: Sequence[str] | None) -> tuple[Family, ...]:
    """Returns the families of the given names, or all for None: the knob `families`.

    Raises:
        ValueError: If there is no such family, or no name.
    """
    chosen = tuple(FAMILIES) if names is None else tuple(names)
    if not chosen or any(name not in FAMILIES for name in chosen):
        raise ValueError(f"families={names!r} must be one or more of {', '.join(FAMILIES)}")
    return tuple(FAMILIES[name] for name in chosen)
