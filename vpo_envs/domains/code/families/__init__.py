"""The problem families by name, module by module."""

from __future__ import annotations

from collections.abc import Sequence

from vpo_envs.domains.code.families.arithmetic import ARITHMETIC
from vpo_envs.domains.code.families.basics import BASICS
from vpo_envs.domains.code.families.counting import COUNTING
from vpo_envs.domains.code.families.dynamic import DYNAMIC
from vpo_envs.domains.code.families.graphs import GRAPHS
from vpo_envs.domains.code.families.grids import GRID_FAMILIES
from vpo_envs.domains.code.families.intervals import INTERVALS
from vpo_envs.domains.code.families.searching import SEARCHING
from vpo_envs.domains.code.families.sequences import SEQUENCES
from vpo_envs.domains.code.families.simulation import SIMULATION
from vpo_envs.domains.code.families.strings import STRINGS
from vpo_envs.domains.code.family import Family

SUBJECTS = {
    "basics": BASICS,
    "sequences": SEQUENCES,
    "counting": COUNTING,
    "strings": STRINGS,
    "arithmetic": ARITHMETIC,
    "searching": SEARCHING,
    "intervals": INTERVALS,
    "grids": GRID_FAMILIES,
    "graphs": GRAPHS,
    "dynamic": DYNAMIC,
    "simulation": SIMULATION,
}
FAMILIES = {family.name: family for families in SUBJECTS.values() for family in families}


def select_families(names: Sequence[str] | None) -> tuple[Family, ...]:
    """The families of the given names, or all for None: the knob `families`.

    Raises:
        ValueError: If there is no such family, or no name.
    """
    chosen = tuple(FAMILIES) if names is None else tuple(names)
    if not chosen or any(name not in FAMILIES for name in chosen):
        raise ValueError(f"families={names!r} must be one or more of {', '.join(FAMILIES)}")
    return tuple(FAMILIES[name] for name in chosen)
