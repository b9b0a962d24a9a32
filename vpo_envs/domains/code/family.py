"""Problem families: kinds of task with parameters, inputs, and solutions that trade off."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import Template
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

Parameter = int | str
Edges = tuple[tuple[Any, ...], ...]
"""Arguments of edge cases."""

Argument = Callable[[np.random.Generator, int], Any]
"""Draws an argument of about the given size."""

HIDDEN = 16
"""Hidden tests of a problem: edge cases, small inputs, growing inputs."""

EXAMPLES = 2
EXAMPLE_DRAWS = 8
EXAMPLE_SIZE = 7
SMALL_SIZES = (3, 24)
GROWING = (40, 80, 160, 320)
SETTINGS = (*["train"] * 8, "validation", "test")
"""Splits by the hash of a setting of the parameters, so that no problem of a test occurs in training."""


class Case(NamedTuple):
    """One test: the arguments and the result that they must give."""

    arguments: tuple[Any, ...]
    expected: Any


@dataclass(frozen=True)
class Family:
    """One kind of problem; files in `families/` describe them, one each.

    Texts are `string.Template`s over the parameters.

    Attributes:
        name: Name of the family and of the function to write.
        signature: Parameters of the function with their types.
        returns: Type of the result.
        task: Statement of the function.
        parameters: Values to choose from, by name.
        arguments: Generators, one for each argument.
        edges: Arguments of edge cases.
        references: Right solutions at different points of the trade-off. The first one, run natively on the
            host, gives the expected results.
        slips: (right, wrong) pieces of code: a mistake that the hidden tests notice.
        growing: Sizes of the growing inputs.
    """

    name: str
    signature: str
    returns: str
    task: str
    parameters: Mapping[str, Sequence[Parameter]]
    arguments: tuple[Argument, ...]
    edges: Edges
    references: tuple[str, ...]
    slips: tuple[tuple[str, str], ...]
    growing: tuple[int, ...] = GROWING

    @property
    def size(self) -> int:
        """Number of settings of the parameters."""
        return math.prod(len(choices) for choices in self.parameters.values())

    def draw(self, rng: np.random.Generator, split: str | None = None) -> Problem:
        """Returns a problem with parameters and inputs drawn from `rng`.

        Args:
            rng: Source of randomness.
            split: The split that the parameters must belong to (`Problem.split`); any for None.
        """
        while True:
            problem = self._draw(rng)
            if split in (None, problem.split):
                return problem

    def _draw(self, rng: np.random.Generator) -> Problem:
        chosen = {name: choices[int(rng.integers(len(choices)))] for name, choices in self.parameters.items()}
        return Problem(self, chosen, int(rng.integers(2**63)))


@dataclass(frozen=True)
class Problem:
    """A family with its parameters set, and the seed of its inputs.

    Attributes:
        family: The kind of problem.
        parameters: The parameters' values.
        seed: Fixes the examples and the hidden tests.
    """

    family: Family
    parameters: Mapping[str, Parameter]
    seed: int

    def __reduce__(self) -> tuple[Any, ...]:
        """Leaves out what can be drawn again."""
        return Problem, (self.family, self.parameters, self.seed)

    @property
    def key(self) -> tuple[Any, ...]:
        """A value that no other problem has."""
        return self.family.name, *self.parameters.values(), self.seed

    @property
    def split(self) -> str:
        """The split that may use these parameters: `train` for 8 of 10 settings, `validation` or `test`."""
        setting = repr((self.family.name, *self.parameters.values()))
        return SETTINGS[crc32(setting.encode()) % len(SETTINGS)]

    def fill(self, template: str) -> str:
        """Returns a text of the family with the parameters put in."""
        return Template(template).substitute(self.parameters)

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Sources of the right solutions."""
        return tuple(self.fill(reference).strip() for reference in self.family.references)

    @cached_property
    def flawed(self) -> tuple[str, ...]:
        """Sources with one mistake each."""
        return tuple(
            self.fill(reference.replace(right, wrong)).strip()
            for right, wrong in self.family.slips
            for reference in self.family.references
            if right in reference
        )

    @cached_property
    def examples(self) -> tuple[Case, ...]:
        """The visible examples: two of several draws, with different results if there are any."""
        drawn = self.cases([EXAMPLE_SIZE] * EXAMPLE_DRAWS, stream=0)
        unlike = [case for case in drawn if case.expected != drawn[0].expected]
        return drawn[0], (unlike or drawn[1:])[0]

    @cached_property
    def hidden(self) -> tuple[Case, ...]:
        """The hidden tests: edge cases, small inputs, then growing ones (`Family.growing`)."""
        family = self.family
        rng = np.random.default_rng([self.seed, 1])
        small = rng.integers(*SMALL_SIZES, size=HIDDEN - len(family.edges) - len(family.growing))
        return self.edge_cases + self.cases([*small.tolist(), *family.growing], stream=2)

    @cached_property
    def edge_cases(self) -> tuple[Case, ...]:
        """The family's edge cases with their results."""
        return tuple(Case(arguments, self._solve(*arguments)) for arguments in self.family.edges)

    def cases(self, sizes: Sequence[int], stream: int) -> tuple[Case, ...]:
        """Returns cases of the given sizes, the same for the same sizes and stream."""
        rng = np.random.default_rng([self.seed, stream])
        inputs = [tuple(draw(rng, size) for draw in self.family.arguments) for size in sizes]
        return tuple(Case(arguments, self._solve(*arguments)) for arguments in inputs)

    @cached_property
    def _solve(self) -> Callable[..., Any]:
        namespace: dict[str, Any] = {}
        exec(self.references[0], namespace)  # our own text; answers run in the sandbox alone
        return namespace[self.family.name]
