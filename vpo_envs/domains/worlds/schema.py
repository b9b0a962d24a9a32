"""The kinds of entities and the relations between them, with the words that express each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

KINDS = {
    "person": "a person",
    "city": "a city",
    "country": "a country",
    "company": "a company",
    "university": "a university",
    "book": "a book",
    "film": "a film",
    "river": "a river",
    "mountain": "a mountain",
    "year": "a year",
}
"""Kinds of entities and how prose introduces one."""


@dataclass(frozen=True)
class Relation:
    """A functional relation: every subject has at most one object.

    Attributes:
        name: One word, unique; the compact style writes it.
        subject: Kind of the subject.
        object: Kind of the object.
        phrase: The object in terms of the subject `{s}`, which comes last so that phrases nest readably.
        sentences: Ways to state the fact about `{s}` and `{o}`.
    """

    name: str
    subject: str
    object: str
    phrase: str
    sentences: tuple[str, ...]


def _relations(subject: str, *rows: tuple[str, str, str, str, str]) -> tuple[Relation, ...]:
    return tuple(
        Relation(name, subject, object, phrase, (first, second))
        for name, object, phrase, first, second in rows
    )


# No relation is another's inverse, and none restricts another, so random facts cannot contradict.
RELATIONS: tuple[Relation, ...] = (
    *_relations(
        "person",
        ("birthplace", "city", "the birthplace of {s}", "{s} was born in {o}.", "{s} is a native of {o}."),
        ("mentor", "person", "the mentor of {s}", "{s} was trained by {o}.", "The mentor of {s} was {o}."),
        (
            "employer",
            "company",
            "the employer of {s}",
            "{s} has long worked for {o}.",
            "The employer of {s} is {o}.",
        ),
        (
            "school",
            "university",
            "the university attended by {s}",
            "{s} studied at {o}.",
            "{s} holds a degree from {o}.",
        ),
        (
            "favourite",
            "book",
            "the favourite book of {s}",
            "{s} often names {o} as a favourite book.",
            "The book that {s} loves best is {o}.",
        ),
    ),
    *_relations(
        "city",
        (
            "founder",
            "person",
            "the founder of {s}",
            "{s} was founded by {o}.",
            "The first settlers of {s} were led by {o}.",
        ),
        (
            "river",
            "river",
            "the river that flows through {s}",
            "{s} stands on the banks of {o}.",
            "{o} flows through {s}.",
        ),
        ("land", "country", "the country of {s}", "{s} lies in {o}.", "{s} belongs to {o}."),
        (
            "business",
            "company",
            "the largest business in {s}",
            "The largest business in {s} is {o}.",
            "Most families in {s} depend on {o}.",
        ),
    ),
    *_relations(
        "country",
        (
            "president",
            "person",
            "the president of {s}",
            "The president of {s} is {o}.",
            "{s} is governed by {o}.",
        ),
        (
            "emblem",
            "mountain",
            "the mountain on the flag of {s}",
            "The flag of {s} shows {o}.",
            "{o} is pictured on the flag of {s}.",
        ),
        (
            "classic",
            "book",
            "the book read by every pupil of {s}",
            "Every pupil in {s} reads {o}.",
            "Schools across {s} teach {o}.",
        ),
    ),
    *_relations(
        "company",
        ("chair", "person", "the head of {s}", "{s} is headed by {o}.", "The board of {s} is led by {o}."),
        (
            "seat",
            "city",
            "the home city of {s}",
            "{s} is based in {o}.",
            "The main office of {s} is in {o}.",
        ),
        (
            "archive",
            "university",
            "the university that keeps the archive of {s}",
            "The archive of {s} is kept at {o}.",
            "{o} keeps the archive of {s}.",
        ),
        (
            "started",
            "year",
            "the founding year of {s}",
            "{s} was started in {o}.",
            "{s} dates back to {o}.",
        ),
    ),
    *_relations(
        "university",
        (
            "rector",
            "person",
            "the rector of {s}",
            "The rector of {s} is {o}.",
            "{o} serves as rector of {s}.",
        ),
        (
            "campus",
            "city",
            "the city that hosts {s}",
            "The campus of {s} is in {o}.",
            "{s} has its lecture halls in {o}.",
        ),
        (
            "sponsor",
            "company",
            "the main sponsor of {s}",
            "{s} is sponsored by {o}.",
            "The main sponsor of {s} is {o}.",
        ),
        (
            "opened",
            "year",
            "the opening year of {s}",
            "{s} opened in {o}.",
            "The first students entered {s} in {o}.",
        ),
    ),
    *_relations(
        "book",
        ("author", "person", "the author of {s}", "{s} was written by {o}.", "The author of {s} is {o}."),
        ("publisher", "company", "the publisher of {s}", "{s} was published by {o}.", "{o} brought out {s}."),
        (
            "setting",
            "city",
            "the setting of {s}",
            "{s} is set in {o}.",
            "The plot of {s} unfolds in {o}.",
        ),
        (
            "dedicatee",
            "person",
            "the person named in the dedication of {s}",
            "{s} is dedicated to {o}.",
            "The dedication of {s} names {o}.",
        ),
        (
            "printed",
            "year",
            "the publication year of {s}",
            "{s} appeared in {o}.",
            "{s} was first printed in {o}.",
        ),
    ),
    *_relations(
        "film",
        (
            "director",
            "person",
            "the director of {s}",
            "{s} was directed by {o}.",
            "The director of {s} is {o}.",
        ),
        (
            "studio",
            "company",
            "the studio behind {s}",
            "{s} was produced by {o}.",
            "{o} paid for the making of {s}.",
        ),
        (
            "basis",
            "book",
            "the book that inspired {s}",
            "{s} is based on {o}.",
            "{s} retells the story of {o}.",
        ),
        (
            "backdrop",
            "mountain",
            "the shooting location of {s}",
            "{s} was shot near {o}.",
            "The crew of {s} camped below {o}.",
        ),
        (
            "released",
            "year",
            "the release year of {s}",
            "{s} came out in {o}.",
            "{s} was first shown in {o}.",
        ),
    ),
    *_relations(
        "river",
        (
            "source",
            "mountain",
            "the source of {s}",
            "{s} rises on {o}.",
            "{s} springs from {o}.",
        ),
        (
            "mouth",
            "city",
            "the city at the mouth of {s}",
            "{s} meets the sea at {o}.",
            "{s} ends in the harbour of {o}.",
        ),
        (
            "explorer",
            "person",
            "the first person to map {s}",
            "{s} was first mapped by {o}.",
            "{o} drew the first map of {s}.",
        ),
    ),
    *_relations(
        "mountain",
        (
            "climber",
            "person",
            "the first person to climb {s}",
            "{s} was first climbed by {o}.",
            "{o} was the first to climb {s}.",
        ),
        (
            "territory",
            "country",
            "the home country of {s}",
            "{s} stands in {o}.",
            "{s} is a landmark of {o}.",
        ),
        (
            "keeper",
            "company",
            "the company that runs the lodge on {s}",
            "The lodge on {s} is run by {o}.",
            "{o} runs the lodge on {s}.",
        ),
    ),
)


@cache
def relations_of(kind: str, years: bool) -> tuple[Relation, ...]:
    """Returns the relations with subjects of a kind; with or without those whose objects are years."""
    return tuple(r for r in RELATIONS if r.subject == kind and (years or r.object != "year"))


@cache
def paths(length: int, years: bool) -> tuple[tuple[Relation, ...], ...]:
    """Returns all sequences of distinct relations in which each starts where the last one ends.

    Example:
        >>> [r.name for r in paths(2, years=False)[0]]
        ['birthplace', 'founder']
    """
    grown: Sequence[tuple[Relation, ...]] = [(r,) for r in RELATIONS if years or r.object != "year"]
    for _ in range(length - 1):
        grown = [(*path, r) for path in grown for r in relations_of(path[-1].object, years) if r not in path]
    return tuple(grown)
