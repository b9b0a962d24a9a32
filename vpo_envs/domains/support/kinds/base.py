"""Parts of a kind of ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """One way a ticket of a kind can stand under the company's policy.

    Placeholders like `{amount}` are roles of the catalogue, `{item}` is the thing bought.

    Attributes:
        records: What the account says.
        rules: What policy allows, in sentences.
        tell: Points a complete reply makes: actions ("refund", or "no refund" where policy refuses it),
            roles and steps of the catalogue.
        never: Actions that policy forbids.
        ranges: Days from today within which the date of a role lies; other dates take `DATE_RANGES`.
        difference: Roles (result, minuend, subtrahend) of an amount that the reader has to work out.
        later: Actions of `never` that become possible on a condition, such as the end of a review.
    """

    records: tuple[str, ...]
    rules: tuple[str, ...]
    tell: tuple[str, ...]
    never: tuple[str, ...]
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    difference: tuple[str, str, str] | None = None
    later: tuple[str, ...] = ()

    @property
    def reduces_the_price(self) -> bool:
        """True if the customer gets back what they paid less a fee."""
        return self.difference == ("amount", "paid", "fee")


@dataclass(frozen=True)
class Kind:
    """A kind of ticket.

    Attributes:
        name: One word.
        at_fault: Whether the company is to blame, so that an apology is due.
        stories: What customers write.
        outcomes: How such tickets can stand.
        unlikely: Feelings that do not go with the stories.
    """

    name: str
    at_fault: bool
    stories: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    unlikely: tuple[str, ...] = ()
